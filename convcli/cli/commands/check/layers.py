"""Questions of `flip`, `matrix` and `params`: a kernel turned, a layer as a matrix, a layer's figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.check.asked import CheckOptions
from convcli.cli.commands.check.question import Marked, Posed, Question, marked, pixels_of
from convcli.cli.commands.flip.command_line import FlipOptions, symmetry_asked
from convcli.cli.commands.matrix.command_line import MatrixOptions, matrix_asked
from convcli.cli.commands.params.command_line import ParamsOptions, layer_asked
from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.checking.layer_figures import FIGURES, Named, mark_figures
from convcli.core.checking.marking import Diagnosis, Mark
from convcli.core.geometry import Pair
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.kernel.symmetry import transformed
from convcli.core.layer.cost import KINDS
from convcli.core.layer.matrix import LayerMatrix, layer_matrix
from convcli.core.problem.options import Options
from convcli.errors import InputError, advice, printable
from convcli.files.source import is_source, open_source
from convcli.kernels import kernels_from
from convcli.report.layer.table import formula_lines
from convcli.report.printing.numbers import plain

MOST_BYTES = 1 << 20  # of figures in a file
_FIGURE = re.compile(r"(?:([a-z]+)\.)?([a-z]+)\s*[=:]\s*(\S+)|(\S+)", re.IGNORECASE)


def posed_flip(given: dict[str, Any], asked: CheckOptions) -> Question:
    """The question that a `flip` asks: the weights of the turned kernel."""
    options = FlipOptions(**given)
    stack = load_kernels((options.kernel,), anchor=options.anchor, layout=options.kernel_layout)
    symmetry = symmetry_asked(options)
    turned = tuple(Kernel(kernel.name, transformed(kernel.weights, symmetry)) for kernel in stack)
    exercise = Exercise(None, KernelStack(turned, stack.several), Options(), _weights, arithmetic=False)
    exercise = exercise.changed(turned=symmetry == "rotate180")
    posed = Posed(exercise, exercise.answer())

    def arithmetic(place: tuple[int, ...], width: int | None) -> list[str]:
        index = (*place[2:], *place[:2])
        before = _source(posed.right, symmetry, index)
        return [f"{symmetry}[{place[0]}, {place[1]}] = kernel[{before[0]}, {before[1]}] = {plain(posed.right[index])}"]

    def question(source: str) -> Marked:
        text = f"@{source}" if source != "-" and is_source(source) else "@-" if source == "-" else source
        answer = KernelStack(kernels := kernels_from(text), len(kernels) > 1).array
        return marked(posed, answer, lambda index: (*index[-2:], *index[:-2]), arithmetic)

    return question


def _weights(exercise: Exercise) -> Array:
    return exercise.kernels.array


def _source(turned: Array, symmetry: str, index: tuple[int, ...]) -> Pair:
    """Row and column of the given kernel that the weight came from."""
    height, width = turned.shape[-2:]
    swaps = symmetry in ("rotate90", "rotate270", "transpose", "anti-transpose")
    size = (width, height) if swaps else (height, width)
    numbers = transformed(np.arange(size[0] * size[1]).reshape(size), symmetry)
    row, column = divmod(int(numbers[index[-2:]]), size[1])
    return row, column


def posed_matrix(given: dict[str, Any], asked: CheckOptions) -> Question:
    """The question that a `matrix` asks: its entries."""
    options = MatrixOptions(**given).changed(quiet=asked.quiet)
    matrix = matrix_asked(options)
    stack = _kernels_of(matrix, options)
    window = options.window

    def respond(exercise: Exercise) -> Array:
        return layer_matrix(matrix.layer.shape, exercise.kernels, matrix.kind, exercise.options.window).values()

    exercise = Exercise(None, stack, Options(window), respond, arithmetic=False)
    posed = Posed(exercise, matrix.values())

    def arithmetic(place: tuple[int, ...], width: int | None) -> list[str]:
        return _entry_lines(matrix, place)

    def question(source: str) -> Marked:
        answer = pixels_of(asked.read_plainly(source), posed.right)
        return marked(posed, answer, lambda index: index, arithmetic)

    return question


def _kernels_of(matrix: LayerMatrix, options: MatrixOptions) -> KernelStack:
    """The kernels, as the layer has them."""
    from convcli.cli.arguments.kernels import fitted

    loaded = load_kernels(options.kernel_texts, anchor=options.anchor, layout=options.kernel_layout)
    return fitted(loaded, matrix.layer.shape[2])[0]


def _entry_lines(matrix: LayerMatrix, place: tuple[int, ...]) -> list[str]:
    """What a row and a column of the matrix stand for, and the weights that are added up in their entry."""
    channels, filters = matrix.layer.shape[2], matrix.outputs[2]
    row, column = place[:2]
    output, source = np.unravel_index(row, matrix.outputs), np.unravel_index(column, matrix.layer.shape)
    links = np.flatnonzero((matrix.row == row) & (matrix.column == column))
    taps = [np.unravel_index(int(tap), matrix.weights.shape) for tap in matrix.tap[links]]
    sums = " + ".join(f"kernel[{i}, {j}] = {plain(matrix.weights[f, i, j, c])}" for f, i, j, c in taps)
    where = f"row {row} is output [{output[0]}, {output[1]}]" + (f" of map {output[2]}" if filters > 1 else "")
    what = f"column {column} is input [{source[0]}, {source[1]}]" + (f" of channel {source[2]}" if channels > 1 else "")
    return [f"{where}; {what}", sums or "the window of that output does not reach that input: 0"]


def posed_params(given: dict[str, Any], asked: CheckOptions) -> Question:
    """The question that a `params` asks: the figures that the answer names."""
    options = ParamsOptions(**given)
    layer = layer_asked(options)
    ways = [kind for kind in KINDS if kind in options.kinds] or list(layer.kinds())

    def question(source: str) -> Marked:
        figures = _figures(source, ways)
        counted = mark_figures(layer, figures, options.dtype)
        found = tuple(Diagnosis(name, words) for name, words in counted.diagnoses)
        shape = (1, counted.outputs)
        if not counted.wrong:
            return Marked(Mark(True, (shape, shape), None, None, None, counted.outputs, counted.outputs))
        (way, name), right, value = counted.wrong[0]
        agreeing = counted.outputs - len(counted.wrong)
        wrong = Mark(
            False, (shape, shape), None, right, value, counted.outputs, agreeing, found, figure=f"{way}.{name}"
        )
        return Marked(wrong, None, lambda width: formula_lines(layer, [way]))

    return question


def _figures(source: str, ways: Sequence[str]) -> dict[Named, int]:
    """Figures by way and name: NAME=N, WAY.NAME=N, or N alone, which is parameters.

    Raises:
        InputError: what is no figure, or more of them than there are ways.
    """
    text, name = source, "the answer"
    if is_source(source):
        with open_source(source) as opened:
            name, text = opened.name, opened.read_all(MOST_BYTES).decode("utf-8-sig", "replace")
    found: dict[Named, int] = {}
    for match in _FIGURE.finditer(re.sub(r"[,;]\s|[;\n]", " ", f"{text} ")):
        way, figure, number, alone = match.groups()
        if alone is not None:
            free = [kind for kind in ways if (kind, "parameters") not in found]
            if not free:
                raise InputError(name, f"{len(ways)} numbers are asked for, and there are more; name them: {FIGURES}")
            way, figure, number = free[0], "parameters", alone
        found[_named(way, figure, ways, name)] = _whole(number, name)
    if not found:
        raise InputError(name, "it holds no figure; give one as in shared.weights=25, or a number of parameters")
    return found


def _named(way: str | None, figure: str, ways: Sequence[str], name: str) -> Named:
    if figure.lower() not in FIGURES:
        raise InputError(name, f"{printable(figure)} is no figure; {advice(figure.lower(), FIGURES)}")
    if way is None and len(ways) > 1:
        rule = f"{figure} of which layer? write {ways[-1]}.{figure}=N, or say it to params: --layer {ways[-1]}"
        raise InputError(name, rule)
    if way is not None and way.lower() not in ways:
        raise InputError(name, f"{printable(way)} is no layer here; {advice(way.lower(), ways)}")
    return (way or ways[0]).lower(), figure.lower()


def _whole(text: str, name: str) -> int:
    bare = text.replace(",", "").replace("_", "")
    if not re.fullmatch(r"[0-9]{1,4000}", bare):
        raise InputError(name, f"{printable(text)} is no count: figures are whole numbers, as in 1000 or 1,000")
    return int(bare)
