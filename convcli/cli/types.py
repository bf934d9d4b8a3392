"""Option types: how Click hands a word to its reader, and what Tab offers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from convcli.cli.help import completion
from convcli.cli.usage import not_among, spelling_of
from convcli.cli.values import (
    read_bias,
    read_dpi,
    read_enlargement,
    read_functions,
    read_memory,
    read_missing,
    read_number,
    read_numbers,
    read_padding,
    read_position,
    read_range,
    read_region,
    read_share,
    read_shifts,
    read_steps,
    read_whole,
)
from convcli.core.text.whole_numbers import pair

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from convcli.cli.help.completion import Offer

    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only from Click 8.4 on


class Reader(ParamType):
    """A Click type made of a reader function (text, option name) -> value.

    Args:
        offers: what Tab offers for it; nothing where there are no names to offer.
    """

    def __init__(self, name: str, read: Callable[[str, str], Any], offers: Offer | None = None) -> None:
        self.name = name
        self._read = read
        self.offers = offers

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What Tab offers for the word so far."""
        return self.offers(ctx, param, incomplete) if self.offers is not None else []

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or (ctx is not None and ctx.resilient_parsing):  # Tab asks for no values
            return value
        return self._read(value, spelling_of(param))


class Names(click.Choice):  # type: ignore[type-arg]  # generic only from Click 8.2 on
    """A choice of a registry's names, read anew each time: a row more is a choice more.

    Args:
        also: other names that are understood, and the names that they stand for; with them capitals do not matter.
    """

    def __init__(self, read: Callable[[], Iterable[str]], also: Callable[[], Mapping[str, str]] | None = None) -> None:
        self._read = read
        self._also = also
        self.case_sensitive = True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names that there are now."""
        return tuple(self._read())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The canonical name."""
        if self._also is not None and isinstance(value, str) and value not in self.choices:
            word = value.strip().lower()
            name = self._also().get(word, word)
            value = name if name in self.choices else value
        if isinstance(value, str) and value not in self.choices:
            raise not_among(param, value, list(self.choices))
        return value


def choice(*names: str) -> Names:
    """One of these words."""
    return Names(lambda: names)


def whole(at_least: int | None = None, at_most: int | None = None) -> Reader:
    """A whole number in ASCII digits, within limits."""

    def read(text: str, option: str) -> int:
        return read_whole(text, option, at_least=at_least, at_most=at_most)

    return Reader("INTEGER", read)


def number() -> Reader:
    """A finite number, or a fraction such as 1/9."""
    return Reader("NUMBER", read_number)


SHIFTS = Reader("N|A..B", read_shifts)
ENLARGEMENT = Reader("N", read_enlargement)
DPI = Reader("N", read_dpi)
PADDING = Reader("N|T,B,L,R", read_padding)
MISSING = Reader("nan|VALUE", read_missing, completion.words("nan"))
MEMORY = Reader("SIZE", read_memory)
REGION = Reader("ROW,COLUMN,HEIGHT,WIDTH", read_region)
RANGE = Reader("LO,HI", read_range)
SHARE = Reader("FRACTION", read_share)
FUNCTIONS = Reader("F,G", read_functions, completion.functions)
NUMBERS = Reader("NUMBERS", read_numbers)
BIASES = Reader("NUMBERS|@FILE", read_bias)
PAIR = Reader("HxW", pair)
STEPS = Reader("N|ROWSxCOLS", read_steps)
POSITION = Reader("ROW,COL", read_position)
WEIGHT = Reader("I,J", read_position)


def _read_border(text: str, option: str) -> Any:
    from convcli.core.border import border

    return border(text, option)


BORDER = Reader("BORDER", _read_border, completion.borders)


def _read_frames(text: str, option: str) -> Any:
    from convcli.images.frames import Choice

    return Choice.of(text, option)


FRAMES = Reader("all|first|N|N..M", _read_frames, completion.words("all", "first"))


def _read_cluster(text: str, option: str) -> Any:
    from convcli.cli.cluster.address import read_cluster

    return read_cluster(text, option)


CLUSTER = Reader("ADDRESS", _read_cluster, completion.words("local", "local:", "tcp://", "tls://"))


def _dtypes() -> list[str]:
    from convcli.core.layer.cost import DTYPE_BYTES

    return list(DTYPE_BYTES)


def _connections() -> tuple[str, ...]:
    from convcli.core.layer.cost import KINDS

    return KINDS


DTYPE = Names(_dtypes)
CONNECTION = Names(_connections)  # fully connected, sparse, shared
