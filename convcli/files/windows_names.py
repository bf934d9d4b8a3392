"""Names that Windows gives no file: devices of old, and characters that mean something else there."""

from __future__ import annotations

import ntpath
import os

WINDOWS = os.name == "nt"
FORBIDDEN = '<>:"|?*'
_NUMBERED = "123456789¹²³"
DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{port}{n}" for port in ("COM", "LPT") for n in _NUMBERED)]
)


def is_device(name: str) -> bool:
    """Whether a name is a device's on Windows, whatever suffix it has.

    >>> is_device("nul.png"), is_device("Aux"), is_device("console.png")
    (True, True, False)
    """
    return name.partition(".")[0].rstrip(" ").upper() in DEVICES


def refusal(path: str) -> str | None:
    r"""Why Windows would put no file of that name where it is meant to be; None where it does.

    A colon behind the drive would be a stream of another file; blanks and dots at the end are dropped.  "nul" alone
    is asked for by those who want nothing kept.

    >>> refusal("C:\\maps\\edge.png"), refusal("nul")
    (None, None)
    >>> refusal("maps\\sobel:x.png")
    'on Windows no file name holds any of < > : " | ? *'
    """
    if path.lower() == "nul":
        return None
    for part in ntpath.splitdrive(path)[1].replace("\\", "/").split("/"):
        if any(character in FORBIDDEN or character < " " for character in part):
            return f"on Windows no file name holds any of {' '.join(FORBIDDEN)}"
        if is_device(part):
            return f"on Windows {part.partition('.')[0]} is a device, whatever follows it; give another name"
        if part not in (".", "..") and part[-1:] in (".", " "):
            return "on Windows no file name ends in a dot or a blank"
    return None
