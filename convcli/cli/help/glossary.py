"""The topic `words`: the terms that the tool's tables and messages use, a row each."""

from __future__ import annotations

import textwrap

WIDTH = 100

# In the order of the alphabet, so that a reader finds a word; a test holds it.
WORDS: dict[str, str] = {
    "adjoint": "the layer run backwards: the map Aᵀ with ⟨Ax, y⟩ = ⟨x, Aᵀy⟩, which a gradient goes through",
    "anchor": "the weight of a kernel that stands on the output's own place; half of each size, rounded down",
    "bank": "several kernels under one name, such as bank:sobel; each gives a feature map",
    "bias": "a number added to every output of a kernel",
    "border": "what a kernel sees beyond the picture's edge: 'convcli help borders'",
    "channel": "one number of several at each pixel: red, green, blue, or one feature map of a stack",
    "convolution": "correlation with the kernel flipped left-right and up-down; * in formulas",
    "convolution layer": "the layer of a network; in spite of its name it correlates, so nothing is flipped",
    "correlation": "lay the kernel on the picture, multiply what meets, add up, move on; ⋆ in formulas",
    "DC gain": "the sum of a kernel's weights: what becomes of a constant picture",
    "depth": "the number of channels: of a layer's output, the number of its kernels",
    "dilation": "the step between a kernel's taps in the input; 2 leaves one pixel out between them",
    "equivariance": "f(g(x)) = g(f(x)): moving the picture first, or the response after, makes no difference",
    "feature map": "what one kernel makes of the whole picture: where its feature is, and how strongly",
    "filter": "another word for a kernel, or for all of one feature map's weights, a kernel for each channel",
    "flip": "to turn a kernel by 180 degrees: left-right and up-down",
    "frequency response": "by how much a kernel magnifies waves of each frequency and direction",
    "full rank": "a kernel that takes as many products of a column and a row as it has rows or columns",
    "fully connected": "every unit joined to every input, each by a weight of its own: m x n of them",
    "groups": "channels in separate bundles, each with kernels of its own; depthwise: a bundle a channel",
    "high-pass, low-pass": "a kernel that keeps edges and removes what changes slowly; or the reverse, a blur",
    "kernel": "the small matrix of weights that slides over the picture",
    "L1, L2 norm": "the sum of the weights' magnitudes; the root of the sum of their squares",
    "logits": "a classifier's numbers before softmax: their order says something, their size nothing by itself",
    "MAC": "a multiply-accumulate: one product added to a sum; twice as many FLOPs",
    "padding": "rows and columns put around the picture, so that windows may reach beyond it",
    "pooling": "the mean or the maximum of each window, so that small shifts matter less",
    "rank": "how many products of a column and a row add up to the kernel; 1 is separable",
    "receptive field": "all the inputs that can reach a unit, through every layer before it",
    "response": "the numbers that come out, before a display makes pixels of them",
    "RMS": "root mean square: the usual size of an error, where the largest may be an exception",
    "separable": "a column times a row: two quick passes do the work of a square",
    "shared weights": "one kernel for all places, where a sparse layer has one at each",
    "softmax": "exp(x) over the sum of all exp(x): positive shares that sum to 1, read as probabilities",
    "sparse connections": "each unit joined to its window alone, by weights of its own",
    "stack": "feature maps on top of each other, (H, W, F): the picture of the next layer",
    "stride": "the step from one window to the next; 2 keeps every other output",
    "tap": "one place of a kernel, with its weight",
    "unit": "one output number of a layer, with its connections to the inputs",
    "window": "the inputs under the kernel at one position",
    "zero-crossing": "where a response changes its sign: how a Laplacian marks an edge",
}


def words() -> str:
    """What the terms mean: MAC, DC gain, rank, adjoint, anchor, bank, low-pass and others."""
    widest = max(map(len, WORDS)) + 2
    indent = " " * (widest + 2)
    return "".join(
        textwrap.fill(f"  {word:<{widest}}{meaning}", WIDTH, subsequent_indent=indent) + "\n"
        for word, meaning in WORDS.items()
    )
