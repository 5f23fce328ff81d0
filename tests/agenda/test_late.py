"""Running late: what follows gives way, breaks first, meals stay; applied and published in one step."""

import datetime as dt

import pytest

from agenda import publishing
from agenda.models import Release
from agenda.programme import Programme, ProgrammeDay
from agenda.programme.late import late
from edits.models import Edit
from languages import Text
from tests import factories
from tests.factories import slot
from tests.forms import filled_in

TIME = dt.time.fromisoformat


def day(*rows):
    """A day of rows: code, kind, start, end, room."""
    slots = [
        slot(code, code, kind=kind, start=TIME(start), end=TIME(end) if end else None, place=place)
        for code, kind, start, end, place in rows
    ]
    return ProgrammeDay(factories.FRIDAY, slots=tuple(slots))


def plan(on, code, by, now=None, moved=()):
    made = late(on, code, by, now, moved)
    return {one.slot.code: ("–".join(f"{t:%H:%M}" for t in one.times if t), one.how) for one in made}


MORNING = day(
    ("one", "session", "10:00", "11:15", ""),
    ("cafe", "break", "11:15", "11:30", ""),
    ("two", "session", "11:30", "13:30", ""),
    ("meal", "meal", "13:30", "14:30", ""),
    ("three", "session", "14:30", "17:30", ""),
)
AT_1024 = 10 * 60 + 24


def test_the_session_that_runs_ends_later_the_break_gives_and_the_meal_stays():
    assert plan(MORNING, "one", 15, AT_1024) == {
        "one": ("10:00–11:30", "late"),
        "cafe": ("11:30–11:35", "gives"),
        "two": ("11:35–13:30", "short"),
        "meal": ("13:30–14:30", "stays"),
        "three": ("14:30–17:30", "same"),
    }


def test_one_that_has_not_begun_begins_later():
    assert plan(MORNING, "one", 15)["one"] == ("10:15–11:30", "late")


def test_a_meal_moves_where_it_is_told_to():
    found = plan(MORNING, "one", 15, AT_1024, {"meal"})
    assert found["two"] == ("11:35–13:35", "later")
    assert found["meal"] == ("13:35–14:35", "later")
    assert found["three"] == ("14:35–17:35", "later")


def test_what_has_a_fixed_hour_stays_as_a_meal_does_and_moves_where_it_is_told_to():
    on = day(("one", "session", "10:00", "11:00", ""), ("bus", "session", "11:00", "11:30", ""))

    def plan_of(moved):
        made = late(on, "one", 10, None, moved, {"bus"})
        return {one.slot.code: (f"{one.times[0]:%H:%M}", one.how) for one in made}

    assert plan_of(()) == {"one": ("10:10", "late"), "bus": ("11:00", "stays")}
    assert plan_of(("bus",))["bus"] == ("11:10", "later")


def test_a_gap_takes_up_the_delay():
    on = day(("one", "session", "10:00", "11:00", ""), ("two", "session", "11:30", "12:00", ""))
    assert plan(on, "one", 20)["two"] == ("11:30–12:00", "same")


def test_a_break_that_has_nothing_left_to_give_moves_whole():
    on = day(("one", "session", "10:00", "11:00", ""), ("cafe", "break", "11:00", "11:05", ""))
    assert plan(on, "one", 20)["cafe"] == ("11:20–11:25", "later")


def test_another_room_is_not_late():
    on = day(
        ("one", "session", "10:00", "11:00", "A"),
        ("beside", "session", "10:00", "11:00", "B"),
        ("two", "session", "11:00", "12:00", "A"),
        ("other", "session", "11:00", "12:00", "B"),
    )
    found = plan(on, "one", 10)
    assert found["two"] == ("11:10–12:10", "later")
    assert found["other"] == ("11:00–12:00", "same")
    assert "beside" not in found


def test_what_names_no_room_waits_for_all():
    on = day(("one", "session", "10:00", "11:00", "A"), ("all", "session", "11:00", "12:00", ""))
    assert plan(on, "one", 10)["all"] == ("11:10–12:10", "later")


def test_a_session_for_which_nothing_is_left_before_the_meal_is_squeezed():
    on = day(
        ("one", "session", "12:00", "13:00", ""), ("two", "session", "13:00", "13:15", ""),
        ("meal", "meal", "13:15", "14:00", ""),
    )  # fmt: skip
    assert plan(on, "one", 30)["two"][1] == "squeezed"


def test_an_open_end_pushes_nobody():
    on = day(("one", "session", "10:00", None, ""), ("two", "session", "11:00", "12:00", ""))
    assert plan(on, "one", 10)["two"] == ("11:00–12:00", "same")


def test_two_that_overlapped_before_are_not_pulled_apart():
    on = day(
        ("one", "session", "09:00", "09:30", ""), ("two", "session", "10:00", "11:00", ""),
        ("three", "session", "10:30", "11:30", ""),
    )  # fmt: skip
    assert plan(on, "one", 10)["three"] == ("10:30–11:30", "same")


def test_a_night_past_midnight_moves_along():
    on = day(("one", "session", "22:00", "23:30", ""), ("two", "session", "23:30", "01:00", ""))
    assert plan(on, "one", 15)["two"] == ("23:45–01:15", "later")


# --- the page ---


@pytest.fixture
def of():
    made = factories.small()
    publishing.publish(made)
    return made


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser"))
    return client


def address(of, title="Cuencas", minutes=10):
    return f"/admin/t/{of.slug}/retraso/?s={of.sessions.get(title_es=title).code}&min={minutes}"


@pytest.mark.django_db
def test_the_page_shows_what_follows_and_changes_nothing(organiser, of, words):
    said = words(organiser.get(address(of)))
    assert "9h40 –11h10" in said
    assert "cede 10 de sus 30 min" in said
    assert str(of.sessions.get(title_es="Cuencas").start) == "09:30:00"


@pytest.mark.django_db
def test_the_delay_is_applied_and_published_in_one_step(organiser, of, client, words):
    page = address(of)
    answer = organiser.post(page, {**filled_in(organiser.get(page)), "publicar": "1"})
    assert "Versión 2 publicada" in words(answer)
    agenda = words(client.get("/es/taller-3/agenda/"))
    assert "9h40" in agenda
    newest = Release.objects.newest()
    assert "10 min" in newest.note
    assert "10 min plus tard" in newest.trees.get(language="fr").note
    assert "9h40" in words(client.get("/es/taller-3/v/1/agenda/"))  # the old version says what has changed since


@pytest.mark.django_db
def test_only_the_delay_is_published_and_not_what_else_the_draft_changes(organiser, of, client, words):
    break_ = of.sessions.get(title_es="Pausa café")
    break_.title_es = "Secreto del borrador"
    break_.save()
    page = address(of)
    answer = words(organiser.post(page, {**filled_in(organiser.get(page)), "publicar": "1"}))
    assert "El otro cambio del borrador no se publicó" in answer
    agenda = words(client.get("/es/taller-3/agenda/"))
    assert "Secreto" not in agenda
    assert "11h10" in agenda
    publishing.publish(of)
    assert "Secreto del borrador" in words(client.get("/es/taller-3/agenda/"))


@pytest.mark.django_db
def test_what_was_cancelled_before_is_told_once_after_a_delay(organiser, of):
    of.sessions.get(title_es="Registro").delete()
    publishing.publish(of)
    page = address(of)
    organiser.post(page, {**filled_in(organiser.get(page)), "publicar": "1"})
    [tree] = publishing.released([of.releases.newest()], "es", "public")
    assert [str(one.title) for on in tree.cancelled for one in on.slots] == ["Registro"]


@pytest.mark.django_db
def test_only_the_draft_can_be_changed(organiser, of):
    page = address(of)
    organiser.post(page, {**filled_in(organiser.get(page)), "aplicar": "1"})
    assert str(of.sessions.get(title_es="Cuencas").start) == "09:40:00"
    assert of.releases.count() == 1


@pytest.mark.django_db
def test_a_delay_is_one_edit_that_is_undone_whole(organiser, of):
    page = address(of)
    organiser.post(page, {**filled_in(organiser.get(page)), "aplicar": "1"})
    last = Edit.objects.order_by("-pk").first()
    assert last.get_way_display() == "retraso"
    organiser.post("/admin/deshacer/", {"paso": last.pk})
    assert [str(one.start) for one in of.sessions.all()] == ["09:00:00", "09:30:00", "11:00:00"]


@pytest.mark.django_db
def test_what_a_colleague_moved_meanwhile_is_shown_again_before_it_is_applied(organiser, of):
    page = address(of)
    form = filled_in(organiser.get(page))
    of.sessions.filter(title_es="Pausa café").update(start=TIME("11:20"), end=TIME("11:40"))
    assert organiser.post(page, {**form, "publicar": "1"}).status_code == 302
    assert of.releases.count() == 1
    assert str(of.sessions.get(title_es="Cuencas").start) == "09:30:00"


@pytest.mark.django_db
def test_the_session_that_runs_now_is_the_one_that_is_late(organiser, of, monkeypatch, words):
    at = dt.datetime(2018, 9, 7, 8, 10, tzinfo=dt.UTC)  # ten past ten in Madrid
    monkeypatch.setattr("agenda.desk.late.timezone.now", lambda: at)
    said = words(organiser.get(f"/admin/t/{of.slug}/retraso/"))
    assert "son las 10h10" in said
    assert "9h30 –11h10" in said


@pytest.mark.django_db
def test_who_may_not_publish_has_no_such_page(client, of):
    factories.enter(client, factories.user("coordinator", "luz@example.org"))
    assert client.get(f"/admin/t/{of.slug}/retraso/").status_code == 403


@pytest.mark.django_db
def test_a_workshop_without_hours_says_so(organiser, words):
    bare = factories.workshop("vacio", number=8)
    factories.day(bare)
    assert "Ninguna sesión" in words(organiser.get(f"/admin/t/{bare.slug}/retraso/"))


def test_a_row_that_the_day_has_not_is_refused():
    with pytest.raises(KeyError):
        late(MORNING, "none", 10)


def test_times_of_a_frozen_programme_are_replaced_and_its_days_stay_in_order():
    from agenda.programme.late import with_times

    one = Programme(slug="t", title=Text("T", "es"), language="es", days=(MORNING,))
    made = with_times(one, {"one": (TIME("12:00"), TIME("13:00"))})
    assert [row.code for row in made.days[0].slots][:3] == ["cafe", "two", "one"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"start": TIME("15:00"), "end": TIME("16:00")}, {"day": "saturday"}])
def test_a_session_that_only_the_draft_moved_stays_for_the_readers_where_it_is(organiser, of, change, words):
    row = of.sessions.get(title_es="Cuencas")
    if change.get("day"):
        change = {"day": factories.day(of, factories.SATURDAY)}
    for name, value in change.items():
        setattr(row, name, value)
    row.save()
    page = address(of)
    answer = organiser.post(page, {**filled_in(organiser.get(page)), "publicar": "1"}, follow=True)
    [tree] = publishing.released([of.releases.newest()], "es", "members")
    day, slot = tree.entry(row.code)
    assert (day.date, slot.start) == (factories.FRIDAY, TIME("09:30"))
    assert "borrador" in words(answer)


@pytest.mark.django_db
def test_a_plan_that_squeezes_a_session_cannot_be_applied(organiser, of):
    of.sessions.filter(title_es="Pausa café").update(kind="meal")
    factories.session(of.days.get(), "10:45", "11:00", "Breve", place="Sala A")
    of.sessions.filter(title_es="Cuencas").update(end=TIME("10:45"))
    page = address(of, minutes=30)
    organiser.post(page, {"aplicar": "1"})
    assert str(of.sessions.get(title_es="Cuencas").start) == "09:30:00"


@pytest.mark.django_db
def test_the_sentence_for_the_readers_tells_no_hour_of_what_members_alone_see(organiser, of):
    of.sessions.filter(title_es="Cuencas").update(visibility="members")
    assert organiser.get(address(of)).context["note"] == ""


@pytest.mark.django_db
def test_a_session_whose_hour_is_fixed_says_so_and_can_be_moved_all_the_same(organiser, of, words):
    of.sessions.filter(title_es="Pausa café").update(kind="session", is_fixed=True)
    said = words(organiser.get(address(of)))
    assert "Su hora es fija." in said
    assert "Moverlo también" in said
    bus = of.sessions.get(title_es="Pausa café").code
    assert "Su hora es fija." not in words(organiser.get(f"{address(of)}&mover={bus}"))


@pytest.mark.django_db
def test_the_sentence_says_until_when_it_runs_late(organiser, of):
    factories.session(of.days.get(), "15:00", "16:00", "Tarde")
    note = organiser.get(address(of)).context["note"]
    assert note == "Vie 7: desde las 9h30 va 10 min más tarde; desde las 15h00, todo como estaba previsto."
