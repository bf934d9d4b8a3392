"""`-o` of the commands that draw: pixels, lines and text, or moving pictures, to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from convcli.errors import OptionError, SuffixError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convcli.cli.asked import DrawingOptions
    from convcli.report.drawing.marks import Drawing
    from convcli.report.drawing.reel import Frame, Reel


ANIMATIONS = (".gif", ".webp", ".apng")
# The formats that hold drawings as such, by their names in `images.formats`, and what writes them.
ENCODERS = {"svg": "convcli.report.drawing.svg:svg", "pdf": "convcli.report.drawing.pdf.one_page:pdf"}
MOST_FILMED = 360_000_000  # pixels of all frames: a gigabyte, while they are encoded
EXACT = 100  # the quality of WebP that changes no pixel


def is_animation(output: str) -> bool:
    """Whether a command that can draw both makes this output move."""
    return output.lower().endswith(ANIMATIONS)


def animation_format(output: str) -> str:
    """The name of an animation's format, by its suffix."""
    return output.rpartition(".")[2].lower()


def is_drawing(output: str) -> bool:
    """Whether the suffix is one of a drawing's."""
    from convcli.images.formats import drawing_suffixes

    return output.lower().endswith(drawing_suffixes())


def drawn_format(output: str, file_format: str | None = None) -> str:
    """The name of the format that a drawing is written in: `--format`, the suffix's, or PNG on stdout."""
    from convcli import images

    return file_format or ("png" if output == "-" else images.format_of(output))


def check_suffix(output: str, also: tuple[str, ...] = ()) -> None:
    """Refuse a suffix that no drawing has, with the choices.

    Args:
        also: what the command writes beside drawings: ANIMATIONS, or files of numbers.

    Raises:
        OptionError: another suffix.
    """
    from convcli.images.formats import drawing_suffixes

    suffixes = tuple(dict.fromkeys((*drawing_suffixes(), *also)))
    if not output.lower().endswith(suffixes):
        raise SuffixError("-o", output, suffixes)


def check_drawing(
    output: str | None, asked: DrawingOptions, *, as_json: bool, also: tuple[str, ...] = (), moving: bool = False
) -> None:
    """Refuse what cannot be written, before the work is done.

    Args:
        also: as in `check_suffix`.
        moving: whether the command makes ANIMATIONS move.
    """
    check_enlarged([] if output is None else [output], asked, moving=moving)
    if output is None:
        return
    if output == "-":
        if as_json:
            raise UsageError("--json and a picture cannot both go to stdout; give -o a file")
        if sys.stdout.isatty():
            raise UsageError("picture bytes are not written to a terminal; give -o a file")
        return
    from convcli.files import check_target

    check_suffix(output, (*also, *ANIMATIONS) if moving else also)
    check_target(output, force=asked.force)


def check_enlarged(
    outputs: Sequence[str], asked: DrawingOptions, *, moving: bool = False, file_format: str | None = None
) -> None:
    """Refuse --scale and --dpi where nothing is drawn, and --dpi where nothing is counted in pixels per inch."""
    if asked.drawing_scale is None and asked.dpi is None:
        return
    option = "--dpi" if asked.drawing_scale is None else "--scale"
    drawn = [output for output in outputs if output == "-" or file_format or is_drawing(output)]
    if not drawn:
        raise UsageError(f"{option} is the size of a drawing; name one with -o, as in -o figure.png")
    for output in drawn if asked.dpi is not None else ():
        if moving and is_animation(output):
            raise UsageError(f"--dpi is for print, and {output} moves; --scale makes it larger")
        if drawn_format(output, file_format) in ENCODERS:
            raise UsageError(f"--dpi counts pixels, and {output} has lines and text instead; --scale makes it larger")


def write_drawing(drawing: Drawing, output: str, asked: DrawingOptions, *, file_format: str | None = None) -> None:
    """Write a drawing and say so on stderr."""
    name = drawn_format(output, file_format)
    if name in ENCODERS:
        write_vectors(drawing, output, name, asked.enlargement, force=asked.force)
        said = f"{drawing.width * asked.enlargement:.4g} × {drawing.height * asked.enlargement:.4g}, lines and text"
    else:
        said = _write_pixels(drawing, output, name, asked)
    if output != "-":
        asked.say(f"{output}: {said}")
    for line in lettering_remarks(drawing, name):
        asked.say(line)


def lettering_remarks(drawing: Drawing, name: str) -> list[str]:
    """What is said of words that no font could letter, in a format of that name; each sentence once a command."""
    from convcli.report.language.chosen import once
    from convcli.report.language.unlettered import remarks

    return once(remarks(drawing, as_text=name == "svg"))


def write_vectors(drawing: Drawing, output: str, name: str, scale: float = 1.0, *, force: bool) -> None:
    """Write a drawing's lines and text, in the format of that name.

    Raises:
        OptionError: the drawing is larger than a page of PDF may be.
    """
    from convcli import lazy
    from convcli.files import write_bytes

    if name == "pdf":
        _check_page(drawing, scale)
    write_bytes(output, lazy.load(ENCODERS[name])(drawing, scale), force=force)


def _check_page(drawing: Drawing, scale: float) -> None:
    from convcli.report.drawing.pdf.one_page import LONGEST

    longest = max(drawing.width, drawing.height)
    if longest * scale > LONGEST:
        rule = f"a page of PDF has at most {LONGEST / 96:g} inches a side, and this drawing {longest * scale / 96:.0f}"
        raise OptionError("--scale", f"{scale:g}", f"{rule}; give {_rounded_down(LONGEST / longest)} at most, or .svg")


def _write_pixels(drawing: Drawing, output: str, name: str, asked: DrawingOptions) -> str:
    from convcli import images
    from convcli.images.formats import format_named
    from convcli.images.picture import Metadata, Picture

    pixels, dpi = in_pixels(drawing, asked), asked.dpi
    metadata = Metadata(dpi=(dpi, dpi)) if dpi is not None else Metadata()
    for note in images.write(Picture(pixels, metadata=metadata), output, format=name, force=asked.force):
        asked.say(f"{output}: {note}")
    said = f"{pixels.shape[1]:,} × {pixels.shape[0]:,} pixels"
    if dpi is None:
        return said
    chosen = format_named(name)
    return f"{said}, {dpi:g} an inch" if chosen.resolution else f"{said}; {chosen.label} does not hold --dpi"


def in_pixels(drawing: Drawing, asked: DrawingOptions) -> NDArray[Any]:
    """The drawing in pixels, by --scale and --dpi: uint8, (height, width, 3).

    Raises:
        OptionError: more pixels than a picture that is read may have.
    """
    from convcli.images.codec import MAX_PIXELS
    from convcli.report.drawing.raster import rasterized

    _check_pixels(drawing, asked, 1, MAX_PIXELS)
    return rasterized(drawing, asked.pixels_per_unit)


def _check_pixels(drawing: Drawing, asked: DrawingOptions, frames: int, most: int) -> None:
    from convcli.report.drawing.raster import size_in_pixels

    scale = asked.pixels_per_unit
    height, width = size_in_pixels(drawing, scale)
    if scale > 1 and height * width * frames > most:
        option, unit = ("--scale", 1.0) if asked.dpi is None else ("--dpi", asked.dpi / scale)
        of = f"{frames:,} frames of " if frames > 1 else ""
        allowed = max(1.0, (most / (frames * drawing.height * drawing.width)) ** 0.5) * unit
        rule = f"it makes {of}{width:,} × {height:,} pixels, and at most {most:,} are drawn"
        raise OptionError(option, f"{scale * unit:g}", f"{rule}: give {_rounded_down(allowed)} at most")


def _rounded_down(value: float) -> str:
    return f"{int(value * 10) / 10:g}" if value < 100 else str(int(value))


def animated(frames: Iterable[Drawing], times: Sequence[int], output: str, asked: DrawingOptions) -> bytes:
    """Drawings of one size as an animation in the format of the output's suffix.

    Raises:
        OptionError: --scale makes more pixels than can be held.
    """
    from convcli.report.drawing.animation import encode_animation

    return encode_animation(_filmed(frames, len(times), asked), animation_format(output), ms=times)


def _filmed(frames: Iterable[Drawing], count: int, asked: DrawingOptions) -> Iterator[NDArray[Any]]:
    from convcli.report.drawing.raster import rasterized

    for index, frame in enumerate(frames):
        if not index:
            _check_pixels(frame, asked, count, MOST_FILMED)
        for line in lettering_remarks(frame, "gif"):
            asked.say(line)
        yield rasterized(frame, asked.pixels_per_unit)


def write_reel(
    reel: Reel, times: Sequence[float], output: str, asked: DrawingOptions, advance: Callable[[], object]
) -> None:
    """Write a reel as an animation in the format of the output's suffix, frame by frame.

    Args:
        advance: is called after each frame.

    Raises:
        OptionError: --scale makes more pixels than are drawn.
    """
    from convcli.files import safe_output
    from convcli.report.drawing.gif_film import write_gif
    from convcli.report.drawing.reel import frames

    _check_pixels(reel.ground, asked, reel.length, MOST_FILMED)
    if animation_format(output) == "gif":
        with safe_output(output, force=asked.force) as stream:
            write_gif(reel, stream, ms=times, scale=asked.pixels_per_unit, advance=advance)
    else:
        _write_moving(frames(reel, asked.pixels_per_unit), times, output, asked, advance)


def _write_moving(
    shown: Iterable[Frame], times: Sequence[float], output: str, asked: DrawingOptions, advance: Callable[[], object]
) -> None:
    """Write the frames of a reel by the codec that writes pictures, exactly."""
    from convcli import images
    from convcli.images.codec import Moving
    from convcli.images.frames import Frame as Timed
    from convcli.images.picture import Picture

    def timed() -> Iterator[Timed]:
        for frame, ms in zip(shown, times, strict=True):
            yield Timed(Picture(frame.pixels.copy()), ms)
            advance()

    name = images.format_of(output)
    images.write_frames(Moving(timed(), len(times), sparse=True), output, format=name, quality=EXACT, force=asked.force)
