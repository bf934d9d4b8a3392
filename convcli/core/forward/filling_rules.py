"""Which shape operators give that fill, cut, gather or resize; nothing here loads NumPy."""

from __future__ import annotations

from math import floor

from convcli.core.forward.call import Call
from convcli.core.forward.graph import Shape
from convcli.core.forward.shape_rules import Shapes, joined


def constant(call: Call) -> Shapes:
    """The tensor that is written down."""
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        given = call.get(name)
        if given is not None:
            return (given.shape if name == "value" else (len(given),) if name.endswith("s") else (),)
    raise call.problem("it holds no value")


def constant_of_shape(call: Call) -> Shapes:
    """A shape full of one number."""
    shape = call.whole(0)
    if min(shape, default=0) < 0 or len(shape) > 64:
        raise call.problem(f"the shape {shape} is none")
    return (shape,)


def expand(call: Call) -> Shapes:
    """Stretched to a shape."""
    shape = call.whole(1)
    if min(shape, default=0) < 0 or len(shape) > 64:
        raise call.problem(f"the shape {shape} is none")
    return (joined(call, call.shape(), shape),)


def shape_of(call: Call) -> Shapes:
    """The lengths from `start` to `end`, as whole numbers."""
    return ((len(asked_lengths(call)),),)


def asked_lengths(call: Call) -> Shape:
    """The lengths that a Shape node gives."""
    return call.shape()[slice(call.get("start", 0), call.get("end"))]


def gather(call: Call) -> Shapes:
    """Slices of `axis` by their numbers."""
    shape = call.shape()
    axis = call.axis(call.get("axis", 0), len(shape))
    return ((*shape[:axis], *call.shape(1), *shape[axis + 1 :]),)


def cuts_of(call: Call) -> tuple[slice, ...]:
    """The slices of a Slice node, one for each axis."""
    shape = call.shape()
    if call.opset < 10:
        starts, ends, axes = (tuple(call.get(name, ())) for name in ("starts", "ends", "axes"))
        strides: Shape = ()
    else:
        starts, ends = call.whole(1), call.whole(2)
        axes = call.whole(3) if call.has(3) else ()
        strides = call.whole(4) if call.has(4) else ()
    axes, strides = axes or tuple(range(len(starts))), strides or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(strides) or 0 in strides:
        raise call.problem(f"starts {starts}, ends {ends}, axes {axes} and steps {strides} do not fit together")
    cuts = [slice(None)] * len(shape)
    for start, end, axis, step in zip(starts, ends, axes, strides, strict=True):
        axis = call.axis(axis, len(shape))
        n = shape[axis]
        lowest = 0 if step > 0 else -1
        start = min(max(start + n if start < 0 else start, 0), n if step > 0 else n - 1)
        end = min(max(end + n if end < 0 else end, lowest), n)
        cuts[axis] = slice(start, None if end < 0 else end, step)
    return tuple(cuts)


def cut(call: Call) -> Shapes:
    """What lies between starts and ends."""
    cuts = cuts_of(call)
    return (tuple(len(range(*given.indices(n))) for given, n in zip(cuts, call.shape(), strict=True)),)


def parts_of(call: Call) -> tuple[int, Shape]:
    """The axis of a Split, and the lengths of its parts."""
    shape, count = call.shape(), len(call.node.outputs)
    axis = call.axis(call.get("axis", 0), len(shape))
    lengths = call.listed("split", 1, 13)
    if lengths is None:
        size = -(-shape[axis] // count)
        lengths = tuple(min(size, shape[axis] - size * place) for place in range(count))
    if len(lengths) != count or sum(lengths) != shape[axis] or min(lengths) < 0:
        raise call.problem(f"parts of {lengths} are not {count} of {shape[axis]}")
    return axis, lengths


def split(call: Call) -> Shapes:
    """One after the other along `axis`."""
    shape = call.shape()
    axis, lengths = parts_of(call)
    return tuple((*shape[:axis], n, *shape[axis + 1 :]) for n in lengths)


def borders_of(call: Call) -> list[tuple[int, int]]:
    """What a Pad node adds before and after each axis; negative numbers take away."""
    rank = len(call.shape())
    given = call.get("pads", call.get("paddings")) if call.opset < 11 else call.whole(1)
    axes = tuple(range(rank))
    if call.has(3):
        axes = tuple(call.axis(axis, rank) for axis in call.whole(3))
    if given is None or len(given) != 2 * len(axes) or len(set(axes)) < len(axes):
        raise call.problem(f"pads {given} are not two for each of {len(axes)} axes")
    sides = [(0, 0)] * rank
    for place, axis in enumerate(axes):
        sides[axis] = given[place], given[place + len(axes)]
    return sides


def pad(call: Call) -> Shapes:
    """Longer by what is added before and after each axis."""
    shape, sides = call.shape(), borders_of(call)
    out = tuple(n + before + after for n, (before, after) in zip(shape, sides, strict=True))
    if min(out, default=1) < 0:
        raise call.problem(f"pads {sides} take more away than {shape} has")
    mode = call.get("mode", "constant")
    if mode != "constant" and any(not n and max(side) > 0 for n, side in zip(shape, sides, strict=True)):
        raise call.problem(f"{mode} has nothing to repeat in {shape}")
    return (out,)


def scales_of(call: Call) -> tuple[tuple[float, ...], Shape]:
    """Of Resize and Upsample: the scale of each axis, and the lengths that come out."""
    shape = call.shape()
    scales, sizes = _asked_scales(call)
    axes = tuple(call.axis(axis, len(shape)) for axis in call.get("axes") or range(len(shape)))
    given = sizes if scales is None else scales
    if given is None or len(given) != len(axes):
        raise call.problem(f"{given} are not a size or a scale for each of {len(axes)} axes")
    out, factors = list(shape), [1.0] * len(shape)
    for axis, number in zip(axes, given, strict=True):
        n = shape[axis]
        # Not "> 0" alone: NaN compares as False.
        if not 0 < number < 2**31 or not n:
            raise call.problem(f"{given} would make an axis of {n} empty or endless")
        out[axis] = int(number) if scales is None else floor(n * number)
        factors[axis] = out[axis] / n if scales is None else float(number)
    return tuple(factors), tuple(out)


def _asked_scales(call: Call) -> tuple[tuple[float, ...] | None, Shape | None]:
    if call.node.op == "Upsample" and call.opset < 9:
        if call.opset < 7:
            return (1.0, 1.0, call.get("height_scale", 1.0), call.get("width_scale", 1.0)), None
        return tuple(call.get("scales", ())), None
    place = 1 if call.node.op == "Upsample" or call.opset < 11 else 2
    if call.has(place) and call.shape(place) != (0,):
        return call.numbers(place), None
    return None, call.whole(3) if call.has(3) else None


def resize(call: Call) -> Shapes:
    """Each axis by its scale, rounded down, or to its size."""
    return (scales_of(call)[1],)
