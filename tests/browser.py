"""Real Chromium for tests: Debian's, or the one that Playwright installed."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextmanager
def page(**options):
    """A page of a fresh browser; `options` are those of Playwright's new_context()."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        try:
            yield browser.new_context(**options).new_page()
        finally:
            browser.close()
