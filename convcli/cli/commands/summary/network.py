"""NETWORK on the command line: a name, a line of layers, @FILE, or a weight file."""

from __future__ import annotations

import os

from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.rows import Network
from convcli.core.network.zoo import known_network
from convcli.core.text.whole_numbers import looks_like_shape
from convcli.errors import InputError, OptionError

MOST_BYTES = 1 << 20


def weight_file(text: str) -> str | None:
    """The path, where NETWORK is a weight file."""
    from convcli.files.weights import is_weight_file

    if text.lower().endswith((".safetensors", ".npz")) and not text.startswith("@") and not os.path.exists(text):
        raise InputError(text, "there is no such file")
    return text if is_weight_file(text) else None


def read_network(text: str) -> Network:
    """The network that the text names, holds or points to."""
    text = text.strip()
    if not text:
        raise OptionError("NETWORK", "an empty text", "give a name, layers as in '28x28x1 conv:6,5', or @FILE")
    if text.startswith("@"):
        file = text[1:]
        shape, specs = parse_network(_text_in(file), file="stdin" if file == "-" else file)
    elif len(text.split()) > 1 or looks_like_shape(text) or ":" in text:
        shape, specs = parse_network(text)
    elif os.path.exists(text):
        raise OptionError("NETWORK", text, f"a file with layers is written @{text}; weights are .safetensors or .npz")
    else:
        shape, specs = parse_network(known_network(text).text)
    return build_network(shape, specs)


def _text_in(path: str) -> str:
    """The text of a network's file, or of stdin for "-"."""
    from convcli.files import read_whole, text_of

    def check(content: bytearray) -> None:
        if len(content) > MOST_BYTES:
            raise InputError(path, "it is too long for a network's text, which has at most 1 MiB")

    refusal = "it is no text (UTF-8), as networks are written; weight files end in .safetensors or .npz"
    return text_of(read_whole(path, check=check), path, refusal)
