"""Every statement of a verdict held against a filter whose every step is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.cli.commands.identify.kernel_names import kernel_name
from convcli.cli.commands.learn.named import named_kernels
from convcli.core.identify.identifying import identify
from convcli.core.identify.prediction import predict_plane
from convcli.core.identify.probes import probes
from tests.core.identify.hidden import Hidden, answers_of, light, unseen_picture
from tests.core.identify.hidden_choices import (
    FLOATS_OFF,
    Judged,
    choices_are_true,
    survivors,
    trimmed,
    value_is_true,
)
from tests.core.identify.hidden_prediction import prediction_is_true

NAMED = 0.03  # of the kernel's norm, and what is said of the factor
FEW = 2e-4  # of the answers: weights that are known to some digits miss them by chance


def judged(hidden: Hidden, rng) -> Judged:
    """What the verdict says and is not so, and what it leaves open and need not."""
    answers = answers_of(hidden)
    meant = meant_kernel(hidden, rng)
    verdict = identify(answers, meant, depth=hidden.depth)
    found = Judged()
    if not verdict.identified:
        refusal_is_true(hidden, verdict, answers, found)
        return found
    count_is_true(hidden, verdict, answers, found)
    kernel_is_true(hidden, verdict, found)
    flip_is_true(hidden, verdict, meant, found)
    name_is_true(hidden, verdict, found)
    simple_points_are_true(hidden, verdict, found)
    gamma_is_true(hidden, verdict, answers, found)
    left = survivors(hidden, answers)
    other = with_its_kernel(without_gamma(hidden, verdict), verdict)
    few = verdict.differing <= FEW * verdict.pixels
    if other is not None and few:  # it gives the answers as well as the true weights
        left |= survivors(other, answers, verdict.differing)
    if other is not None and other.gamma != hidden.gamma != "srgb":  # one weight: of stored values, too
        left |= survivors(
            replace(hidden, numerators=hidden.weights ** (1 / hidden.gamma), denominator=0, gamma=1.0), answers
        )
    choices_are_true(hidden, verdict, answers, left, found)
    value_is_true(hidden, verdict, answers, found)
    prediction_is_true(hidden, verdict, unseen_picture(rng, depth=hidden.depth), found)
    return found


def refusal_is_true(hidden, verdict, answers, found):
    """A convolution is refused only where it gives one value, or two: a hundredth of white is rounded to 0."""
    levels = {name: set(np.unique(answer).tolist()) for name, answer in answers.items()}
    noises = set().union(*(levels[name] for name in ("noise", "binary", "low", "a", "dark")))
    true = {
        "constant": len(set().union(*levels.values())) == 1,
        "few-levels": len(noises) <= (2 if hidden.gamma == 1.0 else 4),
        "pointwise": len(noises) <= 2 and np.count_nonzero(hidden.weights) == 1,
    }
    if true.get(verdict.reason):
        found.not_told.append(verdict.reason)
    else:
        found.wrong.append(f"refused: {verdict.reason}")


def with_its_kernel(hidden, verdict):
    """The filter with the verdict's weights in the place of its own; None where they stand beyond it."""
    numerators, denominator = verdict.fractions.value or (verdict.model.weights, 0)
    numerators = np.array(numerators)
    if hidden.size == "same" and verdict.anchor.value is not None:
        return replace(hidden, numerators=numerators, denominator=denominator, anchor=verdict.anchor.value)
    model, own = verdict.model, hidden.numerators.shape
    first = [pad[0] - axis.before for pad, axis in zip(hidden.pads, (model.rows, model.columns), strict=True)]
    spare = [n - start - size for n, start, size in zip(own, first, numerators.shape, strict=True)]
    if min(first + spare) < 0:
        return None
    placed = np.pad(numerators, list(zip(first, spare, strict=True)))
    return replace(hidden, numerators=placed, denominator=denominator)


def without_gamma(hidden, verdict):
    """One weight under a curve, as the verdict reads it: a multiple of stored values."""
    lone = np.count_nonzero(hidden.weights) == 1 and hidden.gamma != 1.0 and verdict.model.gamma == 1.0
    return replace(hidden, gamma=1.0) if lone else hidden


def meant_kernel(hidden, rng):
    """What the caller believes: the kernel, its flip, a multiple of it, another one."""
    weights = hidden.weights
    return [weights, weights[::-1, ::-1], 3 * weights, np.array([[1.0, 7.0], [0.0, 2.0]])][int(rng.integers(4))]


def count_is_true(hidden, verdict, answers, found):
    """How many answers differ from the model's, and "byte for byte"."""
    off = total = 0
    for probe in probes(hidden.depth, extras=False):
        given, answer = predict_plane(verdict.model, probe.pixels), answers[probe.name]
        if given.shape != answer.shape:
            found.wrong.append(f"{probe.name}: the model gives {given.shape}, not {answer.shape}")
            return
        total += answer.size
        if hidden.depth == "float":
            off += lost(hidden, given, answer)
        else:
            off += int((given != answer).sum())
    if "byte for byte" in verdict.sentence and off:
        found.wrong.append(f"byte for byte, and {off} answers differ")
    if abs(off - verdict.differing) > 0.002 * total:
        found.wrong.append(f"says that {verdict.differing} answers differ, {off} do")


def lost(hidden, given, answer):
    """Floats further apart than rounding of terms as large as these makes them: as stored, and as light."""
    terms = np.abs(hidden.weights).sum() * hidden.white
    allowed = FLOATS_OFF * max(float(np.abs(answer).max()), terms / 5, 1.0)
    light_off = np.abs(light(np.maximum(given, 0), hidden.gamma) - light(np.maximum(answer, 0), hidden.gamma))
    return int(np.count_nonzero(np.minimum(np.abs(given - answer), light_off) > allowed))


def frame_of(weights, before, corner, shape):
    frame = np.zeros(shape)
    r, c = (corner[axis] - before[axis] for axis in (0, 1))
    frame[r : r + weights.shape[0], c : c + weights.shape[1]] = weights
    return frame


def gap_between(one, one_before, other, other_before):
    """The largest difference of two kernels that stand somewhere, zeros around them."""
    corner = tuple(max(pair) for pair in zip(one_before, other_before, strict=True))
    shape = tuple(
        corner[axis]
        + max(one.shape[axis] - one_before[axis], other.shape[axis] - other_before[axis])
        for axis in (0, 1)
    )  # fmt: skip
    gaps = [
        np.abs(frame_of(sign * one, one_before, corner, shape) - frame_of(other, other_before, corner, shape)).max()
        for sign in (1, -1)
    ]
    return float(gaps[0]), float(gaps[1])


def kernel_is_true(hidden, verdict, found):
    """Weights within their error, at their place; fractions are the weights; the anchor stands there, too."""
    model, true_before = verdict.model, tuple(pad[0] for pad in hidden.pads)
    before = model.rows.before, model.columns.before
    gaps = gap_between(model.weights, before, hidden.weights, true_before)
    off = min(gaps) if hidden.absolute else gaps[0]
    error = max(verdict.kernel_error * abs(verdict.scale.value or 1), 1e-9)
    lone = np.count_nonzero(hidden.weights) == 1 and hidden.gamma != 1.0
    if verdict.kernel.value is None:
        found.not_told.append("kernel")
        if not lone:
            found.wrong.append("the kernel is not told")
    elif off > error and lone:
        found.not_told.append("weight")  # one weight under a curve: it and the curve are told together
    elif off > error and (verdict.fractions.value is None or (verdict.differing and verdict.freedom < off)):
        found.wrong.append(f"kernel off by {off:.2g}, said {error:.2g}")
    elif off > error:
        found.not_told.append("fractions")  # count_is_true confirms that they give every answer
        if verdict.model.exact and not verdict.freedom >= off:
            found.wrong.append(f"fractions off by {off:.2g}, and that is not said")
    if verdict.fractions.value is not None:
        numerators, denominator = verdict.fractions.value
        if np.abs(np.asarray(numerators) / denominator - model.weights).max() > 1e-12:
            found.wrong.append("fractions are not the weights")
    scaled = np.asarray(verdict.kernel.value if verdict.kernel.value is not None else model.weights)
    if np.abs(scaled * verdict.scale.value - model.weights).max() > 1e-9 * np.abs(model.weights).max():
        found.wrong.append("kernel times scale is not what the model computes by")
    if verdict.anchor.value is not None and verdict.anchor.value != before:
        found.wrong.append(f"anchor {verdict.anchor.value}, not {before}")
    if verdict.anchor.value is None and hidden.size == "same" and max(hidden.numerators.shape) > 1:
        found.wrong.append("no anchor")


def same_kernel(one, other, error):
    """Whether one is a multiple of the other."""
    one, other = (trimmed(part) for part in (one, other))
    if one.shape != other.shape:
        return None
    factor = float((one * other).sum() / (other**2).sum())
    return factor if factor and np.abs(one - factor * other).max() <= error else None


def flip_is_true(hidden, verdict, meant, found):
    """Flipped or not, and the scale, where the kernel that was meant is the one that is there."""
    error = 1e-9
    as_is, turned = (same_kernel(hidden.weights, side, error) for side in (meant, meant[::-1, ::-1]))
    said = verdict.flipped.value
    if said is None:
        told_apart = (as_is is None) != (turned is None)
        lone = np.count_nonzero(hidden.weights) == 1
        error = 8 * max(verdict.kernel_error, verdict.freedom, 1e-9) / abs(as_is or turned or 1)
        near = same_kernel(meant, meant[::-1, ::-1], error)
        if told_apart and not lone and near is None:
            found.wrong.append("flipped is not told")
        elif verdict.flipped.certainty == "open":
            found.not_told.append("flipped")
        return
    if (said and turned is None) or (not said and as_is is None):
        found.wrong.append(f"flipped {said}")
        return
    scale = turned if said else as_is
    unsure = max(verdict.kernel_error, verdict.freedom)
    slack = max(12 * unsure * abs(scale) / np.abs(hidden.weights).max(), 1e-6) * abs(scale) + 1e-9
    if not hidden.absolute and abs(verdict.scale.value - scale) > max(slack, 20 * unsure):
        found.wrong.append(f"scale {verdict.scale.value}, not {scale}")


def name_is_true(hidden, verdict, found):
    """A catalogue name, and the factor beside it, where the true weights are that multiple of that kernel's."""
    name, _, factor = kernel_name(verdict).partition(" × ")
    if not name or (np.count_nonzero(hidden.weights) == 1 and hidden.gamma != 1.0):
        return  # one weight under a curve: (5/3)^(1/0.6) = 2.343 of stored values is 5/3 of light
    if "fractions" in found.not_told:
        return  # another kernel gives every answer, and it is said how far from it the true one may be
    named = trimmed(dict(named_kernels(verdict.model.weights.shape, flipped=name.endswith(", flipped")))[name])
    true = trimmed(hidden.weights)
    if named.shape != true.shape:
        found.wrong.append(f"named {name}, of {named.shape}")
    elif all(
        np.linalg.norm(sign * true - float(factor or 1) * named) > NAMED * np.linalg.norm(true)
        for sign in ((1, -1) if hidden.absolute else (1,))
    ):
        found.wrong.append(f"named {name} × {factor or 1}")


def simple_points_are_true(hidden, verdict, found):
    if verdict.deterministic.value is not True or verdict.shift_invariant.value is not True:
        found.wrong.append("not deterministic or not shift-invariant")
    if verdict.stride.value != hidden.stride:
        found.wrong.append(f"stride {verdict.stride.value}")
    lone = np.count_nonzero(hidden.weights) == 1
    linear = hidden.gamma == 1.0 and not (hidden.absolute and hidden.weights.min() < 0)
    if verdict.linear.value is not linear and not (lone and hidden.gamma != 1.0):
        found.wrong.append(f"linear {verdict.linear.value}")
    names = {"same"} if hidden.numerators.shape == (1, 1) else {hidden.size}
    if verdict.size.value not in names and max(hidden.numerators.shape) > 1:
        law = tuple(n + sum(pad) - k for n, pad, k in zip((113, 97), hidden.pads, hidden.weights.shape, strict=True))
        said = tuple(
            n + axis.spare for n, axis in zip((113, 97), (verdict.model.rows, verdict.model.columns), strict=True)
        )
        wide = {"same": (112, 96)}.get(verdict.size.value, said)
        if verdict.size.value in ("same", "valid", "full") and wide != law:
            found.wrong.append(f"size {verdict.size.value}")


def gamma_is_true(hidden, verdict, answers, found):
    """The number within what it is said to be sure to; not told only where another gives the same answers."""
    said = verdict.gamma.value
    if said is None:
        found.not_told.append("gamma")
        alone = "fractions" in found.not_told and np.count_nonzero(verdict.model.weights) == 1
        if np.count_nonzero(hidden.weights) != 1 and not alone:
            found.wrong.append("gamma is not told")
        return
    if said == hidden.gamma:
        return
    error = verdict.gamma_error
    if isinstance(said, str) or isinstance(hidden.gamma, str) or abs(said - hidden.gamma) > error:
        found.wrong.append(f"gamma {said} within {error:.2g}")
