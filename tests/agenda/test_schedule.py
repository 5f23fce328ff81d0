import datetime as dt
import json
from xml.etree import ElementTree

import msgspec

from agenda.faces import schedule
from tests.agenda.test_ics import PROGRAMME, address, es


def event(data, code):
    days = data["schedule"]["conference"]["days"]
    return next(e for day in days for room in day["rooms"].values() for e in room if e["slug"].endswith(code))


def test_the_json_holds_every_row_breaks_included():
    data = json.loads(schedule.as_json(PROGRAMME, address))
    conference = data["schedule"]["conference"]
    titles = [e["title"] for day in conference["days"] for room in day["rooms"].values() for e in room]
    assert sorted(titles) == ["Cuencas; ríos, lagos", "Pausa", "Por definir", "Registro"]
    assert (data["schedule"]["version"], conference["acronym"], conference["daysCount"]) == (
        "7",
        "taller_3",
        2,
    )
    assert (conference["time_zone_name"], [room["name"] for room in conference["rooms"]]) == (
        "Europe/Madrid",
        ["Galpón 11", "Sala A"],
    )


def test_an_event_says_when_where_and_who():
    found = event(json.loads(schedule.as_json(PROGRAMME, address)), "k7mn")
    assert {name: found[name] for name in ("date", "start", "duration", "room", "title", "track", "type", "language", "abstract", "url")} == {
        "date": "2018-09-07T09:30:00+02:00", "start": "09:30", "duration": "01:30", "room": "Sala A",
        "title": "Cuencas; ríos, lagos", "track": "1. Agua", "type": "session", "language": "es",
        "abstract": "• Quito\nModera: UCM", "url": "https://talleres.example/session/k7mn/",
    }  # fmt: skip
    assert [person["public_name"] for person in found["persons"]] == ["UCM"]


def test_what_the_format_cannot_leave_open_is_said_in_words():
    data = json.loads(schedule.as_json(PROGRAMME, address))
    assert (event(data, "b2cd")["duration"], event(data, "b2cd")["abstract"]) == ("00:15", "Sin hora de fin.")
    assert (event(data, "h5jk")["start"], event(data, "h5jk")["duration"]) == ("09:00", "03:00")
    assert "hora por definir" in event(data, "h5jk")["abstract"]


def test_the_xml_says_what_the_json_says():
    data = json.loads(schedule.as_json(PROGRAMME, address))
    events = [e for day in data["schedule"]["conference"]["days"] for room in day["rooms"].values() for e in room]
    root = ElementTree.fromstring(schedule.as_xml(PROGRAMME, address))
    fields = ("title", "date", "start", "duration", "room")
    assert [tuple(e.findtext(f) for f in fields) for e in root.iter("event")] == [
        tuple(e[f] for f in fields) for e in events
    ]
    assert [e.get("guid") for e in root.iter("event")] == [e["guid"] for e in events]


def test_numbers_are_unique_and_stay_the_same_in_the_next_release():
    later = msgspec.structs.replace(PROGRAMME, release=8, language="en")
    found = [
        [e.get("id") for e in ElementTree.fromstring(schedule.as_xml(p, address)).iter("event")]
        for p in (PROGRAMME, later)
    ]
    assert found[0] == found[1]
    assert len(set(found[0])) == 4


def test_control_characters_do_not_break_the_xml():
    slot = msgspec.structs.replace(PROGRAMME.days[0].slots[0], title=es("a\x00\x0bb<&>"))
    day = msgspec.structs.replace(PROGRAMME.days[0], slots=(slot,))
    root = ElementTree.fromstring(schedule.as_xml(msgspec.structs.replace(PROGRAMME, days=(day,)), address))
    assert root.find(".//event/title").text == "ab<&>"


def test_a_day_without_autumn_hour_counts_real_minutes():
    # Clocks go back at 3h00 on 28 October 2018: from 2h30 to 3h30 are two hours.
    slot = msgspec.structs.replace(PROGRAMME.days[0].slots[0], start=dt.time(1, 30), end=dt.time(3, 30))
    day = msgspec.structs.replace(PROGRAMME.days[0], date=dt.date(2018, 10, 28), slots=(slot,))
    data = json.loads(schedule.as_json(msgspec.structs.replace(PROGRAMME, days=(day,)), address))
    assert event(data, "b2cd")["duration"] == "03:00"
