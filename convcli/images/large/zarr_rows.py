"""Zarr by rows: arrays of versions 2 and 3, and the multiscales of OME-Zarr 0.4 and 0.5."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import InputError, many, printable
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Wish
from convcli.images.large.stripe_rows import MOST_OF_A_STRIPE, StripeRows
from convcli.images.large.zarr_folders import folder_of
from convcli.images.large.zarr_metadata import Described, described
from convcli.images.picture import Metadata
from convcli.images.pillow import opening

MAX_CHUNKS_ACROSS = 1 << 16
INCHES = {"nanometer": 25.4e6, "micrometer": 25_400, "millimeter": 25.4, "centimeter": 2.54, "inch": 1, "meter": 0.0254}


def open_rows(path: str, wish: Wish) -> RowPicture | None:
    """A Zarr array, or a level of multiscales: (y, x), with channels (c) or without, and 1 of every other axis.

    Raises:
        InputError: it is damaged, or of a kind that is not read, by name.
        OptionError: there is no such level.
    """
    folder = folder_of(path, network=wish.network)
    found = described(folder, wish.level)
    axes = _Axes(path, found, wish.layout)
    if not folder.holds_chunks(found.array.path):
        raise InputError(path, "none of its chunks is there")
    with explained(path):
        array = _opened(folder.store(), found)
        dtype = _native(array.dtype)
    _check_stripe(path, axes, found, dtype)
    rows = StripeRows(axes.shape, dtype, axes.stripe, _Stripes(path, array, axes, dtype).decode, held=wish.held)
    return RowPicture(
        rows,
        "zarr",
        kind="picture" if found.is_ome else "array",
        stripe=axes.stripe,
        held=rows.held,
        metadata=Metadata(dpi=_dpi(found, axes)),
        notes=found.notes,
        boolean=array.dtype.kind == "b",
    )


class _Axes:
    """Which axis is what.

    Attributes:
        shape: (H, W) or (H, W, C).
        stripe: rows of a chunk.
    """

    def __init__(self, path: str, found: Described, layout: str) -> None:
        array = found.array
        names = array.axes or self._guessed(path, len(array.shape), layout)
        lower = [name.lower() for name in names]
        if "y" not in lower or "x" not in lower:
            raise InputError(path, f"its axes are {printable(', '.join(names))}; a picture has y and x")
        self.row, self.column = lower.index("y"), lower.index("x")
        self.channel = lower.index("c") if "c" in lower else None
        self.rank, self.names = len(names), names
        several = [
            f"{array.shape[axis]:,} along {printable(names[axis])}"
            for axis in range(self.rank)
            if axis not in (self.row, self.column, self.channel) and array.shape[axis] > 1
        ]
        if several:
            rule = "a picture has y, x and c alone: save the one that is meant as an array of its own"
            raise InputError(path, f"it has {' and '.join(several)}; {rule}")
        depth = () if self.channel is None else (array.shape[self.channel],)
        self.shape: tuple[int, ...] = (array.shape[self.row], array.shape[self.column], *depth)
        self.stripe = min(array.chunks[self.row], array.shape[self.row])

    @staticmethod
    def _guessed(path: str, rank: int, layout: str) -> tuple[str, ...]:
        """As a .npy has them, where nothing is said."""
        if rank > 3:
            raise InputError(path, f"it has {rank} axes and does not say which they are; a picture has y, x and c")
        return ("y", "x") if rank == 2 else ("c", "y", "x") if layout == "chw" else ("y", "x", "c")

    def selection(self, rows: slice, columns: slice) -> tuple[Any, ...]:
        """What is read for some rows and columns."""
        chosen: list[Any] = [0] * self.rank
        chosen[self.row], chosen[self.column] = rows, columns
        if self.channel is not None:
            chosen[self.channel] = slice(None)
        return tuple(chosen)

    def upright(self, samples: Array) -> Array:
        """(rows, columns) or (rows, columns, channels) of what was read."""
        left = [axis for axis in range(self.rank) if axis in (self.row, self.column, self.channel)]
        wanted = [self.row, self.column] + ([] if self.channel is None else [self.channel])
        return samples.transpose([left.index(axis) for axis in wanted])


class _Stripes:
    """Reads the stripes of an array that is open."""

    def __init__(self, path: str, array: Any, axes: _Axes, dtype: np.dtype[Any]) -> None:
        self._path, self._array, self._axes, self._dtype = path, array, axes, dtype

    def decode(self, index: int, left: int, right: int) -> Array:
        """Columns [left, right) of one stripe."""
        top = index * self._axes.stripe
        rows = slice(top, min(top + self._axes.stripe, self._axes.shape[0]))
        with explained(self._path):
            samples = np.asarray(self._array[self._axes.selection(rows, slice(left, right))])
        return np.ascontiguousarray(self._axes.upright(samples), self._dtype)


def _opened(store: Any, found: Described) -> Any:
    import zarr

    from convcli.images.large.guarded_codecs import guarded, guarding

    with guarding():
        array = zarr.open_array(store=store, path=found.array.path, mode="r", zarr_format=found.array.version)
    return guarded(array) if found.array.version == 2 else array


def _check_stripe(path: str, axes: _Axes, found: Described, dtype: np.dtype[Any]) -> None:
    """Refuse chunks that are too large, or too many in a row, before one is read."""
    largest = max(math.prod(found.array.chunks), axes.stripe * math.prod(axes.shape[1:])) * dtype.itemsize
    if largest > MOST_OF_A_STRIPE:
        rule = f"more than the {MOST_OF_A_STRIPE >> 20:,} MiB that are read at once"
        raise InputError(path, f"a row of its chunks takes {largest >> 20:,} MiB, {rule}")
    across = math.prod(
        -(-length // chunk)
        for axis, (length, chunk) in enumerate(zip(found.array.shape, found.array.chunks, strict=True))
        if axis != axes.row
    )
    if across > MAX_CHUNKS_ACROSS:
        raise InputError(path, f"a row of it has {many(across, 'chunk')}; up to {MAX_CHUNKS_ACROSS:,} are read")


def _native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """As .npy is read: native bytes, truth values as bytes, half floats as float32."""
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    return np.dtype(np.float32) if dtype == np.float16 else dtype.newbyteorder("=")


def _dpi(found: Described, axes: _Axes) -> tuple[float, float] | None:
    """Pixels per inch, where the physical size of a pixel is said."""
    if len(found.scale) != axes.rank or len(found.units) != axes.rank:
        return None
    inches = [INCHES.get(found.units[axis]) for axis in (axes.column, axes.row)]
    across, down = (
        inch / found.scale[axis] if inch else 0.0 for inch, axis in zip(inches, (axes.column, axes.row), strict=True)
    )
    return (across, down) if 0 < across < 1e6 and 0 < down < 1e6 else None


@contextlib.contextmanager
def explained(path: str) -> Iterator[None]:
    """One InputError for whatever is wrong with a Zarr."""
    try:
        with opening.quiet():
            yield
    except MemoryError as error:
        raise InputError(path, "there is not enough memory for its chunks") from error
    except opening.BROKEN as error:
        why = printable(str(error).strip() or type(error).__name__, 100)
        raise InputError(path, f"the Zarr data is damaged or incomplete ({why})") from error
