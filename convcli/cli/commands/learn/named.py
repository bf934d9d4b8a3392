"""Named kernels that a learned one may turn out to be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convcli.core.kernel.kernel import Kernel
from convcli.core.text.whole_numbers import pair_text
from convcli.kernels import build, build_bank, recipes
from convcli.kernels.catalogue import families
from convcli.kernels.catalogue.recipe import Recipe

SIGMAS = ("0.5", "0.8", "1", "1.2", "1.4", "1.5", "2", "2.5", "3", "4")
BANKS = ("sobel-compass", "prewitt-compass", "kirsch", "frei-chen", "laws")


def named_kernels(size: tuple[int, int], *, flipped: bool) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Catalogue kernels that fit into (rows, columns), with the arguments that make them so large.

    Args:
        flipped: for a convolution: each kernel's flip first, where it is another, which is how it is written there.
    """
    for kernel in _kernels(size):
        if kernel.height <= size[0] and kernel.width <= size[1] and kernel.channels is None:
            if flipped and not np.array_equal(kernel.weights, kernel.flipped().weights):
                yield f"{kernel.name}, flipped", kernel.flipped().weights
            yield kernel.name, kernel.weights


def _kernels(size: tuple[int, int]) -> Iterator[Kernel]:
    for recipe in recipes():
        for arguments in _variants(recipe, size):
            yield build(recipe, arguments)
    for name in BANKS:
        yield from build_bank(families.bank(name))


def _variants(recipe: Recipe, size: tuple[int, int]) -> list[str]:
    """The defaults first, then standard deviations, cut to the learned size where that can be chosen."""
    names = {argument.name for argument in recipe.arguments}
    sized = [f"size={pair_text(size)}"] if "size" in names and size[0] % 2 and size[1] % 2 else []
    variants = ["", *sized]
    if {"sigma", "size"} <= names and "wavelength" not in names:
        for sigma in SIGMAS:
            variants += [f"sigma={sigma}", *(f"sigma={sigma},{part}" for part in sized)]
    return variants
