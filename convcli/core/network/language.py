"""The language of networks: "28x28x1 conv:6,5,pad=2 relu pool:avg,2 flatten fc:10"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from convcli.core.geometry import SIZES, Pair
from convcli.core.network.kinds import LAYER_KINDS, LayerKind
from convcli.core.network.other_words import refuse_other_word
from convcli.core.network.spec import LayerSpec, Written
from convcli.core.text.whole_numbers import dimensions, pair, whole_number
from convcli.errors import OptionError, UnknownNameError

MOST_LAYERS = 10_000


def parse_network(text: str, *, file: str | None = None) -> tuple[tuple[int, ...], list[LayerSpec]]:
    """The input's shape, (H, W, C) or (N,), and the layers.

    Args:
        text: words apart by blanks or lines; # begins a comment.
        file: the name for messages where the text came from a file.

    Raises:
        UsageError: (InputError for a file) with the layer's number, text and the rule.
    """
    words = _words(text, file)
    first = next(words, None)
    if first is None:
        raise Written("", 0, file, 1).problem("nothing there; give a shape and layers, as in '28x28x1 conv:6,5 relu'")
    shape = _told(first, _input_shape)
    layers = [_told(word, _layer) for word in words]
    if not layers:
        raise first.problem("no layer follows the shape; add one, as in '28x28x1 conv:6,5'")
    return shape, layers


def _words(text: str, file: str | None) -> Iterator[Written]:
    number = 0
    for line, content in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        for word in content.split("#", 1)[0].split():
            if number > MOST_LAYERS:
                raise Written(word, number, file, line).problem(f"a network has at most {MOST_LAYERS:,} layers")
            yield Written(word, number, file, line)
            number += 1


def _told(word: Written, read: Callable[[Written], Any]) -> Any:
    try:
        return read(word)
    except (OptionError, UnknownNameError) as error:
        raise word.problem(str(error)) from error


def _input_shape(word: Written) -> tuple[int, ...]:
    shape = dimensions(word.text, "the first word", "HxWxC, HxW or N, the shape that comes in")
    return (*shape, 1) if len(shape) == 2 else shape


def _layer(word: Written) -> LayerSpec:
    name, colon, rest = word.text.partition(":")
    refuse_other_word(name, rest)
    kind = LAYER_KINDS.read(name)
    parts = rest.split(",") if colon else []
    named = {}
    for index, part in enumerate(parts):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = _by_position(kind, index), part
        if key not in kind.options:
            raise UnknownNameError(f"option of {kind.name}", key, kind.options)
        if key in named:
            raise OptionError(key, value, "it is given twice")
        named[key] = _READERS[key](value, key)
    missing = [key for key in kind.needs if key not in named]
    if missing:
        raise word.problem(f"{' and '.join(missing)} missing; write {kind.form}")
    return replace(LayerSpec(kind.name, word), **named)


def _by_position(kind: LayerKind, index: int) -> str:
    order = kind.needs + kind.then
    if index < len(order):
        return order[index]
    raise OptionError(kind.name, f"value {index + 1}", f"write {kind.form}; what follows needs a name=")


def _pad(text: str, option: str) -> Pair | str:
    return text if text in SIZES else pair(text, option, least=0)


def _yes_or_no(text: str, option: str) -> bool:
    return _one_of("yes", "no")(text, option) == "yes"


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def read(text: str, option: str) -> str:
        if text not in choices:
            raise OptionError(option, text or "nothing", f"give {' or '.join(choices)}")
        return text

    return read


def _rate(text: str, option: str) -> str:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(text) < 20 and float(text) < 1):
        raise OptionError(option, text, "give a number from 0 up to, not including, 1")
    return text


def _name(text: str, option: str) -> str:
    if not text:
        raise OptionError(option, "nothing", "give a name")
    return text


# What an option of any kind understands; the options themselves are the fields of `LayerSpec`.
_READERS: dict[str, Callable[[str, str], Any]] = {
    "filters": whole_number,
    "units": whole_number,
    "groups": whole_number,
    "kernel": pair,
    "stride": pair,
    "dilation": pair,
    "pad": _pad,
    "bias": _yes_or_no,
    "how": _one_of("avg", "max"),
    "rate": _rate,
    "name": _name,
    "share": _name,
}
