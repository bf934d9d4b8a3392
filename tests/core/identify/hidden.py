"""Random hidden filters, made by loops and `np.pad` alone, and a check of every statement of the verdict on them.

    python -m tests.core.identify.hidden --count 200 --seed 1

What "cannot be told" is confirmed by brute force: every border, rounding and overflow with the true kernel, and those
alone that give all answers may stand among the alternatives.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import dataclass, replace

import numpy as np

from convcli.core.identify.identifying import identify
from convcli.core.identify.prediction import predict
from convcli.core.identify.probes import probes

PADS = {"edge": "edge", "symmetric": "symmetric", "reflect": "reflect", "wrap": "wrap"}
ROUNDINGS = ("half up", "half even", "half away", "half down", "down", "toward zero", "up")


@dataclass(frozen=True)
class Hidden:
    """A filter whose every step is known."""

    numerators: np.ndarray  # for correlation
    denominator: int  # 0: numerators are floats
    anchor: tuple
    border: str
    value: int = 0
    size: str = "same"
    stride: tuple = (1, 1)
    rounding: str = "half even"
    overflow: str = "clamp"
    gamma: object = 1.0
    offset: int = 0
    absolute: bool = False

    @property
    def weights(self):
        return self.numerators / (self.denominator or 1)

    @property
    def pads(self):
        (h, w), (r, c) = self.numerators.shape, self.anchor
        if self.size == "valid":
            return (0, 0), (0, 0)
        if self.size == "full":
            return (h - 1, h - 1), (w - 1, w - 1)
        return (r, h - 1 - r), (c, w - 1 - c)

    def sums(self, plane):
        """Whole sums and their denominator, or light and 0."""
        values = plane.astype(np.int64) if self.denominator and self.gamma == 1.0 else light(plane, self.gamma)
        if self.border in PADS:
            padded = np.pad(values, self.pads, mode=PADS[self.border])
        else:
            fill = self.value if self.gamma == 1.0 else float(light(np.array([self.value]), self.gamma)[0])
            padded = np.pad(values, self.pads, constant_values=fill)
        h, w = self.numerators.shape
        weights = self.numerators if values.dtype == np.int64 else self.weights
        out = np.zeros((padded.shape[0] - h + 1, padded.shape[1] - w + 1), dtype=values.dtype)
        for i in range(h):
            for j in range(w):
                out += weights[i, j] * padded[i : i + out.shape[0], j : j + out.shape[1]]
        out = out[:: self.stride[0], :: self.stride[1]]
        if out.dtype == np.int64:
            return out + self.offset * self.denominator, self.denominator
        return out + self.offset, 0

    def finish(self, plane, sums, denominator):
        if self.absolute:
            sums = np.abs(sums)
        if not denominator:
            sums = sums if self.gamma == 1.0 else stored(sums, self.gamma)
            sums, denominator = np.rint(sums * 2**36).astype(np.int64), 2**36
        out = rounded(sums, denominator, self.rounding)
        out = np.clip(out, 0, 255) if self.overflow == "clamp" else out % 256
        out = out.astype(np.uint8)
        if self.border in ("copied", "blank"):
            (top, bottom), (left, right) = self.pads
            frame = np.pad(np.zeros((out.shape[0] - top - bottom, out.shape[1] - left - right), bool), self.pads,
                           constant_values=True)  # fmt: skip
            out = np.where(frame, plane if self.border == "copied" else np.uint8(self.value), out)
        return out

    def __call__(self, plane):
        return self.finish(plane, *self.sums(plane))


def light(plane, gamma):
    v = plane / 255.0
    if gamma == "srgb":
        return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) * 255
    return plane.astype(np.float64) if gamma == 1.0 else v**gamma * 255


def stored(sums, gamma):
    v = np.maximum(sums, 0) / 255
    if gamma == "srgb":
        return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055) * 255
    return v ** (1 / gamma) * 255


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


def random_filter(rng) -> Hidden:
    h, w = (int(n) for n in rng.integers(1, 6, 2))
    kind = rng.choice(
        ["ones", "fraction", "integer", "floats", "separable", "edge"], p=[0.15, 0.3, 0.15, 0.15, 0.15, 0.1]
    )
    denominator = 1
    if kind == "ones":
        numerators = np.ones((h, w), np.int64)
        denominator = h * w
    elif kind == "fraction":
        numerators = rng.integers(-2, 9, (h, w))
        denominator = int(rng.choice([4, 6, 7, 9, 10, 13, 16, 32, 50, 100]))
    elif kind == "integer":
        numerators = rng.integers(-2, 3, (h, w))
    elif kind == "floats":
        numerators = rng.random((h, w))
        numerators, denominator = numerators / numerators.sum(), 0
    elif kind == "separable":
        numerators = np.outer(rng.integers(1, 5, h), rng.integers(1, 5, w))
        denominator = int(numerators.sum())
    else:
        numerators = rng.integers(-2, 3, (max(h, 2), max(w, 2)))
        numerators.flat[0] -= numerators.sum()
    if kind != "edge" and numerators.sum() <= 0:
        numerators = numerators.copy()
        numerators.flat[rng.integers(numerators.size)] += 1 - numerators.sum()
    if not numerators.any():
        numerators.flat[0] = 1
    if rng.random() < 0.5:
        numerators = numerators[::-1, ::-1]
    h, w = numerators.shape
    size = rng.choice(["same", "valid", "full"], p=[0.8, 0.1, 0.1])
    anchor = (h // 2, w // 2) if rng.random() < 0.6 else (int(rng.integers(h)), int(rng.integers(w)))
    border = str(rng.choice(["edge", "zero", "constant", "symmetric", "reflect", "wrap", "copied", "blank"]))
    stride = (1, 1) if rng.random() < 0.7 else (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    if size != "same" or stride != (1, 1):
        border = "zero" if border in ("copied", "blank") or size == "full" else border
    gamma = 1.0 if rng.random() < 0.7 else [2.2, "srgb", 1.8, 2.4][rng.integers(4)]
    absolute = bool(kind == "edge" and gamma == 1.0 and rng.random() < 0.3)
    offset = int(rng.choice([0, 1, 40, 128])) if gamma == 1.0 and not absolute and rng.random() < 0.3 else 0
    if kind == "edge" and gamma != 1.0:
        gamma = 1.0
    return Hidden(
        numerators, denominator, anchor, border,
        value={"constant": int(rng.integers(1, 255)), "blank": int(rng.choice([0, 0, 255]))}.get(border, 0),
        size=str(size), stride=stride, rounding=str(rng.choice(ROUNDINGS)),
        overflow="clamp" if gamma != 1.0 or absolute or rng.random() < 0.75 else "wrap",
        gamma=gamma, offset=offset, absolute=absolute,
    )  # fmt: skip


def survivors(hidden, answers):
    """Every (border, rounding, overflow) that gives all answers, with the true kernel; by brute force."""
    pictures = [(probe.pixels, answers[probe.name]) for probe in probes(extras=False)]
    found = set()
    borders = ["edge", "zero", "symmetric", "reflect", "wrap", "copied", "blank"]
    borders += ["constant"] if hidden.border == "constant" else []
    for border in borders:
        if border in ("copied", "blank") and (hidden.size != "same" or hidden.stride != (1, 1)):
            continue
        own = border == hidden.border
        trial = replace(hidden, border=border, value=hidden.value if own else 0)
        if border in ("copied", "blank") and not own:  # a band as narrow as the weights that are not zero allow
            trial = without_zeros(trial)
        if border == "blank" and not own:
            trial = replace(trial, value=int(answers["noise"][0, 0]))
        more = (-1, 0, 1) if hidden.gamma == 1.0 else (0,)
        choices = itertools.product(ROUNDINGS, ("clamp", "wrap"), more)
        left = [(replace(trial, rounding=r, overflow=o), added) for r, o, added in choices]
        for plane, answer in pictures:
            sums, d = trial.sums(plane)
            left = [(each, n) for each, n in left if np.array_equal(each.finish(plane, sums + n * (d or 1), d), answer)]
            if not left:
                break
        found |= {(border, each.rounding, each.overflow) for each, _ in left}
    return found


def without_zeros(hidden):
    """The same filter with no rows and columns of zeros around its kernel."""
    inner, before = trimmed(hidden.numerators, tuple(pad[0] for pad in hidden.pads))
    margins = [(max(-b, 0), max(b - n + 1, 0)) for b, n in zip(before, inner.shape, strict=True)]
    anchor = tuple(b + first for b, (first, _) in zip(before, margins, strict=True))
    return replace(hidden, numerators=np.pad(inner, margins), anchor=anchor)


def trimmed(weights, before):
    rows, columns = np.flatnonzero(weights.any(axis=1)), np.flatnonzero(weights.any(axis=0))
    inner = weights[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return inner, (before[0] - int(rows[0]), before[1] - int(columns[0]))


def wrong_statements(hidden, unseen) -> list[str]:
    """What the verdict says and is not so, and what it leaves open and need not."""
    answers = {probe.name: hidden(probe.pixels) for probe in probes(extras=False)}
    verdict = identify(answers)
    if not verdict.identified:
        return [f"refused: {verdict.reason}"]
    wrong = []
    model = verdict.model
    kernel, before = trimmed(model.weights, (model.rows.before, model.columns.before))
    true, true_before = trimmed(hidden.weights, tuple(pad[0] for pad in hidden.pads))
    one = np.count_nonzero(true) == 1
    if kernel.shape != true.shape or before != true_before:
        wrong.append(f"kernel {kernel.shape} from {before}, not {true.shape} from {true_before}")
    elif not (one and hidden.gamma != 1.0):
        sign = -1 if hidden.absolute and np.abs(kernel + true).max() < np.abs(kernel - true).max() else 1
        off = float(np.abs(sign * kernel - true).max())
        if off > max(verdict.kernel_error, 1e-9):
            wrong.append(f"kernel off by {off:.2g}, said {verdict.kernel_error:.2g}")
    if verdict.stride.value != hidden.stride:
        wrong.append(f"stride {verdict.stride.value}")
    if verdict.gamma.value != hidden.gamma and not one:
        wrong.append(f"gamma {verdict.gamma.value}")
    wrong += wrong_choices(hidden, verdict, survivors(hidden, answers))
    given, answer = predict(verdict, unseen), hidden(unseen)
    if given.shape != answer.shape:
        wrong.append(f"predicts the size {given.shape}, not {answer.shape}")
    else:
        off = np.abs(given.astype(int) - answer)
        few = 0 if verdict.kernel_error == 0 and verdict.gamma.value == 1.0 else max(0.02 * off.size, 2)
        if (hidden.overflow == "clamp" and off.max() > 1) or (off > 0).sum() > few:
            wrong.append(f"prediction: {(off > 0).sum()} of {off.size} differ, by {off.max()}")
    return wrong


def wrong_choices(hidden, verdict, left) -> list[str]:
    wrong = []
    for index, point in enumerate((verdict.border, verdict.rounding, verdict.overflow)):
        said = {name.removeprefix("magnitude, ") for name in point.alternatives or (str(point.value),)}
        true = {choice[index] for choice in left}
        if hidden.gamma != 1.0:  # halves do not occur among powers, but by chance
            said, true = ({name.split()[0] for name in names} for names in (said, true))
        if index == 0 and said == {"none"}:
            continue
        if said != true:
            wrong.append(f"{point.name}: said {sorted(said)}, brute force {sorted(true)}")
    if {hidden.border} == {verdict.border.value} == {"constant"} and verdict.border_value != hidden.value:
        others = [replace(hidden, value=value) for value in range(256) if value != hidden.value]
        alike = any(
            all(np.array_equal(each(p.pixels), hidden(p.pixels)) for p in probes(extras=False)) for each in others
        )
        if verdict.border_value is not None or not alike:
            wrong.append(f"constant {verdict.border_value}")
    return wrong


def unseen_picture(rng, shape=(59, 83)):
    """Smooth shapes, noise and hard edges; black and white among them."""
    r, c = np.indices(shape)
    plane = 127 + 120 * np.sin(r / 5.0) * np.cos(c / 7.0) + rng.normal(0, 20, shape)
    plane[20:30, 10:40] = 255
    plane[40:50, 30:60] = 0
    return np.clip(plane, 0, 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    bad, started = 0, time.perf_counter()
    for index in range(asked.count) if asked.only is None else [asked.only]:
        rng = np.random.default_rng([asked.seed, index])
        hidden = random_filter(rng)
        wrong = wrong_statements(hidden, unseen_picture(rng))
        if wrong or asked.only is not None:
            bad += bool(wrong)
            print(index, hidden, *wrong, sep="\n  ", flush=True)
    print(f"{asked.count} filters, {bad} with a wrong statement, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
