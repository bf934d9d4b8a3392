"""What is shipped: the package, its samples and its types, and nothing else."""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import convcli
from convcli.core.network.trained import TRAINED
from convcli.files.trained import weights_path
from convcli.report.explorer.assembling import SCRIPTS, STYLES, TEMPLATE

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this tree, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.iterdir()
    return zipfile.ZipFile(built)


def metadata(wheel: zipfile.ZipFile, name: str) -> str:
    """A file of the wheel's own description."""
    (path,) = (path for path in wheel.namelist() if path.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


def test_the_wheel_holds_the_package_and_its_samples_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Modules, the mark of types, trained weights, languages, the explorer's page, each sample with its terms."""
    shipped = {path for path in wheel.namelist() if ".dist-info/" not in path}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "convcli").rglob("*.py")}
    samples = {f"convcli/sample_images/{path.name}" for path in (ROOT / "sample_images").iterdir() if path.is_file()}
    weights = {f"convcli/files/trained/{row.file}" for row in TRAINED}
    languages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "convcli").rglob("zh.txt")}
    page = {f"convcli/report/explorer/page/{name}" for name in (TEMPLATE, *SCRIPTS, *STYLES)}
    assert len(languages) == 3
    assert shipped == modules | languages | page | samples | weights | {"convcli/py.typed"}
    assert len([sample for sample in samples if sample.endswith(".png")]) >= 6


def test_samples_and_weights_are_the_trees_own_bytes(wheel: zipfile.ZipFile) -> None:
    """A sample of an installed tool is the picture that README shows."""
    for path in (ROOT / "sample_images").glob("*.png"):
        assert wheel.read(f"convcli/sample_images/{path.name}") == path.read_bytes()
    for row in TRAINED:
        assert wheel.read(f"convcli/files/trained/{row.file}") == weights_path(row.name).read_bytes()


def test_installed_it_needs_exactly_four_packages(wheel: zipfile.ZipFile) -> None:
    """numpy, click, pillow, rich; everything else is an extra."""
    described = email.message_from_string(metadata(wheel, "METADATA"))
    needs = [need for need in described.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert sorted(need.split(">")[0] for need in needs) == ["click", "numpy", "pillow", "rich"]
    assert described["Version"] == convcli.__version__
    assert described["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in described.get_all("Classifier", [])
    assert described["License-Expression"] == "MIT"


def test_the_wheel_installs_one_command(wheel: zipfile.ZipFile) -> None:
    """`convcli`, which is what `python -m convcli` runs."""
    assert metadata(wheel, "entry_points.txt").split() == [
        "[console_scripts]",
        "convcli",
        "=",
        "convcli.__main__:program",
    ]
    done = subprocess.run([sys.executable, "-m", "convcli", "flip", "0 1; 2 3"], capture_output=True, check=True)
    assert done.stdout == b"3 2\n1 0\n"
