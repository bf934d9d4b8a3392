"""Transposed convolution, upsampling, ceil and tf-same: shapes, weights and costs against definitions and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.network.counters import COUNTERS
from convcli.core.network.replaced import replaced_layer
from tests.core.network.networks import network


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("options", ["", "pad=1", "dilation=2", "pad=1x0,dilation=1x3", "pad=tf-same"])
def test_a_transposed_convolutions_output_is_what_its_windows_cover(k: int, stride: int, options: str) -> None:
    """Windows laid down one by one, a stride apart; less the padding on both sides.  tf-same is n times the stride."""
    if k <= 2 and "pad=1" in options:
        return  # the padding would leave nothing of some outputs
    row = network(f"6x5x2 conv-transpose:4,{k},stride={stride}{',' if options else ''}{options}").rows[0]
    given = dict(option.split("=") for option in options.split(",")) if options else {}
    pads, dilations = (
        [int(n) for n in (given.get(key, "0").replace("tf-same", "0").split("x"))] for key in ("pad", "dilation")
    )
    for axis, n in enumerate((6, 5)):
        covered = {u * stride + i * (dilations[axis % len(dilations)] or 1) for u in range(n) for i in range(k)}
        length = max(covered) + 1 - 2 * pads[axis % len(pads)]
        assert row.output[axis] == (n * stride if "tf-same" in options else length)


def test_a_transposed_convolution_by_hand() -> None:
    """A U-Net's step up: 28x28x1024 to 56x56x512 by windows of 2x2, each number times 2048 weights."""
    row = network("28x28x1024 conv-transpose:512,2,stride=2").rows[0]
    assert (row.output, row.weights, row.biases) == ((56, 56, 512), 1024 * 512 * 4, 512)
    assert row.weight_shape == (1024, 512, 2, 2)
    assert row.macs == 28 * 28 * 1024 * 2048
    grouped = network("5x4x6 conv-transpose:4,3,groups=2,bias=no").rows[0]
    assert (grouped.weights, grouped.biases, grouped.macs) == (6 * 2 * 9, 0, 5 * 4 * 6 * 2 * 9)
    assert network("7x7x3 deconv:2,4,stride=2,pad=1").rows[0].output == (14, 14, 2)
    assert network("7x9x3 deconv:2,3,stride=2,pad=1,output-pad=1x0").rows[0].output == (14, 17, 2)


def test_a_transposed_convolution_costs_what_the_convolution_costs_that_it_turns_round() -> None:
    """The same pairs of numbers are multiplied, one way and the other, where nothing falls into the padding."""
    for k, stride in ((2, 2), (3, 1), (4, 3)):
        down = network(f"{4 * stride + k}x{3 * stride + k}x5 conv:7,{k},stride={stride},bias=no").rows[0]
        up = network(f"5x4x7 conv-transpose:5,{k},stride={stride},bias=no").rows[0]
        assert down.output == (5, 4, 7)
        assert up.output == down.given
        assert (up.weights, up.macs) == (down.weights, down.macs)


def test_a_transposed_convolution_replaced() -> None:
    """Unshared: its 2*3*9 weights anew for each of the 4x5 places; fully connected: 40 inputs times all outputs."""
    row = network("4x5x2 conv-transpose:3,3").rows[0]
    three = replaced_layer(row)
    assert row.output == (6, 7, 3)
    assert three.shared == (54 + 3, 54 * 20)
    assert three.local == (54 * 20 + 126, 54 * 20)
    assert three.fc == (40 * 126 + 126, 40 * 126)


@pytest.mark.parametrize("n", range(3, 24))
def test_a_ceiled_pool_has_pytorchs_outputs(n: int) -> None:
    """Every window that begins inside the input or the padding before it, as far as something is left to see."""
    for k, stride, pad, dilation in (
        (2, 2, 0, 1),
        (3, 2, 0, 1),
        (3, 2, 1, 1),
        (2, 3, 1, 1),
        (3, 1, 1, 1),
        (2, 2, 0, 3),
    ):
        span = dilation * (k - 1) + 1
        if n + 2 * pad < span:
            continue
        starts = [0]
        while starts[-1] + span < n + 2 * pad and starts[-1] + stride < n + pad:
            starts.append(starts[-1] + stride)
        text = f"{n}x9 pool:max,{k}x1,stride={stride}x1,pad={pad}x0,dilation={dilation}x1,ceil=yes"
        assert network(text).rows[0].output == (len(starts), 9, 1), (k, stride, pad, dilation)


@pytest.mark.parametrize("n", range(1, 20))
def test_tf_same_has_tensorflows_outputs_and_padding(n: int) -> None:
    """ceil(n / stride) outputs; max(k - s, 0) or max(k - n mod s, 0) of padding, the odd position after."""
    for k, stride in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (3, 4), (4, 3), (5, 2)):
        row = network(f"{n}x7 conv:1,{k}x1,stride={stride}x1,pad=tf-same").rows[0]
        total = max(k - (stride if n % stride == 0 else n % stride), 0)
        assert row.output[0] == int(np.ceil(n / stride))
        assert row.fields[0].first == -(total // 2)


def test_upsampling_and_cropping_by_hand() -> None:
    """Rows twice, columns three times; two rows and one column off each side; nothing is learned."""
    net = network("5x4x3 upsample:2x3 upsample:2,bilinear crop:2x1")
    assert [row.output for row in net.rows] == [(10, 12, 3), (20, 24, 3), (16, 22, 3)]
    assert (net.parameters, net.macs) == (0, 0)


def test_other_counters_charges_for_what_enlarges_and_for_activations() -> None:
    """By hand from their sources, on 3x4x2 = 24 numbers: 96 behind upsampling, 8 windows of 3x3x2 laid down on 5x6."""
    net = network("3x4x2 upsample:2 upsample:1,bilinear leaky-relu silu tanh softmax")
    said = {counter.name: [counter.of_layer(row) for row in net.rows] for counter in COUNTERS}
    assert said["convcli"] == said["torchinfo"] == [0] * 6
    assert said["fvcore"] == [96, 4 * 96, 0, 0, 0, 0]
    assert said["thop"] == [96, 11 * 96, 0, 0, 0, 48 * (2 * 2 + 1)]
    assert said["ptflops"] == [192, 192, 96, 96, 0, 96]
    assert said["calflops"] == [24, 96, 96, 96, 0, 96]
    row = network("3x4x2 conv-transpose:4,3").rows[0]
    totals = {counter.name: counter.of_layer(row) for counter in COUNTERS}
    slid = 72 * 5 * 6
    assert row.macs == totals["convcli"] == totals["fvcore"] == 72 * 12
    assert totals["thop"] == slid
    assert totals["torchinfo"] == slid + 4 * 30
    assert totals["ptflops"] == 72 * 12 + 4 * 30
    assert totals["onnx-tool"] == 36 * 4 * 30 + 4 * 30
    assert totals["calflops"] == 2 * 72 * 12 + 4 * 1 * 2
