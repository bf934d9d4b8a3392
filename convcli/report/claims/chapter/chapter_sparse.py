"""Sparse connections: fewer weights, and what a unit sees."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "fully-connected",
        22,
        "Fully connected: every input to every output, m x n weights",
        shown="convcli params 20x30 --kernel 5x5",
        refuted="a pair of input and output without a weight of its own",
        check="convcli.core.claims.counting:fully_connected",
        speaks_of="neither",
    ),
    Claim(
        "sparse",
        23,
        "With k inputs to an output, k x n weights",
        shown="convcli params 20x30 --kernel 5x5",
        refuted="another count of the weights that are not zero",
        check="convcli.core.claims.counting:sparse",
        speaks_of="neither",
    ),
    Claim(
        "receptive-field",
        24,
        "Inputs that reach a unit are its receptive field; fully connected, all",
        shown="convcli claims receptive-field {picture} -o field.png",
        refuted="an input outside the window that changes the unit",
        check="convcli.core.claims.reaching:receptive_field",
        figure="convcli.report.claims.reaching_figure:receptive_field",
    ),
    Claim(
        "near-belong-together",
        25,
        "Near pixels belong together; distant ones hardly do",
        shown="convcli claims near-belong-together {picture} -o nearness.png",
        refuted="a correlation that does not fall with distance",
        check="convcli.core.claims.nearness:near_belong_together",
        figure="convcli.report.claims.nearness_figure:near_belong_together",
        speaks_of="picture",
    ),
    Claim(
        "local-to-global",
        26,
        "Higher layers put local information together into global",
        shown="convcli claims local-to-global {picture} -o cone.png",
        refuted="a cone that grows otherwise than layer by layer",
        check="convcli.core.claims.reaching:local_to_global",
        figure="convcli.report.claims.reaching_figure:local_to_global",
        speaks_of="picture",
    ),
    Claim(
        "ten-thousand-times",
        27,
        "A million units on 10 x 10 windows: 10^8 weights instead of 10^12",
        shown="convcli params 1000x1000 --kernel 10x10",
        refuted="another count on either side",
        check="convcli.core.claims.counting:ten_thousand_times",
        speaks_of="neither",
    ),
    Claim(
        "fewer-examples",
        28,
        "Fewer parameters need fewer examples and overfit less",
        shown="convcli claims fewer-examples -o examples.png",
        refuted="a fully connected layer with less error from as few examples",
        check="convcli.core.claims.examples:fewer_examples",
        figure="convcli.report.claims.examples_figure:fewer_examples",
        speaks_of="neither",
    ),
)
