"""The catalogue: every named kernel and bank, in families.

A kernel is one entry in its family's file; nothing else lists names.
"""

from __future__ import annotations

from convcli.errors import UnknownNameError
from convcli.kernels.catalogue import derivatives, feature_banks, smoothing, spots, texture
from convcli.kernels.catalogue.recipe import Bank, Recipe

FAMILIES: dict[str, tuple[Recipe, ...]] = {
    "smoothing": smoothing.RECIPES,
    "first derivatives": derivatives.RECIPES,
    "second derivatives, spots, sharpening": spots.RECIPES,
    "lines, corners, texture": texture.RECIPES,
}


def recipes() -> tuple[Recipe, ...]:
    """Every named kernel, family by family."""
    return tuple(recipe for family in FAMILIES.values() for recipe in family)


def banks() -> tuple[Bank, ...]:
    """Every bank."""
    return feature_banks.BANKS


def names() -> list[str]:
    """What `-k` takes by name: kernels, then `bank:NAME`s.

    >>> names()[0], names()[-1]
    ('identity', 'bank:random')
    """
    return [recipe.name for recipe in recipes()] + [f"bank:{bank.name}" for bank in banks()]


def accepted() -> list[str]:
    """`names`, then the other words that are understood.

    >>> accepted()[-1]
    'unsharp-mask'
    """
    return names() + [alias for recipe in recipes() for alias in recipe.aliases]


def recipe(name: str) -> Recipe:
    """The kernel of that name, or alias.

    Raises:
        UsageError: with the nearest names; or why there can be no such kernel, and what comes nearest.
    """
    for candidate in recipes():
        if name == candidate.name or name in candidate.aliases:
            return candidate
    from convcli.kernels.catalogue.no_kernels import refusal

    whole_bank = [each for each in names() if each == f"bank:{name}"]
    known = whole_bank or accepted()
    raise refusal(name, known) or UnknownNameError("kernel", name, known, "'convcli kernels' lists them")


def bank(name: str) -> Bank:
    """The bank of that name, without its `bank:`.

    Raises:
        UnknownNameError: with the nearest names.
    """
    for candidate in banks():
        if candidate.name == name:
            return candidate
    raise UnknownNameError("bank", name, [candidate.name for candidate in banks()])
