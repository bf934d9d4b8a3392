"""By hand: what a layer computes, against the chapter's sums written out as loops."""

from __future__ import annotations

import numpy as np

from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import correlated_at, places, turned
from convcli.core.correlation.correlate import correlate
from convcli.core.explain.walk import walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.core.quantities import grouped, spoken

INPUT = np.arange(9).reshape(3, 3)
KERNEL = np.array([[0, 1], [2, 3]])
ANSWER = [[19, 25], [37, 43]]
TERMS = 40  # random outputs that are worked out in fractions
BIAS = 7.25


def layers_correlate(subject: Subject) -> Finding:
    """Outputs of the layer, some of them summed in exact fractions, with the kernel as it is and flipped."""
    response = correlate(subject.picture, subject.kernel, size="valid")
    weights = subject.kernel.weights
    at = places(response.shape, TERMS, subject.seed)
    as_it_is = [_close(response[place], correlated_at(subject.picture, weights, *place)) for place in at]
    flipped = [_close(response[place], correlated_at(subject.picture, turned(weights), *place)) for place in at]
    same = bool(np.array_equal(weights, turned(weights)))
    holds = all(as_it_is) and (same or not all(flipped))
    return Finding(
        holds,
        f"{sum(as_it_is)} of {len(at)} outputs are the sum with the kernel as it is, {sum(flipped)} with it flipped",
        (
            f"{len(at)} outputs of {grouped(response.size)} were added up term by term, in fractions",
            "This kernel is its own flip, so that both sums are the same" if same else "A flipped kernel gives others",
        ),
        {"outputs": len(at), "correlation": sum(as_it_is), "convolution": sum(flipped), "own_flip": same},
    )


def nineteen(subject: Subject) -> Finding:
    """The chapter's example through the layer, and by a child's sum of products."""
    response = correlate(INPUT, KERNEL, size="valid").tolist()
    plain = [[int(correlated_at(INPUT, KERNEL, r, c)) for c in range(2)] for r in range(2)]
    terms = " + ".join(f"{KERNEL[i, j]}·{INPUT[i, j]}" for i in range(2) for j in range(2))
    return Finding(
        response == plain == ANSWER,
        "; ".join(" ".join(spoken(value) for value in row) for row in response),
        (
            f"{terms} = {plain[0][0]}, and so on to the right and down",
            "The layer gives " + "; ".join(" ".join(spoken(value) for value in row) for row in response),
        ),
        {"response": response, "by_hand": plain},
        seen=(INPUT, KERNEL, response),
    )


def reading_order(subject: Subject) -> Finding:
    """The walk's steps, in the order in which it takes them, against two loops: rows outside, columns inside."""
    shape = 5, 7
    plane = np.arange(float(shape[0] * shape[1])).reshape(shape)
    steps = list(walk(plane, Kernel("window", KERNEL), Window.of(size="valid")).steps())
    corners = [int(step.window[0, 0]) for step in steps]
    expected = [int(plane[r, c]) for r in range(shape[0] - 1) for c in range(shape[1] - 1)]
    shown = ", ".join(map(str, corners[:8]))
    return Finding(
        corners == expected,
        f"{len(corners)} windows in reading order",
        (f"On a picture numbered like a page, windows begin at {shown} ...: left to right, then top to bottom",),
        {"windows": corners},
    )


def window_shape(subject: Subject) -> Finding:
    """One pixel at a time is changed around an output: those that change it make up the window."""
    h, w = subject.kernel.weights.shape
    weights = np.where(subject.kernel.weights == 0, 1.0, subject.kernel.weights)  # a weight of 0 would hide its pixel
    size = 3 * h + 2, 3 * w + 2
    row, column = size[0] // 2, size[1] // 2
    moved = []
    for r in range(size[0]):
        for c in range(size[1]):
            probe = np.zeros(size)
            probe[r, c] = 1.0
            if correlate(probe, weights, border="zero")[row, column] != 0:
                moved.append((r, c))
    rows, columns = ({place[axis] for place in moved} for axis in (0, 1))
    box = (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1) if moved else (0, 0)
    return Finding(
        box == (h, w) and len(moved) == h * w,
        f"{box[0]} × {box[1]} pixels reach an output; the kernel has {h} × {w}",
        (f"Each of {grouped(size[0] * size[1])} pixels was lit by itself: {grouped(len(moved))} reach the output",),
        {"window": list(box), "kernel": [h, w], "reaching": len(moved)},
    )


def one_bias(subject: Subject) -> Finding:
    """A bias adds the same everywhere, and is one number besides the kernel's."""
    weights = subject.kernel.weights
    plain = correlate(subject.picture, subject.kernel, precision="float64")
    raised = correlate(subject.picture, subject.kernel, bias=BIAS, precision="float64")
    steps = raised - plain
    spread = float(steps.max() - steps.min())
    at_zero = correlate(np.zeros((4 + weights.shape[0], 5 + weights.shape[1])), subject.kernel, bias=BIAS)
    holds = spread <= 1e-9 * max(1.0, float(np.abs(plain).max())) and bool((at_zero == BIAS).all())
    return Finding(
        holds and bool(abs(float(steps.mean()) - BIAS) < 1e-6),
        f"{spoken(BIAS)} at each of {grouped(steps.size)} outputs",
        (
            f"With a bias of {spoken(BIAS)} every output rises by it, within {spread:.1e}",
            f"A black picture gives {spoken(BIAS)} everywhere: besides it the layer has the kernel's "
            f"{grouped(weights.size)} weights and nothing else",
        ),
        {"bias": BIAS, "spread": spread, "parameters": int(weights.size) + 1},
    )


def _close(given: object, exact: object) -> bool:
    value, expected = float(given), float(exact)  # type: ignore[arg-type]
    return abs(value - expected) <= 1e-5 * max(1.0, abs(expected), 255.0)
