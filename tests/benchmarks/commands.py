"""Whole commands: decode, correlate, encode - time and peak memory of child processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.contest import Case, Entry, alternate, table
from tests.benchmarks.core import full, installed

Work = Callable[[], tuple[float, float]]
SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
# Of quality 90 on, convcli, libvips and ImageMagick keep edges of colour sharp (4:4:4); OpenCV has to be told.
CV2 = """
import sys, cv2, numpy as np
FULL_COLOUR = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
cv2.setNumThreads(2)
kernel = np.load(sys.argv[3]).astype(np.float32)
picture = cv2.imread(sys.argv[1])
response = cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE)
cv2.imwrite(sys.argv[2], response, [cv2.IMWRITE_JPEG_QUALITY, 90, *FULL_COLOUR])
"""
CV2_BATCH = """
import sys, cv2, numpy as np, pathlib
from concurrent.futures import ThreadPoolExecutor
FULL_COLOUR = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
cv2.setNumThreads(1)
kernel = np.load(sys.argv[3]).astype(np.float32)
def one(path):
    response = cv2.filter2D(cv2.imread(str(path)), -1, kernel, borderType=cv2.BORDER_REPLICATE)
    cv2.imwrite(sys.argv[2] + "/" + path.name, response, [cv2.IMWRITE_JPEG_QUALITY, 90, *FULL_COLOUR])
with ThreadPoolExecutor(2) as pool:
    list(pool.map(one, sorted(pathlib.Path(sys.argv[1]).glob("*.jpg"))))
"""
SCIPY = """
import sys, numpy as np
from PIL import Image
from scipy import ndimage
kernel = np.load(sys.argv[3])
picture = np.asarray(Image.open(sys.argv[1]))
planes = [ndimage.correlate(picture[:, :, c], kernel, np.float32, mode="nearest") for c in range(3)]
pixels = np.clip(np.rint(np.stack(planes, -1)), 0, 255).astype(np.uint8)
Image.fromarray(pixels).save(sys.argv[2], quality=90, subsampling=0)
"""


# A child's peak memory is never below that of the process it was forked from, so a small one starts it.
LAUNCHER = """
import os, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
seconds = time.perf_counter() - start
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(done.returncode)
"""


def child(command: Sequence[str], folder: Path) -> Work:
    """Run a command to its end; seconds and peak megabytes of the largest process."""
    launched = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]

    def work() -> tuple[float, float]:
        done = subprocess.run(launched, cwd=folder, capture_output=True, text=True, check=False, env=warm())
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it failed")
        seconds, megabytes = done.stdout.split()[-2:]
        return float(seconds), float(megabytes)

    return work


def warm() -> dict[str, str]:
    """The environment, in which Python keeps what it has compiled, as it does of an installed tool."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def able(commands: dict[str, list[str]], folder: Path) -> list[Entry]:
    """Entries of the installed tools that can do the task; says which can not."""
    entries = []
    for tool, line in commands.items():
        if shutil.which(line[0]) is None:
            continue
        work = child(line, folder)
        try:
            work()
        except RuntimeError as error:
            print(f"{tool} cannot do this and is left out: {str(error)[-80:]}")
            continue
        entries.append(Entry(tool, work))
    return entries


class Kitchen:
    """A folder with a picture and the kernels in every tool's format."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        from PIL import Image

        self.folder = folder
        source = Path(__file__).parents[2] / "sample_images" / "coffee.png"
        with Image.open(source) as picture:
            picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(folder / "in.jpg", quality=90)

    def kernel(self, name: str, weights: Any) -> None:
        """Write one kernel for each tool."""
        np.save(self.folder / f"{name}.npy", weights)
        rows = [" ".join(f"{value:.9g}" for value in row) for row in weights]
        height, width = weights.shape
        (self.folder / f"{name}.txt").write_text("\n".join(rows) + "\n")
        (self.folder / f"{name}.mat").write_text("\n".join([f"{width} {height} 1 0", *rows]) + "\n")

    def literal(self, name: str) -> str:
        """ImageMagick's literal."""
        weights = np.load(self.folder / f"{name}.npy")
        rows = " ".join(",".join(f"{value:.9g}" for value in row) for row in weights)
        return f"{weights.shape[1]}x{weights.shape[0]}: {rows}"

    def entries(self, name: str, suffix: str = "jpg") -> list[Entry]:
        """Every installed tool's command for one kernel."""
        flat = self.literal(name).partition(": ")[2].replace(" ", ",")
        quality = "[Q=90]" if suffix == "jpg" else ""
        ours = [sys.executable, "-m", "convcli", "apply", "in.jpg", "-k", f"@{name}.npy", "--display", "clip", "-f"]
        commands = {
            "convcli": [*ours, "-q", "-o", f"convcli.{suffix}"],
            "vips conv": ["vips", "conv", "in.jpg", f"vips.{suffix}{quality}", f"{name}.mat"],
            "ImageMagick": [
                "convert", "in.jpg", "-define", "convolve:scale=1", "-morphology", "Correlate", self.literal(name),
                "-quality", "90", f"magick.{suffix}",
            ],
            "gm -convolve": ["gm", "convert", "in.jpg", "-convolve", flat, "-quality", "90", f"gm.{suffix}"],
        }  # fmt: skip
        if installed("cv2"):
            commands["cv2 script"] = [sys.executable, "-c", CV2, "in.jpg", f"cv2.{suffix}", f"{name}.npy"]
        if installed("scipy") and np.load(self.folder / f"{name}.npy").size <= 25:
            commands["scipy script"] = [sys.executable, "-c", SCIPY, "in.jpg", f"scipy.{suffix}", f"{name}.npy"]
        return able(commands, self.folder)

    def compare(self, entries: Sequence[Entry], suffix: str = "jpg") -> None:
        """Note the mean distance of each tool's picture from ours, and the sizes of PNG files."""
        from PIL import Image

        def read(tool: str) -> Any:
            stem = {"vips conv": "vips", "ImageMagick": "magick", "gm -convolve": "gm"}.get(tool, tool.split()[0])
            path = self.folder / f"{stem}.{suffix}"
            with Image.open(path) as picture:
                return np.asarray(picture.convert("RGB"), np.float64), path.stat().st_size

        mine, size = read("convcli")
        for entry in entries[1:]:
            theirs, other = read(entry.tool)
            note = f"mean distance {np.abs(mine - theirs)[20:-20, 20:-20].mean():.2f}"
            entry.note = note + (f", file {other / size:.2f} of ours" if suffix == "png" else "")


@contextmanager
def kitchen(quick: bool, size: tuple[int, int] = (4000, 3000)) -> Iterator[Kitchen]:
    """A temporary folder with the picture."""
    with tempfile.TemporaryDirectory(prefix="convcli-benchmark-") as folder:
        yield Kitchen(Path(folder), (800, 600) if quick else size)


def missing() -> list[str]:
    """One line for each tool that is not there."""
    absent = [tool for tool in ("vips", "convert", "mogrify", "gm", "gmic") if shutil.which(tool) is None]
    absent += [module for module in ("cv2", "scipy") if not installed(module)]
    return [f"Missing, and so not compared: {', '.join(absent)}.", ""] if absent else []


def run_cli(rounds: int, quick: bool) -> list[str]:
    """Whole commands on one picture."""
    cases = []
    with kitchen(quick) as place:
        for name, weights, target in (("Sobel", SOBEL, 1.3), ("full 5x5", full(5), 1.3), ("full 15x15", full(15), 0.7)):
            stem = name.replace(" ", "-")
            place.kernel(stem, weights)
            targets = {"cv2 script": target, "ImageMagick": 0.6, "gm -convolve": 1.0}
            if name == "full 15x15":
                targets["vips conv"] = 0.25
            cases.append(_played(place, Case(f"JPEG to JPEG, {name}", place.entries(stem), targets), rounds, "jpg"))
        case = Case("JPEG to PNG, Sobel", place.entries("Sobel", "png"), {"vips conv": 1.0})
        cases.append(_played(place, case, max(2, rounds // 2), "png"))
    return [*missing(), *table(f"Whole commands, {_size(quick)} RGB", cases), *_start_up(rounds)]


def _size(quick: bool, megapixels: int = 12) -> str:
    return "0.48 MP" if quick else f"{megapixels} MP"


def _played(place: Kitchen, case: Case, rounds: int, suffix: str) -> Case:
    alternate(case.entries, rounds)
    place.compare(case.entries, suffix)
    return case


def _start_up(rounds: int) -> list[str]:
    """Seconds of commands that compute next to nothing."""
    lines = ["### Start-up", "", "| command | ms | target |", "| --- | ---: | ---: |"]
    for words, target in ((["--help"], 120), (["params", "28x28", "--kernel", "5x5"], 150)):
        entry = Entry("convcli", _silent([sys.executable, "-m", "convcli", *words]))
        alternate([entry], 2 * rounds)
        lines.append(f"| convcli {' '.join(words)} | {entry.median * 1e3:.0f} ± {entry.spread:.0%} | {target} |")
    return [*lines, ""]


def _silent(command: list[str]) -> Callable[[], None]:
    def work() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=warm())

    return work


def run_batch(rounds: int, quick: bool) -> list[str]:
    """48 pictures of 1 megapixel, full 5x5."""
    with kitchen(quick, (1152, 864)) as place:
        place.kernel("k", full(5))
        for folder in ("in", "ours", "vips", "magick", "cv2"):
            (place.folder / folder).mkdir()
        for index in range(6 if quick else 48):
            shutil.copy(place.folder / "in.jpg", place.folder / "in" / f"{index:02}.jpg")
        shell = "ls in | xargs -P2 -I{} vips conv in/{} vips/{}[Q=90] k.mat"
        ours = [sys.executable, "-m", "convcli", "apply", "in", "-k", "@k.npy", "--display", "clip", "-f", "-q"]
        magick = ["mogrify", "-path", "magick", "-define", "convolve:scale=1", "-quality", "90"]
        commands = {
            "convcli": [*ours, "-o", "ours/"],
            "xargs -P2 vips conv": ["sh", "-c", shell] if shutil.which("vips") else ["vips"],
            "mogrify": [*magick, "-morphology", "Correlate", place.literal("k"), "in/*.jpg"],
        }
        if installed("cv2"):
            commands["cv2 script, two threads"] = [sys.executable, "-c", CV2_BATCH, "in", "cv2", "k.npy"]
        entries = able(commands, place.folder)
        targets = {"xargs -P2 vips conv": 0.4, "mogrify": 0.4, "cv2 script, two threads": 1.5}
        case = Case(f"{6 if quick else 48} JPEGs, {_size(quick, 1)}, full 5x5", entries, targets)
        alternate(entries, max(2, rounds // 2))
    return [
        *missing(),
        *table("Batch", [case]),
        *table("Batch, peak memory of the largest process", [Case(case.name, entries)], memory=True),
    ]


def run_memory(rounds: int, quick: bool) -> list[str]:
    """Peak memory of whole commands."""
    del rounds  # memory hardly varies
    with kitchen(quick) as place:
        place.kernel("Sobel", SOBEL)
        case = Case(f"{_size(quick)} RGB, Sobel, JPEG to JPEG", place.entries("Sobel"), {"cv2 script": 1.3})
        alternate(case.entries, 2)
    return [*missing(), *table("Peak memory", [case], memory=True)]
