"""Training: kernels found by descent, forwards and gradients written out here, apart from `learn`.

loss = mean of (prediction - target)^2,   weights <- weights - rate * gradient
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import middle_of, turned, valid_by_loops
from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.quantities import short

SIDE = 40  # rows and columns of the part that is learned from
STEPS, RATE = 200, 0.25
HIDDEN, LAYERED_STEPS, LAYERED_RATE = 3, 80, 0.05  # maps between two layers
CLOSE = 1e-6
ROUNDING = 1e-12  # of the first loss


def learned_by_steps(subject: Subject) -> Finding:
    """One kernel from a random start: the loss of every step, and where it ends, against least squares."""
    x, kernel = _prepared(subject), _wanted(subject)
    target = valid_by_loops(x, kernel) + 0.25
    weights, bias = np.random.default_rng(subject.seed).normal(0, 0.5, kernel.shape), 0.0
    losses: list[float] = []
    for _ in range(STEPS):
        left = _forward(x, weights, False) + bias - target
        losses.append(float((left**2).mean()))
        weights, bias = weights - RATE * _slope(x, left, kernel.shape, False), bias - RATE * float(left.mean())
    rises = sum(later > before + ROUNDING * losses[0] for before, later in pairwise(losses))
    error = float(np.abs(weights - kernel).max())
    return Finding(
        rises == 0 and losses[-1] < 1e-3 * losses[0],
        f"loss {short(losses[0])} to {short(losses[-1])} in {STEPS} steps, "
        + (f"rising {rises} times" if rises else "never rising"),
        (
            f"From random weights, {STEPS} steps down the gradient, which was worked out by hand",
            f"The loss fell from {short(losses[0])} to {short(losses[-1])}; it rose at {rises} of them",
            f"The kernel is then within {short(error)} of the one that made the target, the bias {short(bias)} of 0.25",
        ),
        {"first_loss": losses[0], "last_loss": losses[-1], "rises": rises, "kernel_error": error, "bias": bias},
        seen=(losses, weights, kernel),
    )


def learned_flip(subject: Subject) -> Finding:
    """The same data and start, by correlation and by convolution, for one layer and for two with ReLU between.

    Each side runs forwards with its own operation and by its own gradient; nothing is flipped in between.
    """
    x, kernel = _prepared(subject), _wanted(subject)
    target = valid_by_loops(x, kernel)
    one = [_train_one(x, target, kernel.shape, subject.seed, operation) for operation in (False, True)]
    two = [_train_two(x, np.tanh(target), kernel.shape, subject.seed, operation) for operation in (False, True)]
    apart = [
        max(float(np.abs(turned(a) - b).max()) for a, b in zip(first.weights, second.weights, strict=True))
        for first, second in (one, two)
    ]
    predictions = [float(np.abs(first.prediction - second.prediction).max()) for first, second in (one, two)]
    moved = min(pair[0].moved for pair in (one, two))
    holds = max(apart) < CLOSE and max(predictions) < CLOSE and moved > 1e-2
    return Finding(
        holds,
        f"flips of each other within {short(max(apart))}, predictions within {short(max(predictions))}",
        tuple(
            f"{name}: after {steps} steps by either, the weights are flips of each other within {short(apart[i])}, "
            f"the predictions the same within {short(predictions[i])}"
            for i, (name, steps) in enumerate((("One layer", STEPS), ("Two layers with ReLU", LAYERED_STEPS)))
        ),
        {"flip_error": apart, "prediction_error": predictions, "losses": [one[0].loss, two[0].loss]},
        seen=(one, two),
    )


class Trained:
    """What one training gave: kernels, predictions, the last loss, and how far it went from the start."""

    def __init__(self, weights: list[Floats], prediction: Floats, loss: float, moved: float) -> None:
        self.weights, self.prediction, self.loss, self.moved = weights, prediction, loss, moved


def _train_one(x: Floats, target: Floats, size: tuple[int, ...], seed: int, by_convolution: bool) -> Trained:
    start = np.random.default_rng(seed).normal(0, 0.5, size)
    weights = turned(start) if by_convolution else start  # the same layer to begin with
    first = weights
    for _ in range(STEPS):
        left = _forward(x, weights, by_convolution) - target
        weights = weights - RATE * _slope(x, left, size, by_convolution)
    prediction = _forward(x, weights, by_convolution)
    return Trained(
        [weights], prediction, float(((prediction - target) ** 2).mean()), float(np.abs(weights - first).max())
    )


def _train_two(x: Floats, target: Floats, size: tuple[int, ...], seed: int, by_convolution: bool) -> Trained:
    random = np.random.default_rng(seed)
    starts = (
        [random.normal(0, 0.5, size) for _ in range(HIDDEN)],
        [random.normal(0, 0.5, (2, 3)) for _ in range(HIDDEN)],
    )
    first, second = ([turned(w) if by_convolution else w for w in layer] for layer in starts)
    begun, target = list(first), target[1:, 2:]
    for _ in range(LAYERED_STEPS):
        sums = [_forward(x, w, by_convolution) for w in first]
        maps = [np.maximum(each, 0.0) for each in sums]
        left = sum(_forward(each, w, by_convolution) for each, w in zip(maps, second, strict=True)) - target
        steps = [_slope(each, left, (2, 3), by_convolution) for each in maps]
        back = [_spread(left, w, each.shape, by_convolution) * (each > 0) for each, w in zip(sums, second, strict=True)]
        shares = [_slope(x, each * (each.size / left.size), size, by_convolution) for each in back]
        second = [w - LAYERED_RATE * step for w, step in zip(second, steps, strict=True)]
        first = [w - LAYERED_RATE * step for w, step in zip(first, shares, strict=True)]
    maps = [np.maximum(_forward(x, w, by_convolution), 0.0) for w in first]
    prediction = np.asarray(sum(_forward(each, w, by_convolution) for each, w in zip(maps, second, strict=True)))
    moved = max(float(np.abs(a - b).max()) for a, b in zip(first, begun, strict=True))
    return Trained([*first, *second], prediction, float(((prediction - target) ** 2).mean()), moved)


def _forward(x: Floats, weights: Floats, by_convolution: bool) -> Floats:
    operation = convolve if by_convolution else correlate
    return np.asarray(operation(x, Kernel("learned", weights), size="valid", precision="float64"))


def _slope(x: Floats, left: Floats, size: tuple[int, ...], by_convolution: bool) -> Floats:
    """d loss / d weight / 2: weight (i, j) meets x at i + r, or at h - 1 - i + r where it is flipped."""
    h, w = size
    slope = np.empty((h, w))
    for i in range(h):
        for j in range(w):
            top, start = (h - 1 - i, w - 1 - j) if by_convolution else (i, j)
            slope[i, j] = (left * x[top : top + left.shape[0], start : start + left.shape[1]]).mean()
    return slope


def _spread(left: Floats, weights: Floats, shape: tuple[int, ...], by_convolution: bool) -> Floats:
    """d loss / d input: each output's error goes back to the inputs that its weights met."""
    (h, w), back = weights.shape, np.zeros(shape)
    for i in range(h):
        for j in range(w):
            top, start = (h - 1 - i, w - 1 - j) if by_convolution else (i, j)
            back[top : top + left.shape[0], start : start + left.shape[1]] += weights[i, j] * left
    return back


def _prepared(subject: Subject) -> Floats:
    """The middle of the picture with grain, so that descent does not crawl: mean 0, variance 1."""
    part = middle_of(subject.picture, SIDE).astype(np.float64)
    part = part - part.mean()
    part = part / (part.std() or 1.0)
    grain = np.random.default_rng(subject.seed + 5).normal(0, 1.0, part.shape)
    mixed = 0.5 * part + grain
    return np.asarray(mixed / mixed.std())


def _wanted(subject: Subject) -> Array:
    small = middle_of(subject.kernel.weights, 5)
    return np.asarray(small / (float(np.sqrt((small**2).sum())) or 1.0))
