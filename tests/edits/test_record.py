"""The record of edits: whatever changes rows, by whatever way, stands in it with what was before and after."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from agenda.models import Axis, Day, Item, Session, Workshop
from edits.models import Edit, EditedRow, key_of
from edits.recording import acting, watched
from participants.models import Participant
from tests import factories
from tests.books import bring, csv
from tests.forms import delete, filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    workshop = factories.small()
    Edit.objects.all().delete()
    return workshop


def rows():
    return [(row.act, row.key.partition(":")[0]) for row in EditedRow.objects.order_by("pk")]


def test_a_saved_row_is_recorded_with_what_changed_of_it(of):
    talk = of.sessions.get(title_es="Registro")
    talk.place = "Sala A"
    talk.save()
    row = EditedRow.objects.get()
    assert (row.act, row.before, row.after, row.workshop) == ("changed", {"place": ""}, {"place": "Sala A"}, of.pk)
    assert row.name["es"] == "Registro"


def test_a_row_that_is_saved_as_it_was_is_no_edit(of):
    of.sessions.first().save()
    assert not Edit.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda of: of.sessions.filter(title_es="Registro").update(place="Sala A"),
        lambda of: Session.objects.bulk_update(
            [setattr(one, "place", "Sala A") or one for one in of.sessions.filter(title_es="Registro")], ["place"]
        ),
    ],
)
def test_what_is_changed_many_at_once_is_recorded_row_by_row(of, change):
    change(of)
    row = EditedRow.objects.get()
    assert (row.act, row.before, row.after) == ("changed", {"place": ""}, {"place": "Sala A"})


def test_rows_made_many_at_once_are_recorded(of):
    talk = of.sessions.first()
    Item.objects.bulk_create(Item(session=talk, text_es=text, position=n) for n, text in enumerate("ab", 7))
    assert rows() == [("new", "agenda.item")] * 2
    assert Edit.objects.count() == 1


def test_a_day_that_goes_takes_along_what_the_record_keeps_whole(of):
    sessions, items = of.sessions.count(), Item.objects.filter(session__workshop=of).count()
    talk = Session.objects.filter(workshop=of, items__isnull=False).first()
    before = {field.attname: str(getattr(talk, field.attname)) for field in talk._meta.concrete_fields}
    of.days.get().delete()
    found = rows()
    assert Edit.objects.count() == 1
    assert found.count(("gone", "agenda.session")) == sessions
    assert found.count(("gone", "agenda.item")) == items
    kept = EditedRow.objects.get(key=key_of(talk)).before
    assert kept["title_es"] == before["title_es"]
    assert kept["code"] == before["code"]


def test_a_tie_that_a_deletion_cuts_is_a_change_of_the_row_that_had_it(of):
    of.sessions.filter(title_es="Registro").update(axis=of.axes.get())
    Edit.objects.all().delete()
    axis = of.axes.get().pk
    of.axes.get().delete()
    row = EditedRow.objects.filter(act="changed").first()
    assert (row.before, row.after) == ({"axis_id": axis}, {"axis_id": None})


def test_what_is_taken_back_by_the_database_is_not_recorded(of):
    day = of.days.get()

    @transaction.atomic
    def fail():
        with acting():
            day.label_es = "Otra"
            day.save()
            Day.objects.create(workshop=of, date=day.date)

    with pytest.raises(IntegrityError):
        fail()
    assert not Edit.objects.exists()


def test_what_is_done_together_is_one_edit_of_each_row_once(of):
    with acting():
        talk = of.sessions.get(title_es="Registro")
        for place in ("Sala A", "Sala B"):
            talk.place = place
            talk.save()
        made = factories.session(of.days.get(), "15:00", "16:00", "Nueva")
        made.title_es = "Nueva y cambiada"
        made.save()
        factories.session(of.days.get(), "17:00", "18:00", "Se va").delete()
    assert Edit.objects.count() == 1
    assert [(row.act, row.name["es"]) for row in EditedRow.objects.all()] == [
        ("changed", "Registro"),
        ("new", "Nueva y cambiada"),
    ]
    assert EditedRow.objects.first().after == {"place": "Sala B"}


def test_every_model_of_the_draft_and_of_access_is_recorded():
    ours = {m for label in ("agenda", "participants", "accounts") for m in apps.get_app_config(label).get_models()}
    assert {m.__name__ for m in ours - set(watched())} == {
        "Letter",
        "Logo",
        "PrintOrder",
        "PrintedFile",
        "ReleaseTree",
    }


def test_no_password_stands_in_the_record(of):
    ana = User.objects.create_user("ana@example.org", "una-clave-larga", name="Ana")
    ana.set_password("otra-clave-larga")
    ana.save()
    row = EditedRow.objects.get(key=key_of(ana))
    assert set(row.after) == {"email", "name", "is_active", "is_superuser"}


def test_a_form_a_sheet_and_a_program_say_by_which_way(client, of):
    talk = of.sessions.get(title_es="Registro")
    factories.enter(client, factories.user(name="Ana Beltrán"))
    Edit.objects.all().delete()
    page = reverse("admin:agenda_session_change", args=[talk.pk])
    client.post(page, {**filled_in(client.get(page)), "place": "Sala A"})
    assert list(Edit.objects.values_list("way", "by_name")) == [("form", "Ana Beltrán")]
    delete(client, reverse("admin:agenda_axis_delete", args=[of.axes.get().pk]))
    bring(csv("taller;código;lugar", f"taller-3;{talk.code};Sala B"))
    assert list(Edit.objects.order_by("pk").values_list("way", flat=True)) == ["form", "form", "sheet"]


def test_who_did_what_outlives_who_did_it(client, of):
    root = factories.user(name="Ana Beltrán")
    luis = factories.user("coordinator", "luis@example.org", of=of, name="Luis Paz")
    factories.enter(client, root)
    page = reverse("admin:accounts_user_change", args=[luis.pk])
    role = luis.memberships.get()
    client.post(page, {**filled_in(client.get(page)), "memberships-0-role": "committee"})
    role.refresh_from_db()
    assert role.role == "committee"
    factories.user("organiser", "eva@example.org")
    root.delete()
    row = EditedRow.objects.get(key=key_of(role), act="changed")
    assert (row.before, row.after, row.edit.by, row.edit.by_name) == (
        {"role": "coordinator"},
        {"role": "committee"},
        None,
        "Ana Beltrán",
    )


def test_what_goes_with_a_workshop_and_a_person_is_recorded(of):
    luis = factories.user("coordinator", "luis@example.org", of=of)
    Edit.objects.all().delete()
    of.delete()
    assert ("gone", "agenda.workshop") in rows()
    assert ("gone", "accounts.membership") in rows()
    assert not Membership.objects.filter(user=luis).exists()


@pytest.mark.parametrize("many", [1, 40])
def test_recording_a_day_that_goes_costs_the_same_with_one_row_and_with_many(of, many, django_assert_max_num_queries):
    day = factories.day(of, dt.date(2018, 9, 20))
    for n in range(many):
        factories.session(day, "09:00", "10:00", f"S {n}", ["uno"], [("moderates", "UCCI")])
    with django_assert_max_num_queries(36):
        day.delete()


def test_two_workshops_changed_at_once_stand_each_in_its_own_history(of):
    other = factories.workshop("taller-4")
    Edit.objects.all().delete()
    Workshop.objects.filter(pk__in=[of.pk, other.pk]).update(venue_es="Otra sede")
    assert {row.workshop for row in EditedRow.objects.all()} == {of.pk, other.pk}


def test_a_shared_participant_is_recorded_by_every_way(of):
    Participant.objects.filter(name_es="Quito").update(website="https://quito.example")
    assert EditedRow.objects.get().after == {"website": "https://quito.example"}
    assert not Axis.objects.filter(title_es="").exists()


@pytest.mark.parametrize("count", [3, pytest.param(1000, marks=pytest.mark.long)])
def test_saving_a_form_and_reading_what_was_done_cost_the_same_with_three_sessions_and_with_a_thousand(client, count):
    of = factories.small() if count == 3 else factories.large(count)
    client.force_login(factories.user())
    row = Session.objects.filter(workshop=of, items__isnull=False).first() or Session.objects.first()
    page = f"/admin/agenda/session/{row.pk}/change/"
    form = filled_in(client.get(page))
    with CaptureQueriesContext(connection) as saving:
        assert client.post(page, {**form, "place": "Sala Nueva"}).status_code == 302
    costs = {"saving": len(saving)}
    delete(client, f"/admin/agenda/session/{row.pk}/delete/")
    for other in ("/admin/historial/", "/admin/papelera/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(other).status_code == 200
        costs[other] = len(queries)
    # A form asks the database about each of its constraints, three queries each; the record adds four.
    most = {"saving": 90, "/admin/historial/": 26, "/admin/papelera/": 12}
    assert {page: cost for page, cost in costs.items() if cost > most[page]} == {}
