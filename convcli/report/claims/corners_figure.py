"""The corners of a square, from maps of its edges: the scene, both layers' maps, and the corners on the scene."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Bytes, Floats
from convcli.core.claims.corners import CORNERS, EDGES
from convcli.core.claims.finding import Finding
from convcli.errors import many
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.panel import Outline, Tile, panel

MARK = 13  # rows and columns of the frame around a corner
Place = tuple[int, int]


def corners_from_edges(finding: Finding) -> Drawing:
    """Scene and edge maps above; corner maps below, with the corners marked on the scene beside them."""
    scene, edges, maps, places = finding.seen
    largest = float(maps.max()) or 1.0
    tiles = [Tile(_grey(scene), "Scene", "A bright square and a bright ring")]
    tiles += [
        Tile(_grey(edges[..., f]), "Layer 1", f"Brightness rises {words}")
        for f, words in enumerate(map(_rising, EDGES))
    ]
    marked = f"{many(len(places), 'corner')}, {finding.values['on_ring']} on the ring"
    tiles.append(Tile(_grey(scene), "What layer 2 finds", marked, [_around(place) for place in places]))
    for f, (name, *_) in enumerate(CORNERS):
        found = [(r, c) for r, c in finding.values["corners"][name]]
        tiles.append(Tile(_grey(maps[..., f] / largest), "Layer 2", _found(name, found), [*map(_around, found)]))
    footer = (
        "Layer 1 has an edge detector for each of four directions. Layer 2's weights, made by hand, are two arms of "
        "edges that meet; the arcs of the ring have edges in every direction, and leave their arms."
    )
    return panel(tiles, columns=5, width=1090, title="Corners from edges: a second layer on the first", footer=footer)


def _rising(towards: str) -> str:
    return {"right": "to the right", "left": "to the left", "down": "downwards", "up": "upwards"}[towards]


def _found(name: str, places: list[Place]) -> str:
    if not places:
        return f"The {name} corner: nowhere"
    return f"The {name} corner: " + "; ".join(f"row {row}, column {column}" for row, column in places)


def _around(place: Place) -> Outline:
    return Outline(place[0] - MARK // 2, place[1] - MARK // 2, MARK, MARK, palette.WRONG)


def _grey(values: Floats) -> Bytes:
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
