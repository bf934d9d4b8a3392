"""Costs: what the engines' operations take, on each kind of machine: one table, which all offers are computed from.

Nanoseconds on one thread, of float32 (float64 takes twice as long) unless said; what decides is how they compare.

Measured in November 2026 on two cores of an AMD EPYC (Zen 4), NumPy 2.4 with OpenBLAS 0.3.31: with AVX-512, and
playing a machine without (OPENBLAS_CORETYPE=Haswell, NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR"); fitted
to one half of the problems of `python -m tests.benchmarks regret`, and held to the other.  Another BLAS was not
measured; it is taken to pack its operands.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.arithmetic.machine import OTHER, PACKED, UNPACKED, kind


class Direct(NamedTuple):
    """byte: one addition or multiplication, per byte of the sum's dtype; call: one NumPy call on next to nothing."""

    byte: float
    call: float


class Banded(NamedTuple):
    """multiply: of the band matrix; further: of those beyond MANY a response, whose copies crowd the cache.

    copy: a sample for each kernel column; scattered: with a stride; colours: with a stride, of several channels.
    response: handed over, of one kernel; of_several: of one of several; fixed: a picture of next to nothing.
    """

    multiply: float
    further: float
    copy: float
    scattered: float
    colours: float
    response: float
    of_several: float
    fixed: float


class Columns(NamedTuple):
    """multiply: of the band matrices; part: a response of one kernel column, written and added; response.

    block: rows of responses to a matrix, as many as were fastest.  With AVX-512 part and response are what it takes
    beside `banded` on two threads, which share a cache: alone, a quarter less.
    """

    block: int
    multiply: float
    part: float
    response: float
    fixed: float


class Patches(NamedTuple):
    """multiply; copy: a sample for each kernel column and channel; scattered: one that skips samples; response."""

    multiply: float
    copy: float
    scattered: float
    response: float
    fixed: float


class Windows(NamedTuple):
    """multiply; copy: a sample of a window; stretch: a row of a window; response: handed over."""

    multiply: float
    copy: float
    stretch: float
    response: float
    fixed: float


class Fourier(NamedTuple):
    """forward, inverse, multiply: of one float64 sample of a tile in the cache.

    handed_over: a channel gathered, a tile's inside copied out; scattered: when it does not lie side by side.
    """

    forward: float
    inverse: float
    multiply: float
    handed_over: float
    scattered: float
    fixed: float


class Opencv(NamedTuple):
    """multiply: one weight of a window; response: handed over."""

    multiply: float
    response: float
    fixed: float


class Costs(NamedTuple):
    """One kind of machine."""

    direct: Direct
    banded: Banded
    columns: Columns
    patches: Patches
    windows: Windows
    fourier: Fourier
    opencv: Opencv


_OPENCV = Opencv(multiply=0.042, response=0.85, fixed=60_000)
_FOURIER = Fourier(forward=3.8, inverse=4.3, multiply=0.3, handed_over=0.9, scattered=1.2, fixed=27_000)

_WITH_AVX512 = Costs(
    direct=Direct(byte=0.027, call=1500),
    banded=Banded(multiply=0.024, further=0.028, copy=0.196, scattered=0.52, colours=1.7,
                  response=0.46, of_several=0.53, fixed=57_000),
    columns=Columns(block=2, multiply=0.0237, part=0.27, response=0.7, fixed=70_000),
    patches=Patches(multiply=0.0143, copy=0.25, scattered=0.6, response=0.28, fixed=29_000),
    windows=Windows(multiply=0.0106, copy=0.13, stretch=3.2, response=0.4, fixed=64_000),
    fourier=_FOURIER,
    opencv=_OPENCV,
)  # fmt: skip

_WITHOUT = Costs(
    direct=Direct(byte=0.027, call=2200),
    banded=Banded(multiply=0.047, further=0.054, copy=0.22, scattered=0.48, colours=1.5,
                  response=0.38, of_several=0.44, fixed=94_000),
    columns=Columns(block=4, multiply=0.031, part=0.24, response=0.43, fixed=134_000),
    patches=Patches(multiply=0.0162, copy=0.147, scattered=0.54, response=0.56, fixed=48_000),
    windows=Windows(multiply=0.0085, copy=0.11, stretch=2.9, response=0.63, fixed=39_000),
    fourier=_FOURIER,
    opencv=_OPENCV,
)  # fmt: skip

COSTS = {UNPACKED: _WITH_AVX512, PACKED: _WITHOUT, OTHER: _WITHOUT}


def costs() -> Costs:
    """What operations take on this kind of machine."""
    return COSTS[kind()]
