"""Why a filter is no convolution, as pairs: what came back beside what a convolution would have given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convcli.core.identify.probes import FAR, MIDDLE, SHIFT
from convcli.report.identify.exchange import Array, Exchange, Exchanged, grounds, planes

NOT_SUMS = ("median", "morphological", "edge-preserving", "thresholded", "normalised", "pointwise", "few-levels",
            "not-linear", "unexplained")  # fmt: skip
AROUND = 11  # rows and columns on each side of an impulse
HIGH, LOW = "impulse-up", "impulse-up-low"  # of heights 127 and 32


def disproving(found: Exchanged) -> Iterator[Exchange]:
    """The pairs that show the reason of a verdict, the strongest first."""
    reason = found.told.verdict.reason
    made = {
        "random": _again,
        "position": _moved,
        "histogram": _far,
        "normalised": _twice,
        "edge-preserving": _higher,
        "thresholded": _higher,
    }.get(str(reason))
    pairs = [None if made is None else made(found), _sum(found) if reason in NOT_SUMS else None]
    yield from (pair for pair in pairs if pair is not None)


def _again(found: Exchanged) -> Exchange | None:
    first, again = planes(found, "noise"), planes(found, "noise-again")
    if first is None or again is None:
        return None
    return Exchange("The same noise once more", *again, _as_large(first[1], again[1]), "The first answer")


def _moved(found: Exchanged) -> Exchange | None:
    """The noise shifted, beside the answer to the noise shifted; where both have come from within."""
    first, second = planes(found, "noise"), planes(found, "noise-shifted")
    if first is None or second is None or first[1].shape != second[1].shape:
        return None
    steps = [max(round(n / m), 1) for n, m in zip(first[0].shape, first[1].shape, strict=True)]
    down, right = (move // step for move, step in zip(SHIFT, steps, strict=True))
    expected = np.roll(first[1].astype(np.float64), (down, right), axis=(0, 1))
    expected[:down], expected[:, :right] = np.nan, np.nan
    words = f"The noise shifted by {SHIFT[0]} rows and {SHIFT[1]} columns"
    return Exchange(words, *second, expected, "The first answer, shifted")


def _far(found: Exchanged) -> Exchange | None:
    """Other pixels in the last corner, beside the answer without them; what lies near the corner is left out."""
    first, second = planes(found, "low"), planes(found, "low-elsewhere")
    if first is None or second is None or first[1].shape != second[1].shape:
        return None
    expected = first[1].astype(np.float64)
    rows, columns = (FAR * m // n + 1 for n, m in zip(second[0].shape, second[1].shape, strict=True))
    expected[-rows:, -columns:] = np.nan
    return Exchange("Faint noise, its last corner black and white", *second, expected, "The answer without that corner")


def _twice(found: Exchanged) -> Exchange | None:
    once, twice = planes(found, "low"), planes(found, "low-doubled")
    if once is None or twice is None or once[1].shape != twice[1].shape:
        return None
    ground = grounds(found)[1]
    expected = ground + 2 * (once[1].astype(np.float64) - ground)
    return Exchange("Faint noise of twice the contrast", *twice, expected, "Twice the answer to half of it")


def _higher(found: Exchanged) -> Exchange | None:
    """A high impulse, beside as many times the answer to a low one."""
    low, high = planes(found, LOW), planes(found, HIGH)
    if low is None or high is None or low[1].shape != high[1].shape or low[0].shape != low[1].shape:
        return None
    before, after = grounds(found)
    around = tuple(slice(at - AROUND, at + AROUND + 1) for at in MIDDLE)
    times = float((high[0][MIDDLE] - before) / (low[0][MIDDLE] - before))
    expected = after + times * (low[1].astype(np.float64) - after)
    sent, came, promised = (part[around].astype(np.float64) for part in (high[0], high[1], expected))
    words = f"{times:.3g} times the answer to a low one"
    return Exchange("A high impulse", sent, came, promised, words, (before, after))


def _sum(found: Exchanged) -> Exchange | None:
    """The sum of two noises, beside the sum of the answers to each; where nothing is clamped."""
    pairs = [planes(found, name) for name in ("a", "b", "a-and-b", "flat-black")]
    given = [pair for pair in pairs if pair is not None]
    if len(given) < 4 or len({pair[1].shape for pair in given}) > 1:
        return None
    one, two, both, ground = (pair[1].astype(np.float64) for pair in given)
    expected = one + two - ground
    dtype = given[0][1].dtype
    if dtype.kind in "ui":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        free = np.logical_and.reduce([(part > low) & (part < high) for part in (one, two, both)])
        expected = np.where(free, expected, np.nan)
    return Exchange("The sum of two noises", *given[2], expected, "The sum of the answers to each")


def _as_large(expected: Array, came: Array) -> Array | None:
    return expected if expected.shape == came.shape else None
