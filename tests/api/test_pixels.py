"""to_pixels: the pixels of a response are the file that `apply` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcli
from convcli.core.display.displays import display_choices
from tests.command_line import convcli as command

RANDOM = np.random.default_rng(29)
KERNELS = ["sobel-x", "box:size=4", "gaussian:sigma=1.3", "1/6 1/6 1/6; -1/6 3 1/6"]
PICTURES = {
    "uint8": RANDOM.integers(0, 256, (31, 23)).astype(np.uint8),
    "uint8-colour": RANDOM.integers(0, 256, (21, 19, 3)).astype(np.uint8),
    "uint16": RANDOM.integers(0, 65536, (31, 23)).astype(np.uint16),
    "uint16-colour": RANDOM.integers(0, 65536, (17, 15, 3)).astype(np.uint16),
    "int16": RANDOM.integers(-900, 900, (31, 23)).astype(np.int16),
    "int32": RANDOM.integers(-90_000, 90_000, (31, 23)).astype(np.int32),
    "float32": (RANDOM.random((31, 23)) * 300 - 60).astype(np.float32),
    "float64": RANDOM.random((31, 23, 3)) * 300 - 60,
}


def applied(folder: Path, picture: np.ndarray, *options: str) -> np.ndarray:
    """What `apply` writes as PNG for the picture."""
    source = "in.png" if picture.dtype.kind == "u" else "in.npy"
    convcli.write(picture, folder / source, force=True)
    done = command("apply", source, *options, "-q", "-f", "-o", "out.png", cwd=folder)
    assert done.code == 0, done.err
    return convcli.read(folder / "out.png")


@pytest.mark.parametrize("name", PICTURES)
def test_pixels_are_those_that_apply_writes(tmp_path: Path, name: str) -> None:
    """Every display, four kernels: sample by sample; 16-bit pixels of 16-bit pictures."""
    picture = PICTURES[name]
    for kernel in KERNELS:
        response = convcli.correlate(picture, kernel)
        for display in display_choices():
            written = applied(tmp_path, picture, "-k", kernel, "--display", display)
            dtype = "uint16" if picture.dtype == np.uint16 else np.uint8
            made = convcli.to_pixels(response, display, kernels=kernel, dtype=dtype)
            assert made.dtype == written.dtype
            assert np.array_equal(made, written), (kernel, display)


@pytest.mark.parametrize("colormap", ["gray", "diverging", "viridis"])
def test_colours_are_those_that_apply_writes(tmp_path: Path, colormap: str) -> None:
    """Of one map."""
    picture = PICTURES["uint8"]
    written = applied(tmp_path, picture, "-k", "emboss", "--display", "signed", "--colormap", colormap)
    assert np.array_equal(convcli.to_pixels(convcli.correlate(picture, "emboss"), "signed", colormap=colormap), written)


def test_each_kernel_of_a_bank_is_its_own_file_under_each(tmp_path: Path) -> None:
    """`{kernel}.png` for each of several, and sheet_scale "each"; "auto" asks every kernel by itself."""
    picture, kernels = PICTURES["uint8-colour"], ["sobel-x", "box:size=4", "emboss"]
    response = convcli.correlate(picture, kernels)
    made = convcli.to_pixels(response, kernels=kernels, sheet_scale="each")
    for index, kernel in enumerate(kernels):
        assert np.array_equal(made[:, :, 3 * index : 3 * index + 3], applied(tmp_path, picture, "-k", kernel)), kernel


def test_one_scale_is_shared_by_all_maps() -> None:
    """v * 127 / peak + 128, by hand: the peak of both maps is 40, that of the first 10."""
    response = np.array([[[10, -40], [-5, 0]]])
    assert convcli.to_pixels(response, "signed").tolist() == [[[160, 1], [112, 128]]]
    assert convcli.to_pixels(response, "signed", sheet_scale="each").tolist() == [[[255, 1], [64, 128]]]
    assert convcli.to_pixels(response, "stretch").tolist() == [[[255, 0], [178, 204]]]


def test_a_clipped_map_does_not_dim_the_signed_one_beside_it() -> None:
    """The shared peak is that of the maps whose display asks for one."""
    response = np.array([[[2.0, 200.0], [-1.0, 90.0]]])
    made = convcli.to_pixels(response, kernels=["sobel-x", "box"])
    assert made.tolist() == [[[255, 200], [64, 90]]]


def test_the_response_is_left_as_it_was_and_nan_is_black() -> None:
    """Infinities are the ends of the range; a read-only, Fortran-ordered response is fine."""
    response = np.asfortranarray([[np.nan, np.inf, -np.inf], [1.5, 2.5, -3.0]])
    before = response.copy()
    response.flags.writeable = False
    assert convcli.to_pixels(response, "clip").tolist() == [[0, 255, 0], [2, 2, 0]]
    assert np.array_equal(response, before, equal_nan=True)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "display: auto is not allowed; it is the one that suits the kernels: give kernels, or choose from clip, "),
    ({"display": "raw"}, "no display is called 'raw'"),
    ({"display": 3}, "no display is called '3'"),
    ({"display": "clip", "dtype": "float32"}, "dtype: float32 is not allowed; pixels are uint8 or uint16"),
    ({"display": "clip", "dtype": "byte-ish"}, "dtype: 'byte-ish' is not allowed"),
    ({"display": "clip", "colormap": "jet"}, "jet"),
    ({"display": "clip", "colormap": "viridis", "dtype": "uint16"}, "the colours of a colour map are uint8"),
    ({"display": "clip", "sheet_scale": "own"}, "no sheet scale is called 'own'"),
    ({"kernels": "bank:kirsch"}, "the response has 1 maps, which 8 kernels cannot have made"),
]


@pytest.mark.parametrize(("keywords", "words"), WRONG)
def test_what_cannot_be_is_said(keywords: dict[str, Any], words: str) -> None:
    """One message, with the choices."""
    with pytest.raises(convcli.ConvcliError, match=words):
        convcli.to_pixels(np.zeros((3, 4)), **keywords)


@pytest.mark.parametrize(
    "response", [None, 3, "x", [], [[1, 2], [3]], np.zeros((2, 2, 2, 2)), [[1j]], np.zeros((0, 3))]
)
def test_what_is_no_response_is_refused(response: Any) -> None:
    """By its shape or its kind; two maps have no colours."""
    with pytest.raises(convcli.ConvcliError, match="the response"):
        convcli.to_pixels(response, "clip")
    with pytest.raises(convcli.ConvcliError, match="it colours one map, and there are 2"):
        convcli.to_pixels(np.zeros((3, 4, 2)), "clip", colormap="viridis")
