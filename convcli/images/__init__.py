"""Pictures: the only code that knows files, pipes and Pillow.

picture = images.read("photo.jpg")        # a path, "-", "sample:coffee", or "0 1; 2 3"
images.write(picture, "copy.png")         # whole or not at all
"""

from __future__ import annotations

from convcli.images.codec import MAX_PIXELS
from convcli.images.formats import format_names, format_of
from convcli.images.inputs import expand
from convcli.images.naming import refuse_clashes, target_for
from convcli.images.output import check_target, discard_unfinished, safe_output, write_bytes
from convcli.images.picture import Metadata, Picture
from convcli.images.reading import read, shape_of
from convcli.images.samples import sample_names, sample_path
from convcli.images.writing import check_holds, encode, output_codec, write

__all__ = [
    "MAX_PIXELS",
    "Metadata",
    "Picture",
    "check_holds",
    "check_target",
    "discard_unfinished",
    "encode",
    "expand",
    "format_names",
    "format_of",
    "output_codec",
    "read",
    "refuse_clashes",
    "safe_output",
    "sample_names",
    "sample_path",
    "shape_of",
    "target_for",
    "write",
    "write_bytes",
]
