"""Two kinds that the language does not have, each a row and its step, as an extension would write them."""

from __future__ import annotations

from math import prod

from convcli.core.network import charges
from convcli.core.network.flow import Flow
from convcli.core.network.kinds import LayerKind
from convcli.core.network.spec import LayerSpec
from convcli.core.network.steps import Counted


def depthwise(spec: LayerSpec, given: Flow) -> Counted:
    """One window of h*w weights for each of C channels: what a convolution in C groups is."""
    channels = given.maps(spec)[2]
    out = given.slid(spec, spec.stride or (1, 1), channels)
    return Counted(out, (channels, *spec.kernel), channels * spec.bias, prod(spec.kernel) * prod(out.shape))


def scale(spec: LayerSpec, given: Flow) -> Counted:
    """A learned factor for each channel, in place."""
    return Counted(given, (given.shape[-1],))


DEPTHWISE = LayerKind(
    "depthwise", "one window a channel", "depthwise:K[,stride=,..]", depthwise,
    needs=("kernel",), then=("stride",), may=("pad", "bias", "name", "share"), sums="window",
)  # fmt: skip
SCALE = LayerKind(
    "scale", "a learned factor a channel", "scale", scale,
    may=("name", "share"), kept=False, note="its factors multiply in place",
    charges={"thop": charges.times(3, charges.an_input), "torchinfo": charges.a_parameter},
)  # fmt: skip
