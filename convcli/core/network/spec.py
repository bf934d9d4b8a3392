"""A layer as it was asked for: its kind, its numbers, and the word of the text that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from convcli.core.geometry import Padding, Pair, padding_along
from convcli.errors import ConvcliError, InputError, UsageError, printable

Shape = tuple[int, ...]


class Written(NamedTuple):
    """A layer, or the input's shape, as it is written, and where; what comes from a file is an input (exit 3).

    Attributes:
        number: which layer it is, from 1; 0 is the input's shape.
    """

    text: str
    number: int
    file: str | None = None
    line: int | None = None

    def problem(self, message: str) -> ConvcliError:
        """The error that this layer causes."""
        layer = f"layer {self.number} ({printable(self.text, 60)})" if self.number else "the input's shape"
        if self.file is None:
            return UsageError(f"{layer}: {message}")
        return InputError(self.file, f"line {self.line}, {layer}: {message}")


@dataclass(frozen=True)
class LayerSpec:
    """One layer as it was asked for; options that its kind does not have keep their defaults.

    Attributes:
        kind: the name of its kind, a row of `kinds.LAYER_KINDS`.
        pad: rows and columns of padding on both sides, or a name: same, valid, full.
        name, share: the layer's own name; the name of the layer whose weights it takes.
    """

    kind: str
    written: Written
    filters: int = 0
    units: int = 0
    kernel: Pair = (1, 1)
    stride: Pair | None = None
    pad: Pair | str = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    how: str = ""
    rate: str = ""
    name: str | None = None
    share: str | None = None


def padding_of(spec: LayerSpec) -> Padding:
    """Padding of all four sides that a layer asks for."""
    if isinstance(spec.pad, str):
        rows, columns = (padding_along(spec.pad, spec.kernel[axis], spec.dilation[axis]) for axis in (0, 1))
        return Padding(*rows, *columns)
    return Padding(spec.pad[0], spec.pad[0], spec.pad[1], spec.pad[1])


def shape_text(shape: Shape) -> str:
    """(28, 28, 1) as people write it.

    >>> shape_text((28, 28, 1)), shape_text((10,))
    ('28x28x1', '10')
    """
    return "x".join(str(n) for n in shape)
