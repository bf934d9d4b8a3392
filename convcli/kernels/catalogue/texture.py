"""Lines, corners, and the Gabor kernel."""

from __future__ import annotations

from convcli.kernels.catalogue.recipe import Argument, Recipe, Rows
from convcli.kernels.catalogue.smoothing import AUTO_SIZE

GABOR_SIZE = AUTO_SIZE._replace(auto="2 × ceil(3 × sigma / min(gamma, 1)) + 1")
ONE_SIGMA = "gamma says how much it is along the bars"


def _line(name: str, about: str, rows: Rows) -> Recipe:
    return Recipe(name, about=f"positive on a thin bright {about}", rows=rows, source="Gonzalez & Woods, line masks")


def _corner(name: str, about: str, rows: Rows) -> Recipe:
    return Recipe(
        name, about=f"positive at the {about} corner of something bright", rows=rows, source="zero-sum quadrant mask"
    )


RECIPES: tuple[Recipe, ...] = (
    _line("line-h", "horizontal line", ((-1, -1, -1),
                                        (2, 2, 2),
                                        (-1, -1, -1))),
    _line("line-v", "vertical line", ((-1, 2, -1),
                                      (-1, 2, -1),
                                      (-1, 2, -1))),
    _line("line-45", "line rising to the right", ((-1, -1, 2),
                                                  (-1, 2, -1),
                                                  (2, -1, -1))),
    _line("line-135", "line falling to the right", ((2, -1, -1),
                                                    (-1, 2, -1),
                                                    (-1, -1, 2))),
    _corner("corner-ne", "upper right", ((-4, -4, -4),
                                         (5, 5, -4),
                                         (5, 5, -4))),
    _corner("corner-nw", "upper left", ((-4, -4, -4),
                                        (-4, 5, 5),
                                        (-4, 5, 5))),
    _corner("corner-sw", "lower left", ((-4, 5, 5),
                                        (-4, 5, 5),
                                        (-4, -4, -4))),
    _corner("corner-se", "lower right", ((5, 5, -4),
                                         (5, 5, -4),
                                         (-4, -4, -4))),
    Recipe(
        "gabor",
        about="positive on bright bars of that width across the direction theta",
        formula="gabor",
        arguments=(
            Argument("theta", 0, -360, 360, "direction of the wave: degrees counter-clockwise, 0 to the right"),
            Argument("wavelength", 8, 0.1, 1000, "length of the wave in pixels"),
            Argument("sigma", 4, 0.01, 166, "standard deviation along the wave, in pixels", one=ONE_SIGMA),
            Argument("gamma", 0.5, 0.05, 20, "sigma along the wave divided by sigma along the bars"),
            Argument("phase", 0, -360, 360, "degrees; 0 is even, 90 odd"),
            GABOR_SIZE,
        ),
        source="Daugman, 1985",
        note="OpenCV stores it turned by 180 degrees, counts theta clockwise, and takes radians",
    ),
)  # fmt: skip
