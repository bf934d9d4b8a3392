"""`kernels`: the catalogue, and one kernel in detail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options
from convcli.cli.asked import DrawingOptions, remark

if TYPE_CHECKING:
    from convcli.core.border import Border
    from convcli.core.kernel.kernel import Kernel
    from convcli.report.kernels.card import Card

HELP = """List the catalogue of kernels, or show one.

\b
Examples:
  convcli kernels
  convcli kernels gabor:theta=45
  convcli kernels sobel-x -o sobel-x.png
  convcli kernels gaussian:sigma=2 --emit scipy --border reflect
  convcli kernels @model.safetensors:conv1.weight -o filters.png

Every kernel is written down for correlation (no flip).  KERNEL is whatever -k takes; a bank is
shown as its members, the filters of a layer are drawn on one sheet, those with weights for red, green
and blue in colours.  The plan is what apply would run on a 1000x1000 8-bit picture.
"""

TOOLS = ("magick", "scipy", "opencv", "torch", "vips", "numpy")
MOST_PLANNED = 64  # channels of that picture
PLANNED = 1000  # side of the picture that the plan is made for


class KernelsOptions(DrawingOptions):
    """The options of `kernels`, as they were typed."""

    kernel: str | None
    kernel_layout: str | None
    anchor: tuple[int, int] | None
    emit: str | None
    border: Border | None
    output: str | None
    as_json: bool


@click.command(cls=options.LiteralCommand, help=HELP, short_help="The catalogue; one kernel with its properties.")
@click.argument("kernel", required=False)
@options.kernel_layout
@options.anchor
@click.option("--emit", type=click.Choice(TOOLS), default=None, help="Print what does the same with that tool.")
@options.border
@click.option(
    "-o",
    "--output",
    default=None,
    metavar="OUT",
    help="Draw the kernel and its frequency response: .png, .svg, .pdf ...",
)
@options.enlarging
@options.force
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    options = KernelsOptions(**given)
    _check(options)
    if options.kernel is None:
        _list(options.as_json)
        return
    from convcli.cli.arguments.kernels import load_kernels, without_picture
    from convcli.core.problem.options import Window

    stack = load_kernels([options.kernel], anchor=options.anchor, layout=options.kernel_layout)
    if note := without_picture(stack):
        remark(f"hint: {note}", options.quiet)
    found = stack.kernels
    rule = Window.of(options.border).border
    if options.emit is not None:
        from convcli.report.kernels.snippets import snippet

        click.echo("\n".join(snippet(each, options.emit, rule) for each in found), nl=False)
        return
    cards = [_card(options.kernel, each, rule) for each in found]
    if options.output is not None:
        _draw(cards, options.output, options)
    if options.output != "-":
        for card in cards:
            _show(card, options.as_json)


def _check(options: KernelsOptions) -> None:
    from convcli.cli.arguments.drawings import check_drawing
    from convcli.errors import UsageError

    emit, output = options.emit, options.output
    settings = {"--emit": emit, "-o": output, "--anchor": options.anchor, "--kernel-layout": options.kernel_layout}
    needing = [name for name, given in settings.items() if given]
    if options.kernel is None and needing:
        raise UsageError(f"{needing[0]} needs a kernel, as in 'convcli kernels sobel-x'")
    if emit and (output or options.as_json):
        raise UsageError(f"--emit prints a command on stdout; leave out {'-o' if output else '--json'}")
    check_drawing(output, options, as_json=options.as_json)


def _list(as_json: bool) -> None:
    from convcli.cli.commands.kernels.listing import listed
    from convcli.report.kernels.catalogue import catalogue_table, catalogue_tables
    from convcli.report.kernels.record import catalogue_record
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table

    entries = listed()
    if as_json:
        click.echo("\n".join(json_line(catalogue_record(entry)) for entry in entries))
    elif sys.stdout.isatty():
        for table in catalogue_tables(entries):
            show_table(table)
    else:
        show_table(catalogue_table(entries))


def _card(text: str, kernel: Kernel, border: Border) -> Card:
    import numpy as np

    from convcli.core.correlation.correlate import prepare
    from convcli.core.kernel.facts import frequency_response, kernel_facts
    from convcli.core.problem.options import Options, Window
    from convcli.kernels import recipes
    from convcli.report.kernels.card import Card

    plan = ""
    if (kernel.channels or 0) <= MOST_PLANNED:
        shape = (PLANNED, PLANNED) if kernel.channels is None else (PLANNED, PLANNED, kernel.channels)
        planned = prepare(np.zeros(shape, dtype=np.uint8), kernel, Options(Window(border))).plan
        plan = f"{planned.reason()}, for {PLANNED}x{PLANNED} 8-bit pixels"
    name = "" if text.strip().startswith("@") else kernel.name.partition(":")[0]
    entry = next((recipe for recipe in recipes() if recipe.name == name), None)
    words = {"about": entry.about, "source": entry.source, "note": entry.note} if entry else {}
    samples = max(65, kernel.height, kernel.width) | 1  # odd, so that zero frequency is drawn in the middle
    return Card(kernel, kernel_facts(kernel), frequency_response(kernel.weights, samples), plan=plan, **words)


def _show(card: Card, as_json: bool) -> None:
    from convcli.report.drawing.preview import kernel_preview, preview
    from convcli.report.kernels.card import heading, number_lines, property_table, response_picture
    from convcli.report.kernels.record import kernel_record
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table

    if as_json:
        click.echo(json_line(kernel_record(card)))
        return
    click.echo("\n".join([*heading(card), "", *number_lines(card.kernel.weights), ""]))
    if sys.stdout.isatty():
        kernel_preview(card.kernel.weights)
    show_table(property_table(card))
    if sys.stdout.isatty():
        click.echo("\nfrequency response, zero in the middle, white the largest gain:")
        preview(response_picture(card.response), width=32, height=16)


def _draw(cards: list[Card], output: str, options: KernelsOptions) -> None:
    from convcli.cli.arguments.drawings import write_drawing
    from convcli.report.drawing.filters import filter_picture
    from convcli.report.drawing.sheet import contact_sheet
    from convcli.report.kernels.figure import kernel_figure
    from convcli.report.kernels.filter_sheet import filter_sheet
    from convcli.report.language.chosen import Name

    weights = [card.kernel.weights for card in cards]
    if len(cards) == 1:
        figure = kernel_figure(cards[0])
    elif weights[0].ndim == 3:
        figure = filter_sheet(weights, Name(cards[0].kernel.name.removesuffix("-0")))
    else:
        names = [Name(card.kernel.name) for card in cards]
        figure = contact_sheet([filter_picture(each) for each in weights], names, [None] * len(cards))
    write_drawing(figure, output, options)
