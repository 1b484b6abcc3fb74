"""The browser that pages are tried in, without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import judges

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_SCREEN = {"width": 1366, "height": 768}  # of an office's cheaper laptops
_PATIENCE = 30_000  # milliseconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, as this machine has it."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None) or judges.missing("there is no Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


class Windows:
    """Windows of a browser; each knows nothing of the others.

    Attributes:
        said: what their pages said on the console, and errors of their scripts; tests add what else may not happen.

    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.said: list[str] = []

    def open(self, *, quiet: bool = True, **options: Any) -> Page:
        """A new one.

        Args:
            quiet: whether nothing may be said on its console.
            options: of the browser's context.

        """
        context = self._browser.new_context(**{"viewport": _SCREEN, **options})
        context.set_default_timeout(_PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        if quiet:
            page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def close(self) -> None:
        """Close them all."""
        for context in self._contexts:
            context.close()
