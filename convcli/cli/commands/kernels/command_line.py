"""`kernels`: the catalogue, and one kernel in detail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import DrawingOptions, remark
from convcli.cli.commands.kernels import ABOUT
from convcli.cli.help import completion
from convcli.errors import many

if TYPE_CHECKING:
    from convcli.core.border import Border
    from convcli.core.kernel.kernel import Kernel
    from convcli.kernels import Argument
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
shown as its members, a line each; the filters of a layer are drawn on one sheet, those with weights for red,
green and blue in colours.  The plan is what apply would run on a 1,000 × 1,000 8-bit picture.
"""

CATALOGUE_GOES_ON = "'convcli kernels NAME' shows one: its arguments and source, its numbers, what it does to waves."
TOOLS = ("magick", "scipy", "opencv", "torch", "tensorflow", "keras", "vips", "numpy")
MOST_PLANNED = 64  # channels of that picture
MOST_CARDS = 2  # kernels of a bank that are shown one by one; of more, a line each
MOST_MEMBERS = 16  # such lines on a terminal
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


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("kernel", required=False, shell_complete=completion.kernels)
@options.kernel_layout
@options.anchor
@click.option("--emit", type=types.choice(*TOOLS), default=None, help="Print what does the same with that tool.")
@options.border
@options.output_to("Draw the kernel and its frequency response: .png, .svg, .pdf ...")
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
        _draw(cards, options.kernel, options.output, options)
    if options.output == "-":
        return
    if options.as_json or len(cards) <= MOST_CARDS:
        for card in cards:
            _show(card, options.as_json)
    else:
        _show_members(options.kernel, cards)


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
    from convcli.report.kernels.catalogue import catalogue_lines, catalogue_table
    from convcli.report.kernels.record import catalogue_record
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table
    from convcli.report.printing.wrapping import terminal_width, wrapped

    entries = listed()
    if as_json:
        click.echo("\n".join(json_line(catalogue_record(entry)) for entry in entries))
    elif (width := terminal_width(sys.stdout)) is not None:
        for family, lines in catalogue_lines(entries, width).items():
            click.echo("\n".join([click.style(family, bold=True), *lines, ""]))
        click.echo(wrapped(CATALOGUE_GOES_ON, width))
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
        plan = f"{planned.reason()}, for {PLANNED:,} × {PLANNED:,} 8-bit pixels"
    name = "" if text.strip().startswith("@") else kernel.name.partition(":")[0]
    entry = next((recipe for recipe in recipes() if recipe.name == name), None)
    words: dict[str, Any] = {"about": entry.about, "source": entry.source, "note": entry.note} if entry else {}
    if entry:
        words["arguments"] = tuple(map(_typed, entry.arguments))
    samples = max(65, kernel.height, kernel.width) | 1  # odd, so that zero frequency is drawn in the middle
    return Card(kernel, kernel_facts(kernel), frequency_response(kernel.weights, samples), plan=plan, **words)


def _typed(argument: Argument) -> tuple[str, str]:
    """An argument with its default, and its meaning and range."""
    return f"{argument.name}={argument.default_text}", f"{argument.about}: {argument.range}"


def _show_members(text: str, cards: list[Card]) -> None:
    """What the catalogue says of a bank, and its kernels, a line each."""
    from convcli.kernels import banks
    from convcli.report.kernels.card import argument_lines, member_lines, member_table
    from convcli.report.printing.table import show_table
    from convcli.report.printing.wrapping import flowed, terminal_width

    name, width = text.strip().removeprefix("bank:").partition(":")[0], terminal_width(sys.stdout)
    bank = next((bank for bank in banks() if bank.name == name and text.strip().startswith("bank:")), None)
    lines = [f"{text.strip() if bank else 'kernels'}, {many(len(cards), 'kernel')}, for correlation"]
    if bank:
        lines += [
            bank.about,
            *([bank.source] if bank.source else []),
            *argument_lines(list(map(_typed, bank.arguments))),
        ]
    click.echo("\n".join(flowed(line, width) for line in lines))
    if len(cards) <= MOST_MEMBERS:
        click.echo("\n".join([*member_lines(cards, width), *([""] if width is None else [])]))
    show_table(member_table(cards, None if width is None else MOST_MEMBERS))


def _show(card: Card, as_json: bool) -> None:
    from convcli.report.drawing.preview import kernel_preview, preview
    from convcli.report.kernels.card import heading, property_table, response_picture, weight_lines
    from convcli.report.kernels.record import kernel_record
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table
    from convcli.report.printing.wrapping import flowed, terminal_width, wrapped

    if as_json:
        click.echo(json_line(kernel_record(card)))
        return
    width = terminal_width(sys.stdout)
    click.echo("\n".join(flowed(line, width) for line in heading(card)))
    click.echo("\n".join(["", *weight_lines(card.kernel.weights, width), ""]))
    if sys.stdout.isatty():
        kernel_preview(card.kernel.weights)
    show_table(property_table(card))
    if sys.stdout.isatty():
        click.echo("\n" + wrapped("frequency response, zero in the middle, white the largest gain:", width))
        preview(response_picture(card.response), width=32, height=16)


def _draw(cards: list[Card], text: str, output: str, options: KernelsOptions) -> None:
    from convcli.cli.arguments.drawings import write_drawing
    from convcli.report.kernels.bank_sheet import bank_sheet
    from convcli.report.kernels.figure import kernel_figure
    from convcli.report.kernels.filter_sheet import filter_sheet
    from convcli.report.language.chosen import Name

    weights = [card.kernel.weights for card in cards]
    if len(cards) == 1:
        figure = kernel_figure(cards[0])
    elif weights[0].ndim == 3:
        figure = filter_sheet(weights, Name(cards[0].kernel.name.removesuffix("-0")))
    else:
        figure = bank_sheet([card.kernel for card in cards], _bank_title(cards, text), about=_about_bank(text))
    write_drawing(figure, output, options)


def _bank_title(cards: list[Card], text: str) -> str:
    """The bank or file, how many kernels it has and of what size, where all have one."""
    name = cards[0].kernel.name.removesuffix("-0") if text.strip().startswith("@") else text.strip()
    sizes = {f"{card.kernel.height}×{card.kernel.width}" for card in cards}
    return f"{name}: {len(cards)} kernels" + (f", {sizes.pop()}" if len(sizes) == 1 else "")


def _about_bank(text: str) -> str:
    """What the catalogue says of a bank; nothing of a file."""
    from convcli.kernels import banks

    name = text.strip().lower().removeprefix("bank:").partition(":")[0]
    entry = None if text.strip().startswith("@") else next((bank for bank in banks() if bank.name == name), None)
    return "; ".join(part for part in (entry.about, entry.source) if part) if entry else ""
