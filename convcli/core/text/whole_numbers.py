"""Whole numbers and shapes as people type them, read strictly and without NumPy."""

from __future__ import annotations

import math

from convcli.errors import OptionError

MOST_DIGITS = 100  # far beyond any count, and int() stays linear


def whole_number(text: str, option: str, least: int = 1) -> int:
    """A whole number in ASCII digits alone: no sign, point, blank or underscore.

    Raises:
        OptionError: anything else, or a number below `least`.

    >>> whole_number("1000000", "hidden")
    1000000
    """
    rule = f"give a whole number of at least {least}"
    text = text.strip(" ")
    if not (text.isascii() and text.isdigit()):
        raise OptionError(option, text, rule + digits_rule(text))
    if len(text) > MOST_DIGITS:
        raise OptionError(option, f"a number of {len(text)} digits", f"{rule} and of at most {MOST_DIGITS} digits")
    if int(text) < least:
        raise OptionError(option, text, rule)
    return int(text)


def digits_rule(text: str) -> str:
    """What else a message says where a text is a number but for how it is written.

    >>> digits_rule("1_000"), digits_rule("three")
    (', in the digits 0 to 9 only', '')
    """
    bare = "".join(c for c in text if c not in "_,' ")
    return ", in the digits 0 to 9 only" if bare.isdigit() and not (text.isascii() and text.isdigit()) else ""


def as_float(value: float, option: str) -> float:
    """A number in float64; a whole one that float64 would round is refused.

    >>> as_float(2**60, "bias")
    1.152921504606847e+18
    """
    number = float(value) if abs(value) < 2**1023 else math.inf
    if isinstance(value, int) and math.isfinite(number) and int(number) != value:
        raise OptionError(option, value, f"beyond 2^53 it must be a number that float64 holds; {int(number)} is near")
    return number


def dimensions(text: str, option: str, form: str, *, least: int = 1) -> tuple[int, ...]:
    """Whole numbers joined by x, as many as `form` has at most.

    Args:
        form: the shapes allowed, longest first, for the message and the count: "HxWxC or HxW".

    >>> dimensions("28x28x1", "SHAPE", "HxWxC, HxW or N")
    (28, 28, 1)
    """
    parts = text.lower().split("x")
    if len(parts) > form.split()[0].count("x") + 1:
        raise OptionError(option, text, f"give {form}, each a whole number of at least {least}")
    try:
        return tuple(whole_number(part, option, least) for part in parts)
    except OptionError as problem:
        if len(parts) == 1:
            raise
        rule = f"give {form}, each a whole number of at least {least}"
        raise OptionError(option, text, rule + "".join(dict.fromkeys(map(digits_rule, parts)))) from problem


def pair(text: str, option: str, form: str = "HxW or N", *, least: int = 1) -> tuple[int, int]:
    """Rows and columns from `HxW`, or one number for both.

    >>> pair("5", "kernel"), pair("3x7", "kernel")
    ((5, 5), (3, 7))
    """
    numbers = dimensions(text, option, form, least=least)
    return (numbers[0], numbers[-1])


def pair_text(numbers: tuple[int, int]) -> str:
    """What `pair` reads: one number where both are equal.

    >>> pair_text((2, 2)), pair_text((3, 2))
    ('2', '3x2')
    """
    return str(numbers[0]) if numbers[0] == numbers[1] else f"{numbers[0]}x{numbers[1]}"


def magick_size(size: tuple[int, int], anchor: tuple[int, int]) -> str:
    """ImageMagick's `WxH+X+Y` of a kernel of (rows, columns) and its anchor (row, column).

    >>> magick_size((2, 3), (0, 1))
    '3x2+1+0'
    """
    return f"{size[1]}x{size[0]}+{anchor[1]}+{anchor[0]}"


def looks_like_shape(text: str) -> bool:
    """Whether a text is meant as a shape, right or wrong, and not as a file's name."""
    return any(c.isdigit() for c in text) and all(c.isdigit() or c in "xX×*,._+- eE" for c in text)
