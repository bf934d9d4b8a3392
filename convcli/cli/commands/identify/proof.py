"""The proof: the model's prediction and apply's own result against what the filter makes of an unseen picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convcli import images
from convcli.cli.commands.identify.all_answers import Gathered, as_colour, failed
from convcli.cli.commands.identify.asked import IdentifyOptions
from convcli.cli.commands.identify.asking import Asked
from convcli.cli.commands.identify.kernel_names import exact_name
from convcli.cli.commands.identify.picture_answers import Answer, Array, as_picture, decoded
from convcli.core.identify.prediction import inner_output, predict
from convcli.core.identify.probes import at_depth
from convcli.core.identify.verdict import Verdict
from convcli.errors import ConvcliError, InputError
from convcli.files.private_folders import private_folder
from convcli.report.identify.apply_line import Line, apply_lines
from convcli.report.identify.told import Compared, Told

COLOUR, GREY = "sample:coffee", "sample:camera"
UNSEEN = "unseen"  # the name of its file in a folder of probes


class Unseen(NamedTuple):
    """A picture that no probe is, and what the filter makes of it."""

    source: str
    pixels: Array
    came: Array


def unseen(who: Asked, gathered: Gathered, options: IdentifyOptions, told: Callable[[str, Answer], None]) -> Unseen:
    """The picture of --on, or a sample of a kind that the filter takes, through the filter.

    Raises:
        ProgramError: the filter fails on it; InputError: it is of another kind than the probes.
    """
    source = options.picture or (COLOUR if gathered.takes_colour else GREY)
    pixels = _of_the_kind(source, gathered, options)
    answer = who.answers([(UNSEEN, pixels)], told)[UNSEEN]
    if answer.pixels is None:
        raise failed(options.name, f"on {source}", answer)
    in_colour = pixels.ndim == 3 and gathered.gives_colour
    return Unseen(source, pixels, as_colour(answer.pixels) if in_colour else answer.pixels)


def _of_the_kind(source: str, gathered: Gathered, options: IdentifyOptions) -> Array:
    """The picture's pixels, as deep as the probes and of as many channels."""
    picture = options.read(source)
    for note in options.remarks_on(picture):
        options.remark(f"{source}: {note}")
    pixels = picture.pixels
    if options.depth == "float":
        return pixels.astype(np.float32)
    if options.picture is None:
        pixels = at_depth(pixels, 16 if options.depth == "16" else 8)
    elif pixels.dtype != (np.uint8 if options.depth == "8" else np.uint16):
        raise InputError(source, f"it is {pixels.dtype}, and the probes have {options.depth} bits; see --depth")
    if pixels.ndim == 2 and gathered.channels == 3:
        return np.repeat(pixels[:, :, np.newaxis], 3, axis=2)
    if pixels.ndim == 3 and not gathered.takes_colour:
        raise InputError(source, "it is in colour, which the filter does not take; give a grey picture")
    return pixels


def compared(one: Array, other: Array) -> Compared:
    """Two pictures, pixel by pixel; of two sizes every pixel differs."""
    pixels = int(other.shape[0] * other.shape[1])
    if one.ndim == 3 and one.shape[2] == 1:
        one = one[:, :, 0]
    if one.shape != other.shape:
        return Compared(pixels, pixels, float("inf"))
    gap = np.abs(one.astype(np.float64) - other.astype(np.float64))
    gap = gap if gap.ndim == 2 else gap.max(axis=2)
    return Compared(pixels, int(np.count_nonzero(gap)), float(gap.max(initial=0.0)))


def proved(told: Told, found: Unseen) -> Told:
    """With how the prediction does, and the best of the lines that do the same."""
    verdict = told.verdict
    prediction = compared(*_where_it_holds(verdict, found))
    if verdict.border.value is None:
        prediction = replace(prediction, inside=True)
    told = replace(told, source=found.source, prediction=prediction)
    name = exact_name(verdict)
    names = (name,) if name else ()
    best: tuple[Compared, Line] | None = None
    for line in _lines(verdict, found, names):
        try:
            does = compared(applied(line, found.pixels), found.came)
        except ConvcliError:  # a combination that apply refuses
            continue
        if best is None or does.differing < best[0].differing:
            best = does, line
        if does.same:
            break
    if best is None:
        return replace(told, unlike=_unlike(verdict, found))
    does, line = best
    return replace(told, apply=line.words, applied=does, unlike=() if does.same else line.unlike)


def _where_it_holds(verdict: Verdict, found: Unseen) -> tuple[Array, Array]:
    """The prediction and what came: all of it, or where no border rule fits, what reads no pixel beyond an end."""
    given = predict(verdict, found.pixels)
    if verdict.border.value is not None or verdict.model is None:
        return given, found.came
    place = inner_output(verdict.model, found.pixels.shape).place
    return given[place], found.came[place]


def _lines(verdict: Verdict, found: Unseen, names: tuple[str, ...]) -> list[Line]:
    if verdict.model is None:
        return []
    # Where the answers leave the way of rounding open, apply's own is as good as another.
    even = "half even" in verdict.rounding.alternatives
    model = replace(verdict.model, rounding="half even") if even else verdict.model
    return list(apply_lines(model, suffix_of(found), names))


def _unlike(verdict: Verdict, found: Unseen) -> tuple[str, ...]:
    lines = _lines(verdict, found, ())
    return lines[0].unlike if lines else ()


def suffix_of(found: Unseen) -> str:
    """What the files of a line end in: pictures where whole numbers come of whole numbers."""
    return ".png" if found.pixels.dtype.kind == found.came.dtype.kind == "u" else ".npy"


def applied(line: Line, pixels: Array) -> Array:
    """What the line makes of a picture: it is run, in this process."""
    from convcli.cli.commands.apply import command
    from convcli.report.identify.apply_line import IN, OUT

    suffix = line.words[-1].removeprefix(OUT)
    with private_folder() as folder:
        given, wanted = os.path.join(folder, f"{IN}{suffix}"), os.path.join(folder, f"{OUT}{suffix}")
        images.write(as_picture(pixels), given)
        words = [given, *line.words[3:-1], wanted, "--quiet"]
        command.main(args=words, prog_name="convcli apply", standalone_mode=False)
        return decoded(wanted, images.MAX_PIXELS)
