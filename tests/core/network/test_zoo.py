"""Known networks: found by name, and each with its source."""

from __future__ import annotations

from math import prod
from pathlib import Path

import pytest

from convcli.core.network.zoo import NETWORKS, Known, known_network
from convcli.errors import UnknownNameError
from tests.core.network.networks import network

# Parameters: torchvision's documentation of its models, Keras' of MobileNet (4,253,864 of which 21,888 are statistics),
# Caffe's and U-Net's by hand below.  MACs in thousands of millions: the GFLOPS of torchvision's documentation, counted
# by fvcore's rules, and the 569 million of the MobileNet paper; exact ones where they are published.
PUBLISHED = {
    "lenet-5": (61_706, 416_520),
    "digits": (72 + 1168 + 4640 + 1290, 64 * 72 + 64 * 1152 + 16 * 4608 + 1280),
    "alexnet": (61_100_840, 714_188_480),
    "vgg-11": (132_863_336, 7_609_090_048),
    "vgg-16": (138_357_544, 15_470_264_320),
    "vgg-19": (143_667_240, "19.632"),
    "googlenet": (6_624_904, "1.498"),
    "resnet-18": (11_689_512, 1_814_073_344),
    "resnet-34": (21_797_672, "3.664"),
    "resnet-50": (25_557_032, 4_089_184_256),
    "resnet-101": (44_549_160, "7.801"),
    "resnet-v1-50": (25_557_032, None),
    "densenet-121": (7_978_856, "2.834"),
    "squeezenet-1.1": (1_235_496, "0.349"),
    "mobilenet-v1": (4_231_976, "0.569"),
    "mobilenet-v2": (3_504_872, "0.301"),
    "nin": (7_595_176, 1_100_188_800),
    "u-net": (31_030_658, 150_428_424_448),
}


@pytest.mark.parametrize("known", list(NETWORKS), ids=lambda known: known.name)
def test_every_known_network_has_the_published_parameters_and_macs(known: Known) -> None:
    """As many digits as are published; and every one has a source, and views that meet."""
    net = network(known.text)
    parameters, macs = PUBLISHED[known.name]
    assert parameters in (None, net.parameters)
    assert macs in (None, net.macs, f"{net.macs / 1e9:.3f}")
    assert known.source
    assert known.about
    assert not any(row.remark for row in net.rows)


def test_every_known_network_ends_in_its_classes() -> None:
    """10 digits, 1000 classes of ImageNet, or a map of two classes."""
    outputs = {known.name: network(known.text).rows[-1].output for known in NETWORKS}
    assert outputs.pop("lenet-5") == outputs.pop("digits") == (10,)
    assert outputs.pop("u-net") == (388, 388, 2)
    assert set(outputs.values()) == {(1000,)}


def test_u_net_and_nin_have_the_parameters_of_their_papers_figures() -> None:
    """By hand: pairs of 3x3, four times down and up again by 2x2; windows of 11, 5, 3 and 3 with 1x1s between."""

    def two(given: int, f: int) -> int:
        return 9 * given * f + f + 9 * f * f + f

    widths = [64, 128, 256, 512, 1024]
    down = sum(two(given, f) for given, f in zip([1, *widths], widths, strict=False))
    up = sum(4 * 2 * f * f + f + two(2 * f, f) for f in widths[:-1])
    assert network(known_network("u-net").text).parameters == down + up + 2 * 64 + 2
    nin = [(3 * 121, 96), (96, 96), (96, 96), (96 * 25, 256), (256, 256), (256, 256)]
    nin += [(256 * 9, 384), (384, 384), (384, 384), (384 * 9, 1024), (1024, 1024), (1024, 1000)]
    assert network(known_network("nin").text).parameters == sum(k * f + f for k, f in nin)
    sides = [54] * 3 + [27] * 3 + [13] * 3 + [6] * 3  # of the maps; behind pools of 3 that step by 2 and hang over
    assert network(known_network("nin").text).macs == sum(
        k * f * side**2 for (k, f), side in zip(nin, sides, strict=True)
    )


def test_u_net_has_the_macs_of_its_papers_figure() -> None:
    """By hand: the maps' sides stand in the figure, 572 to 28 and up to 388; a 2x2 goes up from each of 28, 52, .."""
    widths, macs = [64, 128, 256, 512, 1024], 0
    for given, f, side in zip([1, *widths], widths, [568, 280, 136, 64, 28], strict=False):
        macs += 9 * given * f * (side + 2) ** 2 + 9 * f * f * side**2
    for f, below, side in zip([512, 256, 128, 64], [28, 52, 100, 196], [52, 100, 196, 388], strict=True):
        macs += 4 * 2 * f * f * below**2 + 9 * 2 * f * f * (side + 2) ** 2 + 9 * f * f * side**2
    assert network(known_network("u-net").text).macs == macs + 64 * 2 * 388**2


def test_known_receptive_fields_are_the_published_ones() -> None:
    """TF-Slim's table: 35, 99, 291, 483 behind the stages of resnet_v1_50, stride 32 and padding 239 at the end.

    Araujo, Norris, Sim 2019: 195 for AlexNet, 212 for VGG-16, 315 for MobileNet v1, 483 for resnet_v1_50.  With its
    strides at the beginnings of the stages, torchvision's ResNet-50 comes to 35, 91, 267 and 427.
    """
    slim = [row.fields[0] for row in network(known_network("resnet-v1-50").text).rows if row.kind == "add"]
    assert [slim[at].size for at in (2, 6, 12, 15)] == [35, 99, 291, 483]
    assert (slim[-1].jump, -slim[-1].first) == (32, 239)
    torchvision = [row.fields[0] for row in network(known_network("resnet-50").text).rows if row.kind == "add"]
    assert [torchvision[at].size for at in (2, 6, 12, 15)] == [35, 91, 267, 427]
    for name, size in {"alexnet": 195, "vgg-16": 212, "mobilenet-v1": 315}.items():
        moving = [row.fields[0].size for row in network(known_network(name).text).rows if row.fields[0].step]
        assert moving[-1] == size


def test_names_are_found_whatever_their_case_and_others_refused() -> None:
    """LeNet-5 is lenet-5; lenet5 is not, but near."""
    assert known_network(" LeNet-5 ").name == "lenet-5"
    with pytest.raises(UnknownNameError, match="did you mean lenet-5"):
        known_network("lenet5")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("light_vgg19", "vgg-19"),
        ("light_resnet50", "resnet-50"),
        ("light_densenet121", "densenet-121"),
        ("light_squeezenet", "squeezenet-1.1"),
    ],
)
def test_known_networks_cost_what_the_onnx_packages_own_models_do(file: str, name: str) -> None:
    """Weights as they are stored, MACs by the shapes that onnx itself infers, with no code of ours."""
    onnx = pytest.importorskip("onnx")
    folder = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    graph = onnx.shape_inference.infer_shapes(onnx.load(folder / f"{file}.onnx")).graph
    shapes = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.value_info, *graph.output)
    }
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    shapes |= {name: list(tensor.shape) for name, tensor in stored.items()}
    learned, macs = set(), 0
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            shapes[node.output[0]] = stored[node.input[0]].tolist()
        if node.op_type in ("Conv", "Gemm", "BatchNormalization"):
            learned |= set(node.input[1:3])
        if node.op_type == "Conv":
            macs += prod(shapes[node.input[1]][1:]) * prod(shapes[node.output[0]][1:])
        elif node.op_type == "Gemm":
            macs += prod(shapes[node.input[1]])
    net = network(known_network(name).text)
    assert (net.parameters, net.macs) == (sum(prod(shapes[tensor]) for tensor in learned), macs)
