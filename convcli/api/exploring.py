"""explore: the page of `convcli explore` as a value, for notebooks and files."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass, field
from typing import Any, cast

from numpy.typing import ArrayLike

from convcli import __version__
from convcli.api.filtering import samples_of
from convcli.api.kernels_named import AnyKernels, stack_of
from convcli.api.picture_files import path_of
from convcli.core.border import Border
from convcli.core.display.colormaps import COLORMAPS
from convcli.core.display.displays import AUTO, display_choices
from convcli.core.geometry import PairLike
from convcli.core.kernel.kernel import Kernel
from convcli.core.luma import luma
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import CHANNEL_MODES, Options, Sides
from convcli.core.samples import check_picture
from convcli.errors import OptionError, check_name
from convcli.files import write_bytes
from convcli.kernels.catalogue.meanings import small_ones, with_meanings
from convcli.report.explorer.assembling import assembled
from convcli.report.explorer.kernel_data import LARGEST_EDITED, Meant, check_kernels, placed
from convcli.report.explorer.page_data import Start, Subject, check_start, page_data
from convcli.report.explorer.picture_data import shown_picture
from convcli.report.language.chosen import ENGLISH, languages, speaking

HEIGHT = 900  # of the frame in a notebook, in pixels


@dataclass(frozen=True, eq=False, repr=False)
class Explorer:
    """A page in which a convolution can be explored; a notebook shows it.

    Attributes:
        html: the page, whole: it needs no other file and no network.
        name: of its picture.
    """

    html: str
    name: str = field(default="picture")

    def save(self, target: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the page to a file, whole or not at all.

        Raises:
            OutputExistsError, OutputError: it exists, and `force` is not given; or it cannot be written.
        """
        write_bytes(path_of(target), self.html.encode(), force=force)

    def __repr__(self) -> str:
        return f"Explorer(of {self.name!r}, {len(self.html.encode()) / 1000:,.0f} kB of HTML)"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which reaches nothing of the notebook around it."""
        return (
            f'<iframe title="{html.escape(self.name)}" srcdoc="{html.escape(self.html)}" '
            f'sandbox="allow-scripts allow-downloads" style="width:100%;height:{HEIGHT}px;border:0"></iframe>'
        )


def explore(
    picture: ArrayLike,
    kernels: AnyKernels = "sobel-x",
    *,
    border: str | Border | None = None,
    size: str = "same",
    padding: Sides | None = None,
    stride: PairLike = 1,
    dilation: PairLike = 1,
    bias: float = 0.0,
    convolve: bool = False,
    channels: str = "each",
    relu: bool = False,
    pool: str | None = None,
    display: str = AUTO,
    colormap: str | None = None,
    name: str = "picture",
    lang: str = ENGLISH,
) -> Explorer:
    """A page to take hold of a convolution in: of this picture, with these kernels.

    Args:
        picture: (H, W) or (H, W, C), real numbers; never modified.  One of more than 512 x 512 pixels is made smaller.
        kernels: as `correlate` takes them; the first is in hand, the others can be chosen.
        border, size, padding, stride, dilation, bias, channels: as in `correlate`: how the page opens.
        convolve: flip the kernel in both axes first.
        relu: replace negative responses by 0.
        pool: "max:2", "avg:2x3", "max:3,stride=2".
        display, colormap: as in `to_pixels`.
        name: what the page calls the picture.
        lang: "en" or "zh".

    Returns:
        Its `html`; `save` writes it, and a notebook shows it.

    Raises:
        ConvcliError: what the picture and the kernels do not allow, as `correlate`; more than a page can hold.

    >>> explore([[0, 1, 2], [3, 4, 5]], "0 1; 2 3", size="valid").html[:15]
    '<!DOCTYPE html>'
    """
    check_name("channel mode", channels, CHANNEL_MODES)
    check_name("display", display, display_choices())
    check_name("language", lang, languages())
    if colormap is not None:
        check_name("colour map", colormap, COLORMAPS.names())
    samples = check_picture(samples_of(picture))
    # Of every keyword the same is required as in `correlate`.
    window = {"border": border, "size": size, "padding": padding, "stride": stride, "dilation": dilation}
    options = Options.of(bias=bias, **cast(Any, window))
    if len(options.bias) != 1:
        raise OptionError("bias", bias, "give one number")
    start = Start(
        options.window,
        convolve=bool(convolve),
        bias=options.bias[0],
        relu=bool(relu),
        pool=None if pool is None else parse_pool(pool),
        display=display,
        colormap=colormap,
        channels="sum" if channels == "sum" else "each",
    )
    grey = channels == "gray" and samples.ndim == 3
    shown = shown_picture(luma(samples) if grey else samples)
    subject = Subject(shown, str(name), str(name), {"alpha": False, "colour": grey})
    with speaking(lang):
        return Explorer(_page(subject, tuple(stack_of(kernels)), start), str(name))


def _page(subject: Subject, given: tuple[Kernel, ...], start: Start) -> str:
    check_kernels(given)
    kernels = placed(given, start.window)
    for kernel in kernels:
        check_start(start, subject.shown.samples, kernel)
    meant = [Meant(*pair) for pair in with_meanings(kernels)]
    catalogue = [Meant(*pair) for pair in small_ones(LARGEST_EDITED)]
    return assembled(page_data(subject, meant, catalogue, start, __version__), subject.name)
