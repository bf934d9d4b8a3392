"""One JSON object a line, always valid, whatever the numbers hold."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_line(record: Mapping[str, Any]) -> str:
    r"""A record as one line of JSON, without the newline.

    NaN and infinity, which JSON has not, become null; NumPy scalars and arrays
    become numbers and lists; integers are exact at any size; paths become
    strings.  Text is written as it is, except the stray bytes of a file name
    (lone surrogates), which are escaped so that any stream can hold the line.

    Raises:
        TypeError: a value that JSON cannot hold (a complex number, bytes): a fault of ours.

    >>> json_line({"name": "sobel-x", "max": float("inf"), "at": (1, 2)})
    '{"name": "sobel-x", "max": null, "at": [1, 2]}'
    """
    line = json.dumps(_plain(record), ensure_ascii=False, allow_nan=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", line)


def one_or_both(numbers: tuple[int, int]) -> int | list[int]:
    """A number for rows and one for columns, as records have them: one number where both are equal.

    >>> one_or_both((2, 2)), one_or_both((3, 2))
    (2, [3, 2])
    """
    return numbers[0] if numbers[0] == numbers[1] else list(numbers)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return _plain_array(value)


def _plain_array(value: Any) -> Any:
    # By what it can do, not by its type: a command that only counts never imports NumPy.
    if not hasattr(value, "tolist"):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    listed = value.tolist()
    # A long double's tolist() is itself.
    return _plain(float(listed) if hasattr(listed, "tolist") else listed)
