"""NETWORK on the command line: a name, a line of layers, @FILE, or a weight file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.rows import Network
from convcli.core.text.whole_numbers import looks_like_shape
from convcli.errors import InputError, OptionError

MOST_BYTES = 1 << 20


def weight_files(words: Sequence[str]) -> tuple[str, ...]:
    """The paths, where NETWORK is a weight file, or several of one model; else none.

    Raises:
        InputError: named as weights are, and not there; among weight files one that is none.
    """
    from convcli.files.weights import is_weight_file
    from convcli.files.weights.reading import named_as_weights

    whole = " ".join(words)
    if os.path.exists(whole):
        return (whole,) if is_weight_file(whole) else ()
    if not any(named_as_weights(word) and not word.startswith("@") for word in words):
        return ()
    for word in words:
        if not is_weight_file(word):
            raise InputError(word, "no weight file, as the others are" if os.path.exists(word) else "no such file")
    return tuple(words)


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
        from convcli.core.network.zoo import known_network

        shape, specs = parse_network(known_network(text).text)
    return build_network(shape, specs)


def _text_in(path: str) -> str:
    """The text of a network's file, or of stdin for "-"."""
    from convcli.files import read_whole, text_of

    def check(content: bytearray) -> None:
        if len(content) > MOST_BYTES:
            raise InputError(path, "too long for a network's text; at most 1 MiB")

    refusal = "not a network's text (no UTF-8); weights are .safetensors or .npz"
    return text_of(read_whole(path, check=check), path, refusal)
