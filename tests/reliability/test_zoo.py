"""Hundreds of hard inputs: each gives the right samples or one clear message, in bounded time and memory."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import printable
from tests.reliability import zoo_arrays, zoo_kernels, zoo_modes, zoo_photos, zoo_png, zoo_tiff
from tests.reliability.case import Case
from tests.reliability.verdicts import ends_well, one_message
from tests.reliability.warm import Warm

ZOOS = (zoo_png, zoo_photos, zoo_tiff, zoo_arrays, zoo_modes)
PICTURES = [case for zoo in ZOOS for case in zoo.cases()]


@pytest.mark.parametrize("case", PICTURES, ids=lambda case: case.name)
def test_a_hard_picture_gives_its_samples_or_one_message(warm: Warm, least: int, tmp_path: Path, case: Case) -> None:
    """A kernel of one 1 gives back the samples; a refused file leaves nothing behind."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / case.name).write_bytes(case.content)
    ended = warm.run("apply", f"in/{case.name}", "-k", "1", "-o", "out.npy", *case.options, cwd=tmp_path,
                     address_space=1 << 30)  # fmt: skip
    assert ends_well(ended, least)
    if case.samples is None:
        assert one_message(ended, 3, printable(f"in/{case.name}"), *case.words)
        assert [path.name for path in tmp_path.iterdir()] == ["in"]
        return
    assert ended.code == 0, ended.err
    made = np.load(tmp_path / "out.npy")
    assert made.shape == case.samples.shape
    np.testing.assert_allclose(made.astype(np.float64), case.samples.astype(np.float64), rtol=0, atol=case.within)
    for word in case.words:
        assert word in ended.err, ended.err
    if case.alpha is not None:
        assert _alpha(warm, tmp_path, case) == case.alpha.tolist()


def _alpha(warm: Warm, folder: Path, case: Case) -> list[list[int]]:
    import cv2

    ended = warm.run("apply", f"in/{case.name}", "-k", "1", "-o", "out.png", *case.options, cwd=folder)
    assert ended.code == 0, ended.err
    made: list[list[int]] = cv2.imread(str(folder / "out.png"), cv2.IMREAD_UNCHANGED)[:, :, -1].tolist()
    return made


@pytest.mark.parametrize("case", list(zoo_kernels.kernels()), ids=lambda case: case.name)
def test_a_hard_kernel_file_gives_its_weights_or_one_message(
    warm: Warm, least: int, tmp_path: Path, case: Case
) -> None:
    """Convolving the matrix 1 on full size gives back the weights."""
    (tmp_path / case.name).write_bytes(case.content)
    ended = warm.run("apply", "1", "-k", f"@{case.name}", "--convolve", "--size", "full", "-o", "out.npy",
                     "--precision", "float64", cwd=tmp_path, address_space=1 << 30)  # fmt: skip
    assert ends_well(ended, least)
    if case.samples is None:
        assert one_message(ended, 3, case.name, *case.words)
        assert [path.name for path in tmp_path.iterdir()] == [case.name]
        return
    assert ended.code == 0, ended.err
    assert np.load(tmp_path / "out.npy").tolist() == case.samples.tolist()


@pytest.mark.parametrize("case", list(zoo_kernels.networks()), ids=lambda case: case.name)
def test_a_hard_network_file_is_counted_or_refused(warm: Warm, least: int, tmp_path: Path, case: Case) -> None:
    """The parameters, worked out by hand, or one message that names the file."""
    (tmp_path / case.name).write_bytes(case.content)
    ended = warm.run("summary", f"@{case.name}", "--json", cwd=tmp_path, address_space=1 << 30)
    assert ends_well(ended, least)
    if case.samples is None:
        assert one_message(ended, 3, case.name)
        return
    assert ended.code == 0, ended.err
    assert [[json.loads(ended.out)["parameters"]]] == case.samples.tolist()
