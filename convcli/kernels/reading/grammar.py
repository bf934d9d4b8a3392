"""What `-k` understands: names, banks, literals and files."""

from __future__ import annotations

import os
import re
from typing import BinaryIO

from convcli.core.kernel.axes import FILTERS_FIRST
from convcli.core.kernel.kernel import Kernel
from convcli.core.text.matrices import parse_matrix
from convcli.errors import KernelError, KernelTextError, UsageError, printable
from convcli.kernels.catalogue import families
from convcli.kernels.catalogue.construct import build, build_bank
from convcli.kernels.reading import magick

WHERE = "kernel"
_NAME = re.compile(r"(?P<bank>bank:)?(?P<name>[a-z][a-z0-9_-]*)(:(?P<arguments>[^;]*))?", re.ASCII | re.IGNORECASE)


def kernels_from(text: str, *, stdin: BinaryIO | None = None, layout: str = FILTERS_FIRST) -> tuple[Kernel, ...]:
    """The kernels that one `-k` value stands for, at least one.

    Args:
        text: a name (`sobel-x`, `gaussian:sigma=2`), a bank (`bank:kirsch`), a literal
            (`0 1; 2 3`), ImageMagick's literal (`3x3: ...`), a file (`@path`), one tensor of a weight file
            (`@model.safetensors:NAME`, `@model.npz:NAME`) or `@-` for stdin.
        stdin: what `@-` reads; the process's standard input where not given.
        layout: of the axes of a file's weights: "fchw" (F, C, h, w), or "hwcf" (h, w, C, F).

    Raises:
        UnknownNameError, OptionError: no such name or argument.
        KernelTextError: text that does not parse.
        InputError: a file that cannot be read or understood.
        KernelError: weights that are no kernel.

    >>> kernels_from("0 1; 1/2 3")[0].weights.tolist()
    [[0.0, 1.0], [0.5, 3.0]]
    """
    text = text.strip()
    if text.startswith("@"):
        from convcli.kernels.reading.kernel_file import read_kernels

        return read_kernels(text[1:], stdin, layout)
    try:
        return _typed(text)
    except UsageError as error:
        if "\0" in text or not os.path.isfile(text):
            raise
        raise UsageError(*error.words, f"; the file of that name is read with @{printable(text)}") from error


def _typed(text: str) -> tuple[Kernel, ...]:
    """The kernels of a name or a literal."""
    named = _NAME.fullmatch(text)
    if named is None or magick.looks_like(text):
        return (_literal(text),)
    name, arguments = named["name"].lower(), named["arguments"] or ""
    if named["bank"]:
        return build_bank(families.bank(name), arguments)
    return (build(families.recipe(name), arguments),)


def kernel(text: str, *, stdin: BinaryIO | None = None) -> Kernel:
    """The one kernel that a `-k` value stands for.

    Raises:
        KernelError: several kernels, as from a bank; and whatever `kernels_from` raises.
    """
    found = kernels_from(text, stdin=stdin)
    if len(found) > 1:
        raise KernelError(f"{text.strip()} holds {len(found)} kernels ({_few(found)}); one is needed here")
    return found[0]


def _literal(text: str) -> Kernel:
    if magick.looks_like(text):
        return Kernel("kernel", *magick.parse(text, WHERE))
    if not text:
        raise KernelTextError(WHERE, "it is empty; give a name such as sobel-x, rows like '0 1; 2 3', or @FILE")
    return Kernel("kernel", parse_matrix(text, WHERE))


def _few(kernels: tuple[Kernel, ...], count: int = 3) -> str:
    shown = ", ".join(kernel.name for kernel in kernels[:count])
    return shown if len(kernels) <= count else f"{shown}, ..."
