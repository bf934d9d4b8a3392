"""Draws sample_images/shapes.png: a solid square and a ring, white on black.

A square has straight edges and corners; a ring has an edge in every direction
and a hole.  Run this file to write the picture again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

SIZE = 256
SQUARE = slice(36, 116), slice(28, 108)  # rows, columns
RING_CENTRE, RING_RADII = (168.0, 168.0), (34.0, 60.0)  # row, column; inner, outer
SAMPLES = 8  # a pixel is the mean of 8 x 8 points, so that the ring's edge is smooth


def shapes() -> np.ndarray:
    """The picture: uint8, shape (256, 256)."""
    fine = (np.arange(SIZE * SAMPLES) + 0.5) / SAMPLES - 0.5
    radius = np.hypot(fine[:, None] - RING_CENTRE[0], fine[None, :] - RING_CENTRE[1])
    inside = (radius >= RING_RADII[0]) & (radius <= RING_RADII[1])
    cover = inside.reshape(SIZE, SAMPLES, SIZE, SAMPLES).mean(axis=(1, 3))
    picture = np.rint(cover * 255).astype(np.uint8)
    picture[SQUARE] = 255
    return picture


if __name__ == "__main__":
    from convcli import images

    target = Path(__file__).resolve().parents[2] / "sample_images" / "shapes.png"
    images.write(images.Picture(shapes()), str(target), png_level=9, force=True)
