"""The language: refusals say which layer, what was written, and what would be right."""

from __future__ import annotations

import pytest

from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.spec import channels_first
from convcli.errors import InputError, UsageError
from tests.core.network.networks import network


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("28x28x1 conv:6,5 cnov:3,3", ["layer 2 (cnov:3,3)", "did you mean conv"]),
        ("28x28 conv:6", ["layer 1 (conv:6)", "kernel missing", "conv:FILTERS,K"]),
        ("28x28 conv:6,5,strid=2", ["no option of conv is called 'strid'", "did you mean stride"]),
        ("28x28 conv:6,5,3", ["value 3", "name="]),
        ("28x28 conv:6,5,kernel=3", ["kernel: 3", "given twice"]),
        ("28x28 conv:6,5,bias=maybe", ["bias: maybe", "yes or no"]),
        ("28x28 conv:6,5,stride=0", ["stride: 0", "at least 1"]),
        ("28x28 conv:６,5", ["filters: ６", "in the digits 0 to 9 only"]),
        ("28x28 conv:1_0,5", ["filters: 1_0", "in the digits 0 to 9 only"]),
        ("28x28 conv:6,3.5", ["kernel: 3.5"]),
        ("28x28 conv:6,5,name=", ["name: nothing"]),
        ("28x28 dropout:1.5", ["rate: 1.5", "not including, 1"]),
        ("28x28 dropout:abc", ["rate: abc"]),
        ("28x28 pool:avgg,2", ["how: avgg", "avg or max"]),
        ("28x28 pool:avg,2,pad=2", ["half the window"]),
        ("28x28 fc:10", ["layer 1 (fc:10)", "28x28x1 came in", "flatten"]),
        ("784 conv:6,5", ["784 numbers in a row came in", "HxWxC"]),
        ("784 global-pool:avg", ["784 numbers in a row came in"]),
        ("28x28 conv:6,5 conv:6,30", ["layer 2", "24x24x6 came in", "spans 30 positions", "has only 24"]),
        ("28x28x3 conv:4,3,groups=2", ["groups=2", "3 channels", "4 filters"]),
        ("9x9x4 conv:4,3,share=b", ["no layer before it is called 'b'", "none"]),
        ("9x9x4 conv:4,3,pad=1,name=a conv:4,5,share=a", ["cannot share a's weights", "400", "144"]),
        ("9x9x4 conv:4,3,name=a relu conv:4,3,name=a", ["'a'", "names have to differ"]),
        ("28x28", ["no layer follows the shape"]),
        ("", ["nothing there"]),
        ("3.5x3 relu", ["the input's shape", "3.5x3"]),
        ("2x2x2x2 relu", ["the input's shape", "HxWxC"]),
    ],
)
def test_bad_networks_are_refused_by_layer_value_and_rule(text: str, words: list[str]) -> None:
    """The message says which layer, what came in or was written, and what would be right."""
    with pytest.raises(UsageError) as caught:
        network(text)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_network_in_a_file_is_refused_by_its_line() -> None:
    """Comments and blank lines count as lines, not as layers; a file's fault is exit 3."""
    text = "\ufeff# digits\n28x28x1\n\nconv:6,5 # the first\n  cnov:3,3\n"
    with pytest.raises(InputError, match=r"net.txt: line 5, layer 2 \(cnov:3,3\): no layer") as caught:
        parse_network(text, file="net.txt")
    assert caught.value.exit_code == 3
    assert [spec.kind for spec in parse_network(text.replace("cnov", "conv"), file="net.txt")[1]] == ["conv", "conv"]


def kinds_and_sources(text: str) -> list[tuple[str, tuple[int, ...] | None]]:
    """What follows what."""
    return [(spec.written.text, spec.sources) for spec in parse_network(text)[1]]


def test_branches_begin_where_the_layers_before_them_end() -> None:
    """Each branch takes what comes in; skip, nothing, or a lone | is what comes in itself."""
    text = "8x8x2 relu add( conv:2,1 relu | skip ) relu"
    expected = [("relu", (-1,)), ("conv:2,1", (0,)), ("relu", (1,)), ("add", (2, 0)), ("relu", (3,))]
    assert kinds_and_sources(text) == expected
    for same in (
        "add(conv:2,1 relu|)",
        "add(\nconv:2,1\nrelu # a comment | )\n|\nskip\n)",
        "ADD( conv:2,1 relu | SKIP )",
    ):
        found = kinds_and_sources(f"8x8x2 relu {same} relu")
        assert [sources for _, sources in found] == [sources for _, sources in expected]
    nested = "8x8 concat( skip | tanh add( elu | gelu ) | )"
    assert kinds_and_sources(nested)[1:] == [("elu", (0,)), ("gelu", (0,)), ("add", (1, 2)), ("concat", (-1, 3, -1))]


def test_a_repeat_writes_its_layers_out() -> None:
    """repeat(3, A B) is A B A B A B, whatever stands in it."""
    for repeated in (
        "repeat(3, conv:2,1 relu)",
        "repeat(3,conv:2,1 relu)",
        "repeat( 3, conv:2,1\n relu )",
        "repeat(3 conv:2,1 relu)",
    ):
        assert kinds_and_sources(f"8x8 {repeated}") == kinds_and_sources(f"8x8 {'conv:2,1 relu ' * 3}")
    stage = "block stage:f,n ( repeat({n}, conv:{f},1 relu) ) "
    assert kinds_and_sources(f"8x8 {stage} stage:2,3") == kinds_and_sources(f"8x8 {'conv:2,1 relu ' * 3}")
    branched = "add( relu | repeat(2, tanh) ) "
    assert kinds_and_sources(f"8x8 repeat(2, {branched})") == kinds_and_sources(f"8x8 {branched * 2}")


def test_a_blocks_open_values_are_filled_in_by_place_by_name_or_as_they_stand() -> None:
    """The layers of a block are those that would be written in its place."""
    block = "block unit:f,k=3,s=1 ( conv:{f},{k},stride={s},pad=1 relu ) "
    for use, written in {
        "unit:4": "conv:4,3,stride=1,pad=1",
        "unit:4,5": "conv:4,5,stride=1,pad=1",
        "unit:4,s=2": "conv:4,3,stride=2,pad=1",
        "unit:k=1x2,f=4": "conv:4,1x2,stride=1,pad=1",
    }.items():
        assert kinds_and_sources(f"{block} 9x9 {use}") == kinds_and_sources(f"9x9 {written} relu")
        assert kinds_and_sources(f"9x9 {block} {use}") == kinds_and_sources(f"9x9 {written} relu")
    two = block + "block pair:f ( unit:{f} add( unit:{f},s=1 | skip ) ) 9x9 pair:4 repeat(2, pair:5)"
    assert [spec.filters for spec in parse_network(two)[1] if spec.kind == "conv"] == [4, 4, 5, 5, 5, 5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8x8 add( relu )", ["layer 1 (add)", "one branch", "skip"]),
        ("8x8 add( relu | relu", ["layer 1 (add)", "not closed"]),
        ("8x8 add", ["layer 1 (add)", "branches are missing", "add( LAYERS | LAYERS )"]),
        ("8x8 relu )", ["the ) after layer 1", "no ( that it closes"]),
        ("8x8 relu | relu", ["the | after layer 1", "between branches"]),
        ("8x8 pool:avg|max,2", ["the | after layer 1"]),
        ("8x8 ( relu )", ["the input's shape", "no ( follows it"]),
        ("add( relu | skip ) 8x8", ["the input's shape", "the first word is HxWxC"]),
        ("8x8 relu ( ( relu ) )", ["the ( after layer 1", "follows a word"]),
        ("8x8 relu( skip | tanh )", ["layer 1 (relu)", "no branches", "add, concat, multiply or repeat"]),
        ("8x8 ad( relu | skip )", ["no layer is called 'ad'", "did you mean add"]),
        ("8x8 skip", ["layer 1 (skip)", "whole branch"]),
        ("8x8 add( relu skip | relu )", ["layer 3 (skip)", "whole branch"]),
        ("8x8 repeat(2, skip)", ["layer 3 (skip)", "whole branch"]),
        ("8x8 repeat(x, relu)", ["layer 1 (repeat)", "x is not allowed", "repeat(N, LAYERS)"]),
        ("8x8 repeat(0, relu)", ["0 is not allowed", "at least 1"]),
        ("8x8 repeat()", ["layer 1 (repeat)", "write repeat(N, LAYERS)"]),
        ("8x8 repeat(2)", ["layer 1 (repeat)", "no layer in it"]),
        ("8x8 repeat(2, relu | tanh)", ["write repeat(N, LAYERS)"]),
        ("8x8 repeat(relu)", ["relu is not allowed"]),
        ("8x8 repeat relu", ["layer 1 (repeat)", "no layer is called 'repeat'"]),
        ("8x8 block", ["write block NAME:VALUES ( LAYERS )"]),
        ("8x8 block b relu", ["write block NAME:VALUES ( LAYERS )"]),
        ("8x8 block ( relu )", ["write block NAME:VALUES ( LAYERS )"]),
        ("8x8 block conv ( relu )", ["layer 1 (conv)", "has a meaning already"]),
        ("8x8 block deconv ( relu )", ["has a meaning already"]),
        ("8x8 block b ( relu ) block b ( tanh )", ["layer 3 (b)", "has a meaning already"]),
        ("8x8 block 3d ( relu )", ["name is letters, digits"]),
        ("8x8 block b ( relu | tanh )", ["are no branches"]),
        ("8x8 block b:f,f ( conv:{f},3 )", ["f names no value of its own"]),
        ("8x8 block b: ( conv:1,3 ) b", ["nothing names no value"]),
        ("8x8 add( block b ( relu ) | skip )", ["outside of all parentheses"]),
        ("8x8 block b ( ) b", ["layer 2 (b)", "no layer in it"]),
        ("8x8 block b ( relu )", ["no layer follows the shape"]),
        ("8x8 b block b ( relu )", ["no layer is called 'b'"]),
        ("8x8 block b ( b ) b", ["layer 2 (b)", "at most 64 deep"]),
        ("8x8 block b:f ( conv:{f},3 ) b", ["layer 3 (b)", "f missing", "write b:f"]),
        ("8x8 block b:f ( conv:{f},3 ) b:1,2", ["value 2 is too many"]),
        ("8x8 block b:f ( conv:{f},3 ) b:f=1,f=2", ["f=2 does not fit"]),
        ("8x8 block b:f ( conv:{f},3 ) b:g=2", ["g=2 does not fit"]),
        ("8x8 block b:f ( conv:{f},3 ) b:x", ["layer 2 (conv:x,3) in b:x", "filters: x"]),
        ("8x8 block b:f ( conv:{f},30 ) b:2", ["layer 2 (conv:2,30) in b:2", "spans 30 positions"]),
        ("8x8 block b:f ( conv:{g},3 ) b:1", ["nothing is called {g} here", "{f}"]),
        ("8x8 block b:f ( conv:{f,3 ) b:1", ["{ and } stand around"]),
        ("8x8 conv:{f},3", ["nothing is called {f} here", "none"]),
        ("8x8 relu:3", ["layer 1 (relu:3)", "takes no values"]),
        ("8x8 relu:a=3", ["layer 1 (relu:a=3)", "takes no values"]),
        ("8x8 add:3( relu | skip )", ["layer 1 (add:3)", "takes no values"]),
        ("8x8 conv:1,1,name=input", ["the network's input is called 'input'"]),
        ("8x8 bottleneck:3", ["choose from conv, local, fc", "repeat, skip"]),
        ("8x8 upsample:2,cubic", ["how: cubic", "nearest or bilinear"]),
        ("8x8 leaky-relu:-1", ["slope: -1", "at least 0"]),
        ("8x8 pool:max,2,ceil=perhaps", ["ceil: perhaps", "yes or no"]),
        ("3x224x224 conv:64,7", ["layer 1", "3x224x224 came in", "channels first? write 224x224x3"]),
    ],
)
def test_bad_branches_repeats_and_blocks_are_refused_by_layer_and_rule(text: str, words: list[str]) -> None:
    """The message says where, what was written, and what would be right."""
    with pytest.raises(UsageError) as caught:
        network(text)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_a_fault_in_a_block_of_a_file_is_told_by_the_blocks_line_and_its_use() -> None:
    """The line is where the layer is written; the block's use says with which values."""
    text = "block unit:f (\n conv:{f},3\n conv:{f},30 )\n28x28x1\nrelu\nunit:4\n"
    with pytest.raises(InputError, match=r"net.txt: line 3, layer 3 \(conv:4,30\) in unit:4: 26x26x4 came in"):
        build_network(*parse_network(text, file="net.txt"))
    with pytest.raises(InputError, match=r"net.txt: line 2, layer 1 \(add\): its \( is not closed"):
        parse_network("8x8\nadd( relu |\nrelu\n", file="net.txt")


@pytest.mark.parametrize(
    ("shape", "meant"),
    [
        ((3, 224, 224), (224, 224, 3)),
        ((1, 28, 28), (28, 28, 1)),
        ((4, 64, 48), (64, 48, 4)),
        ((3, 480, 640), (480, 640, 3)),
        ((224, 224, 3), None),
        ((1, 100, 64), None),  # a row of 100 positions
        ((3, 3, 512), None),  # the end of a network
        ((2, 224, 224), None),
        ((784,), None),
    ],
)
def test_shapes_with_their_channels_first_are_noticed(shape: tuple[int, ...], meant: tuple[int, ...] | None) -> None:
    """A handful of rows with very many channels is a picture the other way round."""
    assert channels_first(shape) == meant
