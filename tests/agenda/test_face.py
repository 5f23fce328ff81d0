"""The face of the site as it is measured from what is rendered: where rows stand, what moves, how large targets are."""

import datetime as dt
import re
from pathlib import Path

import brotli
import pytest
from django.core.management import call_command

from agenda import publishing
from agenda.models import Session
from agenda.web import answers
from taller import assets
from tests import browser, factories

STATIC = Path(__file__).parents[2] / "static"
pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
AFTER = dt.datetime.fromisoformat("2018-09-20T10:00+02:00")
DURING = dt.datetime.fromisoformat("2018-09-07T10:33+02:00")


@pytest.fixture
def example(live_server):
    call_command("load_example")
    live_server.agenda = f"{live_server.url}/es/taller-10/agenda/"
    live_server.start = f"{live_server.url}/es/taller-10/"
    return live_server


def top(page, selector):
    return page.locator(selector).first.bounding_box()["y"]


def test_on_a_phone_the_first_row_stands_above_500_pixels_when_nothing_runs(example):
    for width in (320, 390):
        with browser.page(viewport={**PHONE, "width": width}) as page:
            page.clock.set_fixed_time(AFTER)
            page.goto(example.agenda)
            assert top(page, ".slot") < 500


def test_while_it_runs_now_and_next_come_first(example):
    with browser.page(viewport=PHONE) as page:
        page.clock.set_fixed_time(DURING)
        page.goto(example.agenda)
        assert page.locator(".lines p").count() == 2
        assert top(page, ".lines p") < 120
        assert top(page, ".slot") < 500


def test_the_landing_page_says_what_is_now_and_next_and_leads_there(example):
    with browser.page(viewport=PHONE) as page:
        page.clock.set_fixed_time(DURING)
        page.goto(example.start)
        said = [" ".join(line.inner_text().split()) for line in page.locator(".lines p").all()]
        assert said[0].startswith("Ahora 10h00 Nuevas alianzas entre ciudades")
        assert said[1] == "Después 11h15 Pausa café"
        page.locator(".lines a").first.click()
        page.wait_for_url("**/agenda/#s-*")


def test_ten_rooms_at_once_take_less_than_half_a_phone(live_server):
    of = factories.workshop()
    day = factories.day(of)
    for number in range(10):
        factories.session(
            day, "10:00", "12:00", f"Una sesión con un título largo número {number}", place=f"Sala {number}"
        )
    publishing.publish(of)
    with browser.page(viewport=PHONE) as page:
        page.clock.set_fixed_time(DURING)
        page.goto(f"{live_server.url}/es/{of.slug}/agenda/")
        assert page.locator("#now").bounding_box()["height"] < PHONE["height"] / 2
        page.get_by_text("10 a la vez").click()
        assert page.locator("#now details p").count() == 10


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 700);
})"""


@pytest.mark.parametrize("fonts", ["late", "none"])
@pytest.mark.parametrize("path", ["agenda/", "", "participantes/"])
def test_nothing_moves_when_the_faces_come_late_or_not_at_all(example, path, fonts):
    with browser.page(viewport=PHONE) as page:

        def answer(route):
            if fonts == "none":
                route.abort()
            else:
                page.wait_for_timeout(300)
                route.continue_()

        page.route("**/*.woff2", answer)
        page.goto(example.start + path)
        assert page.evaluate(SHIFT) < 0.02


SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select")].filter((e) => {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  if (!box.width || style.clipPath !== "none" || e.closest(".skip, svg, [hidden], .prose, .lines")) return false;
  return (box.height < 24 || box.width < 24) && style.display !== "inline";
}).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", ["", "agenda/", "participantes/", "impreso/", "calendario/", "cambios/", "ejes/1/"])
def test_targets_are_24_pixels_at_least(example, path):
    with browser.page(viewport=PHONE) as page:
        page.goto(example.start + path)
        assert page.evaluate(SMALL) == []
        if path == "agenda/":
            for selector in (".days a", ".search summary", ".star", ".menu a"):
                box = page.locator(selector).first.bounding_box()
                assert box["height"] >= 40, selector


def sent(client, path):
    """What a page's answer weighs, its headers included, compressed."""
    answer = client.get(path)
    names = {name.lower(): value for name, value in answer.headers.items()}
    made = answers.make(list(answer.headers.items()), names, answer.content)
    headers, body = made.variants["br"]
    return len(body) + sum(len(f"{name}: {value}\r\n") for name, value in headers)


def test_the_agenda_comes_in_four_small_answers(example, client):
    html = client.get("/es/taller-10/agenda/").content.decode()
    asked = re.findall(r'(?:href|src)="(/(?:static|css)/[^"]+)"', html)
    style, script = (file for file in asked if "/img/" not in file)
    assert style.startswith("/css/")
    assert script == "/static/js/agenda.js"
    # Static files carry about 440 bytes of headers each.
    script = len(brotli.compress(assets.smaller(script, (STATIC / "js" / "agenda.js").read_text()).encode())) + 440
    pages = ("/es/taller-10/agenda/", "/es/taller-10/rosa.svg", style)
    assert sum(sent(client, page) for page in pages) + script <= 14_600


def test_what_does_not_fit_the_screen_of_the_room_turns_and_nothing_is_cut(live_server):
    of = factories.workshop()
    day = factories.day(of)
    for hour in range(9, 21):
        factories.session(
            day, f"{hour:02}:00", f"{hour:02}:50", f"Una sesión larga que llena su línea, a las {hour}", place="Aula"
        )
    publishing.publish(of)
    titles = set(Session.objects.values_list("title_es", flat=True))
    whole = """() => { const area = document.querySelector(".pages").getBoundingClientRect();
      const cut = +(/inset\\(0(?:px)? 0(?:px)? ([\\d.]+)px/.exec(document.querySelector(".pages").style.clipPath) || [0, 0])[1];
      return [...document.querySelectorAll(".pages .slot")].filter((e) => { const box = e.getBoundingClientRect();
        return box.top >= area.top - 1 && box.bottom <= area.bottom - cut + 1; }).map((e) => e.querySelector("h3").textContent.trim()); }"""
    cut = whole.replace(
        "box.top >= area.top - 1 && box.bottom <= area.bottom - cut + 1",
        "box.bottom > area.top + 1 && box.top < area.bottom - cut - 1 && (box.top < area.top - 1 || box.bottom > area.bottom - cut + 1)",
    )
    with browser.page(viewport={"width": 1280, "height": 720}) as page:
        page.clock.install(time=dt.datetime.fromisoformat("2018-09-07T08:00+02:00"))
        page.goto(f"{live_server.url}/es/{of.slug}/pantalla/")
        seen = set()
        for _page in range(6):
            page.clock.run_for(12_000)
            seen |= set(page.evaluate(whole))
            assert page.evaluate(cut) == []
        assert seen == titles


@pytest.mark.parametrize("area", [".now", ".pages"])
def test_a_row_that_is_taller_than_the_screen_of_the_room_is_seen_whole_over_its_pages(live_server, area):
    of = factories.workshop()
    people = [("moderates", f"Mancomunidad {n} de la cuenca alta del río " * 2) for n in range(14)]
    factories.session(factories.day(of), "09:00", "19:00", " ".join(["corresponsabilidad"] * 15), people=people)
    publishing.publish(of)
    # What of the one row is to be seen, from its top in pixels.
    part = f"""() => {{ const area = document.querySelector("{area}"), box = area.getBoundingClientRect();
      const row = area.querySelector(".slot, .lines > *").getBoundingClientRect();
      return [Math.max(0, box.top - row.top), Math.min(row.height, box.bottom - row.top), row.height]; }}"""
    with browser.page(viewport={"width": 1280, "height": 420}) as page:
        page.clock.install(time=dt.datetime.fromisoformat("2018-09-07T10:00+02:00"))
        page.goto(f"{live_server.url}/es/{of.slug}/pantalla/")
        parts = []
        for _page in range(12):
            page.clock.run_for(12_000)
            parts.append(page.evaluate(part))
    assert parts[0][2] > 300
    end = 0
    for top, bottom, _height in sorted(parts):
        assert top <= end
        end = max(end, bottom)
    assert end == parts[0][2]


def test_the_landing_page_leads_to_participants_only_where_there_are_some(db, client):
    of = factories.small()
    publishing.publish(of)
    ways = re.compile(r'<nav class="ways".*?</nav>', re.S)
    assert "/participantes/" in ways.search(client.get("/es/taller-3/").content.decode())[0]
    of.participants.clear()
    publishing.publish(of)
    assert "/participantes/" not in ways.search(client.get("/es/taller-3/").content.decode())[0]
