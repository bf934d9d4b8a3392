"""What happens between channels and under alpha, against filters whose arithmetic is written here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.identify.channels import Seen, colour_points
from convcli.core.identify.model import Axis, Edges, Model
from convcli.core.identify.probes import probes

ROW = np.array([[3, 0, 1]])  # quarters, lopsided
MODEL = Model(
    ROW / 4, ROW, 4, Axis(1, 0, -1, 1), Axis(1, 1, -1, 3), Edges("edge"), rounding="half up", overflow="clamp"
)


def blurred(plane: np.ndarray) -> np.ndarray:
    """(3 left + right) / 4 as floats, the edge's pixels beyond it."""
    padded = np.pad(plane.astype(np.float64), ((0, 0), (1, 1)), mode="edge")
    return (3 * padded[:, :-2] + padded[:, 2:]) / 4


def rounded(values: np.ndarray) -> np.ndarray:
    """Half up, as bytes."""
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def seen(filter: Callable[[np.ndarray], np.ndarray]) -> Seen:
    """What the pictures of colour and of alpha show."""
    answers: dict[str, Any] = {p.name: filter(p.pixels) for p in probes() if p.name.startswith(("colour", "alpha"))}
    return colour_points(answers, MODEL, 8)


def each(picture: np.ndarray) -> np.ndarray:
    """Every channel by itself, alpha too."""
    return rounded(np.stack([blurred(picture[:, :, c]) for c in range(picture.shape[2])], axis=2))


def test_channels_by_themselves_are_each() -> None:
    """And alpha is filtered as a colour is."""
    found = seen(each)
    assert (found.channels.value, found.alpha.value, found.mix) == ("each", "filtered", None)


def test_another_border_is_no_mix() -> None:
    """Each channel by itself, with black beyond the ends, where the model has the edge's pixels."""

    def black_beyond(x: np.ndarray) -> np.ndarray:
        out = each(x)
        out[:, 0], out[:, -1] = (x[:, 1].astype(int) + 2) // 4, (3 * x[:, -2].astype(int) + 2) // 4
        return out

    found = seen(black_beyond)
    assert (found.channels.value, found.mix) == ("each", None)


def test_swapped_channels_are_a_mix_of_ones() -> None:
    """Red and blue change places: BGR read as RGB."""
    found = seen(lambda x: np.concatenate([each(x)[:, :, 2::-1], x[:, :, 3:]], axis=2))
    assert found.channels.value == "mixed"
    assert np.abs(np.array(found.mix) - np.eye(3)[::-1]).max() < 2e-3
    assert found.alpha.value == "kept"


def test_grey_of_colours_is_told_with_its_weights() -> None:
    """ITU-R BT.709, not BT.601: 0.2126, 0.7152, 0.0722."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    found = seen(lambda x: rounded(blurred(x[:, :, :3] @ weights)))
    assert (found.channels.value, found.alpha.value) == ("gray", "dropped")
    assert np.abs(np.array(found.mix) - weights).max() < 2e-3


def test_colours_weighted_by_alpha_are_seen() -> None:
    """Premultiplied, filtered, divided again: colours are not what the kernel makes of them alone."""

    def premultiplied(x: np.ndarray) -> np.ndarray:
        if x.shape[2] == 3:
            return each(x)
        alpha = x[:, :, 3].astype(np.float64)
        below = blurred(alpha)
        colours = [
            np.divide(blurred(x[:, :, c] * alpha), below, where=below > 0, out=np.zeros(below.shape)) for c in range(3)
        ]
        return rounded(np.stack([*colours, below], axis=2))

    found = seen(premultiplied)
    assert (found.channels.value, found.alpha.value) == ("each", "weighted")
