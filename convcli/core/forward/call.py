"""A call: one operator with what comes in, for its shape to be found or for it to be carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convcli.core.forward.graph import Node, Shape
from convcli.errors import UsageError

if TYPE_CHECKING:
    from convcli.core.arrays import Array


@dataclass(eq=False)
class Call:
    """One operator with what comes in.

    Attributes:
        opset: the version of ONNX's operators that it means.
        shapes: of its inputs; None where an optional one is left out.
        values: its inputs; while shapes are followed, those that are known from constants and shapes alone,
            and None for the others.
        memory: what it keeps from run to run; depends on constants and shapes alone.
        constant: which of its inputs are constants of the network.
        spare: which of its inputs nobody reads after it, so that it may write over them.
    """

    node: Node
    opset: int
    shapes: tuple[Shape | None, ...]
    values: tuple[Array | None, ...]
    memory: dict[Any, Any] = field(default_factory=dict)
    constant: frozenset[int] = frozenset()
    spare: frozenset[int] = frozenset()

    def problem(self, words: str) -> UsageError:
        """The error that this node causes."""
        return UsageError(f"{self.node.said}: {words}")

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute, or the default."""
        return self.node.attributes.get(name, default)

    def shape(self, index: int = 0) -> Shape:
        """The shape of an input that has to be there."""
        shape = self.shapes[index] if index < len(self.shapes) else None
        if shape is None:
            raise self.problem(f"input {index + 1} is missing")
        return shape

    def has(self, index: int) -> bool:
        """Whether an optional input is there."""
        return index < len(self.shapes) and self.shapes[index] is not None

    def value(self, index: int = 0) -> Array:
        """An input that has to be there and, while shapes are followed, known."""
        self.shape(index)
        value = self.values[index]
        if value is None:
            raise self.problem(f"input {index + 1} depends on the picture's numbers; it has to follow from constants")
        return value

    def maybe(self, index: int) -> Array | None:
        """An optional input."""
        return self.value(index) if self.has(index) else None

    def whole(self, index: int) -> tuple[int, ...]:
        """A list of whole numbers that is an input."""
        value = self.value(index)
        if value.dtype.kind not in "iu" or value.ndim > 1:
            raise self.problem(
                f"input {index + 1} is {value.dtype} of shape {value.shape}; a list of integers is meant"
            )
        return tuple(int(number) for number in value.reshape(-1))

    def numbers(self, index: int) -> tuple[float, ...]:
        """A list of numbers that is an input."""
        return tuple(float(number) for number in self.value(index).reshape(-1))

    def listed(self, name: str, index: int, before: int) -> tuple[int, ...] | None:
        """A list of whole numbers: an attribute in opsets below `before`, an input from there on; or None."""
        if self.opset < before:
            given = self.get(name)
            return None if given is None else tuple(given)
        return self.whole(index) if self.has(index) else None

    def axis(self, axis: int, rank: int, *, last: int = 0) -> int:
        """An axis counted from the front; negative ones count from the back.

        Args:
            last: how far beyond the last axis it may lie.
        """
        if not -rank <= axis < rank + last:
            raise self.problem(f"axis {axis} is not one of {rank}")
        return axis + rank if axis < 0 else axis
