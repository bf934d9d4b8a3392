"""The tensors of a weight file as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from convcli.errors import many, printable
from convcli.report.printing.numbers import human_bytes
from convcli.report.printing.table import Column, Table


class TensorLike(Protocol):
    """What is shown of a tensor."""

    @property
    def name(self) -> str: ...
    @property
    def dtype(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def parameters(self) -> int: ...
    @property
    def bytes(self) -> int: ...


def weights_table(path: str, tensors: Sequence[TensorLike]) -> Table:
    """A row for each tensor and one for the sums."""
    total, size = sum(t.parameters for t in tensors), sum(t.bytes for t in tensors)
    columns = [Column("tensor", wrap=False), Column("dtype", wrap=False), Column("shape", wrap=False)]
    columns += [Column(name, "right") for name in ("parameters", "share", "bytes")]
    rows: list[list[Any]] = []
    for t in tensors:
        share = f"{100 * t.parameters / total:.1f} %" if total else ""
        rows.append([printable(t.name), t.dtype, _shape(t.shape), t.parameters, share, t.bytes])
    rows.append(["total", "", "", total, "100.0 %" if total else "", size])
    notes = [
        f"{many(total, 'parameter')} in {many(len(tensors), 'tensor')}, {human_bytes(size)}; "
        "read from the headers alone."
    ]
    return Table(columns, rows, title=printable(path), notes=notes)


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"
