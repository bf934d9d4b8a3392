"""Numbers as people read them: in tables, messages and remarks.  No NumPy.

Powers of ten are written only where they are the truth about something tiny, such as an error of 3.6e-15, or
about what no float64 holds exactly.
"""

from __future__ import annotations

import math
from typing import SupportsFloat, SupportsIndex

EXACT = 1e15  # below it a float64 has all digits before the point
SMALL = 1e-4  # below it zeros would hide the number


def grouped(n: int) -> str:
    """A whole number with its thousands set apart.

    >>> grouped(1000000)
    '1,000,000'
    """
    return f"{int(n):,}"


def plain(value: SupportsFloat | SupportsIndex) -> str:
    """The shortest readable form: whole numbers without ".0", else six significant digits.

    Digits before the point are never rounded away below 1e15.  It reads back as a number.

    >>> [plain(v) for v in (3.0, -0.0, 1 / 9, 0.00001, 1234567.25)]
    ['3', '0', '0.111111', '1e-5', '1234567']
    """
    if isinstance(value, SupportsIndex):
        return str(value.__index__())
    number = float(value)
    if not math.isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < EXACT:
        return str(int(number))
    return _with_power(f"{number:.0f}" if 1e5 <= abs(number) < EXACT else f"{number:.6g}")


def spoken(value: SupportsFloat | SupportsIndex) -> str:
    """As `plain`, with thousands set apart: what stands in a sentence or a drawn table.

    >>> [spoken(v) for v in (-1020, 882.543, 1234567.25, 3.6e-15)]
    ['-1,020', '882.543', '1,234,567', '3.6e-15']
    """
    return _apart(plain(value))


def short(value: SupportsFloat, digits: int = 3) -> str:
    """A measurement or an error to a few significant digits; digits before the point are never rounded away.

    >>> [short(v) for v in (1080, 3050.4, 24.0831, 0.000439, 4.4e-05, 0)]
    ['1,080', '3,050', '24.1', '0.000439', '4.4e-5', '0']
    """
    number = float(value)
    if not math.isfinite(number) or number == 0 or abs(number) >= EXACT:
        return _with_power(f"{number:.{digits}g}") if number else "0"
    if abs(number) < SMALL:
        return _with_power(f"{number:.{digits}g}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    text = f"{number:.{decimals}f}"
    return _apart(text.rstrip("0").rstrip(".") if "." in text else text)


def duration(seconds: float, digits: int = 3) -> str:
    """A time in milliseconds, seconds or minutes.

    >>> [duration(s) for s in (0.00025, 0.18, 3.05, 125)]
    ['0.25 ms', '180 ms', '3.05 s', '2 min 5 s']
    """
    if seconds < 0.9995:
        ms = seconds * 1e3
        return f"{short(ms if ms >= SMALL else 0.0, digits)} ms"
    if seconds < 119.5:
        return f"{short(seconds, digits)} s"
    return f"{grouped(round(seconds) // 60)} min {round(seconds) % 60} s"


def _with_power(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _apart(text: str) -> str:
    whole, point, rest = text.partition(".")
    digits = whole.removeprefix("-")
    return f"{'-' * (whole != digits)}{int(digits):,}{point}{rest}" if digits.isdigit() else text
