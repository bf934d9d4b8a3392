"""The colours of all drawings: one meaning, one colour."""

from __future__ import annotations

RGB = tuple[int, int, int]
LEGIBLE = 4.5  # contrast of lettering with its ground

PAPER: RGB = (255, 255, 255)
INK: RGB = (31, 41, 51)
BLACK: RGB = (0, 0, 0)
MUTED: RGB = (97, 110, 124)  # captions and faded numbers: 5:1 on paper
LINE: RGB = (154, 165, 177)  # the rules of a grid
FAINT: RGB = (238, 241, 244)  # the ground of padded cells and of frames
ACCENT: RGB = (11, 98, 168)

WINDOW: RGB = (255, 226, 156)  # input cells under the kernel
WINDOW_EDGE: RGB = (176, 112, 0)
WINDOW_RING: RGB = (255, 166, 0)  # around the window on a picture, between two lines of ink
KERNEL: RGB = (204, 227, 248)
OUTPUT: RGB = (190, 234, 205)  # the output cell being computed
OUTPUT_EDGE: RGB = (0, 110, 72)
OUTPUT_RING: RGB = (0, 196, 128)

POSITIVE: RGB = (178, 24, 43)
NEGATIVE: RGB = (33, 102, 172)
WRONG: RGB = (213, 94, 0)
RIGHT: RGB = (0, 120, 84)

# Okabe & Ito's colours (2008), told apart by colour-blind readers; their black is our ink.
CATEGORIES: tuple[RGB, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)


def tied_colours(count: int) -> list[RGB]:
    """One colour for each of `count` tied weights: the categories first, then their tints and shades.

    Neighbours always differ in hue; past 7 a hue comes back lighter or darker.

    >>> tied_colours(8)[7] == mixed(CATEGORIES[0], PAPER, 0.5)
    True
    """
    strengths = (1.0, 0.5, -0.45, 0.75, -0.25, 0.28, -0.62)
    colours = []
    for index in range(count):
        base = CATEGORIES[index % len(CATEGORIES)]
        strength = strengths[index // len(CATEGORIES) % len(strengths)]
        colours.append(mixed(base, PAPER if strength > 0 else INK, abs(strength)))
    return colours


def mixed(colour: RGB, other: RGB, share: float) -> RGB:
    """`share` of one colour with the rest of another."""
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def readable_on(ground: RGB) -> RGB:
    """Ink, or paper, or black where neither has a contrast of 4.5 to 1 with this ground: black has, then.

    >>> readable_on((255, 226, 156)) == INK, readable_on((5, 48, 97)) == PAPER, readable_on((0, 200, 0)) == INK
    (True, True, True)
    """
    return next((colour for colour in (INK, PAPER) if contrast(colour, ground) >= LEGIBLE), BLACK)


def contrast(one: RGB, other: RGB) -> float:
    """(L + 0.05) / (l + 0.05) of the brighter and the darker colour's luminance, 1 to 21 (WCAG 2).

    >>> round(contrast(PAPER, (0, 0, 0)))
    21
    """
    dark, bright = sorted(_luminance(colour) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: RGB) -> float:
    shares = (value / 255 for value in colour)
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
