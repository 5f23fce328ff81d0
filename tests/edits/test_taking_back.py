"""Undo, redo, the bin and «back to how it was», as the people who use them see them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agenda import deleted, programme, publishing, undoing
from agenda.models import Attendance, Axis, Day, Item, Session, Workshop
from edits.models import Edit, key_of
from edits.recording import acted_by, acting
from participants.models import Participant
from tests import factories
from tests.forms import delete, delete_chosen, filled_in

pytestmark = pytest.mark.django_db
BIN = "/admin/papelera/"
HISTORY = "/admin/historial/"


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def ana():
    return factories.user(name="Ana Beltrán")


@pytest.fixture
def maria():
    return factories.user(email="maria@example.org", name="María Ruiz")


@pytest.fixture
def desk(client, ana, of):
    Edit.objects.all().delete()
    return factories.enter(client, ana) and client


def do(who, change):
    """Let `who` do something: the edit."""
    with acted_by(lambda: who), acting():
        change()
    return Edit.objects.first()


def place(session, text):
    Session.objects.get(pk=session.pk)
    Session.objects.filter(pk=session.pk).update(place=text)


def trees(of):
    return programme.digest(programme.build_all(Workshop.objects.get(pk=of.pk)))


# --- undo and redo ---


def test_the_last_step_is_undone_and_done_again_by_name(desk, ana, of, words):
    talk = of.sessions.get(title_es="Registro")
    do(ana, lambda: place(talk, "Sala A"))
    page = desk.get(HISTORY)
    assert "Deshacer: lugar de «Registro»" in words(page)
    desk.post("/admin/deshacer/", {"paso": page.context["steps"].undo.pk})
    talk.refresh_from_db()
    assert talk.place == ""
    page = desk.get(HISTORY)
    assert "Rehacer: lugar de «Registro»" in words(page)
    desk.post("/admin/deshacer/", {"paso": page.context["steps"].redo.pk})
    talk.refresh_from_db()
    assert talk.place == "Sala A"


def test_three_steps_are_undone_and_done_again_in_order(ana, of):
    talk = of.sessions.get(title_es="Registro")
    for text in "ABC":
        do(ana, lambda text=text: place(talk, text))
    seen = []
    for step in ("undo", "undo", "redo", "undo", "undo"):
        undoing.undo(getattr(undoing.steps(ana), step), ana) if step == "undo" else undoing.undo(
            undoing.steps(ana).redo, ana
        )
        seen.append(Session.objects.get(pk=talk.pk).place)
    assert seen == ["B", "A", "B", "A", ""]


@pytest.fixture(autouse=True)
def acted(ana):
    """What a test takes back it does as Ana, as a request would."""
    with acted_by(lambda: ana):
        yield


def test_a_new_step_leaves_nothing_to_do_again(ana, of):
    talk = of.sessions.get(title_es="Registro")
    do(ana, lambda: place(talk, "A"))
    undoing.undo(undoing.steps(ana).undo, ana)
    do(ana, lambda: place(talk, "B"))
    assert undoing.steps(ana).redo is None


def test_what_somebody_built_on_since_is_not_undone(ana, maria, of):
    talk = of.sessions.get(title_es="Registro")
    edit = do(ana, lambda: place(talk, "Sala A"))
    do(maria, lambda: place(talk, "Sala B"))
    with pytest.raises(undoing.Refused, match=r"María Ruiz .*lugar.*Registro"):
        undoing.undo(edit, ana)
    assert Session.objects.get(pk=talk.pk).place == "Sala B"


def test_what_somebody_changed_elsewhere_in_the_row_stays_when_it_is_undone(ana, maria, of):
    talk = of.sessions.get(title_es="Registro")
    edit = do(ana, lambda: place(talk, "Sala A"))
    do(maria, lambda: Session.objects.filter(pk=talk.pk).update(title_fr="Inscription"))
    undoing.undo(edit, ana)
    talk.refresh_from_db()
    assert (talk.place, talk.title_fr) == ("", "Inscription")


def test_a_new_row_into_which_somebody_put_another_is_not_undone(ana, maria, of):
    edit = do(ana, lambda: factories.day(of, dt.date(2018, 9, 20)))
    day = Day.objects.get(date="2018-09-20")
    do(maria, lambda: factories.session(day, title="La de María"))
    with pytest.raises(undoing.Refused, match="La de María"):
        undoing.undo(edit, ana)
    assert Day.objects.filter(pk=day.pk).exists()


def test_somebody_elses_step_is_not_mine_to_undo(desk, maria, of, words):
    do(maria, lambda: place(of.sessions.get(title_es="Registro"), "Sala A"))
    assert "Deshacer" not in words(desk.get(HISTORY))
    desk.post("/admin/deshacer/", {"paso": Edit.objects.first().pk})
    assert of.sessions.get(title_es="Registro").place == "Sala A"


def test_a_publication_is_no_step(ana, of):
    do(ana, lambda: place(of.sessions.get(title_es="Registro"), "Sala A"))
    publishing.publish(of, ana)
    assert undoing.steps(ana).undo_name == "lugar de «Registro»"


# --- the bin ---


def test_a_day_comes_back_whole(desk, of, words):
    before, codes = trees(of), set(of.sessions.values_list("code", flat=True))
    keys = set(Item.objects.values_list("pk", flat=True))
    page = reverse("admin:agenda_day_delete", args=[of.days.get().pk])
    assert "Registro" in words(desk.get(page))
    delete(desk, page)
    assert not of.sessions.exists()
    shown = desk.get(BIN)
    assert "7 de septiembre" in words(shown)
    assert "Ana Beltrán" in words(shown)
    answer = desk.post(BIN, bring_back(shown), follow=True)
    assert "está de nuevo" in words(answer)
    assert trees(of) == before
    assert set(of.sessions.values_list("code", flat=True)) == codes
    assert set(Item.objects.values_list("pk", flat=True)) == keys
    assert "La papelera está vacía" in words(desk.get(BIN))


def bring_back(shown, place=0):
    one = shown.context["waiting"][place]
    return {"devolver": one.edit.pk, "fila": one.row.key}


def test_an_axis_comes_back_with_the_sessions_that_had_it(desk, of):
    talk = of.sessions.get(title_es="Registro")
    talk.axis = of.axes.get()
    talk.save()
    delete(desk, reverse("admin:agenda_axis_delete", args=[of.axes.get().pk]))
    assert Session.objects.get(pk=talk.pk).axis is None
    desk.post(BIN, bring_back(desk.get(BIN)))
    assert Session.objects.get(pk=talk.pk).axis == of.axes.get()


def test_an_axis_leaves_the_sessions_that_got_another_since(desk, of):
    talk = of.sessions.get(title_es="Registro")
    Session.objects.filter(pk=talk.pk).update(axis=of.axes.get())
    delete(desk, reverse("admin:agenda_axis_delete", args=[of.axes.get().pk]))
    other = factories.axis(of, 2, "Otro")
    Session.objects.filter(pk=talk.pk).update(axis=other)
    desk.post(BIN, bring_back(desk.get(BIN)))
    assert Session.objects.get(pk=talk.pk).axis == other
    assert of.axes.count() == 2


def test_what_can_no_longer_come_back_says_why(desk, of, words):
    delete(desk, reverse("admin:agenda_axis_delete", args=[of.axes.get().pk]))
    factories.axis(of, 1, "El que ocupó su número")
    answer = desk.post(BIN, bring_back(desk.get(BIN)), follow=True)
    assert "no puede volver" in words(answer)
    assert "ya tiene un eje con este número" in words(answer)
    assert Axis.objects.get().title_es == "El que ocupó su número"


def test_a_session_whose_day_went_too_says_that_the_day_comes_first(desk, of, words):
    delete(desk, reverse("admin:agenda_session_delete", args=[of.sessions.get(title_es="Registro").pk]))
    delete(desk, reverse("admin:agenda_day_delete", args=[of.days.get().pk]))
    shown = desk.get(BIN)
    assert [one.what for one in shown.context["waiting"]] == ["jornada", "sesión"]
    assert "su jornada" in words(desk.post(BIN, bring_back(shown, 1), follow=True))
    desk.post(BIN, bring_back(shown, 0))
    desk.post(BIN, bring_back(shown, 1))
    assert of.sessions.filter(title_es="Registro").exists()
    assert not desk.get(BIN).context["waiting"]


def test_a_participant_comes_back_to_where_it_was_named(desk, of):
    talk = of.sessions.exclude(title_es="Registro").first()
    lyon = factories.participant("Lyon", name_fr="Lyon la belle")
    item = Item.objects.create(session=talk, text_es="Lyon", participant=lyon)
    delete(desk, reverse("admin:participants_participant_delete", args=[lyon.pk]))
    item.refresh_from_db()
    assert item.participant is None
    desk.post(BIN, bring_back(desk.get(BIN)))
    item.refresh_from_db()
    assert (item.participant.pk, item.participant.name_fr) == (lyon.pk, "Lyon la belle")


def test_an_inline_row_that_was_deleted_waits_too(desk, of):
    talk = Session.objects.filter(items__isnull=False).first()
    item = talk.items.first()
    item.text_fr = "Traduit"
    item.save()
    page = reverse("admin:agenda_session_change", args=[talk.pk])
    form = filled_in(desk.get(page))
    place = next(n for n in range(9) if form.get(f"items-{n}-id") == str(item.pk))
    desk.post(page, {**form, f"items-{place}-DELETE": "on"})
    assert not Item.objects.filter(pk=item.pk).exists()
    desk.post(BIN, bring_back(desk.get(BIN)))
    back = Item.objects.get(pk=item.pk)
    assert (back.code, back.text_fr, back.position) == (item.code, "Traduit", item.position)


def test_several_deleted_at_once_come_back_one_by_one(desk, of):
    chosen = list(of.sessions.all())
    delete_chosen(desk, reverse("admin:agenda_session_changelist"), *chosen)
    shown = desk.get(BIN)
    assert len(shown.context["waiting"]) == len(chosen)
    desk.post(BIN, bring_back(shown, 1))
    assert of.sessions.count() == 1
    assert len(desk.get(BIN).context["waiting"]) == len(chosen) - 1


def test_what_was_deleted_twice_waits_once(desk, of):
    page = reverse("admin:agenda_axis_delete", args=[of.axes.get().pk])
    delete(desk, page)
    desk.post(BIN, bring_back(desk.get(BIN)))
    delete(desk, page)
    assert len(desk.get(BIN).context["waiting"]) == 1
    desk.post(BIN, bring_back(desk.get(BIN)))
    assert Axis.objects.count() == 1


def test_the_bin_keeps_for_thirty_days(desk, of, words):
    delete(desk, reverse("admin:agenda_axis_delete", args=[of.axes.get().pk]))
    form = bring_back(desk.get(BIN))
    Edit.objects.update(at=timezone.now() - dt.timedelta(days=31))
    assert "La papelera está vacía" in words(desk.get(BIN))
    assert "30 días" in words(desk.post(BIN, form, follow=True))
    assert not Axis.objects.exists()


def test_a_code_that_waits_in_the_bin_is_nobody_elses(desk, of):
    talk = of.sessions.get(title_es="Registro")
    code = talk.code
    delete(desk, reverse("admin:agenda_session_delete", args=[talk.pk]))
    twin = factories.session(of.days.get(), "09:00", None, "Registro", kind="registration")
    assert twin.code != code
    desk.post(BIN, bring_back(desk.get(BIN)))
    assert Session.objects.get(pk=talk.pk).code == code


def test_only_who_may_add_it_brings_it_back(client, of, words):
    Edit.objects.all().delete()
    other = factories.workshop("taller-4")
    axis = of.axes.get()
    axis.delete()
    factories.axis(other).delete()
    factories.enter(client, factories.user("coordinator", "luz@example.org", of=of))
    shown = client.get(BIN)
    assert len(shown.context["waiting"]) == 1
    assert "No puede cambiar" in words(client.post(BIN, bring_back(shown), follow=True))
    assert not Axis.objects.exists()
    theirs = Edit.objects.filter(rows__act="gone").first()
    assert client.post(BIN, {"devolver": theirs.pk, "fila": theirs.rows.get().key}).status_code == 404


def test_the_page_that_deletes_shows_again_what_changed_meanwhile(desk, of, words):
    day = of.days.get()
    page = reverse("admin:agenda_day_delete", args=[day.pk])
    form = {**filled_in(desk.get(page)), "post": "yes"}
    factories.session(day, "18:00", "19:00", "Llegó mientras tanto")
    answer = desk.post(page, form)
    assert "Llegó mientras tanto" in words(answer)
    assert "No se borró nada" in words(answer)
    assert Day.objects.filter(pk=day.pk).exists()
    desk.post(page, {**filled_in(answer), "post": "yes"})
    assert not Day.objects.filter(pk=day.pk).exists()


def test_several_are_deleted_as_they_were_shown(desk, of, words):
    page = reverse("admin:agenda_session_changelist")
    talk = of.sessions.get(title_es="Registro")
    action = {"action": "delete_selected", "_selected_action": [talk.pk], "index": 0}
    form = {**filled_in(desk.post(page, action)), **action, "post": "yes"}
    Item.objects.create(session=talk, text_es="Escrito mientras tanto")
    assert "No se borró nada" in words(desk.post(page, form))
    assert Session.objects.filter(pk=talk.pk).exists()


# --- back to how it was ---


def test_a_row_goes_back_to_how_it_was_before_three_edits(desk, ana, maria, of):
    talk = of.sessions.get(title_es="Registro")
    first = do(ana, lambda: place(talk, "Sala A"))
    do(maria, lambda: Session.objects.filter(pk=talk.pk).update(place="Sala B", title_fr="Inscription"))
    do(ana, lambda: Item.objects.create(session=talk, text_es="Nuevo"))
    desk.post(HISTORY, {"volver": first.pk, "fila": key_of(talk)})
    talk.refresh_from_db()
    assert (talk.place, talk.title_fr or "", talk.items.count()) == ("", "", 0)
    assert Edit.objects.first().way == "back"


def test_going_back_is_a_step_that_can_be_undone(ana, of):
    talk = of.sessions.get(title_es="Registro")
    first = do(ana, lambda: place(talk, "Sala A"))
    do(ana, lambda: place(talk, "Sala B"))
    undoing.back_to(first, key_of(talk), ana)
    undoing.undo(undoing.steps(ana).undo, ana)
    assert Session.objects.get(pk=talk.pk).place == "Sala B"


def test_the_bin_and_the_history_cost_the_same_with_one_and_with_many(desk, ana, of, django_assert_max_num_queries):
    for n in range(30):
        day = factories.day(of, dt.date(2018, 10, 1 + n))
        factories.session(day, items=["uno"], people=[("moderates", "UCCI")])
        day.delete()
    for page in (BIN, HISTORY):
        with django_assert_max_num_queries(26):
            assert desk.get(page).status_code == 200
    assert len(deleted.waiting()) == 30
    assert Attendance.objects.exists()
    assert Participant.objects.exists()
    assert User.objects.exists()


def test_a_workshop_comes_back_with_who_had_a_role_in_it(desk, of):
    eva = factories.user("organiser", "eva@example.org", of=of)
    delete(desk, reverse("admin:agenda_workshop_delete", args=[of.pk]))
    assert not eva.memberships.exists()
    [waiting] = deleted.waiting()
    desk.post("/admin/papelera/", {"devolver": waiting.edit.pk, "fila": waiting.row.key})
    assert eva.memberships.get().workshop.slug == of.slug


def test_a_workshop_that_goes_back_to_how_it_was_takes_nobodys_rows_along(desk, of):
    page = reverse("admin:agenda_workshop_change", args=[of.pk])
    desk.post(page, {**filled_in(desk.get(page)), "venue_es": "Sede de Ana"})
    edit = Edit.objects.first()
    factories.axis(of, 2, "Eje de Luis")
    desk.post("/admin/historial/", {"volver": edit.pk, "fila": key_of(of)})
    of.refresh_from_db()
    assert of.venue_es == "Galpón 11"
    assert of.axes.filter(title_es="Eje de Luis").exists()


def test_a_row_that_came_went_and_came_back_is_one_that_came(desk, of, ana):
    talk = of.sessions.get(title_es="Cuencas")
    with acting():
        type(talk).objects.filter(pk=talk.pk).update(place="Z")
    edit = Edit.objects.first()
    with acting():
        item = talk.items.create(text_es="Nuevo", position=9)
    with acting():
        item.delete()
    waiting = deleted.waiting()[0]
    deleted.restore(waiting.edit, waiting.row.key, ana)
    undoing.back_to(edit, key_of(talk), ana)
    assert not talk.items.filter(text_es="Nuevo").exists()
