"""Mistakes: ways to get an exercise wrong, each with what it says to the student and what it would have given.

A mistake is believed where one of its variants gives the whole answer.  Rows are in the order in which they are told:
where several fit, the first is the diagnosis and the others are named beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry

HERE = "convcli.core.checking"


class Mistake(NamedTuple):
    """One kind of mistake.

    Attributes:
        name: the word of records.
        says: what it is, in half a sentence; a variant says more.
        variants: "module:function", Exercise -> pairs of words and a function that gives the answer it would have made.
        counts: the same for the figures of a layer's cost, Layer -> pairs of words and layers; empty where it has none.
    """

    name: str
    says: str
    variants: str
    counts: str = ""


MISTAKES = Registry(
    "mistake",
    (
        Mistake("flipped", "the kernel is flipped in both axes", f"{HERE}.of_kernels:flipped"),
        Mistake("flipped-lr", "the kernel is flipped left to right", f"{HERE}.of_kernels:flipped_lr"),
        Mistake("flipped-ud", "the kernel is flipped upside down", f"{HERE}.of_kernels:flipped_ud"),
        Mistake("transposed", "rows and columns are exchanged", f"{HERE}.of_kernels:transposed"),
        Mistake("border", "beyond the edge lies something else", f"{HERE}.of_windows:border"),
        Mistake("padding", "the padding is another one", f"{HERE}.of_windows:padding", f"{HERE}.layer_figures:padding"),
        Mistake("anchor", "the window stands one pixel off", f"{HERE}.of_windows:anchor"),
        Mistake("stride", "the stride is forgotten", f"{HERE}.of_windows:stride", f"{HERE}.layer_figures:stride"),
        Mistake("bias", "the bias is forgotten", f"{HERE}.of_numbers:bias", f"{HERE}.layer_figures:bias"),
        Mistake("rounded", "numbers are rounded too early", f"{HERE}.of_numbers:rounded"),
        Mistake("clamped", "numbers are clamped too early", f"{HERE}.of_numbers:clamped"),
        Mistake("overflow", "bytes overflow", f"{HERE}.of_numbers:overflow"),
        Mistake(
            "channels-summed",
            "channels are added where they stay apart, or the other way round",
            f"{HERE}.of_channels:summed",
            f"{HERE}.layer_figures:channels",
        ),
        Mistake("channels-swapped", "channels stand in another order", f"{HERE}.of_channels:swapped"),
    ),
)
