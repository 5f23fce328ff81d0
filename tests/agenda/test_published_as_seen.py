"""What is published is what was looked at; anything newer comes back to be looked at."""

import pytest
from django.test import Client
from django.urls import reverse

from agenda import publishing
from agenda.models import Release, Session
from tests import factories
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
CHANGED = "el borrador ya no es el que usted miró"


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def ana(client):
    client.force_login(factories.user())
    return client


def page_of(of):
    return reverse("admin:agenda_workshop_publish", args=[of.pk])


def seen_by(client, of):
    return filled_in(client.get(page_of(of)))


def test_what_was_looked_at_is_published(ana, of):
    ana.post(page_of(of), seen_by(ana, of))
    assert Release.objects.count() == 1


@pytest.mark.parametrize("change", [{"place": "Sala Z"}, {"title_fr": "Bassins"}, {"visibility": "members"}])
def test_a_draft_that_somebody_changed_meanwhile_comes_back_with_the_sentence(ana, of, words, change):
    seen = {**seen_by(ana, of), "note": "Agenda definitiva"}
    Session.objects.filter(title_es="Cuencas").update(**change)
    again = ana.post(page_of(of), seen)
    assert CHANGED in words(again)
    assert Release.objects.count() == 0
    form = filled_in(again)
    assert form["note"] == "Agenda definitiva"
    ana.post(page_of(of), form)
    assert Release.objects.get().note == "Agenda definitiva"


def test_it_comes_back_as_often_as_it_changes(ana, of, words):
    form = seen_by(ana, of)
    for place in ("Una", "Otra"):
        Session.objects.filter(title_es="Cuencas").update(place=place)
        again = ana.post(page_of(of), form)
        assert CHANGED in words(again)
        form = filled_in(again)
    ana.post(page_of(of), form)
    assert Release.objects.count() == 1


def test_a_change_that_was_taken_back_is_no_change(ana, of):
    seen = seen_by(ana, of)
    for place in ("Sala Z", "Sala A"):
        Session.objects.filter(title_es="Cuencas").update(place=place)
    ana.post(page_of(of), seen)
    assert Release.objects.count() == 1


def test_what_stops_publication_since_is_shown(ana, of, words):
    seen = seen_by(ana, of)
    factories.session(of.days.get(), "09:45", "10:15", "Otra", place="Sala A")
    text = words(ana.post(page_of(of), seen))
    assert CHANGED in text
    assert "Esto impide publicar" in text


def test_who_sends_no_form_of_ours_has_to_look_first(ana, of, words):
    assert CHANGED in words(ana.post(page_of(of), {"note": "Sin mirar"}))
    assert Release.objects.count() == 0


def test_two_who_publish_the_same_make_one_version_and_the_second_hears_whose_it_is(ana, of, words):
    luis = Client()
    luis.force_login(factories.user(email="luis@example.org"))
    mine, his = seen_by(ana, of), seen_by(luis, of)
    ana.post(page_of(of), mine)
    text = words(luis.post(page_of(of), {**his, "note": "La mía"}, follow=True))
    assert "Lo que usted miró lo acaba de publicar ana@example.org, como versión 1" in text
    assert Release.objects.count() == 1


def test_two_who_publish_different_drafts_say_what_each_brought(ana, of):
    ana.post(page_of(of), seen_by(ana, of))
    Session.objects.filter(title_es="Cuencas").update(place="Sala Z")
    ana.post(page_of(of), seen_by(ana, of))
    told = publishing.history("taller-3", "es", "public", 5)
    assert [len(one.changes or ()) for one in told] == [1, 0]


def test_a_program_that_looks_at_nothing_publishes_what_there_is(of):
    assert publishing.publish(of).number == 1
    with pytest.raises(publishing.Unseen):
        publishing.publish(of, seen="")
