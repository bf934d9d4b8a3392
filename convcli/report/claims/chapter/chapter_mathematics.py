"""Convolution in mathematics: functions on a line, flipped, shifted, multiplied."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "integral",
        7,
        "(f * g)(t): one function flipped, shifted, multiplied; the area",
        shown="convcli claims integral -o integral.gif",
        refuted="sums over finer samples that do not approach the closed form",
        check="convcli.core.claims.functions:integral",
        figure="convcli.report.claims.functions_figure:integral",
        film="convcli.report.claims.functions_film:integral",
        speaks_of="neither",
    ),
    Claim(
        "zero-outside",
        8,
        "Outside their domain functions count as zero",
        shown='convcli apply "1 2 3" -k "1 1" --size full',
        refuted="a value beyond the joint domain that is not zero",
        check="convcli.core.claims.functions:zero_outside",
        speaks_of="neither",
    ),
    Claim(
        "integrable",
        9,
        "Integrable f and g give an integrable f * g",
        shown="convcli verify {picture} -k {kernel} --only young",
        refuted="a result whose magnitude sums to more than the product of theirs",
        check="convcli.core.claims.functions:integrable",
    ),
    Claim(
        "commutes",
        10,
        "Convolution commutes: f * g = g * f",
        shown="convcli verify {picture} -k {kernel} --only commutativity",
        refuted="two orders with different sums",
        check="convcli.core.claims.theorems:commutes",
    ),
    Claim(
        "transform-product",
        11,
        "The transform of a convolution is the product of the transforms",
        shown="convcli verify {picture} -k {kernel} --only convolution-theorem",
        refuted="a frequency at which the two differ",
        check="convcli.core.claims.theorems:transform_product",
    ),
    Claim(
        "sequences-and-impulse",
        12,
        "It extends to sequences, measures, distributions; the unit impulse is its unit",
        shown='convcli apply "3 1 2" -k "0 1 0" --convolve',
        refuted="a sequence that the impulse changes",
        check="convcli.core.claims.theorems:sequences_and_impulse",
    ),
)
