"""The catalogue of kernels, and everything `-k` understands.

Names and arguments are plain data that load no NumPy (`catalogue.families`); the rest
is resolved on first use, so that help and completion start at once.

>>> from convcli import kernels
>>> kernels.kernel("sobel-x").weights.tolist()
[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
>>> [k.name for k in kernels.kernels_from("bank:sobel")]
['sobel-x', 'sobel-y']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy
from convcli.kernels.catalogue.families import FAMILIES as FAMILIES
from convcli.kernels.catalogue.families import banks as banks
from convcli.kernels.catalogue.families import names as names
from convcli.kernels.catalogue.families import recipes as recipes
from convcli.kernels.catalogue.recipe import Argument as Argument
from convcli.kernels.catalogue.recipe import Bank as Bank
from convcli.kernels.catalogue.recipe import Recipe as Recipe

if TYPE_CHECKING:
    from convcli.kernels.catalogue.construct import build as build
    from convcli.kernels.catalogue.construct import build_bank as build_bank
    from convcli.kernels.reading.grammar import kernel as kernel
    from convcli.kernels.reading.grammar import kernels_from as kernels_from

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.kernels.reading.grammar": ("kernel", "kernels_from"),
        "convcli.kernels.catalogue.construct": ("build", "build_bank"),
    },
)
