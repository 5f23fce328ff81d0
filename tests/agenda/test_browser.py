"""The agenda in a real browser: narrow screens, no JavaScript, the keyboard, dark, print."""

import pytest

from agenda import publishing
from agenda.models import Session
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def site(live_server):
    of = factories.small()
    Session.objects.filter(title_es="Cuencas").update(title_es="Cuencas_" + "transfronterizas" * 6)
    publishing.publish(of)
    return live_server.url


@pytest.mark.parametrize("path", ["", "agenda/", "participantes/", "ejes/1/", "v/1/agenda/"])
def test_nothing_is_wider_than_the_narrowest_phone(site, path):
    with browser.page(viewport={"width": 320, "height": 640}) as page:
        page.goto(f"{site}/es/taller-3/{path}")
        assert not page.evaluate(OVERFLOW)


def test_without_javascript_the_agenda_is_complete(site):
    with browser.page(java_script_enabled=False) as page:
        page.goto(f"{site}/es/taller-3/agenda/")
        assert page.locator(".slot").count() == 3
        page.click("text=Pausa café")
        assert page.url.startswith(f"{site}/es/taller-3/agenda/")
        assert page.locator("h1").inner_text() == "Pausa café"


def test_the_keyboard_skips_to_the_content_and_sees_where_it_is(site):
    with browser.page() as page:
        page.goto(f"{site}/es/taller-3/agenda/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Saltar al contenido"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url("**/agenda/#main")


def test_the_language_switch_keeps_the_page(site):
    with browser.page() as page:
        page.goto(f"{site}/es/taller-3/participantes/quito/")
        page.click("text=Français")
        assert page.url == f"{site}/fr/taller-3/participantes/quito/"
        assert page.evaluate("document.documentElement.lang") == "fr"


def test_dark_screens_get_dark_paper(site):
    with browser.page(color_scheme="dark") as page:
        page.goto(f"{site}/es/taller-3/agenda/")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"


def test_printed_from_the_browser_the_agenda_has_its_rows_and_no_menus(site):
    with browser.page() as page:
        page.goto(f"{site}/es/taller-3/agenda/")
        page.emulate_media(media="print")
        assert page.locator(".slot:visible").count() == 3
        assert page.locator(".menu:visible, .tongues:visible").count() == 0


def test_no_page_asks_anybody_else_or_breaks_the_policy(site):
    with browser.page() as page:
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        for path in ("es/", "es/taller-3/agenda/", "accounts/login/"):
            page.goto(f"{site}/{path}")
        assert [url for url in asked if not url.startswith(site)] == []
        assert errors == []
