"""Sample pictures: bundled photographs, reached as `sample:NAME`."""

from __future__ import annotations

from pathlib import Path

from convcli.errors import UnknownNameError

_PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = (_PACKAGE / "sample_images", _PACKAGE.parent / "sample_images")  # installed; in a source checkout


def sample_names() -> list[str]:
    """Names of the bundled pictures, sorted."""
    return sorted(path.stem for path in _folder().glob("*.png"))


def sample_path(name: str) -> Path:
    """The file of a bundled picture.

    Raises:
        UnknownNameError: no sample has this name.
    """
    if name not in sample_names():
        raise UnknownNameError("sample", name, sample_names())
    return _folder() / f"{name}.png"


def _folder() -> Path:
    return next((folder for folder in FOLDERS if folder.is_dir()), FOLDERS[0])
