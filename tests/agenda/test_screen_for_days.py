"""The room's screen, left alone for three days: releases, nights, and a network that comes and goes."""

import datetime as dt

import pytest

from agenda import publishing
from agenda.models import Session
from agenda.programme.moments import start_of, until_of
from languages import clock
from tests import browser, factories
from tests.browser import until
from tests.lines import line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

BEGIN = dt.datetime.fromisoformat("2018-09-07T07:00+02:00")
STEP = dt.timedelta(minutes=30)


@pytest.fixture
def of():
    of = factories.workshop()
    days = [factories.day(of, factories.FRIDAY + dt.timedelta(days=n)) for n in range(3)]
    for n, day in enumerate(days):
        factories.session(day, "09:00", "11:00", f"Mañana {n}", place="Sala A")
        factories.session(day, "10:15", None, f"Abierta {n}", place="Sala B")
        factories.session(day, "15:00", "16:45", f"Tarde {n}", place="Sala A")
        factories.session(day, "22:30", "01:30", f"Noche {n}", place="Patio")
    publishing.publish(of)
    return of


def running(of, moment):
    """The titles of what is now, by the newest release."""
    [programme] = publishing.released([of.releases.newest()], "es", "public")
    return sorted(
        slot.title.text
        for day, slot in programme.entries
        if (start := start_of(programme, day, slot)) and start <= moment < until_of(programme, day, slot)
    )


def shown(page):
    lines = page.locator("#now .lines p").all()
    return sorted(
        line.locator("a").inner_text() for line in lines if line.locator("strong").first.inner_text() == "Ahora"
    )


def test_nobody_touches_the_screen_for_72_hours(live_server, of):
    told = []
    with line(int(live_server.url.rpartition(":")[2])) as road, browser.page() as page:
        page.on("pageerror", lambda error: told.append(str(error)))
        page.clock.install(time=BEGIN)
        page.goto(f"{road.url}/es/taller-3/pantalla/?lugar=")
        until(page, "caches.match('/copias/es/taller-3/').then(Boolean)")
        now, known = BEGIN, 1
        for step in range(1, 145):
            hour = step % 48
            if hour == 5:  # a release while it stands there
                Session.objects.filter(title_es__startswith="Tarde").update(place=f"Sala {step}")
                known = publishing.publish(of).number
            if hour == 9:  # the network goes, and two releases come while it is away
                road.set("cut")
                lost = now
            if hour == 12:
                for place in ("Una", "Otra"):
                    Session.objects.filter(title_es__startswith="Noche").update(title_es=f"Noche {place} {step}")
                    known = publishing.publish(of).number
            if hour == 20:
                road.set("up")
            if hour == 30:  # the site is being moved: a proxy answers for it
                road.set("proxy")
            if hour == 34:
                road.set("up")
            if hour in (5, 20):  # within a minute it has the newest release by itself
                page.clock.run_for(61_000)
                until(page, f"JSON.parse(document.getElementById('says').textContent).release === {known}")
            now += STEP
            page.clock.run_for(int(now.timestamp() * 1000) - page.evaluate("Date.now()") + 1500)
            assert page.locator("#clock").inner_text() == clock(now.time(), "es"), now
            if not 9 <= hour < 20:
                assert shown(page) == running(of, now), now
            else:
                until(page, "document.querySelector('#now .version').textContent.includes('Sin conexión')")
                said = page.locator("#now .version").inner_text()
                hours = {clock((lost + dt.timedelta(minutes=n)).time(), "es") for n in (-1, 0, 1)}
                assert any(f"así estaba a las {time}" in said for time in hours), said
        assert not told
    assert now - BEGIN >= dt.timedelta(hours=72)


def test_a_screen_that_is_switched_off_and_on_without_network_shows_its_copy(live_server, of):
    with line(int(live_server.url.rpartition(":")[2])) as road, browser.page() as page:
        page.clock.install(time=BEGIN + 5 * STEP)
        page.goto(f"{road.url}/es/taller-3/pantalla/?lugar=Sala%20A")
        until(page, "caches.match('/copias/es/taller-3/').then(Boolean)")
        road.set("cut")
        page.reload()
        until(page, "document.querySelector('#now .version').textContent.includes('así estaba a las 9h30')")
        assert page.locator("#clock").inner_text() == "9h30"
        assert shown(page) == ["Mañana 0"]
