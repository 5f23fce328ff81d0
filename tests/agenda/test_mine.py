"""A participant's own agenda: what was chosen, what is for everybody, taken along, shared and taken over."""

import icalendar
import pytest

from agenda import publishing
from agenda.models import Session
from agenda.programme import for_everybody
from tests import browser, factories
from tests.agenda.test_ics import PROGRAMME

pytestmark = pytest.mark.django_db(transaction=True)
AGENDA = "/es/taller-3/agenda/"


@pytest.fixture
def of():
    """Registration, «Cuencas» of axis 1, a break, two rooms side by side, a plenary, a closing; an optional day."""
    of = factories.small()
    on = of.days.get()
    factories.session(on, "12:00", "13:00", "Orillas", place="Sala A", axis=of.axes.get())
    factories.session(on, "12:00", "13:00", "Riberas", place="Sala B")
    factories.session(on, "13:00", "14:00", "Puesta en común")
    factories.session(on, "14:00", "14:30", "Clausura", kind="ceremony")
    factories.session(on, "15:00", "16:00", "Comida del comité", kind="meal", visibility="listed")
    optional = factories.day(of, factories.MONDAY, optional=True)
    factories.session(optional, "11:00", "11:30", "Café del lunes", kind="break")
    publishing.publish(of)
    return of


def code(title):
    return Session.objects.get(title_es=title).code


def titles(page):
    return [row.inner_text().split(" · ")[0] for row in page.locator(".slot:visible .slot-title").all()]


EVERYBODYS = {"Registro", "Pausa café", "Puesta en común", "Clausura"}


def test_registration_pauses_openings_and_plenaries_are_for_everybody(of):
    [tree] = publishing.released([of.releases.get()], "es", "public")
    assert {tree.entry(code)[1].title.text for code in for_everybody(tree)} == EVERYBODYS


def test_it_is_the_same_for_all_who_read_whatever_members_do_beside(of):
    factories.session(of.days.first(), "13:00", "14:00", "Comité", visibility="members")
    release = publishing.publish(of)
    seen = [for_everybody(publishing.released([release], "es", audience)[0]) for audience in ("public", "members")]
    assert seen[0] == seen[1]
    assert code("Puesta en común") in seen[0]


def test_without_axes_only_what_its_kind_makes_common_is_for_everybody():
    assert {PROGRAMME.entry(code)[1].kind for code in for_everybody(PROGRAMME)} <= {
        "registration",
        "break",
        "meal",
        "ceremony",
    }


def test_my_agenda_shows_what_is_for_everybody_and_tells_it_apart(live_server, of):
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.click(f"#s-{code('Orillas')} .star")
        page.click("text=Solo mi agenda")
        assert set(titles(page)) == {"Orillas", *EVERYBODYS}
        marked = page.locator(".slot:visible:has(.for-all) .slot-title").all_inner_texts()
        assert set(marked) == EVERYBODYS
        page.click(f"#s-{code('Clausura')} .star")
        assert page.locator(f"#s-{code('Clausura')} .for-all").count() == 0
        page.click("text=Solo mi agenda")
        assert page.locator(".for-all").count() == 0


def test_its_calendar_holds_what_is_for_everybody_with_a_category_of_its_own(client, of):
    data = client.get(f"/es/taller-3/agenda.ics?s={code('Orillas')}").content
    events = {str(e["SUMMARY"]): e for e in icalendar.Calendar.from_ical(data).walk("VEVENT")}
    assert set(events) == {"Orillas", *EVERYBODYS}
    told = {
        title
        for title, event in events.items()
        if "Para todos" in str(event.get("CATEGORIES") and event["CATEGORIES"].cats)
    }
    assert told == EVERYBODYS


def test_a_calendar_of_codes_that_never_were_stays_empty(client, of):
    assert client.get("/es/taller-3/agenda.ics?s=zzzz").content.count(b"BEGIN:VEVENT") == 0


def test_a_row_that_is_for_everybody_no_more_is_cancelled_in_my_calendar(client, of):
    mine = f"/es/taller-3/agenda.ics?s={code('Orillas')}"
    Session.objects.filter(title_es="Pausa café").update(kind="session", axis=of.axes.get())
    Session.objects.filter(title_es="Clausura").delete()
    publishing.publish(of)
    events = {
        str(e["SUMMARY"]): str(e["STATUS"])
        for e in icalendar.Calendar.from_ical(client.get(mine).content).walk("VEVENT")
    }
    assert (events["Pausa café"], events["Clausura"], events["Orillas"]) == ("CANCELLED", "CANCELLED", "CONFIRMED")


@pytest.mark.parametrize("address", ["?q=riberas", "?s={other}", "?eje=1"])
def test_a_page_with_some_of_the_rows_keeps_all_stars(live_server, of, address):
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.click(f"#s-{code('Orillas')} .star")
        page.goto(live_server.url + AGENDA + address.format(other=code("Riberas")))
        if page.locator(f"#s-{code('Riberas')} .star").count():
            page.click(f"#s-{code('Riberas')} .star")
        wanted = {code("Orillas")} | ({code("Riberas")} if "eje" not in address else set())
        for text in ("Mi agenda en mi calendario", "Descargarla", "Dirección de mi agenda"):
            found = page.get_attribute(f"text={text}", "href")
            assert set(found.rpartition("=")[2].split(",")) == wanted
        page.goto(live_server.url + AGENDA)
        assert page.locator(".star[aria-pressed=true]").count() == len(wanted)


def test_a_shared_list_is_taken_over_and_given_back(live_server, of):
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.click(f"#s-{code('Orillas')} .star")
        page.goto(f"{live_server.url}{AGENDA}?s={code('Orillas')},{code('Riberas')}")
        page.click("text=Añadir a mi agenda")
        assert page.locator(".star[aria-pressed=true]").count() == 2
        page.click("text=Quitar de mi agenda")
        assert page.locator(".star[aria-pressed=true]").count() == 1  # what was chosen before stays
        page.click("text=Añadir a mi agenda")
        page.reload()
        assert page.locator("#mine button:visible").all_inner_texts() == ["Solo mi agenda"]


def test_a_shared_list_says_what_is_for_everybody_without_javascript(client, of, words):
    text = words(client.get(f"{AGENDA}?s={code('Riberas')}"))
    assert "1 fila elegida" in text
    assert "Clausura Para todos" in text
    assert "Orillas" not in text.partition("Una agenda compartida")[2]


def test_a_session_has_its_star_on_its_own_page_too(live_server, of):
    with browser.page() as page:
        page.goto(f"{live_server.url}{AGENDA}{code('Orillas')}/")
        page.click(".star")
        other = page.context.new_page()
        other.goto(live_server.url + AGENDA)
        assert other.locator(".star[aria-pressed=true]").count() == 1
        other.click(f"#s-{code('Orillas')} .star")
        browser.until(page, "document.querySelector('.star').getAttribute('aria-pressed') === 'false'")


def test_a_session_has_the_readers_own_clock_on_its_page_too(live_server, of):
    with browser.page(timezone_id="America/Bogota") as page:
        page.goto(f"{live_server.url}{AGENDA}{code('Orillas')}/")
        page.check("#own input")
        assert page.locator(".slot-times .own").inner_text() == "(5h00–6h00)"
        page.goto(live_server.url + AGENDA)
        assert page.locator(f"#s-{code('Orillas')} .own").inner_text() == "(5h00–6h00)"


@pytest.mark.long
def test_a_thousand_stars_stay_an_address_that_works(client):
    publishing.publish(factories.large(1000))
    some = ",".join(Session.objects.values_list("code", flat=True)[:900])
    assert client.get(f"/es/grande/agenda.ics?s={some}").content.count(b"BEGIN:VEVENT") == 900


BROKEN = {
    "": ['"x"', "{}", "null", "5", "[1, 2, {}]", "[null]", "["],
    ":visits": ['"x"', "{}", "5", "[[1]]", '[["a", "b"]]', "[null]", "[[]]", "[[1, 0], [2]]"],
    ":known": ['"x"', "5", "[]", '{"release": 99, "changes": 5}', '{"release": 99, "changes": null}'],
    ":own": ['"x"', "{}"],
}


@pytest.mark.long
def test_a_device_that_keeps_something_else_under_our_name_stops_nothing(live_server, of):
    with browser.page() as page:
        failed = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(live_server.url + AGENDA)
        for name, values in BROKEN.items():
            for value in values:
                page.evaluate("([name, value]) => { localStorage.clear(); localStorage.setItem('taller:taller-3' + name, value); }", [name, value])  # fmt: skip
                page.reload()
                page.click(f"#s-{code('Orillas')} .star")
                assert page.get_attribute(f"#s-{code('Orillas')} .star", "aria-pressed") == "true", (name, value)
                assert not failed, (name, value)
