"""The desk where there are two: languages, workshops, people; and what it costs while nothing changes."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agenda import publishing
from agenda.models import Session, Workshop
from tests import factories
from tests.books import bring, export, xlsx
from tests.forms import filled_in


@pytest.fixture
def of(db):
    return factories.small()


@pytest.fixture
def organiser(db, client):
    client.user = factories.enter(client, factories.user("organiser", name="Ana Beltrán"))
    return client


def edit(client, row, **values):
    address = f"/admin/agenda/session/{row.pk}/change/"
    client.post(address, {**filled_in(client.get(address)), "_save": "1", **values})


def undo(client, page):
    desk = page.context["desk"]
    step = {"paso": desk.steps.undo.pk, "taller": desk.workshop.pk, "a": "/admin/"}
    return client.post(reverse("admin:undo"), step, follow=True)


def test_a_change_of_one_language_alone_is_told_with_its_language(organiser, of, words):
    row = of.sessions.get(title_es="Cuencas")
    row.title_fr = "Bassins"
    row.save()
    publishing.publish(of)
    row.title_fr = "Bassins versants"
    row.save()
    said = words(organiser.get("/admin/"))
    assert "1 cambio" in said
    assert "vie 7 · francés" in said
    assert "«Bassins versants»" in said


def test_a_text_that_is_translated_is_a_change_before_it_is_published_and_none_after(organiser, of, words):
    publishing.publish(of)
    row = of.sessions.get(title_es="Cuencas")
    row.title_en = "Basins"
    row.save()
    said = words(organiser.get(f"/admin/agenda/workshop/{of.pk}/publicar/"))
    assert "Lo que cambia al publicar: 1" in said
    assert "inglés" in said
    publishing.publish(of)
    assert "Publicar no cambiaría nada" in words(organiser.get(f"/admin/agenda/workshop/{of.pk}/publicar/"))


def test_what_changes_in_all_languages_is_told_once(organiser, of, words):
    publishing.publish(of)
    row = of.sessions.get(title_es="Cuencas")
    row.place = "Sala Z"
    row.save()
    assert words(organiser.get("/admin/")).count("Sala Z") == 1


def test_undo_offers_no_step_of_another_workshop(organiser, of):
    other = factories.workshop("otro", number=9, title_es="Otro taller")
    there = factories.session(factories.day(other), "09:00", "10:00", "Lejos")
    edit(organiser, of.sessions.get(title_es="Cuencas"), place="Sala Z")
    edit(organiser, there, place="Sala Q")
    assert "Lejos" in organiser.get(f"/admin/?taller={other.slug}", follow=True).context["desk"].steps.undo_name
    assert "Cuencas" in organiser.get(f"/admin/?taller={of.slug}", follow=True).context["desk"].steps.undo_name
    undo(organiser, organiser.get("/admin/"))
    assert Session.objects.get(title_es="Cuencas").place != "Sala Z"
    assert Session.objects.get(title_es="Lejos").place == "Sala Q"


def test_what_can_be_done_again_is_called_as_it_was_when_it_was_done(organiser, of):
    address = f"/admin/agenda/session/{of.sessions.get(title_es='Cuencas').pk}/delete/"
    organiser.post(address, filled_in(organiser.get(address)))
    done = organiser.get("/admin/").context["desk"].steps.undo_name
    undo(organiser, organiser.get("/admin/"))
    again = organiser.get("/admin/").context["desk"].steps
    assert (again.redo_name, again.undo) == (done, None)


def test_the_last_edits_say_you_to_whom_made_them_and_the_name_to_others(organiser, of):
    edit(organiser, of.sessions.get(title_es="Cuencas"), place="Sala Z")
    assert [one.who for one in organiser.get("/admin/").context["lately"]][:1] == ["Usted"]
    other = Client()
    factories.enter(other, factories.user("organiser", "otra@example.org", name="Luz Paz"))
    assert [one.who for one in other.get("/admin/").context["lately"]][:1] == ["Ana Beltrán"]


# --- what it costs ---

PAGES = {
    "/admin/": 20,
    "/admin/t/{slug}/horario/": 20,
    "/admin/t/{slug}/horario/tabla/": 12,
    "/admin/t/{slug}/retraso/": 12,
    "/admin/t/{slug}/enlaces/": 12,
    "/admin/agenda/workshop/{pk}/publicar/": 12,
    "/admin/agenda/session/{session}/change/": 17,  # of these three where it names participants and clashes
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "most"), PAGES.items())
def test_a_page_of_the_desk_asks_little_while_the_draft_does_not_change(client, address, most):
    factories.enter(client, factories.user("organiser"))
    counts = []
    for one in (factories.small(), factories.large(60)):
        publishing.publish(one)
        path = address.format(slug=one.slug, pk=one.pk, session=one.sessions.first().pk)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert max(counts) <= most
    assert counts[0] == counts[1] or most == 17


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_read_anew_as_soon_as_anything_of_it_changes(client):
    of = factories.small()
    first = publishing.draft(of)
    assert publishing.draft(Workshop.objects.get(pk=of.pk)) is not None
    for change in (
        lambda: of.sessions.filter(title_es="Cuencas").update(place="Sala Z"),
        lambda: factories.attend(of, factories.participant("Nueva Ciudad"), 9),
        lambda: (
            of.attendances.first().participant.__class__.objects.filter(name_es="Quito").update(name_es="Otro nombre")
        ),
        lambda: of.sessions.first().delete(),
    ):
        before = publishing.draft(Workshop.objects.get(pk=of.pk))
        change()
        assert publishing.draft(Workshop.objects.get(pk=of.pk))[1] != before[1]
    assert first[1] != publishing.draft(Workshop.objects.get(pk=of.pk))[1]


@pytest.mark.django_db(transaction=True)
def test_what_a_press_on_the_board_answers_is_drawn_from_what_it_has_just_changed(client):
    of = factories.small()
    factories.enter(client, factories.user("organiser"))
    address = f"/admin/t/{of.slug}/horario/"
    client.get(address)
    row = of.sessions.get(title_es="Pausa café")
    sent = {"acto": "mover", "codigo": row.code, "estaba": "2018-09-07|11:00|11:30|", "a": "2018-09-07|12:00|12:30|"}
    answer = client.post(address, sent, headers={"Accept": "application/json"}).json()
    assert 'data-was="2018-09-07|12:00|12:30|"' in answer["html"]
    assert 'data-was="2018-09-07|11:00|11:30|"' not in answer["html"]


@pytest.mark.django_db
def test_how_far_a_session_is_comes_and_goes_with_a_workbook_and_the_desks_note_does_not():
    of = factories.small()
    of.sessions.filter(title_es="Cuencas").update(remark="Llamar a la alcaldesa")
    assert b"Llamar" not in export("json")
    code = of.sessions.get(title_es="Cuencas").code
    bring(xlsx(Sesiones=[["taller", "código", "preparación", "hora fija"], [of.slug, code, "Por acordar", "sí"]]))
    assert Session.objects.filter(
        title_es="Cuencas", state="open", is_fixed=True, remark__contains="alcaldesa"
    ).exists()
    assert "Por acordar" in export("json").decode()
