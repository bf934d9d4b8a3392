"""Decoding in place: colours of a JPEG into memory of ours, four bytes a pixel, as they come from the decoder.

    Pillow alone    decoder -> R G B -> R G B - -> a band's copy -> R G B, joined -> samples
    here            decoder -> R G B -                                            -> samples

Needs no NumPy, so that a picture can be decoded while that is still being imported.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from convcli.core import picture_memory
from convcli.images.pillow.opening import has

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from convcli.core.arrays import Bytes

SPARE = "RGBX"  # Pillow's word for colours with a spare byte


class Decoded(NamedTuple):
    """A picture that was decoded.

    Attributes:
        memory: of its colours with their spare bytes, row by row; None where Pillow keeps them.
        colours: (H, W, 3), the same side by side, where that has been done already.
    """

    image: ImageFile
    memory: Any = None
    colours: Bytes | None = None

    def packed(self) -> Decoded:
        """The same with its colours side by side; and without the memory they were in."""
        if self.memory is None:
            return self
        import numpy as np

        from convcli.core import spare_byte

        width, height = self.image.size
        spaced = np.ndarray((height, width, 4), np.uint8, buffer=self.memory)
        self.image.im = None  # type: ignore[assignment]  # it lies in that memory
        return Decoded(self.image, None, spare_byte.packed(spaced))

    def packed_beside_numpy(self) -> Decoded:
        """The same, packed if NumPy is wanted anyway: is being imported, or has been."""
        return self.packed() if "numpy" in sys.modules else self


def decode(image: ImageFile) -> Decoded:
    """Decode a picture that was opened; in place if it is a JPEG of three colours."""
    if not _can_be_in_place(image):
        image.load()
        return Decoded(image)
    from PIL import Image

    width, height = image.size
    memory: Any = picture_memory.held_by(4 * width * height, _view)
    here = Image.frombuffer(SPARE, image.size, memory, "raw", SPARE, 0, 1).im
    repack(image, SPARE)
    image.im, image._mode = here, SPARE
    image.load()
    return Decoded(image, memory if image.im is here else None)


def _view(memory: picture_memory.Memory) -> memoryview:
    return memoryview(memory)


def _can_be_in_place(image: ImageFile) -> bool:
    """Whether it is a JPEG of three colours that is decoded in one go."""
    if image.mode != "RGB" or len(image.tile) != 1 or not _knows_spare_bytes():
        return False
    kind, box, _, arguments = image.tile[0]
    return kind == "jpeg" and box == (0, 0, *image.size) and arguments == ("RGB", "")


@cache
def _knows_spare_bytes() -> bool:
    """Whether Pillow's JPEG decoder is one that has them."""
    return has("libjpeg_turbo")


def repack(image: ImageFile, rawmode: str) -> None:
    """Have the decoder unpack the samples in another way."""
    tiles: list[Any] = []
    for tile in image.tile:
        arguments = rawmode if isinstance(tile[3], str) else (rawmode, *(tile[3] or ())[1:])
        tiles.append(tile._replace(args=arguments) if hasattr(tile, "_replace") else (*tile[:3], arguments))
    image.tile = tiles
