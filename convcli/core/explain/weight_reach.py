"""What one weight of a kernel meets: the inputs that it multiplies, and the outputs that it does so for.

    weight [i, j] meets in[r*s + i*d - top, c*s + j*d - left] for every output [r, c]

of a convolution the weight [i, j] of the kernel as it was given, which the flip has put at [h-1-i, w-1-j].  A fully
connected layer's weight meets one input, for one output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convcli.core.arrays import Array, Index
from convcli.core.border import OUTSIDE, Border
from convcli.core.explain.walk import Walk
from convcli.core.geometry import Pair
from convcli.errors import GeometryError, OptionError

LONGEST = 1 << 24  # outputs along an axis that are followed one by one


@dataclass(frozen=True, eq=False)
class AlongAxis:
    """What a weight meets along one axis.

    Attributes:
        met: for each input, how many outputs read it through the weight, int64.
        outputs: all of the output's places; beyond: those that read past the input's ends; filled: those of them that
            read a constant, and no input at all.
    """

    met: Index
    outputs: int
    beyond: int
    filled: int

    @property
    def touched(self) -> int:
        """Inputs that the weight meets at least once."""
        return int(np.count_nonzero(self.met))

    @property
    def span(self) -> Pair | None:
        """The first and the last of them; None where there is none."""
        places = np.flatnonzero(self.met)
        return (int(places[0]), int(places[-1])) if places.size else None

    @property
    def step(self) -> int:
        """From each to the next, where all are equally far apart; 0 where they are not; 1 for a single one."""
        gaps = set(np.diff(np.flatnonzero(self.met)).tolist())
        return int(gaps.pop()) if len(gaps) == 1 else int(not gaps)


@dataclass(frozen=True, eq=False)
class WeightReach:
    """What one weight meets on the input of a walk.

    Attributes:
        weight: its row and column in the kernel as it was given.
        stands_at: in the kernel as it is multiplied: flipped, for a convolution.
        values: the weight; of a kernel with weights per channel one for each, which meets the same places of its own.
        rows, columns: what it meets along either axis: an input is met where its row is and its column is.
    """

    weight: Pair
    stands_at: Pair
    values: tuple[float, ...]
    rows: AlongAxis
    columns: AlongAxis

    @property
    def touched(self) -> int:
        """Inputs, of one channel, that it meets."""
        return self.rows.touched * self.columns.touched

    @property
    def inputs(self) -> int:
        """Inputs of one channel."""
        return int(self.rows.met.size * self.columns.met.size)

    @property
    def outputs(self) -> int:
        """Outputs that it multiplies an input for, and not a constant beyond the edge."""
        return (self.rows.outputs - self.rows.filled) * (self.columns.outputs - self.columns.filled)

    @property
    def all_outputs(self) -> int:
        """Outputs of one kernel."""
        return self.rows.outputs * self.columns.outputs

    @property
    def beyond(self) -> int:
        """Outputs for which it stands beyond the edge: on what the border rule puts there."""
        inside = (self.rows.outputs - self.rows.beyond) * (self.columns.outputs - self.columns.beyond)
        return self.all_outputs - inside

    @property
    def times(self) -> Array:
        """(H, W), how many outputs read each input through it; more than one where a border repeats the input."""
        times: Array = np.outer(self.rows.met, self.columns.met)
        return times


def weight_reach(walk: Walk, weight: Pair) -> WeightReach:
    """What a weight meets, by its row and column in the kernel as it was given.

    Raises:
        OptionError: no such weight.
        GeometryError: an output of too many rows or columns.

    >>> from convcli.core.explain.walk import walk
    >>> from convcli.core.kernel.kernel import Kernel
    >>> from convcli.core.problem.options import Window
    >>> row = walk([[1, 2, 3, 4]], Kernel("k", [[5, 6]]), Window.of(size="valid"))
    >>> weight_reach(row, (0, 1)).times.tolist()
    [[0, 1, 1, 1]]
    """
    kernel, problem = walk.given, walk.problem
    row, column = weight
    if row >= kernel.height or column >= kernel.width:
        rule = f"{kernel.name} is {kernel.height}x{kernel.width}: I is 0 to {kernel.height - 1}, J is 0 to "
        raise OptionError("weight", f"{row},{column}", f"{rule}{kernel.width - 1}")
    if max(walk.shape) > LONGEST:
        raise GeometryError(
            f"the output is {walk.shape[0]}x{walk.shape[1]}; a weight is followed through at most {LONGEST:,} rows or "
            "columns"
        )
    stands = (kernel.height - 1 - row, kernel.width - 1 - column) if walk.convolves else weight
    before = problem.padding.top, problem.padding.left
    axes = [
        _along(problem.border, walk.plane.shape[axis], walk.shape[axis], stands[axis] * problem.dilation[axis],
               before[axis], problem.stride[axis])
        for axis in (0, 1)
    ]  # fmt: skip
    values = tuple(float(value) for value in np.ravel(kernel.weights[..., row, column]))
    return WeightReach(weight, stands, values, axes[0], axes[1])


def _along(border: Border, n: int, outputs: int, offset: int, before: int, stride: int) -> AlongAxis:
    positions = np.arange(outputs, dtype=np.intp) * stride + (offset - before)
    sources = border.sources(positions, n)
    inside = sources[sources != OUTSIDE]
    beyond = int(np.count_nonzero((positions < 0) | (positions >= n)))
    return AlongAxis(np.bincount(inside, minlength=n), outputs, beyond, int(sources.size - inside.size))
