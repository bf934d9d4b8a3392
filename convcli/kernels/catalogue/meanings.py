"""Kernels with what a positive response of each means, where the catalogue says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from convcli.core.kernel.kernel import Kernel
from convcli.errors import UsageError
from convcli.kernels.catalogue.construct import build
from convcli.kernels.catalogue.families import FAMILIES, recipes


def meaning(name: str) -> str:
    """What a positive response of a kernel of that name means; "" of one that is no catalogued kernel.

    >>> meaning("sobel-x"), meaning("kernel-0")
    ('positive where brightness rises to the right', '')
    """
    entry = name.partition(":")[0]
    return next((recipe.about for recipe in recipes() if recipe.name == entry), "")


class Entry(NamedTuple):
    """A kernel and what is known of it.

    Attributes:
        about: what a positive response means; family: of the catalogue; given: what `-k` takes to get exactly this
            kernel.  Each is "" where there is none.
    """

    kernel: Kernel
    about: str = ""
    family: str = ""
    given: str = ""


def with_meanings(kernels: Iterable[Kernel]) -> list[Entry]:
    """Each kernel beside its meaning, and its name where `-k` understands that."""
    return [Entry(kernel, meaning(kernel.name), "", _given(kernel)) for kernel in kernels]


def small_ones(largest: int) -> Iterator[Entry]:
    """The catalogue's kernels at their defaults, as far as no side is longer than that."""
    for family, members in FAMILIES.items():
        for entry in members:
            kernel = build(entry)
            if max(kernel.height, kernel.width) <= largest:
                yield Entry(kernel, entry.about, family, entry.name)


def _given(kernel: Kernel) -> str:
    """Its name, where that stands for these weights."""
    name, _, arguments = kernel.name.partition(":")
    entry = next((recipe for recipe in recipes() if recipe.name == name), None)
    if entry is None:
        return ""
    try:
        named = build(entry, arguments)
    except UsageError:  # a file of that name
        return ""
    same = kernel.anchor is None and np.array_equal(named.weights, kernel.weights)
    return kernel.name if same else ""
