"""Numbers as people read them: memory and proportions, with those of the core."""

from __future__ import annotations

from fractions import Fraction

from convcli.core.quantities import duration, grouped, plain, short, spoken

__all__ = ["duration", "grouped", "human_bytes", "plain", "ratio", "short", "spoken"]

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB", "RB", "QB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB", "RiB", "QiB")


def human_bytes(n: int) -> str:
    """A number of bytes to three digits, in powers of 1000 and of 1024.

    >>> human_bytes(3_070_000_000), human_bytes(512)
    ('3.07 GB (2.86 GiB)', '512 B')
    """
    if abs(n) < 1000:
        return f"{int(n)} B"
    return f"{_in_units(n, 1000, _DECIMAL)} ({_in_units(n, 1024, _BINARY)})"


def _in_units(n: int, base: int, units: tuple[str, ...]) -> str:
    step = 0
    # Three digits of 999.9 are 1000: compare what will be printed, so that it reads "1 MB".
    while step < len(units) - 1 and _three_digits(Fraction(abs(n), base**step)) >= base:
        step += 1
    amount = _three_digits(Fraction(n, base**step))
    return f"{grouped(int(amount))} {units[step]}" if amount.denominator == 1 else f"{float(amount):.10g} {units[step]}"


def _three_digits(value: Fraction) -> Fraction:
    whole = len(str(abs(int(value))))
    return round(value, max(0, 3 - whole))


def ratio(before: int, after: int) -> str:
    """How much smaller or larger `after` is than `before`; "about" when rounded.

    >>> ratio(10**10, 10**6), ratio(3, 4), ratio(7, 7)
    ('10,000 times smaller', 'about 1.33 times larger', 'the same')
    """
    if before == after:
        return "the same"
    if before == 0 or after == 0:
        return "down to none" if after == 0 else "up from none"
    exact = Fraction(max(before, after), min(before, after))
    shown = _three_digits(exact)
    number = grouped(int(shown)) if shown.denominator == 1 else f"{float(shown):.10g}"
    about = "" if shown == exact else "about "
    return f"{about}{number} times {'smaller' if after < before else 'larger'}"
