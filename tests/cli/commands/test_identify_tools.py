"""Filters of other tools as they are documented: a few of each; `python -m tests.peers.conventions` asks all."""

from __future__ import annotations

from functools import cache

import pytest

from convcli.core.identify.verdict import Verdict
from tests.peers.asking_them import differences, is_there, verdict_of
from tests.peers.conventions import README, line, readme_rows, table
from tests.peers.table import Peer, peers

# One of each kind that is told apart: flips, borders, anchors, roundings, strides, floats.
CHOSEN = (
    "SciPy ndimage.correlate(x, k, mode='reflect')",
    "SciPy ndimage.correlate(x, k, origin=(1, -1))",
    "SciPy signal.convolve2d(x, k, 'same')",
    "OpenCV filter2D(x, -1, k)",
    "Pillow Kernel((5, 5), k)",
    "PyTorch nn.Conv2d(1, 1, 5, stride=2, padding=2)",
    "scikit-image filters.laplace(x)",
    "ImageMagick -morphology Convolve K",
    "GraphicsMagick convert -convolve K",
    "libvips conv K --precision float",
    "convcli correlate(x, k), display offset",
)
ROWS = {f"{peer.tool} {peer.call}": peer for peer in peers()}


@pytest.mark.parametrize("name", CHOSEN)
def test_the_verdict_is_what_is_documented(name: str) -> None:
    """Kernel, flip, anchor, border, rounding and reason; a tool that is not installed is skipped by name."""
    peer = ROWS[name]
    if not is_there(peer):
        pytest.skip(f"{peer.needs} is not installed")
    assert differences(peer, found(name)) == []


@cache
def found(name: str) -> Verdict:
    """The verdict, once."""
    return verdict_of(ROWS[name])


@pytest.mark.parametrize("name", CHOSEN)
def test_a_row_of_readme_is_what_is_found(name: str) -> None:
    """The table of conventions says what `identify` says; its other rows are asked by the script's --readme."""
    rows = readme_rows(README.read_text(encoding="utf-8"))
    peer = ROWS[name]
    shown = next((row for row in rows if row.startswith(f"| {peer.tool} | `{peer.call}` |")), None)
    if shown is None:
        pytest.skip(f"README does not show {name}")
    if not is_there(peer):
        pytest.skip(f"{peer.needs} is not installed")
    assert line(peer, found(name)) == shown


def test_the_table_has_a_row_for_each_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tool, call, how the kernel is applied, border, fractions, overflow: of what is installed."""
    few = [ROWS["SciPy signal.convolve2d(x, k, 'same')"]]
    shown: list[Peer] = [peer for peer in few if is_there(peer)]
    monkeypatch.setattr("tests.peers.conventions.peers", lambda: shown)
    assert table().splitlines()[2:] == [
        "| SciPy | `signal.convolve2d(x, k, 'same')` | flipped | zero | kept | kept |",
    ]
