"""Random cases of `apply` by rows: formats, borders, kernels, strides, tiles, memory, threads, displays, parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.by_rows import one

pytest.importorskip("zarr")
pytest.importorskip("tifffile")


@pytest.mark.parametrize("start", range(0, 48, 24))
def test_the_samples_are_those_of_the_picture_in_memory(start: int, tmp_path: Path) -> None:
    """Read back by tifffile, zarr and NumPy; see `by_rows`, which runs as many cases as one likes."""
    found = [one(seed, tmp_path) for seed in range(start, start + 24)]
    assert [(str(case), said) for said, _, case in found if said] == []
    assert sum(refused for _, refused, _ in found) < 4
