"""Probes: fixed pictures that make a filter show what it does.

One set for every filter, so that it also works for a device that no command can reach.  Three sizes, so that the
answers' sizes tell the stride; H != W everywhere.  Kernels up to about 31 x 31 fit; a larger one is noticed, as its
answer to an impulse reaches as far as the probes can see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Depth = Literal[8, 16, "float"]
SIZE = (113, 97)  # primes
OTHER_SIZE = (130, 150)  # with the others every remainder by 2 and by 3
RAMP_SIZE = (72, 272)
LARGEST_KERNEL = 31
SHIFT = (12, 24)  # rows and columns; a multiple of the strides 1, 2, 3, 4, 6
FAR = 24  # rows and columns of a corner that "low-elsewhere" changes
MIDDLE = (SIZE[0] // 2, SIZE[1] // 2)
MID_GREY = 128
SEED = 20
MANY = 4  # channels up to this many


@dataclass(frozen=True, eq=False)
class Probe:
    """One picture to put through a filter: (H, W) or (H, W, C), and what it is for."""

    name: str
    pixels: NDArray[Any]
    purpose: str


def probes(depth: Depth = 8, channels: int = 1, *, extras: bool = True) -> tuple[Probe, ...]:
    """The pictures to put through a filter, always the same ones.

    Args:
        depth: 8 (uint8), 16 (uint16, 257 times as large) or "float" (float32 with the values of 8 bit).
        channels: of the grey pictures: 1, or 3 with equal channels for what takes no grey picture.
        extras: with those of colour, of alpha and of the other depth.

    >>> [probe.name for probe in probes(extras=False)][:3]
    ['flat-black', 'flat-grey', 'flat-white']
    """
    base = [_of(name, pixels, purpose, depth, channels) for name, pixels, purpose in _grey()]
    return tuple(base + (list(_extras(depth)) if extras else []))


def _of(name: str, pixels: NDArray[Any], purpose: str, depth: Depth, channels: int) -> Probe:
    deep = at_depth(pixels, depth)
    return Probe(name, deep if channels == 1 else np.repeat(deep[:, :, None], channels, axis=2), purpose)


def at_depth(pixels: NDArray[Any], depth: Depth) -> NDArray[Any]:
    """Levels 0..255 as pictures of that depth have them."""
    if depth == "float":
        return pixels.astype(np.float32)
    return pixels.astype(np.uint8) if depth == 8 else (pixels.astype(np.int64) * 257).astype(np.uint16)


def _flat(level: int, size: tuple[int, int] = SIZE) -> NDArray[Any]:
    return np.full(size, level, dtype=np.int64)


def _impulses(ground: int, height: int, *places: tuple[int, int]) -> NDArray[Any]:
    pixels = _flat(ground)
    for place in places:
        pixels[place] += height
    return pixels


def _noise(seed: int, low: int, high: int, size: tuple[int, int] = SIZE) -> NDArray[Any]:
    """Whole numbers low..high, each as likely; the generator's raw bits, so that no version of NumPy changes them."""
    raw = np.random.PCG64(SEED + seed).random_raw(size[0] * size[1])
    scaled = (raw >> np.uint64(32)) * np.uint64(high - low + 1) >> np.uint64(32)
    return low + scaled.astype(np.int64).reshape(size)


def _ramp() -> NDArray[Any]:
    """Every level from black to white, a column each, with flat ends."""
    row = np.clip(np.arange(RAMP_SIZE[1]) - 7, 0, 255)
    return np.broadcast_to(row, RAMP_SIZE).copy()


def _grey() -> Iterator[tuple[str, NDArray[Any], str]]:
    low = _noise(4, -8, 8)
    a, b = _noise(5, 0, 127), _noise(6, 0, 127)
    full = _noise(3, 0, 255)
    last_row, last_column = SIZE[0] - 1, SIZE[1] - 1
    ends = [(r, c) for r in (0, MIDDLE[0], last_row) for c in (0, MIDDLE[1], last_column)]
    ends.remove(MIDDLE)
    yield "flat-black", _flat(0), "offset"
    yield "flat-grey", _flat(MID_GREY), "the ground under the impulses"
    yield "flat-white", _flat(255), "sum of the weights, overflow"
    yield "impulse-up", _impulses(MID_GREY, 127, MIDDLE), "the kernel, turned by half a turn"
    yield "impulse-down", _impulses(MID_GREY, -128, MIDDLE), "linear: the answer to the opposite"
    yield "impulse-up-low", _impulses(MID_GREY, 32, MIDDLE), "linear: a quarter of the height"
    yield "impulse-down-low", _impulses(MID_GREY, -32, MIDDLE), "linear: the opposite of a quarter"
    yield "impulse-on-black", _impulses(0, 255, MIDDLE), "positive weights"
    yield "impulses-at-ends", _impulses(MID_GREY, 127, *ends), "the border, at corners and edges"
    yield "ramp", _ramp(), "rounding, overflow, every level"
    yield "binary", 255 * _noise(1, 0, 1), "the kernel, whatever the gamma"
    yield "binary-other-size", 255 * _noise(2, 0, 1, OTHER_SIZE), "stride and size"
    yield "noise", full, "the kernel"
    yield "noise-again", full.copy(), "deterministic"
    yield "noise-shifted", np.roll(full, SHIFT, axis=(0, 1)), "shift-invariant"
    yield "low", MID_GREY + low, "kernels of large weights"
    yield "low-doubled", MID_GREY + 2 * low, "linear: twice the contrast"
    yield "low-elsewhere", _elsewhere(MID_GREY + low), "does a far corner change the rest"
    yield "a", a, "linear"
    yield "b", b, "linear"
    yield "a-and-b", a + b, "linear: the answer to a sum"
    yield "dark", _noise(7, 0, 15), "kernels that sum to much"
    yield "dark-other-size", _noise(8, 0, 15, OTHER_SIZE), "kernels that sum to much"
    yield "sparse", _noise(9, 0, 255) * (_noise(10, 0, 15) == 0), "kernels that sum to much, bright spots"
    yield "tints-grey", _tints(), "the other noises with longer runs: steps between levels"


def _elsewhere(pixels: NDArray[Any]) -> NDArray[Any]:
    """The last corner black and white."""
    changed = pixels.copy()
    changed[-FAR:, -FAR:] = 255 * _noise(11, 0, 1, (FAR, FAR))
    return changed


def _tints() -> NDArray[Any]:
    """Noise in cells of 6 x 5 pixels, with a little of its own: edges between smooth parts."""
    cells = _noise(12, 16, 240, (20, 20))
    tints: NDArray[Any] = np.repeat(np.repeat(cells, 6, axis=0), 5, axis=1)[: SIZE[0], : SIZE[1]] + _noise(13, -4, 4)
    return tints


def _colour(first: int, low: int, high: int, channels: int = 3) -> NDArray[Any]:
    return np.stack([_noise(first + c, low, high) for c in range(channels)], axis=2)


def _with_alpha() -> NDArray[Any]:
    """Colour noise; alpha in cells: opaque, clear, half and noise."""
    alpha = np.repeat(np.repeat(_noise(30, 0, 3, (15, 13)), 8, axis=0), 8, axis=1)[: SIZE[0], : SIZE[1]]
    levels = np.choose(alpha, [np.full(SIZE, 255), np.zeros(SIZE, np.int64), np.full(SIZE, 128), _noise(31, 1, 254)])
    return np.concatenate([_colour(20, 32, 223), levels[:, :, None]], axis=2)


def _extras(depth: Depth) -> Iterator[Probe]:
    yield Probe("colour", at_depth(_colour(40, 0, 255), depth), "between channels")
    yield Probe("colour-low", at_depth(_colour(50, 112, 143), depth), "between channels, kernels of large weights")
    yield Probe("colour-dark", at_depth(_colour(60, 0, 15), depth), "between channels, kernels that sum to much")
    yield Probe("alpha", at_depth(_with_alpha(), depth), "what happens to alpha, and what alpha does to colours")
    if depth == 8:
        deep = _noise(70, 0, 65535)
        yield Probe("deep", deep.astype(np.uint16), "16 bit")
        yield Probe("deep-low", (32768 + _noise(71, -2048, 2047)).astype(np.uint16), "16 bit, kernels of large weights")
