"""Every character that Unicode has or could have, through the doors and out of every face: nothing breaks."""

import datetime as dt
import html
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import icalendar
import pikepdf
import pytest
from django.test import Client

from agenda import publishing
from agenda.models import Session
from agenda.notes import document, load, outline
from agenda.printing import PAPERS, typesetting
from languages import fold
from languages.entry import settle, settle_line
from tests import factories
from tests.books import bring

pytestmark = [pytest.mark.django_db, pytest.mark.long]
EVERY = [chr(n) for n in range(0x110000)]
# Each between letters, so that none stands at the edge of a text, in pieces that a title and a text can hold.
TITLES = ["".join(f"a{c}" for c in EVERY[n : n + 100]) for n in range(0, 0x3400, 100)]
TEXTS = ["".join(f"a{c}" for c in EVERY[n : n + 4000]) for n in range(0, 0x110000, 4000)]


def rows():
    titles = [*TITLES, *["Título"] * (len(TEXTS) - len(TITLES))]
    return list(zip(titles, [*TEXTS, *["Texto"] * (len(titles) - len(TEXTS))], strict=True))


def by_bulk_create(on):
    Session.objects.bulk_create(
        Session(workshop=on.workshop, day=on, code=f"s{n:05}", start=dt.time(9), title=title, title_es=title,
                place=title[:80], description=text, description_es=text, visibility="everyone")
        for n, (title, text) in enumerate(rows())
    )  # fmt: skip


def by_update(on):
    for title, text in rows():
        made = factories.session(on, "09:00", None, "Título")
        Session.objects.filter(pk=made.pk).update(title_es=title, place=title[:80], description_es=text)


def by_sheet(on):
    table = [
        {"taller": on.workshop.slug, "jornada": "2018-09-07", "inicio": "9:00", "título [es]": title, "lugar": title[:80],
         "descripción [es]": text, "visibilidad": "everyone"}
        for title, text in rows()
    ]  # fmt: skip
    for n in range(0, len(table), 40):  # a file has 5 MB at most
        bring(json.dumps(table[n : n + 40]).encode(), {"all:twice": "new", "all:equal": "new"})


def by_form(on):
    """As a browser sends it: in UTF-8, which has no halves of surrogates; a NUL is an error of the form."""
    desk = Client()
    desk.force_login(factories.user())
    page = "/admin/agenda/session/add/"
    inlines = {f"{name}-{part}": "0" for name in ("items", "moderators") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for title, text in rows():
        form = {"day": on.pk, "start": "09:00", "kind": "session", "visibility": "everyone", "state": "ready", **inlines,
                "title_es": sent(title), "place": sent(title[:80]), "description_es": sent(text)}  # fmt: skip
        answer = desk.post(page, form)
        assert answer.status_code == 302, answer.context["errors"]


def sent(text):
    return "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")


def by_note(on):
    """A file is UTF-8; what a text says in signs of HTML it says as itself where they are written as such."""
    some = [*TITLES, *["".join(f"a{c}" for c in EVERY[n : n + 40]) for n in range(0x3400, 0x110000, 4000)]]
    cells = "\n".join(f"<tr><td>9h00</td><td>{html.escape(sent(title))}</td></tr>" for title in some)
    note = f"# Puentes\n\n## Agenda\n\n### VIERNES 7 DE SEPTIEMBRE DE 2018\n\n<table>{cells}</table>\n"
    read = outline.read(document.read(note.encode()))
    load.load(read, load.dates(read, 2018, dt.date(2026, 11, 22)), into=on.workshop)


class Reader(HTMLParser):
    """Reads a whole page, as far as the library's parser does."""


@pytest.mark.parametrize("door", [by_bulk_create, by_update, by_sheet, by_form, by_note])
def test_every_character_comes_in_by_every_door_and_goes_out_by_every_face(client, door):
    of = factories.workshop()
    door(factories.day(of))
    kept = set(Session.objects.values_list("title_es", "description_es"))
    if door is by_form:
        assert kept == {(settle_line(sent(title)), settle(sent(text))) for title, text in rows()}
    elif door not in (
        by_sheet,
        by_note,
    ):  # a note may mean something by a sign; in a sheet an apostrophe in front is one that made a cell safe
        assert kept == {(settle_line(title), settle(text)) for title, text in rows()}
    factories.published(of)
    answers = {name: client.get(f"/es/{of.slug}/{name}") for name in (
        "agenda/", "agenda.ics", "schedule.xml", "schedule.json", "cambios.atom", "version.json", "",
    )}  # fmt: skip
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}
    events = icalendar.Calendar.from_ical(answers["agenda.ics"].content).walk("VEVENT")
    assert len(events) == len(kept) if door is by_note else len(rows())
    for name in ("schedule.xml", "cambios.atom"):
        ElementTree.fromstring(answers[name].content)
    json.loads(answers["schedule.json"].content)
    Reader().feed(answers["agenda/"].content.decode())


def test_every_title_is_found_by_what_it_says(client):
    """In the public search and in the admin's, whatever the sign; and searching for any sign breaks neither."""
    of = factories.workshop()
    by_update(factories.day(of))
    factories.published(of)
    client.force_login(factories.user())
    for title in TITLES[::3]:
        words = settle_line(sent(title))
        found = client.get(f"/es/{of.slug}/agenda/", {"q": sent(title)})
        assert found.status_code == 200
        assert html.escape(words) in found.content.decode().replace("&#39;", "&#x27;") or not fold(words).split()
        assert client.get("/admin/agenda/session/", {"q": sent(title)}).status_code == 200


def test_no_character_breaks_a_printed_programme():
    """Of all planes some of each hundred: a printed page of them all would take hours."""
    on = factories.day(factories.workshop())
    some = [*EVERY[:0x300], *EVERY[0x300:0x3400:7], *EVERY[0xD700:0x10000:13], *EVERY[0x10000::4099]]
    for n in range(0, len(some), 120):
        factories.session(on, "09:00", None, "".join(f"a{c}" for c in some[n : n + 120]))
    [programme] = publishing.released([publishing.publish(on.workshop)], "es", "public")
    data = typesetting.pdf(PAPERS["agenda"], programme, typesetting.Copy("https://x.example/"))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) >= 1
        assert not document.check_pdf_syntax()
