"""Real Chromium for tests: Debian's, or the one that Playwright installed; one a worker, a fresh profile a page."""

import functools
import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@functools.cache
def chromium():
    """The browser of this process, which ends with it."""
    return sync_playwright().start().chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)


@contextmanager
def page(**options):
    """A page that shares nothing with others; `options` are those of Playwright's new_context()."""
    context = chromium().new_context(**options)
    try:
        yield context.new_page()
    finally:
        context.close()
