"""Filters of other packages, each a function from one picture to another; packages are imported when they are used."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Filter = Callable[[Array], Array]
# Not symmetric in any way, so that no flip, transpose or shift can hide, and two pixels wide around its middle, so that
# no two borders agree; it sums to 32, and goes beyond black and white.
MEANT = np.array([[1, 0, 2, 0, -1], [0, -3, 0, 3, 0], [2, 0, 10, 1, 0], [0, 2, 0, 1, 5], [1, 0, 6, 0, 2]])
SMALL = np.array([[1, 2, 3], [0, 4, 1], [2, 1, 2]])  # it sums to 16
EVEN = np.array([[1, 2], [5, 8]])


def of_planes(filter: Filter) -> Filter:
    """The filter of one plane, on each channel by itself."""

    def each(picture: Array) -> Array:
        if picture.ndim == 2:
            return filter(picture)
        return np.stack([filter(picture[:, :, channel]) for channel in range(picture.shape[2])], axis=2)

    return each


def call(module: str, name: str, *arguments: Any, planes: bool = True, **named: Any) -> Filter:
    """A function of a package that takes the picture first."""

    def filter(picture: Array) -> Array:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        return np.asarray(found(picture, *arguments, **named))

    return of_planes(filter) if planes else filter


def ndimage(name: str, *arguments: Any, **named: Any) -> Filter:
    """Of scipy.ndimage, in float64, so that nothing is rounded."""
    return call("scipy.ndimage", name, *arguments, **({"output": np.float64} | named))


def signal(name: str, kernel: Array, **named: Any) -> Filter:
    """Of scipy.signal, whose second operand is the kernel."""
    return call("scipy.signal", name, kernel.astype(float), **named)


def opencv(name: str, *arguments: Any, border: str = "", **named: Any) -> Filter:
    """Of OpenCV; constants by name."""

    def filter(picture: Array) -> Array:
        import cv2

        extra = {"borderType": getattr(cv2, border)} if border else {}
        return np.asarray(getattr(cv2, name)(picture, *arguments, **extra, **named))

    return filter


def pillow(name: str, *arguments: Any) -> Filter:
    """One of Pillow's ImageFilter."""

    def filter(picture: Array) -> Array:
        from PIL import Image, ImageFilter

        return np.asarray(Image.fromarray(picture).filter(getattr(ImageFilter, name)(*arguments)))

    return filter


def torch_conv2d(kernel: Array, *, mode: str = "zeros", padding: Any = 0, stride: int = 1) -> Filter:
    """torch.nn.Conv2d with these weights and no bias."""

    def filter(plane: Array) -> Array:
        import torch

        layer = torch.nn.Conv2d(
            1, 1, kernel.shape, stride=stride, padding=padding, padding_mode=mode, bias=False, dtype=torch.float64
        )
        with torch.no_grad():
            layer.weight[:] = torch.from_numpy(kernel.astype(float))
            return layer(torch.from_numpy(plane.astype(float))[None, None])[0, 0].numpy()

    return of_planes(filter)


def convcli(kernel: Array, *, display: str | None = None, **named: Any) -> Filter:
    """The tool itself."""

    def filter(picture: Array) -> Array:
        import convcli

        response = convcli.correlate(picture, kernel, **named)
        return response if display is None else convcli.to_pixels(response, display=display)

    return filter
