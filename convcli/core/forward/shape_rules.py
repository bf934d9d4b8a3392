"""Which shape each operator gives, from the shapes that come in; nothing here loads NumPy or computes a number."""

from __future__ import annotations

from itertools import zip_longest
from math import prod

from convcli.core.forward.call import Call
from convcli.core.forward.graph import Shape
from convcli.core.forward.sliding import kernel_of, slide_out_of, slide_over, spatial_of

Shapes = tuple[Shape, ...]


def same(call: Call) -> Shapes:
    """Number by number."""
    return (call.shape(),) * len(call.node.outputs)


def broadcast(call: Call) -> Shapes:
    """Axes are matched from the last; of length 1 they are stretched."""
    if call.opset < 7 and call.get("broadcast"):
        return (call.shape(),)
    shape: Shape = ()
    for index in range(len(call.shapes)):
        shape = joined(call, shape, call.shape(index))
    return (shape,)


def joined(call: Call, one: Shape, other: Shape) -> Shape:
    """The shape that both are stretched to."""
    pairs = list(zip_longest(reversed(one), reversed(other), fillvalue=1))
    if any(a != b and 1 not in (a, b) for a, b in pairs):
        raise call.problem(f"shapes {one} and {other} do not fit together")
    return tuple(b if a == 1 else a for a, b in reversed(pairs))


def sloped(call: Call) -> Shapes:
    """The input's shape, to which the slopes are stretched; before opset 7 there is one for each channel, or one."""
    shape, slopes = call.shape(0), call.shape(1)
    each = call.opset < 7 and len(shape) > 1 and slopes in ((shape[1],), (1,))
    if not each and joined(call, shape, slopes) != shape:
        raise call.problem(f"slopes of shape {slopes} do not fit {shape}")
    return (shape,)


def per_channel(call: Call) -> Shapes:
    """(N, C, ..) and C numbers of each kind; the shape stays."""
    shape = call.shape()
    channels = shape[1] if len(shape) > 1 else 1
    for index in range(1, len(call.shapes)):
        if call.shape(index) != (channels,):
            raise call.problem(f"input {index + 1} has shape {call.shape(index)} for {channels} channels")
    return (shape,)


def conv(call: Call) -> Shapes:
    """(N, C, ..), (F, C/groups, k..) and (F) give (N, F, ..)."""
    spatial, weights, groups = spatial_of(call), call.shape(1), call.get("group", 1)
    channels, filters = call.shape()[1], weights[0] if weights else 0
    if groups < 1 or channels % groups or filters % groups or not filters:
        raise call.problem(f"group={groups} has to divide {channels} channels and {filters} filters")
    _check_weights(call, (filters, channels // groups), spatial, filters)
    return ((call.shape()[0], filters, *slide_over(call, spatial, weights[2:]).out),)


def conv_transpose(call: Call) -> Shapes:
    """(N, C, ..), (C, F/groups, k..) and (F) give (N, F, ..)."""
    spatial, weights, groups = spatial_of(call), call.shape(1), call.get("group", 1)
    channels = call.shape()[1]
    if groups < 1 or channels % groups or len(weights) < 2:
        raise call.problem(f"group={groups} has to divide {channels} channels")
    filters = weights[1] * groups
    _check_weights(call, (channels, weights[1]), spatial, filters)
    return ((call.shape()[0], filters, *slide_out_of(call, spatial, weights[2:]).out),)


def _check_weights(call: Call, first: Shape, spatial: Shape, filters: int) -> None:
    weights = call.shape(1)
    if len(weights) != 2 + len(spatial) or weights[:2] != first or min(weights) < 1:
        raise call.problem(f"its weights have shape {weights} for an input of {call.shape()}")
    if tuple(call.get("kernel_shape", weights[2:])) != weights[2:]:
        raise call.problem(f"kernel_shape {call.get('kernel_shape')} for weights of shape {weights}")
    if call.has(2) and call.shape(2) != (filters,):
        raise call.problem(f"its bias has shape {call.shape(2)} for {filters} filters")


def pool(call: Call) -> Shapes:
    """(N, C, ..): the windows' of each map."""
    spatial = spatial_of(call)
    return ((*call.shape()[:2], *slide_over(call, spatial, kernel_of(call, len(spatial))).out),)


def global_pool(call: Call) -> Shapes:
    """(N, C, ..) gives (N, C, 1..)."""
    shape = call.shape()
    if len(shape) < 3 or min(shape) < 1:
        raise call.problem(f"its input has shape {shape}; maps (N, C, ..) are meant")
    return ((*shape[:2], *(1 for _ in shape[2:])),)


def gemm(call: Call) -> Shapes:
    """(M, K) and (K, N), either transposed; what is added is stretched to (M, N)."""
    a, b = call.shape(0), call.shape(1)
    a = a[::-1] if call.get("transA") else a
    b = b[::-1] if call.get("transB") else b
    if len(a) != 2 or len(b) != 2 or a[1] != b[0]:
        raise call.problem(f"matrices of shapes {a} and {b} cannot be multiplied")
    shape = (a[0], b[1])
    if call.has(2) and joined(call, shape, call.shape(2)) != shape:
        raise call.problem(f"what is added has shape {call.shape(2)} for {shape}")
    return (shape,)


def matmul(call: Call) -> Shapes:
    """As NumPy multiplies matrices: the last two axes; those before are stretched."""
    a, b = call.shape(0), call.shape(1)
    if not a or not b or a[-1] != (b[-2] if len(b) > 1 else b[0]):
        raise call.problem(f"arrays of shapes {a} and {b} cannot be multiplied")
    return ((*joined(call, a[:-2], b[:-2]), *a[-2:-1], *(b[-1:] if len(b) > 1 else ())),)


def reduction(call: Call) -> Shapes:
    """Axes that are left out, or kept with length 1; all of them where none is named."""
    shape = call.shape()
    before = 13 if call.node.op == "ReduceSum" else 18
    given = call.listed("axes", 1, before)
    if not given and call.get("noop_with_empty_axes"):
        return (shape,)
    axes = {call.axis(axis, len(shape)) for axis in given or range(len(shape))}
    keep = call.get("keepdims", 1)
    return (tuple(1 if place in axes else n for place, n in enumerate(shape) if keep or place not in axes),)


def reshape(call: Call) -> Shapes:
    """The same numbers in another shape: 0 keeps a length, -1 is what is left."""
    shape = call.shape()
    wanted = call.listed("shape", 1, 5)
    if wanted is None or wanted.count(-1) > 1 or min(wanted, default=0) < -1 or len(wanted) > 64:
        raise call.problem(f"the shape {wanted} is none")
    if not call.get("allowzero"):
        if any(n == 0 and place >= len(shape) for place, n in enumerate(wanted)):
            raise call.problem(f"the shape {wanted} keeps a length that {shape} does not have")
        wanted = tuple(shape[place] if n == 0 else n for place, n in enumerate(wanted))
    known = prod(n for n in wanted if n != -1)
    if -1 in wanted and known and prod(shape) % known == 0:
        wanted = tuple(prod(shape) // known if n == -1 else n for n in wanted)
    if -1 in wanted or prod(wanted) != prod(shape):
        raise call.problem(f"{shape} cannot become {wanted}")
    return (wanted,)


def flatten(call: Call) -> Shapes:
    """Two axes: those before `axis`, and those from it on."""
    shape = call.shape()
    axis = call.axis(call.get("axis", 1), len(shape), last=1)
    return ((prod(shape[:axis]), prod(shape[axis:])),)


def transpose(call: Call) -> Shapes:
    """The axes in the order of `perm`; reversed where it is not given."""
    shape = call.shape()
    order = tuple(call.get("perm") or reversed(range(len(shape))))
    if sorted(order) != list(range(len(shape))):
        raise call.problem(f"perm {order} is no order of {len(shape)} axes")
    return (tuple(shape[axis] for axis in order),)


def unsqueeze(call: Call) -> Shapes:
    """Axes of length 1 put in."""
    shape, given = list(call.shape()), call.listed("axes", 1, 13) or ()
    if len(given) > 64:
        raise call.problem(f"{len(given)} axes are too many")
    rank = len(shape) + len(given)
    axes = sorted(call.axis(axis, rank) for axis in given)
    if len(set(axes)) < len(axes):
        raise call.problem(f"axes {given} name one twice")
    for axis in axes:
        shape.insert(axis, 1)
    return (tuple(shape),)


def squeeze(call: Call) -> Shapes:
    """Axes of length 1 taken out; all of them where none is named."""
    shape, given = call.shape(), call.listed("axes", 1, 13)
    axes = {place for place, n in enumerate(shape) if n == 1} if given is None else set()
    axes |= {call.axis(axis, len(shape)) for axis in given or ()}
    if any(shape[axis] != 1 for axis in axes):
        raise call.problem(f"axes {given} of {shape} are not of length 1")
    return (tuple(n for place, n in enumerate(shape) if place not in axes),)


def concat(call: Call) -> Shapes:
    """One behind the other along `axis`."""
    first = call.shape()
    axis = call.axis(call.get("axis", 1), len(first))
    others = [call.shape(index) for index in range(1, len(call.shapes))]
    for other in others:
        if len(other) != len(first) or other[:axis] + other[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise call.problem(f"shapes {first} and {other} do not fit behind each other along axis {axis}")
    return ((*first[:axis], first[axis] + sum(other[axis] for other in others), *first[axis + 1 :]),)


def dropout(call: Call) -> Shapes:
    """Nothing is dropped; the mask is the input's shape."""
    return (call.shape(),) * len(call.node.outputs)
