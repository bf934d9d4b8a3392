"""The house: imports point one way, each library has its place, and starting is cheap."""

from __future__ import annotations

import ast
import importlib
import pathlib
import re
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
    "report": {"errors", "lazy", "registry", "core", "report"},
    "api": {"errors", "core", "files", "kernels", "images", "report", "api"},
    "cli": {"errors", "lazy", "registry", "core", "files", "kernels", "images", "report", "cli"},
}
LIBRARY_HOMES = {
    "click": {"cli"},
    "PIL": {"images", "report"},
    "rich": {"report", "cli"},
    "pillow_heif": {"images"},
    "onnx": {"files"},
    "google": {"files"},
    "imagecodecs": {"images"},
    "zarr": {"images"},
    "numcodecs": {"images"},  # which zarr brings
    "fsspec": {"images"},
    "dask": {"cli"},
    "distributed": {"cli"},
    "cv2": {"core"},
}
DEPENDENCIES = {
    "numpy",
    "click",
    "PIL",
    "rich",
    "convcli",
    "pillow_heif",
    "onnx",
    "google",
    "imagecodecs",
    "zarr",
    "numcodecs",
    "fsspec",
    "dask",
    "distributed",
    "cv2",
}


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


ABOVE = {"__init__", "__main__"}  # they stand above the house


@pytest.mark.parametrize(
    "path", [path for path in FILES if part_of(path) not in ABOVE], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_point_one_way_and_libraries_stay_in_their_place(path: pathlib.Path) -> None:
    """errors <- core <- {kernels, images, report} <- {api, cli}; Click, Pillow and rich only where they belong."""
    part = part_of(path)
    for module in imported_modules(path):
        top = module.split(".")[0]
        assert top in DEPENDENCIES or top in sys.stdlib_module_names, f"{module} is no dependency"
        if top == "convcli" and module not in ("convcli.__version__",):
            assert module.split(".")[1] in MAY_IMPORT[part], f"{part} imports {module}"
        if top in LIBRARY_HOMES:
            assert part in LIBRARY_HOMES[top], f"{part} imports {module}"


# The rooms of core, and which of them each may import; "ground" is what stands in core itself.
CORE = {
    "text": set(),
    "ground": {"text"},
    "kernel": {"ground"},
    "arithmetic": {"ground"},
    "problem": {"ground", "text", "kernel", "arithmetic"},
    "engines": {"ground", "arithmetic", "problem"},
    "display": {"ground", "kernel", "arithmetic"},
    "correlation": {"ground", "kernel", "arithmetic", "problem", "engines", "display"},
    "explain": {"ground", "kernel", "problem"},
    "laws": {"ground", "kernel", "problem", "correlation"},
    "layer": {"ground", "kernel", "problem", "correlation"},
    "network": {"ground", "text", "layer"},
    "forward": {"ground", "problem", "correlation", "network"},
    "equivariance": {"ground", "kernel", "problem", "correlation", "forward", "network"},
    "learning": {"ground"},
    "identify": {"ground"},
    "checking": {"ground", "kernel", "problem", "layer"},
    "claims": {"ground", "text", "kernel", "problem", "correlation", "explain", "layer", "network"},
}
LOAD_NO_NUMPY = (
    "convcli.core.border",
    "convcli.core.checking.layer_figures",
    "convcli.core.checking.mistakes",
    "convcli.core.claims.function_names",
    "convcli.core.display.displays",
    "convcli.core.engines",
    "convcli.core.forward.following",
    "convcli.core.forward.graph",
    "convcli.core.forward.operators",
    "convcli.core.equivariance.move_names",
    "convcli.core.geometry",
    "convcli.core.laws.laws",
    "convcli.core.layer.cost",
    "convcli.core.network.build",
    "convcli.core.network.counters",
    "convcli.core.network.kinds",
    "convcli.core.network.other_words",
    "convcli.core.network.replaced",
    "convcli.core.network.trained",
    "convcli.core.network.zoo",
    "convcli.core.pooling",
    "convcli.core.problem.options",
    "convcli.core.text.matrices",
    "convcli.core.text.whole_numbers",
    "convcli.files",
    "convcli.files.onnx_model",
    "convcli.files.trained",
    "convcli.files.onnx_model.foreign",
    "convcli.files.weights.reading",
    "convcli.images",
    "convcli.images.formats",
    "convcli.images.large.large_formats",
    "convcli.images.signatures",
    "convcli.kernels",
    "convcli.kernels.catalogue.families",
    "convcli.registry",
    *(f"convcli.core.{room}" for room in CORE if room != "ground"),
)
# One module name in several rooms is one kind of thing.
SHARED_NAMES = {
    "asked": "what a command was asked for, as one frozen value",
    "cluster": "a command's work on a cluster",
    "codec": "one file format, read and written",
    "command_line": "a command's arguments and options, and what it calls",
    "figure": "a still picture of a subject",
    "film": "a moving picture of a subject",
    "npy": "NumPy's file format",
    "options": "options that several share, and what they give",
    "panel": "several pictures side by side",
    "reading": "from a file to a value",
    "record": "the JSON of a subject, all of it",
    "run": "what a command does with its options",
    "spelling": "parameters as options are written",
    "sweep": "every combination of a few options' values",
    "table": "a table, or a subject as one",
    "text": "a subject in lines of text, and text as a format",
    "verdict": "what was found, point by point",
    "writer": "the bytes of one file format",
    "writing": "from a value to a file",
}


def core_room(module: str) -> str | None:
    """The room of core that a module stands in; None outside core."""
    parts = module.split(".")
    if parts[:2] != ["convcli", "core"]:
        return None
    return parts[2] if len(parts) > 2 and (PACKAGE / "core" / parts[2]).is_dir() else "ground"


def core_imports() -> dict[str, set[str]]:
    """The rooms that each room of core imports, anywhere in a file."""
    found: dict[str, set[str]] = {room: set() for room in CORE}
    for path in sorted((PACKAGE / "core").rglob("*.py")):
        own = core_room(".".join(("convcli", *path.relative_to(PACKAGE).with_suffix("").parts)))
        assert own is not None
        others = {core_room(module) for module in imported_modules(path) if module != "convcli.core.arrays"}
        found[own] |= {other for other in others if other not in (None, own)}  # type: ignore[misc]
    return found


def test_the_rooms_of_core_import_what_the_plan_allows_and_nothing_else() -> None:
    """Every arrow of the plan is there, and no other; the ground floor imports no room above it."""
    folders = {path.name for path in (PACKAGE / "core").iterdir() if (path / "__init__.py").is_file()}
    assert folders | {"ground"} == set(CORE)
    assert core_imports() == CORE


def test_no_circle_exists_between_rooms_of_core() -> None:
    """Each room stands on floors below it: taking away what stands on nothing, nothing is left at the end."""
    left = {room: set(others) for room, others in CORE.items()}
    while left:
        bottom = {room for room, others in left.items() if not others}
        assert bottom, f"a circle: {left}"
        left = {room: others - bottom for room, others in left.items() if room not in bottom}


def test_no_circle_exists_between_files() -> None:
    """Not even of imports inside functions; a room's face, which only hands names on, is no stop on the way."""
    modules = {".".join(("convcli", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in FILES}
    graph = {
        name: {other for other in imported_names(path) if other in modules and other != name}
        for name, path in modules.items()
        if path.name != "__init__.py"
    }
    while graph:
        bottom = {name for name, others in graph.items() if not others & graph.keys()}
        assert bottom, f"a circle among {sorted(graph)}"
        graph = {name: others for name, others in graph.items() if name not in bottom}


def imported_names(path: pathlib.Path) -> Iterator[str]:
    """Every module, and every `module.name` that may be one, that a file imports; for types alone is no import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in only_for_types:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_registries_and_counting_load_no_numpy() -> None:
    """Rows are data: help, options and counting start without NumPy, and so does every room's face."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    assert not {'numpy', 'PIL', 'rich', 'click'} & set(sys.modules), name\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *LOAD_NO_NUMPY], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_module_name_is_borne_by_two_different_things() -> None:
    """A name that several rooms use is one kind of thing, and stands in the list above."""
    rooms: dict[str, list[str]] = {}
    for path in FILES:
        if path.stem not in ("__init__", "__main__"):
            rooms.setdefault(path.stem, []).append(str(path.relative_to(PACKAGE)))
    shared = {name for name, paths in rooms.items() if len(paths) > 1}
    assert shared == set(SHARED_NAMES)


def test_every_room_says_what_it_is_and_hands_out_what_it_names() -> None:
    """A sentence in each `__init__`; and every name of its face is really there."""
    for path in (path for path in FILES if path.name == "__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
        name = ".".join(("convcli", *path.parent.relative_to(PACKAGE).parts))
        room = importlib.import_module(name)
        for handed_out in dir(room) if "__getattr__" in vars(room) else ():
            assert hasattr(room, handed_out), f"{name}.{handed_out}"
            # Once it is imported, a file of that name would stand in the way of what it hands out.
            assert not (path.parent / f"{handed_out}.py").exists(), f"{name}.{handed_out}"


def test_the_cluster_stands_in_one_room() -> None:
    """Dask is imported in cli/cluster alone."""
    for path in FILES:
        if path.parent != PACKAGE / "cli" / "cluster":
            assert not {"dask", "distributed"} & {name.split(".")[0] for name in imported_modules(path)}, path


def test_the_core_spells_no_option() -> None:
    """It speaks of parameters; how the command line writes them is the root's business."""
    for path in (PACKAGE / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"(^|[\s('`])--[a-z]|^-[a-z]$", node.value), f"{path}: {node.value!r}"


def test_records_are_made_in_record_files_alone() -> None:
    """The JSON of a command stands in report/SUBJECT/record.py: nobody else writes a record's first key."""
    for path in FILES:
        if path.stem != "record":
            assert '"command": ' not in path.read_text(encoding="utf-8"), path


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
