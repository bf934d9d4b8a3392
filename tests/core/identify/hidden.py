"""Hidden filters, made by loops and `np.pad` alone, whose every step is known.

    python -m tests.core.identify.hidden --count 200 --seed 1

makes random ones (`hidden_kinds`) and holds every statement of the verdicts against them (`hidden_truth`).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from convcli.core.identify.probes import probes

ROUNDINGS = ("half up", "half even", "half away", "half down", "down", "toward zero", "up")
PADS = ("edge", "symmetric", "reflect", "wrap")
TYPES = {8: np.uint8, 16: np.uint16, "float": np.float32}
FINE = 2**36  # floats are rounded as whole multiples of its inverse


@dataclass(frozen=True, eq=False)
class Hidden:
    """A filter whose every step is known.

    Attributes:
        numerators: for correlation; denominator 0: they are floats.
        border: of rows and of columns: one of PADS, "zero", "constant"; or both "copied", "blank", "renormalised".
        value: of "constant" and "blank".
    """

    numerators: np.ndarray
    denominator: int
    anchor: tuple
    border: tuple
    value: int = 0
    size: str = "same"
    stride: tuple = (1, 1)
    rounding: str = "half even"
    overflow: str = "clamp"
    gamma: object = 1.0
    offset: float = 0
    absolute: bool = False
    depth: object = 8

    @property
    def weights(self):
        return self.numerators / (self.denominator or 1)

    @property
    def white(self):
        return 65535 if self.depth == 16 else 255

    @property
    def pads(self):
        (h, w), (r, c) = self.numerators.shape, self.anchor
        if self.size == "valid":
            return (0, 0), (0, 0)
        if self.size == "full":
            return (h - 1, h - 1), (w - 1, w - 1)
        return (r, h - 1 - r), (c, w - 1 - c)

    @property
    def whole(self):
        """Whether sums are whole numbers over a denominator."""
        return bool(self.denominator) and self.gamma == 1.0 and self.depth != "float"

    def sums(self, plane):
        """Sums and their denominator: whole numbers, or floats with the denominator 1.0."""
        values = plane.astype(np.int64) if self.whole else light(plane, self.gamma, self.white)
        fill = self.value if self.whole else float(light(np.array([self.value]), self.gamma, self.white)[0])
        weights = self.numerators if self.whole else self.weights
        denominator: object
        out = self._window_sums(self._padded(values, fill), weights)
        denominator = self.denominator if self.whole else 1.0
        if self.border[0] == "renormalised":
            there = self._window_sums(self._padded(np.ones(plane.shape, values.dtype), 0), weights)
            out = np.where(np.abs(there) > 1e-9, out * weights.sum(), 0)
            denominator = np.where(np.abs(there) > 1e-9, denominator * there, 1)
        if self.offset:
            added = int(self.offset) if float(self.offset).is_integer() else self.offset
            out = out + added * denominator
        return out, denominator

    def _padded(self, values, fill):
        for axis, rule in enumerate(self.border):
            pads = [(0, 0), (0, 0)]
            pads[axis] = self.pads[axis]
            values = np.pad(values, pads, mode=rule) if rule in PADS else np.pad(values, pads, constant_values=fill)
        return values

    def _window_sums(self, padded, weights):
        h, w = weights.shape
        out = np.zeros((padded.shape[0] - h + 1, padded.shape[1] - w + 1), dtype=padded.dtype)
        for i, j in zip(*np.nonzero(weights), strict=True):
            out += weights[i, j] * padded[i : i + out.shape[0], j : j + out.shape[1]]
        return out[:: self.stride[0], :: self.stride[1]]

    def finish(self, plane, sums, denominator):
        if self.absolute:
            sums = np.abs(sums)
        if self.depth == "float":
            out = stored(sums / denominator, self.gamma, self.white)
        else:
            if sums.dtype != np.int64:
                sums = np.rint(stored(sums / denominator, self.gamma, self.white) * FINE).astype(np.int64)
                denominator = FINE
            out = rounded(sums, denominator, self.rounding)
            out = np.clip(out, 0, self.white) if self.overflow == "clamp" else out % (self.white + 1)
        return self._framed(plane, out.astype(TYPES[self.depth]))

    def _framed(self, plane, out):
        if self.border[0] not in ("copied", "blank"):
            return out
        (top, bottom), (left, right) = self.pads
        inner = np.zeros((out.shape[0] - top - bottom, out.shape[1] - left - right), bool)
        frame = np.pad(inner, self.pads, constant_values=True)
        return np.where(frame, plane if self.border[0] == "copied" else out.dtype.type(self.value), out)

    def __call__(self, plane):
        return self.finish(plane, *self.sums(plane))


def light(plane, gamma, white=255):
    v = plane / float(white)
    if gamma == "srgb":
        return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) * white
    return plane.astype(np.float64) if gamma == 1.0 else v**gamma * white


def stored(sums, gamma, white=255):
    if gamma == 1.0:
        return sums
    v = np.maximum(sums, 0) / white
    if gamma == "srgb":
        return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055) * white
    return v ** (1 / gamma) * white


def rounded(n, d, way):
    """n / d by whole numbers: quotient and remainder, one rule a line."""
    q, r = np.divmod(n, d)
    return (
        q
        + {
            "down": 0 * r,
            "up": r > 0,
            "toward zero": (r > 0) & (q < 0),
            "half up": 2 * r >= d,
            "half down": 2 * r > d,
            "half away": np.where(q < 0, 2 * r > d, 2 * r >= d),
            "half even": (2 * r > d) | ((2 * r == d) & (q % 2 == 1)),
        }[way]
    )


def answers_of(hidden):
    return {probe.name: hidden(probe.pixels) for probe in probes(hidden.depth, extras=False)}


def unseen_picture(rng, shape=(59, 83), depth=8):
    """Smooth shapes, noise and hard edges; black and white among them."""
    r, c = np.indices(shape)
    plane = 127 + 120 * np.sin(r / 5.0) * np.cos(c / 7.0) + rng.normal(0, 20, shape)
    plane[20:30, 10:40] = 255
    plane[40:50, 30:60] = 0
    plane = np.clip(plane, 0, 255)
    return (np.rint(plane * 257) if depth == 16 else np.rint(plane)).astype(TYPES[depth])


def main() -> None:
    from tests.core.identify.hidden_kinds import random_filter
    from tests.core.identify.hidden_truth import judged

    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    open_points: Counter = Counter()
    bad, started = 0, time.perf_counter()
    for index in range(asked.first, asked.count) if asked.only is None else [asked.only]:
        rng = np.random.default_rng([asked.seed, index])
        hidden = random_filter(rng)
        found = judged(hidden, rng)
        open_points.update(found.not_told)
        if found.wrong or asked.only is not None:
            bad += bool(found.wrong)
            print(index, hidden, *found.wrong, f"not told: {found.not_told}", sep="\n  ", flush=True)
    print(f"{asked.count - asked.first} filters, {bad} with a wrong statement, {time.perf_counter() - started:.0f} s")
    print(f"{sum(open_points.values())} times 'cannot be told', each confirmed or listed above:", dict(open_points))


if __name__ == "__main__":
    main()
