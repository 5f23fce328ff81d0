"""The table beside the board: times and rooms typed in place, several sessions changed at once, without any script."""

import datetime as dt

import pytest

from agenda.models import Session
from edits.models import Edit
from tests import factories
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
TIME = dt.time.fromisoformat


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser"))
    return client


def at(of, title):
    return of.sessions.get(title_es=title)


def table(client, of, **changes):
    address = f"/admin/t/{of.slug}/horario/tabla/?dia=2018-09-07"
    form = filled_in(client.get(address))
    form.pop("varias", None)
    return client.post(address, {**form, **changes})


def test_times_and_rooms_are_typed_in_place_and_saved_together(organiser, of):
    row, other = at(of, "Pausa café"), at(of, "Cuencas")
    answer = table(organiser, of, **{f"i-{row.code}": "1105", f"f-{row.code}": "11h45", f"l-{other.code}": "Sala C"})
    assert answer.status_code == 302
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.start, row.end, other.place) == (TIME("11:05"), TIME("11:45"), "Sala C")


def test_one_wrong_time_saves_nothing_and_loses_nothing_that_was_typed(organiser, of, words):
    row, other = at(of, "Pausa café"), at(of, "Cuencas")
    answer = table(organiser, of, **{f"i-{row.code}": "once", f"l-{other.code}": "Sala C", "t-nueva0": "Cierre"})
    assert answer.status_code == 200
    assert filled_in(answer)[f"i-{row.code}"] == "once"
    assert filled_in(answer)[f"l-{other.code}"] == "Sala C"
    assert filled_in(answer)["t-nueva0"] == "Cierre"
    other.refresh_from_db()
    assert other.place == "Sala A"
    assert "«once» no es una hora" in words(answer)


def test_a_new_row_begins_where_the_one_before_ends(organiser, of):
    table(organiser, of, **{"t-nueva0": "Cierre", "f-nueva0": "12", "t-nueva1": "Almuerzo", "f-nueva1": "13"})
    assert (at(of, "Cierre").start, at(of, "Almuerzo").start) == (TIME("11:30"), TIME("12:00"))
    assert at(of, "Almuerzo").kind == "meal"


def test_lines_of_a_programme_are_pasted_as_sessions(organiser, of):
    text = "12h00 – 12h30 Debate\n12h30 Almuerzo\n14:00-15:00 Cierre"
    assert table(organiser, of, pegado=text).status_code == 302
    assert [(str(one), one.start, one.end) for one in of.sessions.filter(start__gte=TIME("12:00"))] == [
        ("Debate", TIME("12:00"), TIME("12:30")),
        ("Almuerzo", TIME("12:30"), TIME("14:00")),
        ("Cierre", TIME("14:00"), TIME("15:00")),
    ]


def test_a_pasted_line_without_a_time_is_named_and_none_is_added(organiser, of, words):
    answer = table(organiser, of, pegado="12h00 – 12h30 Debate\nSin hora")
    assert answer.status_code == 200
    assert "Sin hora" in filled_in(answer)["pegado"]
    assert "línea 2" in words(answer)
    assert of.sessions.count() == 3


def test_what_a_colleague_changed_in_the_same_box_is_said_and_not_overwritten(organiser, of):
    row = at(of, "Pausa café")
    address = f"/admin/t/{of.slug}/horario/tabla/?dia=2018-09-07"
    form = filled_in(organiser.get(address))
    Session.objects.filter(pk=row.pk).update(start=TIME("11:05"))
    answer = organiser.post(address, {**form, f"i-{row.code}": "11:15"})
    row.refresh_from_db()
    assert (answer.status_code, row.start) == (200, TIME("11:05"))


def test_a_table_saved_as_it_was_is_no_edit(organiser, of):
    before = Edit.objects.count()
    table(organiser, of)
    assert Edit.objects.count() == before


def test_seconds_that_no_box_shows_are_not_lost(organiser, of):
    row = at(of, "Pausa café")
    Session.objects.filter(pk=row.pk).update(start=TIME("11:00:30"))
    table(organiser, of, **{f"l-{row.code}": "Patio"})
    row.refresh_from_db()
    assert row.place == "Patio"


# --- several at once ---


@pytest.mark.parametrize(
    ("asked", "field", "becomes"),
    [
        ({"varias": "mover", "minutos": "10"}, "start", TIME("11:10")),
        ({"varias": "mover", "minutos": "-30"}, "start", TIME("10:30")),
        ({"varias": "lugar", "lugar": "Patio"}, "place", "Patio"),
        ({"varias": "quien", "quien": "members"}, "visibility", "members"),
        ({"varias": "idiomas", "idiomas": ["es", "pt"]}, "languages", ["es", "pt"]),
    ],
)
def test_the_ticked_ones_are_changed_together_as_one_edit(organiser, of, asked, field, becomes):
    row, other = at(of, "Pausa café"), at(of, "Registro")
    before = Edit.objects.count()
    table(organiser, of, s=[row.code, other.code], **asked)
    row.refresh_from_db()
    assert getattr(row, field) == becomes
    assert Edit.objects.count() == before + 1


def test_the_ticked_ones_get_an_axis(organiser, of):
    row = at(of, "Pausa café")
    table(organiser, of, s=[row.code], varias="eje", eje="1")
    row.refresh_from_db()
    assert row.axis.number == 1


def test_the_ticked_ones_go_to_the_bin(organiser, of):
    table(organiser, of, s=[at(of, "Pausa café").code, at(of, "Registro").code], varias="borrar")
    assert [str(one) for one in of.sessions.all()] == ["Cuencas"]


def test_a_shift_that_one_of_them_cannot_make_moves_none(organiser, of, words):
    answer = table(organiser, of, s=[row.code for row in of.sessions.all()], varias="mover", minutos="-600")
    assert "otro día" in words(answer)
    assert at(of, "Cuencas").start == TIME("09:30")


def test_nothing_ticked_is_said(organiser, of, words):
    assert "Elija primero" in words(table(organiser, of, varias="lugar", lugar="Patio"))


def test_a_room_is_renamed_wherever_it_stands(organiser, of):
    factories.session(of.days.get(), "12:00", "13:00", "Riberas", place="Sala A")
    table(organiser, of, varias="renombrar", sala="Sala A", nombre="Auditorio")
    assert sorted(of.sessions.values_list("place", flat=True)) == ["", "", "Auditorio", "Auditorio"]


def test_rows_typed_besides_are_saved_before_the_ticked_ones_are_changed(organiser, of):
    row = at(of, "Pausa café")
    table(organiser, of, s=[row.code], varias="lugar", lugar="Patio", **{"t-nueva0": "Cierre", "f-nueva0": "12"})
    assert at(of, "Cierre").end == TIME("12:00")
    row.refresh_from_db()
    assert row.place == "Patio"


def test_the_first_button_of_the_table_saves_it(organiser, of):
    page = organiser.get(f"/admin/t/{of.slug}/horario/tabla/?dia=2018-09-07").content.decode()
    form = page[page.index("<main") :]
    first = form[form.index('name="guardar"') - 60 : form.index('name="guardar"')]
    assert "<button" in first
    assert form.index('name="guardar"') < form.index('name="varias"')


def test_a_table_of_a_day_that_is_gone_writes_to_no_other(organiser, of, words):
    factories.day(of, factories.SATURDAY)
    address = f"/admin/t/{of.slug}/horario/tabla/?dia=2018-09-08"
    form = filled_in(organiser.get(address))
    of.days.get(date=factories.SATURDAY).delete()
    answer = organiser.post(address, {**form, "t-nueva0": "Perdida", "f-nueva0": "12"})
    assert not of.sessions.filter(title_es="Perdida").exists()
    assert "ya no tiene esa jornada" in words(answer)


def test_a_session_that_left_the_table_meanwhile_is_said_and_nothing_is_saved(organiser, of, words):
    row, other = at(of, "Pausa café"), at(of, "Cuencas")
    address = f"/admin/t/{of.slug}/horario/tabla/?dia=2018-09-07"
    form = filled_in(organiser.get(address))
    row.delete()
    answer = organiser.post(address, {**form, f"i-{row.code}": "11:15", f"l-{other.code}": "Sala C"})
    other.refresh_from_db()
    assert other.place == "Sala A"
    assert "movió o borró 1 sesión" in words(answer)
    assert filled_in(answer)[f"l-{other.code}"] == "Sala C"


def test_a_room_spelt_in_another_way_is_moved_and_renamed_all_the_same(organiser, of):
    on = of.days.get()
    factories.session(on, "12:00", "13:00", "Uno", place="Sala A")
    odd = factories.session(on, "13:00", "14:00", "Dos", place="sala a")
    table(organiser, of, **{f"l-{odd.code}": "Patio"})
    odd.refresh_from_db()
    assert odd.place == "Patio"
    Session.objects.filter(pk=odd.pk).update(place="SALA A")
    table(organiser, of, varias="renombrar", sala="Sala A", nombre="Auditorio")
    assert set(of.sessions.exclude(place="").values_list("place", flat=True)) == {"Auditorio"}
