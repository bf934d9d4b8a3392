"""One layer as it is written, conv:6,5,pad=2: its kind, and its options by position and by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from convcli.core.geometry import SIZES, Pair
from convcli.core.network.kinds import LAYER_KINDS, LayerKind
from convcli.core.network.other_words import refuse_other_word
from convcli.core.network.spec import TF_SAME, LayerSpec, Written
from convcli.core.text.whole_numbers import pair, whole_number
from convcli.errors import OptionError, UnknownNameError


def read_layer(word: Written, others: Iterable[str] = ()) -> LayerSpec:
    """The layer that a word says.

    Args:
        others: words that stand for something else, to suggest where the kind is unknown.

    Raises:
        UsageError: (InputError for a file) with the layer's number, text and the rule.
    """
    try:
        return _layer(word, others)
    except (OptionError, UnknownNameError) as error:
        raise word.problem(str(error)) from error


def kind_called(name: str, others: Iterable[str] = ()) -> LayerKind:
    """The kind of that name, whatever its case."""
    kind = LAYER_KINDS.get(name.strip().lower())
    if kind is None:
        names = [*LAYER_KINDS.names(), *others]
        raise UnknownNameError("layer", name, [*LAYER_KINDS.accepted(), *others], f"choose from {', '.join(names)}")
    return kind


def _layer(word: Written, others: Iterable[str]) -> LayerSpec:
    name, colon, rest = word.text.partition(":")
    refuse_other_word(name, rest)
    kind = kind_called(name, others)
    parts = rest.split(",") if colon else []
    given: dict[str, Any] = {}
    for index, part in enumerate(parts):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = _by_position(kind, index), part
        if not kind.options:
            raise OptionError(kind.name, part, f"it takes no values; write {kind.form}")
        if key not in kind.options:
            raise UnknownNameError(f"option of {kind.name}", key, kind.options)
        if _field(key) in given:
            raise OptionError(key, value, "it is given twice")
        given[_field(key)] = _one_of(*kind.ways)(value, key) if key == "how" else _READERS[key](value, key)
    missing = [key for key in kind.needs if _field(key) not in given]
    if missing:
        raise word.problem(f"{' and '.join(missing)} missing; write {kind.form}")
    return LayerSpec(kind.name, word, **given)


def _field(option: str) -> str:
    """The field of `LayerSpec` that an option sets."""
    return option.replace("-", "_")


def _by_position(kind: LayerKind, index: int) -> str:
    order = kind.needs + kind.then
    if index < len(order):
        return order[index]
    if not kind.options:
        raise OptionError(kind.name, f"value {index + 1}", f"it takes no values; write {kind.form}")
    raise OptionError(kind.name, f"value {index + 1}", f"write {kind.form}; what follows needs a name=")


def _pad(text: str, option: str) -> Pair | str:
    return text if text in (*SIZES, TF_SAME) else pair(text, option, least=0)


def _yes_or_no(text: str, option: str) -> bool:
    return _one_of("yes", "no")(text, option) == "yes"


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def read(text: str, option: str) -> str:
        if text not in choices:
            raise OptionError(option, text or "nothing", f"give {' or '.join(choices)}")
        return text

    return read


def _decimal(text: str) -> bool:
    digits = text.replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(text) < 20


def _rate(text: str, option: str) -> str:
    if not (_decimal(text) and float(text) < 1):
        raise OptionError(option, text, "give a number from 0 up to, not including, 1")
    return text


def _slope(text: str, option: str) -> str:
    if not _decimal(text):
        raise OptionError(option, text or "nothing", "give a number of at least 0, as in 0.01")
    return text


def _name(text: str, option: str) -> str:
    if not text:
        raise OptionError(option, "nothing", "give a name")
    return text


def _padding(text: str, option: str) -> Pair:
    return pair(text, option, least=0)


# What an option of any kind understands; the options themselves are the fields of `LayerSpec`.
_READERS: dict[str, Callable[[str, str], Any]] = {
    "filters": whole_number,
    "units": whole_number,
    "groups": whole_number,
    "size": whole_number,
    "kernel": pair,
    "stride": pair,
    "dilation": pair,
    "scale": pair,
    "crop": pair,
    "pad": _pad,
    "output-pad": _padding,
    "bias": _yes_or_no,
    "ceil": _yes_or_no,
    "rate": _rate,
    "slope": _slope,
    "name": _name,
    "share": _name,
}
