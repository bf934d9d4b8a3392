"""Options that several commands share: the same name means the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from convcli.cli import types
from convcli.cli.help import completion
from convcli.cli.help.groups import GroupedCommand

_MINUS_LITERAL = re.compile(r"-\.?[0-9][-+0-9.eExX/,;\s]*", re.ASCII)


class LiteralCommand(GroupedCommand):
    """A command whose arguments may be literals that begin with a minus sign: "-1 0 1"."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A blank in front keeps Click from reading -1 as an option; every reader ignores it.
        known = {name for parameter in self.params for name in parameter.opts}
        literals = {arg for arg in args if _MINUS_LITERAL.fullmatch(arg)} - known
        return super().parse_args(ctx, [f" {arg}" if arg in literals else arg for arg in args])


class Described(click.Option):
    """An option whose help is made when it is asked for, from a registry's rows."""

    def __init__(self, *declarations: Any, describe: Callable[[], str], **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self._describe = describe

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's spelling and its meaning, as the rows are now."""
        self.help = self._describe()
        return super().get_help_record(ctx)


def border_list() -> str:
    """Every border, as an option's help names them."""
    from convcli.core.border import border_choices

    return ", ".join(border_choices())


def _join(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


kernel_layout = click.option(
    "--kernel-layout",
    type=types.choice("fchw", "hwcf"),
    default=None,
    help="Axes of the weights in an @FILE: fchw, filters first as PyTorch has them, or hwcf, last as Keras does "
    "[default: what fits the picture, fchw where both do].",
)
kernels = _join(
    click.option(
        "-k",
        "--kernel",
        "kernel_texts",
        multiple=True,
        shell_complete=completion.kernels,
        metavar="KERNEL",
        help="A name (sobel-x, gaussian:sigma=2), bank:NAME, rows like '0 1; 2 3', @FILE, or a tensor "
        "@FILE.safetensors:NAME. Repeatable.",
    ),
    kernel_layout,
)
border = click.option(
    "--border",
    type=types.BORDER,
    default=None,
    show_default="edge; zero with --size full",
    cls=Described,
    describe=lambda: f"Beyond the edge: {border_list()}.",
)
size = click.option(
    "--size",
    type=types.choice("same", "valid", "full"),
    default="same",
    show_default=True,
    help="Size of the output, by padding.",
)
padding = click.option(
    "--padding", type=types.PADDING, default=None, help="Rows and columns added instead of --size: N, or T,B,L,R."
)
stride = click.option(
    "--stride", type=types.STEPS, default="1", show_default=True, help="Step of the window, in pixels: 2, or 3x2."
)
dilation = click.option(
    "--dilation", type=types.STEPS, default="1", show_default=True, help="Distance between the kernel's taps."
)
anchor = click.option(
    "--anchor",
    type=types.POSITION,
    default=None,
    show_default="half of each size, rounded down",
    help="The kernel's origin, under --size same: the weight that stands on an output's own place, from 0,0.",
)
geometry = _join(border, size, padding, stride, dilation, anchor)


channels = click.option(
    "--channels",
    type=types.choice("each", "gray", "sum"),
    default="each",
    show_default=True,
    help="Each colour channel by itself, their grey value, or the sum of the channels' responses.",
)
precision = click.option(
    "--precision",
    type=types.choice("auto", "float64"),
    default="auto",
    show_default=True,
    help="Arithmetic: exact integers or float32 by need, or float64.",
)
layout = click.option(
    "--layout",
    type=types.choice("hwc", "chw"),
    default="hwc",
    show_default=True,
    help="Axis order of .npy stacks: channels last, or first as PyTorch has it.",
)
dtype = click.option("--dtype", type=types.DTYPE, default="float32", show_default=True, help="Type of the numbers.")
jobs = click.option("--jobs", type=types.whole(1, 1024), default=None, help="Threads [default: the processors].")

cluster = click.option(
    "--cluster",
    type=types.CLUSTER,
    default=None,
    help="Work on a Dask cluster you trust: tcp://HOST:8786, or local[:N] for workers here. See 'convcli help scale'.",
)


def _output_choices() -> list[str]:
    from convcli.core.display.displays import output_choices

    return output_choices()


def _display_choices() -> list[str]:
    from convcli.core.display.displays import display_choices

    return display_choices()


def _colormaps() -> list[str]:
    from convcli.core.display.colormaps import COLORMAPS

    return COLORMAPS.names()


DISPLAY = types.Names(_display_choices)  # of what is always pixels
COLORMAP = types.Names(_colormaps)
display = _join(
    click.option(
        "--display",
        type=types.Names(_output_choices),
        default="auto",
        show_default=True,
        help="From responses to pixels: auto is signed (mid-grey is 0) for kernels whose sum is at most 2 % of their "
        "sum of |weights|, such as sobel-x; magnitude (0 is black, the largest white) for --combine magnitude; "
        "else clip. raw keeps negative values, in .npy, .tiff and text. See 'convcli help display'.",
    ),
    click.option("--colormap", type=COLORMAP, default=None, help="Colours for one channel."),
)


def output_to(words: str) -> Callable[[Any], Any]:
    """-o, --output, with what the command writes there."""
    return click.option("-o", "--output", default=None, metavar="OUT", shell_complete=completion.files, help=words)


output = output_to("Output: a file, or '-' (stdout).")
dpi = click.option(
    "--dpi",
    type=types.DPI,
    default=None,
    help="Pixels an inch of a drawing for print, written into its file: 96 leaves its size, 300 is 3.125 times that.",
)


def languages() -> list[str]:
    """Those that drawings and topics speak."""
    from convcli.report.language import chosen

    return chosen.languages()


def speak(ctx: click.Context, code: str | None) -> None:
    """Drawings and topics speak this language until the command is done; that of the locale when None."""
    from convcli.report.language.chosen import ENGLISH, choose

    choose(code)
    ctx.call_on_close(lambda: choose(ENGLISH))


def _speak(ctx: click.Context, param: click.Parameter, code: str | None) -> None:
    if not ctx.resilient_parsing:
        speak(ctx, code)


def _lang(words: str) -> Callable[[Any], Any]:
    return click.option(
        "--lang",
        type=types.Names(languages),
        default=None,
        expose_value=False,
        callback=_speak,
        help=f"Language of {words} [default: that of LC_ALL, LC_MESSAGES or LANG, else en].",
    )


lang = _lang("the words in a drawing")
lang_of_text = _lang("the text, and of the words in a drawing")
_scale = click.option(
    "--scale",
    "drawing_scale",
    type=types.ENLARGEMENT,
    default=None,
    help="Draw it so many times as wide and as high: 2, 1.5 [default: 1].",
)
enlarging = _join(_scale, dpi, lang)
enlarging_beside_text = _join(_scale, dpi, lang_of_text)
force = click.option("-f", "--force", is_flag=True, help="Replace an existing output.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per line on stdout.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
quiet_verdict = click.option(
    "-q", "--quiet", is_flag=True, help="Print nothing but errors: the exit code says whether it holds."
)
verbose = click.option("-v", "--verbose", is_flag=True, help="Say on stderr how it was computed.")

max_pixels = click.option(
    "--max-pixels",
    type=types.whole(1),
    default=89_478_485,
    show_default=True,
    help="Refuse larger pictures before allocating.",
)
allow_truncated = click.option(
    "--allow-truncated", is_flag=True, help="Use what is there of a picture that ends too early."
)
reading = _join(max_pixels, allow_truncated)
allow_network = click.option(
    "--allow-network",
    is_flag=True,
    help="Fetch inputs that are addresses, such as https://... or s3://...; without it nothing is fetched.",
)
