"""Which changes of the code give every page another version, and which do not."""

import shutil
from pathlib import Path

import pytest

from agenda.web import codeversion
from tests import factories

BASE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the code, made once."""
    made = tmp_path_factory.mktemp("code")
    for room in codeversion.ROOMS:
        shutil.copytree(BASE / room, made / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(BASE / "requirements.txt", made)
    return made


@pytest.fixture
def copy(settings, copied):
    """A copy of the code, whose version is what `code_version` answers."""
    settings.BASE_DIR = copied
    return copied


def version_after(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    try:
        return codeversion.code_version.__wrapped__()
    finally:
        path.write_text(text)


def test_a_copy_of_the_code_has_the_version_of_the_code(copy):
    assert codeversion.code_version.__wrapped__() == codeversion.code_version()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("static/js/agenda.js", "const", "let"),
        ("templates/base.html", "<body", "<body id=b"),
        ("agenda/faces/ics.py", '"2.0"', '"2.1"'),
        ("requirements.txt", "weasyprint==", "weasyprint==9"),
        ("taller/settings.py", "PRINT_AT_PUBLICATION = not DEBUG", "PRINT_AT_PUBLICATION = False"),
    ],
)
def test_what_changes_a_page_changes_the_version_of_the_code(copy, file, old, new):
    assert version_after(copy / file, old, new) != codeversion.code_version()


@pytest.mark.parametrize(("setting", "value"), [("SITE_URL", "https://otra.example"), ("SERVICE_WORKER", False)])
def test_a_setting_that_stands_on_pages_makes_them_other_pages(settings, client, db, setting, value):
    factories.published()
    etag = client.get("/es/taller-3/agenda/").headers["ETag"]
    setattr(settings, setting, value)
    assert client.get("/es/taller-3/agenda/", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("agenda/faces/ics.py", '"""', '"""Other words. '),
        ("agenda/faces/ics.py", "\n\n\n", "\n\n\n# A comment.\n"),
        ("templates/agenda/changes.html", "{% load", "{# A comment. #}{% load"),
        ("requirements.txt", "--hash=sha256:", "--hash=sha256:0"),
        ("agenda/admin/notes.py", "import", "import os, "),
    ],
)
def test_what_no_reader_sees_leaves_the_version_of_the_code_as_it_was(copy, file, old, new):
    assert version_after(copy / file, old, new) == codeversion.code_version()
