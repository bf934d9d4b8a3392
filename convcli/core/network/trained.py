"""Networks whose weights ship with the tool: a row each, beside its row of `zoo`, which has the layers."""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry


class Sheet(NamedTuple):
    """How the drawings were made that a network was trained on.

    A drawing is a sheet of little squares, inked or not; a pixel is the share of its finer x finer squares that are.

    Attributes:
        finer: rows and columns of the sheet for each of the network's input.
        brush: how wide strokes are, in little squares.
    """

    finer: int
    brush: float


class Trained(NamedTuple):
    """A network with weights.

    Attributes:
        name: of its row in `zoo.NETWORKS`.
        about: what it takes and gives.
        file: of its weights, named as `forward.wanted_weights` has them, fc in the order C, H, W.
        labels: of its outputs, in order.
        scale: what the values of an 8-bit picture are multiplied by before they go in; mean 0, deviation 1.
        held_out, right: pictures it was not trained on, and how many of them it names rightly.
        samples: pictures to try it on, of those.
        sheet: of the drawings that they were; None where they were none.
        source: of the pictures, and of the program that trained it.
    """

    name: str
    about: str
    file: str
    labels: tuple[str, ...]
    scale: float
    held_out: int
    right: int
    samples: tuple[str, ...]
    source: str
    sheet: Sheet | None = None


TRAINED = Registry(
    "trained network",
    (
        Trained(
            "digits",
            "one handwritten digit, 8x8, bright on black, to one of ten classes",
            "digits.safetensors",
            tuple("0123456789"),
            scale=1 / 255,
            held_out=360,
            right=354,
            samples=("digit-3", "digit-5", "digit-8"),
            source="Alpaydin, Kaynak 1998, Optical Recognition of Handwritten Digits (UCI, CC BY 4.0), as scikit-learn "
            "has them: trained on the first 1437, held out the last 360, by tests/training/digits.py",
            sheet=Sheet(finer=4, brush=4.4),  # 32x32 bitmaps, counted in blocks of 4x4; the mean digit inks 313 squares
        ),
    ),
)
