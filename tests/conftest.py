import html
import os
import re

import hypothesis
import pytest
from django.core.cache import cache
from django.utils import translation

from agenda import publishing
from taller.environment import files_folder

# A machine that is shared is slow now and then; what takes long is the bench's matter.
hypothesis.settings.register_profile("unhurried", deadline=None)
# Playwright's loop stays in the thread of the tests; Django would take them for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def plain_house(settings, tmp_path):
    """Each test has its own shelf, reads releases anew, and speaks Spanish."""
    settings.PRINT_AT_PUBLICATION = False
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}  # no worker works
    settings.STORAGES = {
        **settings.STORAGES,
        "printed": files_folder(tmp_path / "printed"),
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SITE_URL = "https://talleres.example"
    publishing.forget()
    translation.activate("es")
    yield
    translation.activate("es")


@pytest.fixture
def queue(settings):
    """What is ordered waits for a worker, as on the site."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture(autouse=True)
def empty_cache(settings):
    """Each worker has a cache of its own, a database of its own where it is Redis: emptying one leaves the others."""
    default = settings.CACHES["default"]
    if default["LOCATION"].startswith("redis"):
        number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        location = f"{default['LOCATION'].rpartition('/')[0]}/{number}"
        settings.CACHES = {"default": {**default, "LOCATION": location}}
    cache.clear()


@pytest.fixture
def words():
    """The visible words of an HTML answer, blanks folded."""

    def read(response) -> str:
        body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return read


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """`-m database` chooses what reads or writes one, `-m browser` what a real browser does with the site's answers:
    that, and what needs no database, is the same whichever there is."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if hasattr(item.module, "browser") and "live_server" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_sessionfinish(session, exitstatus):
    """Where FAIL_ON_SKIP is set, a test that was skipped for want of a tool fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("FAIL_ON_SKIP") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
