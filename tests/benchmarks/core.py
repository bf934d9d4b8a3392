"""Arrays to arrays: the planned core beside OpenCV, SciPy, Pillow and plain NumPy."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response
from convcli.core.display.mapping import mapping
from tests.benchmarks.contest import Case, Entry, alternate, table

Array = NDArray[Any]
RNG = np.random.default_rng(2026)
NAMED = {
    "sobel-x": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "laplacian": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "box 3x3": np.full((3, 3), 1 / 9),
    "binomial 3x3": np.outer([1, 2, 1], [1, 2, 1]) / 16,
}


def installed(module: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(module) is not None


def to_bytes(picture: Array, kernel: Array) -> Array:
    """Bytes to bytes, as `apply --display clip` does it."""
    response = Response(prepare(picture, kernel))
    return response.pixels([mapping("clip", np.uint8)], np.uint8).array.reshape(picture.shape)


def full(size: int, count: int | None = None) -> Array:
    """Weights of full rank, of sum 0."""
    weights = RNG.normal(size=(size, size) if count is None else (count, size, size))
    return weights - weights.mean(axis=(-2, -1), keepdims=True)


def gaussian(size: int) -> Array:
    """A Gaussian row of sum 1."""
    row = np.exp(-((np.arange(size) - size // 2) ** 2) / (2 * (size / 6) ** 2))
    return row / row.sum()


def run(rounds: int, quick: bool, only: str = "") -> list[str]:
    """All tables of arrays.

    Args:
        only: cases whose name has this text.
    """
    lines = [f"Missing, and so not compared: {peer}." for peer in ("cv2", "scipy") if not installed(peer)]
    shape = (600, 800, 3) if quick else (3000, 4000, 3)
    cases = _bytes_cases(RNG.integers(0, 256, shape, dtype=np.uint8))
    cases += _float_cases(RNG.random((512, 512) if quick else (2048, 2048), dtype=np.float32), quick)
    cases.append(_bank_case(RNG.random((1000, 1000), dtype=np.float32)))
    cases = [case for case in cases if only in case.name]
    for case in cases:
        _compare(case)
        alternate(case.entries, rounds)
    return [*lines, *table("Arrays, in one process, two threads", cases)]


def _bytes_cases(picture: Array) -> list[Case]:
    size = f"{picture.size / 3e6:.2g} MP RGB bytes"
    cases = [_bytes_case(f"{size}, {name}", picture, kernel, 1.2) for name, kernel in NAMED.items()]
    for width in (5, 9, 11, 15, 21, 31):
        cases.append(_gaussian_case(f"{size}, gaussian {width}", picture, gaussian(width), 1.3 if width < 11 else 1.0))
    for width, target in ((3, 1.4), (5, 1.5), (7, 1.3), (11, 1.0)):
        cases.append(_bytes_case(f"{size}, full rank {width}x{width}", picture, full(width), target))
    return cases


def _bytes_case(name: str, picture: Array, kernel: Array, target: float) -> Case:
    entries = [Entry("convcli", lambda: to_bytes(picture, kernel))]
    targets = {}
    if installed("cv2"):
        entries.append(Entry("cv2.filter2D", _filter2d(picture, kernel)))
        targets["cv2.filter2D"] = target
    if installed("scipy"):
        entries.append(Entry("scipy.ndimage", _ndimage(picture, kernel)))
        targets["scipy.ndimage"] = 0.2
    if kernel.shape in ((3, 3), (5, 5)):
        entries.append(Entry("Pillow", _pillow(picture, kernel)))
    if name.endswith("sobel-x"):
        entries.append(Entry("plain NumPy", lambda: _naive(picture, kernel)))
    return Case(name, entries, targets)


def _gaussian_case(name: str, picture: Array, row: Array, target: float) -> Case:
    kernel = np.outer(row, row)
    entries, targets = [Entry("convcli", lambda: to_bytes(picture, kernel))], {}
    if installed("cv2"):
        import cv2

        entries.append(
            Entry("cv2.sepFilter2D", lambda: cv2.sepFilter2D(picture, -1, row, row, borderType=cv2.BORDER_REPLICATE))
        )
        targets["cv2.sepFilter2D"] = target
    if installed("scipy"):
        entries.append(Entry("scipy.ndimage", _two_passes(picture, row)))
        targets["scipy.ndimage"] = 0.2
    return Case(name, entries, targets)


def _float_cases(plane: Array, quick: bool) -> list[Case]:
    cases = []
    aims = {3: 2.2, 5: 2.0, 7: 1.7, 11: 1.7, 15: 0.8, 31: 0.6, 101: 0.9}
    for width, target in aims.items():
        cases.append(_float_case(plane, full(width), target, scipy=width <= (7 if quick else 15)))
    return cases


def _float_case(plane: Array, kernel: Array, target: float, scipy: bool) -> Case:
    entries, targets = [Entry("convcli", lambda: prepare(plane, kernel).response())], {}
    if installed("cv2"):
        entries.append(Entry("cv2.filter2D", _filter2d(plane, kernel)))
        targets["cv2.filter2D"] = target
    if scipy and installed("scipy"):
        entries.append(Entry("scipy.ndimage", _ndimage(plane, kernel)))
        targets["scipy.ndimage"] = 0.2
    height, width = kernel.shape
    return Case(f"{plane.size / 1e6:.2g} MP float32, full rank {height}x{width}", entries, targets)


def _bank_case(plane: Array) -> Case:
    bank = full(5, 16)
    entries, targets = [Entry("convcli", lambda: prepare(plane, bank).response())], {}
    if installed("cv2"):
        singles = [_filter2d(plane, kernel) for kernel in bank]
        entries.append(Entry("16 x cv2.filter2D", lambda: np.stack([single() for single in singles], axis=-1)))
        targets["16 x cv2.filter2D"] = 1.5
    return Case("1 MP float32, bank of 16 kernels 5x5", entries, targets)


def _filter2d(picture: Array, kernel: Array) -> Callable[[], Array]:
    import cv2

    cv2.setNumThreads(2)
    weights = kernel.astype(np.float32)
    return lambda: cv2.filter2D(picture, -1, weights, borderType=cv2.BORDER_REPLICATE)


def _ndimage(picture: Array, kernel: Array) -> Callable[[], Array]:
    from scipy import ndimage

    def work() -> Array:
        if picture.dtype.kind == "f":
            return np.asarray(ndimage.correlate(picture, kernel, mode="nearest"))
        planes = [ndimage.correlate(picture[:, :, c], kernel, np.float32, mode="nearest") for c in range(3)]
        return np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)

    return work


def _two_passes(picture: Array, row: Array) -> Callable[[], Array]:
    from scipy import ndimage

    def work() -> Array:
        down = ndimage.correlate1d(picture, row, 0, np.float32, mode="nearest")
        across = ndimage.correlate1d(down, row, 1, mode="nearest")
        return np.clip(np.rint(across), 0, 255).astype(np.uint8)

    return work


def _pillow(picture: Array, kernel: Array) -> Callable[[], Array]:
    from PIL import Image, ImageFilter

    image = Image.fromarray(picture)
    # Pillow's kernels stand on their heads (its rows run from the bottom).
    weights = ImageFilter.Kernel(kernel.shape[::-1], kernel[::-1].reshape(-1).tolist(), scale=1)
    return lambda: np.asarray(image.filter(weights))


def _naive(picture: Array, kernel: Array) -> Array:
    """What one writes first: pad, then add up shifted copies in float."""
    height, width = kernel.shape
    padded = np.pad(picture, ((height // 2,) * 2, (width // 2,) * 2, (0, 0)), mode="edge").astype(np.float32)
    total = np.zeros(picture.shape, np.float32)
    for i in range(height):
        for j in range(width):
            total += np.float32(kernel[i, j]) * padded[i : i + picture.shape[0], j : j + picture.shape[1]]
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)


def _compare(case: Case) -> None:
    """Note how far each peer's result is from ours, away from the border that not all treat alike."""
    ours, *peers = case.entries
    mine = ours.work()
    for peer in peers:
        theirs = peer.work()
        inside = (slice(60, -60), slice(60, -60))
        apart = np.abs(mine[inside].astype(np.float64) - theirs[inside])
        if mine.dtype == np.uint8:
            share = np.count_nonzero(apart) / apart.size
            peer.note = "equal" if not share else f"differ by {apart.max():.0f} in {share:.1%}"
        else:
            peer.note = f"within {apart.max() / np.abs(mine).max():.0e}"
