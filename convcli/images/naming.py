"""Names of outputs: `-o` as a file, a folder, or a pattern with {stem}, {kernel}, {index}, {folder}, {frame}."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from convcli.errors import OptionError, UsageError, listed, printable
from convcli.files.folders import ignores_case
from convcli.files.output import absolute
from convcli.files.windows_names import is_device
from convcli.images.formats import default_format, format_named, output_suffixes
from convcli.images.large.large_formats import only_by_rows

FIELDS = {
    "stem": "the input's name without folder and suffix",
    "kernel": "the kernel's name: an output for each kernel",
    "index": "the input's number, from 0",
    "folder": "the input's folder, below the one that was given; of a file that was named, its own",
    "frame": "the number of an animation's frame or of a page: a file for each",
}
FRAME = "\0"  # stands for {frame} in a target until the frame is known; no file's name holds it
LONGEST = 80  # characters of a stem or kernel in a file name, so that names stay under 255 bytes
_FIELD = re.compile(r"\{([^{}]*)\}")
_SEPARATORS = f"[/{re.escape(os.sep)}]"
_EMPTY_FOLDER = re.compile(rf"(^|(?<={_SEPARATORS}))\{{folder\}}{_SEPARATORS}+")
_UNSAFE = re.compile(r"[^\w.=+,-]+")
_LITERAL = re.compile(r"[-+0-9.eE/,;#\s]+")


def target_for(
    output: str,
    source: str,
    *,
    kernel: str | None = None,
    index: int = 0,
    format: str | None = None,
    below: str | None = None,
) -> str:
    """Where the result of one input and one kernel goes.

    Args:
        output: a file; a folder (existing, or ending in "/"), which takes the input's
            name, in the folder `below`; or a pattern.
        source: the input, as it was given.
        kernel: the kernel's name; made safe for file names.
        index: 0-based number of the input.
        format: gives the suffix of files in a folder.
        below: the input's folder, below the one that was given; None for an input that was named itself:
            {folder} is then its own folder, less what would lead elsewhere: a leading "/" and "..".

    Raises:
        OptionError: a field that is none of FIELDS, or an open brace.

    >>> target_for("{stem}-{kernel}.png", "photos/cat.jpg", kernel="gaussian:sigma=2")
    'cat-gaussian-sigma=2.png'
    >>> target_for("out/", "photos/cat.jpg"), target_for("out/", "photos/2024/cat.jpg", below="2024")
    ('out/cat.jpg', 'out/2024/cat.jpg')
    >>> target_for("{folder}/{stem}.png", "../a/cat.jpg"), target_for("{folder}/{stem}.png", "a/cat.jpg", below="")
    ('a/cat.png', 'cat.png')
    """
    if _is_folder(output):
        return os.path.join(output, below or "", stem_of(source, index) + _suffix(source, format))
    check_pattern(output)
    folder = folder_of(source) if below is None else below
    values = {
        "stem": stem_of(source, index),
        "kernel": safe_name(kernel or "kernel"),
        "index": str(index),
        "folder": folder,
        "frame": FRAME,
    }
    pattern = output if folder else _EMPTY_FOLDER.sub("", output)
    return _FIELD.sub(lambda field: values[field.group(1)], pattern)


def check_pattern(output: str) -> None:
    """Refuse a pattern with a field that is none of FIELDS, or with an open brace.

    Raises:
        OptionError: with the fields that there are.
    """
    bare = _FIELD.sub("", output)
    wrong = [name for name in _FIELD.findall(output) if name not in FIELDS]
    if wrong or "{" in bare or "}" in bare:
        fields = listed(f"{{{name}}}" for name in FIELDS)
        raise OptionError("-o", output, f"the fields of a pattern are {fields}")


def many_outputs(output: str) -> str:
    """`-o` where it is for several results: a name without a suffix is a folder's, with a slash or without.

    >>> many_outputs("out"), many_outputs("out.png"), many_outputs("{stem}"), many_outputs("-")
    ('out/', 'out.png', '{stem}', '-')
    """
    name = os.path.basename(output)
    plain = name not in ("", "-") and not os.path.splitext(name)[1] and not _FIELD.search(output)
    return f"{output}/" if plain and (os.path.isfile(output) or not os.path.lexists(output)) else output


def is_for_many(output: str) -> bool:
    """Whether `-o` is a folder or a pattern, and no file."""
    return _is_folder(output) or "{" in output


def results_folder(output: str) -> str:
    """The folder that all results of `-o` go to or below: of a pattern, what stands before its first field.

    >>> results_folder("out/"), results_folder("a/b/{folder}/{stem}.png"), results_folder("{stem}.png")
    ('out/', 'a/b', '')
    """
    return output if _is_folder(output) else os.path.dirname(output.partition("{")[0])


def numbered(target: str, frame: int = 0, last: int = 0) -> str:
    """A target for one frame, whose number has as many digits as the last one has.

    >>> numbered(target_for("{stem}-{frame}.png", "walk.gif"), 7, 11)
    'walk-07.png'
    """
    return target.replace(FRAME, str(frame).zfill(len(str(last))))


def stem_of(source: str, index: int = 0) -> str:
    """What {stem} stands for: the file's name without folder and suffix.

    >>> stem_of("photos/cat.old.jpg"), stem_of("sample:coffee"), stem_of("-"), stem_of("0 1; 2 3")
    ('cat.old', 'coffee', 'stdin', 'matrix-0')
    """
    if source == "-":
        return "stdin"
    if source.startswith("sample:"):
        return safe_name(source.removeprefix("sample:"))
    if _is_literal(source):
        return f"matrix-{index}"
    return os.path.splitext(os.path.basename(source))[0] or "picture"


def folder_of(source: str) -> str:
    """What {folder} stands for where an input was named: its folder, always below the one that results go to.

    >>> folder_of("photos/2024/cat.jpg"), folder_of("/data/../cat.jpg"), folder_of("cat.jpg"), folder_of("1/2 3; 4 5")
    ('photos/2024', 'data', '', '')
    """
    if source == "-" or source.startswith("sample:") or _is_literal(source):
        return ""
    folder = os.path.dirname(os.path.splitdrive(source)[1]).replace(os.sep, "/")
    return "/".join(part for part in folder.split("/") if part not in ("", ".", ".."))


def _is_literal(source: str) -> bool:
    return not os.path.lexists(source) and _LITERAL.fullmatch(source) is not None


def safe_name(name: str) -> str:
    """A kernel's name (or a literal, or a path) as a part of a file name.

    On Windows a device of old is no file's name.

    >>> safe_name("0 1; 2 3"), safe_name("@weights/edge.txt"), safe_name("aux")
    ('0-1-2-3', 'weights-edge.txt', '_aux')
    """
    safe = _UNSAFE.sub("-", name).strip("-.")[:LONGEST] or "kernel"
    return f"_{safe}" if is_device(safe) else safe


def refuse_clashes(targets: Sequence[str], sources: Sequence[str] = ()) -> None:
    """Refuse two results that would go to one file, by whatever names.

    Args:
        sources: of each target, the input that it is made from, for the message.

    Raises:
        UsageError: with the name that occurs twice.
    """
    seen: dict[str, int] = {}
    folders: dict[str, tuple[str, bool]] = {}
    for index, target in enumerate(targets):
        target = target.replace(FRAME, "{frame}")
        place = _place(target, folders)
        if place in seen and not _takes_many(place):
            raise UsageError(_clash(target, sources[seen[place]], sources[index]) if sources else _clash(target))
        seen[place] = index


def _clash(target: str, *sources: str) -> str:
    ways = f" with {listed((f'{{{name}}}' for name in FIELDS), 'or')} in -o" if sources else ""
    names = listed(printable(source) for source in dict.fromkeys(sources)) if sources else ""
    whose = f"{'two' if len(set(sources)) < 2 else 'the'} results{names and f' of {names}'}"
    return f"{whose} would both be written to {printable(target)}; name them apart{ways}"


def _place(target: str, folders: dict[str, tuple[str, bool]]) -> str:
    """One name for all names of a file; each folder is looked up once."""
    if target == "-":
        return target
    if os.path.islink(target):
        return os.path.realpath(target)
    folder, name = os.path.split(absolute(target))
    if folder not in folders:
        real = os.path.realpath(folder) if os.path.isabs(folder) else folder
        folders[folder] = real, ignores_case(real)
    real, alike = folders[folder]
    return os.path.join(real, name.casefold() if alike else name)


def _takes_many(place: str) -> bool:
    return place == absolute(os.devnull)


def _is_folder(output: str) -> bool:
    if output.endswith(("/", os.sep)):
        return True
    return output != "-" and os.path.isdir(output) and only_by_rows(output) is None


def _suffix(source: str, format: str | None) -> str:
    if format:
        return format_named(format).suffixes[0]
    suffix = os.path.splitext(source)[1].lower()
    return suffix if suffix in output_suffixes() else default_format("picture").suffixes[0]
