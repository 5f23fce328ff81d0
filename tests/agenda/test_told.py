"""What is told of changes is what a reader could have seen change, in every copy (C4 to C6, C10 to C17)."""

import datetime as dt
import json
from xml.etree import ElementTree

import icalendar
import pytest

from agenda import changes, publishing
from agenda.models import Axis, Moderator, Release, Session, Workshop
from agenda.programme import for_audience
from agenda.web import editions
from tests import browser, factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGES = ("es", "en", "pt-br", "fr")


@pytest.fixture
def of():
    of = factories.small()
    publishing.publish(of)
    return of


def change(**fields):
    Session.objects.filter(part=1).update(**fields)
    return publishing.publish(Workshop.objects.get())


def told(number, language="es", audience="public"):
    [found] = [one for one in publishing.history("taller-3", language, audience, 20) if one.release == number]
    return [one.text for one in found.changes]


def age(number, **by):
    """Make a release older, past the guard of what is kept for ever."""
    release = Release.objects.get(number=number)
    Release._base_manager.filter(pk=release.pk).update(published_at=release.published_at - dt.timedelta(**by))


# --- what is marked (C4) ---


def test_a_misspelling_that_is_corrected_leaves_the_mark_of_the_hour_that_changed(of, client, words):
    change(start=dt.time(9, 45))
    change(title_es="Cuencas y ríos")
    text = words(client.get("/es/taller-3/agenda/"))
    assert "Cambio de hora (antes 9h30–11h00)" in text
    assert "Cambio de título" in text


def test_what_changed_and_changed_back_is_not_marked(of, client, words):
    change(start=dt.time(9, 45))
    change(start=dt.time(9, 30))
    assert "Cambio de hora" not in words(client.get("/es/taller-3/agenda/"))


def test_marks_are_told_against_what_stood_there_two_days_ago(of, client, words):
    change(start=dt.time(9, 45))
    change(place="Sala B")
    age(1, hours=100)
    age(2, hours=49)
    text = words(client.get("/es/taller-3/agenda/"))
    assert "Cambio de hora" not in text
    assert "Cambio de lugar (antes Sala A)" in text


def test_a_cancelled_session_stays_struck_through_in_its_place_for_two_days_whatever_is_published(of, client, words):
    Session.objects.filter(part=1).delete()
    publishing.publish(of)
    Session.objects.filter(title_es="Pausa café").update(title_es="Café")
    publishing.publish(Workshop.objects.get())
    page = client.get("/es/taller-3/agenda/")
    assert "11h00 Cuencas Cancelada" in words(page)
    assert "<del>Cuencas</del>" in page.content.decode()
    assert "11h00 Cuencas Cancelada" in words(client.get("/es/taller-3/agenda/?q=cuencas"))  # found, and told so
    age(1, hours=100)
    age(2, hours=49)
    assert "<del>" not in client.get("/es/taller-3/agenda/").content.decode()


def test_a_day_that_went_with_its_sessions_is_shown_with_them(of, client, words):
    monday = factories.day(of, factories.MONDAY)
    factories.session(monday, "10:00", "11:00", "Paseo")
    publishing.publish(of)
    monday.delete()
    publishing.publish(of)
    assert "Lunes 10 de septiembre 10h00 – 11h00 Paseo Cancelada" in words(client.get("/es/taller-3/agenda/"))


def test_what_members_lost_is_nothing_to_the_public(of, client):
    factories.session(of.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(of)
    Session.objects.get(title_es="Reservada").delete()
    publishing.publish(of)
    assert "Reservada" not in client.get("/es/taller-3/agenda/").content.decode()
    client.force_login(factories.user("committee"))
    assert "<del>Reservada</del>" in client.get("/es/taller-3/agenda/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_starred_session_that_is_cancelled_is_told_and_is_never_now(live_server):
    of = factories.small()
    publishing.publish(of)
    address = f"{live_server.url}/es/taller-3/agenda/"
    with browser.page() as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat("2018-09-07T10:00+02:00"))
        page.goto(address)
        page.get_by_role("button", name="A mi agenda: Cuencas").click()
        Session.objects.filter(part=1).delete()
        publishing.publish(of)
        page.goto(f"{address}?nuevo")
        assert page.locator("#mine .state").inner_text() == "Cancelada: «Cuencas»."
        assert [row.inner_text() for row in page.locator(".slot[aria-current] .slot-title").all()] == ["Registro"]


# --- in whose language (C5) ---


def test_the_same_title_typed_in_english_is_no_change_for_anybody(of):
    change(title_en="Cuencas")
    assert [told(2, language) for language in LANGUAGES] == [[], [], [], []]


def test_a_first_translation_is_told_once_and_to_its_readers_only(of):
    Session.objects.filter(part=1).update(title_en="Basins")
    Session.objects.filter(title_es="Pausa café").update(title_en="Coffee break")
    Axis.objects.update(title_en="Water")
    publishing.publish(of)
    assert told(2) == told(2, "fr") == []
    assert told(2, "en") == ["More of the programme can be read in this language: English."]


def test_a_translation_that_is_corrected_is_told_to_its_readers(of):
    change(title_en="Basin")
    change(title_en="Basins")
    assert told(3) == []
    assert told(3, "en") == ["Renamed: “Basin” is now “Basins”."]


def test_who_carries_a_session_is_the_same_person_whatever_the_source_calls_the_institution(of):
    Moderator.objects.create(
        session=Session.objects.get(part=1), position=2, role="presents", institution_es="UCM", institution_en="UCM"
    )
    publishing.publish(of)
    Moderator.objects.filter(position=2).update(institution_es="Complutense")
    publishing.publish(of)
    assert told(3, "en") == []
    assert len(told(3)) == 1


# --- what closes, what opens (C6) ---


def test_a_row_that_closes_says_that_it_closed_and_nothing_of_what_it_held(of, client, words):
    change(visibility="listed")
    assert told(2) == ["Ahora solo para miembros: los detalles de «Cuencas»."]
    assert told(2, audience="members") == ["Otros detalles: «Cuencas»."]
    assert "Detalles solo para miembros" in words(client.get("/es/taller-3/agenda/"))


def test_a_row_that_opens_says_so(of):
    change(visibility="listed")
    change(visibility="everyone")
    assert told(3) == ["Ahora abiertos a todos: los detalles de «Cuencas»."]


def test_a_row_that_closes_and_moves_says_both(of):
    change(visibility="listed", start=dt.time(9, 45), place="Sala C")
    assert [text.partition(":")[0] for text in told(2)] == ["Cambio de hora", "Ahora solo para miembros"]


# --- the zone (C15) ---


def test_another_zone_is_told_as_one(of):
    Workshop.objects.update(timezone="America/Mexico_City")
    publishing.publish(Workshop.objects.get())
    assert told(2) == ["Las horas son ahora las de otra zona: Ciudad de México."]
    assert told(2, "fr") == ["Les heures sont désormais celles d’un autre fuseau\xa0: Mexico."]


def test_every_field_of_a_workshop_that_readers_see_tells_its_own_change(of):
    for field, value, words_of in (
        ("venue_es", "Otra sede", "El taller se celebra en"),
        ("address", "Calle 2", "El taller se celebra en"),
        ("title_es", "Otro título", "El taller se llama ahora"),
        ("timezone", "Europe/Lisbon", "otra zona"),
    ):
        Workshop.objects.update(**{field: value})
        release = publishing.publish(Workshop.objects.get())
        [text] = told(release.number)
        assert words_of in text, field


# --- the feed (C14) ---


def test_a_title_with_signs_of_markup_stands_in_the_feed_as_typed(of, client):
    change(title_es="Tasa <5 años y uso de <datos> & más", place="Sala <B>")
    root = ElementTree.fromstring(client.get("/es/taller-3/cambios.atom").content)
    summary = root.find(f"{ATOM}entry/{ATOM}summary")
    assert summary.get("type") == "html"
    lines = ElementTree.fromstring(f"<div>{summary.text}</div>")  # it is well-formed, and a paragraph a line
    assert [line.text for line in lines] == told(2)
    assert "<datos>" in lines[0].text


def test_the_feed_names_its_author_and_is_the_same_in_every_language(of, client):
    change(place="Sala B")
    ids = []
    for language in LANGUAGES:
        root = ElementTree.fromstring(client.get(f"/{language}/taller-3/cambios.atom").content)
        assert root.findtext(f"{ATOM}author/{ATOM}name") == "Unión"
        ids.append([root.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry"))])
    assert len({tuple(one) for one in ids}) == 1
    assert len(set(ids[0])) == 3


# --- calendars (C10, C11, C16) ---


def events(client, path):
    read = icalendar.Calendar.from_ical(client.get(path).content)
    return {str(event["SUMMARY"]): str(event["STATUS"]) for event in read.walk("VEVENT")}


def test_durations_are_written_as_the_standard_does(of, client):
    text = client.get("/es/taller-3/agenda.ics").content.decode()
    assert "X-PUBLISHED-TTL:PT1H" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text


def test_each_calendar_has_its_own_name_and_source(of, client):
    code = Session.objects.get(part=1).code
    found = {}
    for path in ("agenda.ics", "ejes/1.ics", f"agenda/{code}.ics", f"agenda.ics?s={code}"):
        read = icalendar.Calendar.from_ical(client.get(f"/es/taller-3/{path}").content)
        assert str(read["NAME"]) == str(read["X-WR-CALNAME"])
        found[str(read["NAME"])] = str(read["SOURCE"])
    assert found == {
        "Ríos que unen": "https://talleres.example/es/taller-3/agenda.ics",
        "Eje 1 · Ríos que unen": "https://talleres.example/es/taller-3/ejes/1.ics",
        "Cuencas · Ríos que unen": f"https://talleres.example/es/taller-3/agenda/{code}.ics",
        "Mi agenda · Ríos que unen": f"https://talleres.example/es/taller-3/agenda.ics?s={code}",
    }


def test_the_calendar_of_an_axis_that_was_deleted_answers_and_cancels_its_rows(of, client):
    assert events(client, "/es/taller-3/ejes/1.ics") == {"Cuencas": "CONFIRMED"}
    Session.objects.update(axis=None)
    Axis.objects.all().delete()
    publishing.publish(of)
    Session.objects.filter(part=1).update(title_es="Cuencas y ríos")
    publishing.publish(of)
    assert events(client, "/es/taller-3/ejes/1.ics") == {"Cuencas y ríos": "CANCELLED"}
    assert events(client, "/es/taller-3/agenda.ics")["Cuencas y ríos"] == "CONFIRMED"
    assert client.get("/es/taller-3/ejes/2.ics").status_code == 404


def test_a_row_that_moves_to_another_axis_is_cancelled_in_the_first(of, client):
    Session.objects.filter(part=1).update(axis=factories.axis(of, 2, "La tierra"))
    publishing.publish(of)
    assert events(client, "/es/taller-3/ejes/1.ics") == {"Cuencas": "CANCELLED"}
    assert events(client, "/es/taller-3/ejes/2.ics") == {"Cuencas": "CONFIRMED"}


def test_the_calendar_of_an_axis_tells_the_public_nothing_of_members_rows(of, client):
    axis = factories.axis(of, 2, "La tierra")
    factories.session(of.days.get(), "18:00", "19:00", "Reservada", visibility="members", axis=axis)
    publishing.publish(of)
    Session.objects.filter(title_es="Reservada").update(axis=None)
    publishing.publish(of)
    [programme] = publishing.released([Release.objects.get(number=3)], "es", "public")
    code = Session.objects.get(title_es="Reservada").code
    assert code not in json.dumps([one.codes for one in programme.belonged])
    assert events(client, "/es/taller-3/ejes/2.ics") == {}


# --- identifiers (C12), JSON-LD (C17) ---


def test_schedules_call_persons_rooms_and_sessions_the_same_in_every_language_and_release(of, client):
    session = Session.objects.get(part=1)
    Moderator.objects.create(
        session=session,
        position=2,
        role="presents",
        institution_es="Universidad",
        institution_en="University",
        institution_fr="Université",
    )
    Workshop.objects.update(venue_en="Shed 11", venue_fr="Hangar 11")
    publishing.publish(of)

    def guids(language, release=""):
        schedule = json.loads(client.get(f"/{language}/taller-3/{release}schedule.json").content)["schedule"]
        rows = [event for day in schedule["conference"]["days"] for room in day["rooms"].values() for event in room]
        return (
            sorted(room["guid"] for room in schedule["conference"]["rooms"]),
            [event["guid"] for event in rows],
            sorted(person["guid"] for event in rows for person in event["persons"]),
        )

    first = guids("es")
    assert [guids(language) for language in LANGUAGES] == [first] * 4
    Session.objects.filter(title_es="Pausa café").update(title_es="Café")
    publishing.publish(of)
    assert guids("fr") == guids("es", "v/2/") == first


def test_somebody_with_two_roles_performs_once(of, client):
    session = Session.objects.get(part=1)
    for position, role in ((2, "presents"), (3, "concludes")):
        Moderator.objects.create(session=session, position=position, role=role, person="Ana Ruiz", institution_es="UCM")
    publishing.publish(of)
    html = client.get(f"/es/taller-3/agenda/{session.code}/").content.decode()
    data = json.loads(html.partition('ld+json">')[2].partition("</script>")[0])
    assert data["performer"] == [{"@type": "Organization", "name": "Quito"}, {"@type": "Person", "name": "Ana Ruiz"}]


def test_descriptions_outside_of_pages_are_plain_words(of, client):
    change(description_es="**Gratis**, ver [la guía](https://x.example).\n\n- uno\n- dos")
    [event] = [
        e
        for e in icalendar.Calendar.from_ical(client.get("/es/taller-3/agenda.ics").content).walk("VEVENT")
        if e["SUMMARY"] == "Cuencas"
    ]
    assert "Gratis, ver la guía.\nuno\ndos" in str(event["DESCRIPTION"])
    assert "**" not in str(event["DESCRIPTION"])


def test_a_difference_is_told_for_one_audience_only(of):
    [programme] = publishing.released([Release.objects.get()], "es", "members")
    with pytest.raises(ValueError, match="not compared"):
        changes.diff(programme, for_audience(publishing._trees(Release.objects.get())["es"], "public"))
    assert dt.timedelta(hours=48) == editions.NEWS


@pytest.mark.parametrize("page", ["agenda/", "pantalla/", "agenda/embed/"])
def test_every_page_of_the_agenda_shows_what_was_cancelled(of, client, page):
    Session.objects.filter(part=1).delete()
    publishing.publish(of)
    assert "<del>Cuencas</del>" in client.get(f"/es/taller-3/{page}").content.decode()
