"""Kernels as output: text that `-k @-` reads back exactly, or a .txt, .csv, .json or .npy file."""

from __future__ import annotations

import io
import json
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.geometry import Pair
from convcli.core.text.matrices import format_matrix
from convcli.core.text.whole_numbers import magick_size
from convcli.errors import OptionError, SuffixError, UsageError
from convcli.files import check_target, write_bytes

ROWS_OF_TEXT = (".txt", ".csv")
WITHOUT_ANCHOR = (".csv", ".npy")
SUFFIXES = (*ROWS_OF_TEXT, ".json", ".npy")


def check_kernel_output(
    output: str | None, weights: NDArray[Any], anchor: Pair | None = None, *, as_json: bool, force: bool
) -> None:
    """Refuse an `-o` that cannot be written or cannot hold these weights, before anything is done.

    Args:
        weights: (h, w), or the (F, h, w) or (F, C, h, w) of several kernels.
        anchor: of each of them, where one is given.
    """
    if output is None:
        return
    if output == "-":
        if as_json:
            raise UsageError("--json and the kernel's text cannot both go to stdout; give -o a file")
        return
    suffix = _suffix(output)
    if suffix not in SUFFIXES:
        raise SuffixError("-o", output, SUFFIXES)
    if suffix in ROWS_OF_TEXT and weights.ndim > 2:
        raise OptionError("-o", output, f"rows of text hold one kernel, not {len(weights)}; use .npy or .json")
    refuse_lost_anchor(output, anchor)
    check_target(output, force=force)


def refuse_lost_anchor(output: str, anchor: Pair | None) -> None:
    """Refuse a file that has no place for the anchor that was given."""
    if _suffix(output) in WITHOUT_ANCHOR and anchor is not None:
        raise OptionError("-o", output, f"it has no place for the anchor {anchor[0]},{anchor[1]}; use .txt or .json")


def kernel_text(weights: NDArray[Any], anchor: Pair | None = None, suffix: str = "") -> str:
    """Rows of numbers for one kernel, nested JSON lists for several (or for ".json").

    An anchor is written as ImageMagick writes it, or as "anchor" beside the lists.

    >>> kernel_text(np.array([[3.0, 2.5]]))
    '3 2.5\\n'
    >>> kernel_text(np.array([[3.0, 2.5]]), (0, 0))
    '2x1+0+0:\\n3 2.5\\n'
    """
    if suffix == ".json" or weights.ndim > 2:
        numbers = weights.tolist()
        return json.dumps(numbers if anchor is None else {"kernel": numbers, "anchor": anchor}) + "\n"
    head = "" if anchor is None else f"{magick_size((weights.shape[0], weights.shape[1]), anchor)}:\n"
    return head + format_matrix(weights, separator="," if suffix == ".csv" else " ") + "\n"


def write_kernel(weights: NDArray[Any], output: str, anchor: Pair | None = None, *, force: bool) -> None:
    """Write weights, and the anchor where one is given, to a file in the format of its suffix."""
    suffix, stream = _suffix(output), io.BytesIO()
    if suffix == ".npy":
        np.save(stream, weights)
    else:
        stream.write(kernel_text(weights, anchor, suffix).encode("ascii"))
    write_bytes(output, stream.getvalue(), force=force)


def _suffix(output: str) -> str:
    return os.path.splitext(output)[1].lower()
