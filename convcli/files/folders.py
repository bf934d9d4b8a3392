"""Output folders: `out/` is made when it is missing, the folders above it are not."""

from __future__ import annotations

import os

from convcli.errors import OutputError
from convcli.files.output import WORKING_FOLDER_GONE


def make_folder(output: str) -> None:
    """Make the folder that an output such as "out/" names; anything else is left alone.

    Raises:
        OutputError: the folder above it does not exist, or it cannot be made.
    """
    folder = output.rstrip("/" + os.sep)
    if not output.endswith(("/", os.sep)) or not folder or os.path.isdir(folder):
        return
    try:
        os.mkdir(folder)
    except FileNotFoundError as error:
        above = os.path.dirname(folder)
        what = f"the folder {above} does not exist" if above else WORKING_FOLDER_GONE
        raise OutputError(output, what) from error
    except OSError as error:
        raise OutputError(output, f"the folder cannot be made: {error.strerror or error}") from error
