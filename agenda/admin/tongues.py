"""A session's texts with its languages side by side: what is missing in one, and what is older than its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.db.models import Q
from django.forms import BoundField
from django.utils.translation import gettext_lazy

from agenda.models import Session, Workshop
from edits.models import Act, EditedRow, key_of
from languages import LANGUAGES, column


class Cell(msgspec.Struct, frozen=True):
    """One text in one language: its box, whether it is missing, or behind its source, and what that said before."""

    field: Any
    code: str
    name: str
    is_source: bool
    is_void: bool = False
    key: str = ""  # of its box among the texts of the workshop
    before: str = ""  # what the source said when this was written, where it says something else now

    @property
    def is_behind(self) -> bool:
        return bool(self.before)


class Said(msgspec.Struct, frozen=True):
    """One text: what it is, and its cells, that of the source first."""

    label: str
    cells: tuple[Cell, ...]


class Tongue(msgspec.Struct, frozen=True):
    """The head of a column: a language, with how many texts are missing in it and how many are behind."""

    code: str
    name: str
    is_source: bool
    missing: int
    behind: int


# The text of a row below a session: its field, and what it is called.
BELOW = {"items": ("text", gettext_lazy("Text")), "moderators": ("institution", gettext_lazy("Institution"))}


class Tongues:
    """The languages of the workshop of `session`, and what the record knows of its texts. One query."""

    def __init__(self, session: Session | None, source: str, codes: Iterable[str]) -> None:
        self.source = source
        names = dict(LANGUAGES)
        self.codes = [source, *(code for code in codes if code != source)]
        self.names = {code: names[code].partition(" (")[0] for code in self.codes}
        self.rows = _record(session) if session else {}
        self.cells: list[Cell] = []

    def said(self, form: Any, field: str, label: str, row: Any = None) -> Said:
        """The text `field` of `row` (None of a new one), from the boxes of `form`."""
        found = self.rows.get(key_of(row), []) if row is not None and row.pk else []
        source_text = _value(form, column(field, self.source))
        cells = []
        for code in self.codes:
            name = column(field, code)
            if name not in form.fields:
                continue
            is_source = code == self.source
            text = _value(form, name)
            behind = "" if is_source or not text else _behind(found, column(field, self.source), name)
            cells.append(
                Cell(
                    form[name], code, self.names[code], is_source, bool(source_text and not text and not is_source),
                    f"{key_of(row)}:{name}" if row is not None else "",
                    behind if behind != source_text else "",
                )
            )  # fmt: skip
        self.cells += cells
        return Said(label, tuple(cells))

    def below(self, form: Any) -> Said:
        """The text of an item or a person, from the row `form` of their formset, an empty one too."""
        field, label = BELOW[form.prefix.partition("-")[0]]
        return self.said(form, field, str(label), form.instance)

    @property
    def heads(self) -> list[Tongue]:
        """A head for each column, counting what said() was asked for until now."""
        return [
            Tongue(
                code, self.names[code], code == self.source,
                sum(cell.is_void for cell in self.cells if cell.code == code),
                sum(cell.is_behind for cell in self.cells if cell.code == code),
            )
            for code in self.codes
        ]  # fmt: skip


def _value(form: Any, name: str) -> str:
    bound: BoundField = form[name]
    return str(bound.value() or "").strip()


def _record(session: Session) -> dict[str, list[EditedRow]]:
    """What changed of a session and of its items, the oldest first, by their keys."""
    key = key_of(session)
    rows = EditedRow.objects.filter(key=key) | EditedRow.objects.filter(inside=key)
    found: dict[str, list[EditedRow]] = {}
    for row in rows.filter(act=Act.CHANGED, withdrawn=False).only("key", "edit_id", "before", "after").order_by("pk"):
        found.setdefault(row.key, []).append(row)
    return found


def behind_by_row(workshop: Workshop) -> Callable[[str, str, str], str]:
    """What tells of a row (its key), the column of its source and that of a translation, what the source said when the
    translation was written; "" where it says the same still. One query, for all rows of `workshop` and of what
    workshops share."""
    rows = EditedRow.objects.filter(Q(workshop=workshop.pk) | Q(workshop=None), act=Act.CHANGED, withdrawn=False)
    found: dict[str, list[EditedRow]] = {}
    for row in rows.only("key", "edit_id", "before").order_by("pk"):
        found.setdefault(row.key, []).append(row)
    return lambda key, source, name: _behind(found.get(key, []), source, name)


def _behind(rows: list[EditedRow], source: str, name: str) -> str:
    """What the column `source` said when `name` was written last; "" where it has not changed since."""
    before = ""
    for row in rows:
        if name in (row.before or {}):
            before = ""
        elif source in (row.before or {}) and not before:
            before = (row.before or {})[source] or ""
    return before
