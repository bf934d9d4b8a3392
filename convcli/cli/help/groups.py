"""Help in groups: what a command's own options are first, shared ones by subject.

The groups are named by the parameters they hold, so that an option stands
under the same heading in every command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from convcli.cli.about import About
from convcli.cli.usage import refuse_more

GROUPS: dict[str, tuple[str, ...]] = {
    "Inputs": ("recursive", "from_file", "by_nul", "region", "level"),
    "The network's input": ("weights", "fit", "input_size", "input_scale", "mean", "std", "channel_order"),
    "Kernels": ("kernel_texts", "kernel_layout", "filter_number", "convolve", "normalize", "scale", "bias"),
    "Window": ("border", "size", "padding", "stride", "dilation", "anchor"),
    "Samples": ("alpha", "missing", "min_valid", "linear"),
    "Channels and maps": (
        "channels",
        "groups",
        "combine",
        "relu",
        "pool",
        "layout",
        "sheet_scale",
        "columns",
        "frames",
    ),
    "Pixels": ("display", "range", "colormap"),
    "Output": (
        "output",
        "file_format",
        "quality",
        "png_level",
        "strip",
        "drawing_scale",
        "dpi",
        "lang",
        "preview",
        "tile",
        "pyramid",
        "resume",
        "skip_existing",
        "force",
    ),
    "Running": (
        "jobs",
        "memory",
        "allow_network",
        "precision",
        "max_pixels",
        "allow_truncated",
        "as_json",
        "verbose",
        "quiet",
        "help",
    ),
}


class GroupedCommand(click.Command):
    """A command whose help lists its options in groups.

    Args:
        describe: makes the help when it is asked for, from registries that the command need not load otherwise.
        about: what the list of commands says of it.
    """

    def __init__(
        self,
        *args: Any,
        describe: Callable[[], str] | None = None,
        about: About | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        if about is not None:
            self.short_help = about.line
        self._describe = describe
        self.about = about

    def text(self) -> str:
        """What the help says before the options, as Click takes it."""
        return self._describe() if self._describe is not None else self.help or ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click; words that are too many are refused as everything else is."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # its parser leaves it out
            raise
        if not ctx.resilient_parsing:
            refuse_more(list(rest), ctx)
        return rest

    def get_help(self, ctx: click.Context) -> str:
        """The help in the terminal's width, its examples too."""
        from convcli.cli.front_page import columns
        from convcli.report.printing.wrapping import flowed, terminal_width

        ctx.terminal_width = ctx.terminal_width or columns()  # Click's own way there imports `shutil` and decompressors
        return flowed(super().get_help(ctx), terminal_width(sys.stdout))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text, as the registries' rows are now."""
        self.help = self.text()
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Own options under "Options", the others under the headings of GROUPS."""
        for heading, records in self.option_groups(ctx).items():
            with formatter.section(heading):
                formatter.write_dl(records)

    def option_groups(self, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
        """Each option's spelling and meaning, under its heading; only headings that hold any."""
        rows: dict[str, list[tuple[str, str]]] = {"Options": []}
        rows |= {heading: [] for heading in GROUPS}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                rows[_heading(parameter)].append(record)
        return {heading: records for heading, records in rows.items() if records}


def _heading(parameter: click.Parameter) -> str:
    name = "help" if "--help" in parameter.opts else parameter.name
    return next((heading for heading, names in GROUPS.items() if name in names), "Options")
