"""Sharing: one kernel at all places against a kernel of its own at each; what is stored, what is worked."""

from __future__ import annotations

import statistics
import time

import numpy as np

from convcli.core.arrays import Array
from convcli.core.claims.finding import Finding, Subject
from convcli.core.layer.cost import plan_layer
from convcli.core.layer.matrix import layer_matrix
from convcli.core.problem.options import Window
from convcli.core.quantities import duration, grouped, short

SIDE = 96  # rows and columns of the layer that is timed
ROUNDS = 9


def one_kernel_moves(subject: Subject) -> Finding:
    """The layer's matrix row by row: each row is the first one, moved to where its window stands."""
    kernel = subject.kernel.weights
    h, w = kernel.shape
    shape = h + 6, w + 9
    matrix = layer_matrix((*shape, 1), subject.kernel, window=Window.of(size="valid")).values()
    rows, columns = shape[0] - h + 1, shape[1] - w + 1
    stamped = np.zeros_like(matrix)
    for r in range(rows):
        for c in range(columns):
            picture = np.zeros(shape)
            picture[r : r + h, c : c + w] = kernel
            stamped[r * columns + c] = picture.ravel()
    same = bool(np.array_equal(matrix, stamped))
    different = len(np.unique(matrix[np.nonzero(matrix)]))
    return Finding(
        same,
        f"{grouped(len(matrix))} rows, one kernel" if same else "a row with other weights",
        (
            f"As a matrix of {grouped(matrix.shape[0])} × {grouped(matrix.shape[1])} the layer has the kernel once a "
            f"row, moved on by one; {different} different numbers besides 0 in all",
        ),
        {"rows": len(matrix), "same": same, "different_weights": different},
    )


def same_work(subject: Subject) -> Finding:
    """Forward passes of both layers in turns, the same multiplications in the same order; and what each stores."""
    kernel = subject.kernel.weights
    h, w = kernel.shape
    plane = np.resize(subject.picture.astype(np.float32), (SIDE + h - 1, SIDE + w - 1))
    windows = np.lib.stride_tricks.sliding_window_view(plane, (h, w)).reshape(SIDE * SIDE, h * w).copy()
    shared = np.broadcast_to(kernel.astype(np.float32).reshape(-1), windows.shape)
    unshared = np.array(shared)  # as many numbers as there are connections
    times = {"shared": [], "unshared": []}  # type: dict[str, list[float]]
    results = {}
    for _ in range(ROUNDS):
        for name, weights in (("shared", shared), ("unshared", unshared)):
            begun = time.perf_counter()
            results[name] = _forward(windows, weights)
            times[name].append(time.perf_counter() - begun)
    layer = plan_layer((SIDE, SIDE, 1), (h, w), hidden=SIDE * SIDE)
    work = {name: layer.cost(kind).macs for name, kind in (("shared", "shared"), ("unshared", "sparse"))}
    bytes_ = {"shared": kernel.size * 4, "unshared": int(unshared.nbytes)}
    medians = {name: statistics.median(each) for name, each in times.items()}
    ratio = medians["unshared"] / max(medians["shared"], 1e-9)
    agreed = bool(np.allclose(results["shared"], results["unshared"], rtol=1e-4, atol=1e-3))
    counted = int(windows.size)
    return Finding(
        agreed and work["shared"] == work["unshared"] == counted,
        f"{grouped(counted)} multiplications each; {short(ratio, 2)} times the time, "
        f"{grouped(bytes_['unshared'] // bytes_['shared'])} times the memory",
        (
            f"{SIDE} × {SIDE} units on windows of {h} × {w}: {grouped(counted)} multiplications, shared or not",
            *(
                f"{name.capitalize()}: {duration(medians[name])} (from {duration(min(each))} to {duration(max(each))} "
                f"in {ROUNDS} turns), {grouped(bytes_[name])} bytes of weights"
                for name, each in times.items()
            ),
        ),
        {"multiplications": counted, "seconds": medians, "bytes": bytes_, "ratio": ratio},
        seen=(times, bytes_),
    )


def _forward(windows: Array, weights: Array) -> Array:
    return np.asarray(np.einsum("nk,nk->n", windows, weights))
