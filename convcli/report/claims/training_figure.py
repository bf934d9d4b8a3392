"""Training, drawn: the loss as it falls, the kernel found, and what either operation learns."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.core.claims.training import HIDDEN, Trained
from convcli.core.quantities import grouped
from convcli.report.claims.claim_tiles import Numbers, apart_words, kernel_row, shown_number, signed_tile
from convcli.report.claims.plot import Axis, Curve, draw_plot
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.drawing.panel import MARGIN, panel

WIDTH, CURVE_HEIGHT = 760, 300


def learned_by_steps(finding: Finding) -> Drawing:
    """The kernel found beside the one wanted, above the loss of every step."""
    losses, found, wanted = finding.seen
    words = f"After {grouped(len(losses))} steps: {apart_words(finding.values['kernel_error'])}"
    kernels = kernel_row(
        "A kernel learned step by step", [Numbers("Found", found), Numbers("Wanted", wanted)], words, WIDTH
    )
    canvas = Canvas(kernels.width, CURVE_HEIGHT + MARGIN)
    box = Box(MARGIN, 0, kernels.width - 2 * MARGIN, CURVE_HEIGHT)
    title = f"Loss: {shown_number(losses[0])} at first, {shown_number(losses[-1])} at last"
    draw_plot(
        canvas,
        box,
        [Curve("", range(len(losses)), losses)],
        Axis("Step"),
        Axis(title, log=True, low=_decade_below(losses)),
    )
    return stacked([kernels, canvas.finished()])


def _decade_below(losses: list[float]) -> float:
    """The foot of the axis: below every loss that is not 0."""
    above = [loss for loss in losses if loss > 0] or [1.0]
    return float(10.0 ** math.floor(math.log10(min(above))))


def learned_flip(finding: Finding) -> Drawing:
    """The kernels that either operation learnt, of one layer and of two, and their predictions."""
    one, two = finding.seen
    rows = [
        kernel_row("Learned by correlation, and by convolution", _pair(one), _apart(finding, 0), WIDTH),
        *(
            kernel_row("", _named(two[side].weights[:HIDDEN], name), width=WIDTH)
            for side, name in enumerate(("correlation", "convolution"))
        ),
        *(
            kernel_row("", _named(two[side].weights[HIDDEN:], name, 2), words, WIDTH)
            for side, name, words in ((0, "correlation", ""), (1, "convolution", _apart(finding, 1)))
        ),
    ]
    return stacked([*rows, _predictions(finding, one, max(row.width for row in rows))])


def _pair(trained: list[Trained]) -> list[Numbers]:
    names = ("One layer: correlation", "Convolution")
    return [Numbers(name, side.weights[0]) for name, side in zip(names, trained, strict=True)]


def _named(kernels: list[np.ndarray], operation: str, layer: int = 1) -> list[Numbers]:
    return [Numbers(f"Layer {layer}, {operation}", each) for each in kernels]


def _apart(finding: Finding, which: int) -> str:
    return f"Against the flip: {apart_words(finding.values['flip_error'][which])}"


def _predictions(finding: Finding, one: list[Trained], width: int) -> Drawing:
    first, second = (side.prediction for side in one)
    largest = max(float(np.abs(each).max()) for each in (first, second))
    within = [apart_words(value) for value in finding.values["prediction_error"]]
    tiles = [
        signed_tile(first, "Prediction by correlation", "One layer", largest),
        signed_tile(second, "By convolution", "On the same scale", largest),
        signed_tile(first - second, "Difference", f"One layer: {within[0]}; two layers: {within[1]}", largest),
    ]
    return panel(tiles, columns=3, width=width)
