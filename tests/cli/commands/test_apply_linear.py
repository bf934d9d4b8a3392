"""`apply --linear`: against a conversion written by hand, with profiles, alpha, displays and borders."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from scipy import ndimage

from convcli import images
from tests.command_line import convcli

Array = NDArray[Any]
KERNEL = np.array([[1, 2, 0], [3, 5, 1], [0, 2, 2]]) / 16
TEXT = "1/16 2/16 0; 3/16 5/16 1/16; 0 2/16 2/16"


def to_light(v: Array) -> Array:
    """sRGB, 0..1, by hand."""
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def to_sample(light: Array) -> Array:
    """The other way round."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.04045 / 12.92, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def noise(*shape: int, dtype: Any = np.uint8) -> Array:
    """Every brightness, asymmetric."""
    return np.random.default_rng(5).integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


def blurred(samples: Array, mode: str = "nearest", cval: float = 0.0, kernel: Array = KERNEL) -> Array:
    """Light, correlated by SciPy."""
    top = np.iinfo(samples.dtype).max
    light = to_light(np.atleast_3d(samples) / top)
    planes = [ndimage.correlate(light[..., c], kernel, mode=mode, cval=cval) for c in range(light.shape[2])]
    return np.dstack(planes).reshape(samples.shape)


def save(path: Path, samples: Array, profile: bytes | None = None) -> Path:
    """Written by this package, whose pixels other tests vouch for."""
    images.write(images.Picture(samples, metadata=images.Metadata(profile)), str(path))
    return path


@pytest.mark.parametrize("shape", [(21, 22), (21, 22, 3)], ids=["grey", "colour"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_linear_light_equals_a_conversion_by_hand(
    tmp_path: Path, suffix: str, dtype: Any, shape: tuple[int, ...]
) -> None:
    """Rounded: to one level of 8 and of 16 bits; and it is not what the samples alone give."""
    samples = noise(*shape, dtype=dtype)
    save(tmp_path / f"in{suffix}", samples)
    done = convcli("apply", f"in{suffix}", "-k", TEXT, "--linear", "-o", f"out{suffix}", cwd=tmp_path)
    assert done.code == 0, done.err
    top = np.iinfo(dtype).max
    found = images.read(str(tmp_path / f"out{suffix}")).pixels
    assert found.dtype == dtype
    assert np.abs(found - to_sample(blurred(samples)) * top).max() <= 1
    assert np.abs(found.astype(float) - ndimage.correlate(samples.astype(float).reshape(21, 22, -1), KERNEL[..., None],
                                                          mode="nearest").reshape(shape)).max() > 10  # fmt: skip
    assert "sRGB's curve" in done.err


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_nothing_changes_comes_back_to_the_very_sample(tmp_path: Path, dtype: Any) -> None:
    """identity, of every sample there is."""
    samples = np.arange(np.iinfo(dtype).max + 1, dtype=dtype).reshape(-1, 16)
    save(tmp_path / "in.png", samples)
    convcli("apply", "in.png", "-k", "1", "--linear", "-o", "out.png", cwd=tmp_path)
    assert np.array_equal(images.read(str(tmp_path / "out.png")).pixels, samples)


def test_a_constant_beyond_the_edge_is_a_sample(tmp_path: Path) -> None:
    """constant:188 is the light of 188."""
    samples = noise(9, 8)
    save(tmp_path / "in.png", samples)
    convcli("apply", "in.png", "-k", TEXT, "--linear", "--border", "constant:188", "-o", "out.png", cwd=tmp_path)
    expected = to_sample(blurred(samples, "constant", float(to_light(np.array(188 / 255)))))
    assert np.abs(np.asarray(Image.open(tmp_path / "out.png")) - expected * 255).max() <= 1


def test_alpha_is_never_converted_and_weighs_the_light(tmp_path: Path) -> None:
    """RGBA: colours are the weighted mean of light, alpha is filtered as it is."""
    rgba = noise(18, 17, 4)
    rgba[5:10, 6:12, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "in.png")
    convcli("apply", "in.png", "-k", TEXT, "--linear", "-o", "out.png", cwd=tmp_path)
    found, alpha = np.asarray(Image.open(tmp_path / "out.png")), rgba[..., 3].astype(float)
    below = ndimage.correlate(alpha, KERNEL, mode="nearest")
    above = [ndimage.correlate(to_light(rgba[..., c] / 255) * alpha, KERNEL, mode="nearest") for c in range(3)]
    seen = below > 0.5
    assert np.abs(found[..., 3] - below).max() <= 0.51
    for c, light in enumerate(above):
        assert np.abs(found[..., c][seen] - to_sample(light[seen] / below[seen]) * 255).max() <= 1


def test_the_profiles_own_curve_is_used(tmp_path: Path) -> None:
    """Gamma 2 in a grey profile, LittleCMS's sRGB in colour: no assumption, and the hand-written result."""
    table = b"para\0\0\0\0" + struct.pack(">HHi", 0, 0, 2 * 65536)
    head = bytearray(128)
    head[16:20], head[36:40] = b"GRAY", b"acsp"
    gamma = bytes(head) + struct.pack(">I4sII", 1, b"kTRC", 144, len(table)) + table
    grey = noise(12, 13)
    save(tmp_path / "grey.png", grey, gamma)
    done = convcli("apply", "grey.png", "-k", TEXT, "--linear", "-o", "out.png", cwd=tmp_path)
    expected = np.sqrt(ndimage.correlate((grey / 255) ** 2, KERNEL, mode="nearest"))
    assert np.abs(np.asarray(Image.open(tmp_path / "out.png")) - expected * 255).max() <= 1
    assert "sRGB" not in done.err
    colour = noise(12, 13, 3)
    save(tmp_path / "colour.png", colour, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    done = convcli("apply", "colour.png", "-k", TEXT, "--linear", "-o", "out.png", "-f", cwd=tmp_path)
    assert np.abs(np.asarray(Image.open(tmp_path / "out.png")) - to_sample(blurred(colour)) * 255).max() <= 1
    assert "curve" not in done.err


def test_a_profile_that_has_no_curve_for_these_channels_is_said_to_have_none(tmp_path: Path) -> None:
    """sRGB's is assumed."""
    grey = noise(12, 13)
    head = bytearray(132)
    head[16:20], head[36:40] = b"GRAY", b"acsp"
    save(tmp_path / "in.png", grey, bytes(head))
    done = convcli("apply", "in.png", "-k", TEXT, "--linear", "-o", "out.png", cwd=tmp_path)
    assert "its colour profile has no curves for these channels" in done.err
    assert np.abs(np.asarray(Image.open(tmp_path / "out.png")) - to_sample(blurred(grey)) * 255).max() <= 1


def test_raw_outputs_and_other_displays_hold_light(tmp_path: Path) -> None:
    """.npy: 0..255; signed slopes of light about mid-grey; both say so."""
    samples = noise(12, 13)
    save(tmp_path / "in.png", samples)
    raw = convcli("apply", "in.png", "-k", TEXT, "--linear", "-o", "out.npy", cwd=tmp_path)
    assert np.allclose(np.load(tmp_path / "out.npy"), blurred(samples) * 255, atol=1e-3)
    assert "amounts of light, from 0 to 255" in raw.err
    shown = convcli("apply", "in.png", "-k", "-1 0 1", "--linear", "-o", "edge.png", cwd=tmp_path)
    slope = blurred(samples, kernel=np.array([[-1, 0, 1.0]]))
    expected = slope / np.abs(slope).max() * 127 + 128
    assert np.abs(np.asarray(Image.open(tmp_path / "edge.png")) - expected).max() <= 0.51
    assert "amounts of light, shown as they are" in shown.err


def test_on_a_sheet_what_is_clipped_goes_back_to_samples(tmp_path: Path) -> None:
    """A blur beside an edge: the blur's map is that of the blur alone."""
    samples = noise(200, 220, 3)
    save(tmp_path / "in.png", samples)
    for kernels, name in ((["-k", TEXT, "-k", "sobel-x"], "sheet.png"), (["-k", TEXT], "alone.png")):
        assert convcli("apply", "in.png", *kernels, "--linear", "-o", name, cwd=tmp_path).code == 0
    sheet, alone = (np.asarray(Image.open(tmp_path / name).convert("RGB")) for name in ("sheet.png", "alone.png"))
    found = [(r, at // 3) for r, row in enumerate(sheet) if (at := row.tobytes().find(alone[0].tobytes())) >= 0]
    assert len(found) == 1
    (top, left) = found[0]
    assert np.array_equal(sheet[top : top + 200, left : left + 220], alone)


@pytest.mark.parametrize("combined", [["--relu"], ["--pool", "avg:2"], ["--channels", "gray"], ["--missing", "7"]])
def test_linear_light_goes_with_what_follows(tmp_path: Path, combined: list[str]) -> None:
    """ReLU, pooling, luma and missing samples, all in light, and back."""
    samples = noise(12, 14, 3)
    save(tmp_path / "in.png", samples)
    done = convcli("apply", "in.png", "-k", TEXT, "--linear", *combined, "-o", "out.png", cwd=tmp_path)
    assert done.code == 0, done.err
    found = np.asarray(Image.open(tmp_path / "out.png"))
    light = to_light(samples / 255)
    if "--pool" in combined:
        expected = blurred(samples).reshape(6, 2, 7, 2, 3).mean(axis=(1, 3))
    elif "--channels" in combined:
        expected = ndimage.correlate(light @ [0.299, 0.587, 0.114], KERNEL, mode="nearest")
    elif "--missing" in combined:
        there = (samples != 7).astype(float)
        planes = [[ndimage.correlate(part[..., c], KERNEL, mode="nearest") for part in (light * there, there)]
                  for c in range(3)]  # fmt: skip
        expected = np.dstack([above / below for above, below in planes])
    else:
        expected = blurred(samples)
    assert np.abs(found - to_sample(expected) * 255).max() <= 1


@pytest.mark.parametrize("kind", ["float.npy", "int.npy", "text"])
def test_samples_without_a_curve_are_refused(tmp_path: Path, kind: str) -> None:
    """Floats and wide integers count as linear already: one message, exit 2."""
    np.save(tmp_path / "float.npy", np.ones((3, 3)))
    np.save(tmp_path / "int.npy", np.ones((3, 3), np.int32))
    source = "1 2; 3 4" if kind == "text" else kind
    done = convcli("apply", source, "-k", "box", "--linear", "-o", "o.npy", cwd=tmp_path)
    assert done.refused(2, "--linear", "8 and 16 bits", "leave --linear out")


def test_records_say_linear(tmp_path: Path) -> None:
    """Only where it was asked for."""
    save(tmp_path / "in.png", noise(5, 6))
    for given in ([], ["--linear"]):
        done = convcli("apply", "in.png", "-k", "box", *given, "-o", "o.png", "-f", "--json", cwd=tmp_path)
        assert done.records[0].get("linear", False) == bool(given)
