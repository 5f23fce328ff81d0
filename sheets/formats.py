"""Tables in files: XLSX, ODS, CSV and JSON in, the same out. Knows files and cells, not what they mean."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from languages.entry import clean
from sheets import workbooks

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
MAXIMUM = 5 * 1024 * 1024  # bytes of a file
MOST_ROWS = 5000
MOST_STRANGE = 40  # columns that are not ours: more is another table
LONGEST_CELL = 32_767  # characters; what spreadsheet programs take (Excel specifications and limits)
csv.field_size_limit(MAXIMUM)


class Problem(msgspec.Struct, frozen=True):
    """What is wrong and where: `row` as the spreadsheet numbers it (1 is the header; 0 the whole file)."""

    message: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        if not self.row:
            return self.message
        where = _("Row %(row)d") % {"row": self.row}
        if self.column:
            where += ", " + _("column “%(column)s”") % {"column": self.column}
        return f"{where}: {self.message}"


class TableError(Exception):
    """The table cannot be taken over; `problems` says why, cell by cell."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Row(msgspec.Struct, frozen=True):
    """A row of a table: its number in the file, and its cells by column; dates and times may be values."""

    number: int
    cells: dict[str, Any]


def read(data: bytes, sheet: str, columns: list[str]) -> list[Row]:
    """The rows of the table `sheet` in the file `data`, whatever its format.

    A column that is not one of `columns`, one that stands twice, a missing sheet and a file that is none of
    the formats raise TableError. Columns may be missing. Rows without any text are left out.
    """
    if len(data) > MAXIMUM:
        raise TableError(Problem(_("The file has more than %(most)d MB.") % {"most": MAXIMUM // 1024**2}))
    if not data.strip():
        raise TableError(Problem(_("The file is empty.")))
    if data[:4] == b"\xd0\xcf\x11\xe0":  # of Excel 97: its errors cannot be told from empty cells
        raise TableError(Problem(_("This is a workbook of the old format (.xls): save it as .xlsx or .ods.")))
    if data[:2] == b"PK":
        table = _workbook(data, sheet)
    elif data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return _json(data, columns)
    else:
        table = _csv(data)
    header = [str(cell).strip() for cell in table[0]] if table else []
    while header and not header[-1]:
        header.pop()
    _check_header(header, columns)
    if len(table) > MOST_ROWS:
        raise TableError(Problem(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS}))
    rows = []
    problems: list[Problem] = []
    for number, cells in enumerate(table[1:], 2):
        values = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
        if any(str(cell).strip() for cell in cells[len(header) :]):
            raise TableError(Problem(_("There is a cell to the right of the last column."), number))
        problems += [Problem(_no_value(value), number, name) for name, value in values.items() if _is_error(value)]
        if any(str(value).strip() for value in values.values()):
            rows.append(Row(number, {name: _plain(value) for name, value in values.items()}))
    if problems:
        raise TableError(*problems)
    return rows


# What programs write into a cell that they cannot calculate, where a file holds it as text (Excel, LibreOffice).
ERRORS = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|¡REF!|¡DIV/0!|¡VALOR!|¿NOMBRE\?|¡NUM!"
                    r"|¡NULO!|N/D|NOM\?|VALEUR!|NOMBRE!|NUL!|NOME\?|VALOR!|NÚM!|NULO!)|Err:[0-9]{3}")  # fmt: skip


def _is_error(value: Any) -> bool:
    """Whether a cell holds an error instead of a value: such a cell is never taken for an empty one."""
    return isinstance(value, workbooks.CellError) or (isinstance(value, str) and bool(ERRORS.fullmatch(value.strip())))


def _no_value(value: Any) -> str:
    text = value.text if isinstance(value, workbooks.CellError) else value.strip()
    if text:
        return _("The cell holds the error %(text)s: write what is meant.") % {"text": text}
    return _("The cell holds a formula without a result: open and save the file once, or write what is meant.")


def _check_header(header: list[str], columns: list[str]) -> None:
    if len(header) > 2 * len(columns) + MOST_STRANGE:
        raise TableError(Problem(_("The table has %(count)d columns: it is not ours.") % {"count": len(header)}, 1))
    counts = Counter(header)
    problems = [Problem(_("Unknown column “%(name)s”.") % {"name": name}, 1) for name in header if name not in columns]
    problems += [
        Problem(_("The column “%(name)s” appears twice.") % {"name": name}, 1) for name, n in counts.items() if n > 1
    ]
    if not header:
        problems.append(Problem(_("The first row must name the columns.")))
    if problems:
        if any(name not in columns for name in header):
            problems.append(Problem(_("The columns are: %(names)s.") % {"names": ", ".join(columns)}))
        raise TableError(*problems)


def _workbook(data: bytes, sheet: str) -> list[list[Any]]:
    try:
        return workbooks.read(data, sheet)
    except workbooks.Unreadable as error:
        if error.why == "sheet":
            text = _("The workbook has no sheet “%(sheet)s”; it has: %(names)s.")
            raise TableError(Problem(text % {"sheet": sheet, "names": ", ".join(error.names)})) from error
        sentences = {
            "unpacked": _("The workbook unpacks to more than 100 MB."),
            "extent": _("A cell of the sheet stands very far away from the others: delete its row and column."),
            "limits": _("The workbook is too large to be read: save this sheet alone as a new file."),
        }
        text = sentences.get(error.why, _("The workbook is damaged: it cannot be opened."))
        raise TableError(Problem(text)) from error


def _csv(data: bytes) -> list[list[str]]:
    if b"\0" in data:
        raise TableError(Problem(_("The file is no table: expected XLSX, ODS, CSV or JSON.")))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # as spreadsheets in Spain and France save it
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise TableError(Problem(_("The CSV file is damaged: a quotation mark is not closed."))) from error


def _json(data: bytes, columns: list[str]) -> list[Row]:
    try:
        rows = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TableError(Problem(_("The JSON file is damaged: %(error)s") % {"error": error})) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(Problem(_("The JSON file must be a list of rows, each with its columns.")))
    if len(rows) > MOST_ROWS:
        raise TableError(Problem(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS}))
    rows = [{clean(name): value for name, value in row.items()} for row in rows]
    _check_header(list(dict.fromkeys(name for row in rows for name in row)), columns)
    if errors := [
        Problem(_no_value(value), number, name)
        for number, row in enumerate(rows, 2)
        for name, value in row.items()
        if _is_error(value)
    ]:
        raise TableError(*errors)
    return [
        # No spreadsheet program reads JSON: nothing was made safe on the way out, so nothing is taken off.
        Row(number, {name: clean(value) if isinstance(value, str) else _plain(value) for name, value in row.items()})
        for number, row in enumerate(rows, 2)
    ]


def _plain(value: Any) -> Any:
    """A cell as text, with one apostrophe of safe() taken off; dates and times stay values."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return unsafe(clean(value))
    return value


_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


def safe(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula (OWASP, CSV injection): an apostrophe before it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def unsafe(text: str) -> str:
    """The text that safe() was given: exactly one apostrophe less where safe() would have put one."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_RISKY) else text


def write(kind: str, sheet: str, columns: list[str], rows: list[dict[str, str]]) -> bytes:
    """A file of the format `kind` (see FORMATS) with the table `sheet`. Raises KeyError for another format."""
    if kind == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1).encode()
    table = [columns, *[[safe(row[name]) for name in columns] for row in rows]]
    for number, cells in enumerate(table, 1):
        for name, cell in zip(columns, cells, strict=True):
            if len(cell) > LONGEST_CELL and kind != "csv":
                text = _("The text is longer than the %(most)d characters that a cell takes: export as CSV or JSON.")
                raise TableError(Problem(text % {"most": LONGEST_CELL}, number, name))
    return {"xlsx": _write_xlsx, "ods": _write_ods, "csv": _write_csv}[kind](sheet, table)


def _write_xlsx(sheet: str, table: list[list[str]]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(file, options)
    page = workbook.add_worksheet(sheet)
    head, body = (
        workbook.add_format({"bold": True}),
        workbook.add_format({"text_wrap": True, "valign": "top"}),
    )
    for place, cells in enumerate(table):
        for column, cell in enumerate(cells):
            page.write_string(place, column, cell, body if place else head)
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(table[0]) - 1, 0), 24)
    workbook.close()
    return file.getvalue()


def _write_ods(sheet: str, table: list[list[str]]) -> bytes:
    from odfdo import Cell, Document, Table
    from odfdo import Row as OdsRow

    document = Document("spreadsheet")
    document.body.clear()
    page = Table(sheet)
    for cells in table:
        row = OdsRow()
        for text in cells:
            cell = Cell()
            cell.set_attribute("office:value-type", "string")
            # A line of a cell is a paragraph of it (ODF 1.3 part 3, 6.1); blanks beyond one need text:s.
            for line in text.split("\n"):
                cell.append(_paragraph(line))
            row.append_cell(cell)
        page.append_row(row)
    document.body.append(page)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _paragraph(line: str) -> Any:
    """A paragraph of a cell; blanks are kept (ODF 1.3 part 3, 6.1.3), tabs stay characters: readers drop text:tab."""
    from odfdo import Element, Paragraph

    if "\t" not in line:
        return Paragraph(line)
    plain = Element.from_tag("text:p")
    plain.text = line
    return plain


def _write_csv(sheet: str, table: list[list[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_MINIMAL).writerows(table)
    return file.getvalue().encode("utf-8-sig")
