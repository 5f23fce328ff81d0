"""A session that was published and is no more: calendars, addresses and readers hear of it."""

import icalendar
import pytest

from agenda import programme, publishing
from agenda.models import ReleaseTree, Session
from tests import factories

pytestmark = pytest.mark.django_db


def events(client, path):
    calendar = icalendar.Calendar.from_ical(client.get(path).content)
    return {str(event["SUMMARY"]): (str(event["STATUS"]), int(event["SEQUENCE"])) for event in calendar.walk("VEVENT")}


@pytest.fixture
def of(db):
    of = factories.small()
    publishing.publish(of)
    return of


def code_of(title):
    return Session.objects.get(title_es=title).code


def test_a_cancelled_session_stays_in_the_feed_through_all_later_releases(of, client):
    Session.objects.get(title_es="Cuencas").delete()
    publishing.publish(of)
    of.title_es = "Ríos que vuelven"
    of.save()
    publishing.publish(of)
    assert events(client, "/es/taller-3/agenda.ics") == {
        "Registro": ("CONFIRMED", 3), "Pausa café": ("CONFIRMED", 3), "Cuencas": ("CANCELLED", 3),
    }  # fmt: skip


def test_a_cancelled_event_carries_no_details(of, client):
    Session.objects.get(title_es="Cuencas").delete()
    publishing.publish(of)
    text = client.get("/es/taller-3/agenda.ics").content.decode()
    [gone] = [e for e in icalendar.Calendar.from_ical(text).walk("VEVENT") if e["STATUS"] == "CANCELLED"]
    assert (gone.start.isoformat(), str(gone["TRANSP"]), gone.get("DESCRIPTION")) == (
        "2018-09-07T09:30:00+02:00", "TRANSPARENT", None,
    )  # fmt: skip


def test_my_agenda_its_axis_and_its_own_calendar_keep_it(of, client):
    code = code_of("Cuencas")
    Session.objects.get(code=code).delete()
    publishing.publish(of)
    only = {"Cuencas": ("CANCELLED", 2)}
    mine = {**only, "Registro": ("CONFIRMED", 2), "Pausa café": ("CONFIRMED", 2)}  # and what is for everybody
    assert events(client, f"/es/taller-3/agenda.ics?s={code}") == mine
    assert events(client, "/es/taller-3/ejes/1.ics") == only
    assert events(client, f"/es/taller-3/agenda/{code}.ics") == only


def test_its_page_says_that_it_was_cancelled(of, client, words):
    code = code_of("Cuencas")
    Session.objects.get(code=code).delete()
    publishing.publish(of)
    answer = client.get(f"/es/taller-3/agenda/{code}/")
    assert answer.status_code == 404
    assert "«Cuencas», 7 de septiembre, 9h30–11h00, se ha cancelado." in words(answer)


def test_a_session_that_comes_back_under_its_code_is_no_longer_cancelled(of, client):
    gone = Session.objects.get(title_es="Cuencas")
    code = gone.code
    gone.delete()
    publishing.publish(of)
    factories.session(of.days.get(), "12:00", "13:00", "Cuencas", code=code)
    publishing.publish(of)
    assert events(client, "/es/taller-3/agenda.ics")["Cuencas"] == ("CONFIRMED", 3)


def test_what_becomes_members_matter_is_cancelled_for_the_public_only(of, client):
    Session.objects.filter(title_es="Cuencas").update(visibility="members")
    publishing.publish(of)
    assert events(client, "/es/taller-3/agenda.ics")["Cuencas"] == ("CANCELLED", 2)
    client.force_login(factories.user("committee"))
    assert events(client, "/es/taller-3/agenda.ics")["Cuencas"] == ("CONFIRMED", 2)


def test_a_cancelled_members_session_never_shows_to_the_public(of, client):
    factories.session(of.days.get(), "12:00", "13:00", "Secreta", visibility="members")
    publishing.publish(of)
    Session.objects.get(title_es="Secreta").delete()
    publishing.publish(of)
    public = events(client, "/es/taller-3/agenda.ics")
    client.force_login(factories.user("committee"))
    members = events(client, "/es/taller-3/agenda.ics")
    assert ("Secreta" in public, members["Secreta"]) == (False, ("CANCELLED", 3))


def test_the_past_of_a_programme_makes_no_new_release(of):
    Session.objects.get(title_es="Cuencas").delete()
    publishing.publish(of)
    assert publishing.publish(of) is None


def test_a_tree_keeps_only_what_somebody_misses(of):
    factories.session(of.days.get(), "12:00", "13:00", "Secreta", visibility="members")
    publishing.publish(of)
    Session.objects.get(title_es="Cuencas").delete()
    publishing.publish(of)
    tree = programme.decode(ReleaseTree.objects.get(release__number=3, language="es").tree)
    assert [slot.title.text for day in tree.cancelled for slot in day.slots] == ["Cuencas"]


def test_the_room_of_a_listed_session_stays_unsaid_when_it_is_cancelled(of, client):
    factories.session(of.days.get(), "12:00", "13:00", "Comité", visibility="listed", place="Sala secreta")
    factories.session(of.days.get(), "13:00", "14:00", "Junta", visibility="listed", place="Sala secreta")
    publishing.publish(of)
    Session.objects.get(title_es="Comité").delete()
    Session.objects.filter(title_es="Junta").update(visibility="members")
    publishing.publish(of)
    text = client.get("/es/taller-3/agenda.ics").content.decode()
    assert ("Comité" in text, "Junta" in text, "secreta" in text) == (True, True, False)
