"""Workbooks that were made to hurt, and cells that hold no value."""

import datetime as dt
import io
import re
import zipfile

import pytest
import xlsxwriter

from agenda.models import Session
from sheets import reading, workbooks
from sheets.pages import Head, Page
from sheets.problems import TableError
from sheets.writing import write as write_file
from tests import factories
from tests.books import problems

HEADERS = ["taller", "código", "jornada", "título [es]", "visibilidad"]


def xlsx(write, sheet="Sesiones"):
    """A workbook into whose sheet `write(page, workbook)` has written."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        write(workbook.add_worksheet(sheet), workbook)
    return file.getvalue()


def changed(data, path, *pairs):
    """The workbook `data` with texts of its part `path` replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == path:
                for before, after in pairs:
                    assert before in content, content[-2000:]
                    content = content.replace(before, after)
            new.writestr(info.filename, content)
    return out.getvalue()


def ods(*rows):
    return write_file("ods", [Page("Sesiones", [Head(name) for name in HEADERS], [list(row) for row in rows])])


def refusal(data):
    with pytest.raises(TableError) as error:
        reading.read(data)
    return [str(problem) for problem in error.value.problems]


FAR_AWAY = ["Una celda está muy lejos de las demás de su hoja: borre su fila y su columna."]


def test_a_cell_at_the_end_of_the_sheet_costs_a_sentence_and_no_memory():
    data = xlsx(lambda page, _workbook: (page.write_row(0, 0, HEADERS), page.write(1_048_575, 16_383, "x")))
    assert len(data) < 10_000
    assert refusal(data) == FAR_AWAY


def test_a_cell_that_stands_for_a_million_costs_a_sentence_and_no_memory():
    row, many = (
        b"</table:table-header-rows><table:table-row",
        b'</table:table-header-rows><table:table-row table:number-rows-repeated="1000000"',
    )
    cell = b'<table:table-cell table:style-name="text" office:value-type="string"'
    wide = cell.replace(b" office", b' table:number-columns-repeated="16000" office')
    assert refusal(changed(ods(["a"] * 5), "content.xml", (row, many), (cell, wide))) == FAR_AWAY


def test_a_workbook_that_needs_more_than_its_process_may_have_is_told_so(monkeypatch):
    data = xlsx(lambda page, _workbook: page.write_row(0, 0, HEADERS))
    monkeypatch.setattr(workbooks, "MEMORY", 10 * 1024**2)
    assert refusal(data) == [
        "El libro es demasiado grande para leerlo: guarde la hoja que necesita sola en un archivo nuevo."
    ]


def test_a_workbook_that_unpacks_to_too_much_is_told_so():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"x" * (workbooks.MOST_UNPACKED + 1))
    assert refusal(file.getvalue()) == ["El libro ocupa más de 100 MB al descomprimirlo."]


@pytest.mark.parametrize("entity", [b'<!DOCTYPE a [<!ENTITY x "y">]>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_a_workbook_with_entities_is_damaged(entity):
    plain = xlsx(lambda page, _workbook: page.write_row(0, 0, HEADERS))
    data = changed(plain, "xl/worksheets/sheet1.xml", (b"<worksheet", entity + b"<worksheet"))
    assert refusal(data) == ["El libro está dañado: no se puede abrir."]


def test_what_programs_write_comes_as_it_was():
    def write(page, workbook):
        day, moment, hour = (
            workbook.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm")
        )
        page.write_row(0, 0, ["a", 7, 1.5, True])
        page.write_datetime(1, 0, dt.datetime(2018, 9, 7), day)
        page.write_datetime(1, 1, dt.datetime(2018, 9, 7, 9, 30), moment)
        page.write_datetime(1, 2, dt.time(9, 30), hour)
        page.write_formula(2, 0, "=1+1", None, 2)
        page.write_formula(2, 1, '=""', None, "")

    [(_name, rows)] = workbooks.read(
        changed(xlsx(write), "xl/worksheets/sheet1.xml", (b'<c r="B3">', b'<c r="B3" t="str">'))
    )
    assert rows[0] == ["a", 7, 1.5, True]
    assert rows[1][0] in (dt.date(2018, 9, 7), dt.datetime(2018, 9, 7))
    assert rows[1][1:3] == [dt.datetime(2018, 9, 7, 9, 30), dt.time(9, 30)]
    assert rows[2][:2] == [2, ""]


def test_every_sheet_of_a_workbook_is_read_with_its_name():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for name in ("Una", "Otra"):
            workbook.add_worksheet(name).write(0, 0, name.lower())
    assert workbooks.read(file.getvalue()) == [("Una", [["una"]]), ("Otra", [["otra"]])]


def test_a_tab_that_another_program_wrote_as_an_element_is_a_tab_and_no_glue():
    content = ods(["uno dos"] * 5)
    data = changed(content, "content.xml", (b"uno dos", b"uno<text:tab/>dos<text:line-break/>tres"))
    [(_name, rows), *_rest] = workbooks.read(data)
    assert rows[1] == ["uno\tdos\ntres"] * 5


# --- cells that hold no value ---


def row_of_the_committee(kind, cell):
    """A workbook with the row of a session whose visibility is `cell`: an error, or a formula without a result."""
    code = Session.objects.get(title_es="Comité").code
    row = ["taller-3", code, "2018-09-07", "Comité"]
    if kind == "xlsx":

        def write(page, _workbook):
            page.write_row(0, 0, HEADERS)
            page.write_row(1, 0, row)
            page.write_formula(1, 4, "=VLOOKUP(1,A1:A2,1)", None, cell)

        return xlsx(write)
    attributes = b'table:formula="of:=NA()"'
    if cell:
        attributes += b' office:value-type="string" office:string-value="" calcext:value-type="error"'
    content = ods([*row, "Todo el mundo"])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("content.xml")
    before = re.search(rb"<table:table-cell[^>]*><text:p>Todo el mundo</text:p>", xml)[0]
    after = b"<table:table-cell " + attributes + b"><text:p>" + cell.encode() + b"</text:p>"
    namespace = b'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    root = b"<office:document-content "
    fresh = [] if b"xmlns:calcext" in xml else [(root, root + namespace)]
    return changed(content, "content.xml", (before, after), *fresh)


@pytest.fixture
def committee(db):
    return factories.session(factories.small().days.get(), "18:00", "19:00", "Comité", visibility="listed")


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize("cell", ["#N/A", ""])
def test_a_cell_with_an_error_or_without_a_result_is_refused_by_its_row_and_column(committee, kind, cell):
    [problem] = problems(row_of_the_committee(kind, cell))
    assert problem.startswith("Hoja «Sesiones», fila 2, columna «visibilidad»: La celda contiene")
    assert ("#N/A" in problem) == bool(cell)
    committee.refresh_from_db()
    assert committee.visibility == "listed"


@pytest.mark.parametrize("text", ["#N/A", "#¡REF!", "#DIV/0!", "#NOM?", "Err:508", "#VALOR!"])
def test_an_error_that_a_program_wrote_as_text_is_one_too(committee, text):
    data = f"taller;código;jornada;título [es];visibilidad\ntaller-3;{committee.code};2018-09-07;Comité;{text}\n"
    assert "La celda contiene el error" in " ".join(problems(data.encode()))
    committee.refresh_from_db()
    assert committee.visibility == "listed"
