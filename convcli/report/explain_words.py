"""A window's arithmetic as a person would write it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from convcli.core.walk import Step, Walk
from convcli.report.numbers import plain

MOST_TERMS = 25  # in one sum; more are added up row by row
LARGEST_DIVISOR = 1024


def number_words(value: Any) -> str:
    """A number: whole, as a short decimal, or as the fraction that it is.

    >>> [number_words(v) for v in (3, -0.5, 1 / 9, 1 / 16, 3.14159265)]
    ['3', '-0.5', '1/9', '1/16', '3.14159']
    """
    text = plain(value)
    if not isinstance(value, float) or len(text.lstrip("-")) <= 4 or "n" in text:
        return text
    fraction = Fraction(value).limit_denominator(LARGEST_DIVISOR)
    if fraction.denominator > 1 and fraction and _close(float(fraction), value):
        return str(fraction)
    return text


def is_rounded(value: Any) -> bool:
    """Whether `number_words` gives fewer digits than the number has."""
    words = number_words(value)
    if "n" in words:
        return False
    return not _close(float(Fraction(words)), float(value))


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-12 * abs(other)


def factor_words(value: Any) -> str:
    """A number as the second factor of a product: in brackets where it has a sign."""
    words = number_words(value)
    return f"({words})" if words.startswith("-") else words


def product_words(sample: Any, weight: Any, beyond: bool) -> str:
    """One product; a sample that came from the border rule stands in square brackets."""
    shown = f"[{number_words(sample)}]" if beyond else number_words(sample)
    return f"{shown}×{factor_words(weight)}"


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
    rows, total = row_sums(step, walk.kernel.weights), _total_words(walk, step)
    if step.window.size <= MOST_TERMS:
        return [" + ".join(rows) + total]
    parts = [_row_total(row) for row in step.products.tolist()]
    lines = [
        f"row {index}: {row} {_equals(part, step, walk)} {number_words(part)}"
        for index, (row, part) in enumerate(zip(rows, parts, strict=True))
    ]
    return [*lines, "sum of the rows: " + " + ".join(factor_words(part) for part in parts) + total]


def _row_total(products: Sequence[Any]) -> Any:
    return sum(products)


def _total_words(walk: Walk, step: Step) -> str:
    bias = f" + {factor_words(step.bias)} (bias)" if step.bias else ""
    return f"{bias} {_equals(step.value, step, walk)} {number_words(step.value)}"


def _equals(value: Any, step: Step, walk: Walk) -> str:
    shown = [value, *step.window.ravel().tolist(), *walk.kernel.weights.ravel().tolist()]
    return "≈" if any(map(is_rounded, shown)) else "="


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
    """What is not as plain as it could be: stride, dilation, padding, the border rule."""
    problem = walk.problem
    words = [f"stride {problem.stride}"] if problem.stride > 1 else []
    words += [f"dilation {problem.dilation}"] if problem.dilation > 1 else []
    if any(problem.padding):
        sides = [str(side) for side in problem.padding]
        words.append(f"padding {sides[0] if len(set(sides)) == 1 else ','.join(sides) + ' (top, bottom, left, right)'}")
        words.append(f"border {border_words(walk)}")
    return words


def border_words(walk: Walk) -> str:
    """The border's name and pattern."""
    rule = walk.problem.border
    return rule.label if rule.fill else f"{rule.name} ({rule.pattern})"
