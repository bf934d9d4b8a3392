"""The pairs of a report: predicted ones of what is identified, else first those that show why not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convcli.core.identify.prediction import predict
from convcli.core.identify.probes import MIDDLE, OTHER_SIZE, SIZE, probes
from convcli.report.identify.disproof import disproving
from convcli.report.identify.exchange import Array, Exchange, Exchanged, grounds, planes

SMALL, LARGE = 11, 31  # rows and columns around an impulse that are shown
LINE = np.nan  # between the parts of a picture that is put together


def exchanges(found: Exchanged) -> list[Exchange]:
    """The pairs that show a verdict: predicted ones of what is identified, else those that show why not, first."""
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
    middle = round(MIDDLE[axis] * length / SIZE[axis])
    return 0, max(0, middle - part // 2), max(0, length - part)
