"""What a release changed: marked on its row for two days, listed for ever, and fed to feed readers."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda import publishing
from agenda.models import Release, Session
from agenda.web import editions
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site():
    """Two releases: a session moved and renamed its room, one is new, one was cancelled."""
    of = factories.small()
    publishing.publish(of)
    Session.objects.filter(title_es="Cuencas").update(start=dt.time(9, 45), place="Sala B")
    Session.objects.filter(title_es="Pausa café").delete()
    factories.session(of.days.get(), "12:00", "13:00", "Orillas")
    publishing.publish(of, note="Agenda corregida")
    return of


def test_changes_are_marked_where_they_stand(site, client, words):
    text = words(client.get("/es/taller-3/agenda/"))
    assert "Cuencas Cambio de hora (antes 9h30–11h00) Cambio de lugar (antes Sala A) Eje 1" in text
    assert "Orillas Nueva" in text
    assert "11h30 Pausa café Cancelada" in text  # struck through, in its place


def test_after_two_days_the_marks_are_gone_and_the_page_is_another(site, client, words):
    before = client.get("/es/taller-3/agenda/")
    published = Release.objects.get(number=2).published_at - editions.NEWS - dt.timedelta(minutes=1)
    Release._base_manager.filter(number=2).update(published_at=published)  # past the guard, to turn the clock
    after = client.get("/es/taller-3/agenda/")
    assert "Cambio de hora" not in words(after)
    assert after.headers["ETag"] != before.headers["ETag"]


def test_the_first_release_marks_nothing(client, words):
    factories.published()
    assert "Nueva" not in words(client.get("/es/taller-3/agenda/"))


def test_news_cost_no_third_query(site, client):
    publishing.forget()
    with CaptureQueriesContext(connection) as queries:
        client.get("/es/taller-3/agenda/")
    assert len(queries) == 2


def test_all_changes_stand_on_one_page_release_by_release(site, client, words):
    text = words(client.get("/es/taller-3/cambios/"))
    assert "Versión 2" in text
    assert (
        "Agenda corregida · La agenda como era Cambio de hora: «Cuencas», antes 7 de septiembre, 9h30–11h00, ahora 7 de septiembre, "
        "9h45–11h00. Cambio de lugar: «Cuencas», ahora Sala B. Nueva: «Orillas», 7 de septiembre, 12h00–13h00. "
        "Cancelada: «Pausa café», 7 de septiembre, 11h00–11h30. Versión 1" in text
    )
    assert text.rindex("Primera versión.") > text.index("Versión 1")


def test_the_feed_has_an_entry_a_release(site, client):
    response = client.get("/es/taller-3/cambios.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")] == ["Versión 2", "Versión 1"]
    newest = root.find(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}id").startswith("urn:uuid:")
    assert "Nueva: «Orillas»" in newest.findtext(f"{ATOM}summary")


def test_a_change_of_members_matter_is_no_news_for_the_public(site, client, words):
    factories.session(site.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(site)
    assert "Reservada" not in words(client.get("/es/taller-3/cambios/"))
    assert "Nada de lo que usted puede ver ha cambiado." in words(client.get("/es/taller-3/cambios/"))
    assert "Reservada" not in client.get("/es/taller-3/cambios.atom").content.decode()


def test_the_calendar_page_offers_each_calendar_to_subscribe_and_to_download(site, client):
    html = client.get("/es/taller-3/calendario/").content.decode()
    for address in ("agenda.ics", "ejes/1.ics"):
        assert f'href="webcal://talleres.example/es/taller-3/{address}"' in html
        assert f'href="/es/taller-3/{address}"' in html
