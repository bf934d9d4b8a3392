"""Names of outputs: `-o` as a file, a folder, or a pattern with {stem}, {kernel}, {index}."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from convcli.errors import OptionError, UsageError, printable
from convcli.files.output import absolute
from convcli.images.formats import default_format, format_named, output_suffixes

FIELDS = ("stem", "kernel", "index")
LONGEST = 80  # characters of a stem or kernel in a file name, so that names stay under 255 bytes
_FIELD = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r"[^\w.=+,-]+")


def target_for(
    output: str, source: str, *, kernel: str | None = None, index: int = 0, format: str | None = None
) -> str:
    """Where the result of one input and one kernel goes.

    Args:
        output: a file; a folder (existing, or ending in "/"), which takes the input's
            name; or a pattern.
        source: the input, as it was given.
        kernel: the kernel's name; made safe for file names.
        index: 0-based number of the input.
        format: gives the suffix of files in a folder.

    Raises:
        OptionError: a field other than {stem}, {kernel}, {index}, or an open brace.

    >>> target_for("{stem}-{kernel}.png", "photos/cat.jpg", kernel="gaussian:sigma=2")
    'cat-gaussian-sigma=2.png'
    >>> target_for("out/", "photos/cat.jpg")
    'out/cat.jpg'
    """
    if _is_folder(output):
        return os.path.join(output, stem_of(source, index) + _suffix(source, format))
    values = {"stem": stem_of(source, index), "kernel": safe_name(kernel or "kernel"), "index": str(index)}
    bare = _FIELD.sub("", output)
    wrong = [name for name in _FIELD.findall(output) if name not in FIELDS]
    if wrong or "{" in bare or "}" in bare:
        raise OptionError("-o", output, "the fields of a pattern are {stem}, {kernel} and {index}")
    return _FIELD.sub(lambda field: values[field.group(1)], output)


def stem_of(source: str, index: int = 0) -> str:
    """What {stem} stands for: the file's name without folder and suffix.

    >>> stem_of("photos/cat.old.jpg"), stem_of("sample:coffee"), stem_of("-"), stem_of("0 1; 2 3")
    ('cat.old', 'coffee', 'stdin', 'matrix-0')
    """
    if source == "-":
        return "stdin"
    if source.startswith("sample:"):
        return safe_name(source.removeprefix("sample:"))
    if not os.path.lexists(source) and re.fullmatch(r"[-+0-9.eE/,;#\s]+", source):
        return f"matrix-{index}"
    return os.path.splitext(os.path.basename(source))[0] or "picture"


def safe_name(name: str) -> str:
    """A kernel's name (or a literal, or a path) as a part of a file name.

    >>> safe_name("0 1; 2 3"), safe_name("@weights/edge.txt")
    ('0-1-2-3', 'weights-edge.txt')
    """
    return _UNSAFE.sub("-", name).strip("-.")[:LONGEST] or "kernel"


def refuse_clashes(targets: Sequence[str]) -> None:
    """Refuse two results that would go to one file, by whatever names.

    Raises:
        UsageError: with the name that occurs twice.
    """
    seen: dict[str, str] = {}
    for target in targets:
        place = target if target == "-" else absolute(target)
        place = os.path.realpath(place) if os.path.isabs(place) else place
        if place in seen and not _takes_many(place):
            raise UsageError(
                f"two results would both be written to {printable(target)}; "
                "name them apart with {stem}, {kernel} or {index} in -o"
            )
        seen[place] = target


def _takes_many(place: str) -> bool:
    return place == os.devnull


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or (output != "-" and os.path.isdir(output))


def _suffix(source: str, format: str | None) -> str:
    if format:
        return format_named(format).suffixes[0]
    suffix = os.path.splitext(source)[1].lower()
    return suffix if suffix in output_suffixes() else default_format("picture").suffixes[0]
