import datetime as dt
from pathlib import Path

import pytest

from agenda.notes import document, outline
from agenda.notes.answer import answer as answered
from agenda.notes.conveners import OutlineConvener
from agenda.notes.people import Carrier

NOTE = (Path(__file__).parents[2] / "data" / "nota.md").read_bytes()


@pytest.fixture(scope="module")
def note():
    return outline.read(document.read(NOTE))


def rows(note):
    return [
        (f"{e.start:%H:%M}" if e.start else None, f"{e.end:%H:%M}" if e.end else None, e.title, e.kind)
        for day in note.days
        for e in day.entries
    ]


def test_the_head_says_which_workshop_it_is_and_where(note):
    head = (note.series, note.number, note.title, note.city, note.venue, note.address, note.year)
    assert head == ("Taller de Aprendizaje", 3, "Ríos que unen ciudades", "Rosario", "Galpón 11",
                    "Avenida del Río 2024, 2000 Rosario", None)  # fmt: skip


def test_every_row_of_every_day_is_read(note):
    assert [day.heading.label for day in note.days] == [
        "LUNES 5 DE MARZO", "MARTES 6 DE MARZO", "JUEVES 8 (programación opcional)",
    ]  # fmt: skip
    assert rows(note) == [
        ("09:00", None, "Registro", "registration"),
        ("09:30", "09:45", "Bienvenida", "ceremony"),
        ("09:45", "11:00", "La orilla: vivir junto al río", "session"),
        ("11:00", "11:30", "Pausa café", "break"),
        ("09:00", "10:00", "La corriente", "session"),
        ("10:30", "11:00", "Comité de ríos", "session"),
        (None, None, "Por definir", "other"),
    ]


def test_a_row_that_a_page_break_cut_in_two_is_one_session(note):
    entry = note.days[0].entries[2]
    assert entry.items == ("Mapas", "Relatos", "Debate")
    assert entry.carriers == (
        Carrier("moderates", "Coordinación General RECIR"),
        Carrier("concludes", "Montevideo"),
    )


def test_axis_and_part_are_told_from_the_title_which_stays_as_printed(note):
    entry = note.days[0].entries[2]
    assert (entry.axis, entry.part, entry.printed) == (
        1,
        1,
        "Eje 1. La orilla: vivir junto al río. (PARTE I)",
    )


def test_a_row_for_members_is_listed(note):
    assert [e.title for day in note.days for e in day.entries if e.visibility == "listed"] == ["Comité de ríos"]


def test_a_part_of_the_day_stands_for_a_time_that_is_not_fixed(note):
    assert (note.days[2].entries[0].part_of_day, note.days[2].heading.optional) == ("morning", True)


def test_axes_objectives_and_conveners_are_read(note):
    assert [(a.number, a.title, a.description) for a in note.axes] == [
        (1, "La orilla: vivir junto al río", "Sobre quienes viven cerca."),
        (2, "La corriente", "Sobre lo que pasa."),
    ]
    assert note.objectives == ("conocer", "comparar")
    assert note.conveners == (
        OutlineConvener("RECIR", "Red de Ciudades de Río", "convenes", "Municipalidad de Rosario"),
        OutlineConvener("Fundación Aguas Abiertas", "", "funds"),
        OutlineConvener("Universidad del Litoral", "", "coordinates"),
    )


def test_footnotes_go_with_the_section_that_refers_to_them(note):
    assert [(s.kind, s.heading) for s in note.sections] == [
        ("justification", "JUSTIFICACIÓN"), ("objectives", "OBJETIVOS"), ("methodology", "METODOLOGÍA"),
    ]  # fmt: skip
    assert note.sections[0].body.endswith("[^1]: Convoca cada año. Más en [aguas.example](https://aguas.example)")
    assert note.sections[1].body == "Se busca:\n\n1. conocer\n2. comparar"


def test_participants_keep_their_numbers_and_regions(note):
    assert [(p.number, p.region, p.name) for p in note.participants] == [
        (1, "América del Sur", "Montevideo"),
        (2, "América del Sur", "CG RECIR"),
        (3, "Europa", "Universidad del Litoral"),
        (4, "Europa", "Área Metropolitana del Ródano"),
    ]


def test_doubts_name_their_line_and_nothing_is_dropped_in_silence(note):
    assert [(d.line, d.text) for d in note.doubts] == [
        (34, "«Registro» no tiene hora de fin."),
        (41, "Una viñeta que no es viñeta: «Modera: Montevideo» dice quién lleva la sesión."),
        (42, "Nada entre las 10h00 y las 10h30."),
    ]
    assert note.left == ()


def test_what_was_not_understood_is_listed():
    text = NOTE.decode().replace("11h00-11h30\tPausa café", "cuando se pueda\tPausa café")
    left = outline.read(document.read(text.encode())).left
    assert [(remark.line, remark.text) for remark in left] == [(39, "cuando se pueda Pausa café")]


def test_a_text_without_agenda_is_refused():
    with pytest.raises(document.NoteError) as error:
        outline.read(document.read(b"Querida Ana:\n\nGracias por la carta."))
    assert "No se ha encontrado ninguna agenda" in str(error.value)


def test_the_answer_leaves_dates_null_where_the_year_is_not_certain(note):
    answer = answered(note, None)
    assert [day["date"] for day in answer["days"]] == [None, None, None]
    assert answer["workshop"]["dates"] == []


def test_the_answer_holds_what_was_printed(note):
    answer = answered(note, [dt.date(2018, 3, 5), dt.date(2018, 3, 6), dt.date(2018, 3, 8)])
    assert answer["workshop"]["dates"] == ["2018-03-05", "2018-03-06"]
    assert answer["days"][0]["entries"][2] == {
        "start": "09:45", "end": "11:00", "title": "Eje 1. La orilla: vivir junto al río. (PARTE I)",
        "kind": "session", "moderators": ["Coordinación General RECIR"], "bullets": ["Mapas", "Relatos", "Debate"],
        "conclusions": ["Montevideo"], "axis": 1, "part": 1, "part_of_day": None, "visibility": "everyone", "line": 36,
    }  # fmt: skip
