"""Naming: what a filter is in TensorFlow, and how large kernels are in networks."""

from __future__ import annotations

from collections import Counter

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import agreement
from convcli.core.correlation.correlate import correlate
from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.zoo import NETWORKS
from convcli.core.quantities import grouped, short

USUAL = ((3, 3), (5, 5))
POINTWISE = (1, 1)  # mixes channels and looks at no neighbours


def called_filter(subject: Subject) -> Finding:
    """TensorFlow's documented sum over its `filters`, (rows, columns, channels, filters), against correlate."""
    random = np.random.default_rng(subject.seed)
    weights = subject.kernel.weights
    h, w = weights.shape
    picture = random.normal(size=(h + 6, w + 7, 2))
    filters = np.stack([np.stack([weights, random.normal(size=(h, w))], -1), random.normal(size=(h, w, 2))], -1)
    theirs = _tensorflow_conv2d(picture, filters)
    ours = correlate(picture, filters.transpose(3, 2, 0, 1), channels="sum", size="valid", precision="float64")
    flipped = correlate(picture, filters[::-1, ::-1].transpose(3, 2, 0, 1), size="valid", precision="float64")
    same, error = agreement(ours, theirs, float(np.abs(filters).sum()) * 5)
    other = float(np.abs(flipped - theirs).max())
    return Finding(
        same,
        f"tf.nn.conv2d's filters correlate: {short(error)} apart, flipped {short(other)}",
        (
            "output[i, j, k] = sum of input[i + di, j + dj, q] · filter[di, dj, q, k] is how TensorFlow documents it",
            f"With the kernel as filter it is correlation within {short(error)}; flipped it is {short(other)} off",
        ),
        {"max_error": error, "flipped_error": other},
    )


def _tensorflow_conv2d(picture: Floats, filters: Floats) -> Floats:
    h, w, depth, count = filters.shape
    height, width = picture.shape[0] - h + 1, picture.shape[1] - w + 1
    output = np.zeros((height, width, count))
    for k in range(count):
        for di in range(h):
            for dj in range(w):
                for q in range(depth):
                    output[..., k] += filters[di, dj, q, k] * picture[di : di + height, dj : dj + width, q]
    return output


def sizes_by_hand(subject: Subject) -> Finding:
    """The kernels' sizes in all known networks, counted layer by layer."""
    sizes: Counter[tuple[int, int]] = Counter()
    for known in NETWORKS:
        network = build_network(*parse_network(known.text))
        for row in network.rows:
            if "conv" in row.kind and len(row.weight_shape) == 4:
                sizes[_size_of(row.weight_shape)] += 1
    looking = {size: count for size, count in sizes.items() if size != POINTWISE}
    usual = sum(looking.get(size, 0) for size in USUAL)
    share = usual / max(sum(looking.values()), 1)
    listed = "; ".join(f"{count} of {h} × {w}" for (h, w), count in sorted(sizes.items(), key=lambda item: -item[1]))
    return Finding(
        share > 0.5,
        f"{short(100 * share)} % of the kernels are 3 × 3 or 5 × 5",
        (
            f"{grouped(sum(sizes.values()))} convolution layers of {len(NETWORKS)} known networks: {listed}",
            "1 × 1 mixes channels and looks at no neighbours; it is not counted among them",
        ),
        {"sizes": [[h, w, count] for (h, w), count in sizes.items()], "share": share},
    )


def _size_of(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[-2], shape[-1]
