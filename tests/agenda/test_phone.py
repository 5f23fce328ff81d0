"""The agenda in the participant's hand: a real browser with a set clock."""

import datetime as dt
from pathlib import Path

import pytest

from agenda import publishing
from agenda.models import Session
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server):
    """Friday: a registration without end, two sessions side by side, a break. Optional Monday morning."""
    of = factories.small()
    factories.session(of.days.get(), "10:30", "12:00", "Orillas", place="Sala B")
    monday = factories.day(of, factories.MONDAY, optional=True)
    factories.session(monday, "10:00", "11:00", "Paseo")
    publishing.publish(of)
    live_server.of = of
    return live_server


def madrid(text):
    return dt.datetime.fromisoformat(f"{text}+02:00")


def lines(site, moment, **options):
    """What stands at the top of the agenda at a moment of the venue's clock, and the rows marked as running."""
    with browser.page(**options) as page:
        page.clock.set_fixed_time(madrid(moment))
        page.goto(f"{site.url}/es/taller-3/agenda/")
        found = [p.inner_text() for p in page.locator("#now .lines p").all()]
        return found, [row.inner_text() for row in page.locator(".slot[aria-current] .slot-title").all()]


@pytest.mark.parametrize(
    ("moment", "expected", "marked"),
    [
        ("2018-09-01T10:00", ["Faltan 6 días. Empieza con 9h00 Registro"], []),
        ("2018-09-06T23:59", ["Mañana empieza con 9h00 Registro"], []),
        ("2018-09-07T00:00", ["Hoy empieza con 9h00 Registro"], []),
        ("2018-09-07T09:10", ["Ahora 9h00 Registro", "Después 9h30 Cuencas · Parte I · Sala A"], ["Registro"]),
        ("2018-09-07T10:45", ["Ahora 9h30 Cuencas · Parte I · Sala A · quedan 15 min", "Ahora 10h30 Orillas · Sala B · quedan 75 min", "Después 11h00 Pausa café"], ["Cuencas", "Orillas"]),
        ("2018-09-07T11:00", ["Ahora 10h30 Orillas · Sala B · quedan 60 min", "Ahora 11h00 Pausa café · quedan 30 min", "Después lunes, 10h00 Paseo"], ["Orillas", "Pausa café"]),
        ("2018-09-07T12:00", ["El taller ha terminado. Su programa sigue aquí.", "Después lunes, 10h00 Paseo"], []),
        ("2018-09-10T10:30", ["Ahora 10h00 Paseo · quedan 30 min"], ["Paseo"]),
        ("2018-09-10T11:00", ["El taller ha terminado. Su programa sigue aquí."], []),
    ],
)  # fmt: skip
def test_now_and_next_follow_the_venues_clock(site, moment, expected, marked):
    assert lines(site, moment) == (expected, marked)


def test_a_reader_far_away_sees_the_venues_now(site):
    found, marked = lines(site, "2018-09-07T09:40", timezone_id="America/Bogota")
    assert (found[0], marked) == ("Ahora 9h30 Cuencas · Parte I · Sala A · quedan 80 min", ["Cuencas"])


def test_the_mark_is_a_word_and_not_a_colour_alone(site):
    with browser.page() as page:
        page.clock.set_fixed_time(madrid("2018-09-07T09:40"))
        page.goto(f"{site.url}/es/taller-3/agenda/#now")
        row = page.locator(".slot[aria-current=time]")
        assert "ahora" in row.locator(".is-now").inner_text().lower()
        assert page.locator("#now").is_visible()


def test_without_javascript_nothing_is_missing_but_the_mark(site):
    with browser.page(java_script_enabled=False) as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        assert page.locator(".slot").count() == 5
        assert page.locator(".star, #now:visible, #mine:visible").count() == 0


def test_stars_stay_on_the_device_make_a_calendar_and_show_clashes(site):
    codes = {s.title_es: s.code for s in Session.objects.all()}
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        for title in ("Cuencas", "Orillas"):
            page.click(f"#s-{codes[title]} .star")
        assert page.locator("#mine .state").inner_text() == "A la misma hora: «Cuencas · Parte I» y «Orillas»."
        page.reload()
        assert page.locator(".star[aria-pressed=true]").count() == 2
        page.click("text=Solo mi agenda")
        assert [t.inner_text() for t in page.locator(".slot:visible .slot-title").all()] == [
            "Registro", "Cuencas", "Orillas", "Pausa café",
        ]  # fmt: skip
        calendar = page.get_attribute("text=Mi agenda en mi calendario", "href")
        file = page.get_attribute("text=Descargarla", "href")
        shared = page.get_attribute("text=Dirección de mi agenda", "href")
    assert calendar == f"webcal://talleres.example/es/taller-3/agenda.ics?s={codes['Cuencas']},{codes['Orillas']}"
    assert file == f"/es/taller-3/agenda.ics?s={codes['Cuencas']},{codes['Orillas']}"
    assert shared == f"/es/taller-3/agenda/?s={codes['Cuencas']},{codes['Orillas']}"


def test_a_shared_agenda_needs_no_javascript_and_its_calendar_holds_the_same(site, client, words):
    codes = {s.title_es: s.code for s in Session.objects.all()}
    text = words(client.get(f"/es/taller-3/agenda/?s={codes['Orillas']},{codes['Paseo']},zzzz"))
    assert "Una agenda compartida: 2 filas elegidas, y lo que es para todos." in text
    calendar = client.get(f"/es/taller-3/agenda.ics?s={codes['Orillas']}").content.decode()
    assert (calendar.count("BEGIN:VEVENT"), "SUMMARY;LANGUAGE=es:Orillas" in calendar) == (3, True)


def test_an_open_page_offers_a_new_version_and_stays_where_it_is(site):
    with browser.page() as page:
        page.clock.install()
        page.goto(f"{site.url}/es/taller-3/agenda/")
        browser.until(page, "localStorage.length > 0")
        Session.objects.filter(title_es="Cuencas").update(place="Sala C")
        Session.objects.filter(title_es="Paseo").delete()
        publishing.publish(site.of)
        page.clock.run_for(61_000)
        page.wait_for_selector("#now .version a")
        assert page.locator("#now .version").inner_text() == "Hay una versión nueva (2): 2 cambios"
        assert "Sala A" in page.locator("main").inner_text()
        page.click("#now .version a")
        page.wait_for_selector("text=Sala C")


def eventually(page, expression, argument=None):
    """Ask the page until the promise of `expression` (a function of `argument`) comes true; five seconds at most."""
    asked = f"async (argument) => {{ for (let n = 0; n < 100; n++) {{ if (await ({expression})(argument)) return true; await new Promise((go) => setTimeout(go, 50)); }} return false; }}"
    assert page.evaluate(asked, argument), expression


def kept(page):
    """Wait until the device holds its copy of the programme."""
    eventually(page, "async () => !!(await caches.match('/copias/es/taller-3/'))")


def test_a_service_worker_that_is_switched_off_takes_itself_away(site, settings):
    with browser.page() as page:
        page.goto(f"{site.url}/es/taller-3/agenda/")
        kept(page)
        settings.SERVICE_WORKER = False
        page.reload()
        eventually(
            page,
            "async () => !(await navigator.serviceWorker.getRegistrations()).length && !(await caches.keys()).length",
        )


def test_the_version_file_counts_the_changes_of_each_release(site, client):
    Session.objects.filter(title_es="Cuencas").update(place="Sala C")
    publishing.publish(site.of)
    assert client.get("/es/taller-3/version.json").json() == {"release": 2, "changes": {"2": 1, "1": 0}}


def test_the_site_can_be_installed(client, db):
    data = client.get("/manifest.webmanifest", headers={"accept-language": "fr"}).json()
    assert (data["name"], data["start_url"], [icon["purpose"] for icon in data["icons"]]) == (
        "Ateliers de villes",
        "/",
        ["any", "any", "maskable", "any", "maskable"],
    )


@pytest.mark.parametrize("size", [192, 512])
def test_the_icons_are_as_large_as_the_manifest_says_and_survive_any_mask(client, db, size):
    from PIL import Image

    wanted = {
        "src": f"/static/img/icon-{size}.png",
        "type": "image/png",
        "sizes": f"{size}x{size}",
        "purpose": "maskable",
    }
    assert wanted in client.get("/manifest.webmanifest").json()["icons"]
    icon = Image.open(Path(__file__).parents[2] / "static" / "img" / f"icon-{size}.png").convert("L")
    assert icon.size == (size, size)
    # W3C Manifest: what matters stands in the circle of four fifths; round it, one colour up to the edge.
    outside = {
        icon.getpixel((x, y))
        for x in range(size)
        for y in range(size)
        if (x - size / 2) ** 2 + (y - size / 2) ** 2 > (0.4 * size) ** 2
    }
    assert len(outside) == 1
