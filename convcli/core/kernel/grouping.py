"""Groups: filters that see a part of the channels each, as grouped and depthwise layers have them."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Weights
from convcli.errors import KernelError, OptionError

MOST_SPREAD = 2**26  # weights, zeros included


def spread(weights: Weights, depth: int, groups: int, name: str) -> Weights:
    """Weights of filters in groups, with 0 for the channels of the other groups.

        out[f, c] = weights[f, c - g * D/groups] for the channels c of group g = f * groups // F, else 0

    As PyTorch and ONNX group them: the first F/groups filters see the first D/groups channels, and so on.
    With as many groups as channels the layer is depthwise: F/D filters a channel.

    Args:
        weights: (F, D/groups, h, w), or (F, h, w) where a group is one channel.
        depth: D, channels of the picture; name: of a kernel, for messages.

    Returns:
        (F, D, h, w).

    Raises:
        OptionError: groups that share out neither the channels nor the filters.
        KernelError: weights for another number of channels; too many weights.

    >>> spread(np.array([[[5.0]], [[7.0]]]), 2, 2, "k")[:, :, 0, 0].tolist()
    [[5.0, 0.0], [0.0, 7.0]]
    """
    own = weights if weights.ndim == 4 else weights[:, np.newaxis]
    filters, channels = own.shape[:2]
    for count, noun in ((depth, "channels of the picture"), (filters, "kernels")):
        if groups < 1 or count % groups:
            raise OptionError("groups", groups, f"it shares out the {count} {noun} evenly; with 1 all see all channels")
    if channels * groups != depth:
        raise KernelError(
            f"kernel {name!r} has weights for {channels} channels, with {groups} groups of a picture of "
            f"{channels * groups}; this one has {depth}"
        )
    if filters * depth * own.shape[2] * own.shape[3] > MOST_SPREAD:
        raise KernelError(f"{filters} kernels for {depth} channels in {groups} groups are more than 2^26 weights")
    whole = np.zeros((filters, depth, *own.shape[2:]))
    for f in range(filters):
        first = f * groups // filters * channels
        whole[f, first : first + channels] = own[f]
    return whole
