"""What a network's layers cost, one row for each, and their sums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

from convcli.core.layer.cost import dtype_bytes
from convcli.core.network.field import Field
from convcli.core.network.seen import Reach
from convcli.core.network.spec import LayerSpec, Shape

FROM_INPUT = "input"


class LayerRow(NamedTuple):
    """One layer with everything counted.

    Attributes:
        name: the kind and its running number, or the name it was given.
        inputs: the names of the layers whose outputs come in, in order; FROM_INPUT is the network's own input.
        givens, output: shapes that come in, one for each of `inputs`, and that goes out; (H, W, C) or (N,).
        weight_shape: of the array of weights that the layer works with, its own or shared; () without any.
        biases: learned numbers that are added; its own or shared.
        macs: multiply-accumulate operations for one picture; adding a bias is none.
        kept: whether its output is an array of its own in memory.
        fields: receptive field along each axis of the network's input.
        grid: units along those axes, which the fields are spaced by.
        reach: what each of them really sees.
        remark: what is odd about where its units look; "" where nothing is.
        shares: the layer whose weights these are; they then add nothing to the total.
    """

    name: str
    spec: LayerSpec
    inputs: tuple[str, ...]
    givens: tuple[Shape, ...]
    output: Shape
    weight_shape: Shape
    biases: int
    macs: int
    kept: bool
    fields: tuple[Field, ...]
    grid: tuple[int, ...]
    reach: tuple[Reach, ...]
    remark: str = ""
    shares: str | None = None

    @property
    def given(self) -> Shape:
        """The shape that comes in; the first where several do."""
        return self.givens[0]

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.spec.kind

    @property
    def units(self) -> int:
        """Numbers that go out."""
        return prod(self.output)

    @property
    def weights(self) -> int:
        """Learned numbers that are multiplied; its own or shared."""
        return prod(self.weight_shape) if self.weight_shape else 0

    @property
    def parameters(self) -> int:
        """Learned numbers that this layer adds to the network: none where it shares another's."""
        return 0 if self.shares else self.weights + self.biases

    def parameter_bytes(self, dtype: str = "float32") -> int:
        """Memory of the learned numbers that this layer adds."""
        return self.parameters * dtype_bytes(dtype)

    def activation_bytes(self, batch: int = 1, dtype: str = "float32") -> int:
        """Memory of its output for a batch; none where it only gives its input another shape."""
        return self.units * batch * dtype_bytes(dtype) if self.kept else 0


@dataclass(frozen=True)
class Network:
    """Layers that fit together: a graph, each layer behind those whose outputs come into it.

    Attributes:
        shape: what comes in, (H, W, C) or (N,).
    """

    shape: Shape
    rows: tuple[LayerRow, ...]

    @cached_property
    def parameters(self) -> int:
        """Learned numbers; shared ones count once."""
        return sum(row.parameters for row in self.rows)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulate operations for one picture."""
        return sum(row.macs for row in self.rows)

    def parameter_bytes(self, dtype: str = "float32") -> int:
        """Memory of the learned numbers."""
        return self.parameters * dtype_bytes(dtype)

    def activation_bytes(self, batch: int = 1, dtype: str = "float32") -> int:
        """Memory of the input and of every layer's output, as training keeps them."""
        taken = prod(self.shape) * batch * dtype_bytes(dtype)
        return taken + sum(row.activation_bytes(batch, dtype) for row in self.rows)

    def peak_bytes(self, batch: int = 1, dtype: str = "float32") -> int:
        """Memory of the activations that are alive at once, at most, in inference: each is dropped after its last use.

        Layers run in their order, each writes an array of its own beside what comes in, and what
        only gives its input another shape keeps its input alive.
        """
        arrays = {FROM_INPUT: FROM_INPUT} | {row.name: row.name for row in self.rows}
        for row in self.rows:
            if not row.kept:
                arrays[row.name] = arrays[row.inputs[0]]
        last = {arrays[name]: index for index, row in enumerate(self.rows) for name in row.inputs}
        ends: dict[int, int] = {}
        sizes = {FROM_INPUT: prod(self.shape)} | {row.name: row.units for row in self.rows}
        for name, index in last.items():
            ends[index] = ends.get(index, 0) + sizes[name]
        alive = most = sizes[FROM_INPUT]
        for index, row in enumerate(self.rows):
            alive += row.units if row.kept else 0
            most = max(most, alive)
            alive -= ends.get(index, 0)
        return most * batch * dtype_bytes(dtype)
