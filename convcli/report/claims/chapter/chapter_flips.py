"""Convolution and correlation: the flip, and why layers need not care."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "flip",
        19,
        "Convolution is correlation with the kernel flipped in both axes",
        shown="convcli verify {picture} -k {kernel} --only flip",
        refuted="an output at which the two differ",
        check="convcli.core.claims.flipping:flip",
    ),
    Claim(
        "usually-differ",
        20,
        "With the same kernel correlation and convolution usually differ",
        shown="convcli verify {picture} -k {kernel}",
        refuted="a kernel that is not its own flip and makes no difference",
        check="convcli.core.claims.flipping:usually_differ",
        figure="convcli.report.claims.flipping_figure:usually_differ",
    ),
    Claim(
        "learned-flip",
        21,
        "Training by convolution learns the flipped kernel and predicts the same",
        shown="convcli claims learned-flip {picture} -o learned.png",
        refuted="weights that are no flips of each other, or predictions that differ",
        check="convcli.core.claims.training:learned_flip",
        figure="convcli.report.claims.training_figure:learned_flip",
    ),
)
