"""Pictures: the only code that knows files, pipes and Pillow.

picture = images.read("photo.jpg")        # a path, "-", "sample:coffee", or "0 1; 2 3"
images.write(picture, "copy.png")         # whole or not at all

The names are resolved on first use: a picture can be decoded while NumPy is still being imported.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convcli.files.bundled import sample_names as sample_names
    from convcli.files.bundled import sample_path as sample_path
    from convcli.files.output import check_target as check_target
    from convcli.files.output import discard_unfinished as discard_unfinished
    from convcli.files.output import safe_output as safe_output
    from convcli.files.output import write_bytes as write_bytes
    from convcli.images.codec import MAX_PIXELS as MAX_PIXELS
    from convcli.images.formats import format_names as format_names
    from convcli.images.formats import format_of as format_of
    from convcli.images.inputs import expand as expand
    from convcli.images.naming import refuse_clashes as refuse_clashes
    from convcli.images.naming import target_for as target_for
    from convcli.images.picture import Metadata as Metadata
    from convcli.images.picture import Picture as Picture
    from convcli.images.reading import read as read
    from convcli.images.reading import shape_of as shape_of
    from convcli.images.writing import check_holds as check_holds
    from convcli.images.writing import encode as encode
    from convcli.images.writing import output_codec as output_codec
    from convcli.images.writing import write as write

_HOMES = {
    "codec": ("MAX_PIXELS",),
    "formats": ("format_names", "format_of"),
    "inputs": ("expand",),
    "naming": ("refuse_clashes", "target_for"),
    "output": ("check_target", "discard_unfinished", "safe_output", "write_bytes"),
    "picture": ("Metadata", "Picture"),
    "reading": ("read", "shape_of"),
    "samples": ("sample_names", "sample_path"),
    "writing": ("check_holds", "encode", "output_codec", "write"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'convcli.images' has no attribute {name!r}")
    return getattr(importlib.import_module(f"convcli.images.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
