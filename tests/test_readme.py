"""README tells what the tool does now: every output, picture, recipe, table and example is run and compared."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image, ImageSequence

from convcli.cli.app import root
from convcli.cli.commands.explain.run import MOST_OUTPUTS
from convcli.cli.commands.show.run import MOST_MAPS
from convcli.core.border import BORDERS
from convcli.core.display.displays import output_choices
from convcli.core.equivariance import sweep
from convcli.core.layer import matrix
from convcli.core.learning import pairing
from convcli.core.network import language
from convcli.files import source
from convcli.images.codec import MAX_PIXELS
from convcli.images.codecs.tiff.codec import MAX_PAGES
from convcli.images.codecs.webp import codec as webp
from convcli.kernels.catalogue import recipe
from convcli.kernels.reading import kernel_file
from tests.readme_sessions import (
    ENGLISH,
    GALLERY,
    PAGES,
    ROOT,
    blocks,
    page_text,
    pictures,
    run_page,
    runnable,
    shows,
    trimmed,
)

INSTALLS = ("-m venv", "pipx", "~/.bashrc")


def frames(path: Path) -> list[np.ndarray]:
    """The frames of a picture, in colour."""
    with Image.open(path) as picture:
        return [np.asarray(frame.convert("RGB"), dtype=int) for frame in ImageSequence.Iterator(picture)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[str]]:
    """The page after its sessions ran: its text, the folder they ran in, and where it says something else."""
    folder = tmp_path_factory.mktemp("reader")
    text = page_text(ENGLISH)
    surprises = [
        f"$ {step.command}\n--- the page\n{chr(10).join(step.shown)}\n--- the tool\n{chr(10).join(seen)}"
        for step, seen in run_page(text, folder)
        if not shows(trimmed(step.shown), seen)
    ]
    return text, folder, surprises


def test_every_command_shows_what_the_page_says(played: tuple[str, Path, list[str]]) -> None:
    """All sessions, in order, in one folder, as a reader would type them."""
    _, _, surprises = played
    assert not surprises, "\n\n".join(surprises)


def test_every_picture_is_the_one_its_command_makes(played: tuple[str, Path, list[str]]) -> None:
    """Frame by frame; letters may be smoothed otherwise by another FreeType, in one sample of a hundred."""
    text, folder, _ = played
    assert pictures(text)
    for name in pictures(text):
        shown, made = frames(GALLERY / name), frames(folder / name)
        assert [frame.shape for frame in shown] == [frame.shape for frame in made], name
        for before, after in zip(shown, made, strict=True):
            assert np.mean(before != after) < 0.01, name


def test_the_gallery_holds_what_the_pages_show_and_is_small() -> None:
    """No stray pictures; less than 1.5 MB in all."""
    kept = {path.name: path.stat().st_size for path in GALLERY.iterdir()}
    assert set(kept) == set.union(*(pictures(page_text(page)) for page in PAGES))
    assert sum(kept.values()) < 1_500_000, kept


def test_the_examples_in_python_run() -> None:
    """The sessions in Python are doctests."""
    examples = "\n".join(block.text for block in blocks(page_text(ENGLISH), "pycon"))
    test = doctest.DocTestParser().get_doctest(examples, {}, ENGLISH, None, None)
    assert test.examples
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def kitchen(folder: Path) -> dict[str, str]:
    """What the recipes take for granted: photographs, a layer's weights, convcli on the path, a home."""
    small = Image.open(ROOT / "sample_images" / "chelsea.png").resize((90, 60))
    (folder / "photos").mkdir()
    for name in ("photo.jpg", "photos/cat.jpg", "photos/mirror.jpg"):
        small.save(folder / name)
    np.save(folder / "conv1.npy", np.random.default_rng(3).normal(size=(4, 3, 3, 3)))
    (folder / "bin").mkdir()
    launcher = folder / "bin" / "convcli"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m convcli "$@"\n')
    launcher.chmod(0o755)
    path = os.pathsep.join([str(launcher.parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}


def test_every_recipe_runs_in_a_real_shell(tmp_path: Path) -> None:
    """Each block ends with exit code 0 under `bash -e`, in order, and a Makefile makes its first target."""
    environment = kitchen(tmp_path)
    for block in blocks(page_text(ENGLISH), "sh", "makefile"):
        if any(word in block.text for word in INSTALLS):
            continue
        script = block.text
        if block.language == "makefile":
            (tmp_path / "Makefile").write_text(block.text)
            script = "make --silent"
        if any(f"{tool} " in script and shutil.which(tool) is None for tool in ("jq", "make")):
            continue  # the recipe is for who has it
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
        assert "Error" not in done.stderr, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_name_every_command_border_and_display(page: str) -> None:
    """A row for each; a border's row has its pattern and its other names."""
    rows = [line for line in page_text(page).splitlines() if line.startswith("| `")]
    starts = [row.split("`")[1].split()[0] for row in rows]
    for name in [*root.list_commands(click.Context(root)), *output_choices()]:
        assert name in starts, name
    for border in BORDERS:
        row = rows[starts.index(border.name)].replace("\\|", "|")
        assert border.pattern in row
        assert ", ".join(border.aliases) in row
    for code in ("0", "1", "2", "3", "130, 143"):
        assert f"\n| {code} | " in page_text(page)


@pytest.mark.parametrize("page", PAGES)
def test_the_limits_are_the_codes(page: str) -> None:
    """Each figure of the table is the constant that refuses what is larger, in the table's order."""
    limits = [
        MAX_PIXELS,
        source.MAX_STREAM_BYTES,
        MAX_PAGES,
        webp.MOST,
        kernel_file.LARGEST_TEXT,
        kernel_file.LARGEST_ARRAY,
        recipe.LARGEST_SIZE,
        recipe.MOST_WEIGHTS,
        language.MOST_LAYERS,
        matrix.MOST_ENTRIES,
        pairing.MOST_WEIGHTS,
        MOST_OUTPUTS,
        sweep.MOST_RUNS,
        MOST_MAPS,
    ]
    table = re.findall(r"^\| [^|]+ \| ([0-9,]{3,}) \|", page_text(page), flags=re.MULTILINE)
    assert table == [f"{limit:,}" for limit in limits]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """To a heading of the page, as GitHub spells its anchor, or to a file of the repository."""
    text = page_text(page)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(([^)]+)\)", "".join(re.split(r"```.*?```", text, flags=re.DOTALL)))
    assert len(links) > 10
    for link in links:
        assert link[1:] in anchors if link.startswith("#") else (ROOT / link).exists(), link


def test_both_languages_walk_the_same_path() -> None:
    """The same sessions, recipes, examples and pictures, in the same order: what runs for one runs for the other."""
    english, chinese = (page_text(page) for page in PAGES)
    assert [block.text for block in runnable(english)] == [block.text for block in runnable(chinese)]
    assert pictures(english) == pictures(chinese)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n### ") == chinese.count("\n### ")


def test_a_wrong_line_or_a_missing_one_is_seen() -> None:
    """The comparison itself: lines are compared whole, and only "..." stands for others."""
    assert shows(["19 25", "37 43"], ["19 25", "37 43"])
    assert not shows(["19 25", "37 43"], ["19 25", "37 44"])
    assert not shows(["19 25"], ["19 25", "37 43"])
    assert shows(["19 25", "..."], ["19 25", "37 43"])
