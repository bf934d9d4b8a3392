"""Between channels, alpha and depth: from the answers to pictures of colour, of alpha and of 16 bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.model import Model
from convcli.core.identify.prediction import inner_output, predict_channels, predict_plane
from convcli.core.identify.probes import Depth, probes
from convcli.core.identify.verdict import CLOSE, EXACT, UNKNOWN, Point
from convcli.core.identify.weighing import least_squares

Array = NDArray[Any]
Mix = tuple[tuple[float, ...], ...]
COLOURS = ("colour", "colour-low", "colour-dark")
ALLOWED = 0.01
OWN = 0.01  # weights of channels are known to within it


@dataclass(frozen=True, eq=False)
class Seen:
    """What colour, alpha and depth show; `mix` is output channels by input channels where channels are mixed."""

    channels: Point
    alpha: Point
    depth: Point
    mix: Mix | None = None


def colour_points(answers: Mapping[str, Array | None], model: Model, depth: Depth) -> Seen:
    """How the kernel found on grey pictures meets colour, alpha and 16 bit."""
    pictures = {probe.name: probe.pixels for probe in probes(depth) if answers.get(probe.name) is not None}
    pairs = {name: (pixels, np.asarray(answers[name])) for name, pixels in pictures.items()}
    channels, mix = _channels({name: pairs[name] for name in COLOURS if name in pairs}, model)
    return Seen(
        channels,
        _alpha(pairs.get("alpha"), replace(model, mix=mix)),
        _depth(pairs.get("deep"), pairs.get("deep-low"), model),
        mix,
    )


def _agree(given: Array, answer: Array) -> float:
    """The share of pixels that are more than one level apart; 1 where sizes differ."""
    if given.shape != answer.shape:
        return 1.0
    if given.dtype.kind == "f":
        return float((np.abs(given - answer) > 1e-4 * max(float(np.abs(answer).max()), 1e-9)).mean())
    return float((np.abs(given.astype(np.int64) - answer.astype(np.int64)) > 1).mean())


def _channels(pairs: Mapping[str, tuple[Array, Array]], model: Model) -> tuple[Point, Mix | None]:
    if not pairs:
        return Point("channels", None, "no answer to a picture of colour"), None
    if all(
        _agree(predict_channels(model, before), after[:, :, :3] if after.ndim == 3 else after) <= ALLOWED
        for before, after in pairs.values()
    ):
        return Point("channels", "each", "three noises, one a channel: each is filtered by itself", EXACT), None
    mix = _find_mix(pairs, model)
    if mix is None:
        return Point("channels", None, "no sum of channels explains the answers to colours", CLOSE), None
    if len(mix) == 3 and np.abs(np.array(mix) - np.eye(3)).max() <= OWN:  # what differs is the border
        return Point("channels", "each", "each output follows its own input alone", CLOSE), None
    trial = replace(model, mix=mix)
    if any(_agree(predict_channels(trial, before), after) > 5 * ALLOWED for before, after in pairs.values()):
        return Point("channels", None, "no sum of channels explains the answers to colours", CLOSE), None
    name = "gray" if len(mix) == 1 else "mixed"
    weights = "; ".join(" ".join(f"{value:.4g}" for value in row) for row in mix)
    return Point("channels", name, f"outputs by inputs: {weights}", CLOSE), mix


def _find_mix(pairs: Mapping[str, tuple[Array, Array]], model: Model) -> Mix | None:
    """Output channels as sums of filtered input channels: least squares within the border, where nothing is clamped."""
    float_model = replace(model, dtype="float64", numerators=None, rounding=None, offset=0.0, mix=None)
    tables, outputs = [], []
    for before, after in pairs.values():
        planes = [predict_plane(float_model, before[:, :, c]) for c in range(3)]
        answer = after if after.ndim == 3 else after[:, :, None]
        if answer.shape[:2] != planes[0].shape:
            return None
        inner = inner_output(model, before.shape).place
        tables.append(np.stack([plane[inner].ravel() for plane in planes], axis=1))
        outputs.append(answer[inner].reshape(-1, answer.shape[2])[:, :3])
    table, output = np.concatenate(tables), np.concatenate(outputs).astype(np.float64)
    limits = np.iinfo(model.dtype) if np.dtype(model.dtype).kind != "f" else None
    rows = []
    for c in range(output.shape[1]):
        free = (
            np.ones(len(table), bool) if limits is None else (output[:, c] > limits.min) & (output[:, c] < limits.max)
        )
        fit = least_squares(table[free], output[free, c])
        if fit is None:
            return None
        rows.append(tuple(round(float(value), 4) for value in fit.weights))
    return (rows[0],) if len(set(rows)) == 1 else tuple(rows)


def _alpha(pair: tuple[Array, Array] | None, model: Model) -> Point:
    """What became of alpha: kept, filtered, dropped, opaque, or weighting the colours."""
    if pair is None:
        return Point("alpha", None, "no answer to a picture with alpha")
    before, after = pair
    if after.ndim == 2 or after.shape[2] in (1, 3):
        return Point("alpha", "dropped", "the answer to a picture with alpha has none", EXACT)
    alpha, answer = before[:, :, 3], after[:, :, -1]
    weighted = _weighted(before, after, model)
    words = ", and colours are weighted by it" if weighted else ""
    if alpha.shape == answer.shape and (alpha == answer).all():
        return Point("alpha", "kept" if not weighted else "weighted", f"alpha came back as it was{words}", EXACT)
    if (answer == np.iinfo(answer.dtype).max if answer.dtype.kind != "f" else answer == 1).all():
        return Point("alpha", "opaque", "alpha came back opaque", EXACT)
    if _agree(predict_plane(replace(model, mix=None), alpha), answer) <= ALLOWED:
        return Point("alpha", "weighted" if weighted else "filtered", f"alpha is filtered like a colour{words}", CLOSE)
    return Point("alpha", None, "alpha came back changed, and not by this kernel", CLOSE)


def _weighted(before: Array, after: Array, model: Model) -> bool:
    """Whether colours under alpha are not what the kernel, and the mix of channels, makes of the colours alone."""
    given = predict_channels(model, before[:, :, :3])
    return _agree(given if given.ndim == 3 else given[:, :, np.newaxis], after[:, :, :-1]) > 0.1


def _depth(deep: tuple[Array, Array] | None, low: tuple[Array, Array] | None, model: Model) -> Point:
    """What became of 16 bit: kept, made 8 bit, or refused."""
    if deep is None and low is None:
        return Point("depth", None, "no answer to a picture of 16 bit")
    before, after = deep or low  # type: ignore[misc]
    if after.dtype.itemsize == 1:
        return Point("depth", 8, "a picture of 16 bit came back with 8", EXACT)
    wide = replace(model, dtype=after.dtype.name, white=65535.0, offset=model.offset * (257 if model.offset else 1))
    plane = after if after.ndim == 2 else after[:, :, 0]
    for each in (wide, replace(wide, offset=model.offset)):
        if _agree(predict_plane(each, before), plane) <= ALLOWED:
            return Point("depth", 16, "16 bit are filtered as 16 bit", EXACT)
    if after.dtype.kind != "f" and (plane % 257 == 0).all():
        return Point("depth", 8, "16 bit came back, with no more than 8 bit in them", EXACT)
    return Point("depth", None, "16 bit came back, and not as this kernel gives them", UNKNOWN)
