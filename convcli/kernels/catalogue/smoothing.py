"""Smoothing kernels: each response is a weighted mean of the neighbourhood (sum 1)."""

from __future__ import annotations

from convcli.kernels.catalogue.recipe import LARGEST_SIZE, Argument, Recipe

SIZE = Argument("size", 3, 1, LARGEST_SIZE, "rows and columns", whole=True, both=True)
AUTO_SIZE = SIZE._replace(default=None, auto="2 × ceil(3 × sigma) + 1")
SIGMA = Argument("sigma", 1, 0.01, 166, "standard deviation in pixels", both=True)

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "identity",
        about="the picture itself",
        formula="identity",
        arguments=(SIZE,),
        source="definition: 1 at the anchor",
        aliases=("delta", "impulse"),
    ),
    Recipe(
        "box",
        about="the plain mean of the rectangle",
        formula="box",
        arguments=(SIZE,),
        source="definition: 1 / (rows × columns)",
        aliases=("mean", "average", "avg", "uniform", "mean-filter", "box-filter", "box-blur", "boxblur"),
    ),
    Recipe(
        "gaussian",
        about="the mean, near pixels counting most",
        formula="gaussian",
        arguments=(SIGMA, AUTO_SIZE),
        source="exp(-(x^2 + y^2) / (2 sigma^2)), sampled and normalised",
        aliases=("gauss", "gaussian-blur", "gaussianblur"),
    ),
    Recipe(
        "binomial",
        about="the mean, near pixels counting most, in exact fractions",
        formula="binomial",
        arguments=(SIZE,),
        source="rows of Pascal's triangle, down times across, of sum 1",
    ),
    Recipe(
        "motion",
        about="the mean along a line, as a moving camera sees it",
        formula="motion",
        arguments=(
            Argument("length", 9, 1, 999, "length of the line in pixels"),
            Argument("angle", 0, -360, 360, "degrees counter-clockwise; 0 is horizontal"),
        ),
        source="share of each pixel under a line of length × 1",
        aliases=("motion-blur",),
    ),
    Recipe(
        "disk",
        about="the mean over a disk, as a lens out of focus sees it",
        formula="disk",
        arguments=(Argument("radius", 3, 0.1, 500, "radius in pixels"),),
        source="share of each pixel under the disk, exact at the rim",
        aliases=("pillbox",),
    ),
)
