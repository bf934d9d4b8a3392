"""NETWORK on the command line: a name, a line of layers, @FILE, or a weight file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.rows import Network
from convcli.core.text.whole_numbers import looks_like_shape
from convcli.errors import InputError, OptionError, UsageError
from convcli.files.reasons import no_such_file

MOST_BYTES = 1 << 20


def weight_files(words: Sequence[str]) -> tuple[str, ...]:
    """The paths, where NETWORK is a weight file, or several of one model; else none.

    Raises:
        InputError: named as weights are, and not there; among weight files one that is none; or it is another
            framework's file, which is not opened.
    """
    from convcli.files.onnx_model import foreign_model
    from convcli.files.weights import is_weight_file
    from convcli.files.weights.reading import named_as_weights

    whole = " ".join(words)
    if (refusal := foreign_model(whole)) is not None:  # before its first bytes are read: PyTorch's are a zip's
        raise InputError(whole, refusal)
    if os.path.exists(whole):
        return (whole,) if is_weight_file(whole) else ()
    if not any(named_as_weights(word) and not word.startswith("@") for word in words):
        return ()
    for word in words:
        if not is_weight_file(word):
            refusal = "no weight file, as the others are"
            missing = no_such_file(word, "there is no such file", with_folder=True)
            raise InputError(word, refusal if os.path.exists(word) else missing)
    return tuple(words)


def onnx_network(text: str) -> Network | None:
    """The network of an ONNX file, where NETWORK is one.

    Raises:
        InputError: it cannot be read or counted.
    """
    from convcli.files.onnx_model import is_onnx, read_onnx

    if not is_onnx(text) or (len(text.split()) > 1 and not os.path.exists(text)):
        return None
    from convcli.core.forward import network_of

    graph = read_onnx(text)
    try:
        return network_of(graph, text)
    except UsageError as error:
        raise InputError(text, str(error)) from error


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
        raise OptionError(
            "NETWORK",
            text,
            f"a file with layers is written @{text}; a network is .onnx, weights are .safetensors or .npz",
        )
    elif os.path.splitext(text)[1] or os.path.dirname(text):
        raise InputError(text, no_such_file(text, "there is no such file", with_folder=True))
    else:
        from convcli.core.network.zoo import known_network

        shape, specs = parse_network(known_network(text).text)
    return build_network(shape, specs)


def _text_in(path: str) -> str:
    """The text of a network's file, or of stdin for "-"."""
    from convcli.files import read_whole, text_of

    def check(content: bytearray) -> None:
        if len(content) > MOST_BYTES:
            raise InputError(path, "it is too long for a network's text, which has at most 1 MiB")

    refusal = "it is no text (UTF-8), as networks are written; weight files end in .safetensors or .npz"
    return text_of(read_whole(path, check=check, missing="there is no such file"), path, refusal)
