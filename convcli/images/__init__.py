"""Pictures: from a path, a pipe or a text to samples, and back.

picture = images.read("photo.jpg")        # a path, "-", "sample:coffee", or "0 1; 2 3"
images.write(picture, "copy.png")         # whole or not at all

The names are resolved on first use: a picture can be decoded while NumPy is still being imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.images.codec import MAX_PIXELS as MAX_PIXELS
    from convcli.images.formats import format_names as format_names
    from convcli.images.formats import format_of as format_of
    from convcli.images.inputs import gather as gather
    from convcli.images.naming import numbered as numbered
    from convcli.images.naming import refuse_clashes as refuse_clashes
    from convcli.images.naming import target_for as target_for
    from convcli.images.picture import Metadata as Metadata
    from convcli.images.picture import Picture as Picture
    from convcli.images.reading import opened as opened
    from convcli.images.reading import read as read
    from convcli.images.reading import shape_of as shape_of
    from convcli.images.writing import check_holds as check_holds
    from convcli.images.writing import encode as encode
    from convcli.images.writing import output_format as output_format
    from convcli.images.writing import write as write
    from convcli.images.writing import write_frames as write_frames

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.images.codec": ("MAX_PIXELS",),
        "convcli.images.formats": ("format_names", "format_of"),
        "convcli.images.inputs": ("gather",),
        "convcli.images.naming": ("numbered", "refuse_clashes", "target_for"),
        "convcli.images.picture": ("Metadata", "Picture"),
        "convcli.images.reading": ("opened", "read", "shape_of"),
        "convcli.images.writing": ("check_holds", "encode", "output_format", "write", "write_frames"),
    },
)

__all__ = __dir__()
