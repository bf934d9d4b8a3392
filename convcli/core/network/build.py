"""A stack of layers: the shapes followed through it, and each layer counted, in exact integers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from convcli.core.geometry import output_length
from convcli.core.network.field import Field, Reach
from convcli.core.network.rows import LayerRow, Network, Shape, shape_text
from convcli.core.network.spec import LayerSpec, padding_of
from convcli.errors import WindowTooLargeError

FARTHEST = 10**1000  # more digits than this could not be printed
TRAINED = ("conv", "local", "fc", "batchnorm")


def build_network(shape: Shape, specs: Sequence[LayerSpec]) -> Network:
    """Follow the shapes through the layers and count each.

    Raises:
        UsageError: (InputError for a file) a layer that what comes in does not fit; it says what came in.
    """
    rows: list[LayerRow] = []
    numbers: Counter[str] = Counter()
    names: set[str] = set()
    axes = tuple(shape[:2])
    state = _Flow(tuple(shape), tuple(Field() for _ in axes), axes, tuple(Reach.of_input(n) for n in axes))
    for spec in specs:
        numbers[spec.kind] += 1
        name = spec.name or f"{spec.kind}-{numbers[spec.kind]}"
        if name in names:
            raise spec.place.problem(f"a layer before it is called {name!r} too; names have to differ")
        row, state = _STEPS[spec.kind](spec, state)
        if any(max(field.size, field.jump, -field.first) > FARTHEST for field in state.fields):
            raise spec.place.problem("its receptive field is wider than any input; use smaller strides or dilations")
        names.add(name)
        rows.append(_sharing(replace(row, name=name), rows))
    return Network(tuple(shape), tuple(rows))


@dataclass(frozen=True)
class _Flow:
    """What comes in at a layer: its shape, and how its units look at the network's input."""

    shape: Shape
    fields: tuple[Field, ...]
    grid: tuple[int, ...]
    reach: tuple[Reach, ...]


def _row(spec: LayerSpec, given: _Flow, out: _Flow, weights: int = 0, biases: int = 0, macs: int = 0) -> LayerRow:
    return LayerRow("", spec, given.shape, out.shape, weights, biases, macs, out.fields, out.grid, out.reach)


def _maps(spec: LayerSpec, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise spec.place.problem(f"it needs maps (HxWxC), but {shape_text(shape)} numbers in a row came in")
    return shape[0], shape[1], shape[2]


def _slide(spec: LayerSpec, given: _Flow, stride: tuple[int, int], channels: int) -> _Flow:
    """The flow behind a sliding window of the given stride."""
    pad = padding_of(spec)
    sides = ((pad.top, pad.bottom), (pad.left, pad.right))
    try:
        grid = tuple(
            output_length(n, k, before=before, after=after, stride=s, dilation=d)
            for n, k, (before, after), s, d in zip(given.grid, spec.kernel, sides, stride, spec.dilation, strict=True)
        )
    except WindowTooLargeError as error:
        advice = "use a smaller kernel, more padding (pad=)"
        raise spec.place.problem(f"{shape_text(given.shape)} came in, and {error.problem}; {advice}") from error
    fields = tuple(
        field.after(k, stride=s, dilation=d, before=before)
        for field, k, s, d, (before, _) in zip(given.fields, spec.kernel, stride, spec.dilation, sides, strict=True)
    )
    reach = tuple(
        seen.after(k, units, stride=s, dilation=d, before=before)
        for seen, k, units, s, d, (before, _) in zip(
            given.reach, spec.kernel, grid, stride, spec.dilation, sides, strict=True
        )
    )
    return _Flow((*grid, channels), fields, grid, reach)


def _windows(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    """conv: k*F weights, k = rows * columns * channels / groups; local: the same for every unit."""
    channels = _maps(spec, given.shape)[2]
    if channels % spec.groups or spec.filters % spec.groups:
        raise spec.place.problem(
            f"groups={spec.groups} has to divide the {channels} channels that came in and the {spec.filters} filters"
        )
    out = _slide(spec, given, spec.stride or (1, 1), spec.filters)
    units = prod(out.shape)
    window = spec.kernel[0] * spec.kernel[1] * (channels // spec.groups)
    sets = spec.filters if spec.kind == "conv" else units
    return _row(spec, given, out, window * sets, sets * spec.bias, window * units), out


def _fully_connected(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    if len(given.shape) != 1:
        raise spec.place.problem(
            f"it needs numbers in a row, but {shape_text(given.shape)} came in; put flatten before it"
        )
    inputs = given.shape[0]
    out = replace(_whole(given), shape=(spec.units,))
    return _row(spec, given, out, inputs * spec.units, spec.units * spec.bias, inputs * spec.units), out


def _whole(given: _Flow) -> _Flow:
    reach = tuple(seen.joined() for seen in given.reach)
    return replace(given, fields=tuple(seen.field() for seen in reach), grid=tuple(1 for _ in reach), reach=reach)


def _pool(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    channels = _maps(spec, given.shape)[2]
    pad = padding_of(spec)
    if any(2 * side > k for side, k in zip(pad[::2], spec.kernel, strict=True)):
        raise spec.place.problem("pad is at most half the window; beyond that a pool would see padding only")
    out = _slide(spec, given, spec.stride or spec.kernel, channels)
    return _row(spec, given, out), out


def _global_pool(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    out = replace(_whole(given), shape=(1, 1, _maps(spec, given.shape)[2]))
    return _row(spec, given, out), out


def _flatten(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    out = replace(given, shape=(prod(given.shape),))
    return _row(spec, given, out), out


def _unchanged(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    return _row(spec, given, given), given


def _batchnorm(spec: LayerSpec, given: _Flow) -> tuple[LayerRow, _Flow]:
    """A scale and an offset for each channel; running mean and variance are not learned."""
    return _row(spec, given, given, given.shape[-1], given.shape[-1]), given


_STEPS = {
    "conv": _windows,
    "local": _windows,
    "fc": _fully_connected,
    "pool": _pool,
    "global-pool": _global_pool,
    "relu": _unchanged,
    "flatten": _flatten,
    "batchnorm": _batchnorm,
    "dropout": _unchanged,
}


def _sharing(row: LayerRow, before: Sequence[LayerRow]) -> LayerRow:
    wanted = row.spec.share
    if wanted is None:
        return row
    owner = next((other for other in before if other.name == wanted), None)
    if owner is None:
        names = ", ".join(other.name for other in before if other.kind in TRAINED) or "none"
        raise row.spec.place.problem(f"no layer before it is called {wanted!r}; those with weights: {names}")
    if _form(owner) != _form(row):
        raise row.spec.place.problem(
            f"it cannot share {wanted}'s weights: {_form_text(row)} wanted, {_form_text(owner)} there"
        )
    return replace(row, shares=owner.shares or owner.name)


def _form(row: LayerRow) -> tuple[object, ...]:
    grid = row.output if row.kind == "local" else ()
    inputs = row.given[-1] // row.spec.groups
    return row.kind, row.spec.kernel, inputs, row.output[-1], row.spec.groups, row.biases, grid


def _form_text(row: LayerRow) -> str:
    return f"{row.kind} with {row.weights} weights and {row.biases} biases from {shape_text(row.given)}"
