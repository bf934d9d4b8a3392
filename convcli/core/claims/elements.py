"""Elements: the points, lines and planes that pictures are made of, and what kernels answer to them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import correlate
from convcli.core.quantities import short

RADIUS, WIDTH = 60.0, 1.5  # of the ring, in pixels
ZOOMS = (1, 2, 4, 8, 16)
WINDOW = 48  # rows and columns of what is looked at, magnified
ANGLES = tuple(range(0, 180, 5))
GRATING, WAVE = 33, 8.0  # rows and columns, and pixels a wave
SELECTIVE = 0.5  # the least answer of an edge detector, of its largest: below it is selective


def points_and_lines(subject: Subject) -> Finding:
    """A ring's arc magnified step by step: how far it is from one straight line, and how the planes beside it grow."""
    steps = [magnified(zoom) for zoom in ZOOMS]
    falls = all(later.bend < 0.6 * before.bend for before, later in pairwise(steps))
    surer = [step.line for step in steps]
    return Finding(
        falls and surer[-1] > surer[0],
        f"the arc bends {short(steps[0].bend)} of the window, magnified {ZOOMS[-1]} times {short(steps[-1].bend)}",
        (
            f"A ring of radius {RADIUS:.0f}, seen through a window of {WINDOW} × {WINDOW}, magnified "
            f"{', '.join(map(str, ZOOMS))} times",
            "Its arc departs from a straight line by "
            + "; ".join(f"{short(step.bend)} at {step.zoom}" for step in steps)
            + " of the window: twice as close, half as bent",
            "A line detector's best answer, of that to a straight line: "
            + "; ".join(f"{short(step.line)} at {step.zoom}" for step in steps),
            f"Away from it there are planes: {short(100 * steps[-1].flat)} % of the window has one value",
        ),
        {"steps": [step._replace(view=None)._asdict() for step in steps]},
        seen=steps,
    )


class Magnified(NamedTuple):
    """One step of the zoom.

    Attributes:
        bend: how far the arc departs from its chord in the window, of the window's side.
        line: the best line detector's answer, of its answer to a straight line.
        flat: the share of the window that is black or white.
        view: (WINDOW, WINDOW), 0 to 1.
    """

    zoom: float
    bend: float
    line: float
    flat: float
    view: Floats | None


def magnified(zoom: float) -> Magnified:
    """What is seen of the ring, so many times closer."""
    radius, half = RADIUS * zoom, WINDOW / 2
    view = _ring_view(zoom)
    bend = (radius - np.sqrt(max(radius**2 - half**2, 0.0))) / WINDOW
    straight = _line_view(zoom)
    answers = [_strongest(_line_kernel(WIDTH * zoom), each) for each in (view, straight)]
    flat = float(((view < 0.02) | (view > 0.98)).mean())
    return Magnified(zoom, float(bend), answers[0] / answers[1], flat, view)


def _ring_view(zoom: float) -> Floats:
    """The ring's right-hand arc in the middle of the window: distance to the circle as grey, one pixel soft."""
    rows, columns = np.mgrid[:WINDOW, :WINDOW] - (WINDOW - 1) / 2
    distance = np.abs(np.hypot(rows, columns + RADIUS * zoom) - RADIUS * zoom)
    return np.asarray(np.clip(WIDTH * zoom / 2 + 0.5 - distance, 0, 1))


def _line_view(zoom: float) -> Floats:
    columns = np.broadcast_to(np.arange(WINDOW) - (WINDOW - 1) / 2, (WINDOW, WINDOW))
    return np.asarray(np.clip(WIDTH * zoom / 2 + 0.5 - np.abs(columns), 0, 1))


def _line_kernel(width: float) -> Floats:
    """A bright bar between two dark ones, as long as the window."""
    columns = np.broadcast_to(np.arange(WINDOW - 1) - (WINDOW - 2) / 2, (WINDOW - 1, WINDOW - 1))
    bar = np.clip(width / 2 + 0.5 - np.abs(columns), 0, 1)
    return np.asarray((bar - bar.mean()) / np.abs(bar - bar.mean()).sum())


def _strongest(kernel: Floats, view: Floats) -> float:
    return float(correlate(view, kernel, size="valid", precision="float64").max())


def one_orientation(subject: Subject) -> Finding:
    """The kernel's answer to waves of every orientation, measured, against the sum that the wave makes of it."""
    weights = subject.kernel.weights
    measured = [_answer(weights, angle) for angle in ANGLES]
    predicted = [_predicted(weights, angle) for angle in ANGLES]
    top = max(*measured, 1e-12)
    error = max(abs(a - b) for a, b in zip(measured, predicted, strict=True))
    best = ANGLES[int(np.argmax(measured))]
    least = min(measured) / top
    zero_sum = abs(float(weights.sum())) <= 0.02 * float(np.abs(weights).sum())
    alike = least > SELECTIVE
    orientation = f"answers most to {best}°, least {short(100 * least)} % of it"
    return Finding(
        error <= 0.02 * top,
        f"{subject.kernel.name} {orientation}",
        (
            f"Waves of {WAVE:.0f} pixels, turned by {ANGLES[1]}° at a time: {subject.kernel.name} {orientation}",
            f"The answer that its weights predict differs by {short(error / top)} of the largest at most",
            "It answers nearly alike to all orientations: no detector of one"
            if alike
            else "A single kernel extracts one orientation: others take other kernels",
            *([] if zero_sum else ["Its weights do not sum to 0: it answers to planes as well"]),
        ),
        {"angles": list(ANGLES), "measured": measured, "predicted": predicted, "best": best, "least": least},
        seen=(ANGLES, measured, weights, subject.kernel.name),
    )


def _answer(weights: Floats, angle: int) -> float:
    """The amplitude of the response to a wave across a picture, from two waves a quarter apart."""
    side = GRATING + max(weights.shape)
    responses = [
        correlate(wave(side, angle, phase), weights, size="valid", precision="float64") for phase in (0.0, np.pi / 2)
    ]
    return float(np.sqrt(responses[0] ** 2 + responses[1] ** 2).mean())


def wave(side: int, angle: int, phase: float) -> Floats:
    rows, columns = np.mgrid[:side, :side]
    turn = np.deg2rad(angle)
    return np.asarray(np.cos(2 * np.pi / WAVE * (columns * np.cos(turn) + rows * np.sin(turn)) + phase))


def _predicted(weights: Floats, angle: int) -> float:
    """|sum_ij k[i, j] exp(i w (j cos a + i sin a))|, the kernel's transform at that wave."""
    turn, total = np.deg2rad(angle), 0j
    for (i, j), weight in np.ndenumerate(weights):
        total += weight * np.exp(2j * np.pi / WAVE * (j * np.cos(turn) + i * np.sin(turn)))
    return float(abs(total))


def enough_kernels(subject: Subject) -> Finding:
    """Does a bank span all windows of 3 x 3?  Its rank, and random windows put together from its kernels."""
    rows = []
    for name, bank in _banks(subject):
        matrix = bank.reshape(len(bank), -1)
        rank = int(np.linalg.matrix_rank(matrix))
        windows = np.random.default_rng(subject.seed).normal(size=(200, 9))
        shares = windows @ np.linalg.pinv(matrix) @ matrix
        left = float(np.sqrt(((shares - windows) ** 2).sum() / (windows**2).sum()))
        rows.append((name, len(bank), rank, left))
    complete = [row for row in rows if row[2] == 9]
    holds = all((rank == 9) == (left < 1e-9) for _, _, rank, left in rows) and bool(complete)
    return Finding(
        holds,
        "; ".join(f"{name} {rank} of 9" for name, _, rank, _ in rows),
        tuple(
            f"{name}: {count} kernels span {rank} of the 9 dimensions of a 3 × 3 window; of random windows "
            + ("nothing is left out" if rank == 9 else f"{short(100 * left)} % cannot be put together from them")
            for name, count, rank, left in rows
        ),
        {"banks": [{"name": n, "kernels": c, "rank": r, "left_out": left} for n, c, r, left in rows]},
        seen=[(name, bank) for name, bank in _banks(subject)],
    )


def _banks(subject: Subject) -> list[tuple[str, Floats]]:
    """The banks of 3 x 3 that the subject names, or Sobel's pair, eight directions of it, Frei and Chen's nine."""
    if subject.banks:
        return [(name, np.asarray(bank)) for name, bank in subject.banks]
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    eight = [_turned_by_eighths(sobel, n) for n in range(8)]
    root = np.sqrt(2.0)
    frei_chen = [
        [[1, root, 1], [0, 0, 0], [-1, -root, -1]],
        [[1, 0, -1], [root, 0, -root], [1, 0, -1]],
        [[0, -1, root], [1, 0, -1], [-root, 1, 0]],
        [[root, -1, 0], [-1, 0, 1], [0, 1, -root]],
        [[0, 1, 0], [-1, 0, -1], [0, 1, 0]],
        [[-1, 0, 1], [0, 0, 0], [1, 0, -1]],
        [[1, -2, 1], [-2, 4, -2], [1, -2, 1]],
        [[-2, 1, -2], [1, 4, 1], [-2, 1, -2]],
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    ]
    return [
        ("Sobel's two", np.array([sobel, sobel.T])),
        ("eight compass edges", np.array(eight)),
        ("Frei and Chen's nine", np.array(frei_chen, dtype=np.float64)),
    ]


def _turned_by_eighths(kernel: Floats, eighths: int) -> Floats:
    """The ring of eight weights around the middle moved on by so many places."""
    ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    turned = kernel.copy()
    for place, (i, j) in enumerate(ring):
        turned[i, j] = kernel[ring[(place - eighths) % 8]]
    return turned
