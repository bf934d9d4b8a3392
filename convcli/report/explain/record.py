"""The records that `explain --json` prints: of an output, and of a weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.explain.walk import Step, Walk
from convcli.core.explain.weight_reach import AlongAxis, WeightReach
from convcli.report.printing.json_lines import one_or_both


def explain_record(walk: Walk, step: Step) -> dict[str, Any]:
    """One output value; `kernel` is as it was multiplied, flipped for a convolution.

    Of a kernel with weights per channel, window, kernel and products hold the channels one below the other, (C*h, w):
    window times kernel is products, and the sum of all products and the bias is the value, as ever.  `channels` has
    them one by one.
    """
    problem = walk.problem
    count, width = max(len(walk.channels), 1), walk.kernel.width
    return {
        "command": "explain",
        "at": step.at,
        "window": step.window.reshape(-1, width),
        "kernel": walk.kernel.weights.reshape(-1, width),
        "products": step.products.reshape(-1, width),
        "bias": step.bias,
        "value": step.value,
        "operation": "convolution" if walk.convolves else "correlation",
        "anchor": walk.kernel.origin,
        "given_kernel": walk.given.weights.reshape(-1, width),
        "rows": step.rows * count,
        "columns": step.columns,
        "beyond": np.tile(step.beyond, (count, 1)),
        "border": problem.border.label,
        "padding": problem.padding,
        "stride": one_or_both(problem.stride),
        "dilation": one_or_both(problem.dilation),
        "output": {"height": walk.shape[0], "width": walk.shape[1]},
        **({"channels": _channel_records(walk, step)} if walk.channels else {}),
    }


def _channel_records(walk: Walk, step: Step) -> list[dict[str, Any]]:
    """What each channel gives: its sum is of its products, without the bias."""
    return [
        {
            "channel": index,
            "window": step.window[index],
            "kernel": walk.kernel.weights[index],
            "products": step.products[index],
            "sum": channel.step(*step.at).value,
        }
        for index, channel in enumerate(walk.channels)
    ]


def weight_record(walk: Walk, reach: WeightReach) -> dict[str, Any]:
    """The record of --json; the weight's place is in the kernel as it was given, `kernel` as it is multiplied."""
    problem = walk.problem
    return {
        "command": "explain",
        "weight": {
            "at": reach.weight,
            "value": reach.values[0] if len(reach.values) == 1 else reach.values,
            "stands_at": reach.stands_at,
        },
        "kernel": walk.kernel.weights.reshape(-1, walk.kernel.width),
        "given_kernel": walk.given.weights.reshape(-1, walk.kernel.width),
        "operation": "convolution" if walk.convolves else "correlation",
        "inputs": {
            "touched": reach.touched,
            "of": reach.inputs,
            "rows": _axis_record(reach.rows),
            "columns": _axis_record(reach.columns),
        },
        "outputs": {"touching": reach.outputs, "of": reach.all_outputs, "beyond": reach.beyond},
        "fully_connected": {"inputs": 1, "outputs": 1},
        "anchor": walk.kernel.origin,
        "border": problem.border.label,
        "padding": problem.padding,
        "stride": one_or_both(problem.stride),
        "dilation": one_or_both(problem.dilation),
        "output": {"height": walk.shape[0], "width": walk.shape[1]},
    }


def _axis_record(along: AlongAxis) -> dict[str, Any]:
    first, last = along.span or (None, None)
    return {"first": first, "last": last, "step": along.step or None, "touched": along.touched}
