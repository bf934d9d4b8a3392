"""Where equivariance dies in a network: f(g(x)) against g(f(x)) after every layer f, for shifts g of whole pixels.

Behind a stride of s (the product of all before it) a shift by d moves a layer's
maps by d / s; what falls between two units is interpolated linearly.  The
interior of a layer are the units that see, by both routes, the picture alone:
their receptive fields, and those of their counterparts d pixels back, reach
neither padding nor what the shift brought in.  A unit that sees everything, as
behind a fully connected layer, has nowhere to move to: there the numbers
themselves should stay.

Source: Zhang: Making Convolutional Networks Shift-Invariant Again, 2019 (consistency of verdicts).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.ledger import Ledger, compare
from convcli.core.equivariance.moves import Axis, Shift
from convcli.core.equivariance.suspects import Step, Suspect, cut_and_padded, guilty, suspects_of
from convcli.core.forward.following import follow
from convcli.core.forward.graph import ForwardGraph, Node
from convcli.core.forward.layer_rows import Layers
from convcli.core.forward.observing import bytes_of, check_memory
from convcli.core.forward.passing import run
from convcli.core.network.field import Field
from convcli.core.network.rows import LayerRow
from convcli.core.samples import finite_range

TOLERANCE = 1e-4  # of a layer's largest magnitude: what float32 sums in another order may differ by
MOST_SHIFTS = 256


@dataclass(frozen=True)
class Agreement:
    """What one layer makes of one shift.

    Attributes:
        row: the layer.
        moves: whether its units move with the picture; else each sees everything and the numbers should stay.
        ledger: interior and border; a layer that does not move has no border, its one place is the interior.
        largest: the largest magnitude of the layer's response.
        unchanged: the share of places, of the interior where there is one, at which the map with the largest number
            is the same by both routes; of a row of numbers 1 or 0.  None where there is one map alone.
        causes: layers that step over positions, up to this one, whose step the shift is no multiple of; or those
            that join everything.
    """

    row: LayerRow
    moves: bool
    ledger: Ledger
    largest: float
    unchanged: float | None
    causes: tuple[Suspect, ...]

    @property
    def error(self) -> float:
        """The largest difference in the interior, or where there is none in the border, in parts of `largest`."""
        part = self.ledger.interior if self.ledger.interior.pixels else self.ledger.border
        return part.max_error / self.largest if self.largest else 0.0


@dataclass(frozen=True)
class Shifted:
    """One shift through all layers.

    Attributes:
        verdict: the largest number of the output, and the same without the shift; None where the output is no row.
    """

    dx: int
    dy: int
    layers: tuple[Agreement, ...]
    verdict: tuple[int, int] | None

    @property
    def deepest(self) -> Agreement:
        """The last layer whose units move with the picture; the last of all where none does."""
        return next((found for found in reversed(self.layers) if found.moves), self.layers[-1])


@dataclass(frozen=True, eq=False)
class Through:
    """A network and one input, ready for shifts.

    Attributes:
        maps: f(x) of every layer, (H, W, C), by its name.
        output: of the network.
    """

    graph: ForwardGraph
    fed: Array
    layers: Layers
    maps: Mapping[str, Array]
    output: Array

    @classmethod
    def of(cls, graph: ForwardGraph, fed: Array, layers: Layers) -> Through:
        """Run the picture as it is, keeping every layer.

        Args:
            fed: (1, C, H, W).

        Raises:
            GeometryError: more than 3 GiB would be held.
        """
        followed = follow(graph, {graph.inputs[0].name: fed.shape})
        kept = sum(math.prod(shape) * bytes_of(followed.dtypes[name]) for name, shape in followed.shapes.items()
                   if name not in graph.constants)  # fmt: skip
        check_memory(graph, followed, kept)
        maps: dict[str, Array] = {}

        def keep(row: LayerRow, output: Array) -> None:
            maps[row.name] = output

        return cls(graph, fed, layers, maps, _passed(graph, fed, layers, keep))

    def shifted(self, dx: int, dy: int, fill: Border) -> Shifted:
        """Shift the input, and compare every layer.

        Args:
            dx, dy: pixels to the right and down.
            fill: what comes in at the vacated side.

        Raises:
            OptionError: a shift as large as the input.
        """
        height, width = self.fed.shape[2:]
        move = Shift(float(dx), float(dy), fill)
        move.check(height, width)
        planes = np.ascontiguousarray(np.moveaxis(self.fed[0], 0, -1))
        moved = move(planes, (Axis(height, height), Axis(width, width)))
        fed = np.ascontiguousarray(np.moveaxis(moved, -1, 0)[np.newaxis], self.fed.dtype)
        rows = self.layers.network.rows
        suspects, unclear, found = suspects_of(rows), cut_and_padded(rows), []

        def compared(row: LayerRow, output: Array) -> None:
            still = self.maps[row.name]
            followed = row._replace(fields=()) if row.name in unclear else row
            agreement = _agreement(followed, output, still, move, (height, width), suspects[row.name])
            found.append(replace(agreement, row=row))

        output = _passed(self.graph, fed, self.layers, compared)
        return Shifted(dx, dy, tuple(found), _verdict(output, self.output))


def _passed(graph: ForwardGraph, fed: Array, layers: Layers, take: Callable[[LayerRow, Array], None]) -> Array:
    rows = {id(node): row for node, row in zip(layers.nodes, layers.network.rows, strict=True)}

    def watch(node: Node, output: Array) -> None:
        row = rows.get(id(node))
        if row is not None:
            take(row, _channels_last(row, output))

    output: Array = run(graph, fed, watch=watch)[graph.outputs[0]]
    return output


def _channels_last(row: LayerRow, output: Array) -> Array:
    """(H, W, C); a row of flattened maps as those maps again, another row as one place."""
    if output.ndim == 4 and output.shape[0] == 1:
        return np.moveaxis(output[0], 0, -1)
    grid = row.grid
    if output.ndim == 2 and output.shape[0] == 1 and len(grid) == 2 and output.size % math.prod(grid) == 0:
        return np.moveaxis(output.reshape(-1, *grid), 0, -1)
    return output.reshape(1, 1, -1)


def _agreement(
    row: LayerRow, first: Array, still: Array, move: Shift, size: tuple[int, int], suspects: tuple[Suspect, ...]
) -> Agreement:
    height, width = first.shape[:2]
    places = height * width
    largest = float(max(map(abs, finite_range(still))))
    tolerance = TOLERANCE * largest
    causes = guilty(suspects, int(move.dx), int(move.dy))
    if places == 1:
        ledger = compare(first, still, Band(0, 0, 0, 0), tolerance)
        return Agreement(row, False, ledger, largest, _unchanged(first, still), causes)
    steps = tuple(_step(row, axis, n, size[axis]) for axis, n in enumerate((height, width)))
    axes = tuple(Axis(n, size[axis], steps[axis]) for axis, n in enumerate((height, width)))  # type: ignore[arg-type]
    second = move(np.ascontiguousarray(still), axes)  # type: ignore[arg-type]
    band = _band(row, (height, width), steps, size, (int(move.dy), int(move.dx)))
    ledger = compare(np.ascontiguousarray(first), second, band, tolerance)
    inner = band.interior(height, width)
    inside = bool(ledger.interior.pixels)
    same = _unchanged(first[inner], second[inner]) if inside else _unchanged(first, second)
    return Agreement(row, True, ledger, largest, same, causes)


def _unchanged(first: Array, second: Array) -> float | None:
    if first.shape[2] < 2:
        return None
    return float(np.mean(first.argmax(axis=2) == second.argmax(axis=2)))


def _step(row: LayerRow, axis: int, length: int, whole: int) -> Step:
    """Pixels from one unit to the next; where units see everything, as many as spread them over the input."""
    field = row.fields[axis] if axis < len(row.fields) else None
    if field is not None and field.step:
        return field.jump
    return Fraction(whole, length)


def _band(
    row: LayerRow, lengths: tuple[int, int], steps: Sequence[Step], size: tuple[int, int], shift: tuple[int, int]
) -> Band:
    """Units around the interior, on each side."""
    sides = []
    for axis, length in enumerate(lengths):
        field = row.fields[axis] if axis < len(row.fields) else None
        if field is None or not field.step or row.grid != lengths:
            return Band(lengths[0], 0, lengths[1], 0)
        clean = [_is_clean(field, u, length, steps[axis], size[axis], shift[axis]) for u in range(length)]
        first = next((u for u, is_clean in enumerate(clean) if is_clean), length)
        end = next((u for u in range(first, length) if not clean[u]), length)
        sides.append((first, length - end))
    return Band(*sides[0], *sides[1])


def _is_clean(field: Field, u: int, length: int, step: Step, n: int, d: int) -> bool:
    """Whether a unit sees original pixels alone, by both routes: of those d pixels back, and of none beyond an edge."""
    back = u - Fraction(d) / Fraction(step)
    others = {math.floor(back), math.ceil(back)}
    spans = [field.span(u), *(field.span(other) for other in others)]
    there = all(0 <= other < length for other in others)
    own = spans[0]
    return (
        there
        and all(span is None or (span[0] >= 0 and span[1] < n) for span in spans)
        and (own is None or (own[0] - d >= 0 and own[1] - d < n))
    )


def _verdict(shifted: Array, still: Array) -> tuple[int, int] | None:
    if still.size != max(still.shape, default=0) or still.size < 2:
        return None
    return int(shifted.reshape(-1).argmax()), int(still.reshape(-1).argmax())
