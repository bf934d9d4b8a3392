"""A network as the page is told of it: layers in order, what units see, and either weights or the maps themselves.

The page computes a network anew where it knows what every layer does and that is not too much; the rule is
`MOST_WEIGHTS` bytes of weights, `MOST_MACS` and `MOST_NUMBERS`.  Of other networks it shows the maps that one
picture has here (`network_maps`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.forward.call import Call
from convcli.core.forward.following import Followed, follow
from convcli.core.forward.graph import ForwardGraph
from convcli.core.forward.layer_rows import Layers, layers_of
from convcli.core.forward.passing import read_constants
from convcli.core.forward.verdict import classes_of, last_operator
from convcli.core.network.rows import FROM_INPUT, LayerRow
from convcli.core.network.seen import NOTHING, Reach
from convcli.core.network.spec import shape_text
from convcli.core.quantities import spoken
from convcli.report.explorer.network_maps import described_maps, input_pixels
from convcli.report.explorer.network_operations import Operation, UnknownOperationError, operation_of, size_of
from convcli.report.explorer.packing import floats

MOST_WEIGHTS = 5_000_000  # bytes of float32 that go into a page
MOST_MACS = 300_000_000  # multiplications that a page does within about a second
MOST_NUMBERS = 1 << 24  # of all layers' outputs, that a page holds


class Pad(NamedTuple):
    """A sheet to draw on, for a network that was trained on drawings.

    Attributes:
        finer: rows and columns of the sheet for each of the network's; a pixel is the share of them that are inked.
        brush: how wide a stroke is, in rows of the sheet.
        scale: what a pixel, 0..255, is multiplied by.
        samples: pictures to begin with, (rows, columns) uint8, by name.
    """

    finer: int
    brush: float
    scale: float
    samples: Mapping[str, Bytes]


class Walked(NamedTuple):
    """A network and the picture that goes through it.

    Attributes:
        name, picture: what people call them.
        graph: for inputs of the picture's shape alone (`entrance.fixed`).
        fed: the input, with a batch of one.
        seen: the same as a picture, (H, W, C) in the picture's own units; of 8-bit pixels or not.
        said: how it was prepared.
        labels: one a class; none where they are not known.
        pad: None where nobody draws for it.
    """

    name: str
    picture: str
    graph: ForwardGraph
    fed: Array
    seen: Array
    eight_bits: bool
    said: Sequence[str]
    labels: Sequence[str] = ()
    pad: Pad | None = None


def network_data(walked: Walked) -> dict[str, Any]:
    """What the page's script reads as DATA.network: JSON-able.

    Raises:
        UsageError: a network whose layers are not known or not counted.
        GeometryError: a pass that would not fit into memory, or maps that do not fit into a page.
    """
    graph = walked.graph
    shapes = follow(graph, {graph.inputs[0].name: walked.fed.shape})
    layers = layers_of(graph)
    steps, unknown = _operations(graph, shapes, layers)
    why = _too_much(layers, steps) if unknown is None else {"reason": "operator", "what": unknown}
    shown = None if why is None else described_maps(graph, walked.fed, layers)
    places = {FROM_INPUT: -1, **{row.name: place for place, row in enumerate(layers.network.rows)}}
    return {
        "name": walked.name,
        "input": _input(walked, recomputed=why is None),
        "recomputed": why is None,
        "why": why,
        "layers": [
            {**_layer(row, places), "size": list(_size(layers, shapes, place)),
             **_told(steps[place], places, weights=why is None),
             "maps": None if shown is None else shown.layers[place]}
            for place, row in enumerate(layers.network.rows)
        ],
        "verdict": _verdict(walked, layers, shapes, None if shown is None else shown.output),
        "pad": None if walked.pad is None or why is not None else _pad(walked.pad),
    }  # fmt: skip


class _Step(NamedTuple):
    """What a layer does, None where the page does not know it, and the names of the layers it does it to."""

    operation: Operation | None
    of: tuple[int | None, ...]  # places of layers, -1 the input; None for what is constant


def _operations(graph: ForwardGraph, followed: Followed, layers: Layers) -> tuple[list[_Step], str | None]:
    """What every layer does, and the first thing that the page does not know."""
    known = {**followed.known, **read_constants(graph, followed)}
    givers = {graph.inputs[0].name: -1}
    steps, unknown = [], None
    for place, node in enumerate(layers.nodes):
        givers |= {node.outputs[0]: place}
        shapes = tuple(followed.shapes[name] if name else None for name in node.inputs)
        call = Call(node, graph.opset, shapes, tuple(known.get(name) for name in node.inputs))
        try:
            if followed.dtypes[node.outputs[0]] != "float32" or graph.inputs[0].dtype != "float32":
                raise UnknownOperationError(followed.dtypes[node.outputs[0]])
            of = tuple(None if name in known or not name else givers[name] for name in node.inputs)
            steps.append(_Step(operation_of(call, followed.shapes[node.outputs[0]]), of))
        except (UnknownOperationError, KeyError) as error:
            steps.append(_Step(None, ()))
            unknown = unknown or str(error.args[0])
    return steps, unknown


def _too_much(layers: Layers, steps: Sequence[_Step]) -> dict[str, Any] | None:
    """Why a network is not computed in the page though it could be; None where it is."""
    arrays = [array for step in steps if step.operation for array in step.operation.arrays.values()]
    figures = {
        "weights": (4 * sum(array.size for array in arrays), MOST_WEIGHTS),
        "macs": (layers.network.macs, MOST_MACS),
        "numbers": (sum(row.units for row in layers.network.rows), MOST_NUMBERS),
    }
    for reason, (found, most) in figures.items():
        if found > most:
            return {"reason": reason, "found": spoken(found), "most": spoken(most)}
    return None


def _input(walked: Walked, *, recomputed: bool) -> dict[str, Any]:
    pixels = input_pixels(walked.seen, eight_bits=walked.eight_bits)
    size = size_of(walked.fed.shape)
    return {
        "picture": walked.picture,
        "said": list(walked.said),
        "size": list(size),
        "pixels": pixels,
        "numbers": floats(walked.fed) if recomputed else None,
    }


def _size(layers: Layers, followed: Followed, place: int) -> tuple[int, int, int]:
    return size_of(followed.shapes[layers.nodes[place].outputs[0]])


def _layer(row: LayerRow, places: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "text": row.spec.written.text,
        "output": shape_text(row.output),
        "parameters": row.parameters,
        "inputs": sorted({places[name] for name in row.inputs}),
        "sees": [_axis(row, axis) for axis in range(len(row.reach))],
        "grid": list(_grid(row)),
    }


def _grid(row: LayerRow) -> tuple[int, ...]:
    """Rows and columns of the maps that were laid in a row, so that each number is known by its place; else none."""
    units = prod(row.grid)
    laid = len(row.output) == 1 and units > 1 and row.output[0] % units == 0 and len(row.grid) == 2
    return row.grid if laid else ()


def _axis(row: LayerRow, axis: int) -> dict[str, Any]:
    """What units see of the input along an axis: the receptive field, and where clipping it is not the truth, all."""
    field, reach = row.fields[axis], row.reach[axis]
    clipped = reach.spans is not None and reach.spans == tuple(
        _clipped(field.span(unit), reach) for unit in range(len(reach.spans))
    )
    exact = None if clipped or reach.spans is None else [list(span) for span in reach.spans]
    return {
        "n": reach.n,
        "spans": [None if span is None else list(span) for span in field.spans],
        "step": field.step,
        "exact": exact,
        "all": reach.spans is None,
    }


def _clipped(span: tuple[int, int] | None, reach: Reach) -> tuple[int, int]:
    if span is None or span[0] >= reach.n or span[1] < 0:
        return NOTHING
    return max(0, span[0]), min(reach.n - 1, span[1])


def _told(step: _Step, places: Mapping[str, int], *, weights: bool) -> dict[str, Any]:
    if step.operation is None:
        return {"do": None, "of": []}
    operation = step.operation
    arrays = {name: floats(array) for name, array in operation.arrays.items()} if weights else {}
    filters = {"shape": list(operation.arrays["weights"].shape)} if "weights" in operation.arrays else {}
    return {"do": {"name": operation.do, **operation.settings, **filters, **arrays}, "of": list(step.of)}


def _verdict(walked: Walked, layers: Layers, followed: Followed, output: Array | None) -> dict[str, Any] | None:
    """The classes of the network's first output; None where it is no list of classes."""
    name = walked.graph.outputs[0]
    places = [place for place, node in enumerate(layers.nodes) if name in node.outputs]
    if not classes_of(followed.shapes[name]) or not places:
        return None
    return {
        "layer": places[0],
        "ends": last_operator(walked.graph, name),
        "labels": list(walked.labels) or None,
        "values": None if output is None else [float(value) for value in output.reshape(-1)],
    }


def _pad(pad: Pad) -> dict[str, Any]:
    samples = [
        {"name": name, "pixels": np.asarray(pixels, np.uint8).reshape(-1).tolist()}
        for name, pixels in pad.samples.items()
    ]
    return {"finer": pad.finer, "brush": pad.brush, "scale": pad.scale, "samples": samples}
