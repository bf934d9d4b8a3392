"""`identify` as people type it: commands, functions, folders; the verdict, the proof, the line that does the same."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.cli.commands.identify.asking import Clock, CommandLine
from convcli.core.identify.probes import probes
from convcli.files.programs import Limits
from tests.command_line import Finished, convcli
from tests.core.identify.hidden import Hidden

KERNEL = "1 2 3; 0 4 0; 1 1 0"
WEIGHTS = np.array([[1, 2, 3], [0, 4, 0], [1, 1, 0]])
KEYS = (
    "command identified reason deterministic shift_invariant stride linear gamma kernel anchor flipped border "
    "border_indistinguishable rounding overflow scale offset prediction apply"
)
needs_gm = pytest.mark.skipif(shutil.which("gm") is None, reason="GraphicsMagick is not installed")
posix = pytest.mark.skipif(shutil.which("cp") is None, reason="the commands are those of POSIX")


def record_of(*words: str, cwd: Path, code: int = 0) -> dict[str, Any]:
    """What --json says."""
    done = convcli("identify", "--json", *words, cwd=cwd)
    assert (done.code, done.err) == (code, ""), done
    (record,) = done.records
    return record


def same_bytes(words: list[str], picture: str, expected: Path, cwd: Path) -> bool:
    """Whether the line, run on a picture, gives the samples of a file that the filter itself made."""
    assert words[:3] == ["convcli", "apply", "in.png"]
    assert convcli("apply", picture, *words[3:-1], "line.png", "-q", "-f", cwd=cwd).code == 0
    with Image.open(cwd / "line.png") as made, Image.open(expected) as own:
        return np.array_equal(np.asarray(made), np.asarray(own))


def test_a_function_of_a_package_is_identified(tmp_path: Path) -> None:
    """convolve flips the kernel that was meant; every key is there; the answers are negative and beyond 255."""
    record = record_of(
        "-k", KERNEL, "--python", "convcli:convolve", "--args", f"'{KERNEL}', border='zero'", cwd=tmp_path
    )
    assert set(KEYS.split()) <= set(record)
    assert (record["command"], record["identified"], record["reason"]) == ("identify", True, None)
    assert record["kernel"] == WEIGHTS[::-1, ::-1].tolist()
    assert (record["flipped"], record["anchor"], record["stride"]) == (True, [1, 1], [1, 1])
    assert record["border"]["name"] in ("zero", "constant")
    assert record["prediction"] == {"pixels": 240000, "differing": 0, "largest": 0}
    line = convcli("apply", "sample:coffee", *record["apply"][3:-1], "line.npy", "-q", cwd=tmp_path)
    assert line.code == 0
    from convcli import convolve, sample

    assert np.array_equal(np.load(tmp_path / "line.npy"), convolve(sample("coffee"), KERNEL, border="zero"))


def test_no_convolution_ends_with_1_and_the_reason(tmp_path: Path) -> None:
    """A turn by 90 degrees: what it is, in JSON and in words; no kernel, no line."""
    record = record_of("--python", "numpy:rot90", cwd=tmp_path, code=1)
    assert (record["identified"], record["reason"]) == (False, "size")
    assert (record["kernel"], record["apply"], record["prediction"]) == (None, None, None)
    done = convcli("identify", "--python", "numpy:rot90", "--args", "k=3", cwd=tmp_path)
    assert done.code == 1
    assert done.text.startswith("numpy:rot90(picture, k=3)\nNOT a convolution: ")


def test_what_may_be_a_convolution_is_not_called_none(tmp_path: Path) -> None:
    """Black, whatever the picture: a kernel of zeros gives that, too."""
    done = convcli("identify", "--python", "numpy:zeros_like", cwd=tmp_path)
    assert done.code == 1
    assert done.text.startswith("numpy:zeros_like(picture)\nNOT identified: every answer is one flat value")


@posix
@pytest.mark.parametrize(
    "words",
    [
        ("cp", "{in}", "{out}"),
        ("cat",),
        ("cat", "{in}"),
        ("sh", "-c", "cat > $0", "{out}"),
        ("dd", "if={in}", "of={out}"),
    ],
)
def test_files_and_streams_in_each_combination(words: tuple[str, ...]) -> None:
    """Named in and out, neither, one of them, inside a word: what came in comes back."""
    who = CommandLine(words, "png", Limits(), Clock(10.0), lambda said: None)
    colour = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    heard: list[str] = []
    answers = who.answers([("x", colour), ("y", colour[:, :, 0])], lambda name, answer: heard.append(name))
    assert np.array_equal(answers["x"].pixels, colour)
    assert np.array_equal(answers["y"].pixels, colour[:, :, 0])
    assert heard == ["x", "y"]


@posix
def test_a_copy_is_the_identity_and_each_run_is_told(tmp_path: Path) -> None:
    """One weight of 1; -v tells the probes; a later word that looks like an option of ours is the command's."""
    done = convcli("identify", "-v", "--", "sh", "-c", "cp $0 $1", "{in}", "{out}", "--json", cwd=tmp_path)
    assert done.code == 0
    lines = done.text.splitlines()
    assert lines[:4] == [
        "sh -c 'cp $0 $1' '{in}' '{out}' --json",
        "identified: identity:size=1",
        "kernel, 1x1, for correlation",
        "1",
    ]
    assert "# proof: the prediction for sample:coffee: 240,000 pixels, 0 differ" in lines
    assert "noise-again: 113x97 uint8, " in done.err


@needs_gm
def test_the_printed_line_does_what_the_tool_does(tmp_path: Path) -> None:
    """GraphicsMagick divides by the sum and rounds down; run as it is printed, the line gives its bytes."""
    words = ("gm", "convert", "{in}", "-convolve", "1,2,3,0,4,0,1,1,0", "{out}")
    done = convcli("identify", "-k", KERNEL, "--", *words, cwd=tmp_path)
    assert done.code == 0
    assert "kernel, 3x3, for correlation, each 1/12 of\n1 2 3\n0 4 0\n1 1 0\n" in done.text
    line = shlex.split(done.text.splitlines()[-1])
    convcli("apply", "sample:chelsea", "-k", "1", "-o", "in.png", "-q", cwd=tmp_path)
    run_gm(tmp_path, "in.png", "-convolve", "1,2,3,0,4,0,1,1,0", "own.png")
    assert same_bytes(line, "in.png", tmp_path / "own.png", tmp_path)


def run_gm(folder: Path, *words: str) -> None:
    """GraphicsMagick itself."""
    import subprocess

    subprocess.run(["gm", "convert", *words], cwd=folder, check=True)


def by_hand(folder: Path, *options: str) -> Finished:
    """Probes written, all of them put through `apply`, and some results taken away."""
    assert convcli("identify", "--probes", "probes", *options, cwd=folder).code == 0
    line = ("-k", KERNEL, "--scale", "1/12", "--border", "wrap", "--display", "clip", "--alpha", "keep", "-q")
    assert convcli("apply", "probes", *line, "-o", "results/", cwd=folder).code == 0
    return convcli("identify", "--results", "results", "--json", cwd=folder)


def test_a_folder_of_probes_comes_back(tmp_path: Path) -> None:
    """The guide names every probe; results in another format, one missing and one strange are no harm, but are said."""
    assert by_hand(tmp_path).records[0]["border"]["name"] == "wrap"
    guide = (tmp_path / "probes" / "README.txt").read_text()
    assert all(probe.name in guide for probe in probes())
    assert convcli("identify", "--probes", "probes", cwd=tmp_path).refused(3, "exists already", "--force")
    results = tmp_path / "results"
    with Image.open(results / "noise.png") as noise:
        noise.save(results / "noise.tif")
    (results / "noise.png").unlink()
    (results / "alpha.png").unlink()
    (results / "holiday.png").write_bytes((results / "a.png").read_bytes())
    done = convcli("identify", "--results", "results", "--json", cwd=tmp_path)
    assert done.code == 0
    assert "1 file of no probe's name, holiday first: left out" in done.err
    assert "alpha: it did not come back" in done.err
    (record,) = done.records
    assert (record["kernel"], record["rounding"]) == ((WEIGHTS / 12).tolist(), "half even")
    assert record["prediction"] == {"pixels": 262144, "differing": 0, "largest": 0}  # of sample:camera, which came back
    assert record["alpha"] is None


def answer_probes(hidden: Hidden, folder: Path) -> None:
    """A filter's answers in the place of the grey probes; the others are away."""
    for path in folder.glob("*.png"):
        with Image.open(path) as opened:
            pixels = np.asarray(opened)
        if pixels.dtype != np.uint8 or pixels.ndim == 3:
            path.unlink()
        else:
            Image.fromarray(hidden(pixels)).save(path)


@pytest.mark.parametrize(
    ("pair", "said"),
    [(("edge", "wrap"), "rows edge, columns wrap"), (("renormalised", "renormalised"), "renormalised")],
)
def test_a_border_that_apply_has_not_is_told_and_given_to_no_other_tool(
    pair: tuple[str, str], said: str, tmp_path: Path
) -> None:
    """Columns that wrap round, as on a globe; weights beyond the ends left out."""
    kernel = np.array([[1, 0, 2, 0, 3], [0, 1, 4, 0, 0], [1, 0, 5, 2, 0], [0, 0, 1, 0, 0], [2, 1, 0, 0, 1]])
    assert convcli("identify", "--probes", "results", cwd=tmp_path).code == 0
    answer_probes(Hidden(kernel, 24, (2, 2), pair), tmp_path / "results")
    done = convcli("identify", "--results", "results", "--json", cwd=tmp_path)
    assert done.code == 0
    (record,) = done.records
    assert record["border"]["name"] == said
    assert "border" in record["unlike"][0] or "beyond the ends" in record["unlike"][0]
    done = convcli("identify", "--results", "results", "--emit", "scipy", cwd=tmp_path)
    assert done.code == 2
    assert f"one border rule; this one's is {said}" in " ".join(done.err.split())


def test_results_at_fault_are_named_file_by_file(tmp_path: Path) -> None:
    """One of another size, one that is needed and missing, one no picture, one lossy: exit code 3, and no verdict."""
    assert convcli("identify", "--probes", "results", cwd=tmp_path).code == 0
    results = tmp_path / "results"
    with Image.open(results / "noise.png") as noise:
        noise.crop((0, 0, 40, 30)).save(results / "noise.png")
    with Image.open(results / "low.png") as low:
        low.save(results / "low.jpg")
    (results / "low.png").unlink()
    (results / "binary.png").unlink()
    (results / "a.png").write_bytes(b"no picture")
    done = convcli("identify", "--results", "results", cwd=tmp_path)
    assert (done.code, done.out) == (3, b"")
    said = " ".join(done.err.split())
    assert "a: it is no picture" in said
    assert "low.jpg: JPEG may change pixels" in said
    assert "binary is needed and missing" in said
    assert "noise.png is 30x40, and most answers to probes of 113x97 are 113x97" in said


def test_the_same_for_another_tool_runs(tmp_path: Path) -> None:
    """--emit scipy prints a program that gives the filter's values."""
    words = ("--python", "convcli:correlate", "--args", f"'{KERNEL}', border='reflect'", "--emit", "scipy")
    done = convcli("identify", *words, cwd=tmp_path)
    from convcli import correlate

    names: dict[str, Any] = {"picture": np.random.default_rng(1).integers(0, 256, (9, 7))}
    exec(done.text, names)
    assert np.array_equal(names["response"], correlate(names["picture"], KERNEL, border="reflect"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give a command behind --"),
        (("--python", "a:b", "cp"), "two ways to one end"),
        (("--args", "1", "--", "cp"), "--args belongs to --python"),
        (("--python", "a"), "write MODULE:FUNCTION"),
        (("--python", "a:b", "--args", "f()"), "no literal"),
        (("--python", "a:b", "--format", "png"), "--format belongs to"),
        (("--probes", "p", "-k", "box"), "--kernel belongs to a verdict"),
        (("--results", ".", "--on", "sample:coffee"), "--on belongs to"),
        (("--emit", "scipy", "--json", "--", "cp"), "leave out --json"),
        (("-k", "bank:sobel", "--", "cp"), "2 kernels"),
        (("--timeout", "0", "--", "cp"), "above 0"),
        (("--depth", "float", "--format", "png", "--", "cp"), "needs tiff or npy"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_runs(
    words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    """One message, exit code 2, and nothing is written."""
    assert convcli("identify", *words, cwd=tmp_path).refused(2, message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--python", "no_such_module:f"), "it cannot be called: ModuleNotFoundError"),
        (("--python", "numpy:add"), "it raised TypeError: add() takes from 2 to 3"),
        (("--results", "nowhere"), "there is no such folder"),
    ],
)
def test_what_gives_no_picture_ends_with_3(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """The exception's own words."""
    done = convcli("identify", *words, cwd=tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (3, b"", 1)
    assert message in done.err
