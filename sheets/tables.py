"""Spreadsheet rows <-> rows of the database: the mechanism. Each app's resources.py says which columns there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import msgspec
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from languages import CODES, LANGUAGES, column
from sheets import formats
from sheets.formats import Problem, Row, TableError


class Imported(msgspec.Struct, frozen=True):
    """How many rows an import made, changed and found as they were."""

    created: int = 0
    changed: int = 0
    same: int = 0


class BadCell(Exception):
    """A cell that cannot be taken over; the message says what was expected."""


def translated(header: str, field: str) -> dict[str, str]:
    """The columns of a translated field: header with language -> name of the database column."""
    return {f"{header} [{language}]": column(field, language) for language in CODES}


class Table:
    """A table of one model in formats. Subclasses name the columns and how a row finds its object."""

    sheet: ClassVar[str]
    model: ClassVar[type[models.Model]]
    workshops: set[int] | None = None  # the keys of those whose rows are taken; None for all
    may_change: Callable[[Any], bool] = staticmethod(lambda row: True)  # whether whoever brings the file may
    key: ClassVar[tuple[str, ...]]  # the columns without which a row cannot be taken

    def columns(self) -> list[str]:
        """The headers in the order of the file."""
        raise NotImplementedError

    def queryset(self, rows: models.QuerySet) -> models.QuerySet:
        """`rows` with all that cells() reads, in a constant number of queries."""
        return rows

    def cells(self, thing: Any) -> dict[str, str]:
        """The cells of `thing`, by column."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Read once what all rows need."""

    def take(self, row: Reader) -> tuple[models.Model, bool]:
        """Make or change the object of a row; returns it and whether it was made. Raises BadCell, ValidationError."""
        raise NotImplementedError

    # --- out ---

    def export(self, rows: models.QuerySet, kind: str) -> bytes:
        """A file of the format `kind` with all of `rows`; its headers and words are Spanish whoever asks."""
        with translation.override("es"):
            return formats.write(kind, self.sheet, self.columns(), [self.cells(thing) for thing in self.queryset(rows)])

    # --- in ---

    def load(self, data: bytes) -> Imported:
        """Take over the file `data`, all or nothing. Raises TableError with every problem found."""
        rows = formats.read(data, self.sheet, self.columns())
        problems: list[Problem] = []
        counts = {"created": 0, "changed": 0, "same": 0}
        try:
            with transaction.atomic():
                self.prepare()
                before = self._texts()
                self.seen: dict[Any, int] = {}
                for row in rows:
                    self._take(Reader(row, problems), before, counts)
                if problems:
                    raise TableError(*problems)
        except TableError as error:
            raise TableError(*sorted(error.problems, key=lambda problem: problem.row)) from None
        return Imported(**counts)

    def _texts(self) -> dict[Any, dict[str, str]]:
        with translation.override("es"):
            return {thing.pk: self.cells(thing) for thing in self.queryset(self.model._default_manager.all())}

    def _take(self, row: Reader, before: dict, counts: dict[str, int]) -> None:
        for name in self.key:
            if not row.text(name):
                row.fail(name, _("This column must be filled."))
                return
        try:
            with transaction.atomic():
                thing, created = self.take(row)
                row.stop_where_failed()
                if (other := self.seen.setdefault(thing.pk, row.row.number)) != row.row.number:
                    raise BadCell(
                        _("This row is about the same as row %(row)d; a new one has an empty code or address.")
                        % {"row": other}
                    )
                with translation.override("es"):
                    after = self.cells(self.queryset(self.model._default_manager.filter(pk=thing.pk)).get())
        except BadCell as error:
            if str(error):
                row.fail("", str(error))
            return
        except ValidationError as error:
            self._fail(row, error)
            return
        counts["created" if created else "same" if before.get(thing.pk) == after else "changed"] += 1

    def _fail(self, row: Reader, error: ValidationError) -> None:
        headers = {field: header for header, field in self.fields().items()}
        messages = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        for field, texts in messages.items():
            for text in texts:
                row.fail(headers.get(field, ""), text)

    def fields(self) -> dict[str, str]:
        """Header -> field of the model, to say of which column a ValidationError speaks."""
        return {}


class Reader:
    """The cells of a row as values. What cannot be read is noted as a problem and read as nothing."""

    def __init__(self, row: Row, problems: list[Problem]) -> None:
        self.row = row
        self.problems = problems
        self._known = len(problems)

    def stop_where_failed(self) -> None:
        """Raise BadCell where a cell of this row could not be read: what follows from it need not be told too."""
        if len(self.problems) > self._known:
            raise BadCell

    def fail(self, name: str, message: str) -> None:
        self.problems.append(Problem(str(message), self.row.number, name))

    def has(self, name: str) -> bool:
        return name in self.row.cells

    def text(self, name: str) -> str:
        value = self.row.cells.get(name, "")
        return value.strip() if isinstance(value, str) else str(value)

    def lines(self, name: str) -> list[str]:
        """The lines of a cell; an empty line holds the place of what is not translated."""
        value = self.row.cells.get(name, "")
        text = value if isinstance(value, str) else str(value)
        return [line.strip() for line in text.split("\n")] if text.strip() else []

    def number(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > 32767:
            self.fail(name, _("“%(text)s” is not a whole number.") % {"text": text})
            return None
        return int(text)

    def date(self, name: str) -> dt.date | None:
        """A date cell, or text as 2018-09-07 or 07/09/2018."""
        value = self.row.cells.get(name, "")
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return dt.datetime.strptime(self.text(name), pattern).date()  # noqa: DTZ007  a date has no zone
            except ValueError:
                continue
        self.fail(name, _("“%(text)s” is not a date such as 2018-09-07.") % {"text": self.text(name)})
        return None

    def time(self, name: str, parse: Callable[[str], dt.time | None]) -> dt.time | None:
        """A time cell, or text that `parse` understands; seconds are cut."""
        value = self.row.cells.get(name, "")
        if isinstance(value, dt.datetime):
            return value.time().replace(second=0, microsecond=0)
        if isinstance(value, dt.time):
            return value.replace(second=0, microsecond=0)
        if isinstance(value, dt.timedelta):
            minutes = round(value.total_seconds() / 60)
            return dt.time(minutes // 60 % 24, minutes % 60)
        text = self.text(name)
        if not text:
            return None
        moment = parse(text)
        if moment is None:
            self.fail(name, _("“%(text)s” is not a time such as 09:30.") % {"text": text})
        return moment

    def choice(self, name: str, choices: type[models.TextChoices], empty: str) -> str:
        """One of `choices`, written as its label in any language or as its value; `empty` for an empty cell."""
        text = self.text(name)
        if not text:
            return empty
        for language, _name in LANGUAGES:
            with translation.override(language):
                for choice in choices:
                    if text.casefold() in (str(choice.label).casefold(), choice.value):
                        return choice.value
        labels = ", ".join(str(choice.label) for choice in choices if choice.value)
        self.fail(name, _("“%(text)s” is none of: %(labels)s.") % {"text": text, "labels": labels})
        return empty

    def yes(self, name: str) -> bool:
        return self.text(name).casefold() in ("sí", "si", "yes", "sim", "oui", "1", "x", "true")


def put(thing: models.Model, values: dict[str, Any]) -> bool:
    """Set `values` on `thing` where they differ (empty and None are the same); returns whether any did."""
    changed = False
    for name, value in values.items():
        old = getattr(thing, name, None)
        if _or_empty(old.strip() if isinstance(old, str) else old) != _or_empty(value):
            setattr(thing, name, value)
            changed = True
    return changed


def _or_empty(value: Any) -> Any:
    """None, an empty text and an empty list are the same; 0 is a value."""
    return "" if value is None or value == [] else value


def replace_children(
    manager: Any, rows: Iterable[dict[str, Any]], before: Callable[[Any], None] = lambda child: None
) -> None:
    """Make the ordered children of `manager` say `rows`; the n-th child stays the n-th, so nothing equal is written.

    `before` is given each child that will be saved.
    """
    existing = list(manager.all())
    wanted = list(rows)
    for position, values in enumerate(wanted, 1):
        child = (
            existing[position - 1]
            if position <= len(existing)
            else manager.model(**{manager.field.name: manager.instance})
        )
        different = put(child, values)
        if position > len(existing) or different:
            child.position = child.position if child.pk else position
            before(child)
            child.full_clean()
            child.save()
    for child in existing[len(wanted) :]:
        child.delete()
