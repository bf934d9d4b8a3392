"""Windows that slide, with every setting, against onnxruntime."""

from __future__ import annotations

import pathlib
import random
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import run
from tests.core.forward.models import by_onnxruntime, graph_of, model_of, node


def settings(rng: random.Random, axes: int, kind: str) -> dict[str, Any]:
    """Of a window along these axes; none is symmetric on purpose."""
    chosen: dict[str, Any] = {}
    if rng.random() < 0.7:
        chosen["strides"] = [rng.randint(1, 3) for _ in range(axes)]
    if rng.random() < 0.4 and kind != "AveragePool":
        chosen["dilations"] = [rng.randint(1, 2) for _ in range(axes)]
    padding = rng.choice(["none", "pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"])
    if padding == "pads":
        chosen["pads"] = [rng.randint(0, 1) for _ in range(2 * axes)]
    elif padding != "none":
        chosen["auto_pad"] = padding
        if padding.startswith("SAME"):
            chosen.pop("dilations", None)  # onnxruntime asks for none beside it
    return chosen


def compared(model: Any, x: Any, folder: pathlib.Path) -> None:
    """Equal to 1e-5 of the largest, and of the same shape."""
    (truth,) = by_onnxruntime(model, {"x": x})
    (found,) = run(graph_of(model, folder), x).values()
    assert found.shape == truth.shape
    assert np.abs(found - truth).max() <= 1e-5 * max(1.0, float(np.abs(truth).max()))


@pytest.mark.parametrize("seed", range(40))
def test_convolutions_equal_onnxruntime(seed: int, tmp_path: pathlib.Path) -> None:
    """Strides, dilations, groups, every way of padding, lines and maps, several pictures."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    axes, groups = rng.choice([1, 2, 2]), rng.choice([1, 1, 2, 4])
    channels, filters = groups * rng.choice([1, 1, 3]), groups * rng.choice([1, 2, 5])
    spatial = [rng.randint(9, 14) for _ in range(axes)]
    kernel = [rng.randint(1, 4) for _ in range(axes)]
    x = numbers.standard_normal((rng.choice([1, 2]), channels, *spatial), np.float32)
    weights = {"w": numbers.standard_normal((filters, channels // groups, *kernel), np.float32)}
    inputs = "x w"
    if rng.random() < 0.5:
        weights["b"], inputs = numbers.standard_normal(filters, np.float32), "x w b"
    chosen = settings(rng, axes, "Conv")
    compared(model_of([node("Conv", inputs, group=groups, **chosen)], x.shape, weights), x, tmp_path)


@pytest.mark.parametrize("seed", range(40))
def test_transposed_convolutions_equal_onnxruntime(seed: int, tmp_path: pathlib.Path) -> None:
    """Strides, dilations, groups, padding, output padding and a shape that is asked for."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    axes, groups = rng.choice([1, 2, 2]), rng.choice([1, 2])
    channels, filters = groups * 2, groups * rng.choice([1, 3])
    spatial = [rng.randint(5, 9) for _ in range(axes)]
    kernel = [rng.randint(2, 4) for _ in range(axes)]
    x = numbers.standard_normal((1, channels, *spatial), np.float32)
    weights = {"w": numbers.standard_normal((channels, filters // groups, *kernel), np.float32)}
    weights["b"] = numbers.standard_normal(filters, np.float32)
    chosen = settings(rng, axes, "ConvTranspose")
    strides = chosen.get("strides", [1] * axes)
    if "auto_pad" not in chosen and rng.random() < 0.4:
        chosen["output_padding"] = [rng.randint(0, s - 1) for s in strides]
    elif "auto_pad" not in chosen and "pads" not in chosen and rng.random() < 0.5:
        chosen["output_shape"] = [n * s for n, s in zip(spatial, strides, strict=True)]
        chosen.pop("dilations", None)
    compared(model_of([node("ConvTranspose", "x w b", group=groups, **chosen)], x.shape, weights), x, tmp_path)


@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize("seed", range(25))
def test_pools_equal_onnxruntime(kind: str, seed: int, tmp_path: pathlib.Path) -> None:
    """Rounded up and down, with the padding counted or not, lines and maps."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    axes = rng.choice([1, 2, 2])
    spatial = [rng.randint(7, 12) for _ in range(axes)]
    x = numbers.standard_normal((2, 3, *spatial), np.float32)
    chosen = settings(rng, axes, kind) | {"kernel_shape": [rng.randint(2, 4) for _ in range(axes)]}
    if chosen.get("auto_pad", "").startswith("SAME"):  # onnxruntime fails where a window is smaller than its stride
        chosen["strides"] = [
            min(pair) for pair in zip(chosen.get("strides", [1, 1]), chosen["kernel_shape"], strict=False)
        ]
    if "auto_pad" not in chosen:
        chosen["ceil_mode"] = rng.randint(0, 1)
    if kind == "AveragePool":
        chosen["count_include_pad"] = rng.randint(0, 1)
    compared(model_of([node(kind, "x", **chosen)], x.shape), x, tmp_path)


@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(("shape", "kernel", "strides"), [((3, 1), (2, 2), (2, 2)), ((4, 2), (2, 4), (1, 3))])
def test_pools_rounded_up_may_begin_with_a_window_that_hangs_over(
    kind: str, shape: tuple[int, int], kernel: tuple[int, int], strides: tuple[int, int], tmp_path: pathlib.Path
) -> None:
    """A window larger than the input, by less than a stride: the one window along that axis."""
    x = np.random.default_rng(3).standard_normal((2, 3, *shape), np.float32)
    chosen = {"kernel_shape": kernel, "strides": strides, "ceil_mode": 1}
    compared(model_of([node(kind, "x", **chosen)], x.shape), x, tmp_path)
