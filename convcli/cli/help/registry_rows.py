"""Rows of help topics, made from the registries: the same in every language, but for what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from convcli.cli.help.limits import limit_rows
from convcli.errors import listed

Say = Callable[[str], str]  # words of a registry, in the language of the topic


def borders(say: Say = str) -> str:
    """Name, pattern and other names of each border."""
    from convcli.core.border import BORDERS

    return "\n".join(f"  {row.name:<10} {row.pattern:<25} {', '.join(row.aliases)}" for row in BORDERS)


def displays(say: Say = str) -> str:
    """Name, formula and meaning of each display."""
    from convcli.core.display.displays import DISPLAYS

    rows = (f"  {row.name:<9} {row.formula:<24} {say(row.about)}" for row in DISPLAYS)
    return "\n".join(row.rstrip() for row in rows)


def kinds(say: Say = str) -> str:
    """Form and meaning of each kind of layer."""
    from convcli.core.network.kinds import LAYER_KINDS

    return "\n".join(f"  {kind.form:<34} {say(kind.about)}" for kind in LAYER_KINDS)


def fields(say: Say = str) -> str:
    """What a pattern of -o may hold."""
    from convcli.images.naming import FIELDS

    return "\n".join(f"  {f'{{{name}}}':<9} {say(about)}" for name, about in FIELDS.items())


def formats(say: Say = str) -> str:
    """Name, suffixes and metadata of each format."""
    from convcli.images.formats import FORMATS, WORDS

    rows = []
    for row in FORMATS:
        held = say("all") if set(WORDS) <= set(row.carries) else ", ".join(map(say, row.carries)) or "-"
        rows.append(f"  {row.name if row.written else '(read)':<7} {' '.join(row.suffixes):<40} {held}".rstrip())
    return "\n".join(rows)


def held(say: Say = str) -> str:
    """The formats that hold --dpi."""
    from convcli.images.formats import FORMATS

    return _listed((row.label for row in FORMATS if row.written and row.resolution), say)


def moving(say: Say = str) -> str:
    """The formats that hold all frames."""
    from convcli.images.formats import FORMATS, moving_names

    return _listed((FORMATS.find(name).label for name in moving_names()), say)


def large(say: Say = str) -> str:
    """What reads and writes pictures by rows: read, the suffixes that it writes, options of its own, the extra."""
    from convcli.images.large.large_formats import LARGE

    rows = []
    for row in LARGE:
        options = [f"--{name}" for name in ("level", "tile", "pyramid", "resume") if getattr(row, f"{name}s")]
        read, written = "yes" if row.opens else "", " ".join(row.suffixes) if row.creates else ""
        rows.append(f"  {row.label:<22} {read:<5} {written:<22} {' '.join(options):<32} {row.extra}".rstrip())
    return "\n".join(rows)


def _listed(names: Iterable[str], say: Say) -> str:
    found = list(names)
    return listed(found) if say is str else f"{'、'.join(found)} "


ROWS: dict[str, Callable[[Say], str]] = {
    "borders": borders,
    "displays": displays,
    "kinds": kinds,
    "fields": fields,
    "formats": formats,
    "large": large,
    "limits": limit_rows,
    "held": held,
    "moving": moving,
}
