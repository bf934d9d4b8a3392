"""The laws of convolution (*) and correlation (⋆), one row each.

A row is what a law says and how either side of it is computed, in words; the
code that computes them is named, and attached on use.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry


class Law(NamedTuple):
    """One law.

    Attributes:
        name: the one that options take.
        statement: what it says, in one line of mathematics.
        left, right: how its two sides are computed, in words.
        sides: "package.module:function", a Bench -> Sides.
        where: what the statement's letters stand for, beyond x, y, k and g; may be empty.
        note: what help says beside it; may be empty.
        two_kernels: whether it speaks of the second kernel, g.
        zero_fill: whether it is true of linear layers alone, so that a border constant:V is replaced by zero.
        at_most: whether the left side is only said to be no larger than the right one.
    """

    name: str
    statement: str
    left: str
    right: str
    sides: str
    where: str = ""
    note: str = ""
    two_kernels: bool = False
    zero_fill: bool = False
    at_most: bool = False

    @property
    def full_statement(self) -> str:
        """The statement, and what its letters stand for."""
        return f"{self.statement}, {self.where}" if self.where else self.statement


LAWS = Registry(
    "law",
    (
        Law(
            "flip",
            "x * k = x ⋆ flip(k)",
            left="the defining sum",
            right="apply with the flipped kernel",
            sides="convcli.core.laws.sides:flip",
            note="convolution (*) is correlation (⋆) flipped",
        ),
        Law(
            "commutativity",
            "x * k = k * x",
            left="apply with k as the kernel",
            right="k as the picture: each of its samples puts down a copy of x",
            sides="convcli.core.laws.sides:commutativity",
        ),
        Law(
            "associativity",
            "(x * k) * g = x * (k * g)",
            left="apply with k, then with g",
            right="one sum with the kernel k * g",
            sides="convcli.core.laws.sides:associativity",
            two_kernels=True,
        ),
        Law(
            "linearity",
            "(2x − 3y)*k = 2(x*k) − 3(y*k)",
            left="apply to 2x − 3y, y being x turned by 180 degrees",
            right="the defining sums of x and of y",
            sides="convcli.core.laws.sides:linearity",
            zero_fill=True,
        ),
        Law(
            "convolution-theorem",
            "x * k = F⁻¹(F(x) · F(k))",
            left="apply, by direct sums",
            right="the product of Fourier transforms",
            sides="convcli.core.laws.sides:convolution_theorem",
        ),
        Law(
            "adjoint",
            "⟨Ax, y⟩ = ⟨x, Aᵀy⟩",
            left="apply, then the inner product with a random y",
            right="y sent back through the kernel, as back-propagation does, then the inner product with x",
            sides="convcli.core.laws.sides:adjoint",
            where="Ax = x ⋆ k",
            note="what back-propagation relies on",
            zero_fill=True,
        ),
        Law(
            "young",
            "Σ|x * k| ≤ Σ|x| × Σ|k|",
            left="apply, and the magnitudes of all responses added up",
            right="the magnitudes of x, added up, times those of k",
            sides="convcli.core.laws.inequality:young",
            note="Young's inequality: what can be summed stays so",
            at_most=True,
        ),
    ),
)
