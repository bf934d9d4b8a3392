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
    """multiply: of the band matrices; part: a response of one kernel column, written and added; response."""

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


class Costs(NamedTuple):
    """One kind of machine."""

    direct: Direct
    banded: Banded
    columns: Columns
    patches: Patches
    windows: Windows
    fourier: Fourier


_FOURIER = Fourier(forward=3.4, inverse=3.9, multiply=0.3, handed_over=0.9, scattered=1.2, fixed=100_000)

_WITHOUT = Costs(
    direct=Direct(byte=0.031, call=1000),
    banded=Banded(
        multiply=0.03, further=0.043, copy=0.37, scattered=0.8, colours=1.7, response=0.23, of_several=0.8, fixed=40_000
    ),
    columns=Columns(multiply=0.022, part=0.2, response=0.1, fixed=40_000),
    patches=Patches(multiply=0.0156, copy=0.23, scattered=0.55, response=0.4, fixed=40_000),
    windows=Windows(multiply=0.0175, copy=0.18, stretch=1.6, response=0.4, fixed=150_000),
    fourier=_FOURIER,
)

COSTS = {
    UNPACKED: Costs(
        direct=Direct(byte=0.03, call=1000),
        banded=Banded(multiply=0.021, further=0.027, copy=0.255, scattered=0.52, colours=1.37, response=0.28, of_several=1.15, fixed=40_000),
        columns=Columns(multiply=0.022, part=0.25, response=0.2, fixed=40_000),
        patches=Patches(multiply=0.0149, copy=0.228, scattered=0.56, response=0.25, fixed=40_000),
        windows=Windows(multiply=0.0194, copy=0.19, stretch=1.4, response=0.37, fixed=150_000),
        fourier=_FOURIER,
    ),
    PACKED: _WITHOUT,
    OTHER: _WITHOUT,
}  # fmt: skip


def costs() -> Costs:
    """What operations take on this kind of machine."""
    return COSTS[kind()]
