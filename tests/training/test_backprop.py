"""Gradients of the training program, against differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.training.backprop import Conv, Dropout, Flatten, FullyConnected, Layer, MaxPool, Relu, cross_entropy

STEP = 1e-6


def layers(rng: np.random.Generator) -> list[Layer]:
    """Every kind of layer, in float64; uneven on purpose."""
    dropout = Dropout(0.4, rng)
    dropout.learning = False
    return [
        Conv(2, 3, rng, dtype=np.float64),
        Relu(),
        MaxPool(),
        Conv(3, 4, rng, bias=False, dtype=np.float64),
        Relu(),
        Flatten(),
        dropout,
        FullyConnected(4 * 2 * 3, 5, rng, dtype=np.float64),
    ]


def slope(loss: Callable[[], float], numbers: np.ndarray, place: tuple[int, ...]) -> float:
    """(loss(x + h) - loss(x - h)) / 2h."""
    kept = numbers[place]
    values = []
    for step in (STEP, -STEP):
        numbers[place] = kept + step
        values.append(loss())
    numbers[place] = kept
    return (values[0] - values[1]) / (2 * STEP)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_gradients_are_the_slopes_of_the_loss(smoothing: float) -> None:
    """By every weight and bias, and by the pictures themselves."""
    rng = np.random.default_rng(4)
    net, labels = layers(rng), np.array([1, 4, 0])
    pictures = rng.standard_normal((3, 4, 6, 2))
    net[0].numbers["bias"] += rng.standard_normal(3)

    def scores() -> np.ndarray:
        maps = pictures
        for layer in net:
            maps = layer.forward(maps)
        return maps

    def loss() -> float:
        return cross_entropy(scores(), labels, smoothing)[0]

    gradient = cross_entropy(scores(), labels, smoothing)[1]
    for layer in reversed(net):
        gradient = layer.backward(gradient)
    checked = [(pictures, gradient)]
    checked += [(layer.numbers[role], layer.gradients[role]) for layer in net for role in layer.numbers]
    assert len(checked) == 6
    for numbers, found in checked:
        wanted = np.array([slope(loss, numbers, place) for place in np.ndindex(*numbers.shape)]).reshape(numbers.shape)
        assert np.abs(wanted).max() > 1e-3
        assert np.abs(found - wanted).max() < 1e-8


def test_dropout_keeps_the_mean_and_passes_back_what_it_let_through() -> None:
    """A share is 0, the others are larger by as much; the gradient goes the same way."""
    layer, maps = Dropout(0.25, np.random.default_rng(3)), np.full((200, 500), 2.0)
    out = layer.forward(maps)
    assert sorted(set(out.flat)) == [0.0, pytest.approx(2 / 0.75)]
    assert abs(out.mean() - 2) < 0.02
    assert np.array_equal(layer.backward(maps), out)
