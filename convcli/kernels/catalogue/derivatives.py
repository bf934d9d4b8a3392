"""First derivatives: smoothing along one axis, a difference along the other.

x: positive where brightness rises to the right; y: where it rises downwards.
"""

from __future__ import annotations

from convcli.kernels.catalogue.recipe import Recipe, Rows
from convcli.kernels.catalogue.smoothing import AUTO_SIZE, SIGMA

RIGHT = "positive where brightness rises to the right"
DOWN = "positive where brightness rises downwards"


def _pair(name: str, x: Rows, y: Rows, source: str, note: str = "") -> tuple[Recipe, Recipe]:
    return (
        Recipe(f"{name}-x", about=RIGHT, rows=x, source=source, note=note),
        Recipe(f"{name}-y", about=DOWN, rows=y, source=source, note=note),
    )


RECIPES: tuple[Recipe, ...] = (
    *_pair(
        "difference",
        x=((-1, 0, 1),),
        y=((-1,), (0,), (1,)),
        source="central difference, not halved",
    ),
    *_pair(
        "sobel",
        x=((-1, 0, 1),
           (-2, 0, 2),
           (-1, 0, 1)),
        y=((-1, -2, -1),
           (0, 0, 0),
           (1, 2, 1)),
        source="Sobel & Feldman, 1968",
        note="OpenCV's sign; ImageMagick stores the flip; scikit-image divides by 4 and writes it for convolution",
    ),
    *_pair(
        "prewitt",
        x=((-1, 0, 1),
           (-1, 0, 1),
           (-1, 0, 1)),
        y=((-1, -1, -1),
           (0, 0, 0),
           (1, 1, 1)),
        source="Prewitt, 1970",
    ),
    *_pair(
        "scharr",
        x=((-3, 0, 3),
           (-10, 0, 10),
           (-3, 0, 3)),
        y=((-3, -10, -3),
           (0, 0, 0),
           (3, 10, 3)),
        source="Scharr, 2000",
        note="as OpenCV stores it; / 32 when normalised, / 16 in scikit-image",
    ),
    Recipe(
        "roberts-x",
        about="positive where the upper left is brighter than the lower right",
        rows=((1, 0),
              (0, -1)),
        source="Roberts, 1963",
    ),
    Recipe(
        "roberts-y",
        about="positive where the upper right is brighter than the lower left",
        rows=((0, 1),
              (-1, 0)),
        source="Roberts, 1963",
    ),
    Recipe("farid-x", about=RIGHT, formula="farid_x", source="Farid & Simoncelli, 2004: 5 taps"),
    Recipe("farid-y", about=DOWN, formula="farid_y", source="Farid & Simoncelli, 2004: 5 taps"),
    Recipe(
        "gaussian-x",
        about=RIGHT,
        formula="gaussian_x",
        arguments=(SIGMA, AUTO_SIZE),
        source="derivative of a Gaussian: x / sigma^2 times the kernel gaussian",
    ),
    Recipe(
        "gaussian-y",
        about=DOWN,
        formula="gaussian_y",
        arguments=(SIGMA, AUTO_SIZE),
        source="derivative of a Gaussian: y / sigma^2 times the kernel gaussian",
    ),
)  # fmt: skip
