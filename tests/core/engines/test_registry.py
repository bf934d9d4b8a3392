"""The registry of engines: rows without NumPy, and a new engine as one file and one row."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import correlate, prepare
from convcli.core.engines import ENGINES, Engine
from convcli.core.problem.options import Options
from convcli.errors import UnknownNameError
from tests.oracles import correlate_plane, floats

# Einsum over windows, in float64: no engine of the house does it so.
ONE_FILE = '''
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convcli.core.engines.engine import Offer


def offer(problem):
    """Windows as a view, where there is neither a stride nor a dilation."""
    plain = problem.stride == problem.dilation == (1, 1) and not problem.mixing
    return Offer({seconds}, lambda: Runner(problem)) if plain else None


class Runner:
    bounds, divisor = None, 1

    def __init__(self, problem):
        self.problem, self.band_rows = problem, 7
        self.dtype = self.strip_dtype = np.dtype(np.float64)

    def bind(self, strip, scratch, *, whole=False):
        pixels = strip.reshape(len(strip), -1, self.problem.channels)
        weights = self.problem.weights[:, 0]
        windows = sliding_window_view(pixels, weights.shape[1:], axis=(0, 1))

        def work(target):
            response = np.einsum("rckij,fij->rcfk", windows, weights)
            if target is None:
                return response.astype(self.problem.result_dtype)
            np.copyto(target, response, casting="unsafe")
            return target

        return work
'''
PICTURE = np.random.default_rng(4).integers(0, 256, (17, 13, 3), dtype=np.uint8)
KERNELS = np.random.default_rng(5).normal(size=(2, 4, 5))


@pytest.fixture
def einsum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes the file, with an estimate in it, and returns its row."""
    monkeypatch.syspath_prepend(tmp_path)

    def written(seconds: float) -> Engine:
        name = f"engine_of_{seconds:.0e}".replace("-", "_").replace("+", "_")
        (tmp_path / f"{name}.py").write_text(ONE_FILE.replace("{seconds}", repr(seconds)), encoding="utf-8")
        return Engine("einsum", "windows as a view", f"{name}:offer")

    return written


def test_the_rows_load_no_numpy() -> None:
    """Names and what they mean can be listed at once; the code is attached on use."""
    code = (
        "import sys; from convcli.core.engines import ENGINES;"
        "print([row.name for row in ENGINES if row.about], 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{ENGINES.names()} False"


@pytest.mark.parametrize("name", ENGINES.names())
def test_every_row_leads_to_an_engine(name: str) -> None:
    """A grey picture and a whole kernel of rank 1 suit them all."""
    picture = np.arange(35, dtype=np.uint8).reshape(5, 7)
    correlation = prepare(picture, [[1, 2], [3, 6]], Options.of(engine=name, size="valid"))
    assert correlation.plan.engine == name
    assert correlation.response()[0].tolist() == [
        1 * a + 2 * b + 3 * (a + 7) + 6 * (b + 7) for a, b in zip(range(6), range(1, 7), strict=True)
    ]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("seconds", [1e-8, 1e3])
def test_a_new_engine_correlates(einsum: Any, seconds: float, jobs: int) -> None:
    """Chosen where its offer is the lowest, else by name; its response is the definition's."""
    with ENGINES.having(einsum(seconds)):
        plan = prepare(PICTURE, KERNELS, Options.of(border="wrap", bias=[1, -2])).plan
        assert (plan.engine == "einsum") is (seconds < 1)
        assert "einsum" in dict(plan.costs)
        response = correlate(PICTURE, KERNELS, border="wrap", bias=[1, -2], engine="einsum", jobs=jobs)
    for f, (kernel, bias) in enumerate(zip(KERNELS, (1, -2), strict=True)):
        for c in range(3):
            exact = correlate_plane(PICTURE[:, :, c], kernel, border="wrap", padding=(2, 1, 2, 2), bias=bias)
            bound = 1e-5 * (np.abs(kernel).sum() * 255 + 2)
            assert np.abs(response[:, :, 3 * f + c] - floats(exact)).max() <= bound


def test_a_new_engine_is_refused_where_it_makes_no_offer(einsum: Any) -> None:
    """By name, with the names of those that do."""
    with ENGINES.having(einsum(1e-8)):
        assert prepare(PICTURE, KERNELS, Options.of(stride=2)).plan.engine != "einsum"
        with pytest.raises(UnknownNameError, match="no engine for this problem is called 'einsum'"):
            prepare(PICTURE, KERNELS, Options.of(stride=2, engine="einsum"))
    with pytest.raises(UnknownNameError, match="einsum"):
        prepare(PICTURE, KERNELS, Options.of(engine="einsum"))


def test_a_second_engine_of_a_name_is_refused() -> None:
    """A plan could not tell them apart."""
    with pytest.raises(ValueError, match="engine is called 'direct' already"):
        ENGINES.add(Engine("direct", "another", "nowhere:offer"))
