"""What `apply` did, as facts: the JSON record and the words for stderr."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.displays import DISPLAYS, PER_KERNEL
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.report.printing.json_lines import one_or_both


class Samples(Protocol):
    """The part of a picture that facts are taken from."""

    @property
    def pixels(self) -> NDArray[Any]: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Facts:
    """Shape and dtype of samples, and their finite range where it was measured."""

    path: str
    height: int
    width: int
    channels: int
    dtype: str
    low: float | None = None
    high: float | None = None

    def record(self) -> dict[str, Any]:
        """The keys that `input` and `output` have in common."""
        return {
            "path": self.path,
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "dtype": self.dtype,
        }


def facts(picture: Samples, *, measure: bool = False) -> Facts:
    """Facts about a picture; its range too if `measure`."""
    pixels = picture.pixels
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    low, high = _finite_range(pixels) if measure else (None, None)
    return Facts(picture.source, pixels.shape[0], pixels.shape[1], channels, pixels.dtype.name, low, high)


def _finite_range(pixels: NDArray[Any]) -> tuple[float, float] | tuple[None, None]:
    low, high = pixels.min().item(), pixels.max().item()
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = pixels[np.isfinite(pixels)]
    return (finite.min().item(), finite.max().item()) if finite.size else (None, None)


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
) -> dict[str, Any]:
    """The record of one output.

    Args:
        given, made: the input, and what was written of it.
        kernels: as they were applied.
        convolves: they were flipped first.
    """
    window = options.window
    return {
        "command": "apply",
        "input": given.record(),
        "kernels": _kernel_records(kernels),
        "output": {**made.record(), "path": target, "min": made.low, "max": made.high, "format": file_format},
        "operation": "convolution" if convolves else "correlation",
        "border": window.border.label,
        "size": window.size,
        "padding": window.padding,
        "stride": one_or_both(window.stride),
        "dilation": one_or_both(window.dilation),
        "channels": options.channels,
        "display": display,
        "engine": engine,
        "seconds": round(seconds, 6),
    }


def failure_record(source: str, message: str) -> dict[str, Any]:
    """The record of an input of a batch that failed."""
    return {"command": "apply", "input": {"path": source}, "error": message}


def _kernel_records(kernels: KernelStack) -> list[dict[str, Any]]:
    """Name, size and sum of each kernel as it was applied."""
    return [{"name": k.name, "height": k.height, "width": k.width, "sum": k.sum} for k in kernels]


def display_words(display: str) -> str:
    """What a closing line says of a display, or of several."""
    return "auto, kernel by kernel" if display == PER_KERNEL else DISPLAYS.find(display).words


def display_remark(display: str, range_: tuple[float, float] | None) -> str:
    """One line for stderr: which display made the pixels, and from which responses."""
    words = display_words(display)
    if range_ is None:
        return f"display: {words}"
    return f"display: {words}; responses from {range_[0]:g} to {range_[1]:g}"
