"""Random states of the explorer's page: as its script takes them, and as a command line writes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BORDERS = ("edge", "zero", "symmetric", "reflect", "wrap")
POOLS = (None, None, "max:2", "avg:2x3", "max:3,stride=2")


def pictures() -> dict[str, NDArray[Any]]:
    """Grey and colour, 8 and 16 bits, with negatives, thin, and a single pixel; all asymmetric."""
    numbers = np.random.default_rng(19)
    return {
        "grey": numbers.integers(0, 256, (17, 23), dtype=np.uint8),
        "colour": numbers.integers(0, 256, (11, 14, 3), dtype=np.uint8),
        "deep": numbers.integers(0, 65536, (12, 9), dtype=np.uint16),
        "floats": numbers.normal(0, 5, (9, 13, 3)).astype(np.float32),
        "thin": numbers.integers(0, 256, (3, 40), dtype=np.uint8),
        "pixel": np.array([[7]], np.uint8),
    }


def states(picture: NDArray[Any], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Complete states: what one leaves behind, the next replaces.  Some do not fit the picture."""
    choose = random.Random(seed)
    channels = picture.shape[2] if picture.ndim == 3 else 1
    for _ in range(count):
        border = choose.choice([*BORDERS, "constant:-3.5"])
        padding = choose.choice([None, None, None, choose.randint(0, 3), [choose.randint(0, 4) for _ in range(4)]])
        own = channels > 1 and choose.random() < 0.3
        yield {
            "kernel": _kernel(choose, channels if own else 0),
            "mode": choose.choice(["correlate", "convolve"]),
            "border": border,
            "size": choose.choice(["same", "same", "valid", "full"]),
            "padding": padding,
            "stride": choose.choice([1, 1, 2, [1, 3], [2, 1]]),
            "dilation": choose.choice([1, 1, 2, [3, 1]]),
            "bias": choose.choice([0, 0, -7, 2.25]),
            "relu": choose.random() < 0.3,
            "pool": choose.choice(POOLS),
            "channels": "sum" if channels > 1 and choose.random() < 0.25 else "each",
        }


def _kernel(choose: random.Random, channels: int) -> list[Any]:
    """Odd and even sizes, whole numbers or fractions; a grid for each channel where there are any."""
    height, width = choose.randint(1, 5), choose.randint(1, 6)
    part = choose.choice([1, 1, 1 / 7])
    planes = [
        [[choose.randint(-9, 9) * part for _ in range(width)] for _ in range(height)] for _ in range(max(1, channels))
    ]
    return planes if channels else planes[0]


def command_line(state: dict[str, Any], folder: Path) -> list[str]:
    """The options of `apply` that stand for a state, without ReLU and pooling those of `explain`."""
    words = ["-k", _kernel_text(state["kernel"], folder), "--border", state["border"]]
    words += ["--size", state["size"]] if state["padding"] is None else ["--padding", _joined(state["padding"], ",")]
    words += ["--stride", _joined(state["stride"], "x"), "--dilation", _joined(state["dilation"], "x")]
    words += ["--bias", repr(state["bias"]), *(["--convolve"] if state["mode"] == "convolve" else [])]
    return words


def after_sums(state: dict[str, Any]) -> list[str]:
    """Options that `apply` has and `explain` has not."""
    words = ["--relu"] if state["relu"] else []
    words += ["--pool", state["pool"]] if state["pool"] else []
    return [*words, *(["--channels", "sum"] if state["channels"] == "sum" else [])]


def _kernel_text(kernel: list[Any], folder: Path) -> str:
    if np.ndim(kernel) == 2:
        return "; ".join(" ".join(map(repr, row)) for row in kernel)
    path = folder / f"weights-{len(list(folder.iterdir()))}.npy"
    np.save(path, np.array([kernel], np.float64))
    return f"@{path}"


def _joined(value: int | list[int], sign: str) -> str:
    return str(value) if isinstance(value, int) else sign.join(map(str, value))
