"""Kernels with what a positive response of each means, where the catalogue says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convcli.core.kernel.kernel import Kernel
from convcli.kernels.catalogue.construct import build
from convcli.kernels.catalogue.families import recipes


def meaning(name: str) -> str:
    """What a positive response of a kernel of that name means; "" of one that is no catalogued kernel.

    >>> meaning("sobel-x"), meaning("kernel-0")
    ('positive where brightness rises to the right', '')
    """
    entry = name.partition(":")[0]
    return next((recipe.about for recipe in recipes() if recipe.name == entry), "")


def with_meanings(kernels: Iterable[Kernel]) -> list[tuple[Kernel, str]]:
    """Each kernel beside its meaning."""
    return [(kernel, meaning(kernel.name)) for kernel in kernels]


def small_ones(largest: int) -> Iterator[tuple[Kernel, str]]:
    """The catalogue's kernels at their defaults, as far as no side is longer than that, and their meanings."""
    for recipe in recipes():
        kernel = build(recipe)
        if max(kernel.height, kernel.width) <= largest:
            yield kernel, recipe.about
