"""Other tools on this machine that say what is true: None where they are missing."""

from __future__ import annotations

import shutil
import subprocess


def _magick() -> str | None:
    """ImageMagick's command: `magick`, or `convert` where that is ImageMagick's and not another program."""
    for name in ("magick", "convert"):
        path = shutil.which(name)
        if path is None:
            continue
        asked = subprocess.run([path, "-version"], capture_output=True, text=True)
        if asked.returncode == 0 and asked.stdout.startswith("Version: ImageMagick"):
            return path
    return None


MAGICK = _magick()
VIPS = shutil.which("vips")
