"""What the sheets of the agenda have in common: the workshop of a row, and the order of its children."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from languages import column, name_key
from sheets.columns import Column
from sheets.questions import Question
from sheets.resources import Sheet
from sheets.widgets import Code, Whole

WORKSHOP, CODE, ORDER = "taller", "código", "orden"


class OfWorkshop(Sheet):
    """A sheet whose rows belong to a workshop, which the column «taller» names, or the page where it was brought."""

    parents: ClassVar = {WORKSHOP: gettext_lazy("workshop")}
    parent_field = "workshop"

    def load(self, workshops: set[int]) -> None:
        self.rows = list(self.model._default_manager.filter(workshop__in=workshops))
        for one in self.rows:
            one.workshop = self.book.workshops[one.workshop_id]

    def parent(self, row: dict[str, Any]) -> Any:
        return workshop_named(self, row)

    def parent_cells(self, instance: Any) -> list[Any]:
        return [instance.workshop.slug]

    def parent_choices(self, header: str) -> tuple[tuple[Any, ...], int]:
        return tuple(one.slug for one in self.book.workshops.values()), 12

    def source_of(self, instance: Any) -> str:
        return instance.workshop.source

    def said_text(self, row: dict[str, Any], header: str, source: str) -> str | None:
        """What a row says in the translated column `header` in the language of its workshop, to compare; or None."""
        cell = row.get(f"{header} [{source}]")
        return name_key(str(cell)) or None if cell is not None else None

    def text_in_source(self, instance: Any, field: str) -> str:
        return getattr(instance, column(field, self.source_of(instance))) or ""


def workshop_named(sheet: Sheet, row: dict[str, Any]) -> Any:
    """The workshop of a row of the file. Raises ValidationError for one that is not the reader's, Asked for none."""
    book = sheet.book
    slug = str(row.get(WORKSHOP) or "").strip()
    if slug:
        found = next((one for one in book.workshops.values() if one.slug.casefold() == slug.casefold()), None)
        if found is None:
            known = ", ".join(one.slug for one in book.workshops.values()) or "—"
            text = _("There is no workshop “%(slug)s”; there are: %(known)s.")
            raise ValidationError({WORKSHOP: text % {"slug": slug, "known": known}})
        return found
    options = tuple((str(one.pk), str(one)) for one in book.workshops.values())
    text = _("Some rows do not say of which workshop they are. Which one is it?")
    answer = book.answers.need(Question("workshop", "workshop", text, options))
    return book.workshops[int(answer)]


def order_column() -> Column:
    """The place of a child among the others."""
    note = _("An empty cell in a new row: after the row above it in this file.")
    return Column(ORDER, "position", Whole(), quiet=True, note=note)


def code_column() -> Column:
    """The code of a child, drawn by lot."""
    note = _("Names the row whatever becomes of its text. Leave it empty in a new row.")
    return Column(CODE, "code", Code(), key=True, fixed=True, quiet=True, note=note)


class Ordered(OfWorkshop):
    """Rows that stand in an order below their parent."""

    coded = corrects = True

    def arrange(self, taken: list[Any]) -> None:
        """New rows that say no place stand after the row above them in the file, and the others move on."""
        by_parent: dict[int, list[Any]] = {}
        for one in taken:
            by_parent.setdefault(id(self.parent_of(one.instance)), []).append(one)
        standing: dict[int, list[Any]] = {}
        for row in self.rows:
            standing.setdefault(id(self.parent_of(row)), []).append(row)
        for parent, rows in by_parent.items():
            homeless = [one for one in rows if one.is_new() and "position" not in one.said]
            if homeless:
                self._place(rows, homeless, standing[parent])

    def _place(self, rows: list[Any], homeless: list[Any], standing: list[Any]) -> None:
        new = {id(one.instance) for one in homeless}
        order = sorted((row for row in standing if id(row) not in new), key=lambda row: (row.position, row.pk or 0))
        placed = {id(row) for row in order}
        for place, one in enumerate(rows):
            if id(one.instance) not in new:
                continue
            above = next((r.instance for r in reversed(rows[:place]) if id(r.instance) in placed), None)
            below = next((r.instance for r in rows[place + 1 :] if id(r.instance) in placed), None)
            at = _where(order, above) + 1 if above is not None else _where(order, below) if below else len(order)
            order.insert(at, one.instance)
            placed.add(id(one.instance))
        last = 0
        by_row = {id(one.instance): one for one in rows}
        for row in order:
            if id(row) in new or row.position <= last:
                self._move(row, last + 1, by_row.get(id(row)))
            last = row.position

    def _move(self, row: Any, position: int, taken: Any) -> None:
        if taken is None:
            taken = self.also(row)
        row.position = position
        self.snapshot, self.said = taken.snapshot, taken.said
        taken.cells = tuple(self._changes(row))
        if taken.is_skip():
            taken.import_type = "update"
            taken.label = self.call(row)


def _where(order: list[Any], row: Any) -> int:
    return next(place for place, one in enumerate(order) if one is row)
