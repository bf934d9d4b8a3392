"""The kind of machine: told by facts, and without effect on results beyond rounding."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic import machine
from convcli.core.arithmetic.machine import KINDS, OTHER, PACKED, UNPACKED, kind_of
from convcli.core.correlation.correlate import correlate, prepare
from convcli.core.engines.costs import COSTS
from convcli.core.problem.options import Options
from tests.oracles import correlate_plane, floats, same_padding

OPENBLAS, WIDE = {"name": "scipy-openblas"}, {"AVX512VL": True, "AVX2": True}


@pytest.mark.parametrize(
    ("blas", "features", "coretype", "kind"),
    [
        (OPENBLAS, WIDE, "", UNPACKED),
        ({"name": "openblas64"}, {"AVX512_SKX": True}, "", UNPACKED),  # as NumPy 1 calls it
        (OPENBLAS, {"AVX512VL": False, "AVX2": True}, "", PACKED),
        (OPENBLAS, {"ASIMD": True}, "", PACKED),
        (OPENBLAS, WIDE, "Haswell", PACKED),
        (OPENBLAS, {}, "SkylakeX", UNPACKED),
        ({"name": "accelerate"}, {"ASIMD": True}, "", OTHER),
        ({"name": "mkl-sdl"}, WIDE, "", OTHER),
        ({}, WIDE, "Haswell", OTHER),  # a build that does not say
    ],
)
def test_a_kind_is_told_by_facts(blas: Any, features: Any, coretype: str, kind: Any) -> None:
    """By the BLAS that NumPy was built with, what the processor has, and the kernels that were asked for."""
    assert kind_of(blas, features, coretype) == kind


def test_this_machine_may_play_another() -> None:
    """The variable that OpenBLAS reads is read here too, in a process of its own."""
    script = "from convcli.core.arithmetic.machine import kind; print(kind().name)"
    played = subprocess.run(
        [sys.executable, "-c", script], env={"OPENBLAS_CORETYPE": "Haswell"}, capture_output=True, text=True, check=True
    )
    assert played.stdout.strip() == (machine.kind() if machine.kind() == OTHER else PACKED).name


def test_every_kind_has_its_costs() -> None:
    """And none costs nothing."""
    assert set(COSTS) == set(KINDS)
    assert all(number > 0 for of_kind in COSTS.values() for engine in of_kind for number in engine)


SHAPES = [((9, 31), 3), ((8, 11, 3), 5), ((13, 12), 7)]


@pytest.mark.parametrize(("shape", "width"), SHAPES)
@pytest.mark.parametrize("whole", [True, False])
def test_results_do_not_depend_on_the_kind(
    shape: tuple[int, ...], width: int, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever engine a kind's costs choose: whole numbers are the loop's, floats within 1e-5 of sum |k| |x|."""
    rng = np.random.default_rng(width)
    picture = rng.integers(0, 256, shape).astype(np.uint8)
    kernel = rng.integers(-9, 10, (width, width)).astype(float) if whole else rng.normal(size=(width, width))
    planes = picture[:, :, np.newaxis] if picture.ndim == 2 else picture
    options: dict[str, Any] = {"padding": same_padding(width, width, (1, 1)), "border": "zero"}
    exact = np.stack([correlate_plane(planes[:, :, c], kernel, **options) for c in range(planes.shape[2])], axis=-1)
    for kind in KINDS:
        monkeypatch.setattr("convcli.core.engines.costs.kind", lambda kind=kind: kind)
        monkeypatch.setattr("convcli.core.correlation.plan.kind", lambda kind=kind: kind)
        for engine, _ in prepare(picture, kernel, Options.of(border="zero", engine="direct")).plan.costs:
            response = correlate(picture, kernel, border="zero", engine=engine).reshape(exact.shape)
            if whole:
                assert response.tolist() == exact.tolist()
            else:
                assert np.abs(response - floats(exact)).max() <= 1e-5 * 255 * np.abs(kernel).sum()


def test_the_kind_decides_between_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full 7x7 on bytes in colour: without small-matrix kernels nothing is copied that would be packed again."""
    picture, kernel = np.zeros((1000, 1000, 3), np.uint8), np.random.default_rng(1).normal(size=(7, 7))
    chosen = []
    for kind in (UNPACKED, PACKED):
        monkeypatch.setattr("convcli.core.engines.costs.kind", lambda kind=kind: kind)
        monkeypatch.setattr("convcli.core.correlation.plan.kind", lambda kind=kind: kind)
        chosen.append(prepare(picture, kernel).plan.engine)
    assert chosen == ["banded", "columns"]
