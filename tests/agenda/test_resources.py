"""Workbooks out and in: what was not said is not touched, what was said is never guessed."""

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.models import Axis, Convener, Day, Item, Moderator, Section, Session, Workshop
from agenda.plans import Outdated, apply
from edits.models import EditedRow, key_of
from languages import CODES, column
from languages.entry import settle
from participants.models import Participant
from sheets import reading
from sheets.cells import safe, unsafe
from sheets.pages import Head, Page
from sheets.problems import TableError
from sheets.writing import MANY, write
from tests import factories
from tests.books import asked, bring, csv, export, look, problems, xlsx

pytestmark = pytest.mark.django_db
MODELS = (Workshop, Day, Axis, Section, Convener, Participant, Session, Item, Moderator)
HEAD = "taller;código;jornada;inicio;fin;título [es]"


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


@pytest.fixture
def full():
    """A workshop with a text in every column of every language, and texts that spreadsheets mistake for formulas."""
    of = factories.small()
    talk = Session.objects.get(title_es="Cuencas")
    for language in CODES:
        setattr(talk, column("title", language), f"=Título {language}")
        setattr(talk, column("description", language), f"-uno\n\n'dos {language}\n'- tres")
    talk.languages = ["es", "sgn"]
    talk.save()
    item = talk.items.last()
    item.text_fr = "+questions"
    item.save()
    Moderator.objects.create(
        session=talk, position=2, role="concludes", institution_es="@UCM", institution_en="UCM", person="Ana; Ruiz"
    )
    factories.session(of.days.get(), None, None, "'Por definir", part_of_day="evening", visibility="members")
    return of


# --- out and back ---


@pytest.mark.parametrize("kind", MANY)
def test_a_workbook_that_comes_back_changes_nothing(full, kind):
    before = everything()
    plan = look(export(kind))
    assert (plan.rows, plan.problems, plan.questions) == ((), (), ())
    assert plan.same == 16
    assert everything() == before


@pytest.mark.parametrize("sheet", ["Sesiones", "Puntos", "Personas", "Participantes", "Jornadas", "Ejes", "Apartados",
                                   "Convocantes", "Lista", "Taller"])  # fmt: skip
def test_a_sheet_alone_comes_back_as_csv_and_changes_nothing(full, sheet):
    plan = look(export("csv", sheet))
    assert (plan.rows, plan.problems, plan.questions) == ((), (), ())
    assert plan.same


@pytest.mark.parametrize("kind", MANY)
def test_what_was_deleted_comes_back_whole_with_its_codes(full, kind):
    data = export(kind)
    before = export("json")
    Session.objects.all().delete()
    Section.objects.all().delete()
    Convener.objects.all().delete()
    Axis.objects.all().delete()
    assert {question.kind for question in asked(data)} == {"code"}
    assert {question.kind for question in look(data).questions} == {"code", "again"}  # left as it is, unless told
    bring(data, {"all:code": "new", "all:again": "new"})
    assert json.loads(export("json")) == json.loads(before)


def test_a_workbook_whose_rows_stand_in_another_order_changes_nothing(full):
    book = json.loads(export("json"))
    turned = {name: rows[::-1] for name, rows in reversed(book.items())}
    assert look(json.dumps(turned).encode()).rows == ()


def test_a_translator_takes_two_languages_and_brings_them_back(full):
    data = json.loads(export("json", languages=["es", "fr"]))
    assert not [header for rows in data.values() for row in rows for header in row if "[en]" in header]
    for row in data["Puntos"]:
        row["texto [fr]"] = f"FR {row['texto [es]']}"
    counts = bring(json.dumps(data).encode())
    assert counts[:3] == (0, 2, 0)
    assert set(Item.objects.values_list("text_fr", flat=True)) == {"FR Quito", "FR Preguntas"}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"])), min_size=3, max_size=3
    ).map(lambda lines: [settle(one) for one in ["x", *lines, "\n".join(lines)]])
)
def test_every_text_survives_every_format(kind, texts):
    heads = [Head(f"c{n}") for n in range(len(texts))]
    [grid] = [one for one in reading.read(write(kind, [Page("Hoja", heads, [texts])])).grids if one.rows]
    cells = grid.rows[1][1]
    assert [settle(str(cell)) for cell in cells] + [""] * (len(texts) - len(cells)) == texts


@given(st.text(st.sampled_from("=+-@'a \n03/e.")), st.booleans())
def test_what_protects_a_text_goes_on_the_way_back(text, formulas):
    text = text.replace("\r", "")
    assert unsafe(safe(text, formulas)) == text


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_no_cell_of_a_csv_begins_as_a_formula_does(first):
    data = write("csv", [Page("S", [Head("a")], [[f"{first}x"]])]).decode("utf-8-sig")
    assert data.splitlines()[1] == f"'{first}x"


def test_a_workbook_holds_real_dates_times_numbers_and_lists_to_choose_from(full):
    import zipfile
    from io import BytesIO

    data = export("xlsx")
    grids = {grid.name: grid.rows for grid in reading.read(data).grids}
    head, first = (cells for _number, cells in grids["Sesiones"][:2])
    row = dict(zip(head, first, strict=False))
    assert (row["jornada"], row["inicio"]) == (dt.date(2018, 9, 7), dt.time(9))
    assert "Ayuda" in grids
    with zipfile.ZipFile(BytesIO(data)) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    assert sheets.count("<dataValidation ") > 20
    assert 'state="frozen"' in sheets


# --- new rows, left out columns ---


def test_a_new_row_is_a_new_session_and_others_stay(full):
    assert bring(csv(HEAD, "taller-3;;07/09/2018;17h30;18.00;Cierre")) == (1, 0, 0, 0)
    made = Session.objects.get(title_es="Cierre")
    assert (made.start, made.end, made.kind, Session.objects.count()) == (dt.time(17, 30), dt.time(18), "session", 5)


def test_the_preview_says_what_a_new_row_leaves_open(full):
    [row] = look(csv(HEAD, "taller-3;;07/09/2018;17h30;18.00;Cierre")).rows
    left_open = {cell.header: cell.shown_after for cell in row.cells if not cell.said}
    assert left_open["visibilidad"] == "Solo miembros, y solo ellos la ven"
    assert left_open["tipo"] == "Sesión"


def test_columns_that_are_left_out_stay_as_they_are(full):
    talk = Session.objects.get(part=1)
    assert bring(csv("taller;código;lugar", f"taller-3;{talk.code};Sala B")) == (0, 1, 0, 0)
    after = Session.objects.get(part=1)
    assert (after.place, after.title_fr, after.items.count()) == ("Sala B", talk.title_fr, 2)


def test_a_whole_workshop_comes_in_one_workbook(full):
    rows = {
        "Jornadas": [["taller", "fecha"], ["taller-3", dt.date(2018, 9, 8)]],
        "Ejes": [["taller", "número", "título [es]"], ["taller-3", 2, "El fuego"]],
        "Participantes": [["nombre [es]", "tipo"], ["Łódź", "Ciudad"]],
        "Sesiones": [["taller", "jornada", "inicio", "título [es]", "eje"],
                     ["taller-3", dt.date(2018, 9, 8), dt.time(9), "Brasas", 2]],
        "Puntos": [["taller", "sesión", "texto [es]", "participante"], ["taller-3", "Brasas", "Leña", "Łódź"],
                   ["taller-3", "brasas", "Carbón", None]],
        "Personas": [["taller", "sesión", "función", "institución [es]", "participante"],
                     ["taller-3", "Brasas", "presenta", "Ciudad de Łódź", "Łódź"]],
    }  # fmt: skip
    assert bring(xlsx(**rows)) == (7, 0, 0, 0)
    made = Session.objects.get(title_es="Brasas")
    assert (made.day.date, made.axis.number) == (dt.date(2018, 9, 8), 2)
    assert [(one.text_es, one.participant and one.participant.name_es) for one in made.items.all()] == [
        ("Leña", "Łódź"), ("Carbón", None),
    ]  # fmt: skip
    assert made.moderators.get().participant.name_es == "Łódź"


def test_a_row_is_taken_away_where_the_file_says_so_and_what_goes_with_it_is_said(full):
    talk = Session.objects.get(part=1)
    data = csv("taller;código;quitar", f"taller-3;{talk.code};sí")
    assert [question.kind for question in asked(data)] == ["sheet"]  # four sheets have these columns
    [row] = look(data, name="mis sesiones.csv").rows
    assert (row.act, row.along) == ("gone", ("Quito", "Preguntas", "Quito", "@UCM"))
    assert bring(data, name="mis sesiones.csv") == (0, 0, 1, 0)
    assert not Session.objects.filter(pk=talk.pk).exists()


def test_a_day_says_which_sessions_go_with_it(full):
    data = csv("taller;fecha;quitar", "taller-3;2018-09-07;x")
    [row] = look(data).rows
    assert len(row.along) == 4


def test_a_file_that_takes_a_session_away_cannot_fill_it(full):
    talk = Session.objects.get(part=1)
    book = {
        "Sesiones": [{"taller": "taller-3", "código": talk.code, "quitar": "sí"}],
        "Puntos": [{"taller": "taller-3", "sesión": talk.code, "texto [es]": "Otro"}],
    }
    assert problems(json.dumps(book).encode()) == [
        "Hoja «Puntos», fila 2, columna «sesión»: El mismo archivo quita esta sesión."
    ]


# --- what is refused ---


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        (HEAD, "taller-3;;2018-09-07;9 y pico;;X", "columna «inicio»: «9 y pico» no es una hora como 09:30."),
        (HEAD, "taller-3;;2018-09-07;10:00;09:00;X", "El fin tiene que ser posterior al inicio; desde las 18:00 puede ser del día siguiente, hasta las 6:00."),
        (HEAD, "taller-3;;2018-09-07;;;X", "Indique la hora de inicio, o la parte del día si la hora no está fijada todavía."),
        (HEAD, "taller-3;;7 de sept;09:00;;X", "columna «jornada»: «7 de sept» no es una fecha como 2018-09-07."),
        (HEAD, "taller-3;;2018-09-09;09:00;;X", "columna «jornada»: El taller no tiene la jornada 2018-09-09; tiene: 2018-09-07."),
        (HEAD, "taller-3;;;09:00;;X", "columna «jornada»: Esta columna no puede estar vacía."),
        (HEAD, "taller-9;;2018-09-07;09:00;;X", "columna «taller»: No existe el taller «taller-9»; existen: taller-3."),
        (HEAD, "taller-3;;2018-09-07;09:00;;", "columna «título [es]»: Falta el texto en español, el idioma del taller."),
        (HEAD + ";eje", "taller-3;;2018-09-07;09:00;;X;7", "columna «eje»: El taller no tiene el eje 7; tiene: 1."),
        (HEAD + ";eje", "taller-3;;2018-09-07;09:00;;X;agua", "columna «eje»: «agua» no es un número entero."),
        (HEAD + ";tipo", "taller-3;;2018-09-07;09:00;;X;fiesta", "columna «tipo»: «fiesta» no es ninguno de: Sesión, Apertura o cierre, Registro, Pausa, Comida, Otro."),
        (HEAD + ";parte", "taller-3;;2018-09-07;09:00;;X;dos", "columna «parte»: «dos» no es un número entero."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_is_named_by_row_and_column_and_nothing_is_written(full, head, row, expected):
    before = everything()
    good = "taller-3;;2018-09-07;06:00;;Buena" + ";" * (head.count(";") - 5)
    comma = ", " if expected.startswith("columna") else ": "
    assert problems(csv(head, row, good)) == [f"Hoja «Sesiones», fila 2{comma}{expected}"]
    assert everything() == before


def test_all_problems_are_told_at_once(full):
    assert problems(csv(HEAD, "taller-3;;2018-09-07;x;;A", "taller-3;;2018-09-07;09:00;y;B")) == [
        "Hoja «Sesiones», fila 2, columna «inicio»: «x» no es una hora como 09:30.",
        "Hoja «Sesiones», fila 3, columna «fin»: «y» no es una hora como 09:30.",
    ]


def test_a_refused_cell_is_put_right_in_place_or_its_row_left_out(full):
    data = csv(HEAD, "taller-3;;2018-09-07;x;;A", "taller-3;;2018-09-07;09:00;y;B")
    assert bring(data, {"fix:Sesiones:2:inicio": "10h15", "skip:Sesiones:3": "1"}) == (1, 0, 0, 0)
    assert Session.objects.get(title_es="A").start == dt.time(10, 15)


def test_a_column_that_stands_twice_is_refused(full):
    found = problems(csv("taller;taller;jornada;inicio;título [es]", "a;b;c;d;e"))
    assert found == ["Hoja «Sesiones», fila 1: La columna «taller» está dos veces."]


def test_a_sheet_that_is_not_ours_is_answered_with_what_was_recognised(full):
    [question] = asked(xlsx(Hoja1=[["Nombre de la actividad", "Cuándo"], ["Paseo", "mañana"]]))
    assert question.text.startswith("La hoja «Hoja1» no se llama como ninguna de las nuestras.")
    data = xlsx(Sesiones=[["título [es]", "lugar"], ["Paseo", "Río"]])
    assert problems(data) == [
        "Hoja «Sesiones»: Falta una columna con: la fecha de la jornada (jornada). Se reconocen: lugar, título [es]."
    ]


def test_somebody_says_which_column_is_which_and_which_workshop_it_is_for(full):
    data = xlsx(Actividades=[["Título [es]", "Día", "INICIO", "Observaciones"], ["Paseo", "7/9/18", "18h", "¡Ojo!"]])
    answers = {"sheet:actividades": "Sesiones"}
    assert {question.kind for question in asked(data, answers)} == {"col"}
    answers |= {"col:Sesiones:dia": "jornada", "col:Sesiones:observaciones": "-"}
    [question] = asked(data, answers)
    assert question.kind == "workshop"
    assert bring(data, {**answers, "workshop": str(full.pk)}) == (1, 0, 0, 0)
    assert Session.objects.get(title_es="Paseo").start == dt.time(18)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "El archivo está vacío."),
        (b"PK\x03\x04 broken", "El libro está dañado: no se puede abrir."),
        (b"\x89PNG\0\0", "El archivo no es una tabla: se esperaba XLSX, ODS, CSV o JSON."),
        (b'[{"taller": ', "El archivo JSON está dañado: Expecting value: line 1 column 13 (char 12)"),
        (b'{"taller": 1}', "El archivo JSON tiene que ser una lista de filas, cada una con sus columnas, o una lista así por hoja."),
        (b'taller;"abierto\nx', "El archivo CSV está dañado: hay unas comillas sin cerrar."),
        (b"x" * (5 * 1024 * 1024 + 1), "El archivo tiene más de 5 MB."),
    ],
    ids=["empty", "broken workbook", "picture", "broken json", "no list", "open quote", "huge"],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_words(data, message):
    assert problems(data) == [message]


# --- two at once, many at once ---


def test_what_somebody_changed_after_the_export_is_not_overwritten_unless_told(full):
    book = json.loads(export("json", "Sesiones"))
    row = next(row for row in book if row["parte"] == 1)
    row["título [fr]"], row["lugar"] = "Bassins", "Sala B"
    data = json.dumps(book).encode()
    Session.objects.filter(part=1).update(place="Sala C", title_es="Otro título")
    plan = look(data)
    [question] = plan.questions
    assert question.text == (
        "«lugar» de «Otro título» cambió después de exportarse el archivo. Ahora dice «Sala C»; el archivo, «Sala B»."
    )
    bring(data)
    after = Session.objects.get(part=1)
    assert (after.title_fr, after.place, after.title_es) == ("Bassins", "Sala C", "Otro título")
    bring(data, {question.key: "take"})
    after.refresh_from_db()
    assert after.place == "Sala B"


def test_a_plan_leaves_what_others_changed_elsewhere_since(full):
    talk = Session.objects.get(part=1)
    plan = look(csv("taller;código;lugar", f"taller-3;{talk.code};Sala B"))
    Section.objects.update(body_es="Otra cosa")
    Session.objects.filter(pk=talk.pk).update(end="13:00")
    apply(plan)
    talk.refresh_from_db()
    assert (talk.place, f"{talk.end:%H:%M}", Section.objects.first().body_es) == ("Sala B", "13:00", "Otra cosa")


def test_a_plan_takes_nothing_away_from_a_draft_that_changed_since(full):
    talk = Session.objects.get(part=1)
    plan = look(csv("taller;código;quitar", f"taller-3;{talk.code};sí"), name="mis sesiones.csv")
    assert plan.ready, plan.problems
    Item.objects.create(session=talk, text_es="Escrito mientras tanto")
    with pytest.raises(Outdated):
        apply(plan)
    assert Session.objects.filter(pk=talk.pk).exists()


def test_a_plan_is_not_made_over_a_participant_that_changed_since(full):
    plan = look(csv("dirección;nombre [fr]", "quito;Quito (fr)"))
    Participant.objects.filter(slug="quito").update(name_fr="Autre")
    with pytest.raises(Outdated):
        apply(plan)


def test_looking_at_a_file_costs_the_same_queries_with_one_row_and_with_many(full, django_assert_num_queries):
    one = export("csv", "Sesiones")
    with django_assert_num_queries(11):
        look(one)
    for n in range(30):
        factories.session(full.days.get(), "15:00", "16:00", f"Otra {n}", ["Uno", "Dos"])
    many = export("csv", "Sesiones")
    with django_assert_num_queries(11):
        assert look(many).same == 34


def test_a_change_made_by_a_sheet_stands_in_the_log(full):
    talk = Session.objects.get(part=1)
    bring(csv("taller;código;lugar", f"taller-3;{talk.code};Sala B"))
    row = EditedRow.objects.filter(key=key_of(talk)).last()
    assert (row.before, row.after) == ({"place": "Sala A"}, {"place": "Sala B"})


@pytest.mark.parametrize(("cell", "end"), [("24:00", dt.time(0)), ("0:00", dt.time(0)), ("1h30", dt.time(1, 30))])
def test_a_night_is_taken_from_a_sheet(full, cell, end):
    bring(csv(HEAD, f"taller-3;;07/09/2018;22h00;{cell};Baile"))
    assert Session.objects.get(title_es="Baile").end == end


def test_an_end_that_is_no_time_is_told(full):
    with pytest.raises(TableError, match="columna «fin»"):
        bring(csv(HEAD, "taller-3;;07/09/2018;22h00;24:30;Baile"))
