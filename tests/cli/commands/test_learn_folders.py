"""`learn` over two folders: one kernel from all pairs of one name, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal

from tests.command_line import convcli

KERNEL = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5], [0, 4, 2]])
RNG = np.random.default_rng(7)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two folders of three pairs, AFTER the exact response to KERNEL plus 7, as SciPy computes it."""
    for number, shape in enumerate(((9, 30), (24, 11), (17, 17))):
        before = RNG.integers(0, 256, shape, dtype=np.uint8)
        after = ndimage.correlate(before.astype(float), KERNEL, mode="nearest") + 7
        for name, pixels in (("before", before), ("after", after)):
            (tmp_path / name).mkdir(exist_ok=True)
            np.save(tmp_path / name / f"{number}.npy", pixels)
    return tmp_path


def learned(folders: Path, code: int = 0) -> dict[str, Any]:
    """The record of one run, and what it said."""
    told = convcli("learn", "before", "after", "--kernel-size", "3", "--json", cwd=folders)
    assert told.code == code
    return {**json.loads(told.text), "said": told.err}


def test_all_pairs_give_one_kernel(folders: Path) -> None:
    """Exactly the one that made them; counted are the places of all three whose window lies inside."""
    found = learned(folders)
    np.testing.assert_allclose(found["kernel"], KERNEL, atol=1e-9)
    assert (found["pairs"], found["pixels"], found["rank"]) == (3, 7 * 28 + 22 * 9 + 15 * 15, 10)
    assert found["bias"] == pytest.approx(7)
    assert "3 done" in found["said"]


def test_pairs_that_alone_determine_nothing_do_together(folders: Path) -> None:
    """Pictures of one window with one bright place each, and a dark one: ten equations of ten unknowns."""
    for name in ("before", "after"):
        for path in (folders / name).iterdir():
            path.unlink()
    for place in range(10):
        before = np.zeros((3, 3))
        before.flat[place : place + 1] = 1
        np.save(folders / f"before/{place}.npy", before)
        np.save(folders / f"after/{place}.npy", signal.correlate2d(before, KERNEL, mode="valid"))
    found = learned(folders)
    np.testing.assert_allclose(found["kernel"], KERNEL, atol=1e-9)


def test_what_has_no_partner_is_said_and_the_rest_is_learned(folders: Path) -> None:
    """In either folder."""
    (folders / "after/1.npy").unlink()
    np.save(folders / "after/9.npy", np.zeros((4, 4)))
    found = learned(folders)
    np.testing.assert_allclose(found["kernel"], KERNEL, atol=1e-9)
    assert "before/1.npy, after/9.npy have no partner" in found["said"]
    assert found["pairs"] == 2


def test_a_pair_that_does_not_fit_is_named_and_the_exit_code_is_3(folders: Path) -> None:
    """The others are learned from all the same."""
    np.save(folders / "after/1.npy", np.zeros((5, 5)))
    found = learned(folders, code=3)
    assert "before/1.npy, after/1.npy: AFTER has 5 × 5 pixels" in found["said"]
    assert "2 done, 1 failed" in found["said"]
    np.testing.assert_allclose(found["kernel"], KERNEL, atol=1e-9)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("before", "after/1.npy"), 2, "BEFORE is a folder and AFTER is not"),
        (("before/1.npy", "after"), 2, "AFTER is a folder and BEFORE is not"),
        (("before", "none"), 3, "none: there is no such folder"),
        (("before", "empty"), 3, "empty"),
        (("before", "others"), 2, "no picture in before has one of the same name in others"),
        (("before", "after", "--residual", "r.png"), 2, "one pair has a map of what is left, and here are many"),
    ],
)
def test_what_makes_no_pairs_is_refused(folders: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """By name."""
    (folders / "empty").mkdir()
    (folders / "others").mkdir()
    np.save(folders / "others/x.npy", np.zeros((4, 4)))
    assert convcli("learn", *words, "--kernel-size", "3", cwd=folders).refused(code, said)
