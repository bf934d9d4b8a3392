"""Banks: several kernels under one name, for feature maps."""

from __future__ import annotations

from convcli.kernels.catalogue.recipe import Argument, Bank
from convcli.kernels.catalogue.smoothing import SIZE
from convcli.kernels.catalogue.texture import GABOR_SIZE, ONE_SIGMA

LINES = ("line-h", "line-45", "line-v", "line-135")
EIGHT_WAYS = "each positive where brightness rises towards its compass direction"

BANKS: tuple[Bank, ...] = (
    Bank(
        "sobel",
        about="brightness rising to the right, and downwards",
        members=("sobel-x", "sobel-y"),
        source="Sobel & Feldman, 1968",
    ),
    Bank(
        "sobel-compass",
        about=EIGHT_WAYS,
        north=((1, 2, 1),
               (0, 0, 0),
               (-1, -2, -1)),
        source="sobel, turned by 45 degrees",
    ),
    Bank(
        "prewitt-compass",
        about=EIGHT_WAYS,
        north=((1, 1, 1),
               (0, 0, 0),
               (-1, -1, -1)),
        source="prewitt, turned by 45 degrees",
    ),
    Bank(
        "kirsch",
        about=EIGHT_WAYS,
        north=((5, 5, 5),
               (-3, 0, -3),
               (-3, -3, -3)),
        source="Kirsch, 1971",
    ),
    Bank(
        "frei-chen",
        about="nine orthonormal masks: 4 of edges, 4 of lines, the mean",
        formula="frei_chen",
        source="Frei & Chen, 1977",
    ),
    Bank("lines", about="thin bright lines in four directions", members=LINES, source="Gonzalez & Woods, line masks"),
    Bank(
        "corners",
        about="the four corners of something bright",
        members=("corner-ne", "corner-nw", "corner-sw", "corner-se"),
        source="zero-sum quadrant masks",
    ),
    Bank(
        "laws",
        about="texture: products of edge E5, spot S5 and ripple R5, rows by columns",
        formula="laws",
        source="Laws, 1980: the nine that are zero-mean along both axes",
    ),
    Bank(
        "gabor",
        about="positive on bright bars across each direction, 0 to 180 degrees",
        formula="gabor_bank",
        arguments=(
            Argument("orientations", 8, 1, 360, "how many directions", whole=True),
            Argument("wavelength", 8, 0.1, 1000, "length of the wave in pixels"),
            Argument(
                "sigma", None, 0.01, 166, "standard deviation along the wave", auto="wavelength / 2", one=ONE_SIGMA
            ),
            Argument("gamma", 0.5, 0.05, 20, "sigma along the wave divided by sigma along the bars"),
            Argument("phase", 0, -360, 360, "degrees; 0 is even, 90 odd"),
            GABOR_SIZE,
        ),
        source="Daugman, 1985",
    ),
    Bank(
        "basics",
        about="points, lines and edges in every direction",
        members=("point", *LINES, "bank:sobel-compass"),
        source="the basic features of the textbooks",
    ),
    Bank(
        "random",
        about="nothing yet: what a layer starts training from",
        formula="random_bank",
        arguments=(
            Argument("count", 100, 1, 100_000, "how many kernels", whole=True),
            SIZE._replace(default=5),
            Argument("seed", 0, 0, 2**53, "the same seed gives the same kernels", whole=True),
            Argument("channels", 1, 1, 4096, "above 1: weights of its own for each channel", whole=True),
        ),
        source="He et al., 2015: normal, variance 2 / weights per kernel",
    ),
)  # fmt: skip
