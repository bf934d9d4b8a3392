"""Bytes by rows against bytes in memory, in random cases: `python -m tests.reliability.by_rows --count 2000 --seed 1`.

Each case is one run of `apply`, by rows, whose output is read back by tifffile, zarr or NumPy and compared with the
output of the same picture held in memory.
"""

from __future__ import annotations

import argparse
import random
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from convcli.cli.commands.apply import large, row_stream
from tests.command_line import Finished, convcli

BORDERS = ("edge", "zero", "constant:7", "symmetric", "reflect", "wrap")
TAPS = (1, 2, 3, 4, 7, 9, 31, 101, 301)
DTYPES = ("u1", "u2", "i2", "i4", "f4", "f8")
SOURCES = ("npy", "pnm", "strips.tif", "tiles.tif", "planes.tif", "alpha.tif", "zarr")
TARGETS = ("npy", "ppm", "tif", "tiled.tif", "zarr")
DISPLAYS = ("raw", "raw", "clip", "abs", "offset", "signed", "stretch", "auto")
MEMORIES = ("160M", "200M", "1G")


class Case(NamedTuple):
    """One case: a file, its samples' shape and dtype, and the command."""

    source: str
    shape: tuple[int, ...]
    dtype: str
    target: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.source} {self.shape} {self.dtype} -> {self.target}: {shlex.join(self.options)}"


def random_case(chance: random.Random, folder: Path) -> Case:
    """A picture, written into the folder, and what is done to it."""
    source, dtype = chance.choice(SOURCES), chance.choice(DTYPES)
    shape: tuple[int, ...] = (chance.randint(1, 90), chance.randint(1, 90))
    if source == "pnm":
        dtype = chance.choice(("u1", "u2"))
    if source in ("planes.tif", "alpha.tif") or chance.random() < 0.3:
        shape = (*shape, 3)
    if source == "alpha.tif":
        shape, dtype = (*shape[:2], 4), chance.choice(("u1", "u2", "f4"))
    samples = _samples(shape, dtype, chance.randint(0, 2**32))
    name = _write(folder, source, samples, chance)
    target = chance.choice(TARGETS)
    return Case(name, shape, dtype, target, tuple(_options(chance, target, samples, folder)))


def _samples(shape: tuple[int, ...], dtype: str, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).random(shape)
    if dtype[0] == "f":
        return (values * 300 - 20).astype(dtype) if shape[-1:] != (4,) else values.astype(dtype)
    top = min(np.iinfo(dtype).max, 2**20)
    return (values * top).astype(dtype)


def _write(folder: Path, source: str, samples: np.ndarray, chance: random.Random) -> str:
    import tifffile
    import zarr

    name = {"npy": "in.npy", "pnm": "in.ppm" if samples.ndim == 3 else "in.pgm", "zarr": "in.zarr"}.get(
        source, "in.tif"
    )
    path = folder / name
    if source == "npy":
        np.save(path, np.asfortranarray(samples) if chance.random() < 0.3 else samples)
    elif source == "pnm":
        head = f"P{5 if samples.ndim == 2 else 6} {samples.shape[1]} {samples.shape[0]} {np.iinfo(samples.dtype).max}\n"
        path.write_bytes(head.encode() + samples.astype(samples.dtype.newbyteorder(">")).tobytes())
    elif source == "zarr":
        version = chance.choice((2, 3))
        chunks = tuple(chance.randint(3, 40) for _ in samples.shape[:2]) + samples.shape[2:]
        array: Any = zarr.create_array(
            path, shape=samples.shape, dtype=samples.dtype, chunks=chunks, zarr_format=version
        )
        array[...] = samples
    else:
        _write_tiff(path, source, samples, chance, tifffile)
    return name


def _write_tiff(path: Path, source: str, samples: np.ndarray, chance: random.Random, tifffile: Any) -> None:
    how: dict[str, Any] = {"photometric": "rgb" if samples.ndim == 3 else "minisblack"}
    if source == "strips.tif":
        how["rowsperstrip"] = chance.randint(1, 50)
    if source in ("tiles.tif", "alpha.tif") and chance.random() < 0.7:
        how |= {
            "tile": (chance.choice((16, 32)), chance.choice((16, 48))),
            "compression": chance.choice((None, "zlib")),
        }
    if source == "alpha.tif":
        how["extrasamples"] = ["unassalpha"]
    if source == "planes.tif":
        samples, how["planarconfig"] = np.moveaxis(samples, 2, 0), "separate"
    tifffile.imwrite(path, samples, byteorder=chance.choice("<>"), **how)


def _options(chance: random.Random, target: str, samples: np.ndarray, folder: Path) -> list[str]:
    options = ["-k", _kernel(chance, folder), "--border", chance.choice(BORDERS)]
    if chance.random() < 0.3:
        options += ["--stride", chance.choice(("2", "3", "2x1", "1x5"))]
    if chance.random() < 0.3:
        options += ["--dilation", chance.choice(("2", "3", "1x4"))]
    if chance.random() < 0.3:
        options += ["--size", "full"]
    if chance.random() < 0.2:
        options += ["--bias", "1.5"]
    display = chance.choice(DISPLAYS)
    if target == "ppm" and display == "raw":
        display = "clip"
    if target != "npy":
        options += ["--display", display]
    if display in ("signed", "stretch") and target != "npy" and chance.random() < 0.4:
        options += ["--range", "-40,90"]
    if chance.random() < 0.2 and min(samples.shape[:2]) > 20:
        options += ["--region", f"3,5,{samples.shape[0] - 7},{samples.shape[1] - 9}"]
    if samples.shape[2:] == (4,):
        options += ["--alpha", chance.choice(("weight", "separate", "keep", "drop"))]
    elif chance.random() < 0.15:
        options += ["--channels", chance.choice(("gray", "sum"))]
    return options


def _kernel(chance: random.Random, folder: Path) -> str:
    """Rank 1, rank 2 or full; whole numbers or not; its sum 1 or anything."""
    across, down = chance.choice(TAPS), chance.choice(TAPS[:5])
    random_numbers = np.random.default_rng(chance.randint(0, 2**32))
    rank = chance.choice((1, 2, 5))
    factors = [random_numbers.random((rank, taps)) + 0.01 for taps in chance.sample((down, across), 2)]
    weights = np.einsum("ri,rj->ij", *factors)
    weights = np.rint(weights * 9) if chance.random() < 0.5 else weights / weights.sum()
    np.save(folder / "k.npy", weights if weights.any() else weights + 1)
    return "@k.npy"


def run(case: Case, folder: Path, chance: random.Random) -> str:
    """What differs; nothing where all is well."""
    suffix = {"ppm": "pgm" if _is_grey(case) else "ppm", "tiled.tif": "tif", "zarr": "tif"}.get(
        case.target, case.target
    )
    floats = case.dtype[0] == "f" and "auto" in case.options
    if case.target == "zarr" and ("raw" in case.options or floats):
        suffix = "npy"  # a TIFF has no float64
    held_options = [each for each in case.options if suffix != "npy" or each not in ("--display", "raw", "auto")]
    held = convcli("apply", case.source, *held_options, "-o", f"held.{suffix}", "-f", "-q", cwd=folder)
    how = ["--jobs", chance.choice("128"), "--memory", chance.choice(MEMORIES)]
    name = {"zarr": "rows.zarr", "tiled.tif": "rows.tif"}.get(case.target, f"rows.{suffix}")
    if case.target in ("zarr", "tiled.tif"):
        how += ["--tile", chance.choice(("16", "48", "64")), *chance.choice(([], ["--pyramid"]))]
    rows = _by_rows(folder, "apply", case.source, *case.options, *how, "-o", name, "-f")
    if held.code != 0 or rows.code != 0:
        same = held.code != 0 and rows.code != 0
        return "" if same else f"held: {held.code} {held.err.strip()}; rows: {rows.code} {rows.err.strip()}"
    if "were read by rows" not in rows.err:
        return "it was not read by rows"
    found, truth = _read(folder / name, case), _read(folder / f"held.{suffix}", case)
    if case.target == "zarr" and found.shape != truth.shape:
        truth = truth[..., : found.shape[-1]]  # it has no alpha
    return "" if _same(found, truth) else f"{found.shape} {found.dtype} and {truth.shape} {truth.dtype} differ"


def _by_rows(folder: Path, *arguments: str) -> Finished:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(large, "COMFORTABLE", 0)
        patched.setattr(large, "LEAST", 0)
        patched.setattr(row_stream, "block_rows", lambda _: 11)
        return convcli(*arguments, cwd=folder)


def _is_grey(case: Case) -> bool:
    return len(case.shape) == 2 or "gray" in case.options or "sum" in case.options


def _read(path: Path, case: Case) -> np.ndarray:
    """By others, (H, W, C), maps last."""
    import tifffile
    import zarr

    if path.suffix == ".npy":
        samples = np.load(path)
    elif path.suffix == ".zarr":
        samples = np.asarray(zarr.open_group(path, mode="r")["0"][...])
        samples = np.moveaxis(samples, 0, 2) if samples.ndim == 3 else samples
    elif path.suffix in (".pgm", ".ppm"):
        return np.frombuffer(path.read_bytes(), np.uint8)[None, :, None]
    else:
        with tifffile.TiffFile(path) as file:
            pages = [page.asarray() for page in file.pages]
        samples = pages[0] if len(pages) == 1 else np.stack(pages, axis=2)
    return samples.reshape(*samples.shape[:2], -1)


def _same(found: np.ndarray, truth: np.ndarray) -> bool:
    return found.dtype == truth.dtype and found.shape == truth.shape and found.tobytes() == truth.tobytes()


def main() -> None:
    """Count cases; exit 1 where one differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    bad, refused = 0, 0
    with tempfile.TemporaryDirectory() as made:
        for number in range(asked.count):
            seed = asked.seed * 1_000_000 + number
            said, was_refused, case = one(seed, Path(made))
            refused += was_refused
            if said:
                bad += 1
                print(f"seed {seed}: {case}\n  {said}", flush=True)
    print(f"{asked.count:,} cases, {refused:,} of them refused both ways, {bad:,} differ")
    raise SystemExit(bad > 0)


def one(seed: int, folder: Path) -> tuple[str, bool, Case]:
    """What differs in a case, whether it was refused both ways, and the case."""
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    chance = random.Random(seed)
    case = random_case(chance, folder)
    said = run(case, folder, chance)
    written = any(each.name.startswith("rows.") for each in folder.iterdir())
    return said, not said and not written, case


if __name__ == "__main__":
    main()
