"""A layer as it was asked for: its kind, its numbers, where it stands, and the word of the text that says so."""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.geometry import Padding, Pair, extent, padding_along
from convcli.errors import ConvcliError, InputError, UsageError, printable

Shape = tuple[int, ...]
INPUT = -1  # the source of a layer that takes the network's own input
TF_SAME = "tf-same"
MARKS = ("(", ")", "|")  # words of a text that are no layers


class Written(NamedTuple):
    """A layer, or the input's shape, as it is written, and where; what comes from a file is an input (exit 3).

    Attributes:
        number: which layer of the text it is, from 1; 0 is the input's shape.
        within: the use of a named block that it comes from.
    """

    text: str
    number: int
    file: str | None = None
    line: int | None = None
    within: str = ""

    def problem(self, message: str) -> ConvcliError:
        """The error that this layer causes."""
        layer = f"layer {self.number} ({printable(self.text, 60)})" if self.number else "the input's shape"
        if self.text in MARKS:
            layer = f"the {self.text} after {f'layer {self.number - 1}' if self.number > 1 else 'the shape'}"
        layer += f" in {printable(self.within, 60)}" if self.within else ""
        if self.file is None:
            return UsageError(f"{layer}: {message}")
        line = f"line {self.line}, " if self.line else ""
        return InputError(self.file, f"{line}{layer}: {message}")


class Place(NamedTuple):
    """One of the branches that a layer stands in.

    Attributes:
        join: which of the network's branchings it is, from 0.
        branch: which of its branches, from 0.
    """

    join: int
    branch: int


class LayerSpec(NamedTuple):
    """One layer as it was asked for; options that its kind does not have keep their defaults.

    Attributes:
        kind: the name of its kind, a row of `kinds.LAYER_KINDS`.
        sources: which layers' outputs come in, by their positions in the list of layers (from 0,
            all before this one); INPUT is the network's own input; None is the layer before this one.
        places: the branches that it stands in, from the outermost; how the text was written, for tables.
        pad: rows and columns of padding on both sides; all four sides; or a name: same, valid, full, tf-same.
        output_pad: rows and columns that a transposed convolution adds after.
        scale: how often upsampling repeats rows and columns.
        crop: rows and columns that are taken off each side.
        ceil: whether a pool's last window may hang over the end.
        size: channels that normalisation across channels looks at.
        slope: a number of an activation: below 0 the factor (leaky-relu), or what it tends to (elu).
        name, share: the layer's own name; the name of the layer whose weights it takes.
    """

    kind: str
    written: Written
    sources: tuple[int, ...] | None = None
    places: tuple[Place, ...] = ()
    filters: int = 0
    units: int = 0
    kernel: Pair = (1, 1)
    stride: Pair | None = None
    pad: Pair | Padding | str = (0, 0)
    output_pad: Pair = (0, 0)
    dilation: Pair = (1, 1)
    scale: Pair = (1, 1)
    crop: Pair = (0, 0)
    groups: int = 1
    bias: bool = True
    ceil: bool = False
    how: str = ""
    rate: str = ""
    size: int = 5
    slope: str = ""
    name: str | None = None
    share: str | None = None


def padding_of(spec: LayerSpec, grid: tuple[int, ...] = (1, 1)) -> Padding:
    """Padding of all four sides that a layer asks for.

    Args:
        grid: rows and columns that come in; tf-same depends on them:
            max((ceil(n/s) - 1)*s + d*(k-1) + 1 - n, 0) positions in all, the odd one after.
    """
    if isinstance(spec.pad, Padding):
        return spec.pad
    if isinstance(spec.pad, str):
        rows, columns = (_along(spec, axis, grid[axis]) for axis in (0, 1))
        return Padding(*rows, *columns)
    return Padding(spec.pad[0], spec.pad[0], spec.pad[1], spec.pad[1])


def _along(spec: LayerSpec, axis: int, n: int) -> tuple[int, int]:
    k, dilation = spec.kernel[axis], spec.dilation[axis]
    if spec.pad != TF_SAME:
        return padding_along(str(spec.pad), k, dilation)
    stride = steps_of(spec)[axis]
    total = max((-(-n // stride) - 1) * stride + extent(k, dilation) - n, 0)
    return total // 2, total - total // 2


def steps_of(spec: LayerSpec) -> Pair:
    """Rows and columns from one window to the next; a pool's stand side by side where no stride is given."""
    return spec.stride or (spec.kernel if spec.how else (1, 1))


def channels_first(shape: Shape) -> Shape | None:
    """The shape that was meant where the channels seem to stand first: a few rows, many columns, more channels.

    >>> channels_first((3, 224, 224)), channels_first((224, 224, 3))
    ((224, 224, 3), None)
    """
    if len(shape) != 3 or shape[0] not in (1, 3, 4) or min(shape[1:]) < 8:
        return None
    if shape[0] == 1 and shape[1] != shape[2]:  # a row of 100 positions with 64 channels each is one
        return None
    return shape[1], shape[2], shape[0]


def shape_text(shape: Shape) -> str:
    """(28, 28, 1) as people write it.

    >>> shape_text((28, 28, 1)), shape_text((10,))
    ('28x28x1', '10')
    """
    return "x".join(str(n) for n in shape)
