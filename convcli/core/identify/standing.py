"""Where the kernel stands on a picture: its anchor inside it, and the name of the output's size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.core.identify.model import Axis, Model
from convcli.core.identify.sizes import Law
from convcli.core.identify.verdict import EXACT, Point


def with_anchor_inside(model: Model) -> Model:
    """The kernel with zeros around it, so that the output's own place lies in it; as it is where output is cropped."""
    if model.edges.name == "none":
        return model
    margins = [_margin(axis) for axis in (model.rows, model.columns)]
    if not any(map(any, margins)):
        return model
    rows, columns = (
        replace(axis, before=axis.before + first, length=axis.length + first + last)
        for axis, (first, last) in zip((model.rows, model.columns), margins, strict=True)
    )
    numerators = None if model.numerators is None else np.pad(model.numerators, margins)
    return replace(model, weights=np.pad(model.weights, margins), numerators=numerators, rows=rows, columns=columns)


def _margin(axis: Axis) -> tuple[int, int]:
    """Zeros before and after that bring position 0 into the kernel; none for full output, which has no such place."""
    if axis.spare == axis.length - 2 and axis.before == axis.length - 1:
        return 0, 0
    return max(-axis.before, 0), max(axis.before - axis.length + 1, 0)


def size_point(model: Model, laws: tuple[list[Law], list[Law]]) -> Point:
    names = {_size_of(axis, found) for axis, found in zip((model.rows, model.columns), laws, strict=True)}
    name = names.pop() if len(names) == 1 else "padded"
    return Point("size", name, "the answers' sizes", EXACT)


def _size_of(axis: Axis, laws: list[Law]) -> str:
    """The name of an axis's law of sizes: same, valid, full, or another padding."""
    spares = [spare for stride, spare in laws if stride == axis.stride]
    if -1 in spares:
        return "same"
    if axis.before == 0 and -axis.length in spares:
        return "valid"
    if axis.before == axis.length - 1 and axis.length - 2 in spares:
        return "full"
    return "padded"
