"""Which of our sheets a grid of cells is, and which of its columns is which: by what a person would call the same."""

from __future__ import annotations

import re
from typing import Any

import tablib
from django.utils import translation
from django.utils.translation import gettext as _

from languages import CODES, name_key
from sheets.columns import NUMBER, REMOVE
from sheets.pages import HELP, LISTS
from sheets.problems import Problem
from sheets.questions import Answers, Question
from sheets.reading import Grid
from sheets.resources import Sheet
from sheets.state import STATE, is_state

LEAVE = "-"  # the answer that a sheet or a column is left out
MOST_ABOVE = 20  # rows above the headers
_SIGNS = re.compile(r"[\[\]().:_/*-]+")


def key(header: Any) -> str:
    """A header as headers are compared: «Título [ES]» and «titulo_es» are one."""
    return name_key(_SIGNS.sub(" ", str(header)))


def known_as(sheet: Sheet) -> dict[str, str]:
    """How each header of `sheet` may be written -> the header: as it is, as the field is called, in any language."""
    names: dict[str, str] = {}
    doubtful: set[str] = set()
    for header, one in sheet.fields.items():
        field: Any = sheet.model._meta.get_field(one.attribute)
        ways = {key(one.attribute)}
        for language in CODES:
            with translation.override(language):
                label = str(getattr(field, "translated_field", field).verbose_name)
                ways.add(key(f"{label} {one.language}" if one.language else label))
        for way in ways:
            if names.setdefault(way, header) != header:
                doubtful.add(way)
    for way in doubtful:
        del names[way]
    for header, words in sheet.parents.items():
        for language in CODES:
            with translation.override(language):
                names.setdefault(key(str(words)), header)
    return names | {key(header): header for header in sheet.headers()}


class Recognised:
    """A grid as a table of `sheet`, or the problems and questions that stand in the way."""

    def __init__(self, grid: Grid, sheets: list[Sheet], answers: Answers, alone: bool, file: str = "") -> None:
        self.grid = grid
        self.answers = answers
        self.problems: list[Problem] = []
        self.sheet: Sheet | None = None
        self.dataset: tablib.Dataset | None = None
        self.samples: dict[str, list[str]] = {}
        if not grid.rows:
            return
        self.known = {sheet.name: known_as(sheet) for sheet in sheets}
        if name_key(grid.name) in (name_key(HELP), name_key(LISTS)) and not self._is_table():
            return
        self.sheet = self._which(sheets, alone, set(key(file).split()) if alone else set())
        if self.sheet is not None:
            self._read(self.sheet)

    def _which(self, sheets: list[Sheet], alone: bool, words: set[str]) -> Sheet | None:
        """The sheet by its name, by its headers, by a word in the name of the file, or as somebody says."""
        named = next((one for one in sheets if name_key(one.name) == name_key(self.grid.name)), None)
        if named is not None:
            return named
        scores = {one.name: max(map(len, self._recognised_rows(one.name)), default=0) for one in sheets}
        best = max(sheets, key=lambda one: scores[one.name])
        headers = max(sum(bool(str(cell).strip()) for cell in cells) for _number, cells in self.grid.rows[:MOST_ABOVE])
        enough = scores[best.name] >= min(3, headers)
        if enough and list(scores.values()).count(scores[best.name]) == 1:
            return best
        if called := self._of_file(sheets, words, scores):
            return called
        # What was recognised, told beside the question.
        tellable = ", ".join(sorted({header for row in self._recognised_rows(best.name) for header in row})) or "—"
        text = _("The sheet “%(sheet)s” is not called like one of ours. Recognised in it: %(names)s. Which one is it?")
        options = ((LEAVE, _("leave the sheet out")), *((one.name, one.name) for one in sheets))
        question = Question(
            f"sheet:{name_key(self.grid.name)}", "sheet", text % {"sheet": self.grid.name or "—", "names": tellable},
            options, "" if alone or scores[best.name] >= 2 else LEAVE, self.grid.name,
        )  # fmt: skip
        answer = self.answers.to(question)
        return next((one for one in sheets if one.name == answer), None)

    def _is_table(self) -> bool:
        """Whether a sheet that is called like our help holds rows all the same."""
        return any(len(row) > 2 for name in self.known for row in self._recognised_rows(name))

    @staticmethod
    def _of_file(sheets: list[Sheet], words: set[str], scores: dict[str, int]) -> Sheet | None:
        called = [one for one in sheets if name_key(one.name) in words and scores[one.name]]
        return called[0] if len(called) == 1 else None

    def _recognised_rows(self, name: str) -> list[set[str]]:
        known = self.known[name]
        return [
            {known[key(cell)] for cell in cells if isinstance(cell, str) and key(cell) in known}
            for _number, cells in self.grid.rows[:MOST_ABOVE]
        ]

    def _read(self, sheet: Sheet) -> None:
        rows = self._recognised_rows(sheet.name)
        at = max(range(len(rows)), key=lambda place: (len(rows[place]), -place))
        number, header = self.grid.rows[at]
        for place, row in enumerate(rows):
            if (
                place != at
                and len(row) > 1
                and len(row) * 2 > sum(bool(str(c).strip()) for c in self.grid.rows[place][1])
            ):
                text = _("This row names columns too, beside row %(row)d: bring one table a sheet.")
                self.problems.append(Problem(text % {"row": number}, self.grid.rows[place][0], sheet=sheet.name))
        names = self._columns(sheet, header, number, self.grid.rows[at + 1 :])
        self._missing(sheet, {name for name in names if name})
        if self.problems:
            return
        kept = [(place, name) for place, name in enumerate(names) if name]
        dataset = tablib.Dataset(headers=[NUMBER, *(name for _place, name in kept)])
        for row_number, cells in self.grid.rows[at + 1 :]:
            if len(cells) > len(names) and any(str(cell).strip() for cell in cells[len(names) :]):
                text = _("There is a cell to the right of the last column.")
                self.problems.append(Problem(text, row_number, sheet=sheet.name))
                continue
            padded = [*cells, *[""] * (len(names) - len(cells))]
            if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in padded):
                continue
            dataset.append([row_number, *(padded[place] for place, _name in kept)])
        self.dataset = dataset

    def _columns(self, sheet: Sheet, header: list[Any], number: int, below: list[Any]) -> list[str]:
        """The header of ours for each column, "" for one that is left out or has no name."""
        known = self.known[sheet.name]
        names = []
        for place, cell in enumerate(header):
            written = str("" if cell is None else cell).strip()
            name = known.get(key(written), "") if written else ""
            if name == STATE and not _holds_states(place, below):
                name = ""  # a column of somebody's own that is called like ours
            if written and not name:
                name = self._asked(sheet, written, place, below)
            names.append(name)
            if name and names.count(name) > 1:
                text = _("The column “%(name)s” appears twice.") % {"name": name}
                self.problems.append(Problem(text, number, sheet=sheet.name))
            if not written and any(len(cells) > place and str(cells[place]).strip() for _row, cells in below):
                text = _("The column %(place)d has no name above it.") % {"place": place + 1}
                self.problems.append(Problem(text, number, sheet=sheet.name))
        return names

    def _asked(self, sheet: Sheet, written: str, place: int, below: list[Any]) -> str:
        """Which column `written` is, as somebody says; "" for one that is left out, or not answered yet."""
        samples = [str(cells[place]) for _row, cells in below if len(cells) > place and str(cells[place]).strip()][:3]
        text = _("“%(name)s” is no column of this sheet. Which one is it?") % {"name": written}
        if samples:
            text += " " + _("In it: %(samples)s.") % {"samples": "; ".join(sample[:40] for sample in samples)}
        offered = [name for name in sheet.headers() if name not in (STATE, REMOVE)]
        options = ((LEAVE, _("leave the column out")), *((name, name) for name in offered))
        question = Question(f"col:{sheet.name}:{key(written)}", "col", text, options, sheet=sheet.name)
        answer = self.answers.to(question)
        return "" if answer == LEAVE else answer

    def _missing(self, sheet: Sheet, names: set[str]) -> None:
        """Tell what no row can be taken without, in words."""
        keys = {one.column_name for one in sheet.columns if one.key}
        if sheet.coded and keys & names:
            return
        needed = {one.column_name: str(one.needed) for one in sheet.columns if one.needed}
        needed |= {header: str(words) for header, words in list(sheet.parents.items())[1:]}  # the first can be asked
        if missing := {name: words for name, words in needed.items() if name not in names}:
            words = ", ".join(f"{words} ({name})" for name, words in missing.items())
            text = _("Missing is a column with: %(words)s. Recognised: %(names)s.")
            recognised = ", ".join(sorted(names)) or "—"
            self.problems.append(Problem(text % {"words": words, "names": recognised}, sheet=sheet.name))


def _holds_states(place: int, below: list[Any]) -> bool:
    """Whether the column at `place` tells what was changed in its rows, or is empty."""
    cells = [cells[place] for _row, cells in below if len(cells) > place and str(cells[place]).strip()]
    return not cells or any(is_state(cell) for cell in cells)
