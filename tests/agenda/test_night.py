"""What ends after midnight ends on the next day, in every face (C1)."""

import datetime as dt
import json
from xml.etree import ElementTree

import icalendar
import pytest

from agenda import clashes, publishing
from agenda.faces import ics, schedule
from agenda.programme import for_audience
from agenda.programme.moments import end_of, length_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    """A dinner from ten in the evening until half past one."""
    of = factories.small()
    factories.session(of.days.get(), "22:00", "01:30", "Cena", kind="meal", place="Patio")
    return of


def row(of, title="Cena"):
    draft, *_rest = publishing.review(of)
    return next((draft, day, slot) for day, slot in draft.entries if slot.title.text == title)


def address(name, **kwargs):
    return f"https://taller.example/{name}/{kwargs.get('code', '')}"


@pytest.mark.parametrize(
    ("start", "end"),
    [("22:00", "00:00"), ("22:00", "01:30"), ("18:00", "06:00"), ("23:59", "00:01"), ("23:00", "23:30")],
)
def test_an_end_that_can_be_is_kept(start, end):
    factories.session(factories.small().days.get(), start, end, "Cena")


@pytest.mark.parametrize(
    ("start", "end"), [("17:59", "01:00"), ("22:00", "06:01"), ("09:00", "09:00"), ("22:00", "22:00")]
)
def test_an_end_that_cannot_be_is_refused(start, end):
    from django.db import IntegrityError, transaction

    day = factories.small().days.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.session(day, start, end, "Cena")


def test_it_ends_on_the_next_day(night):
    assert end_of(*row(night)).isoformat() == "2018-09-08T01:30:00+02:00"
    assert length_of(*row(night)) == dt.timedelta(hours=3, minutes=30)


def test_a_night_in_which_the_clocks_are_set_back_is_an_hour_longer():
    of = factories.workshop()
    factories.session(factories.day(of, dt.date(2018, 10, 27)), "22:00", "04:00", "Noche")
    assert length_of(*row(of, "Noche")) == dt.timedelta(hours=7)


def test_calendars_say_so(night):
    calendar = icalendar.Calendar.from_ical(ics.calendar(for_audience(row(night)[0], "public"), address))
    [dinner] = [event for event in calendar.walk("VEVENT") if event["SUMMARY"] == "Cena"]
    assert dinner["DTEND"].dt.isoformat() == "2018-09-08T01:30:00+02:00"


def test_schedule_files_say_so(night):
    draft = for_audience(row(night)[0], "public")
    day = json.loads(schedule.as_json(draft, address))["schedule"]["conference"]["days"][0]
    assert [event["duration"] for event in day["rooms"]["Patio"]] == ["03:30"]
    root = ElementTree.fromstring(schedule.as_xml(draft, address))
    assert [e.findtext("duration") for e in root.iter("event") if e.findtext("title") == "Cena"] == ["03:30"]


def test_pages_say_so(night, client):
    factories.published(night)
    page = client.get("/es/taller-3/agenda/").content.decode()
    assert '<time datetime="2018-09-07T22:00+02:00">22h00</time>' in page
    assert '<time datetime="2018-09-08T01:30+02:00">1h30</time>' in page
    code = night.sessions.get(title_es="Cena").code
    assert '"endDate":"2018-09-08T01:30+02:00"' in client.get(f"/es/taller-3/agenda/{code}/").content.decode()


def test_the_longer_of_two_that_begin_together_stands_last(night):
    factories.session(night.days.get(), "22:00", "23:00", "Brindis", kind="meal")
    assert [slot.title.text for _day, slot in row(night)[0].entries][-2:] == ["Brindis", "Cena"]


def test_it_clashes_with_what_stands_in_its_room_later_that_night():
    of = factories.workshop()
    friday, saturday = factories.day(of), factories.day(of, factories.SATURDAY)
    factories.session(friday, "22:00", "01:30", "Baile", place="Patio")
    factories.session(friday, "23:00", "23:30", "Discurso", place="Patio")
    factories.session(saturday, "01:00", "02:00", "Recogida", place="PATIO")
    factories.session(saturday, "01:30", "02:00", "Limpieza", place="Sótano")
    found = [clash.codes for clash in publishing.review(of).clashes if clash.rule == "place-overlap"]
    codes = {session.title_es: session.code for session in of.sessions.all()}
    assert found == [(codes["Baile"], codes["Discurso"]), (codes["Baile"], codes["Recogida"])]


def test_there_is_no_gap_while_it_lasts(night):
    factories.session(night.days.get(), "23:00", "23:30", "Discurso", place="Sala")
    factories.session(night.days.get(), "23:50", "00:10", "Brindis", place="Sala")
    gaps = [clash.message for clash in publishing.review(night).clashes if clash.rule == "gap"]
    assert len(gaps) == 1  # between the coffee and the dinner
    assert "11h30" in gaps[0]


def test_a_row_that_got_past_the_rules_stops_publication(night):
    draft, day, slot = row(night)
    import msgspec

    odd = msgspec.structs.replace(slot, start=dt.time(12))
    broken = msgspec.structs.replace(draft, days=(msgspec.structs.replace(day, slots=(odd,)),))
    assert "end-before-start" in [clash.rule for clash in clashes.blockers(clashes.check(broken))]
