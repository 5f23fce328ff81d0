"""Real Chromium for tests: Debian's, or the one that Playwright installed; one a worker, a fresh profile a page."""

import functools
import shutil
import time
from contextlib import contextmanager

from playwright.sync_api import Error, sync_playwright

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


def until(page, expression, seconds=15):
    """Wait until `expression` is true in the page.

    Asked from here: what Playwright asks inside the page again and again is refused by the site's policy.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(expression):
                return
        except Error as error:
            if "context was destroyed" not in str(error):  # the page is on its way to another address
                raise
        page.wait_for_timeout(20)
    raise AssertionError(f"{expression} was not true within {seconds} seconds")
