"""A real browser for tests: one headless Chromium a session, without a network, that hears every fault and request.

Where there is no Chromium, or no Playwright to drive it, tests that ask for one are skipped by name.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN = ("file:", "data:", "blob:", "about:")  # what leaves no machine


class Heard:
    """What a page did beside showing itself.

    Attributes:
        faults: errors and warnings of its console, and exceptions that nobody caught.
        requests: that leave the page.
        dialogs: alerts and their kin.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []

    def listen(self, page: Any) -> None:
        """From now on, to one page and its frames."""
        page.on("console", lambda said: said.type in ("error", "warning") and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(OWN):
            self.requests.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def nothing(self) -> None:
        """Nothing was heard."""
        heard = {"faults": self.faults, "requests": self.requests, "dialogs": self.dialogs}
        assert not any(heard.values()), heard


class Pages:
    """Opens pages, each in a context of its own."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._contexts: list[Any] = []
        self.heard = Heard()

    def open(self, html: str | Path, *, fragment: str = "", ready: bool = True, **context: Any) -> Any:
        """A page from its text or its file, with the options of a Playwright context, once it has settled."""
        made = self._browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **context})
        made.set_default_timeout(10_000)
        self._contexts.append(made)
        page = made.new_page()
        self.heard.listen(page)
        page.goto(f"{self._file(html).as_uri()}{fragment}")
        if ready:
            page.evaluate("window.convcli.ready.then(() => null)")
        return page

    def close(self) -> None:
        """Every page."""
        for context in self._contexts:
            context.close()

    def _file(self, html: str | Path) -> Path:
        if isinstance(html, Path):
            return html
        path = self._folder / f"page-{len(self._contexts)}.html"
        path.write_text(html, encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a process."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api", reason="no Playwright is installed: pip install playwright")
    with driver.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])  # tests may run as root
        yield browser
        browser.close()


@pytest.fixture
def pages(chromium: Any, tmp_path: Path) -> Iterator[Pages]:
    """Pages of one test; at its end none has made a request, an alert or an error."""
    opened = Pages(chromium, tmp_path)
    yield opened
    opened.close()
    opened.heard.nothing()
