"""Words that people type for a kernel and that name none: filters that are no convolution, and plain words.

A convolution is linear: its response to a sum is the sum of its responses.  What picks, sorts, compares or bends
values is not, and no weights do it.  Each word is one row of `NO_KERNELS`; a name of the catalogue comes first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from convcli.errors import Setting, UsageError, Words, nearest, printable
from convcli.registry import Registry


class Instead(NamedTuple):
    """What to type, after `convcli apply PICTURE`, and what that gives."""

    options: str
    gives: str


class NoKernel(NamedTuple):
    """A word that names no kernel.

    Attributes:
        name: in lower case.
        does: what the filter of that name does, as a sentence goes on after "it"; "" for a plain word, whose
            meaning some kernel has.
        instead: what comes nearest, best first; may be empty.
        aliases: other words for the same.
        linear: whether it is linear all the same, and only no kernel.
    """

    name: str
    does: str
    instead: tuple[Instead, ...]
    aliases: tuple[str, ...] = ()
    linear: bool = False


_OPTION = re.compile(r"(?P<name>-k|--[a-z-]+)(?P<value>(?: (?!--[a-z]|-k )[^ ]+)*)")

_SMOOTHS = (Instead("-k gaussian:sigma=1", "smooths, edges too"),)
_LARGEST = (Instead("-k identity --pool max:3,stride=1", "the largest of 3 × 3, without the border"),)
_SMALLEST = (Instead("-k -1 --pool max:3,stride=1 --display abs", "the smallest of 3 × 3, without the border"),)
_EDGES = (Instead("-k bank:sobel --combine magnitude", "the strength of edges"),)
_STRENGTH = _EDGES[0]._replace(gives="both: the strength of edges")
_STRETCHED = (Instead("-k identity --display stretch", "smallest black, largest white"),)

NO_KERNELS = Registry(
    "word",
    (
        # Sorted, counted, compared: the neighbours are not added.
        NoKernel("median", "takes the middle one of the sorted neighbours", _SMOOTHS,
                 ("medianblur", "median-blur", "median-filter", "medfilt", "despeckle")),
        NoKernel("percentile", "takes one of the sorted neighbours", _SMOOTHS, ("rank", "quantile", "rank-filter")),
        NoKernel("mode", "takes the commonest neighbour", _SMOOTHS, ("majority", "modal")),
        NoKernel("max", "takes the largest neighbour", _LARGEST, ("maximum", "dilate", "dilation", "max-filter")),
        NoKernel("min", "takes the smallest neighbour", _SMALLEST, ("minimum", "erode", "erosion", "min-filter")),
        NoKernel("opening", "takes the smallest neighbours, then the largest of those", _SMALLEST, ("open",)),
        NoKernel("closing", "takes the largest neighbours, then the smallest of those", _LARGEST, ("close",)),
        NoKernel("tophat", "takes away what an opening leaves", (Instead("-k dog", "bright spots"),),
                 ("top-hat", "white-tophat")),
        NoKernel("blackhat", "takes away what a closing leaves", (Instead("-k log", "dark spots"),),
                 ("black-hat", "bottom-hat", "black-tophat")),
        NoKernel("morphology", "takes the largest and smallest neighbours", (*_LARGEST, *_SMALLEST),
                 ("morph", "morphological-gradient", "skeleton", "thinning", "hit-or-miss")),
        NoKernel("canny", "thins the edges and follows them by two thresholds", _EDGES, ("canny-edge",)),
        NoKernel("harris", "multiplies derivatives with each other",
                 (Instead("-k bank:corners --display abs", "corners of four directions"),), ("shi-tomasi", "corner")),
        NoKernel("variance", "measures how much the neighbours differ",
                 (Instead("-k point --display abs", "what differs from its 8 neighbours"),),
                 ("std", "stddev", "local-variance", "entropy", "range")),
        # Weights that depend on what they meet.
        NoKernel("bilateral", "weighs neighbours by how alike their values are", _SMOOTHS,
                 ("bilateral-filter", "bilateralfilter", "surface-blur")),
        NoKernel("nlmeans", "weighs neighbours by how alike their surroundings are", _SMOOTHS,
                 ("nl-means", "non-local-means", "denoise", "bm3d")),
        NoKernel("guided", "weighs neighbours by the edges it meets", _SMOOTHS,
                 ("guided-filter", "anisotropic", "anisotropic-diffusion", "perona-malik", "kuwahara", "tv",
                  "selective-blur")),
        NoKernel("unsharp:threshold", "leaves small differences alone",
                 (Instead("-k unsharp:sigma=1,amount=1", "sharpens all of them"),)),
        NoKernel("deconvolution", "undoes a kernel, from its whole spectrum",
                 (Instead("-k unsharp:sigma=1,amount=1", "sharpens a little"),),
                 ("deconvolve", "deblur", "unblur", "undo", "restore", "inverse", "wiener",
                  "inverse-filter"), linear=True),
        # Values bent one by one.
        NoKernel("threshold", "compares each value with a level",
                 (Instead("-k 255 --bias -32640", "255 (v - 128), clamped: white above 128"),),
                 ("binarize", "binary", "otsu", "adaptive-threshold")),
        NoKernel("equalize", "looks each value up in the picture's own histogram", _STRETCHED,
                 ("equalise", "histogram", "histeq", "clahe", "autocontrast", "auto-level")),
        NoKernel("gamma", "bends each value by a curve", _STRETCHED, ("curves", "levels", "log-transform", "tone-map")),
        NoKernel("posterize", "makes a few values of many", (), ("posterise", "solarize", "quantize", "dither")),
        NoKernel("relu", "replaces negative responses by 0", (Instead("-k sobel-x --relu", "after any kernel"),)),
        NoKernel("maxpool", "takes the largest of each block", (Instead("-k identity --pool max:2", "just that"),),
                 ("max-pool", "maxpooling", "pool", "pooling")),
        # Pixels moved, counted or mixed: linear, but not the same everywhere.
        NoKernel("rotate", "moves each pixel by another way", (),
                 ("rotation", "mirror", "transpose", "warp", "affine", "perspective", "swirl"), linear=True),
        NoKernel("resize", "makes another number of pixels",
                 (Instead("-k box:size=2 --stride 2 --size valid", "half the size"),),
                 ("zoom", "thumbnail", "upscale", "downscale", "downsample", "rescale", "bicubic", "lanczos",
                  "bilinear"), linear=True),
        NoKernel("grayscale", "adds the colours, not the neighbours",
                 (Instead("-k identity --channels gray", "just that"),),
                 ("greyscale", "gray", "grey", "luma", "desaturate"), linear=True),
        # Plain words.
        NoKernel("blur", "", (Instead("-k gaussian:sigma=2", "soft"), Instead("-k box:size=5", "the plain mean"),
                              Instead("-k disk", "a lens out of focus"), Instead("-k motion", "a moving camera")),
                 ("blurring", "blurry", "smooth", "smoothing", "soften", "lowpass", "low-pass")),
        NoKernel("edge", "", (*_EDGES, Instead("-k sobel-x", "upright ones, with their sign"),
                              Instead("-k laplacian", "both sides of each")),
                 ("edges", "edge-detect", "edge-detection", "edge-detector", "find-edges", "gradient", "magnitude",
                  "contour", "contours")),
        NoKernel("sobel", "", (Instead("-k sobel-x", "brightness rising to the right"),
                               Instead("-k sobel-y", "downwards"), _STRENGTH), ("sobel-filter",)),
        NoKernel("prewitt", "", (Instead("-k prewitt-x", "brightness rising to the right"),
                                 Instead("-k prewitt-y", "downwards"),
                                 Instead("-k bank:prewitt-compass", "eight directions"))),
        NoKernel("scharr", "", (Instead("-k scharr-x", "brightness rising to the right"),
                                Instead("-k scharr-y", "downwards"))),
        NoKernel("roberts", "", (Instead("-k roberts-x", "one diagonal"), Instead("-k roberts-y", "the other"))),
        NoKernel("sharpening", "", (Instead("-k sharpen", "a little"),
                                    Instead("-k unsharp:sigma=2,amount=1.5", "by width and amount")),
                 ("sharp", "sharpness", "crisp")),
        NoKernel("highpass", "", (Instead("-k point", "the pixel less its neighbours"),), ("high-pass", "detail")),
        NoKernel("bandpass", "", (Instead("-k dog", "fine blur less coarse blur"),), ("band-pass",)),
        NoKernel("shift", "", (Instead("-k '1 0 0'", "one pixel to the right"),), ("translate", "translation", "move")),
        NoKernel("invert", "", (Instead("-k -1 --bias 255", "255 - v"),), ("negate", "negative", "inverted")),
        NoKernel("brighten", "", (Instead("-k 1 --bias 40", "v + 40"),), ("brightness", "lighten", "darken")),
        NoKernel("contrast", "", (Instead("-k 1.5 --bias -64", "1.5 v - 64"), *_STRETCHED)),
    ),
)  # fmt: skip


def refusal(name: str, known: list[str]) -> UsageError | None:
    """Why a word names no kernel, and what to type instead; None where nothing is known of it.

    Args:
        name: as it was typed.
        known: the catalogue's names, which are suggested first where one is near.

    >>> print(refusal("median", []))
    no kernel is called 'median': it takes the middle one of the sorted neighbours, which no weighted sum does (it is \
not linear, so no convolution); nearest: kernels gaussian:sigma=1 (smooths, edges too)
    """
    row = NO_KERNELS.get(name) or (None if nearest(name, known) else _nearly(name))
    return UsageError(*_words(name, row)) if row is not None else None


def _nearly(name: str) -> NoKernel | None:
    """The row whose name was probably meant: a long word with a slip of the finger."""
    near = nearest(name, NO_KERNELS.accepted(), count=1) if len(name) > 5 and ":" not in name else []
    return NO_KERNELS.find(near[0]) if near else None


def _words(name: str, row: NoKernel) -> Words:
    slip = "" if name == row.name or name in row.aliases else f", nor {row.name!r}"
    start = f"no kernel is called {printable(name)!r}{slip}"
    if not row.does:
        return (f"{start}; try ", *_typed(row))
    law = "" if row.linear else ", which no weighted sum does (it is not linear, so no convolution)"
    return (f"{start}: it {row.does}{law}", *(("; nearest: ", *_typed(row)) if row.instead else ()))


def _typed(row: NoKernel) -> Words:
    """What to type instead, in pieces, for the command line and Python spell parameters differently."""
    pieces: list[str | Setting] = []
    for index, each in enumerate(row.instead):
        if index:
            pieces.append(" or " if index == len(row.instead) - 1 else ", ")
        for option in _OPTION.finditer(each.options):
            name = option["name"].lstrip("-").replace("-", "_")
            pieces += [Setting("kernels" if name == "k" else name, option["value"].strip()), " "]
        pieces.append(f"({each.gives})")
    return tuple(pieces)
