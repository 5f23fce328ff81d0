import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda import publishing
from agenda.models import Session
from languages import CODES
from tests import factories

pytestmark = pytest.mark.django_db


def codes():
    return {session.title_es: session.code for session in Session.objects.all()}


@pytest.fixture
def site():
    of = factories.small()
    publishing.publish(of)
    return of


def test_the_agenda_says_every_row_with_its_time_axis_and_people(site, client, words):
    text = words(client.get("/es/taller-3/agenda/"))
    assert (
        "Viernes 7 de septiembre 9h00 sin hora de fin Registro 9h30 – 11h00 Cuencas Eje 1 Parte I El agua Modera: Quito Lugar: Sala A "
        "Quito Preguntas 11h00 – 11h30 Pausa café" in text
    )


def test_times_are_machine_readable_with_the_venues_offset(site, client):
    assert '<time datetime="2018-09-07T09:30+02:00">9h30</time>' in client.get("/es/taller-3/agenda/").content.decode()


def test_a_day_to_be_defined_and_an_optional_one_say_so(site, client, words):
    of = site
    factories.day(of, factories.SATURDAY)
    monday = factories.day(of, factories.MONDAY, optional=True)
    factories.session(monday, None, None, "Por definir", part_of_day="morning")
    publishing.publish(of)
    text = words(client.get("/es/taller-3/agenda/"))
    assert "Sábado 8 de septiembre Por definir" in text
    assert "Lunes 10 de septiembre Programación opcional Mañana Por definir Nueva Hora por definir" in text


@pytest.mark.parametrize(
    ("language", "when", "row"),
    [
        ("es", "7 de septiembre de 2018", "9h30 – 11h00"),
        ("en", "7 September 2018", "9:30 – 11:00"),
        ("pt-br", "7 de setembro de 2018", "9h30 – 11h"),
        ("fr", "7 septembre 2018", "9h30 – 11h"),
    ],
)
def test_each_language_writes_dates_and_times_its_own_way(site, client, words, language, when, row):
    assert when in words(client.get(f"/{language}/taller-3/"))
    assert row in words(client.get(f"/{language}/taller-3/agenda/"))


def test_content_that_falls_back_carries_its_language_and_translated_content_does_not(site, client):
    Session.objects.filter(title_es="Cuencas").update(title_en="Basins")
    publishing.publish(site)
    html = client.get("/en/taller-3/agenda/").content.decode()
    assert ">Basins</a>" in html
    assert '<span lang="es">Pausa café</span>' in html


def test_a_session_has_a_page_of_its_own_between_the_one_before_and_the_one_after(site, client, words):
    response = client.get(f"/es/taller-3/agenda/{codes()['Cuencas']}/")
    text = words(response)
    assert "9h30 – 11h00 Viernes 7 de septiembre Cuencas" in text
    assert "Antes · Vie 7, 9h00 Registro Después · Vie 7, 11h00 Pausa café" in text
    assert "Dónde Sala A Galpón 11 Avenida del Río 1" in text


def test_an_axis_page_lists_its_sessions(site, client, words):
    text = words(client.get("/es/taller-3/ejes/1/"))
    assert "El agua De dónde viene. Sesiones Vie 7 9h30 – 11h00 Cuencas" in text
    assert "Pausa café" not in text


def test_participants_stand_by_region_with_their_sessions(site, client, words):
    text = words(client.get("/es/taller-3/participantes/"))
    assert "América Latina y el Caribe 1 1 Quito Ciudad Vie 7, 9h30 – 11h00 Cuencas" in text


def test_a_participant_has_a_page_also_when_it_only_convenes(site, client, words):
    assert "Quito Tipo Ciudad Región América Latina y el Caribe En la lista número 1" in words(
        client.get("/es/taller-3/participantes/quito/")
    )
    assert "UCCI Unión Tipo" in words(client.get("/es/taller-3/participantes/ucci/"))


def test_the_presentation_has_footnotes_linked_both_ways(site, client):
    html = client.get("/es/taller-3/").content.decode()
    assert 'href="#n-1-1" id="r-1-1"' in html
    assert '<li id="n-1-1">' in html
    assert 'href="#r-1-1"' in html


def test_an_address_without_language_leads_to_the_readers(site, client):
    found = {
        asked: client.get("/", headers={"accept-language": asked}).headers["Location"]
        for asked in ("fr-FR", "pt", "pt-PT", "de", "en-GB,es;q=0.5")
    }
    assert found == {
        "fr-FR": "/fr/",
        "pt": "/pt-br/",
        "pt-PT": "/pt-br/",
        "de": "/es/",
        "en-GB,es;q=0.5": "/en/",
    }
    assert "Accept-Language" in client.get("/").headers["Vary"]


def test_the_home_page_is_the_current_workshop(site, client, words):
    response = client.get("/es/")
    assert "Ríos que unen" in words(response)
    assert '<link rel="canonical" href="https://talleres.example/es/taller-3/">' in response.content.decode()


def test_all_workshops_stand_newest_first(site, client, words):
    other = factories.workshop("taller-4", number=4, title_es="Montañas")
    factories.session(factories.day(other, dt.date(2019, 5, 5)))
    publishing.publish(other)
    text = words(client.get("/es/talleres/"))
    assert text.index("Montañas") < text.index("Ríos que unen")


def test_an_installation_without_workshop_says_so_kindly(client, words):
    for language in CODES:
        assert client.get(f"/{language}/").status_code == 200
    assert "Todavía no se ha publicado ningún taller. Vuelva pronto." in words(client.get("/es/"))
    assert "Todavía no se ha publicado ningún taller." in words(client.get("/es/talleres/"))


def test_a_draft_that_was_never_published_is_not_public(client):
    factories.small()
    assert client.get("/es/taller-3/agenda/").status_code == 404


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/es/taller-3/agenda/zzzz/", "Esta sesión no está en el programa."),
        ("/es/taller-3/ejes/9/", "El programa no tiene el eje 9."),
        ("/es/taller-3/participantes/nadie/", "El programa no nombra a este participante."),
        ("/es/taller-3/v/9/", "Este taller no tiene la versión 9."),
        ("/es/taller-9/", "No hay ningún taller publicado en esta dirección."),
        ("/es/taller-3/nada/", "Puede que la dirección esté mal escrita"),
    ],
)
def test_a_page_that_is_not_there_says_why_and_leads_on(site, client, words, address, reason):
    response = client.get(address)
    assert response.status_code == 404
    assert reason in words(response)
    assert ('href="/es/taller-3/agenda/"' in response.content.decode()) is ("taller-3" in address)


# --- versions ---


def test_an_old_version_stays_and_says_what_has_changed_since(site, client, words):
    Session.objects.filter(title_es="Cuencas").update(start=dt.time(9, 45))
    publishing.publish(site)
    text = words(client.get("/es/taller-3/v/1/agenda/"))
    assert "9h30 – 11h00 Cuencas" in text
    assert "Está leyendo la versión 1. La actual es la versión 2." in text
    assert (
        "Desde entonces ha cambiado una cosa: Cambio de hora: «Cuencas», antes 7 de septiembre, 9h30–11h00, ahora 7 de septiembre, 9h45–11h00."
        in text
    )


def test_the_current_version_by_number_says_that_the_copy_is_up_to_date(site, client, words):
    assert "La versión 1 es la actual: su copia está al día." in words(client.get("/es/taller-3/v/1/"))


def test_links_of_a_version_stay_in_it_and_it_is_not_indexed(site, client):
    html = client.get("/es/taller-3/v/1/agenda/").content.decode()
    assert f'href="/es/taller-3/v/1/agenda/{codes()["Cuencas"]}/"' in html
    assert '<meta name="robots" content="noindex">' in html


# --- draft ---


def test_the_draft_is_shown_as_the_public_would_see_it_to_those_who_may(site, client, words):
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos y cuencas")
    assert client.get("/es/taller-3/borrador/agenda/").headers["Location"].startswith("/accounts/login/")
    client.force_login(factories.user("coordinator"))
    response = client.get("/es/taller-3/borrador/agenda/")
    assert "Borrador. Así lo vería el público." in words(response)
    assert "Ríos y cuencas" in words(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert "Ríos y cuencas" not in words(client.get("/es/taller-3/agenda/"))


def test_the_draft_is_closed_to_committee_members(site, client, words):
    client.force_login(factories.user("committee"))
    response = client.get("/es/taller-3/borrador/agenda/")
    assert response.status_code == 403
    assert "Usted no tiene acceso a esta página" in words(response)


# --- caching and cost ---


def test_an_unchanged_page_answers_304_and_a_new_release_another_etag(site, client):
    first = client.get("/es/taller-3/agenda/")
    assert client.get("/es/taller-3/agenda/", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert first.headers["Cache-Control"] == "public, no-cache"
    Session.objects.filter(title_es="Cuencas").update(place="Sala B")
    publishing.publish(site)
    again = client.get("/es/taller-3/agenda/", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.headers["ETag"] == first.headers["ETag"]) == (200, False)


def test_each_language_has_an_etag_of_its_own(site, client):
    assert len({client.get(f"/{language}/taller-3/agenda/").headers["ETag"] for language in CODES}) == 4


def public_pages(slug):
    code = Session.objects.filter(workshop__slug=slug).first().code
    return ["", "talleres/", *[f"{slug}/{page}" for page in (
        "", "agenda/", f"agenda/{code}/", f"agenda/{code}.ics", "ejes/1/", "ejes/1.ics", "participantes/", "agenda.ics",
        "schedule.json", "schedule.xml", "v/1/agenda/", "v/1/")]]  # fmt: skip


@pytest.mark.parametrize("count", [3, pytest.param(1000, marks=pytest.mark.long)])
def test_no_public_page_costs_more_than_two_queries_whatever_its_size(client, count):
    of = factories.small() if count == 3 else factories.large(count)
    publishing.publish(of)
    costs = {}
    for page in public_pages(of.slug):
        publishing.forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/es/{page}").status_code == 200
        costs[page] = len(queries)
    assert {page: cost for page, cost in costs.items() if cost > 2} == {}


def test_an_unchanged_page_costs_one_query(site, client):
    etag = client.get("/es/taller-3/agenda/").headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        client.get("/es/taller-3/agenda/", headers={"if-none-match": etag})
    assert len(queries) == 1


def test_the_sitemap_names_every_page_of_the_current_release_in_every_language(site, client):
    import re

    locations = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    code = codes()["Cuencas"]
    for language in CODES:
        start = f"https://talleres.example/{language}/"
        wanted = [
            "",
            "talleres/",
            "taller-3/",
            "taller-3/agenda/",
            f"taller-3/agenda/{code}/",
            "taller-3/ejes/1/",
            "taller-3/participantes/quito/",
        ]
        assert {start + page for page in wanted} <= set(locations)
    assert len(locations) == len(set(locations)) == 4 * 14
    for location in locations:
        assert client.get(location.removeprefix("https://talleres.example")).status_code == 200


def test_a_hostile_text_stays_text(client):
    of = factories.small()
    Session.objects.filter(title_es="Cuencas").update(
        title_es='<script>alert(1)</script>"',
        description_es="<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    )
    publishing.publish(of)
    for page in public_pages("taller-3"):
        response = client.get(f"/es/{page}")
        if not response.headers["Content-Type"].startswith("text/html"):
            continue  # plain text and JSON have no elements; the XML is parsed in test_schedule.py
        html = response.content.decode()
        assert "<script>" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


def test_the_page_says_which_version_it_is_and_when_it_was_published(site, client, words):
    text = words(client.get("/es/taller-3/agenda/"))
    moment = site.releases.get().published_at
    assert "Versión 1, publicada el" in text
    assert str(moment.year) in text


def test_another_version_of_the_code_gives_every_page_another_etag(site, client, monkeypatch):
    before = client.get("/es/taller-3/agenda/").headers["ETag"]
    monkeypatch.setattr("agenda.web.editions.page_version", lambda: "another")
    assert client.get("/es/taller-3/agenda/").headers["ETag"] != before
