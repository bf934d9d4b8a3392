"""Many kernels: points and lines, then corners, then shapes."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "points-and-lines",
        42,
        "Magnified enough, a picture is made of points, lines and planes",
        shown="convcli claims points-and-lines -o zoom.gif",
        refuted="a ring whose magnified arc no line explains better and better",
        check="convcli.core.claims.elements:points_and_lines",
        figure="convcli.report.claims.elements_figure:points_and_lines",
        film="convcli.report.claims.elements_film:points_and_lines",
        speaks_of="neither",
    ),
    Claim(
        "corners-from-edges",
        43,
        "Corners come from edges, in a second layer",
        shown="convcli claims corners-from-edges -o corners.png",
        refuted="a corner missed, or one found on a smooth arc",
        check="convcli.core.claims.corners:corners_from_edges",
        figure="convcli.report.claims.corners_figure:corners_from_edges",
        speaks_of="neither",
    ),
    Claim(
        "one-orientation",
        44,
        "A single kernel answers to one orientation",
        shown="convcli claims one-orientation -k {kernel} -o tuning.png",
        refuted="a kernel that answers alike to all orientations and is called an edge detector",
        check="convcli.core.claims.elements:one_orientation",
        figure="convcli.report.claims.elements_figure:one_orientation",
        speaks_of="kernel",
    ),
    Claim(
        "enough-kernels",
        45,
        "Enough kernels cover the basic features",
        shown="convcli claims enough-kernels -o span.png",
        refuted="a window that no sum of the bank's kernels gives, though their rank is full",
        check="convcli.core.claims.elements:enough_kernels",
        figure="convcli.report.claims.elements_figure:enough_kernels",
        speaks_of="neither",
    ),
    Claim(
        "feature-map",
        46,
        "Convolving gives a map of one feature: a feature map",
        shown="convcli apply {picture} -k {kernel} -o map.png",
        refuted="a strongest place of the map without the feature",
        check="convcli.core.claims.feature_maps:feature_map",
    ),
    Claim(
        "about-a-hundred",
        47,
        "Modern networks use about a hundred kernels in the first layer",
        shown="convcli apply {picture} -k bank:random:count=96,size=11 -o maps.npy",
        refuted="a hundred kernels in one pass that give other maps than one by one",
        check="convcli.core.claims.feature_maps:about_a_hundred",
        figure="convcli.report.claims.feature_maps_figure:about_a_hundred",
        speaks_of="picture",
    ),
    Claim(
        "stack",
        48,
        "Kernels queue up, each convolves, and the result is a stack",
        shown="convcli apply {picture} -k sobel-x -k sobel-y -o stack.npy",
        refuted="a stack whose map is not its kernel's own response",
        check="convcli.core.claims.feature_maps:stack",
    ),
)
