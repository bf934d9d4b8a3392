"""The language: refusals say which layer, what was written, and what would be right."""

from __future__ import annotations

import pytest

from convcli.core.network.language import parse_network
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
