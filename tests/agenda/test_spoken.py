"""The languages of a session: one field, told in every face."""

import io
import json
from pathlib import Path

import icalendar
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from agenda import changes, publishing
from agenda.models import Session
from agenda.notes import document, outline
from agenda.printing import PAPERS, typesetting
from languages import CODES, spoken
from sheets.problems import TableError
from tests import browser, factories
from tests.books import bring

pytestmark = pytest.mark.django_db
SAID = "En español e inglés, con interpretación a francés y lengua de signos"
NOTE = (Path(__file__).parents[1] / "data" / "nota.md").read_text()
HELD = (
    "<p>Bienvenida</p> <p>Idiomas: español, inglés y klingon</p> <p>Interpretación simultánea a: francés, português</p>"
)


@pytest.fixture
def of():
    of = factories.small()
    Session.objects.filter(title_es="Cuencas").update(languages=["es", "en"], interpreted=["fr", "sgn"])
    publishing.publish(of)
    return of


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", SAID),
        ("en", "In Spanish and English, interpreted into French and sign language"),
        ("pt-br", "Em espanhol e inglês, com interpretação para francês e língua de sinais"),
        ("fr", "En espagnol et anglais, avec interprétation en français et langue des signes"),
    ],
)
def test_every_page_of_a_session_says_its_languages_in_the_readers(of, client, words, language, said):
    code = Session.objects.get(title_es="Cuencas").code
    for path in ("agenda/", f"agenda/{code}/"):
        assert said in words(client.get(f"/{language}/taller-3/{path}"))


def test_a_session_that_does_not_say_its_languages_says_nothing_of_them(of, client):
    code = Session.objects.get(title_es="Registro").code
    assert "slot-languages" not in client.get(f"/es/taller-3/agenda/{code}/").content.decode()


def test_calendars_say_them_in_words_and_machines_get_codes(of, client):
    calendar = icalendar.Calendar.from_ical(client.get("/es/taller-3/agenda.ics").content)
    assert [SAID in e["DESCRIPTION"] for e in calendar.walk("VEVENT") if e["SUMMARY"] == "Cuencas"] == [True]
    rooms = client.get("/es/taller-3/schedule.json").json()["schedule"]["conference"]["days"][0]["rooms"]
    [event] = [event for events in rooms.values() for event in events if event["title"] == "Cuencas"]
    assert (event["language"], SAID in event["abstract"]) == ("es", True)
    code = Session.objects.get(title_es="Cuencas").code
    assert '"inLanguage":["es","en"]' in client.get(f"/es/taller-3/agenda/{code}/").content.decode()


@pytest.mark.parametrize(("language", "found"), [("fr", ["Cuencas"]), ("en", ["Cuencas"]), ("de", [])])
def test_the_agenda_can_be_filtered_by_language(of, client, language, found):
    page = client.get(f"/es/taller-3/agenda/?idioma={language}")
    assert [str(slot.title) for day in page.context["days"] for slot in day.slots] == found
    assert page.context["held"] == ["es", "en", "fr", "sgn"]


def test_a_change_of_languages_is_told(of):
    Session.objects.filter(title_es="Cuencas").update(interpreted=["fr"])
    publishing.publish(of)
    new, old = publishing.released(list(of.releases.order_by("-number")), "es", "public")
    assert [change.text for change in changes.diff(old, new)] == ["Otros detalles: «Cuencas»."]


def test_paper_says_them(of):
    [programme] = publishing.released([of.releases.get()], "es", "public")
    data = typesetting.pdf(PAPERS["agenda"], programme, typesetting.Copy("https://x.example/"))
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())
    assert "En español e inglés, con interpretación a francés" in text


def test_a_sheet_takes_names_in_any_language_and_codes(of):
    code = Session.objects.get(title_es="Cuencas").code
    row = {"taller": "taller-3", "código": code, "jornada": "2018-09-07", "título [es]": "Cuencas"}
    bring(json.dumps([{**row, "idiomas": "Portuguese; ca", "interpretación": "LSE, français"}]).encode())
    session = Session.objects.get(code=code)
    assert (session.languages, session.interpreted) == (["pt", "ca"], ["sgn", "fr"])
    with pytest.raises(TableError, match="«klingon» no es ninguno de: español, inglés"):
        bring(json.dumps([{**row, "idiomas": "klingon"}]).encode())


def test_the_admin_offers_them_by_name(of, client):
    client.force_login(factories.user())
    session = Session.objects.get(title_es="Cuencas")
    form = client.get(reverse("admin:agenda_session_change", args=[session.pk])).context["adminform"].form
    assert form["languages"].initial == ["es", "en"]
    assert ("sgn", "lengua de signos") in list(form.fields["languages"].choices)


@pytest.mark.parametrize("value", [["klingon"], "es", {"0": "es"}, [1], ["es", ""]])
@pytest.mark.parametrize("field", ["languages", "interpreted"])
def test_no_other_language_gets_in(of, field, value):
    session = Session.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**{field: value})
    setattr(session, field, value)
    with pytest.raises(ValidationError):
        session.full_clean()


def test_a_note_says_them_and_a_name_that_is_none_is_a_doubt():
    read = outline.read(document.read(NOTE.replace("<p>Bienvenida</p>", HELD).encode()))
    entry = read.days[0].entries[1]
    assert (entry.languages, entry.interpreted) == (("es", "en"), ("fr", "pt"))
    assert entry.items == ("Municipalidad de Rosario", "RECIR")
    [doubt] = [doubt.text for doubt in read.doubts if "klingon" in doubt.text]
    assert doubt == "«klingon» no es un idioma en el que se celebre una sesión."


@pytest.mark.parametrize("code", spoken.SPOKEN)
def test_every_language_has_a_name_in_every_language_of_the_site_and_is_read_by_it(code):
    for language in CODES:
        assert spoken.name_of(code, language) != code
        assert spoken.read(spoken.name_of(code, language).upper()) == code


@pytest.mark.django_db(transaction=True)
def test_the_screen_shows_a_sign_that_is_read_from_afar(of, live_server):
    with browser.page() as page:
        page.clock.set_fixed_time("2018-09-07T10:00+02:00")
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        page.wait_for_selector("#now .sign")
        assert page.inner_text("#now .sign") == "ES EN → FR SGN"
