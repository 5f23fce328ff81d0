"""Reads one sheet of a workbook in a process of its own, with limits of time and memory.

Whoever uploads a workbook chooses how large its one cell says it is, and readers allocate what it says. So its
extent is looked at first, cell by cell, and what happens afterwards happens where it can hurt nobody. On the way
the cells are found that hold an error, or a formula that nobody has calculated: readers hand both on as empty.

`python -m sheets.workbooks SHEET MEMORY SECONDS` is the child: the file on standard input, the answer as MessagePack
on standard output. It imports no Django.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec

SECONDS = 20  # of CPU; twice that by the clock
MEMORY = 1024**3  # bytes of address space
MOST_CELLS = 2_000_000  # of the rectangle that the cells with a value span
MOST_UNPACKED = 100 * 1024 * 1024  # bytes of what a workbook unpacks to
BLOCK = 64 * 1024


class CellError(msgspec.Struct, frozen=True):
    """A cell that holds no value: the text of its error, such as #N/A, or empty for a formula without a result."""

    text: str = ""


class Unreadable(Exception):
    """The workbook gives no table: `why` is damaged, unpacked, extent, limits or sheet (`names` are those it has)."""

    def __init__(self, why: str, names: list[str] | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.names = names or []


def read(data: bytes, sheet: str) -> list[list[Any]]:
    """The rows of the sheet called `sheet` (in any case): text, numbers, truth values, dates, times and CellError.

    Raises Unreadable.
    """
    command = [sys.executable, "-m", "sheets.workbooks", sheet, str(MEMORY), str(SECONDS)]
    try:
        child = subprocess.run(  # noqa: S603  our own program, the sheet's name is one argument
            command, input=data, capture_output=True, timeout=2 * SECONDS, check=True, cwd=Path(__file__).parents[1]
        )
        answer = msgspec.msgpack.decode(child.stdout)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise Unreadable("limits") from error
    if "why" in answer:
        raise Unreadable(answer["why"], answer["names"])
    return [[_value(cell) for cell in row] for row in answer["rows"]]


def _value(cell: Any) -> Any:
    """A cell as the child packed it."""
    if not isinstance(cell, list):
        return cell
    kind, text = cell
    if kind == "seconds":
        return dt.timedelta(seconds=text)
    if kind == "error":
        return CellError(text)
    return _READ[kind](text)


_READ = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}


# --- the child ---


def _packed(cell: Any) -> Any:
    if isinstance(cell, dt.timedelta):
        return ["seconds", cell.total_seconds()]
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return [type(cell).__name__, cell.isoformat()]
    return cell


def _main(sheet: str, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {
            "rows": [[_packed(cell) for cell in row] for row in _rows(sys.stdin.buffer.read(), sheet)]
        }
    except Unreadable as error:
        answer = {"why": error.why, "names": error.names}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


def _rows(data: bytes, sheet: str) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    errors: dict[tuple[int, int], str] = {}
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                    raise Unreadable("unpacked")
                errors = _looked_over(parts, sheet)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet_name = next((name for name in workbook.sheet_names if _same(name, sheet)), None)
        if sheet_name is None:
            raise Unreadable("sheet", list(workbook.sheet_names))
        rows: list[list[Any]] = list(workbook.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False))
    except (zipfile.BadZipFile, CalamineError, expat.ExpatError, OSError, ValueError, KeyError) as error:
        raise Unreadable("damaged") from error
    for (row, column), text in errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = ["error", text]
    return rows


def _same(name: str, sheet: str) -> bool:
    return name.strip().casefold() == sheet.strip().casefold()


def _looked_over(parts: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Where the sheet holds errors (row and column from 0 -> text). Raises Unreadable where it spans too much."""
    names = {name.lower(): name for name in parts.namelist()}
    if len(names) < len(parts.namelist()):
        raise ValueError("two parts of one name: readers may take the one or the other")
    if "content.xml" in names:
        cells = _ods_cells(parts, sheet)
    elif "xl/workbook.xml" in names:
        path = _xlsx_path(parts, sheet)
        if not path:
            return {}  # there is no such sheet, as the reader will say
        if path.lower() not in names:
            raise ValueError("the sheet is not where the workbook says")
        cells = _xlsx_cells(parts, names[path.lower()])
    else:
        raise ValueError("neither XLSX nor ODS")
    rows = columns = 0
    errors = {}
    for row, column, error in cells:
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        if rows * columns > MOST_CELLS:
            raise Unreadable("extent")
        if error is not None:
            errors[row, column] = error
    return errors


def _events(parts: zipfile.ZipFile, path: str) -> Iterator[tuple[str, str, Any]]:
    """What an XML file says, in its order: ("start", name, attributes), ("text", "", text), ("end", name, None).

    Names without their prefix. A document type is refused: nothing that writes workbooks needs entities.
    """
    events: list[tuple[str, str, Any]] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def local(name: str) -> str:
        return name.rpartition(":")[2]

    def start(name: str, attributes: dict[str, str]) -> None:
        events.append(("start", local(name), attributes))

    def doctype(*_args: Any) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: events.append(("end", local(name), None))
    parser.CharacterDataHandler = lambda text: events.append(("text", "", text))
    parser.StartDoctypeDeclHandler = doctype
    with parts.open(path) as file:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
            yield from events
            events.clear()
    parser.Parse(b"", True)
    yield from events


def _xlsx_path(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds `sheet` (ECMA-376 part 1, 18.2.19), or ""."""
    targets = {
        attributes["Id"]: attributes["Target"]
        for kind, name, attributes in _events(parts, "xl/_rels/workbook.xml.rels")
        if kind == "start" and name == "Relationship"
    }
    for kind, name, attributes in _events(parts, "xl/workbook.xml"):
        if kind == "start" and name == "sheet" and _same(attributes.get("name", ""), sheet):
            target = targets.get(next((v for k, v in attributes.items() if k.endswith(":id")), ""), "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _xlsx_cells(parts: zipfile.ZipFile, path: str) -> Iterator[tuple[int, int, str | None]]:
    """Row, column and error of each cell that is not empty (ECMA-376 part 1, 18.3.1.4)."""
    row = column = -1
    kind_of_cell, value, has_formula, has_result, inside = "", "", False, False, ""
    for kind, name, given in _events(parts, path):
        if kind == "start" and name == "row":
            row = int(given.get("r", row + 2)) - 1
            column = -1
        elif kind == "start" and name == "c":
            column = _column(given["r"]) if "r" in given else column + 1
            kind_of_cell, value, has_formula, has_result = given.get("t", "n"), "", False, False
        elif kind == "start":
            inside = name
            has_formula = has_formula or name == "f"
            has_result = has_result or name == "v"
        elif kind == "text" and inside in ("v", "t"):
            value += given
        elif kind == "end" and name == "c":
            if kind_of_cell == "e":
                yield row, column, value or "#"
            elif has_formula and not value and not (kind_of_cell == "str" and has_result):
                yield row, column, ""
            elif value:
                yield row, column, None
        elif kind == "end":
            inside = ""


def _column(reference: str) -> int:
    """The column of a reference such as AB12, from 0."""
    number = 0
    for letter in itertools.takewhile(lambda one: "A" <= one <= "Z", reference[:4].upper()):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _ods_cells(parts: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, str | None]]:
    """As _xlsx_cells(), of an OpenDocument (ODF 1.3 part 3, 9.1.3 and 9.1.4): cells and rows stand for several."""
    here = False
    row = column = 0
    rows = columns = 1
    cells: list[tuple[int, int, str | None]] = []
    attributes: dict[str, str] = {}
    text = ""
    for kind, name, given in _events(parts, "content.xml"):
        if kind == "start" and name == "table":
            here = _same(given.get("table:name", ""), sheet)
            row = 0
        elif not here:
            continue
        elif kind == "start" and name == "table-row":
            rows, column, cells = int(given.get("table:number-rows-repeated", 1)), 0, []
        elif kind == "start" and name in ("table-cell", "covered-table-cell"):
            attributes, text = given, ""
            columns = int(given.get("table:number-columns-repeated", 1))
        elif kind == "text":
            text += given
        elif kind == "end" and name in ("table-cell", "covered-table-cell"):
            if error_or_value := _ods_cell(attributes, text):
                cells += [(row, column, error_or_value[0]), (row, column + columns - 1, error_or_value[0])]
            column += columns
        elif kind == "end" and name == "table-row":
            yield from cells
            yield from ((row + rows - 1, column, error) for _row, column, error in cells)
            row += rows


def _ods_cell(attributes: dict[str, str], text: str) -> tuple[str | None] | None:
    """The error of a cell that is not empty (None where it holds a value), in a tuple; None for an empty one."""
    kind, stored = attributes.get("office:value-type", ""), attributes.get("office:string-value")
    shown = text.strip()
    if attributes.get("calcext:value-type") == "error" or (shown.startswith("#") and stored == ""):
        return (shown or "#",)
    if attributes.get("table:formula") and (not kind or (kind == "string" and stored is None and not shown)):
        return ("",)
    return (None,) if kind or text.strip() else None


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
