"""Output folders: `out/` is made when it is missing, and so is what results need below it; what is above it is not."""

from __future__ import annotations

import os
from collections.abc import Iterable

from convcli.errors import OutputError
from convcli.files.output import WORKING_FOLDER_GONE
from convcli.files.reasons import system_words


def make_folders(top: str, below: Iterable[str] = ()) -> None:
    """Make a folder that results go to, and folders below it; what is there already stays.

    Args:
        top: as it was typed, with or without a slash; "" is where we are.
        below: whole paths.

    Raises:
        OutputError: the folder above `top` does not exist, or one cannot be made.
    """
    folder = top.rstrip("/" + os.sep)
    if folder and not os.path.isdir(folder):
        _make_top(top, folder)
    for path in sorted(set(below)):
        try:
            os.makedirs(path, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(path, "the folder cannot be made: there is a file of that name") from error
        except OSError as error:
            raise OutputError(path, f"the folder cannot be made: {system_words(error)}") from error


def ignores_case(folder: str) -> bool:
    """Whether a.png and A.png are one file there, as on Windows and macOS; of a folder to be made, in the one above.

    What is in the folder is looked for under its name in the other case; an empty one itself in the one above.
    """
    while folder and not os.path.isdir(folder):
        above = os.path.dirname(folder)
        folder = above if above != folder else ""
    try:
        with os.scandir(folder) as entries:
            name = next((entry.name for entry in entries if entry.name.swapcase() != entry.name), None)
        above, name = (folder, name) if name is not None else os.path.split(folder)
        turned = os.path.join(above, name.swapcase())
        return name.swapcase() != name and os.path.samefile(os.path.join(above, name), turned)
    except OSError:  # no such folder, none that may be read, no such name
        return False


def _make_top(top: str, folder: str) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError as error:
        raise OutputError(folder, "this is a file, and several results need a folder") from error
    except FileNotFoundError as error:
        above = os.path.dirname(folder)
        what = f"the folder {above} does not exist" if above else WORKING_FOLDER_GONE
        raise OutputError(top, what) from error
    except OSError as error:
        raise OutputError(top, f"the folder cannot be made: {system_words(error)}") from error
