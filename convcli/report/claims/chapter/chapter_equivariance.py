"""Equivariance: move, then filter, or filter, then move."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "equivariant",
        35,
        "f is equivariant to g if f(g(x)) = g(f(x))",
        shown="convcli equivariance {picture} -k {kernel} --dx 2",
        refuted="an output inside at which the two orders differ",
        check="convcli.core.claims.two_orders:equivariant",
    ),
    Claim(
        "two-to-the-right",
        36,
        "Two pixels to the right, then convolve, or the other way: the same",
        shown="convcli equivariance {picture} -k {kernel} --dx 2 --dy 0",
        refuted="an output inside at which the two orders differ",
        check="convcli.core.claims.two_orders:two_to_the_right",
        figure="convcli.report.claims.two_orders_figure:two_to_the_right",
    ),
    Claim(
        "object-and-feature",
        37,
        "Moving an object moves its features in the output",
        shown="convcli equivariance {picture} -k {kernel} --dx 7 --dy 3",
        refuted="a strongest response that stays, or goes elsewhere",
        check="convcli.core.claims.two_orders:object_and_feature",
        figure="convcli.report.claims.two_orders_figure:object_and_feature",
    ),
    Claim(
        "sharing-needed",
        38,
        "Equivariance needs sharing",
        shown="convcli equivariance {picture} -k {kernel} --unshared",
        refuted="a layer of unshared weights that commutes with a shift",
        check="convcli.core.claims.two_orders:sharing_needed",
    ),
    Claim(
        "one-detector",
        39,
        "One shared edge detector suits the whole picture; one a place wastes examples",
        shown="convcli claims one-detector {picture} -o detectors.png",
        refuted="unshared detectors with less error from as many examples",
        check="convcli.core.claims.examples:one_detector",
        figure="convcli.report.claims.examples_figure:one_detector",
        speaks_of="picture",
    ),
    Claim(
        "unshared-for-places",
        40,
        "Where a feature belongs to one place, unshared weights do better",
        shown="convcli claims unshared-for-places -o places.png",
        refuted="a shared layer with as little error on aligned pictures",
        check="convcli.core.claims.examples:unshared_for_places",
        figure="convcli.report.claims.examples_figure:unshared_for_places",
        speaks_of="neither",
    ),
    Claim(
        "turn-and-zoom",
        41,
        "Convolution is not equivariant to turns and zooms; other mechanisms are",
        shown="convcli equivariance {picture} -k {kernel} --transform rotate:30",
        refuted="one kernel that commutes with a turn, or an orbit that does not",
        check="convcli.core.claims.symmetries:turn_and_zoom",
        figure="convcli.report.claims.symmetries_figure:turn_and_zoom",
    ),
)
