"""Files in: XLSX, ODS, CSV and JSON as named grids of cells. Knows files and cells, not what they mean."""

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
from sheets import encodings, workbooks
from sheets.cells import plain
from sheets.problems import Problem, TableError

MAXIMUM = 5 * 1024 * 1024  # bytes of a file
MOST_ROWS = 20_000  # with something in them, of one sheet
MOST_COLUMNS = 200
csv.field_size_limit(MAXIMUM)
QUOTED = re.compile(r'(^|[;,\t])"(?:[^"]|"")*"', re.M)  # a cell in quotes: the signs in it part nothing


class Grid(msgspec.Struct, frozen=True):
    """A sheet: its name ("" where the format has none) and its rows that say something, each with its number.

    The number is the one that the spreadsheet shows; cells are as cells.plain() gives them, or CellError.
    """

    name: str
    rows: list[tuple[int, list[Any]]]


class Book(msgspec.Struct, frozen=True):
    """What a file holds. `kind` is xlsx, ods, csv or json; `encoding` that of a text file.

    `readings` are the texts of a CSV file whose letters can be read in several ways: encoding -> words that differ.
    """

    kind: str
    grids: list[Grid]
    encoding: str = ""
    readings: dict[str, list[str]] = {}


def read(data: bytes, encoding: str = "") -> Book:
    """The sheets of the file `data`; `encoding` is the one to read a CSV file with, where somebody said it.

    Raises TableError for what is none of the formats, damaged, too large or dangerous.
    """
    if len(data) > MAXIMUM:
        raise TableError(Problem(_("The file has more than %(most)d MB.") % {"most": MAXIMUM // 1024**2}))
    if not data.strip():
        raise TableError(Problem(_("The file is empty.")))
    if data[:4] == b"\xd0\xcf\x11\xe0":  # of Excel 97: its errors cannot be told from empty cells
        raise TableError(Problem(_("This is a workbook of the old format (.xls): save it as .xlsx or .ods.")))
    if data[:2] == b"PK":
        book = Book("ods" if b"opendocument" in data[:200] else "xlsx", [_grid(*sheet) for sheet in _workbook(data)])
    elif data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        book = Book("json", _json(data), "utf-8")
    else:
        book = _csv(data, encoding)
    for grid in book.grids:
        _check_size(grid)
    return book


def _check_size(grid: Grid) -> None:
    _check_counts(grid.name, len(grid.rows), max((len(cells) for _number, cells in grid.rows), default=0))


def _check_counts(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise TableError(Problem(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS}, sheet=name))
    if columns > MOST_COLUMNS:
        text = _("The table has %(count)d columns: it is not ours.")
        raise TableError(Problem(text % {"count": columns}, sheet=name))


def _grid(name: str, table: list[list[Any]]) -> Grid:
    rows = []
    for number, cells in enumerate(table, 1):
        values = [plain(cell) for cell in cells]
        while values and _blank(values[-1]):
            values.pop()
        if values:
            rows.append((number, values))
    return Grid(name.strip(), rows)


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _workbook(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    try:
        return workbooks.read(data)
    except workbooks.Unreadable as error:
        sentences = {
            "unpacked": _("The workbook unpacks to more than 100 MB."),
            "extent": _("A cell stands very far away from the others of its sheet: delete its row and column."),
            "sheets": _("The workbook has more than %(most)d sheets.") % {"most": workbooks.MOST_SHEETS},
            "limits": _("The workbook is too large to be read: save the sheet you need alone as a new file."),
        }
        text = sentences.get(error.why, _("The workbook is damaged: it cannot be opened."))
        raise TableError(Problem(text)) from error


def _csv(data: bytes, encoding: str) -> Book:
    found, readings = encodings.detect(data)
    encoding = encoding if encoding in readings else found
    text = encodings.decode(data, encoding)
    if "\0" in text:
        raise TableError(Problem(_("The file is no table: expected XLSX, ODS, CSV or JSON.")))
    text = text.lstrip("\r\n")
    first, _break, rest = text.partition("\n")
    if first.strip().lower().removeprefix("sep=") in (";", ",", "\\t") and first.lower().startswith("sep="):
        # What some programs put above the table; the line stays as an empty one, so that rows keep their numbers.
        delimiter = first.strip()[4:].replace("\\t", "\t")
        text = "\n" + rest
    else:
        delimiter = _delimiter(text)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise TableError(Problem(_("The CSV file is damaged: a quotation mark is not closed."))) from error
    return Book("csv", [_grid("", list(table))], encoding, readings)


def _delimiter(text: str) -> str:
    """The sign that parts the cells: the one of which most lines have equally many. A title above has what it has."""
    bare = QUOTED.sub(r"\1", text[:200_000])
    lines = [line for line in bare.splitlines()[:30] if line.strip()]

    def alike(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines if sign in line)
        return max(((lines, count) for count, lines in counts.items()), default=(0, 0))

    return max(";,\t", key=alike)


def _json(data: bytes) -> list[Grid]:
    """A list of rows, each an object of its columns; or an object of such lists, by sheet."""
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except _Twice as error:
        raise TableError(Problem(_("The column “%(name)s” appears twice.") % {"name": error})) from error
    except RecursionError as error:
        raise TableError(Problem(_("The JSON file is nested too deeply: it is not ours."))) from error
    except ValueError as error:
        raise TableError(Problem(_("The JSON file is damaged: %(error)s") % {"error": error})) from error
    sheets = content if isinstance(content, dict) else {"": content}
    grids = []
    for name, rows in sheets.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TableError(
                Problem(_("The JSON file must be a list of rows, each with its columns, or such a list by sheet."))
            )
        headers = list(dict.fromkeys(header for row in rows for header in row))
        called = clean(name)
        _check_counts(called, len(rows), len(headers))  # before a table is made of them
        # A column that a row leaves out is not said there: None, which no other format knows.
        table = [[plain(row[header], protected=False) if header in row else None for header in headers] for row in rows]
        grids.append(Grid(called, [(1, list(headers)), *enumerate(table, 2)] if rows else []))
    return grids


class _Twice(Exception):
    """An object says one thing twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(clean(name))
        found[name] = value
    return found
