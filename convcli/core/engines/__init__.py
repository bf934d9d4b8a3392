"""The engines: ways to compute the same correlation, each best somewhere.

A new engine is one file beside these, with a function `offer(problem)` (see
`engine`), and one row here.  The rows load no NumPy; an engine is imported
when it is first asked for an offer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcli.lazy import load
from convcli.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from convcli.core.engines.engine import Offer
    from convcli.core.problem.problem import Problem


@dataclass(frozen=True)
class Engine:
    """One way to compute a correlation.

    Attributes:
        name: as plans and `engine=` have it.
        about: how it computes, in a few words.
        offer: "package.module:function", the function that makes its offers.
        wide: whether it has sums of 64 bits exact, which floats do not hold.
        on_demand: whether it is only asked for an offer where somebody names it: what else is installed must not
            change what a plan chooses.
    """

    name: str
    about: str
    offer: str
    wide: bool = False
    on_demand: bool = False

    def make_offer(self, problem: Problem) -> Offer | None:
        """What it would take for this problem, and how to make it ready; None where it cannot keep what is promised."""
        if problem.wide is not None and not self.wide:
            return None
        offer: Callable[[Problem], Offer | None] = load(self.offer)
        return offer(problem)


# It computes everything, and needs the least preparation.
DIRECT = Engine(
    "direct", "shift and add, one tap of the kernel at a time", "convcli.core.engines.direct:offer", wide=True
)

ENGINES = Registry(
    "engine",
    (
        DIRECT,
        Engine("separable", "kernels of low rank: down the columns, then across the rows",
               "convcli.core.engines.separable:offer"),
        Engine("banded", "the kernel as a band matrix over rows", "convcli.core.engines.banded:offer"),
        Engine("columns", "each column of the kernel as a band matrix over rows; what they give, shifted and added",
               "convcli.core.engines.columns:offer"),
        Engine("patches", "every window a column of one matrix, all kernels the other",
               "convcli.core.engines.patches:offer"),
        Engine("windows", "every window, its channels together, a row of one matrix",
               "convcli.core.engines.whole_windows:offer"),
        Engine("fourier", "tiles multiplied in the frequency domain", "convcli.core.engines.fourier:offer"),
        Engine("opencv", "OpenCV's filter2D, strip by strip; where it is asked for by name",
               "convcli.core.engines.opencv:offer", on_demand=True),
    ),
)  # fmt: skip
