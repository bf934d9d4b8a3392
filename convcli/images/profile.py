"""Colour profiles: the curves that an ICC profile gives its channels (ICC.1:2010, 10.5 curveType, 10.15 parametric)."""

from __future__ import annotations

import struct

from convcli.core.light import Curve, Power, Table
from convcli.images.picture import Picture

CURVES = {b"RGB ": (b"rTRC", b"gTRC", b"bTRC"), b"GRAY": (b"kTRC",)}  # by the profile's colour space
NUMBERS = (1, 3, 4, 5, 7)  # of each kind of parametric curve
MOST_TAGS = 200


def curves_for(picture: Picture) -> tuple[Curve, ...] | None:
    """The curves of a picture's channels, by its own profile; see `curves_of`."""
    profile = picture.metadata.icc_profile or b""
    fits = len(CURVES.get(profile[16:20], ())) == picture.channels
    return curves_of(profile) if fits else None


def curves_of(profile: bytes) -> tuple[Curve, ...] | None:
    """The curves of an RGB or grey profile, one if they are all the same; None if it has none that can be used.

    Profiles that are tables of colours, or of other colour spaces, have no such curves.
    """
    tags = CURVES.get(profile[16:20])
    if tags is None:
        return None
    try:
        found = [_curve(_tag(profile, tag)) for tag in tags]
    except (ValueError, struct.error, OverflowError):
        return None
    return (found[0],) if len(set(found)) == 1 else tuple(found)


def _tag(profile: bytes, name: bytes) -> bytes:
    """The content of one tag.

    Raises:
        ValueError: there is none.
    """
    (count,) = struct.unpack_from(">I", profile, 128)
    for index in range(min(count, MOST_TAGS)):
        tag, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if tag == name:
            return profile[offset : offset + size]
    raise ValueError(name)


def _curve(tag: bytes) -> Curve:
    if tag[:4] == b"curv":
        return _sampled(tag)
    if tag[:4] == b"para":
        return _parametric(tag)
    raise ValueError(tag[:4])


def _sampled(tag: bytes) -> Curve:
    """No number: straight.  One: a power.  More: a table."""
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return Power(1.0)
    if count == 1:
        return _checked(Power(struct.unpack_from(">H", tag, 12)[0] / 256))
    values = struct.unpack_from(f">{count}H", tag, 12)
    if min(values) == max(values):
        raise ValueError("flat")
    return Table(tuple(value / 65535 for value in values))


def _parametric(tag: bytes) -> Curve:
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind >= len(NUMBERS):
        raise ValueError(kind)
    numbers = [number / 65536 for number in struct.unpack_from(f">{NUMBERS[kind]}i", tag, 12)]
    g, a, b, c, d, e, f = numbers + [0.0] * (7 - len(numbers))
    if kind == 0:
        return _checked(Power(g))
    if a <= 0:
        raise ValueError(a)
    if kind in (1, 2):  # a power from -b/a on, and c everywhere
        return _checked(Power(g, a, b, 0.0, -b / a, c, c))
    return _checked(Power(g, a, b, c, d, e, f))


def _checked(curve: Power) -> Power:
    if curve.gamma <= 0:
        raise ValueError(curve.gamma)
    return curve
