"""`verify`: the laws of convolution, checked on a picture and a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import DrawingOptions, ReadingOptions
from convcli.cli.commands.verify import ABOUT
from convcli.cli.help import completion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convcli.core.border import Border
    from convcli.core.kernel.kernel import Kernel
    from convcli.core.kernel.stack import KernelStack
    from convcli.core.laws.checks import Check
    from convcli.core.laws.contrast import Contrast
    from convcli.images.picture import Picture

HELP = """\b
Examples:
  convcli verify -k sobel-x
  convcli verify photo.jpg -k gaussian --with sobel-y
  convcli verify "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --only flip -v
  convcli verify photo.jpg -k emboss -o both-ways.png

Check the laws of convolution on INPUT [default: sample:camera] with a kernel. Of a kernel with weights for
each channel, whose responses are added, both sides are sums over the channels.

\b
{table}

Each side of a law is computed by a route of its own. Whole numbers must agree exactly, others within
what rounding explains. Exit code 1 says that a law did not hold.
"""


def _help() -> str:
    from convcli.core.laws.laws import LAWS

    return HELP.format(table="\n".join(f"  {law.name:<20} {law.statement:<27} {law.note}".rstrip() for law in LAWS))


def _laws() -> list[str]:
    from convcli.core.laws.laws import LAWS

    return LAWS.names()


def _of_two_kernels() -> str:
    from convcli.core.laws.laws import LAWS
    from convcli.errors import listed

    return listed(law.name for law in LAWS if law.two_kernels)


class VerifyOptions(ReadingOptions, DrawingOptions):
    """The options of `verify`, as they were typed."""

    source: str
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    second_text: str | None
    only: tuple[str, ...]
    border: Border | None
    anchor: tuple[int, int] | None
    output: str | None
    as_json: bool
    verbose: bool

    @property
    def rule(self) -> Border:
        """What lies beyond the edge, where it was not named, too."""
        from convcli.core.problem.options import Window

        return Window.of(self.border).border


@click.command(
    cls=options.LiteralCommand,
    describe=_help,
    about=ABOUT,
)
@click.argument("source", metavar="[INPUT]", default="sample:camera", shell_complete=completion.inputs)
@options.kernels
@click.option(
    "--with",
    "second_text",
    metavar="KERNEL",
    shell_complete=completion.one_kernel,
    cls=options.Described,
    describe=lambda: (
        f"The second kernel, g, of {_of_two_kernels()} [default: sobel-y, or sobel-x "
        "if -k is sobel-y; of sequences 1 2 -1]."
    ),
)
@click.option("--only", type=types.Names(_laws), multiple=True, help="Check this law only. Repeatable.")
@options.border
@options.anchor
@options.output_to("Draw input, both results and their difference: .png, .svg, .pdf ...")
@options.enlarging
@options.force
@options.layout
@options.reading
@options.json_option
@click.option("-v", "--verbose", is_flag=True, help="Say how each side of each law was computed.")
@options.quiet_verdict
def command(**given: Any) -> None:
    verify(VerifyOptions(**given))


def verify(asked: VerifyOptions) -> None:
    """Run `verify`; exit code 1 where a law does not hold."""
    from convcli.cli.app import stop
    from convcli.cli.arguments.drawings import check_drawing
    from convcli.cli.arguments.kernels import fitted
    from convcli.core.laws.checks import check_laws, tried
    from convcli.core.laws.contrast import contrast

    check_drawing(asked.output, asked, as_json=asked.as_json)
    stack, second = _kernels(asked)
    picture = _picture(asked)
    stack, note = fitted(stack, picture.channels)
    if note:
        asked.remark(f"hint: {note}")
    kernels = stack.kernels
    held = True
    for kernel in kernels:
        pair = kernel, second or _sensible_second(kernel, picture.pixels.shape)
        part = tried(picture.pixels, kernel).shape
        if part != picture.pixels.shape:
            asked.remark(
                f"{kernel.name}: the laws are checked on the {part[0]}x{part[1]} pixels in the middle; "
                f"on all of them the sums would take too long"
            )
        checks = check_laws(picture.pixels, *pair, rule=asked.rule, only=asked.only)
        found = contrast(picture.pixels, kernel, asked.rule)
        held = held and all(check.holds for check in checks)
        _draw(picture, kernel, checks, found, asked)
        _show(picture, pair, checks, found, asked)
    if not held:
        stop(1)


def _kernels(asked: VerifyOptions) -> tuple[KernelStack, Kernel | None]:
    """The kernels of -k, and the one of --with."""
    from convcli.cli.arguments.kernels import load_kernels
    from convcli.errors import UsageError

    second = _second(asked)
    from_stdin = (asked.second_text or "").strip() == "@-"
    kernels = load_kernels(
        asked.kernel_texts,
        anchor=asked.anchor,
        layout=asked.kernel_layout,
        stdin_taken=asked.source == "-" or from_stdin,
        assume=asked.assume,
    )
    if kernels.several and asked.output is not None:
        raise UsageError(f"-o draws one kernel's results, and there are {len(kernels)} kernels; give one with -k")
    return kernels, second


def _second(asked: VerifyOptions) -> Kernel | None:
    from convcli.cli.arguments.kernels import load_kernels
    from convcli.core.laws.laws import LAWS
    from convcli.errors import OptionError, UsageError

    if asked.second_text is None:
        return None
    if asked.only and not any(LAWS.find(name).two_kernels for name in asked.only):
        raise UsageError(f"--with is the second kernel of {_of_two_kernels()}, which --only leaves out")
    several = load_kernels([asked.second_text], stdin_taken=asked.source == "-")
    if len(several) != 1:
        raise OptionError("--with", asked.second_text, f"that is {len(several)} kernels; give one")
    return several.kernels[0]


def _sensible_second(kernel: Kernel, shape: tuple[int, ...]) -> Kernel:
    """A small kernel of whole numbers that no flip or transpose leaves alone, and not the first once more.

    A sequence, one row or one column, that meets another along the same axis gets a third one.
    """
    import numpy as np

    from convcli.core.laws.sequences import another_sequence
    from convcli.kernels import kernel as named

    if (sequence := another_sequence(shape, kernel)) is not None:
        return sequence
    second = named("sobel-y")
    return named("sobel-x") if np.array_equal(second.weights, kernel.weights) else second


def _picture(asked: VerifyOptions) -> Picture:
    """The input, whose numbers must be finite for sums of them to be compared."""
    from convcli.errors import InputError

    picture = asked.read(asked.source)
    if any("NaN" in note for note in picture.notes):
        raise InputError(asked.source, "it holds NaN or infinity; the laws compare sums of finite numbers")
    for note in asked.remarks_on(picture):
        asked.remark(f"{asked.source}: {note}")
    return picture


def _draw(picture: Picture, kernel: Kernel, checks: Sequence[Check], found: Contrast, asked: VerifyOptions) -> None:
    from convcli.cli.arguments.drawings import write_drawing

    if asked.output is not None:
        from convcli.report.verify.panel import verify_panel

        drawing = verify_panel(picture.pixels, found, kernel, checks)
        write_drawing(drawing, asked.output, asked)


def _show(
    picture: Picture, pair: tuple[Kernel, Kernel], checks: Sequence[Check], found: Contrast, asked: VerifyOptions
) -> None:
    if asked.output == "-" or (asked.quiet and not asked.as_json):
        return
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table
    from convcli.report.verify.record import verify_record
    from convcli.report.verify.table import verify_table, verify_words

    if asked.as_json:
        click.echo(json_line(verify_record(picture.source, picture.pixels, pair, asked.rule, checks, found)))
        return
    laws = [check.name for check in checks]
    title, notes = verify_words(picture.source, picture.pixels, found, pair, asked.rule, laws)
    show_table(verify_table(checks, title, notes=notes, routes=asked.verbose))
