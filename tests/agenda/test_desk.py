"""The desk: how a workshop stands, doubts that are accepted, what is still to be agreed, links to the draft."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda import doubts, programme, publishing
from agenda.models import Acceptance, Session, Workshop
from edits.models import Edit
from tests import factories
from tests.books import bring, export, look
from tests.forms import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    client.user = factories.enter(client, factories.user("organiser", name="Ana Beltrán"))
    return client


# --- the first page ---


def test_an_empty_installation_says_how_to_begin(organiser, words):
    said = words(organiser.get("/admin/"))
    assert "Todavía no hay ningún taller" in said
    page = organiser.get("/admin/").content.decode()
    assert all(address in page for address in ("/admin/agenda/workshop/nota/", "/admin/agenda/workshop/add/"))


def test_the_first_page_says_what_is_public_and_what_publishing_would_change(organiser, of, words):
    publishing.publish(of)
    row = of.sessions.get(title_es="Cuencas")
    row.place = "Sala Z"
    row.save()
    said = words(organiser.get("/admin/"))
    assert "Versión 1, pública desde" in said
    assert "El borrador cambia 1 cosa." in said
    assert "Sala Z" in said
    assert f"/admin/agenda/session/{row.pk}/change/" in organiser.get("/admin/").content.decode()


def test_what_stops_publication_leads_to_the_very_field(organiser, of):
    row = of.sessions.get(title_es="Registro")
    page = organiser.get("/admin/").content.decode()
    assert f"/admin/agenda/session/{row.pk}/change/#id_end" in page


def test_another_workshop_is_one_click_away_and_stays_chosen(organiser, of, words):
    factories.workshop("otro", number=9, title_es="Otro taller")
    assert "Otro taller" in words(organiser.get("/admin/"))
    organiser.get(f"/admin/?taller={of.slug}")
    assert "Registro" in words(organiser.get("/admin/"))


def test_a_list_shows_the_workshop_that_is_worked_at(organiser, of):
    other = factories.workshop("otro", number=9)
    factories.session(factories.day(other), title="De otro taller")
    organiser.get(f"/admin/?taller={of.slug}")
    page = organiser.get("/admin/agenda/session/", follow=True)
    assert "De otro taller" not in page.content.decode()
    assert "Cuencas" in page.content.decode()


def test_the_workshop_of_another_city_is_not_shown(client, of):
    mine = factories.workshop("mio", number=1, title_es="El mío")
    factories.enter(client, factories.user("organiser", of=mine))
    page = client.get("/admin/").content.decode()
    assert "El mío" in page
    assert of.title_es not in page
    assert client.get(f"/admin/?taller={of.slug}").status_code == 403


def test_the_first_page_costs_the_same_queries_with_three_sessions_and_with_a_thousand(organiser, of):
    counts = []
    for one in (of, factories.large(1000)):
        publishing.publish(one)
        organiser.get(f"/admin/?taller={one.slug}", follow=True)
        Session.objects.filter(workshop=one).first().delete()
        organiser.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            assert organiser.get("/admin/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_undo_stands_on_the_page_by_its_name(organiser, of, words):
    row = of.sessions.get(title_es="Cuencas")
    organiser.post(
        f"/admin/t/{of.slug}/horario/",
        {
            "acto": "mover",
            "codigo": row.code,
            "estaba": "2018-09-07|09:30|11:00|Sala A",
            "a": "2018-09-07|09:30|10:50|Sala A",
        },
    )
    assert "Deshacer: fin de «Cuencas»" in words(organiser.get("/admin/"))


def test_the_steps_for_who_starts_can_be_put_away(organiser, of, words):
    assert "Lo que sigue" in words(organiser.get("/admin/"))
    organiser.post("/admin/pasos/")
    assert "Lo que sigue" not in words(organiser.get("/admin/"))


def test_a_coordinator_sees_the_desk_and_no_button_that_changes(client, of, words):
    publishing.publish(of)
    factories.enter(client, factories.user("coordinator", "luz@example.org"))
    said = words(client.get("/admin/"))
    assert "Registro" in said
    assert "Aceptar con motivo" not in said
    assert "Va con retraso" not in said


# --- doubts ---


def the_doubt(of, rule="open-end"):
    draft = programme.build(of, "es")
    found = publishing.review(of).clashes
    return next(one for one in doubts.weigh(found, draft, of.acceptances.all()) if one.clash.rule == rule)


def test_a_doubt_is_accepted_with_a_reason_and_a_name(organiser, of, words):
    organiser.post("/admin/", {"taller": of.slug, "duda": the_doubt(of).facts, "motivo": "Se abre y ya"})
    made = Acceptance.objects.get()
    assert (made.reason, made.by_name, made.rule) == ("Se abre y ya", "Ana Beltrán", "open-end")
    assert "Se abre y ya" in words(organiser.get("/admin/"))


def test_an_acceptance_without_a_reason_is_refused_in_words(organiser, of, words):
    answer = organiser.post("/admin/", {"taller": of.slug, "duda": the_doubt(of).facts, "motivo": " "}, follow=True)
    assert not Acceptance.objects.exists()
    assert "Diga por qué está bien así" in words(answer)


def test_an_accepted_doubt_is_asked_again_when_its_facts_change(organiser, of):
    organiser.post("/admin/", {"taller": of.slug, "duda": the_doubt(of).facts, "motivo": "Se abre y ya"})
    assert the_doubt(of).accepted
    Session.objects.filter(title_es="Registro").update(start=dt.time(8, 45))
    assert the_doubt(of).accepted is None
    Session.objects.filter(title_es="Registro").update(start=dt.time(9))
    assert the_doubt(of).accepted


def test_a_doubt_is_the_same_whatever_language_it_is_told_in(of):
    from django.utils import translation

    spanish = the_doubt(of).facts
    with translation.override("fr"):
        assert the_doubt(of).facts == spanish


def test_a_doubt_can_be_asked_again(organiser, of):
    facts = the_doubt(of).facts
    organiser.post("/admin/", {"taller": of.slug, "duda": facts, "motivo": "Se abre y ya"})
    organiser.post("/admin/", {"taller": of.slug, "volver": facts})
    assert not Acceptance.objects.exists()


def test_what_stops_publication_cannot_be_accepted(organiser, of):
    Session.objects.update(visibility="members")
    found = next(one for one in publishing.review(of).clashes if one.level == "blocker")
    organiser.post(
        "/admin/", {"taller": of.slug, "duda": doubts.facts(found, programme.build(of, "es")), "motivo": "Da igual"}
    )
    assert not Acceptance.objects.exists()


def test_accepting_is_undone_and_done_again(organiser, of):
    organiser.post("/admin/", {"taller": of.slug, "duda": the_doubt(of).facts, "motivo": "Se abre y ya"})
    for there in (False, True):
        organiser.post("/admin/deshacer/", {"paso": Edit.objects.order_by("-pk").first().pk})
        assert bool(the_doubt(of).accepted) == there


def test_accepting_is_in_the_history(organiser, of):
    before = Edit.objects.count()
    organiser.post("/admin/", {"taller": of.slug, "duda": the_doubt(of).facts, "motivo": "Se abre y ya"})
    assert Edit.objects.count() == before + 1


# --- preparation ---


@pytest.fixture
def uncertain(of):
    row = of.sessions.get(title_es="Cuencas")
    who = row.moderators.get()
    row.moderators.create(role="presents", institution_es="Alcaldía de Zeta", person="Zoraida Zeta", position=2)
    return row, who, row.moderators.get(position=2)


@pytest.mark.parametrize("confirmation", ["hidden", "awaited"])
def test_who_has_not_confirmed_is_in_nothing_that_is_published(of, uncertain, client, confirmation):
    _row, _who, zeta = uncertain
    zeta.confirmation = confirmation
    zeta.save()
    publishing.publish(of)
    for page in ("agenda/", "agenda.ics", "schedule.json", "schedule.xml", "participantes/"):
        text = client.get(f"/es/taller-3/{page}").content.decode()
        assert "Zeta" not in text
    assert "Zeta" not in "".join(tree.tree for tree in of.releases.newest().trees.all())


def test_where_somebody_is_awaited_it_says_so_in_each_language(of, uncertain, client, words):
    _row, _who, zeta = uncertain
    zeta.confirmation = "awaited"
    zeta.save()
    publishing.publish(of)
    for language, said in (
        ("es", "Por confirmar"),
        ("en", "To be confirmed"),
        ("fr", "À confirmer"),
        ("pt-br", "A confirmar"),
    ):
        assert said in words(client.get(f"/{language}/taller-3/agenda/"))


def test_a_participant_who_is_only_awaited_has_no_page(of, client):
    row = of.sessions.get(title_es="Registro")
    zeta = factories.participant("Zeta")
    row.moderators.create(role="presents", participant=zeta, institution_es="Zeta", confirmation="hidden")
    publishing.publish(of)
    assert client.get(f"/es/taller-3/participantes/{zeta.slug}/").status_code == 404
    row.moderators.update(confirmation="yes")
    publishing.publish(of)
    assert client.get(f"/es/taller-3/participantes/{zeta.slug}/").status_code == 200


def test_two_who_are_awaited_at_once_do_not_clash(of):
    for start in ("12:00", "12:15"):
        row = factories.session(of.days.get(), start, "13:00", f"A las {start}", place=f"Sala {start}")
        row.moderators.create(role="presents", institution_es="Zeta", confirmation="awaited")
    rules = [one.rule for one in publishing.review(of).clashes]
    assert "moderator-overlap" not in rules


def test_the_desk_says_what_is_to_be_agreed_by_colleague(organiser, of, words):
    Session.objects.filter(title_es="Cuencas").update(state="open", responsible=organiser.user, remark="Llamar a Quito")
    Session.objects.filter(title_es="Registro").update(state="open")
    said = words(organiser.get("/admin/"))
    assert "Por acordar Ana Beltrán Cuencas Llamar a Quito Nadie se ocupa todavía Registro" in said


def test_what_only_the_desk_sees_is_in_no_tree(of):
    Session.objects.filter(title_es="Cuencas").update(state="open", remark="Secreto de la oficina")
    publishing.publish(of)
    assert "Secreto" not in "".join(tree.tree for tree in of.releases.newest().trees.all())


# --- the session's form ---


def test_a_session_that_is_added_in_a_gap_begins_with_its_day_and_hours(organiser, of):
    organiser.get(f"/admin/?taller={of.slug}")
    page = organiser.get("/admin/agenda/session/add/?dia=2018-09-07&start=12:00&end=12:30")
    form = filled_in(page)
    assert (form["day"], form["start"], form["end"]) == (str(of.days.get().pk), "12:00", "12:30")


# --- lists to choose from ---


def test_zones_and_countries_are_chosen_by_their_names(organiser, of):
    page = organiser.get(f"/admin/agenda/workshop/{of.pk}/change/").content.decode()
    assert "Ciudad de México (America/Mexico_City)" in page
    assert ">Argentina<" in page


def test_a_zone_that_no_list_has_stays_as_it_is(organiser, of):
    Workshop.objects.update(timezone="US/Eastern")
    assert filled_in(organiser.get(f"/admin/agenda/workshop/{of.pk}/change/"))["timezone"] == "US/Eastern"


def test_the_draft_is_shown_as_on_a_phone_in_each_language(organiser, of):
    page = organiser.get(f"/admin/t/{of.slug}/telefono/")
    assert page.content.decode().count("<iframe") == 4
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = organiser.get(f"/fr/{of.slug}/borrador/agenda/embed/")
    assert frame.status_code == 200
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]


def test_a_new_workshop_begins_with_the_usual_zone_and_all_languages(organiser):
    form = filled_in(organiser.get("/admin/agenda/workshop/add/"))
    assert (form["timezone"], form["languages"]) == ("Europe/Madrid", ["es", "en", "pt-br", "fr"])


def test_a_new_workshop_leads_to_the_table_of_its_sessions(organiser, words):
    form = filled_in(organiser.get("/admin/agenda/workshop/add/"))
    form |= {
        "title_es": "Ríos",
        "slug": "rios",
        "city_es": "Rosario",
        "days-TOTAL_FORMS": "1",
        "days-0-date": "2027-03-01",
    }
    answer = organiser.post("/admin/agenda/workshop/add/", {**form, "_save": "1"}, follow=True)
    assert answer.request["PATH_INFO"] == "/admin/t/rios/horario/tabla/"
    assert "«Ríos» está creado." in words(answer)


def test_a_doubt_is_accepted_in_the_workshop_whose_page_it_stood_on(organiser, of):
    factories.workshop("otro", number=9)
    facts = the_doubt(of).facts
    organiser.get("/admin/?taller=otro", follow=True)  # another tab
    organiser.post("/admin/", {"taller": of.slug, "duda": facts, "motivo": "Se abre y ya"})
    assert Acceptance.objects.get().workshop == of


def test_who_is_hidden_stays_so_through_a_workbook(of, uncertain):
    _row, _who, zeta = uncertain
    zeta.confirmation = "hidden"
    zeta.save()
    data = export("xlsx")
    zeta.delete()
    plan = look(data)
    bring(data, {question.key: "new" for question in plan.questions})
    assert of.sessions.get(title_es="Cuencas").moderators.get(person="Zoraida Zeta").confirmation == "hidden"
    publishing.publish(of)
    assert "Zeta" not in "".join(tree.tree for tree in of.releases.newest().trees.all())
