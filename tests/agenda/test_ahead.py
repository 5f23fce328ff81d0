"""No reader pays for a release: its pages are made ready before somebody asks."""

import threading
import time

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda import publishing
from agenda.models import Session
from agenda.web import ahead, ready
from agenda.web.ahead import addresses
from languages import CODES
from tests import factories
from tests.agenda.test_ready import AGENDA, Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def of():
    of = factories.small()
    publishing.publish(of)
    return of


@pytest.fixture
def site(of):
    made = Site()
    made.get(AGENDA)
    made.reached = 0
    return made


def work(site, seconds=30.0, application=None):
    """Let the site do what its thread does, and wait for the last page."""
    site.ready.work(application or site.application.inner, time.monotonic() + seconds)
    site.ready.packer.submit(int).result()


def held(site):
    return {path for _scheme, _host, path in site.ready.table}


def test_all_public_pages_are_ready_before_they_are_asked_for(site):
    work(site)
    assert held(site) == set(addresses())
    made = site.reached
    for path in addresses():
        assert site.get(path)["status"] == 200
    assert site.reached == made


def test_every_page_of_the_sitemap_is_among_them(site, client):
    work(site)
    told = client.get("/sitemap.xml").content.decode()
    assert told.count("<loc>") > 40
    paths = {"/" + part.partition("</loc>")[0].split("/", 3)[3] for part in told.split("<loc>")[1:]}
    assert paths - held(site) == {f"/{code}/taller-3/impreso/" for code in CODES}


def test_what_all_read_comes_first_in_every_language(of):
    first = list(addresses())[:16]
    assert {f"/{code}/taller-3/agenda/" for code in CODES} <= set(first)
    assert first[:4] == [AGENDA, "/es/taller-3/", "/es/taller-3/participantes/", "/es/"]


def test_the_workshop_that_was_published_last_comes_first(of):
    other = factories.workshop("taller-4", number=4, source="fr", title_es="", title_fr="Mers")
    factories.session(factories.day(other), title="", title_fr="Marées")
    publishing.publish(other)
    paths = list(addresses())
    assert paths[0] == "/fr/taller-4/agenda/"
    assert paths.index(AGENDA) > paths.index("/es/taller-4/cambios/")


def test_a_new_release_is_made_ready_and_the_one_before_is_gone(site, of):
    work(site)
    for title in ("Ríos", "Mares"):
        Session.objects.filter(axis__isnull=False).update(title_es=title)
        publishing.publish(of)
        work(site)
        site.reached = 0
        assert title in site.get(AGENDA)["body"].decode()
        assert site.reached == 0


def test_a_release_in_the_middle_begins_anew(site, of):
    site.ready.work(site.application.inner, time.monotonic())
    assert site.ready.to_make
    Session.objects.filter(axis__isnull=False).update(title_es="Mares")
    publishing.publish(of)
    work(site)
    assert all(
        "Cuencas" not in answer.variants[""][1].decode("utf-8", "ignore")
        for key, answer in site.ready.table.items()
        if "cambios" not in key[2]
    )


def test_who_asks_for_a_page_that_is_being_made_waits_for_it(site):
    key = ("http", "testserver", AGENDA)
    del site.ready.table[key]
    future, mine = site.ready.claim(key)  # as make_ahead() does
    asked = []
    reader = threading.Thread(target=lambda: asked.append(site.get(AGENDA)))
    reader.start()
    assert mine
    site.ready.settle(key, future, ready.collect(WSGIHandler(), ahead.environ_for(key)))
    reader.join(5)
    assert asked[0]["status"] == 200
    assert site.reached == 0


def test_a_page_that_fails_leaves_the_others(site):
    django = WSGIHandler()

    def failing(environ, start_response):
        if environ["PATH_INFO"] == "/es/taller-3/":
            raise OSError("no more")
        return django(environ, start_response)

    work(site, application=failing)
    assert set(addresses()) - held(site) == {"/es/taller-3/"}
    assert site.get("/es/taller-3/")["status"] == 200


def test_pages_are_made_for_the_names_under_which_readers_were_answered(site, settings):
    settings.ALLOWED_HOSTS = ["testserver", "otra.example"]
    site.get(AGENDA, HTTP_HOST="nadie.example")
    work(site)
    assert {host for _scheme, host, _path in site.ready.table} == {"testserver"}
    site.get(AGENDA, HTTP_HOST="otra.example")
    work(site)
    assert {host for _scheme, host, _path in site.ready.table} == {"testserver", "otra.example"}


def test_the_name_in_the_settings_needs_no_reader(of, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://talleres.example", ["talleres.example"]
    site = Site()
    work(site)
    assert ("https", "talleres.example", AGENDA) in site.ready.table


def test_half_of_the_table_is_for_what_readers_ask_for(site, monkeypatch):
    monkeypatch.setattr(ready, "MOST_ANSWERS", 40)
    work(site)
    assert 18 <= len(site.ready.table) <= 20


@pytest.mark.long
def test_many_pages_ask_the_database_as_often_as_few(site, of):
    counts = []
    for title in ("Una", "Dos"):
        for n in range(10):
            factories.session(of.days.get(), "12:00", "13:00", f"{title} {n}", place=f"Sala {title} {n}")
        publishing.publish(of)
        publishing.forget()
        with CaptureQueriesContext(connection) as queries:
            work(site)
        counts.append(len(queries))
    assert len(site.ready.table) > 250
    assert counts[0] == counts[1]


def test_nothing_that_only_members_see_is_made_ready(of):
    factories.session(of.days.get(), "15:00", "16:00", "Reunión reservada", visibility="members")
    publishing.publish(of)
    site = Site()
    site.get(AGENDA)
    work(site)
    assert not [key for key, answer in site.ready.table.items() if b"reservada" in answer.variants[""][1]]
