"""Maps: what a layer hands on, one plane a kernel."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np

from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import agreement, valid_by_loops
from convcli.core.correlation.correlate import correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.quantities import duration, grouped, short

HUNDRED, SIDE = 96, 11  # AlexNet's first layer
FEATURES = (
    ("rising to the right", ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))),
    ("rising downwards", ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0))),
    ("a bright point", ((-1.0, -1.0, -1.0), (-1.0, 8.0, -1.0), (-1.0, -1.0, -1.0))),
)


def feature_map(subject: Subject) -> Finding:
    """A copy of the kernel is hidden in a flat picture; the map is strongest there, and nowhere as strong beside it."""
    weights = subject.kernel.weights - subject.kernel.weights.mean()
    if not np.any(weights):
        weights = subject.kernel.weights
    h, w = weights.shape
    scene = np.zeros((5 * h + 7, 5 * w + 9))
    row, column = 2 * h + 3, 3 * w + 2
    scene[row : row + h, column : column + w] = weights
    response = correlate(scene, Kernel("sought", weights), size="valid", precision="float64")
    found = tuple(int(at) for at in np.unravel_index(int(response.argmax()), response.shape))
    energy = float((weights**2).sum())
    picture = correlate(subject.picture, subject.kernel)
    holds = (
        found == (row, column) and bool(np.isclose(response.max(), energy)) and picture.shape == subject.picture.shape
    )
    return Finding(
        holds,
        f"strongest at row {found[0]}, column {found[1]}: where the feature is",
        (
            f"The kernel's own pattern was hidden at row {row}, column {column} of an empty picture",
            f"Its map is strongest at row {found[0]}, column {found[1]}, with {short(response.max())} = Σ k²",
            f"On the picture the map has its size, {picture.shape[0]} × {picture.shape[1]}",
        ),
        {"hidden": [row, column], "found": list(found), "response": float(response.max()), "energy": energy},
    )


def about_a_hundred(subject: Subject) -> Finding:
    """96 kernels of 11 x 11 in one pass, against each by itself; time and memory beside one kernel's."""
    bank = np.random.default_rng(subject.seed).normal(size=(HUNDRED, SIDE, SIDE))
    part = subject.picture[: min(256, subject.picture.shape[0]), : min(256, subject.picture.shape[1])]
    if min(part.shape) < SIDE:
        part = np.pad(part, SIDE, mode="wrap")
    one = _cost(lambda: correlate(part, bank[:1], size="valid"))
    many = _cost(lambda: correlate(part, bank, size="valid"))
    magnitude = float(np.abs(bank).sum(axis=(1, 2)).max()) * max(1.0, float(np.abs(part.astype(float)).max()))
    agreed = [agreement(many.value[..., f], valid_by_loops(part, bank[f]), magnitude)[0] for f in (0, 37, HUNDRED - 1)]
    times, bytes_ = many.seconds / max(one.seconds, 1e-9), many.peak / max(one.peak, 1)
    return Finding(
        all(agreed) and many.value.shape[2] == HUNDRED,
        f"{HUNDRED} maps in {duration(many.seconds)}, {times:.0f} times one kernel's",
        (
            f"{HUNDRED} kernels of {SIDE} × {SIDE} on {part.shape[0]} × {part.shape[1]} pixels in one pass: "
            f"{duration(many.seconds)} and {grouped(many.peak // 10**6)} MB; one alone: {duration(one.seconds)} and "
            f"{grouped(one.peak // 10**6)} MB",
            f"So {times:.0f} times the time and {bytes_:.0f} times the memory, for {HUNDRED} times the maps",
            "Three of the maps were added up by a loop over the kernel: the same",
        ),
        {"kernels": HUNDRED, "seconds": many.seconds, "seconds_of_one": one.seconds, "bytes": many.peak},
        seen=(part, bank, many.value),
    )


def stack(subject: Subject) -> Finding:
    """Three kernels in a queue: the stack's maps are each kernel's own sums, in the order of the queue."""
    kernels = [Kernel(name, np.array(rows)) for name, rows in FEATURES]
    response = correlate(subject.picture, kernels, size="valid")
    peak = max(1.0, float(np.abs(subject.picture.astype(float)).max()))
    agreed = [
        agreement(
            response[..., f], valid_by_loops(subject.picture, one.weights), peak * float(np.abs(one.weights).sum())
        )
        for f, one in enumerate(kernels)
    ]
    return Finding(
        all(same for same, _ in agreed),
        f"{response.shape[2]} maps in the order of {response.shape[2]} kernels",
        tuple(f"Map {f}, {one.name}: {short(agreed[f][1])} from its own sum at most" for f, one in enumerate(kernels)),
        {"maps": int(response.shape[2]), "errors": [error for _, error in agreed]},
    )


def depth(subject: Subject) -> Finding:
    """Banks of 1 to 8 filters on pictures of 1, 2 and 3 channels: as many maps as filters."""
    random = np.random.default_rng(subject.seed)
    seen = []
    for channels in (1, 2, 3):
        for filters in (1, 3, 8):
            picture = random.normal(size=(9, 10, channels))
            weights = random.normal(size=(filters, channels, 3, 2))
            response = correlate(picture, weights, size="valid")
            seen.append((channels, filters, 1 if response.ndim == 2 else int(response.shape[2])))
    return Finding(
        all(filters == maps for _, filters, maps in seen),
        "as many maps as filters",
        ("; ".join(f"{channels} channels, {filters} filters: {maps} maps" for channels, filters, maps in seen),),
        {"channels_filters_maps": seen},
    )


class _Run:
    def __init__(self, value: np.ndarray, seconds: float, peak: int) -> None:
        self.value, self.seconds, self.peak = value, seconds, peak


def _cost(run: object) -> _Run:
    tracemalloc.start()
    try:
        value = run()  # type: ignore[operator]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    begun = time.perf_counter()
    run()  # type: ignore[operator]
    return _Run(value, time.perf_counter() - begun, peak)
