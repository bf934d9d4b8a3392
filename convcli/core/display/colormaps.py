"""Colour maps: each is one row of `COLORMAPS`, the colours that it passes through."""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry


class ColourMap(NamedTuple):
    """Colours from a lowest value to a highest.

    Attributes:
        name: the one that options take.
        about: what it is good for.
        ramps: parts of equal length from low to high; each passes through its colours (hex, RGB) in even steps.
        source: where its colours come from.
    """

    name: str
    about: str
    ramps: tuple[str, ...]
    source: str


COLORMAPS = Registry(
    "colour map",
    (
        ColourMap(
            "gray",
            about="black to white: a level is itself",
            ramps=("000000 ffffff",),
            source="the identity",
        ),
        ColourMap(
            "diverging",
            about="dark blue (-1) through white (0) to dark red (+1), about as light for a value as for its negative",
            ramps=("053061 2166ac 4393c3 92c5de d1e5f0 ffffff", "ffffff fddbc7 f4a582 d6604d b2182b 67001f"),
            source="ColorBrewer's RdBu (Brewer, 2002), safe for red-green blindness, but white and not grey at 0",
        ),
        ColourMap(
            "viridis",
            about="even steps of lightness, dark violet to yellow",
            ramps=(
                "440154 48176a 482a7a 433d85 3d4e8a 355e8d 2e6d8e 297b8e 23898e "
                "1e978b 20a586 2db37d 46c070 64cb5e 88d548 b0dd2f d8e217 fde725",
            ),
            source="fitted to Matplotlib's viridis (van der Walt & Smith, 2015; CC0), within 4 levels of its table",
        ),
    ),
)
