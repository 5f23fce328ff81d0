"""A plan: changes of rows that are not made yet, on a base revision; and how it is made, whole or not at all.

What a sheet says is one (agenda/resources/book.py). It is shown before it is made, and made only as it was shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from agenda.models import Workshop
from agenda.models.revision import one_change
from sheets.columns import CellChange
from sheets.problems import Problem
from sheets.questions import Question

Act = Literal["new", "changed", "gone"]


class RowChange(msgspec.Struct, frozen=True):
    """A row that would be new, changed or gone.

    `model` is its label (agenda.Session); `key` its primary key, or of a new one a name that other rows of the plan
    use with a + before it. `along` is what goes with a row that goes, in words.
    """

    act: Act
    model: str
    key: int | str
    label: str
    cells: tuple[CellChange, ...] = ()
    sheet: str = ""
    row: int = 0
    workshop: int | None = None
    along: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """`base` is the revision of each workshop whose rows the plan changes. `same` counts rows that stay as they are."""

    base: dict[int, int]
    rows: tuple[RowChange, ...] = ()
    same: int = 0
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    unanswered: frozenset[str] = frozenset()  # keys of questions

    @property
    def ready(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.problems and not self.unanswered

    def digest(self) -> str:
        """What tells this plan from every other: what was shown is what is made."""
        shown = [(row.act, row.model, row.key, [(c.name, c.before, c.after) for c in row.cells]) for row in self.rows]
        content = msgspec.msgpack.encode([sorted(self.base.items()), shown], enc_hook=str)
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class Outdated(Exception):
    """Somebody changed meanwhile what the plan is built on: nothing was written."""


def base_of(workshops: Iterable[Workshop]) -> dict[int, int]:
    """The revision of each workshop, as it was read."""
    return {workshop.pk: workshop.revision for workshop in workshops}


def apply(plan: Plan) -> None:
    """Make the changes of `plan`, all or nothing, in its order; what goes, goes last.

    Raises Outdated where a workshop has another revision than the plan was built on, or a row other values, and
    ValueError for a plan with problems or questions.
    """
    if not plan.ready:
        raise ValueError("a plan with problems or open questions cannot be made")
    try:
        with transaction.atomic(), one_change():
            workshops = Workshop.objects.select_for_update().filter(pk__in=sorted(plan.base)).order_by("pk")
            if {one.pk: one.revision for one in workshops} != plan.base:
                raise Outdated
            _Making(plan).make()
    except DatabaseError as error:
        raise Outdated from error


class _Making:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows: dict[tuple[str, int | str], Any] = {}
        wanted: dict[str, list[int]] = {}
        for change in plan.rows:
            if isinstance(change.key, int):
                wanted.setdefault(change.model, []).append(change.key)
        for label, keys in wanted.items():
            model = apps.get_model(label)
            found = model._base_manager.in_bulk(keys)
            self.rows |= {(label, pk): row for pk, row in found.items()}

    def make(self) -> None:
        for change in self.plan.rows:
            row = self.rows.get((change.model, change.key))
            model = apps.get_model(change.model)
            changed = row is not None and any(
                not _same(getattr(row, c.name), _read(model, c.name, c.before)) for c in change.cells
            )
            if isinstance(change.key, int) and (row is None or changed):
                raise Outdated
        self._set_aside()
        for change in self.plan.rows:
            if change.act != "gone":
                self._write(change)
        for change in reversed(self.plan.rows):
            if change.act == "gone":
                self.rows[change.model, change.key].delete()

    def _write(self, change: RowChange) -> None:
        model = apps.get_model(change.model)
        row = self.rows.get((change.model, change.key)) or model()
        for cell in change.cells:
            setattr(row, cell.name, self._value(model, cell))
        row.save()
        self.rows[change.model, change.key] = row

    def _value(self, model: type[models.Model], cell: CellChange) -> Any:
        if isinstance(cell.after, str) and cell.after.startswith("+") and model._meta.get_field(cell.name).is_relation:
            other: Any = model._meta.get_field(cell.name).related_model
            return self.rows[other._meta.label, cell.after[1:]].pk
        return _read(model, cell.name, cell.after)

    def _set_aside(self) -> None:
        """Free what is unique and goes from one changed row to another: written at once, each would meet the other."""
        changed: dict[str, list[RowChange]] = {}
        for change in self.plan.rows:
            if change.act == "changed":
                changed.setdefault(change.model, []).append(change)
        for label, changes in changed.items():
            model = apps.get_model(label)
            fields = _unique_fields(model) & {cell.name for change in changes for cell in change.cells}
            for name in fields:
                given_up = {_hashable(c.before) for change in changes for c in change.cells if c.name == name}
                taken = {_hashable(c.after) for change in changes for c in change.cells if c.name == name}
                if given_up & taken:
                    keys = [change.key for change in changes if name in {cell.name for cell in change.cells}]
                    self._free(model, _DERIVED.get(name, name), keys)

    def _free(self, model: type[models.Model], name: str, keys: list[Any]) -> None:
        used = set(model._base_manager.values_list(name, flat=True))
        for key in keys:
            spare = next(value for value in _spare(model._meta.get_field(name), key) if value not in used)
            used.add(spare)
            models.QuerySet(model).filter(pk=key).update(**{name: spare})


# What is unique by a column that is made from another when the row is saved.
_DERIVED = {"name_es": "name_key"}


def _unique_fields(model: type[models.Model]) -> set[str]:
    """The names of columns whose values may not stand twice, or that make such a one."""
    unique = {field.attname for field in model._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            unique |= {field.attname for field in model._meta.concrete_fields if field.name in constraint.fields}
    return unique | {made for made, key in _DERIVED.items() if key in unique}


def _spare(field: Any, pk: Any) -> Iterable[Any]:
    """Values for a moment inside a transaction that no row has and every rule allows."""
    if isinstance(field, models.DateField):
        return (dt.date(2199, 12, 31) - dt.timedelta(days=n) for n in range(100_000))
    if isinstance(field, models.IntegerField):
        return iter(range(99, 0, -1))
    return (f"aside {pk} {n}" for n in range(1000))


def _read(model: type[models.Model], name: str, value: Any) -> Any:
    """The value of a field; a plan that was kept (resources/looks.py) holds dates and times as text."""
    field: Any = model._meta.get_field(name)
    return field.to_python(value)


def _same(one: Any, other: Any) -> bool:
    return ("" if one is None else one) == ("" if other is None else other)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def outdated() -> str:
    """What people read where a plan could not be made."""
    return _("Somebody changed the draft meanwhile: nothing was written. Look at it again.")
