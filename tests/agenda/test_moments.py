"""When a session happens, and until when it is «now»: once, for pages, screens, calendars, clashes."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda import clashes
from agenda.faces import ics
from agenda.models import Release
from agenda.programme import Programme, ProgrammeDay
from agenda.programme.moments import length_of, moment, over_at, span_of, start_of, until_of
from languages import Text, clocks
from tests import browser, factories

ON = factories.FRIDAY
MADRID = ZoneInfo("Europe/Madrid")


def programme(*rows, zone="Europe/Madrid", date=ON, **fields):
    """A day with these rows: start, end, place, and other fields."""
    slots = tuple(
        factories.slot(f"c{n}", f"Fila {n}", start=factories.time(start), end=factories.time(end), place=place, **more)
        for n, (start, end, place, *rest) in enumerate(rows)
        for more in [rest[0] if rest else {}]
    )
    day = ProgrammeDay(date, slots=slots)
    return Programme("t", Text("T", "es"), "es", timezone=zone, days=(day,), **fields)


def until(made, row=0):
    day, slot = made.entries[row]
    found = until_of(made, day, slot)
    return f"{found:%d %H:%M}" if found else None


# --- an open end (C3) ---


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([("12:00", "13:00", "Sala A")], "07 12:00"),
        ([("10:15", "11:00", "Sala B"), ("12:00", None, "Sala A")], "07 12:00"),
        ([("10:15", None, "Sala B")], "08 00:00"),  # nothing else in its room: the venue's midnight
        ([("10:15", "11:00", "  sala a")], "07 10:15"),  # one room, written in two ways
        ([("10:15", "11:00", "")], "07 10:15"),  # for everybody
        ([("10:00", "11:00", "Sala A")], "08 00:00"),  # at the same hour: not its end
        ([("10:15", "11:00", "", {"visibility": "members"})], "08 00:00"),  # not for those who read this row
        ([], "08 00:00"),
    ],
)
def test_an_open_end_lasts_until_the_next_start_in_its_room_else_until_midnight(others, expected):
    assert until(programme(("10:00", None, "Sala A"), *others)) == expected


def test_a_row_without_room_is_over_when_anything_begins():
    assert until(programme(("10:00", None, ""), ("10:30", "11:00", "Sala B"))) == "07 10:30"


def test_an_end_that_is_said_is_the_end_whatever_begins_before():
    assert until(programme(("10:00", "12:00", "Sala A"), ("11:00", "13:00", "Sala A"))) == "07 12:00"


def test_a_row_of_another_day_ends_nothing():
    made = programme(("20:00", None, "Sala A"))
    next_day = ProgrammeDay(ON + dt.timedelta(days=1), slots=(factories.slot("z9", "Otra", start=dt.time(9)),))
    made = Programme("t", Text("T", "es"), "es", days=(*made.days, next_day))
    assert until(made) == "08 00:00"


def test_a_part_of_the_day_has_no_hour_of_its_own():
    made = programme((None, None, "", {"part_of_day": "morning"}))
    assert until(made) is None
    assert over_at(made) == dt.datetime(2018, 9, 8, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("rows", "over"),
    [
        ([("09:00", "10:00", ""), ("11:00", "12:30", "")], "07 12:30"),
        ([("09:00", "10:00", ""), ("20:00", None, "")], "08 00:00"),  # C3: at 21:05 it is not over
        ([("22:00", "01:30", "")], "08 01:30"),
        ([], "08 00:00"),
    ],
)
def test_a_workshop_is_over_at_its_last_end_and_never_by_a_guess(rows, over):
    assert f"{over_at(programme(*rows)):%d %H:%M}" == over


def test_an_open_end_that_may_overlap_is_a_doubt_and_two_ends_that_do_are_a_blocker():
    carried = {"moderators": (factories.carrier("Quito"),)}
    open_end = programme(("10:00", None, "Sala A", carried), ("10:15", "11:00", "Sala B", carried))
    certain = programme(("10:00", "12:00", "Sala A", carried), ("10:15", "11:00", "Sala B", carried))
    apart = programme(("10:00", None, "Sala A", carried), ("12:00", "13:00", "Sala A", carried))
    for made, expected in ((open_end, ["doubt"]), (certain, ["blocker"]), (apart, [])):
        assert [c.level for c in clashes.check(made) if c.rule == "moderator-overlap"] == expected


# --- clocks that are set ---


def test_an_hour_that_a_zone_skips_is_the_moment_at_which_its_clocks_are_set_and_a_doubt():
    made = programme(("02:30", "03:00", ""), ("02:00", "04:00", ""), date=dt.date(2027, 3, 28))
    lengths = [length_of(made, *entry) for entry in made.entries]
    assert lengths == [dt.timedelta(0), dt.timedelta(hours=1)]
    assert [c.codes for c in clashes.check(made) if c.rule == "hour-skipped"] == [("c0",), ("c1",)]


def test_an_hour_that_a_zone_has_twice_is_its_first_one_and_a_doubt():
    made = programme(("02:30", "04:00", ""), date=dt.date(2026, 10, 25))
    assert start_of(made, *made.entries[0]).utcoffset() == dt.timedelta(hours=2)
    assert length_of(made, *made.entries[0]) == dt.timedelta(hours=2, minutes=30)
    assert [c.rule for c in clashes.check(made) if c.rule.startswith("hour")] == ["hour-twice"]


def test_ordinary_hours_are_no_doubt():
    made = programme(("09:00", "10:00", ""), ("22:00", "01:00", ""))
    assert [c for c in clashes.check(made) if c.rule.startswith("hour")] == []


ZONES = ["Europe/Madrid", "America/Mexico_City", "Pacific/Auckland", "Africa/Casablanca", "Australia/Lord_Howe",
         "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "America/Havana", "Europe/Dublin"]  # fmt: skip


@given(st.sampled_from(ZONES), st.dates(dt.date(2011, 1, 1), dt.date(2030, 12, 30)), st.times(), st.times())
def test_what_comes_later_on_the_clock_never_comes_earlier_in_truth(zone, date, one, other):
    first, last = sorted((one.replace(second=0, microsecond=0), other.replace(second=0, microsecond=0)))
    moments = [moment(date, time, ZoneInfo(zone)).astimezone(dt.UTC) for time in (first, last)]
    assert moments[0] <= moments[1]


@pytest.mark.parametrize("zone", ZONES)
def test_no_session_of_any_night_lasts_less_than_nothing(zone):
    date = dt.date(2026, 1, 1)
    while date < dt.date(2027, 1, 1):
        made = programme(("01:30", "02:15", ""), ("02:30", "03:00", ""), ("23:30", "00:30", ""), zone=zone, date=date)
        assert all(length_of(made, *entry) >= dt.timedelta(0) for entry in made.entries)
        date += dt.timedelta(days=1)


# --- which workshop is the one of now (C2) ---


@pytest.mark.django_db
def test_each_workshop_runs_by_its_own_clock():
    made = {}
    for slug, zone in (
        ("auckland", "Pacific/Auckland"),
        ("madrid", "Europe/Madrid"),
        ("mexico", "America/Mexico_City"),
    ):
        of = factories.workshop(slug, timezone=zone)
        factories.session(factories.day(of), "09:00", "20:00")
        made[slug] = factories.published(of)
    moments = {
        "2018-09-06T12:30+00:00": ["auckland"],  # half past midnight there
        "2018-09-07T04:00+00:00": ["madrid", "auckland"],
        "2018-09-07T10:00+00:00": ["mexico", "madrid", "auckland"],
        "2018-09-07T13:00+00:00": ["mexico", "madrid"],
        "2018-09-07T23:30+00:00": ["mexico"],  # C2: 17:30 in Mexico, past midnight in Madrid
        "2018-09-08T12:00+00:00": ["mexico"],  # all are over: the last one
        "2018-09-01T00:00+00:00": ["auckland"],  # none has begun: the next one
    }
    for at, slugs in moments.items():
        found = [release.workshop.slug for release in Release.objects.now(dt.datetime.fromisoformat(at))]
        assert found == slugs, at


@pytest.mark.django_db
def test_the_home_page_names_the_others_that_run(client, words, monkeypatch):
    for slug, title in (("uno", "Ríos"), ("dos", "Mares")):
        of = factories.workshop(slug, title_es=title)
        factories.session(factories.day(of), "09:00", "20:00")
        factories.published(of)
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime(2018, 9, 7, 10, tzinfo=dt.UTC))
    page = client.get("/es/")
    assert "También está en marcha: Ríos" in words(page)
    assert b'href="/es/uno/"' in page.content
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime(2018, 9, 9, 10, tzinfo=dt.UTC))
    assert "También está en marcha" not in words(client.get("/es/"))


@pytest.mark.django_db
def test_a_workshop_runs_on_its_optional_day_and_through_its_last_night():
    of = factories.workshop()
    factories.session(factories.day(of), "09:00", "20:00")
    factories.session(factories.day(of, factories.MONDAY, optional=True), "22:00", "01:30")
    release = factories.published(of)
    assert release.over_at == dt.datetime(2018, 9, 11, 1, 30, tzinfo=MADRID)
    assert span_of(programme()) == (dt.datetime(2018, 9, 7, tzinfo=MADRID), dt.datetime(2018, 9, 8, tzinfo=MADRID))


# --- in the browser ---


def lines(page):
    return [line.inner_text() for line in page.locator("#now .lines p").all()]


@pytest.mark.django_db(transaction=True)
def test_a_session_with_an_open_end_is_now_until_the_next_one_in_its_room(live_server):
    of = factories.workshop()
    on = factories.day(of)
    factories.session(on, "10:00", None, "Larga", place="Sala A")
    factories.session(on, "10:15", "11:00", "Corta", place="Sala B")
    factories.session(on, "12:00", None, "Siguiente", place="Sala A")
    factories.published(of)
    with browser.page() as page:
        for hour, running in (
            ("10:20", ["Larga", "Corta"]),
            ("11:30", ["Larga"]),
            ("12:00", ["Siguiente"]),
            ("23:59", ["Siguiente"]),
        ):
            page.clock.set_fixed_time(dt.datetime.fromisoformat(f"2018-09-07T{hour}+02:00"))
            page.goto(f"{live_server.url}/es/{of.slug}/agenda/")
            marked = [row.inner_text() for row in page.locator(".slot[aria-current] .slot-title").all()]
            assert marked == running, hour
        page.clock.set_fixed_time(dt.datetime.fromisoformat("2018-09-08T00:00+02:00"))
        page.goto(f"{live_server.url}/es/{of.slug}/agenda/")
        assert lines(page) == ["El taller ha terminado. Su programa sigue aquí."]


@pytest.mark.django_db(transaction=True)
def test_the_last_minute_is_one_and_a_members_row_says_for_whom(live_server, client):
    of = factories.workshop()
    on = factories.day(of)
    factories.session(on, "10:00", "11:00", "Comité", visibility="listed", part=2, place="Sala A")
    factories.session(on, "11:00", "12:00", "Debate")
    factories.published(of)
    with browser.page() as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat("2018-09-07T10:59:59+02:00"))
        page.goto(f"{live_server.url}/es/{of.slug}/agenda/")
        assert lines(page)[0] == "Ahora 10h00 Comité · Parte II · Solo para miembros · queda 1 min"


@pytest.mark.django_db(transaction=True)
def test_a_device_that_does_not_know_the_zone_loses_the_second_clock_only(live_server):
    of = factories.small()
    factories.published(of)
    young = """
      const Real = Intl.DateTimeFormat;
      Intl.DateTimeFormat = function (locale, options = {}) {
        if (options.timeZone === "Europe/Madrid") throw new RangeError("Invalid time zone specified");
        return new Real(locale, options);
      };
      Intl.DateTimeFormat.prototype = Real.prototype;
    """
    with browser.page(timezone_id="America/Bogota") as page:
        page.add_init_script(young)
        for moment, first in (("2018-09-07T09:40+02:00", "Ahora 9h30 Cuencas · Parte I · Sala A · quedan 80 min"),
                              ("2018-09-06T23:59+02:00", "Mañana empieza con 9h00 Registro")):  # fmt: skip
            page.clock.set_fixed_time(dt.datetime.fromisoformat(moment))
            page.goto(f"{live_server.url}/es/taller-3/agenda/")
            assert lines(page)[0] == first
        assert page.locator(".star").count() == 2
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        assert page.locator("#clock").inner_text() == "23h59"


def test_every_zone_that_can_be_chosen_is_known_to_the_browser():
    with browser.page() as page:
        unknown = page.evaluate(
            """names => names.filter((timeZone) => {
              try { new Intl.DateTimeFormat("en", { timeZone }); return false; } catch { return true; }
            })""",
            sorted(clocks._zones()),
        )
    assert unknown == []


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("America/Mexico_City", "pt-br", "Cidade do México"),
        ("Europe/Lisbon", "fr", "Lisbonne"),
        ("Europe/Madrid", "es", "Madrid"),
        ("America/Port_of_Spain", "en", "Port of Spain"),
        ("Nowhere/New_Town", "es", "New Town"),
    ],
)
def test_zones_are_called_by_their_city_in_the_readers_language(zone, language, name):
    assert clocks.zone_name(zone, language) == name


# --- calendars ---


@pytest.mark.long
def test_the_rules_in_a_calendar_are_those_of_every_zone_over_three_years():
    """As a program reads them that knows no zone by its name. A zone that is UTC has none, and its events are in UTC."""
    first, last = dt.date(2026, 11, 26), dt.date(2029, 11, 25)
    for zone in sorted(clocks._zones()):
        days = tuple(
            ProgrammeDay(date, slots=(factories.slot(f"c{date:%y%m%d}", "Fila", start=dt.time(9)),))
            for date in (first, last)
        )
        made = Programme("t", Text("T", "es"), "es", timezone=zone, days=days)
        read = icalendar.Calendar.from_ical(ics.calendar(made, lambda name, **kwargs: "https://x.example/"))
        assert len(read.timezones) <= 1
        if not read.timezones:
            assert ZoneInfo(zone).utcoffset(dt.datetime(2027, 7, 1)) == dt.timedelta(0), zone
            continue
        rules = read.timezones[0].to_tz(lookup_tzid=False)
        local = dt.datetime.combine(first, dt.time(0, 30))
        while local.date() < last:
            assert local.replace(tzinfo=rules).utcoffset() == local.replace(tzinfo=ZoneInfo(zone)).utcoffset(), zone
            local += dt.timedelta(hours=7)
