"""Shards: a model in several files, of which any one, or their index, names them all.

model-00001-of-00003.safetensors  model-00002-of-00003.safetensors ...
model.safetensors.index.json      {"weight_map": {tensor: file, ...}}
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from convcli.errors import InputError, printable
from convcli.files.reasons import system_words

INDEX = ".index.json"
LARGEST_INDEX = 1 << 26
MOST_NAMED = 3  # of the missing
_SHARD = re.compile(r"(?P<stem>.*-)(?P<number>[0-9]{1,5})-of-(?P<count>[0-9]{1,5})(?P<suffix>\.[^./\\]+)", re.DOTALL)


class Shards(NamedTuple):
    """The files of a model, in order.

    Attributes:
        promised: tensors that an index says are there, and that index.
    """

    files: tuple[str, ...]
    promised: dict[str, str]


def files_of(path: str) -> Shards:
    """All files of the model that a weight file, or an index, belongs to; the file alone where it is whole.

    Raises:
        InputError: an index that is none; files that are missing.

    >>> files_of("model.safetensors").files
    ('model.safetensors',)
    """
    if path.lower().endswith(INDEX):
        return _indexed(path)
    folder, name = os.path.split(path)
    match = _SHARD.fullmatch(name)
    if match is None or not 1 <= int(match["number"]) <= int(match["count"]):
        return Shards((path,), {})
    count, digits = int(match["count"]), len(match["number"])
    names = [f"{match['stem']}{n:0{digits}}-of-{match['count']}{match['suffix']}" for n in range(1, count + 1)]
    files = tuple(os.path.join(folder, name) for name in names)
    if os.path.lexists(path):  # else the file itself is what is missing, and said when it is opened
        _refuse_missing(path, files, f"it is part {int(match['number'])} of {count} of a model")
    return Shards(files if os.path.lexists(path) else (path,), {})


def _refuse_missing(path: str, files: tuple[str, ...], what: str) -> None:
    missing = [os.path.basename(file) for file in files if not os.path.exists(file)]
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        named = printable(", ".join(missing[:MOST_NAMED]))
        verb = "is" if len(missing) == 1 else "are"
        raise InputError(path, f"{what}, and {named}{more} {verb} not beside it")


def _indexed(path: str) -> Shards:
    weight_map = _weight_map(path)
    for tensor, name in weight_map.items():
        if not isinstance(name, str) or not name or re.search(r"[/\\\0]|^\.\.?$", name):
            shown = printable(str(name), 60)
            raise InputError(path, f"its tensor {printable(tensor, 60)!r} is in {shown!r}, which is no file beside it")
    files = tuple(os.path.join(os.path.dirname(path), name) for name in dict.fromkeys(weight_map.values()))
    _refuse_missing(path, files, f"it is the index of {len(files)} files")
    return Shards(files, dict.fromkeys(weight_map, path))


def _weight_map(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_INDEX + 1)
    except OSError as error:
        raise InputError(path, system_words(error)) from error
    if len(content) > LARGEST_INDEX:
        raise InputError(path, f"an index of more than {LARGEST_INDEX >> 20} MiB is not read")
    import json

    try:
        index = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"no index of weight files: it is no JSON ({printable(str(error), 80)})") from error
    weight_map = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise InputError(path, 'no index of weight files: it has no "weight_map" of tensors and their files')
    return weight_map
