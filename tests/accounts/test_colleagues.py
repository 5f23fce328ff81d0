"""What a hostile colleague of one workshop tried on the others."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib import admin
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agenda.models import Moderator, Workshop
from participants.models import Participant
from tests import factories
from tests.accounts.conftest import enter
from tests.forms import delete, delete_chosen

pytestmark = pytest.mark.django_db


def test_no_form_tells_the_title_of_a_session_by_its_key(client, two, hidden):
    enter(client, "organiser", two[0])
    key = hidden.sessions.get().pk
    for model in ("item", "moderator"):
        page = reverse(f"admin:agenda_{model}_add")
        assert "SECRETO9" not in client.get(f"{page}?session={key}").content.decode()
        assert "SECRETO9" not in client.post(page, {"session": key}).content.decode()


def test_no_admin_page_of_ours_shows_a_row_by_its_raw_key():

    raw = {
        model.__name__: page.raw_id_fields
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ("agenda", "participants", "accounts")
    }
    assert not [name for name, fields in raw.items() if fields]


def test_a_shared_participant_is_deleted_by_those_of_all_workshops_that_name_it_only(client, two, hidden):
    lyon = factories.participant("Lyon")
    for of in (two[0], hidden):
        Moderator.objects.create(session=of.sessions.first(), institution_es="Lyon", participant=lyon)
    enter(client, "organiser", two[0])
    page = reverse("admin:participants_participant_delete", args=[lyon.pk])
    assert delete(client, page).status_code == 403
    factories.user("organiser", "eva@example.org")
    client.force_login(User.objects.get(email="eva@example.org"))
    assert delete(client, page).status_code == 302


def test_a_region_is_edited_by_organisers_of_workshops_that_name_one_of_it(client, two):
    mine, theirs = two
    europe, free = factories.region("Europa"), factories.region("Asia")
    factories.attend(theirs, factories.participant("Lyon", europe))
    enter(client, "organiser", mine)
    statuses = [
        client.post(
            reverse("admin:participants_region_change", args=[row.pk]), {"name_es": f"{row.name_es} 2", "order": 1}
        ).status_code
        for row in (europe, factories.region(), free)
    ]
    assert statuses == [403, 302, 302]


def test_what_is_shared_tells_nobodys_address(client, two, hidden):
    lyon = factories.participant("Lyon")
    Moderator.objects.filter(session__workshop=hidden).update(participant=lyon)
    eva = factories.user("organiser", "eva-secreta@example.org", of=hidden)
    client.force_login(eva)
    client.post(
        reverse("admin:participants_participant_change", args=[lyon.pk]),
        {"kind": "city", "slug": lyon.slug, "name_es": "Lyon 2"},
    )
    enter(client, "coordinator", two[0])
    log = reverse("admin:history")
    pages = [log, f"{log}?q=eva-s", reverse("admin:participants_participant_history", args=[lyon.pk]),
             reverse("admin:history_export")]  # fmt: skip
    shown = [client.get(page, follow=True).content.decode() for page in pages]
    assert "Lyon 2" in shown[0]
    assert not ["eva" for page in shown if "eva-secreta" in page]
    assert not client.get(f"{log}?q=eva-secreta").context["days"]


def test_roles_in_workshops_of_others_are_not_told(client, two, hidden):
    mine, _theirs = two
    factories.enter(client, factories.user(of=mine))
    luis = factories.user("coordinator", "luis@example.org", of=mine)
    luis.memberships.create(workshop=hidden, role="committee")
    people = reverse("admin:accounts_user_changelist")
    for page in (people, reverse("admin:accounts_user_change", args=[luis.pk])):
        assert "taller-9" not in (shown := client.get(page).content.decode())
        assert "OCULTO" not in shown
    assert client.get(reverse("admin:accounts_user_history", args=[luis.pk])).status_code == 403
    assert client.get(f"{people}?memberships__role__exact=committee").status_code == 400


def test_nobody_is_invited_again_whom_one_may_not_change(client, two, hidden, words):
    factories.enter(client, factories.user(of=two[0]))
    luis = factories.user("coordinator", "luis@example.org", of=two[0])
    luis.memberships.create(workshop=hidden, role="committee")
    form = {"action": "invite_again", "_selected_action": [luis.pk], "index": 0}
    page = words(client.post(reverse("admin:accounts_user_changelist"), form, follow=True))
    assert "No se ha enviado nada a luis@example.org: también trabaja en talleres de otros." in page
    assert mail.outbox == []


def test_a_note_changes_no_participant_of_others(client, two, hidden):

    note = (Path(__file__).parents[1] / "data" / "nota.md").read_bytes()
    factories.attend(hidden, factories.participant("RECIR"))
    enter(client, "organiser", two[0])
    page = reverse("admin:agenda_workshop_note")
    form = {"note": SimpleUploadedFile("nota.md", note), "workshop": "", "year": 2018, "import": "1"}
    client.post(page, form)
    assert Workshop.objects.filter(title_es="Ríos que unen ciudades").exists()
    assert Participant.objects.get(name_es="RECIR").full_name_es in (None, "")


def test_somebody_is_left_who_organises_all_workshops(client, words):
    ana = factories.enter(client, factories.user())
    page = reverse("admin:accounts_user_change", args=[ana.pk])
    form = {"email": ana.email, "name": "", "is_active": "on"}
    for change in (
        {**form, **factories.roles_form("committee", ana)},
        {**form, **factories.roles_form("organiser", ana), "memberships-0-DELETE": "on"},
        {"email": ana.email, "name": "", **factories.roles_form("organiser", ana)},
    ):
        assert "Nadie más organiza todos los talleres" in words(client.post(page, change))
    assert client.post(reverse("admin:accounts_user_delete", args=[ana.pk]), {"post": "yes"}).status_code == 403
    eva = factories.user("organiser", "eva@example.org")
    assert delete_chosen(client, reverse("admin:accounts_user_changelist"), ana, eva).status_code == 403
    assert User.objects.count() == 2
    assert client.post(page, {**form, **factories.roles_form("committee", ana)}).status_code == 302


def test_a_confirmation_to_delete_costs_the_same_for_an_organiser_of_one_and_of_all(client):

    of = factories.large(60)
    counts = []
    for workshop in (None, of):
        client.force_login(factories.user("organiser", f"{bool(workshop)}@example.org", of=workshop))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:agenda_day_delete", args=[of.days.first().pk])).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4


def test_a_date_that_no_calendar_holds_is_told_where_it_is_typed(client, words):

    of = factories.workshop()
    enter(client, "organiser", of)
    page = words(
        client.post(reverse("admin:agenda_day_add"), {"workshop": of.pk, "date": "9999-12-31", "label_es": ""})
    )
    assert "valor" in page or "1900" in page
    for date in (dt.date(9999, 12, 31), dt.date(1, 1, 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.day(of, date)
    for date in (dt.date(2199, 12, 31), dt.date(1900, 1, 1)):
        factories.session(factories.day(of, date), "23:00", "01:00", "Noche")
    factories.published(of)
    for name in ("agenda/", "agenda.ics", "schedule.json", "schedule.xml"):
        assert client.get(f"/es/{of.slug}/{name}").status_code == 200
