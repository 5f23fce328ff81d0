import datetime as dt
import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.models import Item, Moderator, Session
from agenda.resources import SessionTable
from languages import CODES, column
from languages.entry import clean
from sheets import formats
from sheets.formats import FORMATS, TableError, write
from sheets.tables import Imported
from tests import factories

pytestmark = pytest.mark.django_db


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in (Session, Item, Moderator)}


@pytest.fixture
def full():
    """A workshop with a text in every column of every language, and texts that spreadsheets mistake for formulas."""
    of = factories.small()
    talk = Session.objects.get(title_es="Cuencas")
    for language in CODES:
        setattr(talk, column("title", language), f"=Título {language}")
        setattr(talk, column("description", language), f"-uno\n\n'dos {language}")
    talk.save()
    item = talk.items.last()
    item.text_fr = "+questions"
    item.save()
    Moderator.objects.create(
        session=talk,
        position=2,
        role="concludes",
        institution_es="@UCM",
        institution_en="UCM",
        person="Ana; Ruiz",
    )
    factories.session(of.days.get(), None, None, "'Por definir", part_of_day="evening", visibility="members")
    return of


def export(kind):
    return SessionTable().export(Session.objects.all(), kind)


def problems(data):
    with pytest.raises(TableError) as error:
        SessionTable().load(data)
    return [str(problem) for problem in error.value.problems]


def csv(*rows):
    return "\n".join(rows).encode()


HEAD = "taller;código;jornada;inicio;fin;título [es]"


@pytest.mark.parametrize("kind", FORMATS)
def test_export_then_import_changes_nothing(full, kind):
    before = everything()
    assert SessionTable().load(export(kind)) == Imported(same=4)
    assert everything() == before


@pytest.mark.parametrize("kind", FORMATS)
def test_export_then_import_into_an_empty_draft_brings_everything_back(full, kind):
    data = export(kind)
    cells = {s.code: SessionTable().cells(s) for s in Session.objects.all()}
    Session.objects.all().delete()
    assert SessionTable().load(data) == Imported(created=4)
    assert {s.code: SessionTable().cells(s) for s in Session.objects.all()} == cells


def test_a_formula_is_made_safe_in_the_file():
    of = factories.small()
    Session.objects.filter(workshop=of, title_es="Cuencas").update(title_es='=HYPERLINK("x")')
    assert "'=HYPERLINK" in export("csv").decode("utf-8-sig")


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool),
        min_size=3, max_size=3,
    )
)  # fmt: skip
def test_every_text_survives_every_format(kind, texts):
    columns = ["a", "b", "c"]

    data = write(kind, "Hoja", columns, [dict(zip(columns, texts, strict=True))])
    [row] = formats.read(data, "Hoja", columns)
    assert [row.cells[name] for name in columns] == [clean(text) for text in texts]


def test_a_new_row_is_a_new_session_and_others_stay(full):
    done = SessionTable().load(csv(HEAD, "taller-3;;07/09/2018;17h30;18.00;Cierre"))
    made = Session.objects.get(title_es="Cierre")
    assert (done, made.start, made.end, made.kind, Session.objects.count()) == (
        Imported(created=1),
        dt.time(17, 30),
        dt.time(18),
        "session",
        5,
    )


def test_columns_that_are_left_out_stay_as_they_are(full):
    talk = Session.objects.get(part=1)
    SessionTable().load(
        csv(
            "taller;código;jornada;título [es];lugar",
            f"taller-3;{talk.code};2018-09-07;{talk.title_es};Sala B",
        )
    )
    after = Session.objects.get(part=1)
    assert (after.place, after.title_fr, after.items.count(), after.moderators.count()) == (
        "Sala B",
        talk.title_fr,
        2,
        2,
    )


def test_spanish_latin_1_with_semicolons_is_read(full):
    SessionTable().load(csv(HEAD, "taller-3;;2018-09-07;19:00;;Cena de despedida: Ñandú").decode().encode("latin-1"))
    assert Session.objects.filter(title_es="Cena de despedida: Ñandú").exists()


def test_real_date_and_time_cells_are_read(full):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("Sesiones")
    page.write_row(0, 0, HEAD.split(";"))
    page.write_row(1, 0, ["taller-3", ""])
    page.write_datetime(1, 2, dt.datetime(2018, 9, 7), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_datetime(1, 3, dt.time(20, 15), book.add_format({"num_format": "hh:mm"}))
    page.write_string(1, 5, "Cena")
    book.close()
    SessionTable().load(file.getvalue())
    assert Session.objects.get(title_es="Cena").start == dt.time(20, 15)


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        (HEAD, "taller-3;;2018-09-07;9 y pico;;X", "Fila 2, columna «inicio»: «9 y pico» no es una hora como 09:30."),
        (HEAD, "taller-3;;2018-09-07;10:00;09:00;X", "Fila 2: El fin tiene que ser posterior al inicio; desde las 18:00 puede ser del día siguiente, hasta las 6:00."),
        (HEAD, "taller-3;;2018-09-07;;;X", "Fila 2: Indique la hora de inicio, o la parte del día si la hora no está fijada todavía."),
        (HEAD, "taller-3;;7 de sept;09:00;;X", "Fila 2, columna «jornada»: «7 de sept» no es una fecha como 2018-09-07."),
        (HEAD, "taller-3;;2018-09-09;09:00;;X", "Fila 2, columna «jornada»: El taller no tiene la jornada 2018-09-09; tiene: 2018-09-07."),
        (HEAD, "taller-9;;2018-09-07;09:00;;X", "Fila 2, columna «taller»: No existe el taller «taller-9»; existen: taller-3."),
        (HEAD, "taller-3;;2018-09-07;09:00;;", "Fila 2, columna «título [es]»: Falta el texto en español, el idioma del taller."),
        (HEAD, "taller-3;Ñ!;2018-09-07;09:00;;X", "Fila 2, columna «código»: De tres a ocho letras minúsculas y cifras."),
        (HEAD + ";eje", "taller-3;;2018-09-07;09:00;;X;7", "Fila 2, columna «eje»: El taller no tiene el eje 7; tiene: 1."),
        (HEAD + ";eje", "taller-3;;2018-09-07;09:00;;X;agua", "Fila 2, columna «eje»: «agua» no es un número entero."),
        (HEAD + ";tipo", "taller-3;;2018-09-07;09:00;;X;fiesta", "Fila 2, columna «tipo»: «fiesta» no es ninguno de: Sesión, Apertura o cierre, Registro, Pausa, Comida, Otro."),
        (HEAD + ";puntos [es];puntos [fr]", 'taller-3;;2018-09-07;09:00;;X;uno;"un\ndeux"', "Fila 2, columna «puntos [fr]»: Aquí hay más líneas que en «puntos [es]»."),
        (HEAD + ";quién: función;quién: institución [es]", "taller-3;;2018-09-07;09:00;;X;canta;UCM", "Fila 2, columna «quién: función»: «canta» no es ninguno de: modera, conclusiones, presenta, relatoría."),
        (HEAD + ";quién: función;quién: participante", "taller-3;;2018-09-07;09:00;;X;modera;nadie", "Fila 2, columna «quién: participante»: No hay ningún participante con la dirección «nadie»."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_is_named_by_row_and_column_and_nothing_is_written(full, head, row, expected):
    before = everything()
    good = "taller-3;;2018-09-07;06:00;;Buena" + ";" * head.count(";")
    found = problems(csv(head, row, good[: len(good) - 5]))
    assert found == [expected]
    assert everything() == before


def test_all_problems_are_told_at_once(full):
    found = problems(csv(HEAD, "taller-3;;2018-09-07;x;;A", "taller-3;;2018-09-07;09:00;y;B"))
    assert found == [
        "Fila 2, columna «inicio»: «x» no es una hora como 09:30.",
        "Fila 3, columna «fin»: «y» no es una hora como 09:30.",
    ]


def test_an_unknown_column_is_refused_with_the_list_of_columns(full):
    found = problems(csv("taller;jornada;título;título [es]", "taller-3;2018-09-07;X;X"))
    assert found[0] == "Fila 1: No se conoce la columna «título»."
    assert found[1].startswith("Las columnas son: taller, código, jornada, inicio")


def test_a_column_that_stands_twice_is_refused(full):
    assert problems(csv("taller;taller", "a;b")) == ["Fila 1: La columna «taller» está dos veces."]


def test_a_workbook_without_the_sheet_is_refused_with_those_it_has(full):
    assert problems(write("xlsx", "Hoja1", ["taller"], [])) == ["El libro no tiene la hoja «Sesiones»; tiene: Hoja1."]
    assert problems(write("ods", "Hoja1", ["taller"], [])) == ["El libro no tiene la hoja «Sesiones»; tiene: Hoja1."]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "El archivo está vacío."),
        (b"PK\x03\x04 broken", "El libro está dañado: no se puede abrir."),
        (b"\x89PNG\0\0", "El archivo no es una tabla: se esperaba XLSX, ODS, CSV o JSON."),
        (b'[{"taller": ', "El archivo JSON está dañado: Expecting value: line 1 column 13 (char 12)"),
        (b'{"taller": 1}', "El archivo JSON tiene que ser una lista de filas, cada una con sus columnas."),
        (b'taller;"abierto\nx', "El archivo CSV está dañado: hay unas comillas sin cerrar."),
        (b"x" * (5 * 1024 * 1024 + 1), "El archivo tiene más de 5 MB."),
    ],
    ids=["empty", "broken workbook", "picture", "broken json", "no list", "open quote", "huge"],
)
def test_a_file_that_is_no_table_is_refused_in_words(data, message):
    assert problems(data) == [message]


def test_importing_a_table_costs_queries_by_what_changes_not_by_what_is_there(full, django_assert_max_num_queries):
    data = export("csv")
    with django_assert_max_num_queries(60):
        SessionTable().load(data)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_as_a_formula_does(first):
    assert formats.safe(f"{first}1+1") == f"'{first}1+1"
    assert formats.unsafe(formats.safe(f"{first}1+1")) == f"{first}1+1"
    data = formats.write("csv", "S", ["a"], [{"a": f"{first}x"}]).decode("utf-8-sig")
    assert data.splitlines()[1].lstrip('"')[0] == "'"


@pytest.mark.parametrize(("cell", "end"), [("24:00", dt.time(0)), ("0:00", dt.time(0)), ("1h30", dt.time(1, 30))])
def test_a_night_is_taken_from_a_sheet(full, cell, end):
    SessionTable().load(csv(HEAD, f"taller-3;;07/09/2018;22h00;{cell};Baile"))
    assert Session.objects.get(title_es="Baile").end == end


def test_an_end_that_is_no_time_is_told(full):
    with pytest.raises(TableError) as error:
        SessionTable().load(csv(HEAD, "taller-3;;07/09/2018;22h00;24:30;Baile"))
    assert "Fila 2, columna «fin»" in str(error.value)
