"""Tables out: XLSX, ODS, CSV and JSON of pages whose cells are text, numbers, dates and times."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from sheets import opendocument
from sheets.cells import safe
from sheets.pages import LISTS, SPARE, Page
from sheets.problems import Problem, TableError

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
MANY = ("xlsx", "ods", "json")  # those that hold several sheets
LONGEST_CELL = 32_767  # characters; what spreadsheet programs take (Excel specifications and limits)


def write(kind: str, pages: list[Page], help_text: Page | None = None) -> bytes:
    """A file of the format `kind` (see FORMATS) with `pages`; several only for the formats of MANY.

    `help_text` becomes the first sheet of a workbook. Raises KeyError for another format, TableError for a text that
    is longer than a cell.
    """
    if kind == "json":
        tables = {page.name: [_named(page, row) for row in page.rows] for page in pages}
        content = tables if len(pages) != 1 else next(iter(tables.values()))
        return json.dumps(content, ensure_ascii=False, indent=1).encode()
    if kind == "csv":
        (page,) = pages
        file = io.StringIO(newline="")
        rows = [
            [head.name for head in page.heads],
            *([safe(cell) if isinstance(cell, str) else _text(cell) for cell in row] for row in page.rows),
        ]
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_MINIMAL).writerows(rows)
        return file.getvalue().encode("utf-8-sig")
    writers: dict[str, Callable[[list[Page], Page | None], bytes]] = {"xlsx": _xlsx, "ods": opendocument.write}
    for page in pages:
        for number, cells in enumerate(page.rows, 2):
            for head, cell in zip(page.heads, cells, strict=True):
                if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                    text = _(
                        "The text is longer than the %(most)d characters that a cell takes: export as CSV or JSON."
                    )
                    raise TableError(Problem(text % {"most": LONGEST_CELL}, number, head.name, page.name))
    return writers[kind](pages, help_text)


def _text(cell: Any) -> str:
    if isinstance(cell, dt.time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float):
        # Never three places after the point: where the point parts thousands, 40.416 is forty thousand.
        whole, _point, places = repr(cell).partition(".")
        return f"{whole}.{places.ljust(4, '0')}" if places.isdecimal() else repr(cell)
    return str(cell)


def _named(page: Page, row: list[Any]) -> dict[str, Any]:
    return {
        head.name: _text(cell) if isinstance(cell, dt.date | dt.time) else cell
        for head, cell in zip(page.heads, row, strict=True)
    }


def _xlsx(pages: list[Page], help_text: Page | None) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    bold = workbook.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
    formats = {
        # Text, so that what is typed over it stays text: no date of «3-2», no formula of «- one».
        "text": workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "number": workbook.add_format({"valign": "top"}),
        "date": workbook.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "time": workbook.add_format({"valign": "top", "num_format": "hh:mm"}),
        "hidden": workbook.add_format({"num_format": "@"}),
    }
    if help_text:
        _xlsx_help(workbook, help_text, bold, formats["text"])
    sheets = [workbook.add_worksheet(page.name) for page in pages]
    lists = _xlsx_lists(workbook, pages, formats)
    for sheet, page in zip(sheets, pages, strict=True):
        for column, head in enumerate(page.heads):
            sheet.set_column(column, column, head.width, formats[head.kind], {"hidden": head.kind == "hidden"})
            sheet.write_string(0, column, head.name, bold)
            if head.note:
                sheet.write_comment(0, column, head.note, {"x_scale": 2})
            if source := lists.get(head.choices):
                rule = {"validate": "list", "source": source, "error_type": "stop" if head.closed else "information"}
                sheet.data_validation(1, column, len(page.rows) + SPARE, column, rule)
        for place, cells in enumerate(page.rows, 1):
            for column, (head, cell) in enumerate(zip(page.heads, cells, strict=True)):
                _xlsx_cell(sheet, place, column, cell, formats[head.kind])
        sheet.freeze_panes(1, min(2, len(page.heads)))
    for sheet in workbook.worksheets():
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it needs
        sheet.repeat_rows(0)
    if help_text and sheets:
        sheets[0].activate()
    workbook.close()
    return file.getvalue()


def _xlsx_help(workbook: Any, page: Page, bold: Any, look: Any) -> None:
    sheet = workbook.add_worksheet(page.name)
    for column, head in enumerate(page.heads):
        sheet.set_column(column, column, head.width)
    for place, cells in enumerate([[head.name for head in page.heads], *page.rows]):
        for column, cell in enumerate(cells):
            sheet.write_string(place, column, str(cell), bold if place == 0 else look)


def _xlsx_lists(workbook: Any, pages: list[Page], formats: dict[str, Any]) -> dict[tuple[Any, ...], str]:
    """Writes every list to choose from once, on a hidden sheet; where each stands."""
    wanted = list(dict.fromkeys(head.choices for page in pages for head in page.heads if head.choices))
    if not wanted:
        return {}
    sheet = workbook.add_worksheet(LISTS)
    sheet.hide()
    places = {}
    for column, choices in enumerate(wanted):
        for place, choice in enumerate(choices):
            kind = "date" if isinstance(choice, dt.date) else "text" if isinstance(choice, str) else "number"
            _xlsx_cell(sheet, place, column, choice, formats[kind])
        letter = opendocument.letters(column)
        places[choices] = f"={LISTS}!${letter}$1:${letter}${len(choices)}"
    return places


def _xlsx_cell(sheet: Any, row: int, column: int, cell: Any, look: Any) -> None:
    if cell == "":
        return
    if isinstance(cell, dt.date | dt.time):
        sheet.write_datetime(row, column, cell, look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, safe(cell, formulas=False), look)
    else:
        sheet.write_number(row, column, cell, look)
