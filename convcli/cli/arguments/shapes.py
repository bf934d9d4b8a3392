"""Shapes of layers from the command line, for `params` and `matrix`."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

import click

from convcli.core.geometry import Padding, Pair
from convcli.core.text.whole_numbers import MOST_DIGITS, dimensions, looks_like_shape, pair_text
from convcli.errors import OptionError, UsageError

FORM = "HxWxC, HxW or N, or a picture's file or sample:NAME"


class Given(NamedTuple):
    """The input of a layer.

    Attributes:
        shape: rows, columns, channels; a plain vector of m is (1, m, 1).
        vector: whether it was given as one number.
    """

    shape: tuple[int, int, int]
    vector: bool

    def kernel(self, kernel: tuple[int, int] | None, typed: str = "") -> tuple[int, int] | None:
        """The window; one number on a plain vector is that many inputs in a row."""
        if not self.vector or kernel is None:
            return kernel
        if kernel[0] not in (1, kernel[1]) or (kernel[0] == kernel[1] and "x" in typed.lower() and kernel[0] > 1):
            raise OptionError("--kernel", typed, "the input is a plain vector: give one number, or 1xN")
        return 1, kernel[1]

    def steps(self, steps: Pair, option: str) -> Pair:
        """A stride or dilation; on a plain vector one number, or 1xN."""
        if self.vector and steps[0] not in (1, steps[1]):
            raise OptionError(f"--{option}", pair_text(steps), "the input is a plain vector: give one number, or 1xN")
        return steps

    def padding(self, padding: Padding) -> Padding:
        """Padding of the sides that there are."""
        if not self.vector:
            return padding
        if padding.top != padding.bottom or padding.top not in (0, padding.left):
            raise OptionError("--padding", ",".join(map(str, padding)), "a plain vector has no rows above or below it")
        return Padding(0, 0, padding.left, padding.right)


def read_shape(text: str) -> Given:
    """SHAPE: numbers joined by x, or a picture, whose header gives them.

    An existing file wins; a text that looks like a shape is never taken for a file's name.
    """
    text = text.strip()
    if not text:
        raise OptionError("SHAPE", "an empty text", f"give {FORM}")
    if looks_like_shape(text) and not os.path.exists(text):
        shape = dimensions(text, "SHAPE", "HxWxC, HxW or N")
        if len(shape) == 1:
            return Given((1, shape[0], 1), True)
        return Given((shape[0], shape[1], shape[2] if len(shape) == 3 else 1), False)
    from convcli.images import shape_of

    height, width, channels = shape_of(text)
    return Given((height, width, channels), False)


def narrow_terminal(needs: int) -> bool:
    """Whether stdout is a terminal of fewer columns; a pipe has room for everything."""
    width = terminal_width()
    return width is not None and width < needs


def terminal_width() -> int | None:
    """The columns of the terminal that stdout is; None for a pipe."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def was_given(*names: str) -> list[str]:
    """Those of the options (by parameter name) that stand on the command line."""
    context = click.get_current_context()
    source = click.core.ParameterSource.DEFAULT
    return [name for name in names if context.get_parameter_source(name) not in (source, None)]


def check_sizes(**options: int | tuple[int, ...] | None) -> None:
    """Refuse numbers beyond any count, and --size beside --padding."""
    for name, value in options.items():
        for number in value if isinstance(value, tuple) else (value or 0,):
            if number >= 10**MOST_DIGITS:
                digits = len(str(number))
                raise OptionError(f"--{name}", f"a number of {digits} digits", f"at most {MOST_DIGITS} digits")
    if len(was_given("size", "padding")) == 2:
        raise UsageError("--size and --padding both say how to pad; give one of them")
