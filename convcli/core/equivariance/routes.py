"""Translation equivariance, measured: f(g(x)) against g(f(x)), where they agree and why they do not.

    f   a convolution layer (`conv_layer.ConvLayer`)
    g   a shift, turn, mirror, rotation or scaling (`moves`)

Both routes are run.  What padding or fill can reach is predicted before
(`equivariance_band`), the rest is the interior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convcli.core.arrays import Array
from convcli.core.correlation.correlate import Correlation
from convcli.core.equivariance.band import Band, predicted_band
from convcli.core.equivariance.by_bands import Lines, MovedLines
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger, compare, opposite
from convcli.core.equivariance.moves import Axes, Axis, GridMove, Move, Shift, check_grid_move
from convcli.core.equivariance.resampling import Resampling
from convcli.core.samples import check_picture
from convcli.errors import GeometryError, Setting

ERRORS_ADD_UP = 4  # two routes, and twice the bound of a sum of products (Higham, 2002, section 3.1)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two routes to one output.

    Attributes:
        picture, moved: x and g(x).
        layer_then_move: g(f(x)); move_then_layer: f(g(x)).
        ledger: where they agree.
        steps: pixels of the picture between neighbouring outputs, down and across.
    """

    picture: Array
    moved: Array
    layer_then_move: Array
    move_then_layer: Array
    ledger: Ledger
    steps: tuple[int, int]


def run_routes(picture: ArrayLike, layer: ConvLayer, move: Move) -> Comparison:
    """Run both routes and compare them.

    Args:
        picture: (H, W) or (H, W, C), real numbers, never modified.

    Returns:
        The four pictures and the ledger; outputs in the picture's units, not clipped unless the layer does.

    Raises:
        GeometryError: no output, or routes of different shapes.
        OptionError: a shift as large as the picture.

    >>> from convcli.core.border import border
    >>> layer = ConvLayer.of([[-1, 0, 1]])
    >>> run_routes([[3, 1, 4, 1, 5, 9]], layer, Shift(2, 0, border("edge"))).ledger.band
    Band(top=0, bottom=0, left=2, right=1)
    """
    samples = layer.as_pixels(check_picture(picture))
    plan = _plan(samples, layer, move)
    first = MovedLines(layer(samples), move, plan.axes, layer.as_pixels).whole()
    moved = _moved(samples, layer, move)
    second = layer(moved)
    return Comparison(samples, moved, first, second, _ledger(plan, samples, layer, move, (first, second)), layer.steps)


def measure(picture: ArrayLike, layer: ConvLayer, move: Move, *, response: Array | None = None) -> Ledger:
    """The ledger of `run_routes` alone, in the memory of two responses.

    Args:
        response: f(x), where it is there already.
    """
    samples = layer.as_pixels(check_picture(picture))
    plan = _plan(samples, layer, move)
    second = layer(_moved(samples, layer, move))  # first of all: the moved picture is gone when f(x) is made
    still = layer(samples) if response is None else response
    first = MovedLines(still, move, plan.axes, layer.as_pixels)
    return _ledger(plan, samples, layer, move, (first, second))


def measured(picture: ArrayLike, layer: ConvLayer, move: Move, *, response: Array | None = None) -> Ledger | None:
    """The same, or None where the routes have no output to compare."""
    try:
        return measure(picture, layer, move, response=response)
    except GeometryError:
        return None


def _moved(samples: Array, layer: ConvLayer, move: Move) -> Array:
    return MovedLines(samples, move, _input_axes(samples), layer.as_pixels).whole()


def _ledger(plan: _Plan, samples: Array, layer: ConvLayer, move: Move, outputs: tuple[Lines, Lines]) -> Ledger:
    first, second = outputs
    if first.shape != second.shape:
        raise GeometryError(
            f"{move.name}: one route gives {_shape(first)} outputs, the other {_shape(second)}; "
            "use a square kernel, or ",
            Setting("size", "same"),
        )
    tolerance = _tolerance(samples, layer, move, plan.correlation, outputs)
    ledger = compare(first, second, plan.band, tolerance)
    if not isinstance(move, Shift) and not ledger.holds:
        ledger = replace(ledger, opposite=opposite(first, second, plan.band, tolerance))
    return ledger


@dataclass(frozen=True, eq=False)
class _Plan:
    correlation: Correlation
    axes: Axes
    band: Band


def _plan(samples: Array, layer: ConvLayer, move: Move) -> _Plan:
    height, width = samples.shape[:2]
    if isinstance(move, Shift):
        move.check(height, width)
    elif isinstance(move, GridMove):
        check_grid_move(move, height, width, layer.steps)
    correlation = layer.prepared(samples)
    stages = layer.stages(correlation)
    axes = layer.axes((height, width), stages)
    return _Plan(correlation, axes, predicted_band(layer, move, stages, axes, correlation.problem.weights))


def _input_axes(samples: Array) -> Axes:
    height, width = samples.shape[:2]
    return Axis(height, height), Axis(width, width)


def _shape(outputs: Lines) -> str:
    return " × ".join(map(str, outputs.shape[:2]))


def _tolerance(
    samples: Array, layer: ConvLayer, move: Move, correlation: Correlation, outputs: tuple[Lines, Lines]
) -> float:
    """0 where both routes are whole numbers; else the bound of the rounding errors of both.

    |error| <= 4 * eps * terms * sum|kernel| * max|x|, the number of terms of a sum being those of all stages together.
    """
    dtypes = [output.dtype for output in outputs]
    if all(dtype.kind in "iu" for dtype in dtypes):
        return 0.0
    # Interpolated values are floats before the layer, whatever comes out of it.
    eps = max(float(np.finfo(dtype).eps) for dtype in dtypes if dtype.kind == "f")
    problem = correlation.problem
    terms = int(np.prod(problem.weights.shape[1:])) + (layer.blurpool or 0) ** 2 + (4 if move.interpolates else 0)
    if layer.pool is not None:
        terms += layer.pool.size[0] * layer.pool.size[1]
    largest = max(_largest(samples), abs(problem.border.fill), abs(getattr(move, "fill", problem.border).fill))
    return float(ERRORS_ADD_UP * eps * terms * problem.gain * largest)


def _largest(samples: Array) -> float:
    low, high = float(samples.min()), float(samples.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = samples[np.isfinite(samples)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return max(abs(low), abs(high))


def is_aligned(move: Move, steps: tuple[int, int]) -> bool:
    """Whether the move takes outputs to outputs: a shift by a multiple of the step in both directions."""
    if isinstance(move, Resampling):
        return False
    return not isinstance(move, Shift) or not (move.dy % steps[0] or move.dx % steps[1])
