"""What every test may count on: drawings speak English, whatever the locale; and a machine without fonts."""

from __future__ import annotations

import os

import pytest

from convcli.report.drawing.typefaces import fallback
from convcli.report.language.chosen import VARIABLES
from tests.browser import chromium as chromium
from tests.browser import pages as pages


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
