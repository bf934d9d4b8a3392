"""Kinds: what a row says is what the language, the build, the counters and the replacing do."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from convcli.core.network.counters import COUNTERS
from convcli.core.network.kinds import LAYER_KINDS, LayerKind
from convcli.core.network.language import parse_network
from convcli.core.network.replaced import replaced_layers, replaced_total
from convcli.core.network.spec import LayerSpec, Written
from convcli.errors import UsageError
from tests.core.network.more_kinds import DEPTHWISE, SCALE
from tests.core.network.networks import network

# For every option a value that is not the one that stands when it is left out, and what is understood.
WRITTEN = {
    "filters": ("4", 4),
    "units": ("5", 5),
    "kernel": ("3x2", (3, 2)),
    "scale": ("2x3", (2, 3)),
    "crop": ("1x2", (1, 2)),
    "output-pad": ("1x0", (1, 0)),
    "ceil": ("yes", True),
    "slope": ("0.2", "0.2"),
    "size": ("3", 3),
    "rate": ("0.3", "0.3"),
    "stride": ("2x1", (2, 1)),
    "pad": ("same", "same"),
    "dilation": ("1x3", (1, 3)),
    "groups": ("2", 2),
    "bias": ("no", False),
    "name": ("a", "a"),
    "share": ("b", "b"),
}


def value(kind: LayerKind, option: str) -> tuple[str, object]:
    """How a value of the option is written, and what is understood."""
    return (kind.ways[-1], kind.ways[-1]) if option == "how" else WRITTEN[option]


def written(kind: LayerKind, text: str) -> str:
    """The layer, with branches where it has any."""
    return f"{kind.name}{':' if text else ''}{text}{'( skip | relu )' if kind.joins else ''}"


KINDS = pytest.mark.parametrize("kind", list(LAYER_KINDS), ids=lambda kind: kind.name)


@KINDS
def test_every_option_of_a_kind_is_understood_and_kept(kind: LayerKind) -> None:
    """Each is written with its name, read, and differs from what stands without it."""
    text = ",".join(f"{option}={value(kind, option)[0]}" for option in kind.options)
    spec = parse_network(f"9x9x2 {written(kind, text)}")[1][-1]
    without = LayerSpec(kind.name, Written("", 1))
    for option in kind.options:
        field = option.replace("-", "_")
        assert getattr(spec, field) == value(kind, option)[1] != getattr(without, field)


@KINDS
def test_what_a_kind_needs_and_then_may_stand_by_position(kind: LayerKind) -> None:
    """In the order of the row; one value more is refused, and one needed less is missed by name."""
    order = kind.needs + kind.then
    values = [value(kind, option)[0] for option in order]
    if order:
        spec = parse_network(f"9x9x2 {kind.name}:{','.join(values)}")[1][0]
        assert [getattr(spec, option) for option in order] == [value(kind, option)[1] for option in order]
    with pytest.raises(UsageError, match=f"value {len(values) + 1}"):
        parse_network(f"9x9x2 {written(kind, ','.join([*values, '1']))}")
    if kind.needs:
        with pytest.raises(UsageError, match=f"{' and '.join(kind.needs)} missing"):
            parse_network(f"9x9x2 {kind.name}")


@KINDS
def test_what_has_weights_can_lend_them_and_nothing_else_can(kind: LayerKind) -> None:
    """A kind that learns something has `name` and `share`; a kind that learns nothing has neither."""
    given = "9" if kind.sums == "all" else "9x9x2"
    values = ",".join(value(kind, option)[0] for option in kind.needs)
    row = network(f"{given} {written(kind, values)}").rows[-1]
    assert {"name", "share"} & set(kind.options) == ({"name", "share"} if row.weights else set())
    assert (row.macs > 0) == (kind.sums != "nothing")


def test_a_row_says_how_it_is_written_and_charges_for_counters_that_exist() -> None:
    """The form begins with the name; no charge is lost on a counter that nobody has."""
    for kind in LAYER_KINDS:
        assert re.match(r"[a-z0-9-]*", kind.form)[0] == kind.name  # type: ignore[index]
        assert kind.about
        assert set(kind.charges) <= set(COUNTERS.names()), kind.name


def test_kinds_are_found_whatever_their_case() -> None:
    """Conv is conv; in messages a word stays as it was written."""
    assert [row.kind for row in network("9x9 Conv:1,3 RELU").rows] == ["conv", "relu"]
    with pytest.raises(UsageError, match="no layer is called 'Cnov'; did you mean conv"):
        network("9x9 Cnov:1,3")


@pytest.mark.parametrize("shape", ["11x14x3", "7x9x5"])
@pytest.mark.parametrize(
    ("depthwise", "conv"),
    [
        ("3x2,pad=1", "3x2,pad=1"),
        ("3,2x1,bias=no", "3,stride=2x1,bias=no"),
    ],
)
def test_a_kind_more_of_windows_is_counted_like_any(shape: str, depthwise: str, conv: str) -> None:
    """A depthwise layer, a row that is not listed, is to everyone the convolution in C groups that it is."""
    channels = shape.split("x")[2]
    with LAYER_KINDS.having(DEPTHWISE):
        one = network(f"{shape} depthwise:{depthwise} pool:avg,2 flatten fc:4")
        two = network(f"{shape} conv:{channels},{conv},groups={channels} pool:avg,2 flatten fc:4")
        for row, like in zip(one.rows, two.rows, strict=True):
            assert (row.output, row.weights, row.biases, row.macs) == (
                like.output,
                like.weights,
                like.biases,
                like.macs,
            )
            assert (row.fields, row.reach, row.grid) == (like.fields, like.reach, like.grid)
        assert one.rows[0].name == "depthwise-1"
        assert [counter.total(one) for counter in COUNTERS] == [counter.total(two) for counter in COUNTERS]
        assert [layer[1:] for layer in replaced_layers(one)] == [layer[1:] for layer in replaced_layers(two)]
        assert len(replaced_layers(one)) == 1
        assert replaced_total(one, "fc") == replaced_total(two, "fc")
    with pytest.raises(UsageError, match="no layer is called 'depthwise'"):
        network(f"{shape} depthwise:3")


def test_a_kind_more_that_only_scales_is_charged_as_its_row_says() -> None:
    """On 4x5x2 = 40 numbers: 2 weights, no memory of its own, 3 an input to thop, its weights to torchinfo."""
    with LAYER_KINDS.having(SCALE):
        net = network("4x5x2 scale:name=s relu scale:share=s")
        assert [row.weights for row in net.rows] == [2, 0, 2]
        assert (net.parameters, net.macs) == (2, 0)
        assert net.activation_bytes() == 4 * (40 + 40)
        said = {counter.name: [counter.of_layer(row) for row in net.rows] for counter in COUNTERS}
        assert said["thop"] == [120, 0, 120]
        assert said["torchinfo"] == [2, 0, 2]
        assert said["ptflops"] == [0, 80, 0]
        assert said["convcli"] == [0, 0, 0]
        assert replaced_layers(net) == []
        with pytest.raises(UsageError, match=r"cannot share s's weights: scale with 3 weights .* 2 weights"):
            network("4x5x2 scale:name=s conv:3,1 scale:share=s")
        with pytest.raises(UsageError, match="no option of scale is called 'nam'; did you mean name"):
            network("4x5x2 scale:nam=s")


@pytest.mark.parametrize("module", ["kinds", "build", "counters", "replaced", "zoo", "language"])
def test_counting_a_network_loads_no_numpy(module: str) -> None:
    """Rows and what they refer to are plain Python: counting starts at once."""
    heavy = "{'numpy', 'PIL', 'rich', 'click'}"
    code = f"import sys, convcli.core.network.{module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
