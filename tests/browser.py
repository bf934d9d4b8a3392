"""A real browser for tests: one headless Chromium a session, without a network, that hears every fault and request.

Where there is no Chromium, or no Playwright to drive it, tests that ask for one are skipped by name.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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
        for event, what in self._events().items():
            page.on(event, what)

    def leave(self, page: Any) -> None:
        """No longer: the page belongs to another test."""
        for event, what in self._events().items():
            page.remove_listener(event, what)

    def _events(self) -> dict[str, Callable[[Any], None]]:
        return {"console": self._said, "pageerror": self._error, "request": self._request, "dialog": self._dialog}

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.faults.append(said.text)

    def _error(self, error: Any) -> None:
        self.faults.append(str(error))

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


class Browser:
    """A running browser, and its pages that no test has in hand.

    A page of its own is a process of its own, which takes three times as long as all that most tests do with it: so a
    test is handed the page of an earlier one, emptied, in a window of the same options.
    """

    def __init__(self, running: Any) -> None:
        self._running = running
        self._idle: dict[str, list[Any]] = {}

    def lend(self, options: dict[str, Any]) -> Any:
        """An empty page with the options of a Playwright context."""
        idle = self._idle.setdefault(repr(sorted(options.items())), [])
        if idle:
            page = idle.pop()
            page.bring_to_front()  # a window behind others may miss what is clicked
            page.mouse.move(0, 0)
            return page
        context = self._running.new_context(offline=True, **options)
        context.set_default_timeout(10_000)
        return context.new_page()

    def take_back(self, page: Any, options: dict[str, Any]) -> None:
        """A page that `lend` gave, and that shows nothing now."""
        self._idle[repr(sorted(options.items()))].append(page)


class Pages:
    """Opens pages, each in a window of its own."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._lent: list[tuple[Any, dict[str, Any]]] = []
        self.heard = Heard()

    def open(self, html: str | Path, *, fragment: str = "", ready: bool = True, **context: Any) -> Any:
        """A page from its text or its file, with the options of a Playwright context, once it has settled."""
        options = {"viewport": {"width": 1280, "height": 900}, **context}
        page = self._browser.lend(options)
        self._lent.append((page, options))
        self.heard.listen(page)
        page.goto(f"{self._file(html).as_uri()}{fragment}")
        if ready:
            page.evaluate("window.convcli.ready.then(() => null)")
        return page

    def close(self) -> None:
        """Every page."""
        for page, options in self._lent:
            page.goto("about:blank")
            self.heard.leave(page)
            self._browser.take_back(page, options)

    def _file(self, html: str | Path) -> Path:
        if isinstance(html, Path):
            return html
        path = self._folder / f"page-{len(self._lent)}.html"
        path.write_text(html, encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api", reason="no Playwright is installed: pip install playwright")
    with driver.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])  # tests may run as root
        yield Browser(browser)
        browser.close()


@pytest.fixture
def pages(chromium: Browser, tmp_path: Path) -> Iterator[Pages]:
    """Pages of one test; at its end none has made a request, an alert or an error."""
    opened = Pages(chromium, tmp_path)
    yield opened
    opened.close()
    opened.heard.nothing()
