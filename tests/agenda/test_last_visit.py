"""What changed is told against what this reader last saw; against what all saw two days ago where that is not known."""

import datetime as dt

import pytest

from agenda import publishing
from agenda.models import Session
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)
AGENDA = "/es/taller-3/agenda/"
NOON = dt.datetime.fromisoformat("2018-09-05T12:00+02:00")


@pytest.fixture
def of():
    of = factories.small()
    publishing.publish(of)
    return of


def change(of, **fields):
    Session.objects.filter(title_es="Cuencas").update(**fields)
    return publishing.publish(of).number


def open_at(page, live_server, hours, path=AGENDA):
    page.clock.set_fixed_time(NOON + dt.timedelta(hours=hours))
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")


def marks(page):
    return page.locator(".state.changed").all_inner_texts()


def test_a_reader_who_comes_for_the_first_time_is_told_what_all_are_told(live_server, of):
    change(of, place="Sala B")
    with browser.page() as page:
        open_at(page, live_server, 0)
        assert marks(page) == ["Cambio de lugar (antes Sala A)"]


@pytest.mark.long
def test_who_was_here_long_ago_is_told_what_is_new_to_him(live_server, of):
    with browser.page() as page:
        open_at(page, live_server, 0)
        change(of, place="Sala B")
        open_at(page, live_server, 1)
        assert marks(page) == ["Cambio de lugar (antes Sala A)"]
        change(of, start=dt.time(9, 45))
        # Two days later the room is no news for him, though it is for others; the hour is.
        open_at(page, live_server, 50)
        assert marks(page) == ["Cambio de hora (antes 9h30–11h00)"]
        open_at(page, live_server, 51)
        assert marks(page) == ["Cambio de hora (antes 9h30–11h00)"]
        open_at(page, live_server, 50, f"{AGENDA}{Session.objects.get(title_es='Cuencas').code}/")
        assert marks(page) == ["Cambio de hora (antes 9h30–11h00)"]
        open_at(page, live_server, 101)
        assert marks(page) == []


def test_a_misspelling_corrected_later_wipes_nothing(live_server, of):
    with browser.page() as page:
        open_at(page, live_server, 0)
        change(of, start=dt.time(9, 45))
        open_at(page, live_server, 1)
        change(of, description_es="Corregido.")
        open_at(page, live_server, 2)
        assert "Cambio de hora (antes 9h30–11h00)" in marks(page)


def test_what_concerns_no_row_is_listed_under_its_own_heading(live_server, of):
    with browser.page() as page:
        open_at(page, live_server, 0)
        change(of, place="Sala B")
        open_at(page, live_server, 1)
        of.venue_es = "Otra sede"
        of.save()
        publishing.publish(of)
        open_at(page, live_server, 50)
        assert page.locator("#news strong").inner_text() == "Cambios desde su última visita:"
        assert "Otra sede" in page.locator("#news").inner_text()
        assert marks(page) == []


def test_a_reader_of_french_is_told_in_french(live_server, of):
    with browser.page() as page:
        open_at(page, live_server, 0, "/fr/taller-3/agenda/")
        change(of, place="Sala B")
        open_at(page, live_server, 1, "/fr/taller-3/agenda/")
        change(of, start=dt.time(9, 45))
        open_at(page, live_server, 50, "/fr/taller-3/agenda/")
        assert marks(page) == ["Changement d’horaire (avant 9h30–11h)"]


def test_without_storage_and_without_network_the_common_marks_stay(live_server, of):
    with browser.page() as page:
        open_at(page, live_server, 0)
        change(of, place="Sala B")
        open_at(page, live_server, 1)
        change(of, start=dt.time(9, 45))
        page.route("**/version.json*", lambda route: route.abort())
        open_at(page, live_server, 50)
        assert len(marks(page)) == 2


def test_the_version_file_tells_each_reader_what_he_may_see(client, of):
    factories.session(of.days.get(), "15:00", "16:00", "Reunión reservada", visibility="members")
    publishing.publish(of)
    change(of, place="Sala B")
    address = "/es/taller-3/version.json?desde=1"
    assert [change["kind"] for change in client.get(address).json()["since"]] == ["place"]
    client.force_login(factories.user())
    assert [change["kind"] for change in client.get(address).json()["since"]] == ["place", "new"]


@pytest.mark.parametrize("since", ["0", "99", "-1", "x", "1e3", "٣", "9999999"])
def test_a_release_that_never_was_tells_nothing(client, of, since):
    answer = client.get("/es/taller-3/version.json", {"desde": since})
    assert (answer.status_code, "since" in answer.json()) == (200, False)


def test_a_site_that_began_anew_does_not_confuse_an_older_device(live_server, of):
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.evaluate("localStorage.setItem('taller:taller-3:visits', '[[7, 0], [9, 1]]')")
        open_at(page, live_server, 0)
        assert page.evaluate("localStorage.getItem('taller:taller-3:visits')").startswith("[[1,")
