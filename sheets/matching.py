"""Which row of the database a row of a file is about: by its key, by what it was exported as, by what it says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sheets import state
from sheets.cells import error_of, why_none
from sheets.columns import NUMBER, REMOVE, written
from sheets.questions import Asked, LeftOut, Question
from sheets.widgets import Truth, shown

if TYPE_CHECKING:
    from sheets.resources import Sheet

MOST_OFFERED = 20
_Stops = (ValidationError, Asked, LeftOut)  # what stands in the way of a row
_NEW = object()  # somebody said that it is a new one
LEAVE = "leave"


class Line:
    """A row of the file on its way to its row of the database."""

    def __init__(self, cells: dict[str, Any]) -> None:
        self.cells = cells
        self.number: int = cells[NUMBER]
        self.parent: Any = None
        self.key: tuple[str, ...] = ()


def match(sheet: Sheet, rows: list[dict[str, Any]]) -> dict[int, Any]:
    """Number of the row -> the row of the database that it is about, None for a new one, or the error that it is.

    What was exported as a row is that row, whatever else the file says; rows whose key is known come then, so that none
    takes the row of another; then those that say the same as a row; at last what only somebody can say.
    """
    matching = _Matching(sheet)
    lines = [Line(cells) for cells in rows]
    lines = [line for line in lines if matching.placed(line)]
    for step in (
        matching.proven, matching.moved, matching.by_kept_key, matching.unknown_code, matching.by_key,
        matching.as_it_says, matching.no_more, matching.as_somebody_says,
    ):  # fmt: skip
        lines = matching.take(lines, step)
    return matching.found | dict.fromkeys((line.number for line in lines), None)


class _Matching:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.answers = sheet.book.answers
        self.found: dict[int, Any] = {}
        self.claimed: dict[int, int] = {}  # id() of a row of the database -> number of the row of the file
        self.left: set[int] = set()  # id() of rows that the file takes away, or gives another key
        self.known = {(_id(sheet.parent_of(one)), *identity(sheet, one)): one for one in sheet.rows}
        self.columns = [one for one in sheet.columns if one.key]
        self._unclaimed: dict[int, list[Any]] | None = None

    def placed(self, line: Line) -> bool:
        """Whether the parent and the key of a row could be read; otherwise what stands in the way is its answer."""
        try:
            cells = {name: line.cells.get(name) for name in self.sheet.parents}
            if errors := {name: [why_none(cell)] for name, cell in cells.items() if error_of(cell) is not None}:
                raise ValidationError(errors)
            line.parent = self.sheet.parent(line.cells)
            line.key = self._key(line)
        except _Stops as error:
            self.found[line.number] = error
            return False
        return True

    def take(self, lines: list[Line], step: Callable[[Line], Any]) -> list[Line]:
        """Give each row what `step` finds; the rows for which it finds nothing."""
        left = []
        for line in lines:
            try:
                one = step(line)
            except _Stops as error:
                self.found[line.number] = error
                continue
            if one is None:
                left.append(line)
            elif one is _NEW:
                self.found[line.number] = None
            else:
                self._claim(line, one)
        return left

    def _claim(self, line: Line, one: Any) -> None:
        if (other := self.claimed.setdefault(id(one), line.number)) == line.number:
            self.found[line.number] = one
            return
        text = _("This row is about the same as row %(row)d; a new one has an empty code or address.")
        self.found[line.number] = ValidationError(text % {"row": other})

    # --- the steps ---

    def proven(self, line: Line) -> Any:
        """The row that the line was exported as and still is."""
        if not _has_state(line) or (not self.sheet.coded and self._key_changed(line)):
            return None
        one = self._known(line)
        if one is not None and not self.sheet.coded and _is_removed(line):
            self.left.add(id(one))
        return one

    def moved(self, line: Line) -> Any:
        """The row that the line was exported as, where the file gives it another key."""
        if self.sheet.coded or not _has_state(line):
            return None
        one = self._exported(line)
        if one is not None:
            self.left.add(id(one))
        return one

    def by_kept_key(self, line: Line) -> Any:
        """The row with the key of the line, unless that is another key than the line was exported with.

        Nor where another line was exported as that row and leaves its place: the line is a new one, in that place.
        """
        one = None if not self.sheet.coded and self._key_changed(line) else self._known(line)
        return None if id(one) in self.left else one

    def unknown_code(self, line: Line) -> Any:
        """What somebody means by a code that no row has; a new row has an empty one."""
        return self._unknown_code(line, self._exported(line)) if self.sheet.coded and any(line.key) else None

    def by_key(self, line: Line) -> Any:
        """The row with the key of the line, where no other has it: the line was copied, and its key changed."""
        one = self._known(line)
        return one if one is not None and id(one) not in self.claimed else None

    def as_it_says(self, line: Line) -> Any:
        """The row that says the same, each to one line; asked where that may be chance."""
        said = self.sheet.said_by(line.cells, line.parent)
        if said is None:
            return None
        one = next((one for one in self.sheet.saying(line.parent, said) if id(one) not in self.claimed), None)
        if one is None:
            return None if _has_state(line) else self._said_twice(line, said)
        if not self.sheet.asks_of_equals:
            return one
        options = [("same", _is(self.sheet, one)), ("new", _("it is another one: make it too"))]
        text = _("There is “%(name)s” already, and this row has no code.") % {"name": self.sheet.call(one)}
        return one if self._ask("equal", line, text, options) == "same" else _NEW

    def as_somebody_says(self, line: Line) -> Any:
        """Whether a line without code is a new row, or the correction of one that the file does not name otherwise."""
        if not self.sheet.corrects:
            return None
        if self._unclaimed is None:
            self._unclaimed = {}
            for one in self.sheet.rows:
                if id(one) not in self.claimed:
                    self._unclaimed.setdefault(_id(self.sheet.parent_of(one)), []).append(one)
        candidates = self._unclaimed.get(_id(line.parent), [])[:MOST_OFFERED]
        if not candidates:
            return None
        text = _("The row has no code, and nothing says the same. Is it a new one, or a correction?")
        answer = self._ask("which", line, text, [*self._offered(candidates), ("new", _("make a new one"))])
        return self._chosen(candidates, answer)

    def no_more(self, line: Line) -> Any:
        """What was exported as a row that is no more is no new row by itself: somebody took it away, or changed it."""
        if self.sheet.coded or not _has_state(line) or self._was_copied(line):
            return None
        text = _("“%(name)s” was in the programme when the file was exported, and is no more.")
        name = " · ".join(filter(None, (shown(line.cells.get(one.column_name) or "") for one in self.columns)))
        options = [("new", _("make it again"))]
        self._ask("again", line, text % {"name": name}, options, LEAVE if self._is_untouched(line) else "")
        return _NEW

    # --- what they need ---

    def _exported(self, line: Line) -> Any:
        """The row that has the key with which the line was exported, unless another line is about it."""
        return self._with_key(line, self._free(line.parent))

    def _was_copied(self, line: Line) -> bool:
        """Whether the row as which a line was exported is there, and another line is about it."""
        rows = [one for one in self.sheet.rows if self.sheet.parent_of(one) is line.parent]
        return self._with_key(line, rows) is not None

    def _with_key(self, line: Line, rows: list[Any]) -> Any:
        before = state.read(line.cells.get(state.STATE) or "", [*self.sheet.fields])
        was = [before.get(one.column_name) for one in self.columns]
        return next((one for one in rows if self._digests(one) == was), None) if all(was) else None

    def _is_untouched(self, line: Line) -> bool:
        """Whether every cell of a line is as it was exported."""
        before = state.read(line.cells.get(state.STATE) or "", [*self.sheet.fields])
        cells = {name: cell for name, cell in line.cells.items() if name in self.sheet.fields and cell is not None}
        return all(before.get(name) == state.digest(state.canonical(cell)) for name, cell in cells.items())

    def _unknown_code(self, line: Line, same: Any) -> Any:
        """What is meant by a code that no row has."""
        sheet = self.sheet
        said = sheet.said_by(line.cells, line.parent)
        equal = [one for one in sheet.saying(line.parent, said) if id(one) not in self.claimed] if said else []
        alike = [same] if same is not None else equal[:MOST_OFFERED]
        options = self._offered(alike)
        if sheet.book.rights.may(
            "add", sheet.model(**({sheet.parent_field: line.parent} if sheet.parent_field else {}))
        ):
            options.append(("new", _("make a new one with this code")))
        text = _("No row has the code “%(code)s”: it may be misspelt, or the row was deleted.") % {"code": line.key[0]}
        return self._chosen(alike, self._ask("code", line, text, options))

    def _said_twice(self, line: Line, said: Any) -> Any:
        """None for a new row, unless a row above in the same file says the same."""
        place = (self.sheet.name, _id(line.parent), said)
        above = self.sheet.book.said_above.setdefault(place, line.number)
        if above == line.number:
            return None
        text = _("The row says the same as row %(row)d.") % {"row": above}
        self._ask("twice", line, text, [("new", _("it is another one: make it too"))])
        return _NEW

    def _ask(self, kind: str, line: Line, text: str, options: list[tuple[str, str]], default: str = "") -> str:
        """The answer to a question about a line. Raises Asked where there is none, LeftOut where it says so."""
        name = self.sheet.name
        every = (*options, (LEAVE, _("leave the row out")))
        answer = self.answers.need(
            Question(f"{kind}:{name}:{line.number}", kind, text, every, default, name, line.number)
        )
        if answer == LEAVE:
            raise LeftOut
        return answer

    def _offered(self, rows: list[Any]) -> list[tuple[str, str]]:
        return [(f"is:{identity(self.sheet, one)[0]}", _is(self.sheet, one)) for one in rows]

    def _chosen(self, rows: list[Any], answer: str) -> Any:
        return next((one for one in rows if f"is:{identity(self.sheet, one)[0]}" == answer), _NEW)

    def _known(self, line: Line) -> Any:
        return self.known.get((_id(line.parent), *line.key)) if any(line.key) else None

    def _free(self, parent: Any) -> list[Any]:
        rows = self.sheet.rows
        return [one for one in rows if id(one) not in self.claimed and self.sheet.parent_of(one) is parent]

    def _digests(self, one: Any) -> list[str | None]:
        return [state.digest(written(column, column.get_value(one))) for column in self.columns]

    def _key_changed(self, line: Line) -> bool:
        """Whether the key of a line is another than when the file was exported."""
        before = state.read(line.cells.get(state.STATE) or "", [*self.sheet.fields])
        for column, part in zip(self.columns, line.key, strict=True):
            was, cell = before.get(column.column_name), line.cells.get(column.column_name)
            if was is not None and was not in (state.digest(part), state.digest(state.canonical(cell))):
                return True
        return False

    def _key(self, line: Line) -> tuple[str, ...]:
        """The key that a line says. Raises ValidationError for a cell that cannot be read."""
        parent = {self.sheet.parent_field: line.parent} if self.sheet.parent_field else {}
        instance = SimpleNamespace(**parent)  # what a cell is read for
        key = []
        before = state.read(line.cells.get(state.STATE) or "", [*self.sheet.fields])
        for column in self.columns:
            cell = line.cells.get(column.column_name)
            untouched = cell is not None and before.get(column.column_name) == state.digest(state.canonical(cell))
            try:
                if error_of(cell) is not None:
                    raise ValueError(why_none(cell))
                value = column.widget.clean(
                    "" if cell is None else cell, row=line.cells, instance=instance, untouched=untouched
                )
            except ValueError as error:
                raise ValidationError({column.attribute: str(error)}) from error
            key.append(state.canonical(column.widget.render(value)))
        return tuple(key)


def identity(sheet: Sheet, one: Any) -> tuple[str, ...]:
    """The key of a row of the database, as its cells would say it."""
    return tuple(state.canonical(col.widget.render(col.get_value(one))) for col in sheet.columns if col.key)


def _has_state(line: Line) -> bool:
    """Whether a line was exported."""
    return state.is_state(line.cells.get(state.STATE))


def _is_removed(line: Line) -> bool:
    try:
        return Truth().clean(line.cells.get(REMOVE) or "")
    except ValueError:
        return False  # told where the cell is taken


def _id(parent: Any) -> int:
    return 0 if parent is None else id(parent)


def _is(sheet: Sheet, one: Any) -> str:
    return _("it is “%(name)s”") % {"name": sheet.call(one)}
