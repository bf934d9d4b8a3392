"""Shared parameters: one kernel for all places."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "weight-meets-all",
        29,
        "A kernel's weight meets every position; a dense weight one",
        shown="convcli explain {picture} -k {kernel} --weight 0,1",
        refuted="an input that the weight should meet and does not",
        check="convcli.core.claims.reaching:weight_meets_all",
        figure="convcli.report.claims.reaching_figure:weight_meets_all",
    ),
    Claim(
        "one-kernel-moves",
        30,
        "Sharing is one kernel moving, not a kernel at each place",
        shown="convcli matrix 6x8 -k {kernel}",
        refuted="a row of the matrix with other weights than the one above, moved",
        check="convcli.core.claims.sharing:one_kernel_moves",
        speaks_of="kernel",
    ),
    Claim(
        "hundred-weights",
        31,
        "One 10 x 10 kernel: 100 weights, however large the picture",
        shown="convcli params 1000x1000 --kernel 10x10",
        refuted="a layer on a larger picture that stores more",
        check="convcli.core.claims.counting:hundred_weights",
        figure="convcli.report.claims.counting_figure:hundred_weights",
        speaks_of="neither",
    ),
    Claim(
        "same-work",
        32,
        "Sharing changes what is stored, not the forward pass's work",
        shown="convcli claims same-work {picture}",
        refuted="another count of multiplications for the layer that shares",
        check="convcli.core.claims.sharing:same_work",
    ),
    Claim(
        "stored",
        33,
        "Stored: kernel height x width x depth, for each filter",
        shown="convcli params 32x32x3 --kernel 5x5 --filters 8",
        refuted="another number of weights in the layer",
        check="convcli.core.claims.counting:stored",
        speaks_of="neither",
    ),
    Claim(
        "orders-of-magnitude",
        34,
        "Both properties win in storage and statistics by orders of magnitude",
        shown="convcli claims orders-of-magnitude",
        refuted="a gain below ten times in either",
        check="convcli.core.claims.examples:orders_of_magnitude",
        speaks_of="neither",
    ),
)
