"""Files that are no table, cells that are no value, codes that cannot be: told by sheet, row and column, never guessed."""

import datetime as dt
import io
import json
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from agenda.models import Moderator, Session, Workshop
from agenda.resources import looks
from participants.models import Participant, Region
from sheets import reading
from sheets.models import Upload
from sheets.problems import TableError
from tests import factories
from tests.agenda.test_sheet_exchanges import rows, take, wrong
from tests.books import asked, csv, export, look, problems, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    of = factories.small()
    factories.session(factories.day(of, factories.SATURDAY), "09:00", "10:00", "Orillas")
    factories.region("Unión Europea")
    return of


# --- files that are no table ---


def test_json_of_many_columns_is_refused_before_a_table_is_made_of_it():
    with pytest.raises(TableError, match="20000 columnas"):
        reading.read(json.dumps([{str(n): 1} for n in range(20_000)]).encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"Sesiones":[{"taller":"taller-3","título [es]":"Uno","título [es]":"Dos"}]}',
            "«título [es]» está dos veces",
        ),
        ('{"Sesiones":[],"Sesiones":[]}', "«Sesiones» está dos veces"),
        ("[" * 100_000, "demasiados niveles"),
    ],
)
def test_json_that_says_a_thing_twice_or_too_deep_is_refused_in_words(text, expected):
    assert expected in problems(text.encode())[0]


def test_a_name_that_no_text_can_hold_is_answered(of):
    user = factories.user()
    upload = Upload.objects.create(
        owner=user, name="a.json", content=b'{"\\ud800":[{"taller":"x"}]}', answers={}, asked="t", language="es"
    )
    looks.look_at.call(upload.pk)
    upload.refresh_from_db()
    assert upload.looked == "t"


def test_a_workbook_of_a_hundred_sheets_is_refused():
    sheets = {f"Hoja {n}": [["a"]] for n in range(99)}
    assert "más de 60 hojas" in problems(xlsx(**sheets, Sesiones=[["taller"]]))[0]


def test_a_row_of_names_among_the_rows_is_refused(of):
    one, two = Session.objects.values_list("code", flat=True)[:2]
    lines = ("taller;código;lugar", f"taller-3;{one};Uno", "taller;código;lugar;título [en]", f"taller-3;{two};Dos;Two")
    assert "También esta fila nombra columnas" in problems(csv(*lines))[0]


def test_a_column_called_like_ours_that_is_not_ours_is_asked_about(of):
    code = Session.objects.first().code
    data = csv("taller;código;lugar;Estado", f"taller-3;{code};Uno;confirmado")
    [question] = look(data).questions
    assert question.text.startswith("«Estado» no es una columna")


def test_a_damaged_state_is_told(of):
    first, second, *_rest = rows("Sesiones")
    found = wrong(Sesiones=[{**first, "título [es]": "Nueva", "estado": "otra cosa"}, second])
    assert "Esta columna oculta está dañada." in found[0]


def test_a_sheet_of_help_that_holds_rows_is_read(of):
    code = Session.objects.first().code
    [row] = look(xlsx(Ayuda=[["taller", "código", "lugar"], ["taller-3", code, "Otra"]])).rows
    assert row.cells[0].shown_after == "Otra"


def test_a_title_with_commas_above_a_table_does_not_choose_how_it_is_parted(of):
    code = Session.objects.first().code
    [row] = look(csv("Programa, versión 2, de julio, provisional", "taller;código;lugar", f"taller-3;{code};Otra")).rows
    assert row.cells[0].shown_after == "Otra"


@pytest.mark.long
def test_a_million_shared_strings_are_read_or_refused_and_nothing_ends():
    file = io.BytesIO()
    book = io.BytesIO(xlsx(Sesiones=[["taller", "código"], ["taller-3", "x"]]))
    with ZipFile(book) as parts, ZipFile(file, "w", ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"</sst>", b"<si><t>a</t></si>" * 1_000_000 + b"</sst>")
            copy.writestr(name, content)
    assert len(file.getvalue()) < reading.MAXIMUM
    [grid] = reading.read(file.getvalue()).grids
    assert [row[:2] for _number, row in grid.rows] == [["taller", "código"], ["taller-3", "x"]]


# --- merged cells ---


def test_what_a_merged_cell_covers_is_not_emptied(of):
    lines = rows("Sesiones")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Sesiones")
        page.write_row(0, 0, ["taller", "código", "lugar"])
        for number, line in enumerate(lines[:3], 1):
            page.write_row(number, 0, ["taller-3", line["código"]])
        page.merge_range(1, 2, 3, 2, "Sala Azul")
    found = problems(file.getvalue())
    assert [text.partition(":")[0] for text in found] == [
        "Hoja «Sesiones», fila 3, columna «lugar»", "Hoja «Sesiones», fila 4, columna «lugar»",
    ]  # fmt: skip
    assert "La celda es parte de una combinada" in found[0]


def test_a_merged_cell_of_an_opendocument_is_one_too(of):
    file, changed = io.BytesIO(export("ods", "Sesiones")), io.BytesIO()
    with ZipFile(file) as parts, ZipFile(changed, "w") as copy:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "content.xml":
                text = content.decode()
                start = text.rindex("<table:table-cell", 0, text.index("Cuencas"))
                spans = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
                content = f"{text[:start]}<table:table-cell{spans}{text[start + len('<table:table-cell') :]}".encode()
            copy.writestr(name, content)
    [found] = problems(changed.getvalue())
    assert "título [en]" in found
    assert "La celda es parte de una combinada" in found


def test_a_banner_over_the_table_is_no_cell_of_it(of):
    code = Session.objects.first().code
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Sesiones")
        page.merge_range(0, 0, 0, 2, "Programa del taller")
        page.write_row(1, 0, ["taller", "código", "título [es]"])
        page.write_row(2, 0, ["taller-3", code, "Otra"])
    [row] = look(file.getvalue()).rows
    assert row.cells[0].shown_after == "Otra"


# --- codes ---


@pytest.mark.parametrize(
    ("sheet", "row", "expected"),
    [
        (
            "Sesiones",
            {"jornada": "2018-09-08", "inicio": "13:00", "título [es]": "N", "código": "mesa-1"},
            "e tres a ocho letras",
        ),
        (
            "Sesiones",
            {"jornada": "2018-09-08", "inicio": "13:00", "título [es]": "N", "código": "ab"},
            "e tres a ocho letras",
        ),
        ("Puntos", {"sesión": "Cuencas", "texto [es]": "N", "código": "a/b"}, "e tres a ocho letras"),
        ("Apartados", {"título [es]": "N", "código": "ñandú"}, "e tres a ocho letras"),
        ("Participantes", {"nombre [es]": "Z", "región": "Unión Europea", "dirección": "ñandú"}, "dirección"),
        ("Participantes", {"nombre [es]": "Z", "región": "Unión Europea", "dirección": "x" * 300}, "dirección"),
    ],
)
def test_a_new_row_has_no_code_that_cannot_be(of, sheet, row, expected):
    taller = {} if sheet == "Participantes" else {"taller": "taller-3"}
    found = problems(json.dumps({sheet: [{**taller, **row}]}).encode(), {"all:code": "new"})
    assert len(found) == 1
    assert expected in found[0]


# --- doubles ---


def test_rows_that_say_the_same_are_told(of):
    code = Session.objects.get(title_es="Cuencas").code
    point = {"taller": "taller-3", "sesión": code, "texto [es]": "Punto nuevo"}
    person = {"taller": "taller-3", "sesión": code, "función": "modera", "institución [es]": "Alguien"}
    for sheet, row in (("Puntos", point), ("Personas", person)):
        found = asked(json.dumps({sheet: [row, row]}).encode(), {"all:which": "new"})
        assert [question.kind for question in found] == ["twice"], sheet
    assert not Moderator.objects.filter(institution_es="Alguien").exists()


def test_a_participant_whose_region_is_not_said_is_the_one_of_that_name(of):
    assert take(Participantes=[{"nombre [es]": "Quito", "país": "EC"}])[:2] == (0, 1)
    assert Participant.objects.get(name_es="Quito").region is not None
    factories.participant("Quito", Region.objects.get(name_es="Unión Europea"))
    assert "Varios se llaman «Quito»" in wrong(Participantes=[{"nombre [es]": "Quito", "país": "EC"}])[0]


def test_an_apostrophe_of_a_typewriter_makes_no_second_participant(of):
    lines = [{"nombre [es]": name, "región": "Unión Europea"} for name in ("L’Hospitalet", "L'Hospitalet")]
    [question] = asked(json.dumps({"Participantes": lines}).encode())
    assert question.kind == "twice"


# --- values ---


@pytest.mark.parametrize("value", [["a", "b"], {"a": 1}, float("nan"), float("inf")])
@pytest.mark.parametrize("header", ["título [es]", "descripción [es]", "lugar"])
def test_what_is_no_text_is_not_made_one(of, value, header):
    assert "no es un texto" in wrong(Sesiones=[{**rows("Sesiones")[0], header: value}])[0]


@pytest.mark.parametrize("value", [1.5, "1.9 algo", "9" * 5000, True, "uno"])
def test_an_axis_is_a_whole_number(of, value):
    assert "no es un número entero" in wrong(Sesiones=[{**rows("Sesiones")[0], "eje": value}])[0]


@pytest.mark.parametrize("value", ["1", 1, 1.0, "1. El agua", "1 El agua", "1."])
def test_an_axis_is_named_by_its_number_whatever_stands_behind(of, value):
    take(Sesiones=[{**rows("Sesiones")[0], "eje": value}])
    assert Session.objects.get(title_es="Registro").axis.number == 1


def test_a_row_is_taken_away_by_a_yes_and_by_nothing_else(of):
    assert "quitar" in wrong(Sesiones=[{**rows("Sesiones")[0], "quitar": {}}])[0]


@pytest.mark.parametrize("value", ["0.25", "0,25", "09:30:99", 1.5, "23:59:59"])
def test_what_may_be_two_hours_is_none(of, value):
    assert "inicio" in wrong(Sesiones=[{**rows("Sesiones")[0], "inicio": value}])[0]


def test_a_time_with_seconds_is_rounded_in_texts_as_in_cells(of):
    take(Sesiones=[{**rows("Sesiones")[0], "inicio": "09:10:45"}])
    assert Session.objects.get(title_es="Registro").start == dt.time(9, 11)


def test_hours_of_more_than_a_day_are_no_time(of):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Sesiones")
        page.write_row(0, 0, ["taller", "código", "inicio"])
        page.write_row(1, 0, ["taller-3", Session.objects.first().code])
        page.write_number(1, 2, 1.5, book.add_format({"num_format": "hh:mm"}))
    assert "inicio" in problems(file.getvalue())[0]


@pytest.mark.parametrize(
    "text", ["#ERROR!", "#FIELD!", "#¡CAMPO!", "#DESPEJAR!", "#N/a", "#N/A", "Err:502", "#¿NOMBRE?"]
)
def test_no_programs_error_is_a_title(of, text):
    assert "contiene el error" in wrong(Sesiones=[{**rows("Sesiones")[0], "título [es]": text}])[0]


@pytest.mark.parametrize("text", ["#ODS", "Taller #1!", "# Agua", "#agua!"])
def test_a_title_with_a_sign_of_number_is_one(of, text):
    take(Sesiones=[{**rows("Sesiones")[0], "título [es]": text}])
    assert Session.objects.filter(title_es=text).exists()


def test_a_blank_is_empty_in_every_column_of_numbers(of):
    point = rows("Puntos")[0]
    assert take(Puntos=[{**point, "orden": " "}])[:2] == (0, 0)


def test_degrees_beyond_the_globe_are_told_with_their_column(of):
    found = wrong(Taller=[{"taller": "taller-3", "latitud": 95, "longitud": 3}])
    assert "columna «latitud»" in found[0]
    assert Workshop.objects.get().latitude is None
