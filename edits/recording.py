"""How edits are recorded: whatever changes rows does it in a block; what stood before is kept when a row is first
touched, what stands after is read when the block ends, and both are written in its transaction.

So it does not matter by which way a row is written: save(), delete() with what goes along, update(), bulk_create().
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.signals import pre_save
from django.utils import translation

from languages import CODES, name_key

from .models import Act, Edit, EditedRow, Way

LONGEST_NAME = 200  # characters
LONGEST_WORDS = 4000
MOST_ASKED = 900  # keys in one query
_kinds: dict[type[models.Model], Kind] = {}
_block: ContextVar[Block | None] = ContextVar("block", default=None)
_person: ContextVar[Callable[[], Any] | None] = ContextVar("person", default=None)


class Kind:
    """What is recorded of the rows of one model: `columns`; `inside` is the tie to the row in whose form they stand,
    `beside` what their names need besides."""

    def __init__(
        self, model: type[models.Model], but: Iterable[str], only: Iterable[str], inside: str, beside: Iterable[str]
    ) -> None:
        left_out, only = set(but), set(only)
        self.columns: list[Any] = [
            field
            for field in model._meta.concrete_fields
            if not field.primary_key and field.name not in left_out and (not only or field.name in only)
        ]
        self.inside = inside
        self.beside = [*beside]

    def records(self, names: Iterable[str]) -> bool:
        """Whether one of these columns is recorded."""
        names = set(names)
        return any(field.name in names or field.attname in names for field in self.columns)

    def values(self, row: Any) -> dict[str, Any]:
        """The columns of `row` as JSON has them; "" for a text that is not there."""
        plain = {field.attname: field.value_from_object(row) for field in self.columns}
        for field in self.columns:  # an empty text and none at all are one
            if plain[field.attname] is None and isinstance(field, models.CharField | models.TextField):
                plain[field.attname] = ""
        return json.loads(json.dumps(plain, cls=DjangoJSONEncoder))


class _Row:
    """A row as it was read."""

    def __init__(self, kind: Kind, row: Any) -> None:
        self.row, self.values = row, kind.values(row)
        self.inside = ""
        if kind.inside and (parent := row.__dict__.get(row._meta.get_field(kind.inside).attname)):
            model: Any = row._meta.get_field(kind.inside).related_model
            self.inside = f"{model._meta.label_lower}:{parent}"

    @property
    def name(self) -> dict[str, str]:
        """How the row is called, in every language."""
        names = {}
        for language in CODES:
            with translation.override(language):
                called = getattr(self.row, "called", None)
                names[language] = str(called() if called else self.row)[:LONGEST_NAME]
        return names

    @property
    def workshop(self) -> int | None:
        of = getattr(self.row, "workshop_key", None)
        return of() if of else None


class Block:
    """What is done together, by one person and one way."""

    def __init__(self, way: str, undoes: Edit | None) -> None:
        self.way, self.undoes = way, undoes
        self.before: dict[type[models.Model], dict[int, _Row | None]] = {}
        self.raised: set[int] = set()  # the workshops whose revision this edit has raised

    def touch(self, model: type[models.Model], keys: Iterable[int]) -> None:
        """Keep how the rows of `model` with these keys are, unless they were touched before."""
        known = self.before.setdefault(model, {})
        known |= _read(model, [key for key in keys if key not in known])

    def made(self, model: type[models.Model], keys: Iterable[int]) -> None:
        """Rows that were not there before."""
        known = self.before.setdefault(model, {})
        for key in keys:
            known.setdefault(key, None)

    def rows(self) -> list[EditedRow]:
        """What has changed until now, not saved."""
        rows = []
        for model, before in self.before.items():
            now = _read(model, before)
            rows += [made for key, old in before.items() if (made := _compared(model, key, old, now.get(key)))]
        return rows

    def write(self) -> Edit | None:
        """Write what changed; None where nothing did."""
        rows = self.rows()
        if not rows:
            return None
        ask = _person.get()
        person = ask() if ask else None
        edit = Edit.objects.create(by=person, by_name=name_of(person), way=self.way, undoes=self.undoes)
        for row in rows:
            row.edit = edit
        EditedRow.objects.bulk_create(rows)
        return edit


def name_of(person: Any) -> str:
    """How somebody is called in the history; "" without a name: addresses are for those who may see the person."""
    return str(getattr(person, "name", ""))[:200]


def _read(model: type[models.Model], keys: Iterable[int]) -> dict[int, _Row | None]:
    kind, keys = _kinds[model], list(keys)
    rows: dict[int, _Row | None] = {}
    for start in range(0, len(keys), MOST_ASKED):
        plain: models.QuerySet = models.QuerySet(model)  # neither ordered nor rewritten for languages
        found = plain.order_by().filter(pk__in=keys[start : start + MOST_ASKED]).select_related(*kind.beside)
        rows |= {row.pk: _Row(kind, row) for row in found}
    return rows


def _compared(model: type[models.Model], key: int, before: _Row | None, after: _Row | None) -> EditedRow | None:
    either = after or before
    if either is None or (before and after and before.values == after.values):
        return None
    old, new = before.values if before else None, after.values if after else None
    act = Act.NEW if old is None else Act.GONE if new is None else Act.CHANGED
    if old is not None and new is not None:
        names = [name for name in old if old[name] != new[name]]
        old, new = {name: old[name] for name in names}, {name: new[name] for name in names}
    return EditedRow(
        act=act, key=f"{model._meta.label_lower}:{key}", inside=either.inside, workshop=either.workshop,
        name=either.name, words=words_of(either.name, old, new), before=old, after=new,
    )  # fmt: skip


def words_of(*said: Any) -> str:
    """The texts in these values, as names are compared, for searching."""
    texts = [text for values in said for text in (values or {}).values() if isinstance(text, str) and text]
    return name_key(" · ".join(dict.fromkeys(texts)))[:LONGEST_WORDS]


@contextlib.contextmanager
def acting(way: str = "", undoes: Edit | None = None) -> Iterator[Block]:
    """What is done in this block is one edit, by `way`, all or nothing. Inside another block it is a part of that,
    and says the way more closely."""
    outer = _block.get()
    if outer is not None:
        outer.way, outer.undoes = way or outer.way, undoes or outer.undoes
        yield outer
        return
    block = Block(way or Way.PROGRAM, undoes)
    token = _block.set(block)
    try:
        # Inside a transaction none is begun: what goes wrong there is its matter, as with Model.save().
        with contextlib.nullcontext() if transaction.get_connection().in_atomic_block else transaction.atomic():
            yield block
            block.write()
    finally:
        _block.reset(token)


def looked_over(row: Any, names: Iterable[str]) -> Edit:
    """Record that somebody looked at the columns `names` of `row` and that they hold as they are: an edit that changes
    nothing. A translation that is older than its source is behind no longer."""
    read = _Row(_kinds[type(row)], row)
    values = {name: read.values[name] for name in names}
    ask = _person.get()
    person = ask() if ask else None
    edit = Edit.objects.create(by=person, by_name=name_of(person), way=Way.KEPT)
    EditedRow.objects.create(
        edit=edit, act=Act.CHANGED, key=f"{type(row)._meta.label_lower}:{row.pk}", inside=read.inside,
        workshop=read.workshop, name=read.name, words=words_of(read.name, values), before=values, after=dict(values),
    )  # fmt: skip
    return edit


@contextlib.contextmanager
def acted_by(person: Callable[[], Any] | None) -> Iterator[None]:
    """What is done in this block is done by whom `person` answers (None: by the program)."""
    token = _person.set(person)
    try:
        yield
    finally:
        _person.reset(token)


def watch(
    model: type[models.Model], but: Iterable[str] = (), only: Iterable[str] = (), inside: str = "",
    beside: Iterable[str] = (),
) -> None:  # fmt: skip
    """Record the rows of `model`, a Recorded one, from now on (see Kind); called when the program starts."""
    _kinds[model] = Kind(model, but, only, inside, beside)
    pre_save.connect(_before, sender=model)


def kind_of(model: type[models.Model]) -> Kind:
    """What is recorded of `model`. Raises KeyError where nothing is."""
    return _kinds[model]


def watched() -> list[type[models.Model]]:
    """The recorded models, each after those that its rows stand in."""
    return list(_kinds)


def _before(sender: type[models.Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    block = _block.get()
    if block is not None and not raw and not instance._state.adding:
        block.touch(sender, [instance.pk])


def raised() -> set[int] | None:
    """The workshops whose revision the open block has raised; None outside of one."""
    block = _block.get()
    return block.raised if block is not None else None


def touch(model: type[models.Model], keys: Iterable[int]) -> None:
    """Keep how the rows of `model` with these keys are, in the block that is open, before they are written in ways
    that nobody sees."""
    block = _block.get()
    if block is not None and model in _kinds:
        block.touch(model, keys)


def touch_all(rows: models.QuerySet) -> None:
    """Keep how `rows` are, in the block that is open."""
    block = _block.get()
    if block is not None and rows.model in _kinds:
        block.touch(rows.model, rows.order_by().values_list("pk", flat=True))


def touch_with_theirs(rows: models.QuerySet) -> None:
    """As touch_all(), with what goes along when `rows` are deleted and what loses its tie to them."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    touch_all(rows.model._base_manager.filter(pk__in=keys))
    for relation in rows.model._meta.related_objects:
        model: Any = relation.related_model
        if model not in _kinds or relation.on_delete not in (models.CASCADE, models.SET_NULL):
            continue
        theirs = model._base_manager.filter(**{f"{relation.field.name}__in": keys})
        (touch_with_theirs if relation.on_delete is models.CASCADE else touch_all)(theirs)


class Recorded(models.Model):
    """A row whose changes are recorded. Its manager is one of RecordedQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        named = kwargs.get("update_fields")
        if named is not None and not _kinds[type(self)].records(named):
            super().save(*args, **kwargs)  # the hour of a login is no edit
            return
        with acting() as block:
            adding = self._state.adding
            super().save(*args, **kwargs)
            if adding:
                block.made(type(self), [self.pk])

    def delete(self, *args, **kwargs):
        with acting():
            self.before_deletion()
            touch_with_theirs(type(self)._base_manager.filter(pk=self.pk))
            return super().delete(*args, **kwargs)

    def before_deletion(self) -> None:
        """Called first when the row is deleted: keeps others from changing what is about to be looked at."""

    def workshop_key(self) -> int | None:
        """The key of the workshop in whose history the row stands; None for what workshops share."""
        return None


class RecordedQuerySet(models.QuerySet):
    """Rows that are recorded too where many are written at once."""

    def update(self, **values):
        with acting():
            touch_all(self)
            return super().update(**values)

    def delete(self):
        with acting():
            touch_with_theirs(self)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **kwargs):
        with acting() as block:
            made = super().bulk_create(objs, *args, **kwargs)
            block.made(self.model, [row.pk for row in made if row.pk is not None])
            return made
