"""What the explorer's page is about, whole: the picture, the kernels, and the state that it opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convcli.core.arrays import Array
from convcli.core.display.displays import AUTO
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.pooling import Pool
from convcli.core.problem.check import check_problem, countable
from convcli.core.problem.options import Options, Window
from convcli.errors import GeometryError, OptionError, Setting
from convcli.report.explorer.assembling import PAGE
from convcli.report.explorer.kernel_data import Meant, catalogue_records, kernel_records, weights_of
from convcli.report.explorer.picture_data import Shown, picture_record
from convcli.report.language.chosen import ENGLISH, chosen, language, languages
from convcli.report.language.phrases import blocks

MOST_OUTPUTS = 1 << 20  # places of a response, which padding could make any number


@dataclass(frozen=True)
class Start:
    """The state that a page opens with; a reader changes it.

    Attributes:
        convolve: flip the kernel first.
        channels: "each" by itself or "sum" of all; weights per channel imply the latter.
    """

    window: Window = field(default_factory=Window.of)
    convolve: bool = False
    bias: float = 0.0
    relu: bool = False
    pool: Pool | None = None
    display: str = AUTO
    colormap: str | None = None
    channels: str = "each"


@dataclass(frozen=True)
class Subject:
    """The picture of a page.

    Attributes:
        name: what the page calls it.
        source: what a command line calls it.
        lost: what the page's picture has no more; see `picture_record`.
    """

    shown: Shown
    name: str
    source: str
    lost: dict[str, bool] = field(default_factory=dict)


def check_start(start: Start, samples: Array, kernel: Kernel) -> None:
    """Refuse a state that the picture and the kernel do not allow.

    Raises:
        GeometryError, KernelError, OptionError: as a correlation has them; a response too large for a page; colours
            of several maps.
    """
    options = Options(start.window, bias=(start.bias,), channels=start.channels)
    problem = countable(check_problem(samples, KernelStack((kernel,), False), options))
    height, width, maps = problem.response_shape[0], problem.response_shape[1], problem.out_channels
    if height * width > MOST_OUTPUTS:
        rule = f"the response would have {height:,} × {width:,} places; the page computes at most {MOST_OUTPUTS:,}"
        raise GeometryError(rule)
    if start.pool is not None:
        start.pool.output_shape(height, width)
    if start.colormap not in (None, "gray") and maps > 1:
        rule = f"it colours one map, and this response has {maps}; use "
        raise OptionError("colormap", start.colormap, rule, Setting("channels", "sum"))


def page_data(
    subject: Subject,
    kernels: Sequence[Meant],
    catalogue: Sequence[Meant],
    start: Start,
    version: str,
    network: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """All that the page reads, as JSON has it.

    Args:
        kernels: at least one; the first is in hand.
        network: what its layers need; None without one.
    """
    return {
        "version": version,
        "lang": chosen(),
        "languages": {ENGLISH: "English"} | {code: language(code).name for code in languages()[1:]},
        "words": {code: words(code, (*kernels, *catalogue)) for code in languages()[1:]},
        "picture": picture_record(subject.shown, subject.name, subject.source, subject.lost),
        "state": _state(start, kernels[0].kernel),
        "kernels": kernel_records(kernels),
        "catalogue": catalogue_records(catalogue),
        "network": network,
    }


def words(code: str, kernels: Sequence[Meant] = ()) -> dict[str, str]:
    """The page's phrases, and what the kernels mean, each with what stands for it in a language."""
    text = (Path(PAGE) / f"{code}.txt").read_text(encoding="utf-8")
    phrases = {block[0]: block[1] for block in blocks(text) if not block[0].startswith("@")}
    return {words: language(code).translate(words) for meant in kernels for words in meant[1:3] if words} | phrases


def _state(start: Start, kernel: Kernel) -> dict[str, Any]:
    window = start.window
    return {
        "kernel": weights_of(kernel.weights),
        "name": kernel.name,
        "mode": "convolve" if start.convolve else "correlate",
        "border": window.border.name,
        "fill": window.border.fill,
        "size": window.size,
        "padding": None if window.padding is None else list(window.padding),
        "stride": list(window.stride),
        "dilation": list(window.dilation),
        "bias": start.bias,
        "relu": start.relu,
        "pool": None if start.pool is None else start.pool.label,
        "display": start.display,
        "colormap": start.colormap or "gray",
        "channels": start.channels,
    }
