"""`explain --weight`: what one weight of the kernel meets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from convcli.cli.arguments.drawings import is_animation, write_drawing
from convcli.cli.commands.explain.asked import ExplainOptions
from convcli.core.explain.weight_reach import weight_reach
from convcli.errors import OptionError, UsageError
from convcli.report.explain.record import weight_record
from convcli.report.explain.text import plain_signs
from convcli.report.explain.weight_lines import weight_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.wrapping import terminal_width

if TYPE_CHECKING:
    from convcli.core.explain.walk import Walk


def check_weighed(options: ExplainOptions) -> None:
    """Refuse what says nothing of a weight."""
    if options.weight is None:
        return
    if options.places or options.everything:
        other = "--all" if options.everything else "--at"
        raise UsageError(f"--weight is about one weight and all outputs, {other} about outputs; give one of them")
    if options.bias:
        raise UsageError("--bias meets no input; leave it out with --weight")
    for output in options.outputs:
        if is_animation(output):
            raise OptionError("-o", output, "a weight is drawn in one picture; give .png, .svg or .pdf")


def explain_weight(found: Walk, options: ExplainOptions) -> None:
    """Which inputs the weight of --weight meets: text, a record, a picture."""
    reach = weight_reach(found, options.weight or (0, 0))
    for output in options.outputs:
        from convcli.report.explain.weight_figure import weight_figure

        write_drawing(weight_figure(found, reach), output, options)
    if "-" in options.outputs:
        return
    if options.as_json:
        click.echo(json_line(weight_record(found, reach)))
    else:
        text = "\n".join(weight_lines(found, reach, width=terminal_width(sys.stdout)))
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        click.echo(text if text.encode(encoding, "ignore").decode(encoding) == text else plain_signs(text))
