"""The timetable: what the board draws, what is done on it and in the table beside it, by one and by two."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from agenda import programme
from agenda.desk import board, moves
from agenda.desk.moves import Place
from agenda.models import Session
from edits.models import Edit
from tests import factories

pytestmark = pytest.mark.django_db
TIME = dt.time.fromisoformat


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    client.user = factories.enter(client, factories.user("organiser"))
    return client


def at(of, title):
    return of.sessions.get(title_es=title)


def drawn(of, by="days"):
    draft = programme.build(of, "es")
    keys = dict(of.sessions.values_list("code", "pk"))
    return board.by_days(draft, keys) if by == "days" else board.by_rooms(draft, draft.days[0], keys)


def blocks(made):
    return {str(block.slot.title): block for lane in made.lanes for block in lane.blocks}


def act(client, of, row, what="mover", to="", was=None):
    values = {"acto": what, "codigo": row.code, "estaba": was or Place.of(row).written(), "a": to}
    answer = client.post(f"/admin/t/{of.slug}/horario/", values, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return answer.json()


# --- what people type ---


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("930", "09:30"), ("9", "09:00"), ("0930", "09:30"), ("9:30", "09:30"), ("9h30", "09:30"), ("9.30", "09:30"),
     ("21h", "21:00"), ("2:30 pm", "14:30"), ("24", "00:00"), ("24:00", "00:00"), (" 1015 ", "10:15")],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed, meant):
    assert moves.read_time(typed) == TIME(meant)


@pytest.mark.parametrize("typed", ["975", "25", "mañana", "9h30 café", "12345", "9h75", "-5"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        moves.read_time(typed)


def test_nothing_typed_is_no_time():
    assert moves.read_time("  ") is None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.times(), st.none() | st.times(), st.text(max_size=30))
def test_where_a_session_stands_is_read_as_it_was_written(date, start, end, place):
    whole = Place(date, start.replace(second=0, microsecond=0), end and end.replace(second=0, microsecond=0), place)
    assert Place.read(whole.written()) == whole


# --- what is drawn ---


def test_a_session_stands_at_its_hour_in_steps_of_five_minutes(of):
    made = drawn(of)
    block = blocks(made)["Cuencas"]
    assert (made.first, block.row, block.height) == (9 * 60, 7, 18)


def test_an_open_end_is_drawn_no_further_than_the_next_session(of):
    assert blocks(drawn(of))["Registro"].height == 6


def test_sessions_at_once_stand_beside_each_other_and_those_alone_take_the_whole_lane(of):
    factories.session(of.days.get(), "09:30", "10:30", "Riberas", place="Sala B")
    made = drawn(of)
    assert made.lanes[0].columns == 2
    found = blocks(made)
    assert {found["Cuencas"].column, found["Riberas"].column} == {1, 2}
    assert found["Pausa café"].column == 0


def test_a_night_is_drawn_past_midnight(of):
    factories.session(of.days.get(), "23:00", "01:30", "Cena")
    made = drawn(of)
    block = blocks(made)["Cena"]
    assert block.row - 1 + block.height == (25 * 60 + 30 - made.first) // 5
    assert made.length == 17


def test_by_rooms_what_names_no_room_stands_across_all(of):
    factories.session(of.days.get(), "09:30", "10:30", "Riberas", place="Sala B")
    made = drawn(of, "rooms")
    assert [(lane.key, lane.is_for_all) for lane in made.lanes] == [("Sala A", False), ("Sala B", False), ("", True)]
    assert {str(block.slot.title) for block in made.lanes[-1].blocks} == {"Registro", "Pausa café"}


def test_a_gap_between_two_sessions_offers_its_hours(of):
    factories.session(of.days.get(), "12:00", "13:00", "Cierre")
    [gap] = drawn(of).lanes[0].gaps
    assert (gap.start, gap.end) == ("11:30", "12:00")


def test_what_has_no_hour_waits_in_the_tray(of):
    factories.session(of.days.get(), None, None, "Por definir", part_of_day="morning")
    [waiting] = drawn(of).lanes[0].untimed
    assert str(waiting.slot.title) == "Por definir"


def test_sessions_and_gaps_stand_as_they_follow_one_another(of):
    factories.session(of.days.get(), "13:00", "14:00", "Tarde")
    rows = drawn(of).lanes[0].rows
    said = [str(row.slot.title) if hasattr(row, "slot") else row.said for row in rows]
    assert said == ["Registro", "Cuencas", "Pausa café", "11h30–13h00", "Tarde"]


def test_a_session_to_be_agreed_says_so_on_the_board_and_no_other_does(organiser, of, words):
    address = f"/admin/t/{of.slug}/horario/"
    assert "Por acordar" not in words(organiser.get(address))
    of.sessions.filter(title_es="Cuencas").update(state="open")
    assert words(organiser.get(address)).count("Por acordar") == 1


def test_the_board_costs_the_same_queries_with_three_sessions_and_with_three_hundred(organiser, of):
    counts = []
    for one in (of, factories.large(300)):
        address = f"/admin/t/{one.slug}/horario/"
        organiser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert organiser.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


# --- what is done on the board ---


def test_a_session_moves_to_another_hour_and_the_board_comes_back(organiser, of):
    row = at(of, "Pausa café")
    answer = act(organiser, of, row, to="2018-09-07|11:10|11:40|")
    row.refresh_from_db()
    assert (row.start, row.end) == (TIME("11:10"), TIME("11:40"))
    assert "11h10–11h40" in answer["html"]
    assert (answer["error"], answer["ways"]) == ("", [])


def test_a_move_onto_another_session_says_the_clash_and_three_ways_out(organiser, of):
    first = at(of, "Cuencas")
    late = factories.session(of.days.get(), "12:00", "13:00", "Riberas", place="Sala A")
    was = Place.of(late).written()
    answer = act(organiser, of, late, to="2018-09-07|10:30|11:30|Sala A")
    assert "Sala A" in answer["said"]
    stay, shorten, back = answer["ways"]
    assert (stay["act"], shorten["code"], back["to"]) == ("", first.code, was)
    after = act(organiser, of, first, to=shorten["to"], was=shorten["was"])
    assert after["ways"] == []
    first.refresh_from_db()
    assert first.end == TIME("10:30")


def test_putting_it_back_is_one_of_the_ways(organiser, of):
    late = factories.session(of.days.get(), "12:00", "13:00", "Riberas", place="Sala A")
    back = act(organiser, of, late, to="2018-09-07|10:30|11:30|Sala A")["ways"][-1]
    act(organiser, of, late, to=back["to"], was=back["was"])
    late.refresh_from_db()
    assert late.start == TIME("12:00")


def test_a_session_that_somebody_else_moved_meanwhile_stays_where_they_put_it(organiser, of):
    row = at(of, "Pausa café")
    opened = Place.of(row).written()
    Session.objects.filter(pk=row.pk).update(start=TIME("11:05"))
    answer = act(organiser, of, row, to="2018-09-07|11:20|11:30|", was=opened)
    row.refresh_from_db()
    assert row.start == TIME("11:05")
    assert "11h05" in answer["error"]


def test_what_two_changed_of_one_session_in_different_fields_both_stay(organiser, of):
    row = at(of, "Pausa café")
    opened = Place.of(row).written()
    Session.objects.filter(pk=row.pk).update(place="Patio")
    assert act(organiser, of, row, to="2018-09-07|11:00|11:45|", was=opened)["error"] == ""
    row.refresh_from_db()
    assert (row.end, row.place) == (TIME("11:45"), "Patio")


def test_a_session_that_is_gone_is_said_and_nothing_breaks(organiser, of):
    row = at(of, "Pausa café")
    was = Place.of(row).written()
    row.delete()
    assert act(organiser, of, row, to="2018-09-07|11:20|11:30|", was=was)["error"]


def test_an_end_before_the_start_is_refused_in_words(organiser, of):
    row = at(of, "Pausa café")
    answer = act(organiser, of, row, to="2018-09-07|11:00|10:00|")
    row.refresh_from_db()
    assert row.end == TIME("11:30")
    assert "posterior" in answer["error"]


def test_a_session_is_doubled_with_its_items_and_people_under_a_code_of_its_own(organiser, of):
    row = at(of, "Cuencas")
    answer = act(organiser, of, row, "doblar")
    twin = of.sessions.get(code=answer["code"])
    assert twin.code != row.code
    assert [item.text_es for item in twin.items.all()] == ["Quito", "Preguntas"]
    assert [str(who) for who in twin.moderators.all()] == ["Quito"]
    assert (twin.start, twin.end) == (TIME("11:00"), TIME("12:30"))
    assert row.items.count() == 2


def test_a_session_is_deleted_and_comes_back_by_undo(organiser, of):
    row = at(of, "Cuencas")
    act(organiser, of, row, "borrar")
    assert not of.sessions.filter(code=row.code).exists()
    last = Edit.objects.order_by("-pk").first()
    organiser.post("/admin/deshacer/", {"paso": last.pk})
    assert of.sessions.get(code=row.code).items.count() == 2


def test_each_act_is_one_edit_that_says_the_timetable(organiser, of):
    before = Edit.objects.count()
    act(organiser, of, at(of, "Pausa café"), to="2018-09-07|11:10|11:40|")
    assert Edit.objects.count() == before + 1
    assert Edit.objects.order_by("-pk").first().get_way_display() == "horario"


def test_who_may_only_look_sees_the_board_and_moves_nothing(client, of):
    factories.enter(client, factories.user("coordinator", "luz@example.org"))
    assert client.get(f"/admin/t/{of.slug}/horario/").status_code == 200
    row = at(of, "Pausa café")
    values = {"acto": "borrar", "codigo": row.code}
    assert client.post(f"/admin/t/{of.slug}/horario/", values).status_code == 403


def test_nobody_works_at_the_workshop_of_another_city(client, of):
    other = factories.workshop("ajeno", number=9)
    factories.enter(client, factories.user("organiser", "luz@example.org", of=other))
    for page in ("horario/", "horario/tabla/", "retraso/", "enlaces/", "telefono/", "horario/entretanto/"):
        assert client.get(f"/admin/t/{of.slug}/{page}").status_code == 403


def test_an_open_board_learns_what_a_colleague_changed_and_not_what_oneself_did(organiser, of, client):
    address = f"/admin/t/{of.slug}/horario/entretanto/?desde={Edit.objects.last()}"
    act(organiser, of, at(of, "Pausa café"), to="2018-09-07|11:10|11:40|")
    assert organiser.get(address).json()["told"] == ""
    at(of, "Cuencas").save()
    row = at(of, "Cuencas")
    row.place = "Sala Z"
    row.save()
    assert "hace 0 min" in organiser.get(address).json()["told"]


def test_the_words_of_the_script_are_in_the_page(organiser, of):
    page = organiser.get(f"/admin/t/{of.slug}/horario/").content.decode()
    said = json.loads(page.partition('<script id="says" type="application/json">')[2].partition("</script>")[0])
    assert said["ask"] == f"/admin/t/{of.slug}/horario/entretanto/"


def test_a_day_that_is_not_the_workshops_takes_no_session(of):
    with pytest.raises(ValidationError):
        moves.add(of, Place(dt.date(2020, 1, 1), TIME("10:00"), None), "X")


def test_days_that_are_too_full_to_stand_beside_each_other_are_shown_by_rooms(organiser, of):
    many = factories.large(300)
    page = organiser.get(f"/admin/t/{many.slug}/horario/")
    assert page.context["board"].by == "rooms"
    assert organiser.get(f"/admin/t/{many.slug}/horario/?por=jornadas").context["board"].by == "days"
    assert organiser.get(f"/admin/t/{of.slug}/horario/").context["board"].by == "days"
