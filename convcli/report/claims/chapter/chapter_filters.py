"""Kernels as filters: the word, the size, the depth."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "called-filter",
        49,
        "TensorFlow calls the kernel a filter, and convolving filtering",
        shown="convcli kernels {kernel} --emit tensorflow --border zero",
        refuted="a filter of TensorFlow's that flips",
        check="convcli.core.claims.customs:called_filter",
        speaks_of="kernel",
    ),
    Claim(
        "sizes-by-hand",
        50,
        "Height and width are chosen by hand, 3 x 3 or 5 x 5 mostly",
        shown="convcli kernels",
        refuted="a catalogue in which most kernels are larger",
        check="convcli.core.claims.customs:sizes_by_hand",
        speaks_of="neither",
    ),
    Claim(
        "depth",
        51,
        "Depth is the number of filters, and of the output's maps",
        shown="convcli params 32x32x3 --kernel 5x5 --filters 8",
        refuted="an output with another number of maps than there are filters",
        check="convcli.core.claims.feature_maps:depth",
    ),
)
