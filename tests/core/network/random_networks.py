"""Networks at random, with branches: a text for each seed, in which every layer fits what comes in."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from convcli.errors import UsageError
from tests.core.network.networks import network

ACTIVATIONS = (
    "relu", "relu", "relu", "relu6", "leaky-relu", "leaky-relu:0.2", "elu", "gelu", "silu", "hard-swish",
    "hard-sigmoid", "sigmoid", "tanh", "softmax", "batchnorm", "batchnorm", "dropout:0.3",
)  # fmt: skip
LARGEST = 800  # positions of a map that is still enlarged


def random_network(seed: int) -> str:
    """From 4 to 11 layers or branchings on maps, then a row of numbers; the same text for the same seed.

    >>> random_network(3) == random_network(3) != random_network(4)
    True
    """
    rng = Random(seed)
    text = f"{rng.randint(9, 19)}x{rng.randint(9, 19)}x{rng.randint(1, 6)}"
    text += f" conv:{rng.choice((4, 6, 8))},3,pad=1"
    for _ in range(rng.randint(4, 11)):
        text = _longer(text, rng)
    ending = rng.choice((" global-pool:avg flatten", " global-pool:max flatten", " flatten", ""))
    if not ending:
        return text
    return f"{text}{ending} fc:{rng.randint(3, 9)}{rng.choice(('', ' batchnorm relu fc:4,bias=no', ' softmax'))}"


def _longer(text: str, rng: Random) -> str:
    """The text with a layer more that fits."""
    while True:
        shape = network(text).rows[-1].output
        candidate = f"{text} {rng.choice(MAKERS)(rng, shape)}"
        try:
            height, width, _ = network(candidate).rows[-1].output
        except UsageError:
            continue
        if height * width >= 4 and (height * width <= LARGEST or height * width <= shape[0] * shape[1]):
            return candidate


def _conv(rng: Random, shape: tuple[int, ...]) -> str:
    groups = rng.choice([n for n in (1, 1, 2, shape[2]) if shape[2] % n == 0])
    pad = rng.choice(("0", "1", "2x1", "same", "tf-same", "valid", "full"))
    return (
        f"conv:{groups * rng.randint(1, 4)},{rng.choice(('1', '3', '2x3', '5x2'))},stride={rng.choice('112')},"
        f"pad={pad},dilation={rng.choice(('1', '1', '2x1'))},groups={groups},bias={rng.choice(('yes', 'no'))}"
    )


def _pool(rng: Random, shape: tuple[int, ...]) -> str:
    how, k = rng.choice(("avg", "max")), rng.choice(("2", "3", "3x2"))
    dilation = rng.choice(("", ",dilation=2")) if how == "max" else ""
    return (
        f"pool:{how},{k},stride={rng.choice('123')},pad={rng.choice('01')},ceil={rng.choice(('yes', 'no'))}{dilation}"
    )


def _transposed(rng: Random, shape: tuple[int, ...]) -> str:
    groups = rng.choice([n for n in (1, 2, shape[2]) if shape[2] % n == 0])
    stride = rng.choice((1, 2, 2, 3))
    return (
        f"conv-transpose:{groups * rng.randint(1, 3)},{rng.choice(('2', '3', '4x3'))},stride={stride},"
        f"pad={rng.choice('01')},output-pad={rng.randint(0, stride - 1)},groups={groups},"
        f"dilation={rng.choice('112')},bias={rng.choice(('yes', 'no'))}"
    )


def _residual(rng: Random, shape: tuple[int, ...]) -> str:
    c = shape[2]
    other = rng.choice(("skip", "skip", f"conv:{c},1,bias=no batchnorm", "pool:max,3,stride=1,pad=1"))
    third = rng.choice(("", "", f" | conv:{c},3,pad=tf-same"))
    return f"add( conv:{c},3,pad=1,bias=no batchnorm relu conv:{c},3,pad=1 | {other}{third} )"


def _inception(rng: Random, shape: tuple[int, ...]) -> str:
    branches = [
        "conv:2,1",
        "conv:3,3,pad=1 relu",
        "pool:avg,3,stride=1,pad=1 conv:1,1",
        "skip",
        "conv:2,2,pad=same elu",
    ]
    return f"concat( {' | '.join(rng.sample(branches, rng.randint(2, 4)))} )"


def _excited(rng: Random, shape: tuple[int, ...]) -> str:
    c, gate = shape[2], rng.choice(("sigmoid", "hard-sigmoid"))
    branches = ["skip", f"global-pool:avg conv:2,1 relu conv:{c},1 {gate}"]
    rng.shuffle(branches)
    return f"multiply( {' | '.join(branches)} )"


def _lent(rng: Random, shape: tuple[int, ...]) -> str:
    name = f"w{rng.getrandbits(30)}"
    return f"conv:{shape[2]},3,pad=1,name={name} relu conv:{shape[2]},3,pad={rng.choice('01')},share={name}"


MAKERS: tuple[Callable[[Random, tuple[int, ...]], str], ...] = (
    _conv, _conv, _pool, _transposed, _residual, _inception, _excited, _lent,
    lambda rng, shape: rng.choice(ACTIVATIONS),
    lambda rng, shape: rng.choice(ACTIVATIONS),
    lambda rng, shape: rng.choice(("upsample:2", "upsample:2,bilinear", "upsample:3", "crop:1", "crop:2x1")),
    lambda rng, shape: f"lrn:{rng.choice('35')}",
    lambda rng, shape: f"repeat(2, conv:{shape[2]},3,pad=1 relu)",
)  # fmt: skip
