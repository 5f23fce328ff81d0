"""Kinds of faults that readers met: names that run from the right, notes of two axes, addresses typed from paper."""

import re

import pytest

from agenda import publishing
from agenda.faces import prose
from agenda.models import Axis, Item, Moderator, Section, Session, Workshop
from tests import browser, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def code(of):
    return Session.objects.get(title_es="Cuencas").code


def html(client, path):
    return client.get(f"/es/taller-3/{path}").content.decode()


@pytest.mark.parametrize("name", ["محمد", "דוד", "Ana محمد"])
def test_a_name_that_runs_from_the_right_takes_no_neighbour_along(client, of, code, name):
    talk = Session.objects.get(code=code)
    for position, institution in enumerate(("Ayuntamiento", "بلدية تونس"), 5):
        Moderator.objects.create(session=talk, position=position, person=name, institution_es=institution)
    Item.objects.create(session=talk, position=9, text_es=f"{name} y otra")
    publishing.publish(of)
    for page in ("agenda/", f"agenda/{code}/"):
        text = html(client, page)
        assert f"<bdi>{name}</bdi>, Ayuntamiento" in text
        assert f"<bdi>{name}</bdi>, <bdi>بلدية تونس</bdi>" in text
    assert "<bdi>Quito" not in html(client, "agenda/")


def test_a_note_of_one_axis_is_not_that_of_another_nor_of_a_chapter(client, of):
    Axis.objects.filter(workshop=of).update(description_es="Uno[^1]\n\n[^1]: Nota del eje uno.")
    factories.axis(of, 2, "La tierra", description_es="Dos[^1]\n\n[^1]: Nota del eje dos.")
    Section.objects.create(
        workshop=of, kind="other", title_es="Más", body_es="Tres[^1]\n\n[^1]: Nota suelta.", position=9
    )
    publishing.publish(of)
    text = html(client, "")
    leads = re.findall(r'href="#(n-[\w-]+)"', text)
    assert len(leads) == len(set(leads)) >= 4
    for lead, note in (("n-a1-1", "eje uno"), ("n-a2-1", "eje dos")):
        assert re.search(rf'id="{lead}">\s*<p>Nota del {note}', text)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[llame](tel:+34910000000)", 'href="tel:+34910000000"'),
        ("[escriba](mailto:a@example.org)", 'href="mailto:a@example.org"'),
        (
            "Véase https://example.org/a_b_c.",
            '<a href="https://example.org/a_b_c" rel="noopener">https://example.org/a_b_c</a>.',
        ),
        ("a@example.org", 'href="mailto:a@example.org"'),
        ("```\nuna\n  dos\n```", "<pre><code>una\n  dos\n</code></pre>"),
    ],
)
def test_addresses_and_lines_that_a_programme_needs_stay(markdown, expected):
    assert expected in prose.html(markdown)


@pytest.mark.parametrize("markdown", ["[x](javascript:alert(1))", "[x](data:text/html,x)", "En la calle.de.alcala 5"])
def test_others_are_no_links(markdown):
    assert "href" not in prose.html(markdown)


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("/es/taller-3/agenda/{CODE}/", "/es/taller-3/agenda/{code}/"),
        ("/es/taller-3/agenda/{CODE}", "/es/taller-3/agenda/{code}/"),
        ("/pt-BR/taller-3/agenda/", "/pt-br/taller-3/agenda/"),
        ("/ES/Taller-3/Participantes/Quito/", "/es/taller-3/participantes/quito/"),
        ("/es/taller-3/Programa.PDF", "/es/taller-3/programa.pdf"),
        ("/es/ taller-3 /agenda/", "/es/taller-3/agenda/"),
    ],
)
def test_an_address_typed_from_paper_leads_to_its_page(client, of, code, typed, leads):
    publishing.publish(of)
    answer = client.get(typed.format(code=code, CODE=code.upper()))
    assert (answer.status_code, answer.headers["Location"]) == (302, leads.format(code=code))


@pytest.mark.parametrize("path", ["/es/taller-3/nada/", "/ES/x/y/z/", "/Otra/Cosa/"])
def test_what_leads_nowhere_is_told_so(client, of, path):
    publishing.publish(of)
    assert client.get(path, follow=True).status_code == 404


OLD = ["", "agenda/", "agenda.ics", "schedule.json", "schedule.xml", "cambios.atom", "version.json", "ejes/1.ics"]


@pytest.mark.parametrize("path", OLD)
def test_an_old_version_is_in_no_index_in_any_format(client, of, path):
    publishing.publish(of)
    Workshop.objects.filter(pk=of.pk).update(venue_es="Otro lugar")
    publishing.publish(of)
    assert client.get(f"/es/taller-3/v/1/{path}").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(f"/es/taller-3/{path}").headers


@pytest.mark.parametrize(
    "path", ["agenda.ics", "schedule.json", "schedule.xml", "cambios.atom", "version.json", "ejes/1.ics"]
)
def test_public_data_is_read_from_other_sites_and_pages_are_not(client, of, path):
    publishing.publish(of)
    assert client.get(f"/es/taller-3/{path}").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/es/taller-3/agenda/").headers


def test_a_note_in_the_embedded_agenda_stays_in_its_frame(client, of, code):
    Session.objects.filter(code=code).update(description_es="Texto[^1]\n\n[^1]: Nota.")
    publishing.publish(of)
    text = html(client, "agenda/embed/")
    assert '<base target="_blank">' in text
    links = re.findall(r'<a href="#[^>]*>', text)
    assert len(links) == 2
    assert all('target="_self"' in link for link in links)


def test_every_text_in_another_language_says_which(client, of):
    publishing.publish(of)
    text = client.get("/en/taller-3/agenda/").content.decode()
    assert re.search(r'<option\s+value="1" lang="es"', text)
    assert re.search(r'<option\s+value="quito" lang="es"', text)


@pytest.mark.django_db(transaction=True)
def test_a_star_says_its_title_in_the_titles_language(live_server, of):
    publishing.publish(of)
    with browser.page() as page:
        page.goto(f"{live_server.url}/en/taller-3/agenda/")
        star = page.get_by_role("button", name="To my agenda: Cuencas")
        assert star.locator("[lang=es]").inner_text() == "Cuencas"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hides", ["filter", "mine"])
def test_who_is_led_to_a_hidden_row_sees_it(live_server, of, code, hides):
    publishing.publish(of)
    with browser.page(viewport={"width": 1280, "height": 400}) as page:
        page.goto(f"{live_server.url}/es/taller-3/agenda/")
        if hides == "filter":
            page.fill("#q", "pausa")
            browser.until(page, "location.search")
        else:
            page.get_by_role("button", name="A mi agenda: Registro").click()
            page.get_by_role("button", name="Solo mi agenda").click()
        assert page.locator(f"#s-{code}").is_hidden()
        page.evaluate(f"location.hash = 's-{code}'")
        page.locator(f"#s-{code}").wait_for()
        assert page.input_value("#q") == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["", "agenda/", "participantes/", "impreso/", "calendario/", "pantalla/", "ejes/1/"])
@pytest.mark.parametrize("language", ["pt-br", "fr"])
def test_text_of_twice_the_size_fits_a_phone(live_server, of, path, language):
    publishing.publish(of)
    with browser.page(viewport={"width": 360, "height": 640}) as page:
        page.goto(f"{live_server.url}/{language}/taller-3/{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate(
            "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 361 && e.offsetParent).map((e) => e.outerHTML.slice(0, 90))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, wide[:4]


def test_who_saves_data_is_sent_no_font(client):
    font = "/static/fonts/alegreya-sans.woff2"
    assert client.get(font, headers={"save-data": "on"}).status_code == 404
    assert client.get("/static/css/site.css", headers={"save-data": "on"}).headers.get("Vary") != "Save-Data"
