"""The page's numbers in a real browser against those of `apply` and `explain`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser import Pages
from tests.command_line import convcli
from tests.report.explorer.states import after_sums, command_line, pictures, states

EACH = 30  # states of a picture: 180 in all
RESPONSES = """(states) => states.map((state) => {
  try {
    window.convcli.set(state);
    return { response: window.convcli.response() };
  } catch (error) {
    return { error: error.message };
  }
})"""
EXPLAINED = """(asked) => asked.map(([state, row, column]) => {
  window.convcli.set(state);
  return window.convcli.explain(row, column);
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures as arrays, and the page of each."""
    place = tmp_path_factory.mktemp("explorer")
    (place / "weights").mkdir()
    for name, pixels in pictures().items():
        np.save(place / f"{name}.npy", pixels)
        done = convcli("explore", f"{name}.npy", "-k", "sobel-x", "-o", f"{name}.html", cwd=place)
        assert done.code == 0, done
    return place


def of_page(page: Any, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page makes of each state."""
    return page.evaluate(RESPONSES, asked)


def in_whole_numbers(state: dict[str, Any]) -> bool:
    """Whether integers in give integers out, before a mean is taken of them."""
    numbers = [*np.ravel(state["kernel"]), state["bias"], -3.5 if state["border"].startswith("constant") else 0]
    return all(float(number).is_integer() for number in numbers)


def of_apply(name: str, state: dict[str, Any], folder: Path) -> NDArray[Any] | None:
    """What `apply` makes of it; None where it refuses."""
    options = [*command_line(state, folder / "weights"), *after_sums(state)]
    options += [] if in_whole_numbers(state) and name != "floats" else ["--precision", "float64"]
    done = convcli("apply", folder / f"{name}.npy", *options, "--format", "npy", "-o", "-", "-q")
    if done.code == 2:
        return None
    assert done.code == 0, (done, state)
    return np.load(io.BytesIO(done.out))


@pytest.mark.parametrize("name", list(pictures()))
def test_the_page_computes_what_apply_computes(name: str, folder: Path, pages: Pages) -> None:
    """Every border, size, step, mode and pooling: exact in whole numbers; and it refuses what `apply` refuses."""
    asked = list(states(pictures()[name], EACH, seed=len(name)))
    refused = exact = 0
    for state, found in zip(asked, of_page(pages.open(folder / f"{name}.html"), asked), strict=True):
        truth = of_apply(name, state, folder)
        if truth is None:
            assert found.get("error"), (state, "apply refuses it")
            refused += 1
            continue
        assert "response" in found, (state, found)
        response = np.array(found["response"], np.float64)
        assert response.shape == truth.shape, state
        whole = truth.dtype.kind in "iu"
        exact += whole
        np.testing.assert_allclose(response, truth, rtol=0 if whole else 1e-6, atol=0 if whole else 1e-9, err_msg=state)
    assert refused < EACH * 0.9
    assert exact >= 4 or name == "floats"


@pytest.mark.parametrize("name", ["grey", "colour", "floats", "thin"])
def test_the_page_explains_what_explain_explains(name: str, folder: Path, pages: Pages) -> None:
    """Every key of the record: window, kernel, products, sum, what lies beyond the edge."""
    plain = {"relu": False, "pool": None, "channels": "each"}
    asked, truths = [], []
    for number, state in enumerate(states(pictures()[name], 24, seed=7 + len(name))):
        state |= plain
        truth = of_apply(name, state, folder)
        if truth is None:
            continue
        row, column = number * 5 % truth.shape[0], number * 3 % truth.shape[1]
        options = command_line(state, folder / "weights")
        done = convcli("explain", folder / f"{name}.npy", *options, "--at", f"{row},{column}", "--json", "-q")
        asked.append([state, row, column])
        truths += done.records
    assert len(truths) >= 12
    for (state, *at), found, truth in zip(
        asked, pages.open(folder / f"{name}.html").evaluate(EXPLAINED, asked), truths, strict=True
    ):
        assert list(found) == list(truth)
        assert_alike(found, truth, f"{state} at {at}")


def assert_alike(found: Any, truth: Any, where: str) -> None:
    """The same keys, words and shapes; numbers exact where whole, to 1e-6 else."""
    if isinstance(truth, dict):
        assert found.keys() == truth.keys(), where
        for key, value in truth.items():
            assert_alike(found[key], value, f"{where}: {key}")
    elif isinstance(truth, list):
        assert len(found) == len(truth), where
        for index, value in enumerate(truth):
            assert_alike(found[index], value, f"{where}[{index}]")
    elif isinstance(truth, float) and not truth.is_integer():
        assert found == pytest.approx(truth, rel=1e-6, abs=1e-9), where
    else:
        assert found == truth, where
