"""What `learn` found, in words and as a record."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.geometry import Pair
from convcli.core.learning.descent import Course, frame_steps
from convcli.core.learning.judged import Judged
from convcli.core.learning.match import Match
from convcli.core.learning.result import Learned
from convcli.core.text.matrices import format_matrix
from convcli.core.text.whole_numbers import magick_size, pair_text
from convcli.errors import many
from convcli.report.printing.aligned import number_lines
from convcli.report.printing.numbers import grouped, plain, short
from convcli.report.printing.wrapping import wrapped

ROUNDING = 0.33  # rms of rounding to whole numbers is 1/sqrt(12) = 0.289
NEGLIGIBLE = 1e-10  # of the largest weight; what float64 sums cannot vouch for
LISTED = 8
BARS = "▁▂▃▄▅▆▇█"
DIGITS = 10  # what `tidy` has left is known
CURVE = 48  # characters of the loss curve


def tidy(values: NDArray[Any], noise: NDArray[Any] | float = 0.0, scale: float | None = None) -> NDArray[np.float64]:
    """The shortest decimal numbers within the noise: 0.99999999999 becomes 1.

    Args:
        noise: standard error of each.
        scale: the largest magnitude that matters (that of the values themselves when None).

    >>> tidy(np.array([1.0000000000004, -2e-13, 0.125])).tolist()
    [1.0, 0.0, 0.125]
    >>> tidy(np.array([2.49983, 0.0213]), 0.0004).tolist()
    [2.5, 0.021]
    """
    given = np.asarray(values, dtype=np.float64)
    scale = float(np.abs(given).max(initial=0.0)) if scale is None else scale
    doubt = np.broadcast_to(np.maximum(np.asarray(noise), NEGLIGIBLE * (scale or 1.0)), given.shape)
    return np.array([_shortest(*pair) for pair in zip(given.flat, doubt.flat, strict=True)]).reshape(given.shape)


def _shortest(value: float, doubt: float) -> float:
    if abs(value) <= doubt:
        return 0.0
    shorter = (float(f"{value:.{digits}e}") for digits in range(16))
    return next((short for short in shorter if abs(short - value) <= doubt), float(value))


def learned_lines(
    found: Learned,
    its: Judged,
    anchor: Pair | None = None,
    *,
    whole_numbers: bool,
    opaque: bool = True,
    width: int | None = None,
) -> list[str]:
    """The kernel as rows that `-k @-` reads, and beneath it, behind `#`, how far to trust it.

    Args:
        its: what is to be said of it.
        anchor: of the kernel, where one was given: the rows then follow ImageMagick's WxH+X+Y.
        whole_numbers: whether AFTER holds whole numbers, and so was perhaps rounded.
        opaque: whether no pixel was left out for being transparent.
        width: columns of a terminal, where numbers are aligned and lines are wrapped; None for a pipe.
    """
    shown = tidy(found.kernel, found.noise)
    planes = shown if shown.ndim == 3 else shown[np.newaxis]
    rows = [line for plane in planes for line in _rows(plane, width)]
    if anchor is not None:
        size = found.kernel.shape[-2], found.kernel.shape[-1]
        rows.insert(0, f"{magick_size(size, anchor)}:" if found.kernel.ndim == 2 else "# anchor {},{}".format(*anchor))
    lines = [*rows, f"# {_bias(found, its)}", f"# {_leftover(found, whole_numbers)}", f"# {_rank(found)}"]
    if found.clamped or found.not_finite:
        lines.append(f"# left out: {_left_out(found, opaque)}")
    lines += [f"# {words}" for words in _called(found, its)]
    if found.mode == "convolve":
        lines.append(f"# this is the kernel of a convolution; a correlation needs its flip{_flip(shown)}")
    return [wrapped(line, width, "#   ") if line.startswith("#") else line for line in lines]


def _rows(plane: NDArray[np.float64], width: int | None) -> list[str]:
    """A plane's numbers: exact for a pipe; for a terminal aligned, a cut being said in a comment."""
    if width is None:
        return format_matrix(plane).splitlines()
    lines = number_lines(plane.tolist(), width, digits=DIGITS)
    return [f"# {line}" if line.startswith("...") else line for line in lines]


def shown_bias(found: Learned) -> float:
    """The bias without the digits that are only noise."""
    scale = max(abs(found.bias), float(np.abs(found.kernel).max()))
    return float(tidy(np.array([found.bias]), found.bias_noise, scale)[0])


def _leftover(found: Learned, whole_numbers: bool) -> str:
    words = f"left unexplained: RMS {short(found.residual_rms)}, at most {short(found.residual_max)}"
    words += f", over {many(found.pixels, 'pixel')}"
    if whole_numbers and 0.05 < found.residual_rms < ROUNDING:
        words += " (rounding to whole numbers alone leaves 0.29)"
    return words


def _rank(found: Learned) -> str:
    if found.identifiable:
        known = f"rank {found.rank:,}, condition {short(found.condition)}"
        return f"all {found.unknowns:,} numbers are determined ({known})"
    are = "is" if found.rank == 1 else "are"
    words = f"only {found.rank:,} of {found.unknowns:,} numbers {are} determined (condition {short(found.condition)})"
    if found.rank == 1:
        words = f"BEFORE is constant and determines one number only, of {found.unknowns:,}: value × sum + bias"
    return f"{words}; not {_undetermined(found)}: the smallest answer is shown"


def _undetermined(found: Learned) -> str:
    places = [f"({','.join(map(str, place))})" for place in undetermined(found)]
    if len(places) == found.kernel.size:
        words = "any weight by itself"
    else:
        more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
        words = f"the weights at {' '.join(places[:LISTED])}{more}"
    return f"{words}, nor the bias" if found.bias_undetermined else words


def undetermined(found: Learned) -> list[list[int]]:
    """Places (row, column), or (channel, row, column), of the weights that the picture cannot tell."""
    places: list[list[int]] = np.argwhere(found.undetermined).tolist()
    return places


def _left_out(found: Learned, opaque: bool) -> str:
    parts = []
    if found.clamped:
        parts.append(f"{grouped(found.clamped)} clamped (AFTER at an end of its range)")
    if found.not_finite:
        parts.append(f"{grouped(found.not_finite)} not finite{'' if opaque else ' or not opaque'}")
    return ", ".join(parts)


def _bias(found: Learned, its: Judged) -> str:
    words = f"bias {plain(shown_bias(found))}"
    return f"{words}: AFTER was rounded {its.rounded}; the filter itself added nothing" if its.rounded else words


def _called(found: Learned, its: Judged) -> list[str]:
    """Its name, or that it has none for explaining nothing."""
    if not its.explained:
        return _refusal(found, its)
    if its.move:
        return [f"= {_moved(*its.move)}"]
    return [_named(its.match)] if its.match else []


def _refusal(found: Learned, its: Judged) -> list[str]:
    h, w = found.kernel.shape[-2:]
    size = f"{h} × {w}"
    words = f"a convolution does not explain this: the best of {size} is shown, and leaves an RMS of "
    words += f"{short(found.residual_rms)} and up to {short(found.residual_max)}, where {_least(its)}"
    if its.wider == (h, w):
        return [words, "it does explain the pixels that are neither at the border nor clamped"]
    if its.wider:
        return [words, f"a larger kernel does explain it: --kernel-size {pair_text(its.wider)}"]
    other = f"it may come of a kernel larger than {size}, of no linear filter (a median), or have noise (--noise)"
    return [words, other]


def _least(its: Judged) -> str:
    """What is left of any AFTER."""
    step = its.step
    if not step:
        return f"arithmetic leaves {short(its.allowed)}"
    once, twice = f"{short(step / 12**0.5, 2)} and {short(step / 2)}", f"{short(step / 6**0.5, 2)} and {short(step)}"
    return f"rounding leaves {once}, done twice {twice}"


def _moved(move: Pair, factor: float) -> str:
    """
    >>> _moved((1, -2), 1.0)
    'a shift by 1 row down and 2 columns to the left'
    """
    down, right = move
    parts = [
        many(abs(count), unit) + (f" {ahead}" if count > 0 else f" {back}")
        for count, unit, ahead, back in (
            (down, "row", "down", "up"),
            (right, "column", "to the right", "to the left"),
        )
        if count
    ]
    times = plain(float(tidy(np.array([factor]))[0]))
    return f"a shift by {' and '.join(parts)}" + ("" if times == "1" else f", × {times}")


def _named(match: Match) -> str:
    shown = (
        tidy(np.array([match.factor]), match.noise)[0] if match.same else float(short(match.factor).replace(",", ""))
    )
    factor = plain(float(shown))
    if match.same:
        return f"= {match.name}" + ("" if factor == "1" else f" × {factor}")
    return f"nearest in the catalogue: {match.name} × {factor}, {short(100 * match.distance, 2)} % off"


def _flip(kernel: NDArray[np.float64]) -> str:
    if kernel.ndim != 2 or kernel.size > 9:
        return ""
    return f": {'; '.join(format_matrix(kernel[::-1, ::-1] + 0.0).splitlines())}"


def descent_lines(course: Course, seed: int, width: int | None = None) -> list[str]:
    """How the descent went: its steps, and the loss as it fell."""
    steps = len(course.losses) - 1
    end = "settled" if course.settled else "stopped"
    lines = [
        f"# descent: {end} after {many(steps, 'step')} of rate {short(course.rate)} "
        f"(safe below {short(course.limit)}), from random kernel {seed}",
        f"# loss: {', '.join(f'{short(loss)} at step {grouped(step)}' for step, loss in milestones(course))}; "
        f"least possible {short(course.least)}",
        f"# loss, both axes logarithmic: {sparkline(course.losses)}",
    ]
    return [wrapped(line, width, "#   ") for line in lines]


def milestones(course: Course) -> list[tuple[int, float]]:
    """Steps 0, 1, 10, 100 ... and the last, with the loss at each."""
    last = len(course.losses) - 1
    steps = [0, *(10**power for power in range(7) if 10**power < last), last]
    return [(step, float(course.losses[step])) for step in steps]


def sparkline(losses: NDArray[np.float64]) -> str:
    """A falling curve in a line of characters, logarithmic along both axes.

    >>> sparkline(np.array([100.0, 10.0, 1.0, 0.1]))
    '█▆▃▁'
    """
    steps = sorted(step for step in frame_steps(len(losses) - 1) if step < len(losses))[:CURVE]
    heights = np.log10(np.maximum(losses[steps], 1e-300))
    low, high = float(heights.min()), float(heights.max())
    levels = (heights - low) / (high - low) if high > low else np.zeros_like(heights)
    return "".join(BARS[round(float(level) * (len(BARS) - 1))] for level in levels)
