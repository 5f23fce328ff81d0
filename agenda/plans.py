"""A plan: changes of rows that are not made yet, on a base revision; and how it is made, whole or not at all.

What a sheet says is one (agenda/resources/book.py). It is shown before it is made, and made only as it was shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from agenda.models import Workshop
from edits.recording import acting, touch
from languages import name_key
from sheets.columns import CellChange
from sheets.problems import Problem
from sheets.questions import Question

logger = logging.getLogger("taller.plans")
Act = Literal["new", "changed", "gone"]


class RowChange(msgspec.Struct, frozen=True):
    """A row that would be new, changed or gone.

    `model` is its label (agenda.Session); `key` its primary key, or of a new one a name that other rows of the plan
    use with a + before it; a row that comes back has the key that it had. `along` is what goes with a row that goes,
    in words.
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
        """What tells this plan from every other: what was shown is what is made, whatever others did elsewhere."""
        shown = [
            (row.act, row.model, row.key, row.along, [(c.name, c.before, c.after) for c in row.cells])
            for row in self.rows
        ]
        content = msgspec.msgpack.encode(shown, enc_hook=str)
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class Outdated(Exception):
    """Somebody changed meanwhile what the plan is built on: nothing was written."""


class Impossible(Exception):
    """The database refused the change, by a rule that the plan was not held against: nothing was written."""


def base_of(workshops: Iterable[Workshop]) -> dict[int, int]:
    """The revision of each workshop, as it was read."""
    return {workshop.pk: workshop.revision for workshop in workshops}


def apply(plan: Plan, way: str = "") -> None:
    """Make the changes of `plan`, all or nothing, in its order; what goes, goes last. `way` is how it came (edits.Way).

    What others did elsewhere since it was built stays. Raises Outdated where a row has other values than the plan was
    built on, or where rows go and a workshop has another revision; Impossible where the database refuses it all the
    same (and has told the log); ValueError for a plan with problems or questions.
    """
    if not plan.ready:
        raise ValueError("a plan with problems or open questions cannot be made")
    try:
        with transaction.atomic(), acting(way):
            workshops = Workshop.objects.select_for_update().filter(pk__in=sorted(plan.base)).order_by("pk")
            moved = {one.pk: one.revision for one in workshops} != plan.base
            if moved and any(row.act == "gone" for row in plan.rows):
                raise Outdated  # what goes along is no longer what was shown
            _Making(plan).make()
    except DatabaseError as error:
        if base_of(Workshop.objects.filter(pk__in=plan.base)) != plan.base:
            raise Outdated from error
        logger.exception("a plan of %s rows cannot be made", len(plan.rows))
        raise Impossible from error


class _Making:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows: dict[tuple[str, int | str], Any] = {}
        self.freed: set[tuple[str, int | str]] = set()  # keys of rows that went before their turn
        self.spares: set[Any] = set()
        wanted: dict[str, list[int]] = {}
        for change in plan.rows:
            if isinstance(change.key, int):
                wanted.setdefault(change.model, []).append(change.key)
        for label, keys in wanted.items():
            model = apps.get_model(label)
            touch(model, keys)
            found = model._base_manager.in_bulk(keys)
            self.rows |= {(label, pk): row for pk, row in found.items()}

    def make(self) -> None:
        for change in self.plan.rows:
            row = self.rows.get((change.model, change.key))
            model = apps.get_model(change.model)
            changed = row is not None and any(
                not _same(getattr(row, c.name), read(model, c.name, c.before)) for c in change.cells
            )
            if isinstance(change.key, int) and (changed or (row is None) != (change.act == "new")):
                raise Outdated
        self._set_aside()
        for change in self.plan.rows:
            if change.act != "gone":
                self._write(change)
        for change in reversed(self.plan.rows):
            if change.act == "gone" and (change.model, change.key) not in self.freed:
                self.rows[change.model, change.key].delete()

    def _write(self, change: RowChange) -> None:
        model = apps.get_model(change.model)
        row = self.rows.get((change.model, change.key))
        if row is None:
            row = model(pk=change.key if isinstance(change.key, int) else None)
        for cell in change.cells:
            setattr(row, cell.name, self._value(model, cell))
        row.save()
        self.rows[change.model, change.key] = row

    def _value(self, model: type[models.Model], cell: CellChange) -> Any:
        if _is_new(cell):
            other: Any = model._meta.get_field(cell.name).related_model
            return self.rows[other._meta.label, cell.after[1:]].pk
        return read(model, cell.name, cell.after)

    def _set_aside(self) -> None:
        """Free what is unique and goes from one row to another: written at once, each would meet the other.

        A row that gives up what another takes keeps it until its turn; until then it holds something else that no row
        has. Where nothing else can be held (a tie between two rows, a choice), it is taken away and put back.
        """
        changes: dict[str, list[RowChange]] = {}
        for change in self.plan.rows:
            changes.setdefault(change.model, []).append(change)
        for label, of_model in changes.items():
            model = apps.get_model(label)
            for names in _unique(model):
                taken = {self._key(model, names, change, after=True) for change in of_model if change.act != "gone"}
                for change in of_model:
                    held = self._key(model, names, change, after=False) if change.act != "new" else None
                    stays = change.act == "changed" and held == self._key(model, names, change, after=True)
                    if held is not None and not stays and held in taken:
                        self._free(model, names, change)

    def _key(self, model: type[models.Model], names: list[str], change: RowChange, after: bool) -> tuple[Any, ...]:
        """What a row holds in the columns `names`, before the plan or after it."""
        row = self.rows.get((change.model, change.key))
        # A tie to a row that is not made yet is nobody's: it stays the name of that row.
        said = {c.name: c.after if _is_new(c) else read(model, c.name, c.after) for c in change.cells if after}
        values = []
        for name in names:
            made_from, make = _DERIVED.get(name, ("", None))
            if make is not None and made_from in said:
                values.append(make(said[made_from]))
            elif name in said:
                values.append(said[name])
            else:
                values.append(getattr(row, name, None))
        return tuple(values)

    def _free(self, model: type[models.Model], names: list[str], change: RowChange) -> None:
        row = self.rows[change.model, change.key]
        mine: Any = models.QuerySet(model).filter(pk=row.pk)
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        spare = next((field for field in fields if _takes_anything(field)), None)
        if spare is None:
            if change.act == "gone":
                row.delete()
                self.freed.add((change.model, change.key))
            else:
                mine._raw_delete(mine.db)  # nothing hangs on such a row, and it comes back under its key
                row._state.adding = True
            return
        used = set(model._base_manager.values_list(spare.attname, flat=True)) | self.spares
        value = next(value for value in _spare(spare, row.pk) if value not in used)
        self.spares.add(value)
        mine.update(**{spare.attname: value})


# What is unique by a column that is made from another when the row is saved: the other, and how it is made.
_DERIVED: dict[str, tuple[str, Callable[[Any], Any]]] = {"name_key": ("name_es", name_key)}


def _unique(model: type[models.Model]) -> list[list[str]]:
    """The sets of columns whose values may not stand twice."""
    sets = [[field.attname] for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            fields: list[Any] = [model._meta.get_field(name) for name in constraint.fields]
            sets.append([field.attname for field in fields])
    return sets


def _takes_anything(field: Any) -> bool:
    """Whether a column can hold a value for a moment that no rule speaks of."""
    kinds = (models.DateField, models.IntegerField, models.CharField)
    return isinstance(field, kinds) and not field.choices and field.attname not in ("code", "slug", "role")


def _spare(field: Any, pk: Any) -> Iterable[Any]:
    """Values for a moment inside a transaction that no row has and every rule allows."""
    if isinstance(field, models.DateField):
        return (dt.date(2199, 12, 31) - dt.timedelta(days=n) for n in range(100_000))
    if isinstance(field, models.IntegerField):
        return iter(range(32_767, 0, -1) if field.attname == "position" else range(99, 0, -1))
    return (f"aside {pk} {n}" for n in range(1000))


def _is_new(cell: CellChange) -> bool:
    """Whether a cell of a tie may name a row that the plan makes."""
    return cell.name.endswith("_id") and isinstance(cell.after, str) and cell.after.startswith("+")


def read(model: type[models.Model], name: str, value: Any) -> Any:
    """The value of a column (`name` or attname); a plan that was kept (resources/looks.py) and the record of edits hold
    dates and times as text."""
    field: Any = model._meta.get_field(name)
    return field.to_python(value)


def _same(one: Any, other: Any) -> bool:
    return ("" if one is None else one) == ("" if other is None else other)


def impossible() -> str:
    """What people read where the database refused a plan."""
    return _("The database refused the change, and nothing was written. What happened was noted in the log.")


def outdated() -> str:
    """What people read where a plan could not be made."""
    return _("Somebody changed the draft meanwhile: nothing was written. Look at it again.")
