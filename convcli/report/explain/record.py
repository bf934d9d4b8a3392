"""The record that `explain --json` prints."""

from __future__ import annotations

from typing import Any

from convcli.core.explain.walk import Step, Walk
from convcli.report.printing.json_lines import one_or_both


def explain_record(walk: Walk, step: Step) -> dict[str, Any]:
    """One output value; `kernel` is as it was multiplied, flipped for a convolution."""
    problem = walk.problem
    return {
        "command": "explain",
        "at": step.at,
        "window": step.window,
        "kernel": walk.kernel.weights,
        "products": step.products,
        "bias": step.bias,
        "value": step.value,
        "operation": "convolution" if walk.convolves else "correlation",
        "given_kernel": walk.given.weights,
        "rows": step.rows,
        "columns": step.columns,
        "beyond": step.beyond,
        "border": problem.border.label,
        "padding": problem.padding,
        "stride": one_or_both(problem.stride),
        "dilation": one_or_both(problem.dilation),
        "output": {"height": walk.shape[0], "width": walk.shape[1]},
    }
