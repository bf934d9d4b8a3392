"""A kernel's file that was given without its @."""

from __future__ import annotations

from pathlib import Path

import pytest

from convcli.errors import KernelTextError, UsageError
from convcli.kernels import kernel, kernels_from


def test_a_file_without_its_mark_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel's file given as a name or a literal; a catalogue's name wins over a file of that name."""
    monkeypatch.chdir(tmp_path)
    for name in ("kern.txt", "mykernel", "sobel-x", "w.npy"):
        (tmp_path / name).write_text("1 2")
    for name in ("kern.txt", "mykernel", "w.npy", " ./kern.txt", str(tmp_path / "kern.txt")):
        with pytest.raises(UsageError, match=r"; the file of that name is read with @\S+$"):
            kernels_from(name)
    assert kernel("@kern.txt").weights.tolist() == [[1, 2]]
    assert kernel("sobel-x").weights.shape == (3, 3)
    with pytest.raises(KernelTextError, match=r"1e-3 or 1/9$"):
        kernels_from("nix.txt")
