"""Rows of a sheet <-> rows of the database, on the resources of django-import-export.

What is read is not written here: each row becomes what it would change (Taken), and somebody looks at it first.
What was not said is not touched, what was said is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from languages import CODES, column
from rules.checking import Checker
from sheets import state
from sheets.cells import error_of, why_none
from sheets.columns import NUMBER, REMOVE, CellChange, Column, Taken, same, written
from sheets.matching import match
from sheets.pages import Head, Page
from sheets.questions import Asked, LeftOut, Question
from sheets.widgets import Truth, shown


class Sheet(resources.Resource):
    """A sheet of one model. Subclasses name the columns, the parent of a row and how a row is called.

    `book` holds the other sheets, the answers and what the reader may do (agenda/resources/book.py). `rows` are the
    rows of the database that the file may speak of, and those that it makes.
    """

    name: ClassVar[str]
    model: ClassVar[type[models.Model]]
    parents: ClassVar[dict[str, Any]] = {}  # the headers that name the row on which another hangs -> their words
    parent_field: ClassVar[str] = ""  # of the model
    removable: ClassVar[bool] = True
    coded: ClassVar[bool] = False  # whether the key is a code of ours, drawn by lot
    corrects: ClassVar[bool] = False  # whether a row that says something else may be a correction of one not named
    asks_of_equals: ClassVar[bool] = False  # whether two that say the same may be two
    made_later: ClassVar[frozenset[str]] = frozenset()  # fields that save() fills
    about: ClassVar[Any] = ""  # what the help says of the sheet

    class Meta:
        skip_diff = True
        store_instance = True
        use_transactions = False
        using_db = "default"
        instance_loader_class = BaseInstanceLoader  # rows are matched all together (matching.py)

    def __init__(self, book: Any) -> None:
        super().__init__()
        self.book = book
        self.columns = self.declared()
        self.fields = {one.column_name: one for one in self.columns}
        self.rows: list[Any] = []
        self.checker = Checker(self.model)
        self.found: dict[int, Any] = {}
        self.gone: set[int] = set()  # id() of rows that this file takes away
        self.incomplete = False  # whether rows of the file were refused, or asked about

    # --- what subclasses say ---

    def declared(self) -> list[Column]:
        """The columns in the order of the file, without those that every sheet has."""
        raise NotImplementedError

    def load(self, workshops: set[int]) -> None:
        """Read into `rows` what belongs to these workshops, with all that the columns need."""
        raise NotImplementedError

    def parent(self, row: dict[str, Any]) -> Any:
        """The row that `row` hangs on, or None. Raises ValidationError or Asked."""
        return None

    def call(self, instance: Any) -> str:
        """How people call `instance`."""
        return str(instance)

    def says(self, instance: Any) -> Any:
        """What tells `instance` from others of its parent where no code does; None where nothing does."""
        return None

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        """As says(), of a row of the file."""
        return None

    def source_of(self, instance: Any) -> str:
        """The language of the workshop that `instance` belongs to."""
        raise NotImplementedError

    def along(self, instance: Any) -> list[str]:
        """What goes with `instance` when it is taken away, each in words."""
        return []

    def saying(self, parent: Any, said: Any) -> list[Any]:
        """The rows of the database below `parent` of which says() gives `said`."""
        return self._saying.get((id(parent), said), [])

    def settle(self, instance: Any, said: set[str], new: bool) -> None:
        """Set what follows from the fields that were `said`."""

    # --- headers ---

    def headers(self) -> list[str]:
        """Every header of the sheet."""
        last = [REMOVE, state.STATE] if self.removable else [state.STATE]
        return [*self.parents, *self.fields, *last]

    def parent_cells(self, instance: Any) -> list[Any]:
        """The cells under `parents` of `instance`."""
        return []

    def parent_of(self, instance: Any) -> Any:
        """The row that `instance` hangs on, or None."""
        return getattr(instance, self.parent_field) if self.parent_field else None

    # --- out ---

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[Any]:
        cells = {one.column_name: one.export(instance) for one in self.columns if self._wanted(one, selected_fields)}
        cells = {**dict(zip(self.parents, self.parent_cells(instance), strict=True)), **cells}
        end = [""] if self.removable else []
        return [*cells.values(), *end, state.written(cells)]

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        kept = [one.column_name for one in self.columns if self._wanted(one, selected_fields)]
        return [name for name in self.headers() if name not in self.fields or name in kept]

    @staticmethod
    def _wanted(one: Column, languages: Any) -> bool:
        return not one.language or not languages or one.language in languages

    def page(self, languages: Iterable[str] = (), rows: Iterable[Any] | None = None) -> Page:
        """The sheet as it is exported, with the columns of `languages` (all where none is named)."""
        wanted = list(languages)
        dataset: Any = self.export(queryset=list(self.rows if rows is None else rows), export_fields=wanted)
        return Page(self.name, [self._head(name) for name in dataset.headers], [list(row) for row in dataset])

    def _head(self, header: str) -> Head:
        if header == state.STATE:
            return Head(header, "hidden", 4, note=_("Leave this column: it tells what was changed in the file."))
        if header == REMOVE:
            return Head(header, "text", 9, Truth().choices[:1], closed=True, note=_("“Yes” takes the row away."))
        if header in self.parents:
            choices, width = self.parent_choices(header)
            return Head(header, "text", width, choices)
        one = self.fields[header]
        widget = one.widget
        return Head(header, widget.holds, widget.width, tuple(widget.choices), widget.closed, str(one.note))

    def parent_choices(self, header: str) -> tuple[tuple[Any, ...], int]:
        """What can be chosen in a column of `parents`, and its width in letters."""
        return (), 12

    # --- in ---

    def take(self, dataset: tablib.Dataset) -> list[Taken]:
        """What each row of `dataset` (NUMBER and headers of this sheet) would change."""
        # No dry run: that would open a savepoint for each row, and nothing is written here anyway.
        result = self.import_data(dataset, dry_run=False, use_transactions=False)
        for error in result.base_errors:
            raise error.error
        self.incomplete = any(row.errors or row.validation_error for row in result.rows)
        self.extra: list[Taken] = []
        self.arrange([row for row in result.rows if row.instance is not None and not row.is_delete()])
        return [*result.rows, *self.extra]

    def also(self, instance: Any) -> Taken:
        """What follows for a row of the database that the file does not name."""
        taken = Taken()
        taken.import_type, taken.instance, taken.label = RowResult.IMPORT_TYPE_SKIP, instance, self.call(instance)
        taken.snapshot = self._held(instance)
        self.extra.append(taken)
        return taken

    def _held(self, instance: Any) -> dict[str, Any]:
        return {field.attname: getattr(instance, field.attname) for field in self.model._meta.concrete_fields}

    def arrange(self, taken: list[Any]) -> None:
        """Give new rows their place among the others of their parent; `taken` are in the order of the file."""

    @classmethod
    def get_row_result_class(cls) -> type[Taken]:
        return Taken

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self._saying: dict[Any, list[Any]] = {}
        for one in self.rows:
            self._saying.setdefault((id(self.parent_of(one)), self.says(one)), []).append(one)
        self.found = match(self, dataset.dict)

    def get_or_init_instance(self, instance_loader: Any, row: dict[str, Any]) -> tuple[Any, bool]:
        found = self.found[row[NUMBER]]
        if isinstance(found, Exception):
            raise found
        if found is not None and found._state.adding is False:
            if not self.book.rights.may("change", found):
                raise ValidationError(self.book.rights.refusal(found))
            self.snapshot, self.said = self._held(found), set[str]()
            return found, False
        instance: Any = self.model(**({self.parent_field: self.parent(row)} if self.parent_field else {}))
        instance.plan_key = f"{self.name}:{row[NUMBER]}"
        self.snapshot, self.said = {}, set[str]()
        return instance, True

    def for_delete(self, row: dict[str, Any], instance: Any) -> bool:
        try:
            said = row.get(REMOVE)
            gone = self.removable and Truth().clean("" if said is None else said)
        except ValueError as error:
            raise ValidationError({REMOVE: str(error)}) from error
        if gone and not instance._state.adding:
            if not self.book.rights.may("delete", instance):
                raise ValidationError(self.book.rights.refusal(instance))
            self.gone.add(id(instance))
        return gone

    def delete_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing is written here."""

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        new = instance._state.adding
        if (kept := row.get(state.STATE)) and not state.is_state(kept):
            text = _("This hidden column is damaged. Empty it: every cell of the row counts as written by you then.")
            raise ValidationError({state.STATE: text})
        before = state.read(row.get(state.STATE) or "", [*self.fields])
        errors: dict[str, Any] = {}
        for one in self.columns:
            cell = row.get(one.column_name)
            if cell is None or (one.fixed and not new):
                continue
            try:
                self._take_cell(one, cell, instance, row, before if not new else {})
            except ValueError as error:
                errors[one.attribute] = ValidationError(str(error))
        if new:
            for one in self.columns:
                if (
                    one.needed
                    and not errors.get(one.attribute)
                    and getattr(instance, one.attribute, None) in ("", None)
                ):
                    errors[one.attribute] = ValidationError(_("This column must be filled."))
        if errors:
            raise ValidationError(errors)
        self.settle(instance, self.said, new)

    def _take_cell(self, one: Column, cell: Any, instance: Any, row: dict[str, Any], before: dict[str, str]) -> None:
        """Set what a cell says; what is as it was exported says nothing. Raises ValueError, Asked."""
        if error_of(cell) is not None:
            raise ValueError(why_none(cell))
        was = before.get(one.column_name)
        if was is not None and was == state.digest(state.canonical(cell)):
            return
        value = one.widget.clean(cell, row=row, instance=instance)
        is_empty = isinstance(cell, str) and not cell.strip()
        if is_empty and (one.quiet or (value is None and not self._may_be_empty(one))):
            return
        if was is not None and was == state.digest(written(one, value)):
            return
        if was is not None and self._is_old(one, instance, value, was):
            now = one.widget.render(one.get_value(instance))
            question = Question(
                f"old:{self.name}:{row[NUMBER]}:{one.column_name}", "old",
                _("“%(column)s” of “%(row)s” was changed after the file was exported. It says now “%(now)s”, the file "
                  "“%(file)s”.") % {"column": one.column_name, "row": self.call(instance), "now": shown(now) or "—",
                                    "file": shown(one.widget.render(value)) or "—"},
                (("keep", _("leave it as it is now")), ("take", _("take what the file says"))),
                "keep", self.name, row[NUMBER],
            )  # fmt: skip
            if self.book.answers.to(question) == "keep":
                return
        setattr(instance, one.attribute, value)
        self.said.add(one.attribute)

    @staticmethod
    def _is_old(one: Column, instance: Any, value: Any, was: str) -> bool:
        """Whether the cell was changed in the database after the export, and to something else than the file says."""
        now = written(one, one.get_value(instance))
        return now != written(one, value) and was != state.digest(now)

    def _may_be_empty(self, one: Column) -> bool:
        field: Any = self.model._meta.get_field(one.attribute)
        return bool(field.null)

    def skip_row(self, instance: Any, original: Any, row: dict[str, Any], import_validation_errors: Any = None) -> bool:
        if import_validation_errors or instance._state.adding:
            return False
        return not self._changes(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors: dict[str, Any] = dict(import_validation_errors or {})
        # What save() makes is not looked at before, unless somebody wrote it.
        later = {name for name in self.made_later if not getattr(instance, name)}
        relations = {field.name for field in self.model._meta.concrete_fields if field.is_relation}
        untouched = set() if instance._state.adding else {f.name for f in self.model._meta.fields} - self.said
        # Texts of the active language stand twice in the model (modeltranslation): each is looked at as its column.
        twins = {f.name for f in self.model._meta.fields if hasattr(self.model, column(f.name, CODES[0]))}
        try:
            instance.clean_fields(exclude=relations | untouched | twins | errors.keys() | later)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        # The model's own clean() asks the database row by row: what it looks at is looked at for all rows together.
        if getattr(self.model, "must_say", ()) and (unsaid := instance.unsaid(self.source_of(instance))):
            errors = ValidationError({f: e for f, e in unsaid.items() if f not in errors}).update_error_dict(errors)
        for broken in self.checker.broken(instance, {*errors, *later}):
            errors = broken.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing is written here: a new row is known to those that follow."""
        if is_create:
            if not self.book.rights.may("add", instance):
                raise ValidationError(self.book.rights.refusal(instance))
            self.rows.append(instance)
            self.added(instance)

    def added(self, instance: Any) -> None:
        """Called with each new row."""

    def save_m2m(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """We have none."""

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> Any:
        taken = super().import_row(row, instance_loader, **kwargs)
        taken.number = row[NUMBER]
        if taken.errors:
            error = taken.errors[0].error
            if isinstance(error, LeftOut):
                taken.errors, taken.import_type, taken.left = [], RowResult.IMPORT_TYPE_SKIP, True
            elif not isinstance(error, Asked):
                raise error
        elif taken.instance is not None and not taken.validation_error:
            if taken.is_delete():
                taken.instance = self.found[row[NUMBER]]  # the library keeps a copy, which nothing else names
            taken.label = self.call(taken.instance)
            taken.cells = tuple(self._changes(taken.instance))
            taken.said, taken.snapshot = frozenset(self.said), self.snapshot
        return taken

    def _changes(self, instance: Any) -> list[CellChange]:
        """What `instance` would become, cell by cell; of a new one every cell that holds something."""
        new = instance._state.adding
        changes = []
        for one in self.columns:
            field: Any = self.model._meta.get_field(one.attribute)
            after = getattr(instance, field.attname)
            before = self.snapshot.get(field.attname)
            other = instance._state.fields_cache.get(field.name) if field.is_relation else None
            if other is not None and other._state.adding:
                after = f"+{other.plan_key}"
            if (new and after in ("", None, [])) or (not new and same(before, after)):
                continue
            changes.append(
                CellChange(
                    field.attname,
                    one.column_name,
                    before,
                    after,
                    "" if new else shown(one.widget.render(self._was(field, before))),
                    shown(one.widget.render(one.get_value(instance))),
                    one.attribute in self.said,
                )
            )
        return changes

    def _was(self, field: Any, before: Any) -> Any:
        """What a field held, for people: of a relation the row, not its key."""
        if not field.is_relation or before is None:
            return before
        return self.book.row(field.related_model, before)
