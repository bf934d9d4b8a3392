"""Filters that are no convolutions, and the word that says why."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

_RANDOM = np.random.default_rng(5)


def _clip(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _bilateral(x, sigma=20.0):
    plane = x.astype(float)
    padded = np.pad(plane, 2, mode="reflect")
    top = bottom = np.zeros_like(plane)
    for i in range(5):
        for j in range(5):
            near = padded[i : i + plane.shape[0], j : j + plane.shape[1]]
            weight = np.exp(-((near - plane) ** 2) / (2 * sigma**2) - ((i - 2) ** 2 + (j - 2) ** 2) / 4)
            top, bottom = top + weight * near, bottom + weight
    return _clip(top / bottom)


def _equalised(x):
    shares = np.bincount(x.ravel(), minlength=256).cumsum() / x.size
    return _clip(255 * shares[x])


def _stretched(x):
    low, high = int(x.min()), int(x.max())
    return _clip((x - float(low)) * 255 / max(high - low, 1))


def _vignette(x):
    rows, columns = (np.linspace(-1, 1, n) for n in x.shape)
    return _clip(x * (1 - 0.25 * (rows[:, None] ** 2 + columns**2)))


def _blocks(x):
    out = x.astype(float)
    for r in range(0, x.shape[0] - 7, 8):
        for c in range(0, x.shape[1] - 7, 8):
            from scipy.fft import dctn, idctn

            out[r : r + 8, c : c + 8] = idctn(
                np.rint(dctn(out[r : r + 8, c : c + 8], norm="ortho") / 40) * 40, norm="ortho"
            )
    return _clip(out)


def _normalised(x):
    plane = x.astype(float)
    mean = ndimage.uniform_filter(plane, 7)
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(plane**2, 7) - mean**2, 1e-3))
    return _clip(128 + 40 * (plane - mean) / spread)


def _unsharp(x):
    plane = x.astype(float)
    detail = plane - ndimage.gaussian_filter(plane, 1.5)
    return _clip(plane + np.where(np.abs(detail) > 20, detail, 0))


def _kuwahara(x):
    plane = x.astype(float)
    mean, square = ndimage.uniform_filter(plane, 3), ndimage.uniform_filter(plane**2, 3)
    spread = square - mean**2
    moves = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    means, spreads = (np.stack([np.roll(part, move, (0, 1)) for move in moves]) for part in (mean, spread))
    return _clip(np.take_along_axis(means, spreads.argmin(axis=0)[None], axis=0)[0])


def _diffused(x):
    values, out = x.astype(float), np.zeros_like(x)
    for r in range(x.shape[0]):
        for c in range(x.shape[1]):
            out[r, c] = 255 if values[r, c] >= 128 else 0
            left = values[r, c] - out[r, c]
            if c + 1 < x.shape[1]:
                values[r, c + 1] += left * 0.5
            if r + 1 < x.shape[0]:
                values[r + 1, c] += left * 0.5
    return out


def _warped(x):
    rows, columns = np.indices(x.shape).astype(float)
    return _clip(
        ndimage.map_coordinates(x.astype(float), [rows + 2 * np.sin(columns / 9), columns], order=1, mode="nearest")
    )


def _adaptive(x):
    return np.where(x > ndimage.uniform_filter(x.astype(float), 9) - 4, 255, 0).astype(np.uint8)


REFUSED: dict[str, tuple[Callable, str]] = {
    "median": (lambda x: ndimage.median_filter(x, 3), "median"),
    "rank": (lambda x: ndimage.rank_filter(x, 6, size=(3, 5)), "median"),
    "min": (lambda x: ndimage.minimum_filter(x, 3), "morphological"),
    "max": (lambda x: ndimage.maximum_filter(x, (3, 5)), "morphological"),
    "opening": (lambda x: ndimage.grey_opening(x, 3), "morphological"),
    "gradient": (lambda x: ndimage.maximum_filter(x, 3) - ndimage.minimum_filter(x, 3), "morphological"),
    "bilateral": (_bilateral, "edge-preserving"),
    "kuwahara": (_kuwahara, "edge-preserving"),
    "equalised": (_equalised, "histogram"),
    "stretched": (_stretched, "histogram"),
    "threshold": (lambda x: np.where(x > 100, 255, 0).astype(np.uint8), "pointwise"),
    "posterise": (lambda x: x // 64 * 64, "pointwise"),
    "solarise": (lambda x: np.where(x > 127, 255 - x, x), "pointwise"),
    "tone": (lambda x: _clip(255 * (x / 255) ** 0.6), "pointwise"),
    "noise": (lambda x: _clip(x + _RANDOM.normal(0, 5, x.shape)), "random"),
    "vignette": (_vignette, "position"),
    "turned": (lambda x: x[::-1, ::-1], "position"),
    "sorted": (lambda x: np.sort(x, axis=1), "position"),
    "blocks": (_blocks, "position"),
    "diffused": (_diffused, "position"),
    "warped": (_warped, "position"),
    "transposed": (lambda x: x.T, "size"),
    "enlarged": (lambda x: np.repeat(np.repeat(x, 2, 0), 2, 1), "size"),
    "normalised": (_normalised, "normalised"),
    "unsharp": (_unsharp, "thresholded"),
    "adaptive": (_adaptive, "few-levels"),
    "nothing": (lambda x: np.full_like(x, 7), "constant"),
}
