"""From a catalogue entry and its arguments to Kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.kernel.kernel import Kernel
from convcli.kernels.catalogue import bank_formulas, families, formulas
from convcli.kernels.catalogue.recipe import Bank, Recipe, read_arguments


def build(recipe: Recipe, arguments: str = "") -> Kernel:
    """The kernel of a catalogue entry.

    Args:
        recipe: the entry.
        arguments: what stood after the colon, as in "sigma=2,size=9"; it becomes part of the name.

    Raises:
        OptionError, UnknownNameError: an argument that is not allowed.

    >>> build(families.recipe("gaussian"), "sigma=2").name
    'gaussian:sigma=2'
    """
    values = read_arguments(recipe.arguments, arguments, recipe.name)
    if recipe.formula:
        weights = _function(formulas, recipe.formula)(**values)
    else:
        weights = np.array(recipe.rows, dtype=np.float64) / recipe.divisor
    given = "".join(arguments.split())
    return Kernel(f"{recipe.name}:{given}" if given else recipe.name, weights)


def build_bank(bank: Bank, arguments: str = "") -> tuple[Kernel, ...]:
    """The kernels of a bank, in order, each with a short name of its own.

    Raises:
        OptionError, UnknownNameError: an argument that is not allowed.

    >>> [kernel.name for kernel in build_bank(families.bank("kirsch"))][:3]
    ['kirsch-n', 'kirsch-nw', 'kirsch-w']
    """
    values = read_arguments(bank.arguments, arguments, f"bank:{bank.name}")
    if bank.members:
        return tuple(kernel for member in bank.members for kernel in _member(member))
    pairs = bank_formulas.compass(bank.north) if bank.north else _function(bank_formulas, bank.formula)(**values)
    return tuple(Kernel(f"{bank.name}-{suffix}", weights) for suffix, weights in pairs)


def _member(name: str) -> tuple[Kernel, ...]:
    if name.startswith("bank:"):
        return build_bank(families.bank(name.removeprefix("bank:")))
    return (build(families.recipe(name)),)


def _function(module: Any, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(module, name)
    return function
