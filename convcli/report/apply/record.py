"""What `apply` did, as facts: the JSON record and the words for stderr."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.clipped import Clipped
from convcli.core.display.displays import DISPLAYS
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.errors import listed
from convcli.report.printing.json_lines import one_or_both
from convcli.report.printing.numbers import spoken

NAMED = 4  # kernels of one display whose names a line holds


class Samples(Protocol):
    """The part of a picture that facts are taken from."""

    @property
    def pixels(self) -> NDArray[Any]: ...

    @property
    def source(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def boolean(self) -> bool: ...


@dataclass(frozen=True)
class Facts:
    """Shape, dtype as the file has it, the finite range where it was measured, and of how many frames it is."""

    path: str
    height: int
    width: int
    channels: int
    dtype: str
    low: float | None = None
    high: float | None = None
    kind: str = "picture"
    frames: int = 1

    def joined(self, more: Facts) -> Facts:
        """These and those of further frames: as many frames, and the range of all."""
        lows = [low for low in (self.low, more.low) if low is not None]
        highs = [high for high in (self.high, more.high) if high is not None]
        low, high = min(lows, default=None), max(highs, default=None)
        return replace(self, low=low, high=high, frames=self.frames + more.frames)

    def record(self) -> dict[str, Any]:
        """The keys that `input` and `output` have in common."""
        return {
            "path": self.path,
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "dtype": self.dtype,
            "frames": self.frames,
        }


def facts(picture: Samples, *, measure: bool = False) -> Facts:
    """Facts about a picture; its range too if `measure`."""
    pixels = picture.pixels
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    low, high = finite_ends(pixels) if measure else (None, None)
    dtype = "bool" if picture.boolean else pixels.dtype.name
    return Facts(picture.source, pixels.shape[0], pixels.shape[1], channels, dtype, low, high, picture.kind)


def finite_ends(pixels: NDArray[Any]) -> tuple[float, float] | tuple[None, None]:
    """The smallest and the largest finite value; None where there is none."""
    low, high = pixels.min().item(), pixels.max().item()
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = pixels[np.isfinite(pixels)]
    return (finite.min().item(), finite.max().item()) if finite.size else (None, None)


class Seen(NamedTuple):
    """What of a picture counted.

    Attributes:
        alpha: what was done with it: "weight", "separate", "keep" or "drop"; None where there was none.
        missing: the value of missing samples, the least share of a window, and how many responses are missing.
        linear: whether kernels saw amounts of light.
    """

    alpha: str | None = None
    missing: tuple[float, float, int] | None = None
    linear: bool = False

    def record(self) -> dict[str, Any]:
        """The keys that it adds: none for a plain picture."""
        added: dict[str, Any] = {}
        if self.alpha is not None:
            added["alpha"] = self.alpha
        if self.missing is not None:
            value, least, absent = self.missing
            shown = "nan" if math.isnan(value) else value
            added["missing"] = {"value": shown, "min_valid": least, "responses": absent}
        return {**added, "linear": True} if self.linear else added


def apply_record(
    given: Facts,
    made: Facts,
    target: str | None,
    *,
    file_format: str,
    kernels: KernelStack,
    options: Options,
    convolves: bool,
    display: str,
    engine: str,
    seconds: float,
    seen: Seen,
    clipped: Clipped,
) -> dict[str, Any]:
    """The record of one output.

    Args:
        given, made: the input, and what was written of it.
        kernels: as they were applied.
        convolves: they were flipped first.
        seen: what of the input counted.
        clipped: how many values became black or white for lying beyond.
    """
    window = options.window
    return {
        "command": "apply",
        "input": given.record(),
        "kernels": _kernel_records(kernels),
        "output": {
            **made.record(),
            "path": target,
            "min": made.low,
            "max": made.high,
            "clipped": clipped_record(clipped),
            "format": file_format,
        },
        "operation": "convolution" if convolves else "correlation",
        "border": window.border.label,
        "size": window.size,
        "padding": window.padding,
        "stride": one_or_both(window.stride),
        "dilation": one_or_both(window.dilation),
        "channels": options.channels,
        "groups": options.groups,
        **seen.record(),
        "display": display,
        "engine": engine,
        "seconds": round(seconds, 6),
    }


def clipped_record(clipped: Clipped) -> dict[str, float]:
    """The shares of the values, 0 to 1, that became black and white for lying beyond."""
    black, white = clipped.shares
    return {"black": round(black, 6), "white": round(white, 6)}


def failure_record(source: str, message: str) -> dict[str, Any]:
    """The record of an input of a batch that failed."""
    return {"command": "apply", "input": {"path": source}, "error": message}


def _kernel_records(kernels: KernelStack) -> list[dict[str, Any]]:
    """Name, size and sum of each kernel as it was applied, and its anchor where one was given."""
    return [
        {"name": k.name, "height": k.height, "width": k.width, "sum": k.sum}
        | ({} if k.channels is None else {"channels": k.channels})
        | ({} if k.anchor is None else {"anchor": k.anchor})
        for k in kernels
    ]


def display_words(display: str) -> str:
    """What a closing line says of a display."""
    return DISPLAYS.find(display).words


def displays_words(displays: Sequence[str], kernels: Sequence[str]) -> str:
    """What a closing line says of the displays of several kernels, by their names.

    >>> displays_words(["signed"], ["sobel-x", "sobel-y"])
    'signed (mid-grey is 0)'
    >>> displays_words(["clip", "signed", "clip"], ["identity", "sobel-x", "emboss"])
    'clip for identity and emboss, signed for sobel-x'
    """
    if len(set(displays)) == 1:
        return display_words(displays[0])
    parts = []
    for display in dict.fromkeys(displays):
        whose = [name for name, own in zip(kernels, displays, strict=True) if own == display]
        named = listed(whose) if len(whose) <= NAMED else f"{len(whose)} kernels"
        parts.append(f"{display} for {named}")
    return ", ".join(parts)


def display_remark(displays: Sequence[str], kernels: Sequence[str], range_: tuple[float, float] | None) -> str:
    """One line for stderr: which display made the pixels, and from which responses."""
    words = displays_words(displays, kernels)
    if range_ is None:
        return f"display: {words}"
    return f"display: {words}; responses from {spoken(range_[0])} to {spoken(range_[1])}"
