"""Regret: how much longer the engine that the plan chose takes than the fastest that could have run the problem.

    OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" \\
        python -m tests.benchmarks regret          a machine with AVX-512 plays one without
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.correlation.correlate import prepare
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.check import check_problem
from convcli.core.problem.options import Options
from tests.benchmarks.contest import Entry, alternate

Array = NDArray[Any]
PLAYED = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")
GOOD, WORST = 1.25, 1.5  # what is aimed at: on nine of ten problems, and on all
HOPELESS = 6.0  # an engine whose first run takes so many times the fastest one's is not run again


@dataclass(frozen=True)
class Cell:
    """One problem of the grid."""

    name: str
    picture: Array
    kernels: Array
    options: Options = field(default_factory=Options.of)


def grid(quick: bool) -> Iterator[Cell]:
    """The problems, seeded: dtypes, sizes, colours, ranks, banks, strides and dilations."""
    rng = np.random.default_rng(17)
    sizes = (
        {"0.05": (200, 250), "1": (1000, 1000)}
        if quick
        else {"0.05": (200, 250), "1": (1000, 1000), "12": (3000, 4000)}
    )
    for megapixels, size in sizes.items():
        pictures = {
            "u1 rgb": rng.integers(0, 256, (*size, 3), np.uint8),
            "u1 grey": rng.integers(0, 256, size, np.uint8),
            "f4 grey": rng.random(size, np.float32),
        }
        if megapixels != "12":
            pictures |= {"f8 grey": rng.random(size), "f4 rgb": rng.random((*size, 3), np.float32)}
        for name, picture in pictures.items():
            yield from _of_one_picture(f"{megapixels} MP {name}", picture, rng)
    yield from _banks(rng)
    yield from _strides(rng)


def _of_one_picture(name: str, picture: Array, rng: np.random.Generator) -> Iterator[Cell]:
    for width in (3, 5, 7, 11, 21, 51):
        if width <= 11 or name.startswith("1 MP f4 grey") or (width == 21 and name.startswith("0.05")):
            yield Cell(f"{name}, full {width}x{width}", picture, rng.normal(size=(width, width)))
    for width in (5, 15, 31):
        yield Cell(f"{name}, gaussian {width}", picture, np.outer(*(_gaussian(width),) * 2))
    if name in ("1 MP f4 grey", "12 MP u1 rgb", "0.05 MP f4 rgb"):
        yield Cell(f"{name}, row 1x9", picture, rng.normal(size=(1, 9)))
        two = np.outer(_gaussian(9), _gaussian(9)) - 0.5 * np.outer(_gaussian(9) ** 2, _gaussian(9) ** 2)
        yield Cell(f"{name}, rank 2 9x9", picture, two)
    if name == "1 MP f4 grey":
        yield Cell(f"{name}, full 101x101", picture, rng.normal(size=(101, 101)))


def _banks(rng: np.random.Generator) -> Iterator[Cell]:
    plane = rng.random((500, 500), np.float32)
    for count, width in ((4, 3), (4, 7), (16, 3), (16, 5), (16, 11), (64, 3), (64, 7)):
        yield Cell(f"0.25 MP f4 grey, bank of {count}, {width}x{width}", plane, rng.normal(size=(count, width, width)))
    deep = rng.random((100, 120, 16), np.float32)
    for count in (4, 32):
        yield Cell(
            f"0.01 MP f4 x16, layer of {count}, 3x3",
            deep,
            rng.normal(size=(count, 16, 3, 3)),
            Options.of(border="zero"),
        )


def _strides(rng: np.random.Generator) -> Iterator[Cell]:
    picture = rng.integers(0, 256, (1000, 1000, 3), np.uint8)
    plane = rng.random((1000, 1000), np.float32)
    for width in (3, 7):
        kernel = rng.normal(size=(width, width))
        yield Cell(f"1 MP u1 rgb, full {width}x{width}, stride 2", picture, kernel, Options.of(stride=2))
        yield Cell(f"1 MP f4 grey, full {width}x{width}, stride 2", plane, kernel, Options.of(stride=2))
        yield Cell(f"1 MP f4 grey, full {width}x{width}, dilation 2", plane, kernel, Options.of(dilation=2))
    yield Cell("1 MP u1 rgb, gaussian 15, stride 2", picture, np.outer(*(_gaussian(15),) * 2), Options.of(stride=2))


def _gaussian(width: int) -> Array:
    row = np.exp(-((np.arange(width) - width // 2) ** 2) / (2 * (width / 6) ** 2))
    return row / row.sum()


def run(rounds: int, quick: bool, only: str = "") -> list[str]:
    """Every engine on every problem, and how often the plan was right.

    Args:
        only: problems whose name has this text.
    """
    lines = [f"### Regret: chosen / fastest ({features()})", "", "| regret | problem | chosen | ms | beside, ms |"]
    lines.append("| ---: | --- | --- | ---: | --- |")
    regrets = []
    for cell in (cell for cell in grid(quick) if only in cell.name):
        chosen, seconds = _timed(cell, rounds)
        regret = seconds[chosen] / min(seconds.values())
        regrets.append(regret)
        beside = ", ".join(f"{name} {took * 1e3:.3g}" for name, took in seconds.items() if name != chosen)
        lines.append(f"| {regret:.2f} | {cell.name} | {chosen} | {seconds[chosen] * 1e3:.3g} | {beside} |")
        print(lines[-1], flush=True)
    if not regrets:
        return [*lines, "", f"No problem's name has {only!r}.", ""]
    good = np.mean(np.array(regrets) <= GOOD)
    lines += ["", f"{good:.0%} of {len(regrets)} problems within {GOOD}, aimed at 90%; the worst {max(regrets):.2f}, "
              f"aimed at {WORST}.", ""]  # fmt: skip
    return lines


def features() -> str:
    """The processor, the kind it is taken for, and what was found of it: whether playing another took effect."""
    from convcli.core.arithmetic import machine

    played = [f"{name}={os.environ[name]}" for name in PLAYED if name in os.environ]
    wide = [name for name in ("X86_V4", "AVX512_SKX", "AVX512_ICL") if machine.features().get(name)]
    found = f"OpenBLAS runs {core() or 'unknown'} kernels, NumPy {' and '.join(wide) or 'nothing wider than AVX2'}"
    return "; ".join((processor(), f"kind {machine.kind().name}", found, *played))


def processor() -> str:
    """Its name, where Linux tells it."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def core() -> str | None:
    """The processor that OpenBLAS chose its kernels for; None where it cannot be asked."""
    for library in sorted(Path(np.__file__).parent.parent.glob("numpy.libs/*openblas*")):
        with contextlib.suppress(OSError, AttributeError):
            ask = ctypes.CDLL(str(library)).scipy_openblas_get_corename64_
            ask.restype = ctypes.c_char_p
            return str(ask().decode())
    return None


def _timed(cell: Cell, rounds: int) -> tuple[str, dict[str, float]]:
    """The plan's choice, and the median of each engine that can run the problem, in turns."""
    plan = prepare(cell.picture, cell.kernels, cell.options).plan
    chosen = plan.engine
    entries = [_entry(cell, name) for name, _ in plan.costs]
    alternate(entries, 1)
    fastest = min(entry.median for entry in entries)
    worth = [entry for entry in entries if entry.median < HOPELESS * fastest or entry.tool == chosen]
    alternate(worth, rounds)
    return chosen, {entry.tool: entry.median for entry in worth}


def _entry(cell: Cell, engine: str) -> Entry:
    options = replace(cell.options, engine=engine)
    correlation = prepare(cell.picture, cell.kernels, options)
    return Entry(engine, correlation.response)


def problem_of(cell: Cell) -> Any:
    """The cell's problem, for looking into an offer."""
    return check_problem(cell.picture, KernelStack.of(cell.kernels), cell.options)
