"""Questions of `apply` and `explain`: responses, some of them, or the pixels that would be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.pipeline import Settings, planned, run
from convcli.cli.commands.apply.rendering import is_sheet
from convcli.cli.commands.apply.run import settings_of
from convcli.cli.commands.apply.sight import Sight
from convcli.cli.commands.check.asked import CheckOptions
from convcli.cli.commands.check.question import Marked, Posed, Question, marked, pixels_of
from convcli.cli.commands.explain.asked import ExplainOptions
from convcli.cli.commands.explain.run import walk_asked
from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response
from convcli.core.correlation.weighted import WeightedCorrelation
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import to_pixels
from convcli.core.explain.walk import Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.errors import GeometryError, Setting, UsageError
from convcli.images.picture import Picture
from convcli.report.explain.channel_lines import channel_step_lines
from convcli.report.explain.text import step_lines

Places = tuple[tuple[int, int], ...]


def posed_apply(given: dict[str, Any], asked: CheckOptions) -> Question:
    """The question that an `apply` asks of one picture."""
    options = ApplyOptions(**given).changed(quiet=asked.quiet)
    if len(options.inputs) != 1:
        raise UsageError(f"an exercise is about one INPUT, and apply has {len(options.inputs)}")
    _refuse_storage(options)
    picture = options.read(options.inputs[0])
    settings, words = settings_of(options, stdin_taken="-" in options.inputs).of(picture)
    if words:
        options.remark(f"hint: {words}")
    sight, response = planned(picture, settings, options.jobs)
    exercise = Exercise(picture.pixels, settings.kernels, settings.options, _responses(picture, settings))
    exercise = exercise.changed(reduce=_reduced(settings, len(settings.kernels)), turned=settings.convolves)
    raw = Posed(exercise, response.raw().array)
    shown = None if is_sheet(response) or settings.display == "raw" else _shown(picture, settings, exercise)

    def question(source: str) -> Marked:
        answer = asked.read_plainly(source)
        posed = shown if shown and answer.kind == "picture" and answer.pixels.dtype.kind == "u" else raw
        return marked(
            posed, pixels_of(answer, posed.right), lambda index: index, _arithmetic(sight, response, settings)
        )

    return question


def _refuse_storage(options: ApplyOptions) -> None:
    """Refuse what says how files are read and written, and a range, which an exercise's pixels have of their own."""
    for name in ("range", "level", "tile", "pyramid", "resume", "memory"):
        if getattr(options, name) not in (None, False):
            raise UsageError(
                "an exercise's picture is held whole, and its display is its own; leave ", Setting(name), " out"
            )


def _responses(picture: Picture, settings: Settings) -> Callable[[Exercise], Array]:
    """All kernels' responses to a picture that is seen as `apply` sees it."""
    plain = replace(settings, combine=None, relu=False, pool=None)

    def respond(exercise: Exercise) -> Array:
        assert exercise.picture is not None
        changed = replace(plain, kernels=exercise.kernels, options=exercise.options)
        return planned(picture.with_pixels(exercise.picture, picture.alpha), changed, None)[1].raw().array

    return respond


def _reduced(settings: Settings, kernels: int) -> Callable[[Array], Array]:
    """What follows the responses: combination, ReLU, pooling."""
    combine = {"magnitude": lambda r: np.sqrt((r * r).sum(2)), "max": lambda r: r.max(2), "sum": lambda r: r.sum(2)}

    def reduce(responses: Array) -> Array:
        if not (settings.combine or settings.relu or settings.pool):
            return responses
        values = responses.astype(np.float64)
        if settings.combine:
            values = combine[settings.combine](values.reshape(*values.shape[:2], kernels, -1))
        if settings.relu:
            values = np.maximum(values, 0)
        if settings.pool:
            shape = values.shape[:2]
            values = settings.pool(values.reshape(*shape, -1))
        return values

    return reduce


def _shown(picture: Picture, settings: Settings, exercise: Exercise) -> Posed:
    """The exercise as pixels of one map."""
    made = run(picture, settings, "png", None)
    dtype = np.uint16 if made.picture.pixels.dtype == np.uint16 else np.uint8
    colours = settings.colormap if settings.colormap not in (None, "gray") else None

    def show(values: Array) -> Array:
        flat = values[:, :, 0] if values.ndim == 3 and values.shape[2] == 1 else values
        pixels = to_pixels(flat, made.display, dtype)
        return colormap(colours)[pixels] if colours and pixels.ndim == 2 else pixels

    top = 0 if colours else int(np.iinfo(dtype).max)
    return Posed(exercise.changed(show=show, pixels=top), made.picture.pixels)


def _arithmetic(
    sight: Sight, response: Response, settings: Settings
) -> Callable[[tuple[int, ...], int | None], list[str]]:
    """How an output came, kernel by kernel, where `explain` can say it."""
    if isinstance(sight.correlation, WeightedCorrelation) or settings.pool or settings.options.groups > 1:
        return lambda place, width: []

    def lines(place: tuple[int, ...], width: int | None) -> list[str]:
        own = place[2] if len(place) > 2 else 0
        kernel, channel = (0, own) if settings.combine else divmod(own, response.channels)
        if not settings.combine:
            return _step_lines(_walk(sight, settings, kernel, channel), place, width)
        every = range(len(settings.kernels))
        return [
            line for k in every for line in (*_step_lines(_walk(sight, settings, k, channel), place, width), "")
        ] + [f"the responses are combined: {settings.combine}"]

    return lines


def _walk(sight: Sight, settings: Settings, index: int, channel: int) -> Walk:
    """The walk of one kernel over the channel, or the channels, that it adds up."""
    problem, plane = sight.correlation.problem, sight.correlation.picture
    kernel, bias = settings.kernels[index], float(problem.bias[index])
    if problem.mixing and kernel.channels is None and plane.ndim == 3:
        kernel = Kernel(kernel.name, np.repeat(kernel.weights[np.newaxis], plane.shape[2], 0), kernel.anchor)
    elif not problem.mixing and plane.ndim == 3:
        plane = plane[:, :, channel]
    given = kernel.flipped() if settings.convolves else kernel
    return walk(plane, given, settings.options.window, bias=bias, convolve=settings.convolves)


def _step_lines(found: Walk, place: tuple[int, ...], width: int | None) -> list[str]:
    return (channel_step_lines if found.channels else step_lines)(found, found.step(*place[:2]), width=width)


def posed_explain(given: dict[str, Any], asked: CheckOptions) -> Question:
    """The question that an `explain` asks: the values of --at, or all of them."""
    options = ExplainOptions(**given).changed(quiet=asked.quiet)
    if not options.source:
        raise UsageError("an exercise needs its INPUT: a picture, sample:NAME or a matrix like '0 1; 2 3'")
    if not options.kernel_texts:
        raise UsageError("an exercise needs its kernel: give it with -k")
    if options.everything and options.places:
        raise UsageError("--all and --at both say which outputs; give one of them")
    found = walk_asked(options)[1]
    setting = Options(options.window, (options.bias,))
    exercise = Exercise(found.plane, KernelStack.of(found.kernel), setting, _response, turned=found.convolves)
    places = options.places
    if places:
        right = np.array([[found.step(*place).value for place in places]])
        exercise = exercise.changed(show=lambda values: _picked(values, places))
    else:
        right = exercise.answer()

    def arithmetic(place: tuple[int, ...], width: int | None) -> list[str]:
        return _step_lines(found, place, width)

    def question(source: str) -> Marked:
        answer = asked.read_plainly(source)
        posed = Posed(exercise, right)
        pixels = pixels_of(answer, right)
        if places and pixels.size == len(places):  # a row or a column, as it was written
            pixels = pixels.reshape(1, -1)
        return marked(posed, pixels, lambda index: places[index[1]] if places else index, arithmetic)

    return question


def _response(exercise: Exercise) -> Array:
    assert exercise.picture is not None
    return prepare(exercise.picture, exercise.kernels, exercise.options).response()


def _picked(values: Array, places: Places) -> Array:
    """The values at these places, (1, n).

    Raises:
        GeometryError: one lies outside the output that a mistake makes.
    """
    if any(row >= values.shape[0] or column >= values.shape[1] for row, column in places):
        raise GeometryError("a place lies outside the output")
    return np.array([[values[place] for place in places]])
