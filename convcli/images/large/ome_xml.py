"""What an OME-TIFF says of itself in its description.

Source: the OME data model, 2016-06 (https://www.openmicroscopy.org/Schemas/OME/2016-06).
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from convcli import __version__

SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
MICROMETRES = 25_400  # of an inch


def description(
    name: str, size: tuple[int, int, int], dtype: np.dtype[Any], *, in_one: bool, dpi: tuple[float, float] | None
) -> bytes:
    """One image, its channels in one page or a page each; ASCII.

    Args:
        size: (height, width, channels).
        in_one: whether a pixel's samples are together.
        dpi: pixels per inch, across and down, where they are known.
    """
    height, width, channels = size
    pages, together = (1, channels) if in_one else (channels, 1)
    kind = "float" if dtype.kind == "f" else dtype.name
    lines = "".join(f'<Channel ID="Channel:0:{index}" SamplesPerPixel="{together}"/>' for index in range(pages))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<OME xmlns="{SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{SCHEMA} {SCHEMA}/ome.xsd" Creator="convcli {__version__}">'
        f'<Image ID="Image:0" Name={quoteattr(name)}>'
        f'<Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="{kind}" SizeX="{width}" SizeY="{height}"'
        f' SizeC="{channels}" SizeZ="1" SizeT="1" BigEndian="false"{_physical(dpi)}>'
        f'{lines}<TiffData IFD="0" PlaneCount="{pages}"/></Pixels></Image></OME>'
    )
    return text.encode("ascii", "xmlcharrefreplace")


def _physical(dpi: tuple[float, float] | None) -> str:
    if dpi is None:
        return ""
    across, down = (MICROMETRES / each for each in dpi)
    return f' PhysicalSizeX="{across:.9g}" PhysicalSizeXUnit="µm" PhysicalSizeY="{down:.9g}" PhysicalSizeYUnit="µm"'
