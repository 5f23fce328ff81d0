"""What somebody may is asked for the workshop in hand: in pages, papers, the admin and sheets."""

import json

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from agenda.models import Axis, Item, Moderator, PrintedFile, Session, Workshop
from participants.models import Participant
from tests import factories
from tests.accounts.conftest import SECRET, enter
from tests.books import bring, export

pytestmark = pytest.mark.django_db
NOTE = b"# Puentes\n\n## Agenda\n\n### VIERNES 7 DE SEPTIEMBRE DE 2018\n\n| | |\n|---|---|\n| 9h00-10h00 | Acogida |\n"


# --- pages and papers ---


@pytest.mark.parametrize("role", ["committee", "coordinator", "organiser"])
def test_members_rows_are_read_in_ones_own_workshop_only(client, two, role):
    mine, theirs = two
    enter(client, role, mine)
    for page in ("agenda/", "agenda.ics", "schedule.json", "cambios/", "", "v/1/agenda/"):
        seen = [SECRET in client.get(f"/es/{of.slug}/{page}").content.decode() for of in (mine, theirs)]
        assert not seen[1], page
        if page in ("agenda/", "agenda.ics", "schedule.json", "v/1/agenda/"):
            assert seen[0], page


def test_the_same_page_is_tagged_apart_for_both(client, two):
    mine, theirs = two
    enter(client, "committee", mine)
    assert "-m-" in client.get(f"/es/{mine.slug}/agenda/").headers["ETag"]
    assert "-p-" in client.get(f"/es/{theirs.slug}/agenda/").headers["ETag"]


@pytest.mark.parametrize(("role", "statuses"), [("coordinator", [200, 403, 403]), ("committee", [403, 403, 403])])
def test_a_draft_opens_for_those_who_run_that_workshop(client, two, role, statuses):
    mine, theirs = two
    enter(client, role, mine)
    pages = [reverse("draft:agenda", kwargs={"workshop": slug}) for slug in (mine.slug, theirs.slug, "taller-99")]
    found = [client.get(page).status_code for page in pages]
    assert found == ([200, 403, 403] if role == "coordinator" else statuses)


def test_papers_of_the_house_are_for_those_who_run_that_workshop(client, two):
    mine, theirs = two
    enter(client, "coordinator", mine)
    signatures = [
        client.get(reverse("current:paper", kwargs={"workshop": of.slug, "kind": "hoja-de-firmas"})).status_code
        for of in (theirs,)
    ]
    assert signatures == [403]
    offered = [
        client.get(reverse("current:papers", kwargs={"workshop": of.slug})).content.decode() for of in (mine, theirs)
    ]
    assert ["hoja-de-firmas" in page for page in offered] == [True, False]


# --- the admin ---

LISTS = ["session", "day", "axis", "workshop", "release", "item", "moderator", "section", "convener", "attendance"]


@pytest.mark.parametrize("role", ["coordinator", "organiser"])
def test_lists_and_their_filters_show_the_rows_of_ones_own_workshops(client, two, role):
    mine, theirs = two
    factories.session(theirs.days.get(), "10:00", "11:00", "Punto de partida", ["Ajeno"], [("moderates", "Ajeno")])
    enter(client, role, mine)
    for model in LISTS:
        page = client.get(reverse(f"admin:agenda_{model}_changelist")).content.decode()
        assert theirs.slug not in page, model
        assert "Puentes" not in page, model
        assert "Ajeno" not in page, model
    assert mine.slug in client.get(reverse("admin:agenda_release_changelist")).content.decode()


def test_a_row_of_another_workshop_does_not_open_by_its_address(client, two):
    mine, theirs = two
    enter(client, "organiser", mine)
    for row in (theirs, theirs.days.get(), theirs.axes.get(), theirs.sessions.first(), theirs.releases.get()):
        name = f"admin:agenda_{row._meta.model_name}"
        for verb in ("change", "delete", "history"):
            response = client.get(reverse(f"{name}_{verb}", args=[row.pk]))
            assert response.status_code in (302, 403), (name, verb)
            assert "Puentes" not in response.content.decode()
    assert client.get(reverse("admin:agenda_workshop_publish", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("admin:agenda_workshop_publish", args=[theirs.pk])).status_code == 404


def test_a_row_is_not_put_into_another_workshop(client, two, words):
    mine, theirs = two
    enter(client, "organiser", mine)
    form = {"workshop": theirs.pk, "number": 5, "colour_way": "", "title_es": "Intruso", "description_es": ""}
    assert client.post(reverse("admin:agenda_axis_add"), form).status_code == 200
    talk = mine.sessions.get(part=1)
    form = {
        "day": theirs.days.get().pk, "start": "09:30", "end": "11:00", "title_es": "Cuencas", "kind": "session",
        "visibility": "everyone", "items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0, "moderators-TOTAL_FORMS": 0,
        "moderators-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(reverse("admin:agenda_session_change", args=[talk.pk]), form).status_code == 200
    form = {"session": theirs.sessions.first().pk, "position": 1, "text_es": "Intruso"}
    assert client.post(reverse("admin:agenda_item_add"), form).status_code == 200
    assert not Axis.objects.filter(title_es="Intruso").exists()
    assert not Item.objects.filter(text_es="Intruso").exists()
    assert Session.objects.get(pk=talk.pk).workshop == mine


def test_who_organises_one_workshop_and_coordinates_another_changes_only_the_first(client, two):
    mine, theirs = two
    ana = enter(client, "organiser", mine)
    ana.memberships.create(workshop=theirs, role="coordinator")
    form = {"number": 9, "colour_way": "", "title_es": "Cambiado", "description_es": ""}
    statuses = [
        client.post(
            reverse("admin:agenda_axis_change", args=[of.axes.get(number=9).pk]), {**form, "workshop": of.pk}
        ).status_code
        for of in (mine, theirs)
    ]
    assert statuses == [302, 403]
    assert client.get(reverse("admin:agenda_axis_change", args=[theirs.axes.get().pk])).status_code == 200
    action = {"action": "delete_selected", "_selected_action": [theirs.axes.get().pk], "post": "yes", "index": 0}
    client.post(reverse("admin:agenda_axis_changelist"), action)
    assert theirs.axes.exists()
    assert client.post(reverse("admin:agenda_workshop_publish", args=[theirs.pk])).status_code == 403


def test_boxes_to_choose_from_offer_the_rows_of_ones_own_workshops(client, two):
    mine, _theirs = two
    enter(client, "organiser", mine)
    for page in ("session", "axis", "section", "attendance", "convener", "day"):
        assert "Puentes" not in client.get(reverse(f"admin:agenda_{page}_add")).content.decode(), page


def test_a_participant_is_edited_by_the_organisers_of_workshops_that_name_it(client, two):
    mine, theirs = two
    quito, lyon, free = (
        Participant.objects.get(name_es="Quito"),
        factories.participant("Lyon"),
        factories.participant("Porto"),
    )
    Moderator.objects.create(session=theirs.sessions.first(), institution_es="Lyon", participant=lyon)
    enter(client, "organiser", mine)
    form = {"kind": "city", "slug": "x", "name_es": "Nuevo"}
    statuses = [
        client.post(
            reverse("admin:participants_participant_change", args=[who.pk]),
            {**form, "slug": who.slug, "name_es": f"{who.name_es} 2"},
        ).status_code
        for who in (quito, lyon, free)
    ]
    assert statuses == [302, 403, 302]
    assert client.get(reverse("admin:participants_participant_change", args=[lyon.pk])).status_code == 200


def test_the_log_tells_of_ones_own_workshops(client, two):
    mine, theirs = two
    for of in two:
        axis = of.axes.get(number=9)
        axis.title_es = f"Cambiado en {of.slug}"
        axis.save()
    theirs.sessions.filter(title_es="Abierta").first().delete()
    enter(client, "coordinator", mine)
    page = client.get(reverse("admin:history")).content.decode()
    assert "Cambiado en taller-3" in page
    assert "Cambiado en taller-4" not in page
    assert "Puentes" not in page


def test_what_was_not_printed_is_told_of_ones_own_workshops(client, two):
    mine, _theirs = two
    for of in two:
        PrintedFile.objects.create(
            name=of.slug, series=of.slug, workshop=of.slug, release=1, paper="completo", language="es",
            cause="sin memoria", when=timezone.now(),
        )  # fmt: skip
    enter(client, "coordinator", mine)
    page = client.get("/admin/").content.decode()
    assert "«completo» de taller-3" in page
    assert "taller-4" not in page


def test_who_makes_a_workshop_organises_it(client, two):
    mine, _theirs = two
    ana = enter(client, "organiser", mine)
    form = {
        "number": 11, "title_es": "Islas", "slug": "taller-11", "timezone": "Europe/Madrid", "source": "es", "languages": ["es"],
        **{f"{rows}-{count}_FORMS": 0 for rows in ("days", "conveners", "attendances") for count in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    assert client.post(reverse("admin:agenda_workshop_add"), form).status_code == 302
    made = Workshop.objects.get(slug="taller-11")
    assert User.objects.get(pk=ana.pk).has_perm("agenda.publish_workshop", made)


def test_who_organises_all_workshops_needs_no_role_in_a_new_one(client, two):
    ana = enter(client, "organiser", None)
    ana.organise(two[0])
    assert ana.memberships.count() == 1


# --- notes and sheets ---


def test_a_note_is_taken_over_into_ones_own_workshops_only(client, two):
    from django.core.files.uploadedfile import SimpleUploadedFile

    mine, theirs = two
    ana = enter(client, "organiser", mine)
    page = reverse("admin:agenda_workshop_note")
    assert "Puentes" not in client.get(page).content.decode()
    client.post(page, {"note": SimpleUploadedFile("nota.md", NOTE), "workshop": theirs.pk, "import": "1"})
    assert not Session.objects.filter(title_es="Acogida").exists()
    client.post(page, {"note": SimpleUploadedFile("nota.md", NOTE), "workshop": "", "import": "1"})
    made = Session.objects.get(title_es="Acogida").workshop
    assert User.objects.get(pk=ana.pk).has_perm("agenda.change_workshop", made)


def test_a_sheet_brings_out_and_takes_in_the_rows_of_ones_own_workshops(client, two, words):
    from django.core.files.uploadedfile import SimpleUploadedFile

    mine, theirs = two
    enter(client, "organiser", mine)
    out = client.get(f"{reverse('admin:agenda_workbook_export')}?hoja=Sesiones&formato=json").content.decode()
    assert SECRET in out
    assert "taller-4" not in out
    code = theirs.sessions.get(title_es="Abierta").code
    row = {"taller": "taller-4", "código": code, "jornada": "2018-09-07", "título [es]": "Cambiada"}
    file = SimpleUploadedFile("sesiones.json", json.dumps([row]).encode())
    page = words(client.post(reverse("admin:agenda_workbook"), {"file": file}, follow=True))
    assert "No existe el taller «taller-4»; existen: taller-3." in page
    assert theirs.sessions.filter(title_es="Abierta").exists()


def test_a_sheet_changes_participants_of_ones_own_workshops(client, two, words):
    from django.core.files.uploadedfile import SimpleUploadedFile

    mine, theirs = two
    factories.attend(theirs, factories.participant("Lyon"))
    enter(client, "organiser", mine)
    rows = [{"dirección": "lyon", "nombre [es]": "Lyon 2"}]
    file = SimpleUploadedFile("participantes.json", json.dumps(rows).encode())
    page = words(client.post(reverse("admin:agenda_workbook"), {"file": file}, follow=True))
    assert "«Lyon» solo participa en talleres de otros: pídaselo a ellos." in page
    assert Participant.objects.filter(name_es="Lyon").exists()


def test_without_a_person_a_sheet_knows_all_workshops(two):
    assert {session.workshop for session in Session.objects.all()} == set(two)
    assert bring(export("json", "Sesiones")) == (0, 0, 0, Session.objects.count())


# --- people with access ---


def test_an_organiser_of_one_workshop_gives_access_to_it_and_to_no_other(client, two, words):
    mine, theirs = two
    factories.enter(client, factories.user(of=mine))
    page = reverse("admin:accounts_user_add")
    shown = client.get(page).content.decode()
    assert "Puentes" not in shown
    assert "Todos los talleres" not in shown
    for of in (theirs, None):  # another's, or all
        client.post(page, {"email": "luis@example.org", "name": "", **factories.roles_form("coordinator", of=of)})
        assert not User.objects.filter(email="luis@example.org").exists()
    client.post(page, {"email": "luis@example.org", "name": "", **factories.roles_form("coordinator", of=mine)})
    assert [(m.workshop, m.role) for m in Membership.objects.filter(user__email="luis@example.org")] == [
        (mine, "coordinator")
    ]
    assert mail.outbox[-1].to == ["luis@example.org"]


def test_access_is_given_to_something(client, words):
    factories.enter(client, factories.user())
    form = {"email": "luis@example.org", "name": "", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert "Elija un papel." in words(client.post(reverse("admin:accounts_user_add"), form))
    assert User.objects.count() == 1


def test_who_works_elsewhere_too_is_seen_and_not_changed(client, two):
    mine, theirs = two
    factories.enter(client, factories.user(of=mine))
    luis = factories.user("organiser", "luis@example.org", of=mine)
    luis.memberships.create(workshop=theirs, role="organiser")
    eva = factories.user("organiser", "eva@example.org", of=theirs)
    everywhere = factories.user("organiser", "pia@example.org")
    listed = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert ["luis@example.org" in listed, "eva@example.org" in listed, "pia@example.org" in listed] == [
        True,
        False,
        False,
    ]
    for who in (luis, eva, everywhere):
        page = reverse("admin:accounts_user_change", args=[who.pk])
        form = {
            "email": "evil@example.org",
            "name": "X",
            "is_active": "on",
            **factories.roles_form("committee", who, mine),
        }
        assert client.post(page, form).status_code in (302, 403)
        assert client.post(reverse("admin:accounts_user_delete", args=[who.pk]), {"post": "yes"}).status_code in (
            302,
            403,
        )
    assert set(User.objects.values_list("email", flat=True)) >= {
        "luis@example.org",
        "eva@example.org",
        "pia@example.org",
    }
    assert not User.objects.filter(name="X").exists()
    assert not Membership.objects.filter(role="committee").exists()


def test_a_role_is_given_once_and_is_one_of_the_three(two):
    ana = factories.user()
    for twin in (Membership(user=ana, role="committee"), Membership(user=ana, workshop=two[0], role="jefa")):
        with pytest.raises(ValidationError):
            twin.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()
    Membership(user=ana, workshop=two[0], role="committee").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership(user=ana, workshop=two[0], role="organiser").save()


def test_who_has_no_role_enters_no_admin_and_reads_as_the_public(client, two):
    enter(client, None, None)
    assert client.get("/admin/", follow=True).status_code == 403
    assert SECRET not in client.get("/es/taller-3/agenda/").content.decode()


def test_the_first_page_of_the_admin_costs_the_same_with_one_workshop_and_with_many(client, two):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ana = enter(client, "organiser", two[0])
    counts = []
    for more in (0, 20):
        for n in range(more):
            ana.memberships.create(workshop=factories.workshop(f"t-{n}", number=n), role="organiser")
        client.get(f"/admin/?taller={two[0].slug}", follow=True)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
