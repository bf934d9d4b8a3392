"""The line of `convcli apply` that does what a model says, and what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from convcli.core.border import BORDERS, border
from convcli.core.identify.model import RENORMALISED, Axis, Model
from convcli.core.luma import BLUE, GREEN, RED
from convcli.core.text.matrices import format_matrix

IN, OUT = "in", "out"  # names without their suffixes
FULL = "zero"  # the border of --size full
NEAR = 2e-3  # weights of channels are known to within it


class Line(NamedTuple):
    """A line, in words.

    Attributes:
        words: with `IN` and `OUT` and the suffix; unlike: what it does otherwise than the filter.
    """

    words: tuple[str, ...]
    unlike: tuple[str, ...]


def apply_lines(model: Model, suffix: str, names: tuple[str, ...] = ()) -> Iterator[Line]:
    """The lines that come near, the shortest first: with the kernel's name, as whole numbers, as decimals.

    Args:
        suffix: of the files, with its point: that of pictures, or ".npy" for what is no whole number.
        names: of catalogue kernels that have these weights.
    """
    geometry, unlike = _geometry(model)
    channels, mixed = _channels(model)
    rest, more = _values(model, suffix)
    for text in _kernel_words(model, names if not _surrounded(model) else ()):
        words = ("convcli", "apply", f"{IN}{suffix}", *text, *channels, *geometry, *rest)
        yield Line((*words, "-o", f"{OUT}{suffix}"), (*mixed, *unlike, *more))


def _channels(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The option of a filter that makes grey of colours as apply does; and what of another mix apply has not."""
    if model.mix is None:
        return (), ()
    if len(model.mix) == 1 and np.abs(np.subtract(model.mix[0], np.array([RED, GREEN, BLUE]) / 65536)).max() < NEAR:
        return ("--channels", "gray"), ()
    return (), ("the filter mixes the channels, apply does not",)


def _kernel_words(model: Model, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name in names:
        yield ("-k", name)
    above, left = _missing(model)
    if model.numerators is not None:
        rows = np.pad(np.asarray(model.numerators), ((above, 0), (left, 0)))
        scale = () if model.denominator == 1 else ("--scale", f"1/{model.denominator}")
        yield ("-k", _rows(rows), *scale)
    weights = np.pad(np.asarray(model.weights, dtype=np.float64), ((above, 0), (left, 0)))
    yield ("-k", _rows(weights))


def _rows(array: Any) -> str:
    return format_matrix(array).replace("\n", "; ")


def _missing(model: Model) -> tuple[int, int]:
    """Rows and columns of zeros that bring the origin into the kernel, which begins beyond it."""
    return max(0, -model.rows.before), max(0, -model.columns.before)


def _surrounded(model: Model) -> bool:
    return any(_missing(model))


def _geometry(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Options of size, anchor, stride and border; and what of them apply has not."""
    (top, bottom, height), (left, right, width) = _padding(model.rows), _padding(model.columns)
    words: list[str] = []
    stride = model.rows.stride, model.columns.stride
    if stride != (1, 1):
        words += ["--stride", str(stride[0]) if stride[0] == stride[1] else f"{stride[0]}x{stride[1]}"]
    if not any((top, bottom, left, right)):
        return tuple([*words, "--size", "valid"] if (height, width) != (1, 1) else words), ()
    if (top + bottom, left + right) == (height - 1, width - 1):
        anchor = [] if (top, left) == (height // 2, width // 2) else ["--anchor", f"{top},{left}"]
        name, unlike = _border(model)
        return (*words, *anchor, "--border", name), unlike
    if min(bottom, right) < 0:
        return tuple(words), ("its output is smaller than any padding makes it",)
    name, unlike = _border(model)
    padding = str(top) if top == bottom == left == right else f"{top},{bottom},{left},{right}"
    return (*words, "--padding", padding, "--border", name), unlike


def _padding(axis: Axis) -> tuple[int, int, int]:
    """What stands before and after the axis, and how long the kernel is, zeros in front included."""
    before, length = max(0, axis.before), axis.length + max(0, -axis.before)
    return before, axis.spare + length - before, length


def _border(model: Model) -> tuple[str, tuple[str, ...]]:
    edges = model.edges
    if edges.across:
        return "edge", (f"the filter's border is {edges.said}, and apply has one for both",)
    if edges.name == RENORMALISED:
        return "edge", ("the filter leaves out weights beyond the ends and makes the others larger",)
    if edges.name in BORDERS.names():
        return edges.name, ()
    if edges.name == "constant":
        return border(f"constant:{edges.value!r}").label, ()
    kept = "leaves its pixels as they were" if edges.name == "copied" else f"fills it with {edges.value:g}"
    return "edge", () if edges.name == "none" else (f"the filter computes nothing at the border and {kept}",)


def _values(model: Model, suffix: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Options of what is added and how values become pixels; and what of it apply has not."""
    words: list[str] = []
    unlike: list[str] = []
    shift, rounded_otherwise = (Fraction(0), ()) if suffix == ".npy" else _rounding(model)
    if model.offset or shift:
        words += ["--bias", _number(model.offset, shift)]
    if model.gamma == "srgb":
        words.append("--linear")
    elif model.gamma != 1.0:
        unlike.append(f"the filter works on powers of {model.gamma:g}")
    if suffix == ".npy":
        return tuple(words + (["--display", "abs"] if model.absolute else [])), tuple(unlike)
    words += ["--display", "abs" if model.absolute else "clip"]
    unlike += rounded_otherwise
    if model.overflow != "clamp":
        unlike.append("apply clamps what is too large or negative, the filter wraps it round")
    return tuple(words), tuple(unlike)


def _rounding(model: Model) -> tuple[Fraction, tuple[str, ...]]:
    """What has to be added so that rounding half to even gives what the filter's way gives; or that nothing does.

    Sums of 1/d are 1/d apart: a quarter of that moves halves, and half less half of that whole numbers and what is
    above them, to the side where they belong.  Below zero, where ways differ, pixels are 0.
    """
    way = model.rounding
    if model.numerators is not None and model.denominator == 1 and float(model.offset).is_integer():
        return Fraction(0), ()  # nothing is rounded
    if way in (None, "half even"):
        halves = way is not None and model.denominator & (model.denominator - 1) and model.denominator % 2 == 0
        words = f"what is half-way between two whole numbers goes either way in sums of 1/{model.denominator}"
        return Fraction(0), (words,) if halves else ()
    if model.numerators is None or model.absolute or model.gamma != 1.0 or model.overflow != "clamp":
        return Fraction(0), (f"apply rounds half to even, the filter {way}",)
    quarter, most = Fraction(1, 4 * model.denominator), Fraction(model.denominator - 1, 2 * model.denominator)
    shifts = {"half up": quarter, "half away": quarter, "half down": -quarter, "up": most}
    return shifts.get(str(way), -most), ()


def _number(value: float, shift: Fraction) -> str:
    """A sum as options take it: a fraction where it is one of a small denominator."""
    near = Fraction(value).limit_denominator(1000)
    return str(near + shift) if float(near) == value else repr(float(value + shift))
