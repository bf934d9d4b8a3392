"""`verify`: the laws of convolution, checked on a picture and a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options
from convcli.cli.help import completion

if TYPE_CHECKING:
    from convcli.core.kernel.kernel import Kernel

HELP = """\b
Examples:
  convcli verify -k sobel-x
  convcli verify photo.jpg -k gaussian --with sobel-y
  convcli verify "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --only flip -v
  convcli verify photo.jpg -k emboss -o both-ways.png

Check the laws of convolution on INPUT [default: sample:camera] with a kernel.

\b
  flip                 x * k = x ⋆ flip(k)         convolution (*) is correlation (⋆) flipped
  commutativity        x * k = k * x
  associativity        (x * k) * g = x * (k * g)
  linearity            (2x − 3y)*k = 2(x*k) − 3(y*k)
  convolution-theorem  x * k = F⁻¹(F(x) · F(k))
  adjoint              ⟨Ax, y⟩ = ⟨x, Aᵀy⟩          what back-propagation relies on

Each side of a law is computed by a route of its own. Whole numbers must agree exactly, others within
what rounding explains. Exit code 1 says that a law did not hold.
"""

LAWS = ("flip", "commutativity", "associativity", "linearity", "convolution-theorem", "adjoint")


@click.command(cls=options.LiteralCommand, help=HELP, short_help="Check the laws of convolution, with error figures.")
@click.argument("source", metavar="[INPUT]", default="sample:camera", shell_complete=completion.inputs)
@options.kernels
@click.option(
    "--with",
    "second_text",
    metavar="KERNEL",
    shell_complete=completion.one_kernel,
    help="The second kernel, g, of associativity [default: sobel-y, or sobel-x if -k is sobel-y].",
)
@click.option("--only", type=click.Choice(LAWS), multiple=True, help="Check this law only. Repeatable.")
@options.border
@click.option("-o", "--output", default=None, metavar="OUT", help="Draw input, both results and their difference.")
@options.force
@options.layout
@options.reading
@options.json_option
@click.option("-v", "--verbose", is_flag=True, help="Say how each side of each law was computed.")
@options.quiet_verdict
def command(
    source: str,
    kernel_texts: tuple[str, ...],
    second_text: str | None,
    only: tuple[str, ...],
    border: Any,
    output: str | None,
    force: bool,
    as_json: bool,
    verbose: bool,
    quiet: bool,
    **reading: Any,
) -> None:
    from convcli.cli.app import stop
    from convcli.cli.arguments.drawings import check_drawing, write_drawing
    from convcli.core.border import border as named_border
    from convcli.core.laws.checks import check_laws
    from convcli.core.laws.contrast import contrast

    border = border or named_border("edge")
    check_drawing(output, as_json=as_json, force=force)
    _check_second(second_text, only)
    kernels, second = _kernels(source, kernel_texts, second_text, drawn=output is not None)
    picture = _picture(source, reading, quiet)
    held = True
    for kernel in kernels:
        other = second or _sensible_second(kernel)
        checks = check_laws(picture.pixels, kernel, other, rule=border, only=only)
        found = contrast(picture.pixels, kernel, border)
        held = held and all(check.holds for check in checks)
        if output is not None:
            from convcli.report.verify.panel import verify_panel

            drawing = verify_panel(picture.pixels, found, kernel, checks)
            write_drawing(drawing, output, force=force, quiet=quiet)
        if output != "-" and (as_json or not quiet):
            _show(picture, checks, found, (kernel, other), border, as_json, verbose)
    if not held:
        stop(1)


def _check_second(second_text: str | None, only: tuple[str, ...]) -> None:
    from convcli.errors import UsageError

    if second_text is not None and only and "associativity" not in only:
        raise UsageError("--with is the second kernel of associativity, which --only leaves out")


def _kernels(
    source: str, texts: tuple[str, ...], second_text: str | None, *, drawn: bool
) -> tuple[tuple[Kernel, ...], Kernel | None]:
    """The kernels of -k, and the one of --with."""
    from convcli.cli.arguments.kernels import load_kernels
    from convcli.errors import OptionError, UsageError

    stdin_taken = source == "-"
    second: Kernel | None = None
    if second_text is not None:
        several = load_kernels([second_text], stdin_taken=stdin_taken).kernels
        if len(several) != 1:
            raise OptionError("--with", second_text, f"that is {len(several)} kernels; give one")
        second = several[0]
        stdin_taken = stdin_taken or second_text.strip() == "@-"
    kernels = load_kernels(texts, stdin_taken=stdin_taken)
    if kernels.several and drawn:
        raise UsageError(f"-o draws one kernel's results, and there are {len(kernels)} kernels; give one with -k")
    return kernels.kernels, second


def _sensible_second(kernel: Kernel) -> Kernel:
    """A small kernel of whole numbers that no flip or transpose leaves alone, and not the first once more."""
    import numpy as np

    from convcli.kernels import kernel as named

    second = named("sobel-y")
    return named("sobel-x") if np.array_equal(second.weights, kernel.weights) else second


def _picture(source: str, reading: dict[str, Any], quiet: bool) -> Any:
    """The input, whose numbers must be finite for sums of them to be compared."""
    from convcli import images
    from convcli.errors import InputError

    picture = images.read(source, **reading)
    if any("NaN" in note for note in picture.notes):
        raise InputError(source, "it holds NaN or infinity; the laws compare sums of finite numbers")
    for note in (*picture.notes, *(["alpha is left out"] if picture.alpha is not None else [])):
        options.remark(f"{source}: {note}", quiet)
    return picture


def _show(
    picture: Any, checks: Any, found: Any, kernels: tuple[Kernel, Kernel], border: Any, as_json: bool, verbose: bool
) -> None:
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table
    from convcli.report.verify.record import verify_record
    from convcli.report.verify.table import verify_table, verify_words

    if as_json:
        record = verify_record(checks, found, *kernels)
        size = {"height": picture.height, "width": picture.width, "channels": picture.channels}
        given = {"path": picture.source, **size, "dtype": str(picture.pixels.dtype)}
        click.echo(json_line({**record, "input": given, "border": border.label}))
        return
    title, notes = verify_words(picture.source, picture.pixels, found, kernels, border, [c.name for c in checks])
    show_table(verify_table(checks, title, notes=notes, routes=verbose))
