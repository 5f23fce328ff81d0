"""Reads the sheets of a workbook in a process of its own, with limits of time and memory.

Whoever uploads a workbook chooses how large its one cell says it is, and readers allocate what it says. So its
extent is looked at first, cell by cell, and what happens afterwards happens where it can hurt nobody. On the way
the cells are found that readers hand on as something else: an error, or a formula that nobody has calculated (as
empty), and a text with tabs of OpenDocument (without them).

`python -m sheets.workbooks MEMORY SECONDS` is the child: the file on standard input, the answer as MessagePack on
standard output. It imports no Django.
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
MOST_CELLS = 2_000_000  # of the rectangles that the cells with a value span, all sheets together
MOST_SHEETS = 60
MOST_UNPACKED = 100 * 1024 * 1024  # bytes of what a workbook unpacks to
MOST_MERGED = 5000  # areas of one sheet
BLOCK = 64 * 1024
_Area = tuple[int, int, int, int]  # its first row and column, and its last


class CellError(msgspec.Struct, frozen=True):
    """A cell that holds no value: the text of its error, such as #N/A, or empty for a formula without a result."""

    text: str = ""
    merged: bool = False  # part of a larger cell that says something


class Unreadable(Exception):
    """The workbook gives no table: `why` is damaged, unpacked, extent, sheets or limits."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    """The name and the rows of each sheet: text, numbers, truth values, dates, times and CellError.

    Raises Unreadable.
    """
    command = [sys.executable, "-m", "sheets.workbooks", str(MEMORY), str(SECONDS)]
    try:
        child = subprocess.run(  # noqa: S603  our own program
            command, input=data, capture_output=True, timeout=2 * SECONDS, check=True, cwd=Path(__file__).parents[1]
        )
        answer = msgspec.msgpack.decode(child.stdout)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise Unreadable("limits") from error
    if "why" in answer:
        raise Unreadable(answer["why"])
    return [(name, [[_value(cell) for cell in row] for row in rows]) for name, rows in answer["sheets"]]


def _value(cell: Any) -> Any:
    """A cell as the child packed it."""
    if not isinstance(cell, list):
        return cell
    kind, text = cell
    if kind == "seconds":
        return dt.timedelta(seconds=text)
    if kind == "error":
        return CellError(text)
    if kind == "merged":
        return CellError(merged=True)
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


def _main(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": list(_sheets(sys.stdin.buffer.read()))}
    except Unreadable as error:
        answer = {"why": error.why}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


class _Merged(msgspec.Struct, frozen=True):
    """What is told of a cell that covers others, down to a row and a column."""

    bottom: int
    right: int


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    told: dict[str, dict[tuple[int, int], Any]] = {}
    merged: dict[str, list[_Area]] = {}
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                    raise Unreadable("unpacked")
                told, merged = _looked_over(parts)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(workbook.sheet_names) > MOST_SHEETS:
            raise Unreadable("sheets")
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            table = _corrected([[_packed(cell) for cell in row] for row in rows], told.get(name, {}))
            _cover(table, merged.get(name, []))
            yield name, table
    except (zipfile.BadZipFile, CalamineError, expat.ExpatError, OSError, ValueError, KeyError) as error:
        raise Unreadable("damaged") from error


def _corrected(rows: list[list[Any]], told: dict[tuple[int, int], Any]) -> list[list[Any]]:
    """`rows` with the cells that the reader does not tell as they are."""
    for (row, column), cell in told.items():
        while len(rows) <= row:
            rows.append([])
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = cell
    return rows


def _cover(rows: list[list[Any]], areas: list[_Area]) -> None:
    """Mark the cells that a merged one covers, where it says something: empty they would say that nothing is there."""
    for top, left, bottom, right in areas:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] in ("", None):
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                if (row, column) != (top, left):
                    rows[row][column] = ["merged", ""]


def _looked_over(
    parts: zipfile.ZipFile,
) -> tuple[dict[str, dict[tuple[int, int], Any]], dict[str, list[_Area]]]:
    """Sheet -> row and column from 0 -> the cell as it must be packed; and sheet -> what is merged.

    Raises Unreadable where all spans too much.
    """
    names = {name.lower(): name for name in parts.namelist()}
    if len(names) < len(parts.namelist()):
        raise ValueError("two parts of one name: readers may take the one or the other")
    if "content.xml" in names:
        sheets = _ods_cells(parts)
    elif "xl/workbook.xml" in names:
        sheets = _xlsx_cells(parts, names)
    else:
        raise ValueError("neither XLSX nor ODS")
    spans: dict[str, tuple[int, int]] = {}
    told: dict[str, dict[tuple[int, int], Any]] = {}
    merged: dict[str, list[_Area]] = {}
    whole = 0  # cells of all rectangles
    for sheet, row, column, cell in sheets:
        if isinstance(cell, _Merged):
            areas = merged.setdefault(sheet, [])
            areas.append((row, column, cell.bottom, cell.right))
            if len(areas) > MOST_MERGED:
                raise Unreadable("extent")
            continue
        rows, columns = spans.get(sheet, (0, 0))
        if row >= rows or column >= columns:
            whole -= rows * columns
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            whole += rows * columns
            spans[sheet] = rows, columns
            if whole > MOST_CELLS or len(spans) > MOST_SHEETS:
                raise Unreadable("extent" if whole > MOST_CELLS else "sheets")
        if cell is not None:
            told.setdefault(sheet, {})[row, column] = cell
    return told, merged


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


def _xlsx_paths(parts: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet -> the part that holds it (ECMA-376 part 1, 18.2.19)."""
    targets = {
        attributes["Id"]: attributes["Target"]
        for kind, name, attributes in _events(parts, "xl/_rels/workbook.xml.rels")
        if kind == "start" and name == "Relationship"
    }
    paths = {}
    for kind, name, attributes in _events(parts, "xl/workbook.xml"):
        if kind == "start" and name == "sheet":
            target = targets.get(next((v for k, v in attributes.items() if k.endswith(":id")), ""), "")
            paths[attributes.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return paths


def _xlsx_cells(parts: zipfile.ZipFile, names: dict[str, str]) -> Iterator[tuple[str, int, int, Any]]:
    """Sheet, row, column and, where it holds an error, the packed cell of each that is not empty.

    ECMA-376 part 1, 18.3.1.4.
    """
    for sheet, path in _xlsx_paths(parts).items():
        if path.lower() not in names:
            raise ValueError("a sheet is not where the workbook says")
        for row, column, told in _xlsx_sheet(parts, names[path.lower()]):
            yield sheet, row, column, ["error", told] if isinstance(told, str) else told


def _xlsx_sheet(parts: zipfile.ZipFile, path: str) -> Iterator[tuple[int, int, str | _Merged | None]]:
    row = column = -1
    kind_of_cell, value, has_formula, has_result, inside = "", "", False, False, ""
    for kind, name, given in _events(parts, path):
        if kind == "start" and name == "row":
            row = int(given.get("r", row + 2)) - 1
            column = -1
        elif kind == "start" and name == "c":
            column = _column(given["r"]) if "r" in given else column + 1
            kind_of_cell, value, has_formula, has_result = given.get("t", "n"), "", False, False
        elif kind == "start" and name == "mergeCell":  # ECMA-376 part 1, 18.3.1.54
            first, _colon, last = given["ref"].partition(":")
            yield _line(first), _column(first), _Merged(_line(last or first), _column(last or first))
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


def _line(reference: str) -> int:
    """The row of a reference such as AB12, from 0. Raises ValueError."""
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")[:9]) - 1


def _ods_cells(parts: zipfile.ZipFile) -> Iterator[tuple[str, int, int, Any]]:
    """As _xlsx_cells(), of an OpenDocument (ODF 1.3 part 3, 9.1.3 and 9.1.4): cells and rows stand for several."""
    sheet = ""
    row = column = 0
    rows = columns = 1
    cells: list[tuple[int, Any]] = []
    attributes: dict[str, str] = {}
    text = _OdsText()
    for kind, name, given in _events(parts, "content.xml"):
        if kind == "start" and name == "table":
            sheet = given.get("table:name", "")
            row = 0
        elif kind == "start" and name == "table-row":
            rows, column, cells = int(given.get("table:number-rows-repeated", 1)), 0, []
        elif kind == "start" and name in ("table-cell", "covered-table-cell"):
            attributes, text = given, _OdsText()
            columns = int(given.get("table:number-columns-repeated", 1))
        elif kind == "end" and name in ("table-cell", "covered-table-cell"):
            over = int(attributes.get("table:number-rows-spanned", 1))
            across = int(attributes.get("table:number-columns-spanned", 1))
            if over > 1 or across > 1:
                yield sheet, row, column, _Merged(row + over - 1, column + across - 1)
            if told := _ods_cell(attributes, text):
                cells += [(column, told[0]), (column + columns - 1, told[0])]
            column += columns
        elif kind == "end" and name == "table-row":
            yield from ((sheet, row, of, cell) for of, cell in cells)
            yield from ((sheet, row + rows - 1, of, cell) for of, cell in cells if rows > 1)
            row += rows
        else:
            text.take(kind, name, given)


class _OdsText:
    """The text of a cell: its paragraphs, with blanks, tabs and breaks that are elements (ODF 1.3 part 3, 6.1)."""

    def __init__(self) -> None:
        self.text = ""
        self.tabs = False
        self._paragraphs = 0
        self._inside = False
        self._apart = 0  # how deep inside a comment, which is none of the cell's text

    def take(self, kind: str, name: str, given: Any) -> None:
        if name == "annotation":
            self._apart += 1 if kind == "start" else -1
        elif self._apart:
            return
        elif kind == "text" and self._inside:
            self.text += given
        elif name == "p":
            self._inside = kind == "start"
            self.text += "\n" if self._inside and self._paragraphs else ""
            self._paragraphs += self._inside
        elif kind == "start" and name == "s":
            self.text += " " * min(int(given.get("text:c", 1)), BLOCK)
        elif kind == "start" and name in ("tab", "line-break"):
            self.text += "\t" if name == "tab" else "\n"
            self.tabs = True


def _ods_cell(attributes: dict[str, str], text: _OdsText) -> tuple[Any] | None:
    """What the reader does not tell of a cell, packed (None for nothing), in a tuple; None for an empty cell."""
    kind, stored = attributes.get("office:value-type", ""), attributes.get("office:string-value")
    shown = text.text.strip()
    if attributes.get("calcext:value-type") == "error" or (shown.startswith("#") and stored == ""):
        return (["error", shown or "#"],)
    if attributes.get("table:formula") and (not kind or (kind == "string" and stored is None and not shown)):
        return (["error", ""],)
    if text.tabs and kind == "string":
        return (text.text,)
    return (None,) if kind or shown else None


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))
