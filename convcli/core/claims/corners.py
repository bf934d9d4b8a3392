"""Corners: a second layer with weights made by hand, on the first layer's maps of edges.

Layer 1: edges rising to the right, to the left, downwards, upwards (Sobel's kernels and their negatives), then ReLU.
Layer 2: a corner is an arm of one edge and an arm of another that meet; its weights are the two arms.  The bias is
three quarters of what a corner would give, so that one arm alone, or an arc that leaves its arm, stays at 0.
"""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import correlate
from convcli.core.quantities import grouped

ARM = 9  # pixels
SIDE = 2 * ARM + 3
SCENE = (110, 190)
SQUARE = (24, 29, 52, 47)  # top, left, height, width
RING = (56.0, 138.0, 34.0, 9.0)  # row, column, radius, width
THRESHOLD = 0.75
EDGES = ("right", "left", "down", "up")  # where brightness rises to
CORNERS = (  # name, where the arms go (rows, columns), the edge along the upright arm, the edge along the level one
    ("upper left", (1, 1), "right", "down"),
    ("upper right", (1, -1), "left", "down"),
    ("lower left", (-1, 1), "right", "up"),
    ("lower right", (-1, -1), "left", "up"),
)


def corners_from_edges(subject: Subject) -> Finding:
    """A bright square and a bright ring: the four corners, where they are, and nothing on the ring."""
    scene = scene_of_square_and_ring()
    edges = _edges(scene)
    maps = _corners(edges)
    found = [(name, *_peaks(maps[..., f])) for f, (name, *_) in enumerate(CORNERS)]
    top, left, height, width = SQUARE
    expected = {
        "upper left": (top, left),
        "upper right": (top, left + width - 1),
        "lower left": (top + height - 1, left),
        "lower right": (top + height - 1, left + width - 1),
    }
    right = [len(places) == 1 and _near(places[0], expected[name]) for name, places, _ in found]
    on_ring = sum(_on_ring(place) for _, places, _ in found for place in places)
    edge_on_ring = int((edges.max(axis=2)[:, 95:] > 0.2).sum())
    return Finding(
        all(right) and on_ring == 0,
        f"{sum(right)} of 4 corners, {on_ring} on the ring",
        (
            *(
                f"{name.capitalize()}: found at {', '.join(f'row {r}, column {c}' for r, c in places) or 'no place'}, "
                f"it is at row {expected[name][0]}, column {expected[name][1]}"
                for name, places, _ in found
            ),
            f"The ring has {grouped(edge_on_ring)} places with an edge, and {on_ring} corners: "
            f"its arcs leave their arms",
        ),
        {
            "corners": {name: [list(place) for place in places] for name, places, _ in found},
            "expected": {name: list(place) for name, place in expected.items()},
            "on_ring": on_ring,
        },
        seen=(scene, edges, maps, [place for _, places, _ in found for place in places]),
    )


def scene_of_square_and_ring() -> Floats:
    """A bright square and a bright ring on black, (110, 190), 0 to 1."""
    scene = np.zeros(SCENE)
    top, left, height, width = SQUARE
    scene[top : top + height, left : left + width] = 1.0
    rows, columns = np.mgrid[: SCENE[0], : SCENE[1]]
    row, column, radius, thick = RING
    distance = np.abs(np.hypot(rows - row, columns - column) - radius)
    return np.asarray(np.maximum(scene, np.clip(thick / 2 + 0.5 - distance, 0, 1)))


def _edges(scene: Floats) -> Floats:
    """Layer 1, (H, W, 4), 1 for a straight edge from black to white."""
    x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    bank = np.stack([x, -x, x.T, -x.T])
    return np.maximum(correlate(scene, bank, border="zero", precision="float64"), 0.0)


def _corners(edges: Floats) -> Floats:
    """Layer 2, (H, W, 4): what is above the threshold, 0 elsewhere."""
    bank = np.stack([_arms(*corner[1:]) for corner in CORNERS])
    full = float(bank[0].sum())
    response = correlate(edges, bank, bias=-THRESHOLD * full, channels="sum", border="zero", precision="float64")
    return np.maximum(response, 0.0)


def _arms(where: tuple[int, int], upright: str, level: str) -> Floats:
    """Weights (4, SIDE, SIDE) of one corner: an upright arm and a level one, each on the map of its edge."""
    weights, middle = np.zeros((len(EDGES), SIDE, SIDE)), SIDE // 2
    for step in range(1, ARM + 1):
        weights[EDGES.index(upright), middle + where[0] * step, middle] = 1.0
        weights[EDGES.index(level), middle, middle + where[1] * step] = 1.0
    return weights


def _peaks(answer: Floats) -> tuple[list[tuple[int, int]], float]:
    """The strongest place of each blob of answers, and the strongest answer."""
    left, places = answer.copy(), []
    while left.max() > 0:
        row, column = (int(at) for at in np.unravel_index(int(left.argmax()), left.shape))
        places.append((row, column))
        left[max(row - ARM, 0) : row + ARM + 1, max(column - ARM, 0) : column + ARM + 1] = 0.0
    return places, float(answer.max())


def _near(found: tuple[int, int], expected: tuple[int, int]) -> bool:
    return all(abs(a - b) <= 1 for a, b in zip(found, expected, strict=True))


def _on_ring(place: tuple[int, int]) -> bool:
    row, column, radius, thick = RING
    return abs(float(np.hypot(place[0] - row, place[1] - column)) - radius) <= thick
