"""Why convolution: what is lost when a picture becomes a list, and what a convolution keeps."""

from __future__ import annotations

from convcli.report.claims.claim import Claim

ROWS = (
    Claim(
        "neighbours-apart",
        1,
        "Flattened row by row, neighbours in a column stand a row's width apart",
        shown='convcli matrix 6x8 -k "1; 1" --size valid',
        refuted="a column neighbour elsewhere than one width further on",
        check="convcli.core.claims.flattening:neighbours_apart",
        figure="convcli.report.claims.flattening_figure:neighbours_apart",
        speaks_of="picture",
    ),
    Claim(
        "flat-vector-blind",
        2,
        "A fully connected layer does as well on shuffled pixels; a convolution does not",
        shown="convcli claims flat-vector-blind {picture} -o shuffled.png",
        refuted="a fully connected error that changes with the order of the pixels",
        check="convcli.core.claims.flattening:flat_vector_blind",
        figure="convcli.report.claims.flattening_figure:flat_vector_blind",
    ),
    Claim(
        "dense-bill",
        3,
        "1000 x 1000 x 3 inputs into 256 units: 768,000,000 weights, about 3 GB",
        shown="convcli params 1000x1000x3 --kernel 10x10 --hidden 256",
        refuted="another count of the layer's weights or bytes",
        check="convcli.core.claims.counting:dense_bill",
        speaks_of="neither",
    ),
    Claim(
        "shape-kept",
        4,
        "A convolution keeps the picture's shape, so nearness in both directions survives",
        shown="convcli apply {picture} -k {kernel} -o map.png",
        refuted="an output of another size, or neighbours that part",
        check="convcli.core.claims.flattening:shape_kept",
    ),
    Claim(
        "kernel-reused",
        5,
        "One small kernel is used again and again: its weights stay few",
        shown="convcli params {shape} --kernel {size}",
        refuted="a layer that stores more weights than its kernel has",
        check="convcli.core.claims.counting:kernel_reused",
    ),
    Claim(
        "grid-network",
        6,
        "A convolutional network is a feed-forward network with convolution and pooling",
        shown="convcli summary lenet-5",
        refuted="a layer that reads what comes after it, or a network without either",
        check="convcli.core.claims.counting:grid_network",
        speaks_of="neither",
    ),
)
