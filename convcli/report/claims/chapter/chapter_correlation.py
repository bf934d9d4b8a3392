"""Correlation: what a layer computes, term by term."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "layers-correlate",
        13,
        "Layers compute cross-correlation, though named after convolution",
        shown="convcli explain {picture} -k {kernel} --at 5,7",
        refuted="an output that is the sum with the flipped kernel instead",
        check="convcli.core.claims.by_hand:layers_correlate",
    ),
    Claim(
        "nineteen",
        14,
        "0..8 with kernel 0 1; 2 3 gives 19 25; 37 43",
        shown='convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid',
        refuted="one other number",
        check="convcli.core.claims.by_hand:nineteen",
        figure="convcli.report.claims.by_hand_figure:nineteen",
        speaks_of="neither",
    ),
    Claim(
        "reading-order",
        15,
        "The window starts at the upper left, goes right, then down",
        shown='convcli explain "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid -o walk.gif',
        refuted="an output that belongs to another place of the window",
        check="convcli.core.claims.by_hand:reading_order",
        speaks_of="neither",
    ),
    Claim(
        "window-shape",
        16,
        "The window has the kernel's height and width",
        shown="convcli explain {picture} -k {kernel} --at 5,7",
        refuted="an output that a pixel outside the window changes",
        check="convcli.core.claims.by_hand:window_shape",
    ),
    Claim(
        "one-bias",
        17,
        "A layer adds one scalar bias; kernel and bias are all it learns",
        shown="convcli params 28x28 --kernel 3x3 --bias",
        refuted="a bias that adds differently at two places",
        check="convcli.core.claims.by_hand:one_bias",
    ),
    Claim(
        "learned-by-steps",
        18,
        "Training starts from a random kernel and improves it step by step",
        shown="convcli apply {picture} -k {kernel} -o after.npy "
        "&& convcli learn {picture} after.npy --kernel-size {size} --descend",
        refuted="a step that makes the error grow, or an end elsewhere than the kernel",
        check="convcli.core.claims.training:learned_by_steps",
        figure="convcli.report.claims.training_figure:learned_by_steps",
    ),
)
