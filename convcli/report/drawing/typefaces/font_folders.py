"""Where systems keep their fonts, and which of them to try first."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import islice

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
MOST_ENTRIES, DEEPEST = 20_000, 6  # files and folders looked at, levels below a known folder
MOST_UNKNOWN = 300  # fonts of no known family that are opened

# By the file's name without weight: first what letters most scripts well, then Chinese, simplified first.
FAMILIES = (
    "dejavusans", "notosans", "segoeui", "arial", "helveticaneue", "helvetica", "lucidagrande", "liberationsans",
    "notosanscjksc", "notosanscjk", "notosanssc", "notosanshans", "sourcehansanssc", "sourcehansanscn",
    "sourcehansanshwsc", "sourcehansans", "pingfang", "pingfangsc", "hiraginosansgb", "msyh", "microsoftyahei",
    "harmonyossanssc", "misans", "wqymicrohei", "wqyzenhei", "stheitilight", "stheiti", "stheitimedium", "deng",
    "simhei", "simsun", "nsimsun", "songti", "stsong", "droidsansfallback", "droidsansfallbackfull", "arialunicode",
    "arialunicodems", "notosanscjktc", "notosanstc", "notosanscjkjp", "notosansjp", "notosanscjkkr", "notoserifcjksc",
    "notoserifcjk", "uming", "ukai", "freesans", "notosanshebrew", "notosansarabic", "notosansdevanagari",
    "notosansthai", "notosanssymbols2", "notosanssymbols", "symbola", "unifont",
)  # fmt: skip
_ORDER = {family: place for place, family in enumerate(FAMILIES)}
_WEIGHT = re.compile(r"(regular|normal|roman|book|variablefont\w*|vf|wght)+$")
_LESS_LEGIBLE = ("bold", "black", "italic", "oblique", "thin", "light", "mono", "condensed", "narrow", "serif")


def font_folders(
    environ: Mapping[str, str] | None = None, platform: str = sys.platform, home: str | None = None
) -> tuple[str, ...]:
    """Folders that may hold fonts, the user's own first."""
    environ = os.environ if environ is None else environ
    home = os.path.expanduser("~") if home is None else home
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        windows = environ.get("WINDIR") or environ.get("SYSTEMROOT") or r"C:\Windows"
        return os.path.join(local, "Microsoft", "Windows", "Fonts"), os.path.join(windows, "Fonts")
    if platform == "darwin":
        own = (os.path.join(home, "Library", "Fonts"), os.path.join(home, ".fonts"))
        return *own, "/Library/Fonts", "/System/Library/Fonts", "/System/Library/AssetsV2", "/Network/Library/Fonts"
    own_data = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    shared = (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    data = [os.path.join(folder, "fonts") for folder in (own_data, *shared) if os.path.isabs(folder)]
    more = ("/usr/share/fonts", "/run/current-system/sw/share/X11/fonts", "/usr/X11R6/lib/X11/fonts", "/system/fonts")
    return tuple(dict.fromkeys((os.path.join(home, ".fonts"), *data, *more)))


def font_files(folders: tuple[str, ...]) -> list[str]:
    """Paths of the fonts below these folders in the order in which to try them; those of no known family last."""
    known: list[tuple[tuple[int, int], str]] = []
    unknown: list[tuple[tuple[int, int], str]] = []
    for path in islice(_walk(folders), MOST_ENTRIES):
        if path.lower().endswith(SUFFIXES):
            rank = rank_of(path)
            (known if rank[0] < len(FAMILIES) else unknown).append((rank, path))
    return [path for _, path in (*sorted(known), *sorted(unknown)[:MOST_UNKNOWN])]


def rank_of(path: str) -> tuple[int, int]:
    """The family's place, and how unlike a plain sans-serif the file's name is."""
    stem = re.sub(r"\[.*\]|[^a-z0-9]", "", os.path.splitext(os.path.basename(path))[0].lower())
    family = _WEIGHT.sub("", stem)
    return _ORDER.get(family, len(FAMILIES)), sum(word in stem for word in _LESS_LEGIBLE)


def _walk(folders: tuple[str, ...]) -> Iterator[str]:
    """Everything below the folders, no deeper than DEEPEST; links to folders are not followed, nor refusals felt."""
    waiting = [(folder, 0) for folder in reversed(folders)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda each: each.name):
                    yield entry.path
                    if depth < DEEPEST and entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
        except OSError:  # no such folder, or not ours to read
            continue
