"""What `--emit` prints is run by the tool it is for, on grey and on colour pictures of 8 and of 16 bits."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.border import border
from convcli.core.kernel.kernel import Kernel
from convcli.kernels import kernel, kernels_from
from convcli.report.kernels.snippets import TOOLS, snippet
from tests.command_line import convcli
from tests.oracles import correlate_plane, floats
from tests.tools import MAGICK, VIPS

BORDERS = ("edge", "zero", "constant:V", "symmetric", "reflect", "wrap")
WITHOUT_REFLECT = [rule for rule in BORDERS if rule != "reflect"]
RNG = np.random.default_rng(5)
PICTURES = {
    "grey": RNG.integers(0, 256, (9, 12)).astype(np.uint8),
    "colour": RNG.integers(0, 256, (7, 10, 3)).astype(np.uint8),
    "grey, 16 bits": RNG.integers(0, 65536, (8, 11)).astype(np.uint16),
    "colour, 16 bits": RNG.integers(0, 65536, (6, 9, 3)).astype(np.uint16),
}
FILLS = {np.dtype(np.uint8): "constant:7", np.dtype(np.uint16): "constant:40000"}  # in the picture's own units
KERNELS = ("sobel-x", "roberts-x", "gaussian:sigma=0.6", "1 2 3 4; 5 -6 7 8", "1/3; 2; -1/7; 5", "3")
ANCHORED = ("2x2+0+0: 1,-2 3,4", "4x2+3+0: 1,2,3,4 5,-6,7,8", "3x3+0+2: 1,0,-1 2,5,-2 3,0,7", "1x4+0+0: 1,2,-3,4")


def rule_of(rule: str, picture: NDArray[Any]) -> str:
    """The border as it is typed for this picture."""
    return FILLS[picture.dtype] if rule == "constant:V" else rule


@functools.cache
def expected(text: str, rule: str, name: str) -> NDArray[np.float64]:
    """The definition as nested loops in exact fractions, sizes kept, each channel by itself."""
    picture, one = PICTURES[name], kernel(text)
    (h, w), (row, column) = one.weights.shape, one.origin
    border_name, _, fill = rule_of(rule, picture).partition(":")
    planes = [
        floats(
            correlate_plane(
                plane,
                one.weights,
                border="zero" if fill else border_name,
                padding=(row, h - 1 - row, column, w - 1 - column),
                fill=float(fill or 0),
            )
        )
        for plane in np.moveaxis(np.atleast_3d(picture), 2, 0)
    ]
    return np.stack(planes, axis=2).reshape(picture.shape)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("rule", BORDERS)
@pytest.mark.parametrize("tool", ["scipy", "numpy", "opencv"])
def test_python_snippets_do_the_same(tool: str, rule: str, name: str) -> None:
    """What is printed for SciPy, NumPy and OpenCV gives the definition's numbers, wherever the anchor stands."""
    picture = PICTURES[name]
    for text in (*KERNELS, *ANCHORED) if name == "grey" else ("roberts-x", *ANCHORED[:3]):
        names: dict[str, Any] = {"picture": picture.copy()}
        exec(convcli("kernels", text, "--emit", tool, "--border", rule_of(rule, picture)).text, names)
        assert names["response"].shape == picture.shape
        assert names["response"] == pytest.approx(expected(text, rule, name), rel=1e-9, abs=1e-7), text
        assert (names["picture"] == picture).all()


def run(script: str, folder: Path, picture: NDArray[Any], made: str) -> NDArray[Any]:
    """The shell commands on in.png, and the picture that they made."""
    cv2.imwrite(str(folder / "in.png"), picture)
    subprocess.run(["sh", "-e", "-c", script], cwd=folder, check=True)
    found = cv2.imread(str(folder / made), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rule", "text", "name"),
    [
        *((rule, "1 2 3 4; 5 -6 7 8", "grey") for rule in WITHOUT_REFLECT),
        *((rule, ANCHORED[1], "colour") for rule in WITHOUT_REFLECT),
        ("edge", "sobel-x", "colour"),
        ("edge", ANCHORED[0], "grey, 16 bits"),
        ("constant:V", ANCHORED[0], "grey, 16 bits"),
        ("constant:V", ANCHORED[2], "colour, 16 bits"),
        ("zero", "sobel-x", "colour, 16 bits"),
    ],
)
@pytest.mark.skipif(VIPS is None, reason="needs the vips command")
def test_the_vips_commands_do_the_same(tmp_path: Path, rule: str, text: str, name: str) -> None:
    """The printed vips commands run in a shell and give the definition's numbers; the mask is the kernel again."""
    picture = PICTURES[name]
    script = convcli("kernels", text, "--emit", "vips", "--border", rule_of(rule, picture)).text
    found = run(script, tmp_path, picture, "out.tif")
    assert found == pytest.approx(expected(text, rule, name), rel=1e-5, abs=1e-3)
    (back,) = kernels_from(f"@{tmp_path}/kernel.mat")
    assert back.weights.tobytes() == kernel(text).weights.tobytes()


SOFT = ("1/16 2/16 3/16; 0 1/16 4/16", "2x2+1+0: 1/8,2/8 3/8,2/8", "4x2+0+1: 1/8,2/8,0,1/8 1/8,0,0,1/4")


@pytest.mark.parametrize(
    ("rule", "text", "name"),
    [
        *((rule, SOFT[0], "grey") for rule in WITHOUT_REFLECT),
        *((rule, SOFT[2], "colour") for rule in WITHOUT_REFLECT),
        ("wrap", SOFT[1], "grey, 16 bits"),
        ("constant:V", SOFT[1], "grey, 16 bits"),
        ("constant:V", SOFT[2], "colour, 16 bits"),
        ("zero", SOFT[0], "colour, 16 bits"),
    ],
)
@pytest.mark.skipif(MAGICK is None, reason="needs ImageMagick")
def test_the_imagemagick_command_does_the_same(tmp_path: Path, rule: str, text: str, name: str) -> None:
    """The printed command runs and gives the definition's numbers where nothing is clipped."""
    picture = PICTURES[name]
    script = convcli("kernels", text, "--emit", "magick", "--border", rule_of(rule, picture)).text
    script = re.sub(r"\bmagick in", f"{MAGICK} in", script).replace("out.png", "-depth 16 out.png")
    found = run(script, tmp_path, picture, "out.png") / (257 if picture.dtype == np.uint8 else 1)
    assert found == pytest.approx(expected(text, rule, name), abs=0.01 if picture.dtype == np.uint8 else 1.01)


@pytest.mark.parametrize("text", [*KERNELS, *ANCHORED, *SOFT])
def test_imagemagicks_text_reads_back_as_the_same_kernel(text: str) -> None:
    """Every bit of the weights, and where it stands."""
    one = kernel(text)
    written = re.search("Correlate '(.*)'", snippet(one, "magick", border("edge")))
    assert written
    back = kernel(written[1])
    assert (back.weights.tobytes(), back.origin) == (one.weights.tobytes(), one.origin)


@pytest.mark.parametrize("tool", TOOLS)
def test_an_anchor_that_is_where_it_always_is_changes_no_text(tool: str) -> None:
    """k // 2, given or not, is said in the same words."""
    weights = [[1, 2, 3], [4, 5, 6]]
    given, usual = Kernel("k", weights, (1, 1)), Kernel("k", weights)
    assert snippet(given, tool, border("zero")) == snippet(usual, tool, border("zero"))
    assert snippet(Kernel("k", weights, (0, 2)), tool, border("zero")) != snippet(usual, tool, border("zero"))


def test_torch_is_told_padding_and_border() -> None:
    """As much as the anchor says comes before, last axis first, and the border has torch's name."""
    text = snippet(kernel("1 2 3 4; 5 6 7 8"), "torch", border("wrap"))
    assert "F.pad(x, (2, 1, 1, 0), mode='circular')" in text
    assert "F.conv2d(" in text
    anchored = snippet(kernel("4x2+0+1: 1 2 3 4 5 6 7 8"), "torch", border("constant:7"))
    assert "F.pad(x, (0, 3, 1, 0), mode='constant', value=7.0)" in anchored
    compile(text, "snippet", "exec")


class Tensor(np.ndarray):  # type: ignore[type-arg]
    """As much of torch.Tensor as the snippet needs."""

    def numpy(self) -> NDArray[Any]:
        """The array that it is."""
        return self.view(np.ndarray)


def hand_made_torch() -> dict[str, types.ModuleType]:
    """torch's from_numpy, pad and conv2d by their documentation, in NumPy: the machine need not have it."""
    torch, functional, nn = (types.ModuleType(name) for name in ("torch", "torch.nn.functional", "torch.nn"))

    def pad(x: NDArray[Any], sides: tuple[int, int, int, int], mode: str, value: float = 0.0) -> NDArray[Any]:
        numpys = {"constant": "constant", "replicate": "edge", "reflect": "reflect", "circular": "wrap"}[mode]
        fill = {"constant_values": value} if mode == "constant" else {}
        widths = ((0, 0), (0, 0), sides[2:], sides[:2])  # the last axis comes first
        return np.pad(x, widths, mode=numpys, **fill).view(Tensor)  # type: ignore[call-overload,no-any-return]

    def conv2d(x: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
        windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
        return np.einsum("ncyxij,fcij->nfyx", windows, weight).view(Tensor)

    torch.from_numpy = lambda array: array.view(Tensor)  # type: ignore[attr-defined]
    functional.pad, functional.conv2d = pad, conv2d  # type: ignore[attr-defined]
    torch.nn, nn.functional = nn, functional  # type: ignore[attr-defined]
    return {"torch": torch, "torch.nn": nn, "torch.nn.functional": functional}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("rule", [rule for rule in BORDERS if rule != "symmetric"])
def test_torchs_text_does_the_same(rule: str, name: str) -> None:
    """With its functions as they are documented, shapes, axes and padding fit and give the definition's numbers."""
    picture = PICTURES[name]
    for text in ("roberts-x", *ANCHORED):
        names: dict[str, Any] = {"picture": picture.copy()}
        with mock.patch.dict(sys.modules, hand_made_torch()):
            exec(convcli("kernels", text, "--emit", "torch", "--border", rule_of(rule, picture)).text, names)
        assert names["response"].shape == picture.shape
        assert names["response"] == pytest.approx(expected(text, rule, name), rel=1e-9, abs=1e-7), text


def correlated_last(x: NDArray[Any], filters: NDArray[Any]) -> NDArray[Any]:
    """output[b, i, j, k] = sum of x[b, i + di, j + dj, q] * filters[di, dj, q, k], as TensorFlow documents conv2d."""
    windows = np.lib.stride_tricks.sliding_window_view(x, filters.shape[:2], axis=(1, 2))
    return np.einsum("byxqij,ijqk->byxk", windows, filters)


def hand_made_tensorflow() -> dict[str, types.ModuleType]:
    """constant, pad and nn.conv2d by their documentation, in NumPy: the machine need not have TensorFlow."""
    tf = types.ModuleType("tensorflow")

    def pad(x: NDArray[Any], sides: list[list[int]], mode: str, constant_values: float = 0.0) -> NDArray[Any]:
        numpys = {"CONSTANT": "constant", "REFLECT": "reflect", "SYMMETRIC": "symmetric"}[mode]
        fill = {"constant_values": constant_values} if mode == "CONSTANT" else {}
        return np.pad(x, sides, mode=numpys, **fill).view(Tensor)  # type: ignore[call-overload,no-any-return]

    def conv2d(x: NDArray[Any], filters: NDArray[Any], strides: int, padding: str) -> NDArray[Any]:
        assert (strides, padding) == (1, "VALID")
        return correlated_last(x, filters).view(Tensor)

    tf.constant = lambda array: np.array(array).view(Tensor)  # type: ignore[attr-defined]
    tf.pad, tf.nn = pad, types.SimpleNamespace(conv2d=conv2d)  # type: ignore[attr-defined]
    return {"tensorflow": tf}


class Conv2D:
    """keras.layers.Conv2D as far as the snippet goes: built for its input's shape, before weights are set."""

    def __init__(self, filters: int, kernel_size: tuple[int, int], padding: str, use_bias: bool, dtype: str) -> None:
        assert (filters, padding, use_bias, dtype) == (1, "valid", False, "float64")
        self.kernel_size, self.weights = tuple(kernel_size), np.zeros(0)
        self.shapes: list[tuple[int, ...]] = []

    def build(self, shape: tuple[int, ...]) -> None:
        """One kernel, (rows, columns, channels, filters)."""
        self.shapes = [(*self.kernel_size, shape[-1], 1)]

    def set_weights(self, weights: list[NDArray[Any]]) -> None:
        """Of the shapes that it was built with."""
        assert [one.shape for one in weights] == self.shapes
        self.weights = weights[0]

    def __call__(self, x: NDArray[Any]) -> NDArray[Any]:
        return correlated_last(x, self.weights)


def hand_made_keras() -> dict[str, types.ModuleType]:
    """Its layers, of which there is one."""
    keras = types.ModuleType("keras")
    keras.layers = types.SimpleNamespace(Conv2D=Conv2D)  # type: ignore[attr-defined]
    return {"keras": keras}


CAN = {"tensorflow": ("zero", "constant:V", "symmetric", "reflect"), "keras": BORDERS}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("tool", "rule"), [(tool, rule) for tool, rules in CAN.items() for rule in rules])
def test_tensorflows_and_kerass_text_does_the_same(tool: str, rule: str, name: str) -> None:
    """No flip, filters as (rows, columns, channels, filters), padding where the anchor wants it."""
    picture = PICTURES[name]
    modules = hand_made_tensorflow() if tool == "tensorflow" else hand_made_keras()
    for text in ("roberts-x", *ANCHORED):
        names: dict[str, Any] = {"picture": picture.copy()}
        with mock.patch.dict(sys.modules, modules):
            exec(convcli("kernels", text, "--emit", tool, "--border", rule_of(rule, picture)).text, names)
        assert names["response"].shape == picture.shape
        assert names["response"] == pytest.approx(expected(text, rule, name), rel=1e-9, abs=1e-7), text


@pytest.mark.parametrize("rule", ["edge", "wrap"])
def test_a_border_that_tensorflow_has_not_is_refused(rule: str) -> None:
    """With those that it has."""
    assert convcli("kernels", "sobel-x", "--emit", "tensorflow", "--border", rule).refused(
        2, f"TensorFlow has no border {rule}", "it can do zero, symmetric, reflect"
    )
