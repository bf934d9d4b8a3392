"""What went in, what came back and what was expected: the pairs of a report, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.material import grey_plane
from convcli.core.identify.prediction import predict
from convcli.core.identify.probes import MID_GREY, MIDDLE, OTHER_SIZE, Depth, probes
from convcli.report.identify.told import Told

Array = NDArray[Any]
Ground = tuple[float, float]
SMALL, LARGE = 11, 31  # rows and columns around an impulse that are shown
PREDICTED = "Predicted"
LINE = np.nan  # between the parts of a picture that is put together


@dataclass(frozen=True, eq=False)
class Exchanged:
    """All that went to and fro.

    Attributes:
        answers: by the probes' names.
        unseen: the picture of the proof and what came back for it; None where there was none.
    """

    told: Told
    answers: Mapping[str, Array | None]
    depth: Depth
    unseen: tuple[Array, Array] | None = None


@dataclass(frozen=True, eq=False)
class Exchange:
    """One pair.

    Attributes:
        title: which probe.
        sent, came, expected: (H, W) or (H, W, 3); NaN where nothing is compared; `expected` None where nothing was.
        heading: what `expected` is.
        grounds: the levels around impulses in what was sent and in what came back: deviations from them are shown.
        compared: (differing, of how many, the largest) of the whole pictures, where parts are shown.
    """

    title: str
    sent: Array
    came: Array
    expected: Array | None = None
    heading: str = PREDICTED
    grounds: Ground | None = None

    @property
    def difference(self) -> Array | None:
        """What came back less what was expected, (H, W): of colours the largest by magnitude; None where none was."""
        if self.expected is None or self.expected.shape != self.came.shape:
            return None
        gap = self.came.astype(np.float64) - self.expected.astype(np.float64)
        if gap.ndim == 2:
            return gap
        strongest = np.abs(np.nan_to_num(gap)).argmax(axis=2)
        return np.take_along_axis(gap, strongest[:, :, np.newaxis], axis=2)[:, :, 0]


def exchanges(found: Exchanged) -> list[Exchange]:
    """The pairs that show a verdict: predicted ones of what is identified, else those that show why not, first."""
    from convcli.report.identify.disproof import disproving

    first = [] if found.told.verdict.model is not None else list(disproving(found))
    return [*first, *_shown(found)]


def _shown(found: Exchanged) -> Iterator[Exchange]:
    impulses = _impulses(found)
    if impulses is not None:
        yield impulses
    for name, title in (
        ("ramp", "A ramp of every level"),
        ("noise", "Noise"),
        ("binary-other-size", f"Black and white noise, {OTHER_SIZE[0]} × {OTHER_SIZE[1]}"),
    ):
        pair = planes(found, name)
        if pair is not None and (name != "binary-other-size" or _sizes_tell(found)):
            yield Exchange(title, *pair, _predicted(found, pair[0]))
    if _mixes(found):
        sent, came = _colours(found, "colour")
        yield Exchange("Noise, another in each channel", sent, came, _predicted(found, sent))
    if found.unseen is not None:
        sent, came = found.unseen
        yield Exchange(
            f"The proof: a picture that no probe is, {found.told.source}", sent, came, _predicted(found, sent)
        )


def planes(found: Exchanged, name: str) -> tuple[Array, Array] | None:
    """A grey probe and the answer to it, (H, W) each; None where none came back."""
    answer = found.answers.get(name)
    plane = None if answer is None else grey_plane(np.asarray(answer))
    if plane is None or not plane.size:
        return None
    return next(probe.pixels for probe in probes(found.depth, extras=False) if probe.name == name), plane


def _predicted(found: Exchanged, picture: Array) -> Array | None:
    return None if found.told.verdict.model is None else predict(found.told.verdict, picture)


def _sizes_tell(found: Exchanged) -> bool:
    """Whether a second size says more: where answers are not as large as their probes."""
    pair = planes(found, "noise")
    return pair is not None and pair[0].shape != pair[1].shape


def _mixes(found: Exchanged) -> bool:
    """Whether channels are not each filtered by itself."""
    pixels = found.answers.get("colour")
    return pixels is not None and pixels.size > 0 and found.told.verdict.channels.value != "each"


def _colours(found: Exchanged, name: str) -> tuple[Array, Array]:
    sent = next(probe.pixels for probe in probes(found.depth) if probe.name == name)
    came = np.asarray(found.answers[name])
    return sent, came[:, :, :3] if came.ndim == 3 and came.shape[2] >= 3 else came.reshape(came.shape[:2])


def _impulses(found: Exchanged) -> Exchange | None:
    """The surroundings of nine impulses: one in the middle, four at edges, four in corners."""
    middle, ends = planes(found, "impulse-up"), planes(found, "impulses-at-ends")
    if middle is None or ends is None or middle[1].shape != ends[1].shape:
        return None
    shape, size = ends[1].shape, _around(found, ends[1].shape)
    steps = [max(round(n / m), 1) for n, m in zip(ends[0].shape, shape, strict=True)]
    large = (size * steps[0], size * steps[1])
    parts = [(pictures[0], large) for pictures in (middle, ends)]
    sent = mosaic(parts[0][0], parts[1][0], large, line=(steps[0], steps[1]))
    came = mosaic(middle[1], ends[1], (size, size))
    expected = [_predicted(found, picture) for picture, _ in parts]
    predicted = None if expected[0] is None or expected[1] is None else mosaic(expected[0], expected[1], (size, size))
    return Exchange(
        "Impulses in the middle, at the edges and in the corners", sent, came, predicted, grounds=grounds(found)
    )


def grounds(found: Exchanged) -> Ground:
    """The grey around impulses, as it went in and as it came back far from the ends."""
    flat = planes(found, "flat-grey")
    before = float(MID_GREY * (257 if found.depth == 16 else 1))
    return (before, before) if flat is None else (before, float(flat[1][tuple(n // 2 for n in flat[1].shape)]))


def _around(found: Exchanged, shape: tuple[int, ...]) -> int:
    """Rows and columns around an impulse: what the kernel reaches, and a little more."""
    model = found.told.verdict.model
    reach = SMALL if model is None else max(model.weights.shape) + 4
    most = min(max(SMALL, reach), LARGE, min(shape) // 3)
    return max(1, most - 1 + most % 2)


def mosaic(middle: Array, ends: Array, size: tuple[int, int], line: tuple[int, int] = (1, 1)) -> Array:
    """Nine parts of pictures of one size, as they lie, lines of NaN between them: float64.

    >>> mosaic(np.full((9, 9), 5), np.arange(81).reshape(9, 9), (1, 1))[::2, ::2].tolist()
    [[0.0, 4.0, 8.0], [36.0, 5.0, 44.0], [72.0, 76.0, 80.0]]
    """
    height, width = size
    made = np.full((3 * height + 2 * line[0], 3 * width + 2 * line[1]), LINE)
    for r, top in enumerate(_starts(middle.shape[0], height, 0)):
        for c, left in enumerate(_starts(middle.shape[1], width, 1)):
            part = middle if (r, c) == (1, 1) else ends
            y, x = r * (height + line[0]), c * (width + line[1])
            made[y : y + height, x : x + width] = part[top : top + height, left : left + width]
    return made


def _starts(length: int, part: int, axis: int) -> tuple[int, int, int]:
    from convcli.core.identify.probes import SIZE

    middle = round(MIDDLE[axis] * length / SIZE[axis])
    return 0, max(0, middle - part // 2), max(0, length - part)
