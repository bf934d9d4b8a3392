"""Colour profiles: their curves, against LittleCMS by way of Pillow and profiles packed by hand."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from convcli.core.light import SRGB, Power, Table
from convcli.images.picture import Metadata, Picture
from convcli.images.profile import curves_for, curves_of


def packed(space: bytes, curves: dict[bytes, bytes]) -> bytes:
    """A profile of nothing but a header and these curves."""
    head = bytearray(128)
    head[16:20], head[36:40] = space, b"acsp"
    table, content = struct.pack(">I", len(curves)), b""
    first = 128 + 4 + 12 * len(curves)
    for name, curve in curves.items():
        table += struct.pack(">4sII", name, first + len(content), len(curve))
        content += curve + b"\0" * (-len(curve) % 4)
    return bytes(head) + table + content


def curv(*values: int) -> bytes:
    """A curveType."""
    return b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *values)


def para(kind: int, *numbers: float) -> bytes:
    """A parametricCurveType."""
    return b"para\0\0\0\0" + struct.pack(f">HH{len(numbers)}i", kind, 0, *(round(n * 65536) for n in numbers))


def test_the_curve_of_an_srgb_profile_is_srgbs() -> None:
    """LittleCMS's own profile: one curve for three channels, within a hundredth of an 8-bit level."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    curves = curves_of(profile)
    assert curves is not None
    assert len(curves) == 1
    samples = np.arange(256) / 255
    assert np.abs(curves[0].light(samples) - SRGB.light(samples)).max() * 255 < 0.01


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (curv(), Power(1.0)),
        (curv(round(1.8 * 256)), Power(round(1.8 * 256) / 256)),
        (curv(0, 13107, 65535), Table((0.0, 0.2, 1.0))),
        (para(0, 2.25), Power(2.25)),
        (para(1, 2.0, 1.25, -0.25), Power(2.0, 1.25, -0.25, 0.0, 0.2)),
        (para(2, 2.0, 1.25, -0.25, 0.125), Power(2.0, 1.25, -0.25, 0.0, 0.2, 0.125, 0.125)),
        (para(3, 2.0, 0.75, 0.25, 0.5, 0.125), Power(2.0, 0.75, 0.25, 0.5, 0.125)),
        (para(4, 2.0, 0.75, 0.25, 0.5, 0.125, 0.0625, 0.03125), Power(2.0, 0.75, 0.25, 0.5, 0.125, 0.0625, 0.03125)),
    ],
    ids=["straight", "gamma", "table", "para 0", "para 1", "para 2", "para 3", "para 4"],
)
@pytest.mark.parametrize("space", [b"GRAY", b"RGB "])
def test_every_kind_of_curve_is_read(space: bytes, curve: bytes, expected: Any) -> None:
    """Both types of ICC.1:2010, in grey and in colour."""
    names = [b"kTRC"] if space == b"GRAY" else [b"rTRC", b"gTRC", b"bTRC"]
    assert curves_of(packed(space, dict.fromkeys(names, curve))) == (expected,)


def test_channels_may_have_curves_of_their_own() -> None:
    """Red, green and blue in their order, wherever they stand."""
    profile = packed(b"RGB ", {b"bTRC": para(0, 3.0), b"rTRC": para(0, 1.0), b"gTRC": para(0, 2.0)})
    assert curves_of(profile) == (Power(1.0), Power(2.0), Power(3.0))


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        bytes(128),
        packed(b"RGB ", {b"rTRC": curv()}),
        packed(b"CMYK", {b"kTRC": curv()}),
        packed(b"GRAY", {b"kTRC": b"none"}),
        packed(b"GRAY", {b"kTRC": curv(0)}),
        packed(b"GRAY", {b"kTRC": curv(7, 7, 7)}),
        packed(b"GRAY", {b"kTRC": para(5, 1.0)}),
        packed(b"GRAY", {b"kTRC": para(0, -1.0)}),
        packed(b"GRAY", {b"kTRC": para(3, 2.0, 0.0, 0, 0, 0)}),
        packed(b"GRAY", {b"kTRC": para(4, 2.0)}),
        packed(b"GRAY", {b"kTRC": curv(0, 13107, 65535)})[:-6],
        packed(b"GRAY", {b"kTRC": b"curv\0\0\0\0\xff\xff\xff\xff"}),
    ],
    ids=range(13),
)
def test_a_profile_without_usable_curves_has_none(profile: bytes) -> None:
    """Empty, incomplete, of other spaces, flat, damaged."""
    assert curves_of(profile) is None


def test_a_profile_of_other_channels_is_not_used() -> None:
    """A grey profile says nothing about colours; a picture without one has no curves either."""
    grey = Metadata(packed(b"GRAY", {b"kTRC": para(0, 2.0)}))
    assert curves_for(Picture(np.zeros((2, 2), np.uint8), metadata=grey)) == (Power(2.0),)
    assert curves_for(Picture(np.zeros((2, 2, 3), np.uint8), metadata=grey)) is None
    assert curves_for(Picture(np.zeros((2, 2), np.uint8))) is None


def test_light_by_the_profile_is_what_littlecms_makes_of_it() -> None:
    """sRGB's own profile to one of the same colours without a curve: each channel within one of 255 levels."""
    straight = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", straight, 128)
    for index in range(count):
        name, offset, _ = struct.unpack_from(">4sII", straight, 132 + 12 * index)
        if name.endswith(b"TRC"):
            straight[offset : offset + 16] = para(0, 1.0)
    ramp = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    source = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    target = ImageCms.ImageCmsProfile(io.BytesIO(bytes(straight)))
    converted = ImageCms.profileToProfile(Image.fromarray(ramp), source, target, renderingIntent=1)
    curves = curves_of(source.tobytes())
    assert curves is not None
    expected = np.asarray(converted)[:, :, 1].ravel() / 255
    assert np.abs(curves[0].light(np.arange(256) / 255) - expected).max() <= 1 / 255
