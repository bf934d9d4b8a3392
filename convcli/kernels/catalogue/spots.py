"""Second derivatives, spot detectors, and what sharpens or embosses."""

from __future__ import annotations

from convcli.kernels.catalogue.recipe import Argument, Recipe
from convcli.kernels.catalogue.smoothing import AUTO_SIZE, SIGMA

DARK_SPOT = "positive in a dark spot"
BRIGHT_SPOT = "positive in a bright spot"

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "laplacian",
        about=DARK_SPOT,
        rows=((0, 1, 0),
              (1, -4, 1),
              (0, 1, 0)),
        source="second differences along both axes",
        note="ImageMagick's is the negative",
        aliases=("laplace",),
    ),
    Recipe(
        "laplacian-8",
        about=DARK_SPOT,
        rows=((1, 1, 1),
              (1, -8, 1),
              (1, 1, 1)),
        source="second differences in all eight directions",
        note="ImageMagick's, and outline, are the negative",
    ),
    Recipe(
        "log",
        about="positive in a dark spot of radius about 1.4 sigma",
        formula="laplacian_of_gaussian",
        arguments=(SIGMA._replace(default=1.4), AUTO_SIZE),
        source="Marr & Hildreth, 1980; sum forced to 0",
        aliases=("laplacian-of-gaussian",),
    ),
    Recipe(
        "dog",
        about=BRIGHT_SPOT,
        formula="difference_of_gaussians",
        arguments=(
            SIGMA._replace(name="sigma1", about="standard deviation of the first Gaussian, in pixels"),
            SIGMA._replace(name="sigma2", default=1.6, about="standard deviation of the one taken away, in pixels"),
            AUTO_SIZE._replace(auto="2 × ceil(3 × the larger sigma) + 1"),
        ),
        source="gaussian of sigma1 less gaussian of sigma2",
        aliases=("difference-of-gaussians",),
    ),
    Recipe(
        "sharpen",
        about="the picture, more of it where it is brighter than its 4 neighbours",
        rows=((0, -1, 0),
              (-1, 5, -1),
              (0, -1, 0)),
        source="identity less laplacian",
    ),
    Recipe(
        "sharpen-8",
        about="the picture, more of it where it is brighter than its 8 neighbours",
        rows=((-1, -1, -1),
              (-1, 9, -1),
              (-1, -1, -1)),
        source="identity less laplacian-8",
    ),
    Recipe(
        "unsharp",
        about="the picture, more of it where it is brighter than its surroundings",
        formula="unsharp",
        arguments=(SIGMA, Argument("amount", 1, 0, 100, "how much of the difference is added"), AUTO_SIZE),
        source="(1 + amount) identity - amount gaussian",
        aliases=("usm", "unsharp-mask"),
    ),
    Recipe(
        "emboss",
        about="the picture, lit where brightness rises to the lower right",
        rows=((-2, -1, 0),
              (-1, 1, 1),
              (0, 1, 2)),
        source="identity plus a diagonal difference",
    ),
    Recipe(
        "outline",
        about=BRIGHT_SPOT,
        rows=((-1, -1, -1),
              (-1, 8, -1),
              (-1, -1, -1)),
        source="the negative of laplacian-8",
    ),
    Recipe(
        "point",
        about="how much brighter the pixel is than the mean of its 8 neighbours",
        rows=((-1, -1, -1),
              (-1, 8, -1),
              (-1, -1, -1)),
        divisor=8,
        source="Gonzalez & Woods, point detection",
    ),
)  # fmt: skip
