"""The tensors of a weight file as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from convcli.errors import listed, many, printable
from convcli.report.printing.numbers import grouped, human_bytes
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
    def numbers(self) -> int: ...
    @property
    def parameters(self) -> int: ...
    @property
    def statistic(self) -> str: ...
    @property
    def bytes(self) -> int: ...


def weights_table(path: str, tensors: Sequence[TensorLike], files: int = 1) -> Table:
    """A row for each tensor and one for the sums; statistics, which are not learned, in a column of their own."""
    measured = any(t.statistic for t in tensors)
    columns = [Column("tensor", wrap=False), Column("dtype", wrap=False), Column("shape", wrap=False)]
    counts = ("parameters", "share", *(("not learned",) if measured else ()), "bytes")
    columns += [Column(name, "right") for name in counts]
    total = sum(t.parameters for t in tensors)
    rows = [_row(t, total, measured=measured) for t in tensors]
    rest = sum(t.numbers for t in tensors) - total
    share = "100.0 %" if total else ""
    rows.append(["total", "", "", total, share, *([rest] if measured else []), sum(t.bytes for t in tensors)])
    title = printable(path) + (f" and the rest of {files} files" if files > 1 else "")
    return Table(columns, rows, title=title, notes=_notes(tensors))


def _row(tensor: TensorLike, total: int, *, measured: bool) -> list[Any]:
    cells: list[Any] = [printable(tensor.name), tensor.dtype, _shape(tensor.shape)]
    if tensor.statistic:
        return [*cells, None, None, tensor.numbers, tensor.bytes]
    share = f"{100 * tensor.parameters / total:.1f} %" if total else ""
    return [*cells, tensor.parameters, share, *([None] if measured else []), tensor.bytes]


def _notes(tensors: Sequence[TensorLike]) -> list[str]:
    learned = [t for t in tensors if not t.statistic]
    total, size = sum(t.parameters for t in learned), human_bytes(sum(t.bytes for t in tensors))
    found = f"{many(total, 'parameter')} in {many(len(learned), 'tensor')}"
    if len(learned) == len(tensors):
        return [f"{found}, {size}; read from the headers alone."]
    rest = [t for t in tensors if t.statistic]
    names = listed(dict.fromkeys(t.statistic for t in rest))
    other = f"{many(sum(t.numbers for t in rest), 'other number')} in {grouped(len(rest))}"
    return [
        f"{found}, {other}, {size}; read from the headers alone.",
        f"Not learned, but measured by batch normalisation: {names}.",
    ]


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"
