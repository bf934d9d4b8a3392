"""What every test may count on: drawings speak English, whatever the locale; and a machine without fonts."""

from __future__ import annotations

import gc
import os

for _blas in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_blas, "1")  # before NumPy is imported, as the program does: threads of BLAS wait by spinning
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # workers and hundreds of processes would each compile all modules

import pytest  # noqa: E402

from convcli.report.drawing.typefaces import fallback  # noqa: E402
from convcli.report.language.chosen import VARIABLES  # noqa: E402
from tests.browser import chromium as chromium  # noqa: E402
from tests.browser import pages as pages  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Each worker begins with a half of its own, in order, and steals what others have left: fixtures are made once."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


def pytest_collection_finish() -> None:
    """Twelve thousand tests stay until the end: the collector need not walk over them again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings speak English here and in processes that a test starts, unless it says otherwise."""
    if any(os.environ.get(name, "").startswith("zh") for name in VARIABLES):
        monkeypatch.setenv("LC_MESSAGES", "en_US.UTF-8")
        monkeypatch.delenv("LC_ALL", raising=False)


@pytest.fixture
def no_installed_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no font but the one within Pillow."""
    monkeypatch.setattr(fallback, "font_folders", lambda: ())
    monkeypatch.delenv(fallback.NAMED, raising=False)
