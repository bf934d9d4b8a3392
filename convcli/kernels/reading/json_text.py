"""Kernels as JSON: nested lists of numbers, or the objects that `--json` prints."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import numpy as np

from convcli.core.arrays import Array
from convcli.core.geometry import Pair
from convcli.core.kernel.kernel import RULE
from convcli.errors import KernelTextError, printable

Anchors = tuple[Pair | None, ...]
DEEPEST = 4  # (F, C, h, w)
_LONGEST_INTEGER = 400
_TOO_DEEP = f"lists are nested more than {DEEPEST} deep; kernels are (h, w), (F, h, w) or (F, C, h, w)"
_BRACKET_OR_STRING = re.compile(r'[\[\]{}]|"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def parse(text: str, where: str) -> tuple[Array, Anchors]:
    """The weights in JSON text: lists nested 2 to 4 deep, or an object that has them as "kernel".

    An object may have an "anchor": [row, column] of every kernel, or a list of them, one for each.
    What `flip --json` prints stands for the flipped kernel, as its plain text does.

    Raises:
        KernelTextError: with line and column for broken JSON, with the place in the
            nested lists for null, true, strings and ragged rows.

    >>> weights, anchors = parse('{"kernel": [[0, 1], [2, 3.5]], "anchor": [0, 1]}', "k.json")
    >>> weights.tolist(), anchors
    ([[0.0, 1.0], [2.0, 3.5]], ((0, 1),))
    """
    _refuse_depth(text, where)
    try:
        value = json.loads(text, parse_float=_float, parse_int=_float, parse_constant=_constant)
    except json.JSONDecodeError as error:
        problem = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise KernelTextError(where, problem, error.lineno, error.colno, from_file=True) from error
    except ValueError as error:
        raise KernelTextError(where, str(error), from_file=True) from error
    anchor = None
    if isinstance(value, dict):
        key = "flipped" if value.get("command") == "flip" and "flipped" in value else "kernel"
        if key not in value:
            _refuse(where, 'the object has no "kernel"; expected nested lists, or {"kernel": [[...]]}')
        anchor = value.get("flipped_anchor" if key == "flipped" else "anchor")
        value = value[key]
    _check(value, where, "", 0)
    weights = _array(value, where)
    return weights, _anchors(anchor, len(weights) if weights.ndim > 2 else 1, where)


def _anchors(value: Any, kernels: int, where: str) -> Anchors:
    """One for each kernel, from one for all or a list; whether they lie inside is the kernels' to say."""
    given = value if isinstance(value, list) and not _is_anchor(value) else [value] * kernels
    if len(given) != kernels or not all(one is None or _is_anchor(one) for one in given):
        _refuse(where, 'the "anchor" is [row, column], whole numbers from 0, or a list of one for each kernel')
    return tuple(one and (int(one[0]), int(one[1])) for one in given)


def _is_anchor(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(at) is float and 0 <= at == at // 1 for at in value)


def _refuse(where: str, problem: str) -> NoReturn:
    raise KernelTextError(where, problem, from_file=True)


def _float(text: str) -> float:
    value = float(text) if len(text) <= _LONGEST_INTEGER else math.inf
    if math.isfinite(value) and abs(value) >= 2**53 and text.lstrip("-").isdigit() and int(text) != int(value):
        raise ValueError(f"it holds {text}; {RULE}")
    if not math.isfinite(value):
        raise ValueError(f"{printable(text, 40)!r} is too large; numbers go up to 1.8e308")
    return value


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text!r} is not allowed; every number must be finite")


def _refuse_depth(text: str, where: str) -> None:
    """Refuse deep nesting before the parser recurses into it."""
    depth = 0
    for match in _BRACKET_OR_STRING.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > DEEPEST + 2:  # an object around the weights, and what else it holds
            position = match.start()
            line = text.count("\n", 0, position) + 1
            raise KernelTextError(where, _TOO_DEEP, line, position - text.rfind("\n", 0, position), from_file=True)


def _check(value: Any, where: str, place: str, depth: int) -> None:
    """Refuse whatever is neither a number nor a list of at most four levels."""
    if isinstance(value, float):
        return
    if not isinstance(value, list):
        shown = {type(None): "null", bool: "true or false", str: "a string", dict: "an object"}[type(value)]
        _refuse(where, f"{'the value' if not place else f'item {place}'} is {shown}; expected numbers only")
    if depth == DEEPEST:
        _refuse(where, _TOO_DEEP)
    for index, item in enumerate(value):
        if type(item) is not float:
            _check(item, where, f"{place}[{index}]", depth + 1)


def _array(value: Any, where: str) -> Array:
    try:
        weights = np.array(value, dtype=np.float64)
    except ValueError:
        _refuse(where, "the lists are ragged; every row needs as many numbers, every kernel as many rows")
    if weights.ndim < 2 or weights.size == 0:
        _refuse(where, f"the shape is {weights.shape}; kernels are (h, w), (F, h, w) or (F, C, h, w)")
    return weights
