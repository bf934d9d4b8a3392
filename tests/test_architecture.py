"""The house: imports point one way, each library has its place, and starting is cheap."""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

import convcli

PACKAGE = pathlib.Path(convcli.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
MAY_IMPORT = {
    "errors": {"errors"},
    "lazy": {"lazy"},
    "files": {"errors", "lazy", "registry", "core", "files"},
    "registry": {"errors", "registry"},
    "core": {"errors", "lazy", "registry", "core"},
    "kernels": {"errors", "lazy", "registry", "core", "files", "kernels"},
    "images": {"errors", "lazy", "registry", "core", "files", "images"},
    "report": {"errors", "core", "report"},
    "cli": {"errors", "lazy", "registry", "core", "files", "kernels", "images", "report", "cli"},
}
LIBRARY_HOMES = {"click": {"cli"}, "PIL": {"images", "report"}, "rich": {"report", "cli"}}
DEPENDENCIES = {"numpy", "click", "PIL", "rich", "convcli"}


def imported_modules(path: pathlib.Path) -> Iterator[str]:
    """Every module a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "convcli":
                yield from (f"convcli.{alias.name}" for alias in node.names)
            else:
                yield node.module


def part_of(path: pathlib.Path) -> str:
    """The part of the house a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way_and_libraries_stay_in_their_place(path: pathlib.Path) -> None:
    """errors <- core <- {kernels, images, report} <- cli; Click, Pillow and rich only where they belong."""
    part = part_of(path)
    if part not in MAY_IMPORT:
        return  # __init__ and __main__ stand above the house
    for module in imported_modules(path):
        top = module.split(".")[0]
        assert top in DEPENDENCIES or top in sys.stdlib_module_names, f"{module} is no dependency"
        if top == "convcli" and module not in ("convcli.__version__",):
            assert module.split(".")[1] in MAY_IMPORT[part], f"{part} imports {module}"
        if top in LIBRARY_HOMES:
            assert part in LIBRARY_HOMES[top], f"{part} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short_enough_to_read_in_one_go(path: pathlib.Path) -> None:
    """No file of the package has more than 260 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


@pytest.mark.parametrize(
    "arguments", [["--help"], ["apply", "--help"], ["params", "8x8", "--kernel", "3"], ["--version"]]
)
def test_light_commands_load_no_heavy_library(arguments: list[str]) -> None:
    """Help and counting start without NumPy, Pillow or rich."""
    code = (
        "import sys; from convcli.cli.app import run; code = run(sys.argv[1:]);"
        "heavy = sorted({'numpy', 'PIL', 'rich'} & set(sys.modules)); print('heavy', heavy, code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "heavy [] 0", done.stdout + done.stderr


def test_the_top_level_is_fixed() -> None:
    """Beside the package there are tests, samples, README, LICENSE, CHANGELOG and dot-folders, nothing else."""
    root = PACKAGE.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    names = tracked.stdout.splitlines() if tracked.returncode == 0 else [path.name for path in root.iterdir()]
    tops = {name.split("/")[0] for name in names}
    allowed = {"convcli", "tests", "sample_images", "pyproject.toml", "LICENSE", "CHANGELOG.md"}
    assert {top for top in tops if not top.startswith((".", "README"))} <= allowed
