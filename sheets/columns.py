"""The columns of a sheet, and what a row of a file would change in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import translation
from import_export import fields
from import_export.results import RowResult

from languages import CODES, SOURCE, column
from sheets import state
from sheets.widgets import Cell

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NUMBER = "#"  # the row's number in the file, beside its cells
REMOVE = "quitar"


class Column(fields.Field):
    """A column: `attribute` of the row of the database, `widget` for its cells, `language` if it is a translation.

    `key` columns tell a row from the others of the same parent; `fixed` ones never change a row that exists. `needed`
    says in words what must stand there in a new row. `quiet` columns say nothing where they are empty.
    """

    def __init__(
        self, header: str, attribute: str, widget: Cell, *, language: str = "", key: bool = False, fixed: bool = False,
        needed: StrOrPromise = "", quiet: bool = False, note: StrOrPromise = "",
    ) -> None:  # fmt: skip
        super().__init__(attribute=attribute, column_name=header, widget=widget)
        self.language, self.key, self.fixed, self.needed, self.quiet, self.note = (
            language, key, fixed, needed, quiet, note,
        )  # fmt: skip


def translated(header: str, field: str, widget: type[Cell], **extra: Any) -> list[Column]:
    """The columns of a translated field, one for each language of the site."""
    return [
        Column(f"{header} [{language}]", column(field, language), widget(), language=language, **extra)
        for language in CODES
    ]


class CellChange(msgspec.Struct, frozen=True):
    """A cell of a row: what stands in the database and what would. `said` is false for what follows by itself."""

    name: str  # of the field
    header: str
    before: Any
    after: Any
    shown_before: str
    shown_after: str
    said: bool = True


class Taken(RowResult):
    """What a row of a sheet would change."""

    number = 0
    label = ""
    left = False  # whether somebody said that the row is left out
    cells: tuple[CellChange, ...] = ()
    said: frozenset[str] = frozenset()  # the attributes that the row says
    snapshot: dict[str, Any] = {}


def written(one: Any, value: Any) -> str:
    """The cell of `value` in the column `one`, as it is exported."""
    with spanish():
        return state.canonical(one.widget.render(value))


def same(before: Any, after: Any) -> bool:
    """Whether a value is as it was; None and the empty text are the same, 0 is a value."""
    return ("" if before is None else before) == ("" if after is None else after)


def spanish() -> Any:
    """A block in which headers and choices are Spanish, whoever asks: one file for all who work on it."""
    return translation.override(SOURCE)
