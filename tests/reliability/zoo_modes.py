"""Every mode that Pillow knows, saved by Pillow, and content of other kinds under pictures' names."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from tests.reliability.case import Array, Case, reads, refused

RNG = np.random.default_rng(12)
HEIGHT, WIDTH = SIZE = (8, 10)
RGBA = RNG.integers(1, 255, (*SIZE, 4), dtype=np.uint8)
RGB, GREY, ALPHA = RGBA[:, :, :3].copy(), RGBA[:, :, 0].copy(), RGBA[:, :, 3].copy()


def cases() -> Iterator[Case]:
    """Every mode and every foreign file of the zoo."""
    yield from _modes()
    yield from _palettes()
    yield from _colour_spaces()
    yield from _foreign()


def _saved(image: Image.Image, plugin: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, plugin, **options)
    return stream.getvalue()


def _modes() -> Iterator[Case]:
    deep = RNG.integers(0, 65536, SIZE, dtype=np.uint16)
    signed = RNG.integers(-(2**31), 2**31, SIZE).astype(np.int32)
    floats = RNG.normal(0, 1e5, SIZE).astype(np.float32)
    bits = GREY > 100
    yield reads("1.png", _saved(Image.fromarray(bits), "PNG"), bits * np.uint8(255))
    yield reads("1.tiff", _saved(Image.fromarray(bits), "TIFF"), bits * np.uint8(255))
    yield reads("L.png", _saved(Image.fromarray(GREY), "PNG"), GREY)
    grey_alpha = Image.fromarray(np.dstack([GREY, ALPHA]))
    for plugin in ("PNG", "TIFF"):
        yield reads(f"LA.{plugin.lower()}", _saved(grey_alpha, plugin), GREY, alpha=ALPHA)
    for plugin in ("PNG", "TIFF", "WEBP"):
        content = _saved(Image.fromarray(RGBA), plugin, **({"lossless": True} if plugin == "WEBP" else {}))
        yield reads(f"RGBA.{plugin.lower()}", content, RGB, alpha=ALPHA)
    yield reads("I16.png", _saved(Image.fromarray(deep), "PNG"), deep)
    yield reads("I16.tiff", _saved(Image.fromarray(deep), "TIFF"), deep)
    yield reads("I.tiff", _saved(Image.fromarray(signed), "TIFF"), signed)
    yield reads("F.tiff", _saved(Image.fromarray(floats), "TIFF"), floats)
    big = Image.frombytes("I;16B", (WIDTH, HEIGHT), deep.astype(">u2").tobytes())
    yield reads("I16B.tiff", _saved(big, "TIFF"), deep)
    extra = Image.fromarray(RGB).convert("RGBX")
    yield reads("RGBX.tiff", _saved(extra, "TIFF"), np.dstack([RGB, np.full(SIZE, 255)]))  # a band without a meaning


def _palettes() -> Iterator[Case]:
    palette = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
    image = Image.frombytes("P", (WIDTH, HEIGHT), GREY.tobytes())
    image.putpalette(palette.tobytes())
    yield reads("P.png", _saved(image, "PNG"), palette[GREY])
    yield reads("P.tiff", _saved(image, "TIFF"), palette[GREY])
    yield reads("P.bmp", _saved(image, "BMP"), palette[GREY])
    clear = int(GREY[2, 3])
    see_through = np.where(clear == GREY, 0, 255).astype(np.uint8)
    yield reads("P-clear.png", _saved(image, "PNG", transparency=clear), palette[GREY], alpha=see_through)
    levels = RNG.integers(0, 256, 256, dtype=np.uint8)
    content = _saved(image, "PNG", transparency=levels.tobytes())
    yield reads("P-levels.png", content, palette[GREY], alpha=levels[GREY])


def _colour_spaces() -> Iterator[Case]:
    ink = RNG.integers(0, 256, (*SIZE, 4), dtype=np.uint8)
    inverse = 255 - ink.astype(np.int64)
    cmyk = Image.frombytes("CMYK", (WIDTH, HEIGHT), ink.tobytes())
    yield reads("CMYK.tiff", _saved(cmyk, "TIFF"), _printed(inverse), "CMYK converted to RGB")
    ends = np.tile(np.array([[0, 255]], np.uint8), (HEIGHT, WIDTH // 2))  # lightness 0 and 100, no colour
    lab = Image.frombytes("LAB", (WIDTH, HEIGHT), np.dstack([ends, np.zeros((*SIZE, 2), np.uint8)]).tobytes())
    yield reads("LAB.tiff", _saved(lab, "TIFF"), np.dstack([ends] * 3), "CIELAB converted", within=1)


def _printed(inverse: Array) -> Array:
    """Naive ink: what each ink lets through, times what black lets through, rounded as Pillow does."""
    product = inverse[:, :, :3] * inverse[:, :, 3:] + 128
    return ((product + (product >> 8)) >> 8).astype(np.uint8)


def _foreign() -> Iterator[Case]:
    """Content decides: nothing is handed to another program, whatever the name says."""
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(trapped) (w) file closefile\nshowpage\n"
    contents = {
        "postscript": (postscript, "PostScript"),
        "dos-postscript": (b"\xc5\xd0\xd3\xc6" + bytes(28) + postscript, "PostScript"),
        "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "SVG"),
        "xml": (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "SVG"),
        "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        "web-page": (b"<!DOCTYPE html><html></html>", "web page"),
        "zip": (b"PK\x03\x04" + bytes(30), "zip"),
        "gzip": (gzip.compress(b"P5 1 1 255 x"), "gzip"),
        "icon": (b"\0\0\1\0\1\0" + bytes(99), "icon"),
        "photoshop": (b"8BPS\0\1" + bytes(99), "Photoshop"),
        "exr": (b"\x76\x2f\x31\x01" + bytes(99), "OpenEXR"),
        "jpeg-2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99), "JPEG 2000"),
        "jpeg-xl": (b"\xff\x0a" + bytes(99), "JPEG XL"),
        "avif": (b"\0\0\0\x1cftypavif" + bytes(99), "AVIF"),
        "heic": (b"\0\0\0\x18ftypheic" + bytes(99), "HEIF"),
        "video": (b"\0\0\0\x18ftypmp42" + bytes(99), "a video or audio file"),
        "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5"),
        "fits": (b"SIMPLE  =                    T" + b" " * 999, "FITS"),
        "dicom": (bytes(128) + b"DICM" + bytes(99), "not recognised"),
        "pcx": (b"\x0a\5\1\x08" + bytes(200), "not recognised"),
        "sgi": (b"\1\xda\0\1" + bytes(600), "not recognised"),
        "tga": (bytes([0, 0, 2]) + bytes(99), "not recognised"),
        "sun-raster": (b"\x59\xa6\x6a\x95" + bytes(99), "not recognised"),
        "wmf": (b"\xd7\xcd\xc6\x9a" + bytes(99), "not recognised"),
        "grib": (b"GRIB" + bytes(99), "not recognised"),
        "xpm": (b"/* XPM */\nstatic char *x[] = {};\n", "neither a picture"),
        "zeros": (bytes(1000), "not recognised"),
        "elf": (b"\x7fELF" + bytes(99), "not recognised"),
        "script": (b"#!/bin/sh\ntouch trapped\n", ""),
        "noise": (RNG.bytes(5000), "not recognised"),
    }
    for name, (content, word) in contents.items():
        yield refused(f"{name}.png", content, word)
