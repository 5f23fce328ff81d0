import datetime as dt

import icalendar
import pytest

from agenda.faces import ics
from agenda.programme import Axis, Item, Moderator, Programme, ProgrammeDay
from languages import Text
from tests.factories import slot


def es(text):
    return Text(text, "es")


def address(name, **kwargs):
    return f"https://talleres.example/{name}/" + "".join(f"{value}/" for value in kwargs.values())


FULL = slot("k7mn", "Cuencas; ríos, lagos", start=dt.time(9, 30), end=dt.time(11), axis=1, place="Sala A",
            items=(Item(es("Quito")),), moderators=(Moderator("moderates", es("UCM")),))  # fmt: skip
PROGRAMME = Programme(
    "taller-3", es("Ríos"), "es", timezone="Europe/Madrid", venue=es("Galpón 11"), axes=(Axis(1, es("Agua")),), release=7,
    published_at=dt.datetime(2018, 9, 1, 10, tzinfo=dt.UTC),
    days=(
        ProgrammeDay(dt.date(2018, 9, 7), slots=(
            slot("b2cd", "Registro", "registration", start=dt.time(9)), FULL,
            slot("d4fg", "Pausa", "break", start=dt.time(11), end=dt.time(11, 30)))),
        ProgrammeDay(dt.date(2018, 9, 10), es("programación opcional"), True, (slot("h5jk", "Por definir", "other", part_of_day="morning"),)),
    ),
)  # fmt: skip


@pytest.fixture
def events():
    calendar = icalendar.Calendar.from_ical(ics.calendar(PROGRAMME, address))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_every_row_is_an_event_breaks_included(events):
    assert list(events) == [f"{code}@taller-3.taller" for code in ("b2cd", "k7mn", "d4fg", "h5jk")]


def test_an_event_says_what_the_row_says(events):
    event = events["k7mn@taller-3.taller"]
    madrid = PROGRAMME.zone
    assert (event.start, event.end) == (
        dt.datetime(2018, 9, 7, 9, 30, tzinfo=madrid),
        dt.datetime(2018, 9, 7, 11, tzinfo=madrid),
    )
    assert {name: str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE", "URL")} == {
        "SUMMARY": "Cuencas; ríos, lagos", "LOCATION": "Sala A, Galpón 11", "DESCRIPTION": "• Quito\nModera: UCM",
        "STATUS": "CONFIRMED", "TRANSP": "OPAQUE", "SEQUENCE": "7", "URL": "https://talleres.example/session/k7mn/",
    }  # fmt: skip
    assert event["DTSTAMP"].to_ical() == b"20180901T100000Z"


def test_an_open_end_stays_open(events):
    event = events["b2cd@taller-3.taller"]
    assert "DTEND" not in event
    assert "DURATION" not in event
    assert str(event["DESCRIPTION"]) == "Sin hora de fin."


def test_a_slot_without_time_is_an_all_day_tentative_event(events):
    event = events["h5jk@taller-3.taller"]
    assert (event["DTSTART"].dt, event["DTEND"].dt, str(event["STATUS"])) == (
        dt.date(2018, 9, 10),
        dt.date(2018, 9, 11),
        "TENTATIVE",
    )
    assert str(event["DESCRIPTION"]) == "Mañana, hora por definir.\nProgramación opcional"


def test_a_break_does_not_make_anybody_busy(events):
    assert str(events["d4fg@taller-3.taller"]["TRANSP"]) == "TRANSPARENT"


def test_the_zone_comes_with_its_rules_and_nothing_else():
    text = ics.calendar(PROGRAMME, address).decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:Europe/Madrid" in text
    assert "COMMENT" not in text


def test_lines_are_folded_and_end_as_the_standard_asks():
    data = ics.calendar(PROGRAMME, address)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_uids_are_the_same_in_every_language_and_release():
    import msgspec

    other = msgspec.structs.replace(PROGRAMME, language="fr", release=9, title=Text("Rivières", "fr"))
    uids = [
        [str(e["UID"]) for e in icalendar.Calendar.from_ical(ics.calendar(p, address)).walk("VEVENT")]
        for p in (PROGRAMME, other)
    ]
    assert uids[0] == uids[1]


def test_a_part_of_the_programme_is_a_calendar_too():
    calendar = icalendar.Calendar.from_ical(
        ics.calendar(PROGRAMME, address, ics.Part("", "https://x.example/h5jk.ics", frozenset({"h5jk"})))
    )
    assert [str(e["UID"]) for e in calendar.walk("VEVENT")] == ["h5jk@taller-3.taller"]
    assert not calendar.timezones


@pytest.mark.django_db
def test_the_calendars_are_served_whole_by_session_and_by_axis(client):
    from tests import factories

    of = factories.small()
    factories.published(of)
    code = of.sessions.get(title_es="Cuencas").code
    counts = {}
    for name in ("agenda.ics", f"agenda/{code}.ics", "ejes/1.ics"):
        response = client.get(f"/es/taller-3/{name}")
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        counts[name] = len(icalendar.Calendar.from_ical(response.content).walk("VEVENT"))
    assert list(counts.values()) == [3, 1, 1]
