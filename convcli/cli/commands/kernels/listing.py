"""The catalogue's entries, measured for the table that `kernels` shows."""

from __future__ import annotations

from convcli.kernels import FAMILIES, Argument, banks, build, build_bank
from convcli.report.kernels.catalogue import Listed


def listed() -> list[Listed]:
    """Every kernel and bank at its defaults, family by family, banks last."""
    kernels = [
        Listed(
            family,
            recipe.name,
            _size(build(recipe).weights.shape),
            _written(recipe.arguments),
            recipe.about,
            recipe.source,
        )
        for family, recipes in FAMILIES.items()
        for recipe in recipes
    ]
    several = []
    for bank in banks():
        members = build_bank(bank)
        size = f"{len(members)} of {_size(members[0].weights.shape)}"
        several.append(Listed("banks", f"bank:{bank.name}", size, _written(bank.arguments), bank.about, bank.source))
    return kernels + several


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _written(arguments: tuple[Argument, ...]) -> str:
    return ", ".join(f"{argument.name}={argument.default_text}" for argument in arguments)
