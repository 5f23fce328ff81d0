"""What a reader's device adds: filters without a request, another zone, another language at the same place."""

import datetime as dt
import re

import pytest

from agenda import publishing
from agenda.models import Session
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)

EARLY = dt.datetime.fromisoformat("2018-09-01T09:00+02:00")


@pytest.fixture
def site(live_server):
    of = factories.small()
    monday = factories.day(of, factories.MONDAY, optional=True)
    factories.session(monday, "10:00", "11:00", "Paseo por la orilla", kind="other")
    publishing.publish(of)
    live_server.of = of
    return live_server


def said(locator):
    """The words of an element, blanks folded."""
    return " ".join(locator.inner_text().split())


def visible(page):
    return [row.inner_text() for row in page.locator(".day .slot-title:visible").all()]


def test_the_filter_finds_without_a_request_and_says_how_many(site):
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        asked = []
        page.on("request", lambda request: asked.append(request.url) if "agenda/?" in request.url else None)
        for value, expected in (("CUENCAS quito", ["Cuencas"]), ("lugar", [])):
            page.fill("#q", value)
            count = "1 fila encontrada." if len(expected) == 1 else f"{len(expected)} filas encontradas."
            page.get_by_text(count).wait_for()
            assert (visible(page), asked) == (expected, [])
            assert ("Pruebe con menos palabras" in page.locator("#found").inner_text()) == (not expected)
        page.select_option("#dia", "10-sep")
        page.fill("#q", "")
        page.get_by_text("1 fila encontrada.").wait_for()
        page.reload()  # the same address, answered by the server
        assert visible(page) == ["Paseo por la orilla"]


def test_the_filter_goes_along_into_another_language(site):
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        page.fill("#q", "pausa")
        browser.until(page, "location.search")
        page.get_by_role("link", name="Français").click()
        page.wait_for_url("**/fr/**")
        assert page.url == f"{site.url}/fr/taller-3/agenda/?q=pausa"


def test_stars_and_filters_hide_together(site):
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        page.get_by_role("button", name="A mi agenda: Cuencas").click()
        page.get_by_role("button", name="Solo mi agenda").click()
        assert visible(page) == ["Registro", "Cuencas", "Pausa café"]  # what is for everybody too
        page.fill("#q", "cuencas")
        browser.until(page, "location.search")
        assert visible(page) == ["Cuencas"]


def test_the_readers_own_clock_stands_beside_the_venues_and_is_remembered(site):
    with browser.page(timezone_id="America/Bogota") as page:
        page.clock.set_fixed_time(EARLY)
        page.goto(f"{site.url}/es/taller-3/agenda/")
        first = page.locator(".slot-time").nth(1)
        assert said(first) == "9h30 – 11h00"
        box = page.get_by_label(re.compile(r"También en su hora \(.*Colombia\)"))
        box.check()
        assert said(first) == "9h30 – 11h00 (2h30–4h00)"
        page.reload()
        assert said(first) == "9h30 – 11h00 (2h30–4h00)"
        box.uncheck()
        assert said(first) == "9h30 – 11h00"


def test_another_day_over_there_is_named(site):
    with browser.page(timezone_id="Pacific/Honolulu") as page:
        page.goto(f"{site.url}/en/taller-3/agenda/")
        page.get_by_label(re.compile(r"Also by your clock \(.*(Hawaii|Honolulu).*\)")).check()
        assert said(page.locator(".slot-time").nth(1)) == "9:30 – 11:00 (Thu 21:30–23:00)"


def test_who_is_at_the_venue_is_not_offered_a_second_clock(site):
    with browser.page(timezone_id="Europe/Paris") as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        page.locator(".star").first.wait_for()
        assert page.locator("#own").is_visible() is False


def test_another_language_opens_at_the_same_row(site):
    with browser.page(viewport={"width": 390, "height": 500}) as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        code = Session.objects.get(title_es="Pausa café").code
        page.evaluate(f"document.getElementById('s-{code}').scrollIntoView()")
        page.evaluate("document.querySelector('.top a[hreflang=en]').click()")
        page.wait_for_url("**/en/**")
        assert page.url == f"{site.url}/en/taller-3/agenda/#s-{code}"


OCTOBER = [
    ("2018-10-28T00:30+02:00", "Ahora 0h15 Velada · quedan 30 min"),
    ("2018-10-28T02:30+02:00", "Ahora 2h15 Antes del cambio · quedan 90 min"),
    ("2018-10-28T02:30+01:00", "Ahora 2h15 Antes del cambio · quedan 30 min"),
    ("2018-10-28T09:00+01:00", "Después 10h00 Clausura"),
]


@pytest.mark.parametrize(("moment", "line"), OCTOBER)
def test_now_is_right_on_the_night_when_the_clocks_go_back(live_server, moment, line):
    of = factories.workshop()
    sunday = factories.day(of, dt.date(2018, 10, 28))
    factories.session(sunday, "00:15", "01:00", "Velada")
    factories.session(sunday, "02:15", "03:00", "Antes del cambio")
    factories.session(sunday, "10:00", "11:00", "Clausura")
    publishing.publish(of)
    with browser.page() as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat(moment))
        page.goto(f"{live_server.url}/es/taller-3/agenda/")
        assert page.locator("#now .lines p").first.inner_text() == line


def test_the_days_to_go_are_counted_over_the_change_of_clocks(live_server):
    of = factories.workshop()
    factories.session(factories.day(of, dt.date(2018, 10, 29)), "00:30", "01:00", "Velada")
    publishing.publish(of)
    with browser.page() as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat("2018-10-27T23:45+02:00"))
        page.goto(f"{live_server.url}/es/taller-3/agenda/")
        assert page.locator("#now .lines p").first.inner_text() == "Faltan 2 días. Empieza con 0h30 Velada"


def test_a_row_is_read_aloud_as_time_title_axis_people_place(site):
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        row = page.locator(".slot", has_text="Cuencas").first
        assert said(row).startswith("9h30 – 11h00 Cuencas Eje 1 Parte I El agua Modera: Quito Lugar: Sala A Quito")


def test_in_forced_colours_an_axis_is_told_by_more_than_colour(site):
    with browser.page(forced_colors="active") as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        mark = page.locator(".slot-axis a").first
        assert mark.inner_text() == "Eje 1"
        assert mark.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


def test_a_reader_hears_how_much_is_in_their_language(site, client, words):
    Session.objects.filter(title_es="Cuencas").update(title_fr="Bassins versants")
    publishing.publish(site.of)
    assert "de ce programme est en français" in words(client.get("/fr/taller-3/agenda/"))
    assert "de este programa está" not in words(client.get("/es/taller-3/agenda/"))
