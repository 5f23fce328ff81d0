"""Cells as people and programs write them, and what must not be made of them (each one of a kind)."""

import datetime as dt
import json

import pytest

from agenda.models import Item, Session
from participants.models import Participant
from sheets import encodings
from tests import factories
from tests.books import asked, bring, csv, export, look, problems, xlsx

pytestmark = pytest.mark.django_db
HEAD = ["taller", "jornada", "inicio", "título [es]"]


@pytest.fixture
def of():
    return factories.small()


def talk():
    return Session.objects.get(part=1)


def new(start="09:00", title="Cierre", **cells):
    """A new session in a workbook, with other cells beside."""
    head = [*HEAD, *cells]
    return xlsx(Sesiones=[head, ["taller-3", dt.date(2018, 9, 7), start, title, *cells.values()]])


def change(**cells):
    """Another value for cells of the session «Cuencas»."""
    return xlsx(Sesiones=[["taller", "código", *cells], ["taller-3", talk().code, *cells.values()]])


# --- children are matched by what they are ---


@pytest.mark.parametrize("with_codes", [True, False])
def test_a_new_first_point_leaves_translations_and_ties_with_their_points(of, with_codes):
    Item.objects.filter(text_es="Quito").update(text_en="Quito!", text_fr="Quito?")
    code = talk().code
    old = [["taller-3", code, item.code if with_codes else "", item.text_es] for item in talk().items.all()]
    new_one = ["taller-3", code, "", "Nuevo"]
    bring(xlsx(Puntos=[["taller", "sesión", "código", "texto [es]"], new_one, *old]))
    rows = list(talk().items.values_list("text_es", "text_en", "text_fr", "participant__slug"))
    assert rows == [
        ("Nuevo", None, None, None), ("Quito", "Quito!", "Quito?", "quito"), ("Preguntas", None, None, None),
    ]  # fmt: skip


def test_a_new_point_between_two_stands_between_them_and_the_others_move_on(of):
    rows = json.loads(export("json", "Puntos"))
    rows.insert(1, {"taller": "taller-3", "sesión": talk().code, "texto [es]": "En medio"})
    plan = look(json.dumps(rows).encode())
    assert [(row.act, row.label) for row in plan.rows] == [("new", "En medio"), ("changed", "Preguntas")]
    bring(json.dumps(rows).encode())
    assert [item.text_es for item in talk().items.all()] == ["Quito", "En medio", "Preguntas"]


def test_what_cannot_be_matched_is_asked(of):
    code = talk().code
    data = xlsx(
        Puntos=[["taller", "sesión", "texto [es]"], ["taller-3", code, "Quito"], ["taller-3", code, "Pregunta"]]
    )
    [question] = asked(data)
    assert [words for _value, words in question.options] == ["es «Preguntas»", "crear una nueva", "dejar fuera la fila"]
    assert bring(data, {question.key: question.options[0][0]}) == (0, 1, 0, 1)
    assert [item.text_es for item in talk().items.all()] == ["Quito", "Pregunta"]


def test_a_translator_who_brings_one_language_alone_is_heard_or_asked(of):
    items = list(talk().items.all())
    rows = [["taller-3", talk().code, item.code, f"EN {item.pk}"] for item in items]
    bring(xlsx(Puntos=[["taller", "sesión", "código", "texto [en]"], *rows]))
    assert [item.text_en for item in talk().items.all()] == [f"EN {item.pk}" for item in items]
    without = xlsx(Puntos=[["taller", "sesión", "texto [en]"], *[[a, b, d] for a, b, _c, d in rows]])
    assert [question.kind for question in asked(without)] == ["which", "which"]


def test_people_are_matched_by_part_and_name(of):
    row = ["taller-3", talk().code, "modera", "Quito", "Ana"]
    person = talk().moderators.get()
    bring(xlsx(Personas=[["taller", "sesión", "función", "institución [es]", "participante"], [*row[:4], None]]))
    person.refresh_from_db()
    assert person.participant is None
    data = xlsx(Personas=[["taller", "sesión", "función", "institución [es]", "persona"], row])
    assert [question.kind for question in asked(data)] == ["which"]


# --- keys that nobody knows ---


def test_a_misspelt_code_is_asked_about_and_makes_no_second_session(of):
    rows = json.loads(export("json", "Sesiones"))
    row = next(one for one in rows if one["parte"] == 1)
    row["código"], row["lugar"] = "zzzz", "Sala B"
    data = json.dumps(rows).encode()
    [question] = asked(data)
    assert [words for _value, words in question.options] == [
        "es «Cuencas»", "crear una nueva con este código", "dejar fuera la fila",
    ]  # fmt: skip
    assert bring(data, {question.key: question.options[0][0]}) == (0, 1, 0, 2)
    assert talk().place == "Sala B"
    assert Session.objects.count() == 3


def test_an_unknown_code_is_left_out_or_made_as_somebody_says(of):
    data = csv("taller;código;jornada;inicio;título [es]", "taller-3;abcd;2018-09-07;18:00;Cena")
    assert bring(data, {"all:code": "leave"}) == (0, 0, 0, 0)
    assert bring(data, {"all:code": "new"}) == (1, 0, 0, 0)
    assert Session.objects.get(code="abcd").title_es == "Cena"


def test_a_file_of_new_rows_that_comes_twice_is_told(of):
    data = new("18:00", "Cena")
    bring(data)
    [question] = asked(data)
    assert question.text == "Ya existe «Cena», y esta fila no lleva código."
    assert bring(data, {question.key: "same"}) == (0, 0, 0, 1)
    assert bring(data, {question.key: "new"}) == (1, 0, 0, 0)


def test_two_equal_new_rows_in_one_file_are_told(of):
    row = ["taller-3", dt.date(2018, 9, 7), "18:00", "Cena"]
    [question] = asked(xlsx(Sesiones=[HEAD, row, [*row[:3], "CENA"]]))
    assert question.text == "La fila dice lo mismo que la fila 2."


# --- times, numbers, dates ---


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("09:30:00", "09:30"), ("9:30:00", "09:30"), (0.25, "06:00"), (0.416666, "10:00"), (dt.time(9, 59, 59), "10:00"),
        ("0,395833333333333", "09:30"), ("9h", "09:00"), (dt.time(0, 0), "00:00"),
    ],
)  # fmt: skip
def test_times_are_read_as_programs_and_people_write_them(of, cell, time):
    bring(new(cell))
    assert f"{Session.objects.get(title_es='Cierre').start:%H:%M}" == time


@pytest.mark.parametrize("cell", [1.25, 0.9999, 9, 43350, True, dt.datetime(2018, 9, 7, 9, 30), dt.date(2018, 9, 7), "25:00",
                                  "09:30:71x"])  # fmt: skip
def test_what_is_no_time_of_day_is_refused_and_never_turned_into_one(of, cell):
    [problem] = problems(new(cell))
    assert "columna «inicio»" in problem
    assert "no es una hora" in problem


@pytest.mark.parametrize("header", ["lugar", "título [fr]", "descripción [es]"])
@pytest.mark.parametrize("cell", [dt.date(2026, 3, 2), dt.time(9), True])
def test_a_typed_cell_in_a_column_of_text_is_refused_with_what_it_holds(of, header, cell):
    [problem] = problems(change(**{header: cell}))
    assert problem.startswith(f"Hoja «Sesiones», fila 2, columna «{header}»: La celda contiene una fecha, una hora")


def test_a_room_that_is_a_number_is_one(of):
    bring(change(lugar=101))
    assert talk().place == "101"


def test_an_emptied_number_is_empty_and_nought_is_a_value(of):
    rows = json.loads(export("json", "Sesiones"))
    row = next(one for one in rows if one["parte"] == 1)
    bring(json.dumps([{**row, "parte": 0}]).encode())
    after = Session.objects.get(pk=Session.objects.get(title_es="Cuencas").pk)
    assert after.part == 0
    rows = json.loads(export("json", "Sesiones"))
    bring(json.dumps([{**one, "parte": ""} if one["parte"] == 0 else one for one in rows]).encode())
    after.refresh_from_db()
    assert after.part is None
    Participant.objects.filter(slug="quito").update(latitude=0, longitude=0)
    rows = [{**one, "latitud": "", "longitud": ""} for one in json.loads(export("json", "Participantes"))]
    bring(json.dumps(rows).encode())
    assert Participant.objects.get(slug="quito").latitude is None


@pytest.mark.parametrize(("cell", "shown"), [("x\ny", "x y"), ("x\ty", "x y"), ("  x   y ", "x y")])
def test_a_text_of_one_line_holds_one_line(of, cell, shown):
    bring(change(**{"título [es]": cell, "lugar": cell}))
    assert (talk().title_es, talk().place) == (shown, shown)


def test_a_tab_in_a_text_is_a_blank(of):
    bring(change(**{"descripción [es]": "uno\tdos\ntres"}))
    assert talk().description_es == "uno dos\ntres"


# --- uniqueness after all rows ---


def test_two_participants_exchange_their_names(of):
    here = factories.region()
    factories.participant("Lima", here)
    rows = json.loads(export("json", "Participantes"))
    names = {"Quito": "Lima", "Lima": "Quito"}
    for row in rows:
        row["nombre [es]"] = names.get(row["nombre [es]"], row["nombre [es]"])
    assert bring(json.dumps(rows).encode())[:3] == (0, 2, 0)
    assert Participant.objects.get(slug="quito").name_es == "Lima"
    assert Participant.objects.called("quito").get().slug == "lima"


def test_days_and_axes_exchange_what_tells_them_apart_in_one_file(of):
    factories.day(of, factories.SATURDAY, label_es="Sábado")
    factories.axis(of, 2, "El fuego")
    days, axes = (json.loads(export("json", sheet)) for sheet in ("Jornadas", "Ejes"))
    for rows, header in ((days, "fecha"), (axes, "número")):
        rows[0][header], rows[1][header] = rows[1][header], rows[0][header]
    assert bring(json.dumps({"Jornadas": days, "Ejes": axes}).encode())[:3] == (0, 4, 0)
    assert of.days.get(date=factories.FRIDAY).label_es == "Sábado"
    assert of.sessions.filter(day__date=factories.SATURDAY).count() == 3
    assert list(of.axes.values_list("number", "title_es")) == [(1, "El fuego"), (2, "El agua")]


def test_a_copied_row_with_another_date_is_a_new_day(of):
    [row] = json.loads(export("json", "Jornadas"))
    assert bring(json.dumps([{**row, "fecha": "2018-09-08"}, row]).encode()) == (1, 0, 0, 1)
    assert of.sessions.filter(day__date=factories.FRIDAY).count() == 3


def test_an_address_that_was_changed_in_the_file_is_asked_about(of):
    rows = json.loads(export("json", "Participantes"))
    row = next(one for one in rows if one["dirección"] == "quito")
    row |= {"dirección": "kito", "nombre [fr]": "Quito !"}
    [question] = asked(json.dumps(rows).encode())
    assert question.options[0] == ("is:quito", "es «Quito»")
    bring(json.dumps(rows).encode(), {question.key: "is:quito"})
    assert Participant.objects.get(slug="quito").name_fr == "Quito !"


def test_a_name_that_another_row_keeps_is_refused_by_its_row(of):
    here = factories.region()
    factories.participant("Lima", here)
    [problem] = problems(csv("dirección;nombre [es]", "lima;QUITO"))
    assert problem == "Hoja «Participantes», fila 2: Esta región ya tiene un participante con este nombre."


# --- encodings and protections ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"])
def test_letters_come_as_they_were_in_whatever_encoding_a_program_saved_them(of, encoding):
    text = "taller;jornada;inicio;título [es]\ntaller-3;2018-09-07;18:00;Comunicación en Málaga y España: año\n"
    bring(text.encode(encoding))
    assert Session.objects.filter(title_es="Comunicación en Málaga y España: año").exists()


def test_where_two_readings_make_sense_it_is_asked(of):
    data = "taller;jornada;inicio;titulo es\ntaller-3;2018-09-07;18:00;M\u00e1laga\n".encode("mac_roman")
    [question] = asked(data)
    assert question.kind == "encoding"
    assert ("mac_roman", "Mac: 18:00;Málaga".replace("18:00;", "taller-3;2018-09-07;18:00;")) in question.options
    bring(data, {"encoding": "mac_roman"})
    assert Session.objects.filter(title_es="Málaga").exists()


def test_each_reading_has_a_name():
    assert set(encodings.GUESSES) < set(encodings.NAMES)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_an_apostrophe_that_protected_a_text_goes_wherever_the_text_stands_now(of, kind):
    Session.objects.filter(part=1).update(description_es="- uno")
    data = export("csv", "Sesiones").decode("utf-8-sig")
    assert "'- uno" in data
    bring(data.replace("'- uno", '"encima\n\'- uno"').encode())
    assert talk().description_es == "encima\n- uno"


# --- what a person would call the same ---


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\ntaller;jornada;inicio;título [es]\ntaller-3;2018-09-07;18:00;Cena\n",
        "\n\ntaller;jornada;inicio;título [es]\ntaller-3;2018-09-07;18:00;Cena\n",
        "taller;jornada;inicio;ti\u0301tulo [es]\ntaller-3;2018-09-07;18:00;Cena\n",
        "TALLER ;Jornada;Inicio;Título (ES)\nTaller-3;2018-09-07;18:00;Cena\n",
        "workshop;day;start;title [es]\ntaller-3;2018-09-07;18:00;Cena\n",
        "Programa provisional;;;\ntaller;jornada;inicio;título [es]\ntaller-3;2018-09-07;18:00;Cena\n",
        "taller\tjornada\tinicio\ttítulo [es]\ntaller-3\t2018-09-07\t18:00\tCena\n",
        "taller,jornada,inicio,título [es]\r\ntaller-3,07/09/18,18:00,Cena\r\n",
    ],
)
def test_a_table_is_read_however_a_program_begins_it(of, text):
    assert bring(text.encode()) == (1, 0, 0, 0)
    assert Session.objects.get(title_es="Cena").start == dt.time(18)


def test_a_blank_far_below_is_no_row(of):
    rows = [HEAD, ["taller-3", dt.date(2018, 9, 7), "18:00", "Cena"], *[[]] * 9000, ["", "", "", " "]]
    assert bring(xlsx(Sesiones=rows)) == (1, 0, 0, 0)


def test_a_single_sheet_under_another_name_is_read(of):
    assert bring(xlsx(Hoja1=[HEAD, ["taller-3", dt.date(2018, 9, 7), "18:00", "Cena"]])) == (1, 0, 0, 0)


def test_an_address_without_its_scheme_is_one(of):
    bring(csv("dirección;sitio web", "quito;www.quito.example"))
    assert Participant.objects.get(slug="quito").website == "https://www.quito.example"


# --- privacy ---


@pytest.mark.parametrize("cell", ["#N/A", "#¡REF!", "Err:508"])
@pytest.mark.parametrize("header", ["visibilidad", "título [fr]", "inicio", "taller", "código", "jornada"])
def test_an_error_is_never_an_empty_cell_in_any_column(of, header, cell):
    before = export("json")
    row = {"taller": "taller-3", "código": talk().code, "jornada": "2018-09-07", header: cell}
    assert "La celda contiene" in " ".join(problems(json.dumps([{**row, "lugar": "X"}]).encode()))
    assert export("json") == before


def test_no_cell_opens_a_session_but_the_word_that_says_so(of):
    listed = factories.session(of.days.get(), "13:00", "14:00", "Comité", visibility="listed")
    for cell in ("", " ", None):
        row = {"taller": "taller-3", "código": listed.code, "visibilidad": cell, "lugar": "Sala"}
        bring(json.dumps([row]).encode())
    listed.refresh_from_db()
    assert listed.visibility == "listed"
    assert problems(json.dumps([{"taller": "taller-3", "código": listed.code, "visibilidad": "quizá"}]).encode())
