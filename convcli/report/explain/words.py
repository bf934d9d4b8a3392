"""A window's arithmetic as a person would write it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from convcli.core.explain.walk import Step, Walk
from convcli.core.geometry import ONES, Pair
from convcli.core.text.whole_numbers import pair_text
from convcli.report.printing.numbers import plain

MOST_TERMS = 25  # in one sum; more are added up row by row
LARGEST_DIVISOR = 1024


def weight_words(value: float) -> str:
    """A weight: whole, as a short decimal, or as the fraction that it is.

    >>> [weight_words(v) for v in (3.0, -0.5, 1 / 9, 1 / 16, 3.14159265)]
    ['3', '-0.5', '1/9', '1/16', '3.14159']
    """
    text = plain(value)
    if len(text.lstrip("-")) <= 4:
        return text
    fraction = Fraction(value).limit_denominator(LARGEST_DIVISOR)
    if fraction.denominator > 1 and fraction and _close(float(fraction), value):
        return str(fraction)
    return text


def is_rounded(value: Any, words: str) -> bool:
    """Whether the words have fewer digits than the number."""
    return math.isfinite(value) and not _close(float(Fraction(words)), float(value))


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-12 * abs(other)


def bracketed(words: str) -> str:
    """A number that follows a sign: in brackets where it has one itself."""
    return f"({words})" if words.startswith("-") else words


def product_words(sample: Any, weight: Any, beyond: bool) -> str:
    """One product; a sample that came from the border rule stands in square brackets."""
    shown = f"[{plain(sample)}]" if beyond else plain(sample)
    return f"{shown}×{bracketed(weight_words(weight))}"


def row_sums(step: Step, weights: Any) -> list[str]:
    """The products of each row of the window, joined by plus signs."""
    return [
        " + ".join(
            product_words(sample, weight, beyond) for sample, weight, beyond in zip(samples, row, outside, strict=True)
        )
        for samples, row, outside in zip(step.window.tolist(), weights.tolist(), step.beyond.tolist(), strict=True)
    ]


def sum_lines(walk: Walk, step: Step) -> list[str]:
    """The whole sum in one line; of many products, a line for each row of the window and one for their sum."""
    rows, total = row_sums(step, walk.kernel.weights), total_words(walk, step)
    if step.window.size <= MOST_TERMS:
        return [" + ".join(rows) + total]
    parts, rounded = [sum(row) for row in step.products.tolist()], _operands_rounded(walk, step)
    lines = [
        f"row {index}: {row} {_equals(part, rounded)} {plain(part)}"
        for index, (row, part) in enumerate(zip(rows, parts, strict=True))
    ]
    return [*lines, "sum of the rows: " + " + ".join(bracketed(plain(part)) for part in parts) + total]


def total_words(walk: Walk, step: Step) -> str:
    """What stands behind the products: the bias, an equals sign (or one that admits rounding), the value."""
    bias = f" + {bracketed(plain(step.bias))} (bias)" if step.bias else ""
    return f"{bias} {_equals(step.value, _operands_rounded(walk, step))} {plain(step.value)}"


def parts_words(step: Step, written: float, others: float) -> str:
    """The sum of a large window: the products that are written out, those that are not, the bias, the value."""
    numbers = [written, others, *([float(step.bias)] if step.bias else [])]
    names = ("these", "the others", "bias")
    terms = [f"{bracketed(plain(number))} ({name})" for number, name in zip(numbers, names, strict=False)]
    rounded = any(is_rounded(number, plain(number)) for number in numbers)
    return f"{' + '.join(terms)} {_equals(step.value, rounded)} {plain(step.value)}"


def _operands_rounded(walk: Walk, step: Step) -> bool:
    samples = [(number, plain(number)) for number in (step.bias, *step.window.ravel().tolist())]
    weights = [(weight, weight_words(weight)) for weight in walk.kernel.weights.ravel().tolist()]
    return any(is_rounded(number, words) for number, words in samples + weights)


def _equals(value: Any, rounded: bool) -> str:
    return "≈" if rounded or is_rounded(value, plain(value)) else "="


def place_words(step: Step) -> str:
    """Which rows and columns of the input the window covers."""
    return f"input {_positions('row', step.rows)}, {_positions('column', step.columns)}"


def _positions(axis: str, positions: tuple[int, ...]) -> str:
    if len(positions) == 1:
        return f"{axis} {positions[0]}"
    step = positions[1] - positions[0]
    words = f"{axis}s {positions[0]} to {positions[-1]}"
    return words if step == 1 else f"{words} in steps of {step}"


def rule_words(walk: Walk) -> list[str]:
    """What is not as plain as it could be: stride, dilation, anchor, padding, the border rule."""
    problem = walk.problem
    words = [f"{name} {pair_text(steps)}" for name, steps in _steps(walk) if steps != ONES]
    if walk.kernel.anchor is not None:
        words.append("anchor {},{}".format(*walk.kernel.anchor))
    if any(problem.padding):
        sides = [str(side) for side in problem.padding]
        words.append(f"padding {sides[0] if len(set(sides)) == 1 else ','.join(sides) + ' (top, bottom, left, right)'}")
        words.append(f"border {border_words(walk)}")
    return words


def _steps(walk: Walk) -> tuple[tuple[str, Pair], ...]:
    return ("stride", walk.problem.stride), ("dilation", walk.problem.dilation)


def border_words(walk: Walk) -> str:
    """The border's name and pattern."""
    rule = walk.problem.border
    return rule.label if rule.fill else f"{rule.name} ({rule.pattern})"
