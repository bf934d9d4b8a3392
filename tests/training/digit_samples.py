"""Writes sample_images/digit-3.png and the others: python -m tests.training.digit_samples.

Each is one of the pictures held out in training, 8x8, in 8 bits: what the network takes, pixel by pixel.
"""

from __future__ import annotations

from pathlib import Path

from tests.training.digits import eight_bit

SAMPLES = {"digit-3": 1477, "digit-5": 1447, "digit-8": 1455}  # places in scikit-learn's order
FOLDER = Path(__file__).resolve().parents[2] / "sample_images"


def main() -> None:
    """Write them."""
    from convcli import images

    pictures, _ = eight_bit()
    for name, place in SAMPLES.items():
        images.write(images.Picture(pictures[place]), str(FOLDER / f"{name}.png"), png_level=9, force=True)


if __name__ == "__main__":
    main()
