"""The record of edits in words: what an officer reads, not what the columns are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from languages import LANGUAGES, SOURCE, SPOKEN, clock
from languages.spoken import name_of, names_of

from .models import Act, Edit, EditedRow, Way
from .recording import kind_of

LONGEST = 200  # characters of a value that is told
# What follows by itself from something else that is told.
UNTOLD = ("code", "slug_key", "note")
UNTOLD_TIES = {"agenda.session": ("workshop_id",)}
ACTS: dict[str, Any] = {
    Act.NEW: pgettext_lazy("act", "added"),
    Act.CHANGED: pgettext_lazy("act", "changed"),
    Act.GONE: pgettext_lazy("act", "deleted"),
}
_CODES = {*SPOKEN, *(code for code, _name in LANGUAGES)}


class FieldTold(msgspec.Struct, frozen=True):
    """A field of a row, before and after; "" for nothing."""

    label: str
    before: str
    after: str


class RowTold(msgspec.Struct, frozen=True):
    """What happened to a row: `act` (models.Act), `what` it is, its `name`, the page where it can be edited (""), and
    its fields where it was changed."""

    act: str
    what: str
    name: str
    address: str
    fields: tuple[FieldTold, ...]
    key: str
    can_go_back: bool  # a row of the draft


class EditTold(msgspec.Struct, frozen=True):
    """An edit in words, `when` in the site's zone."""

    pk: int
    when: dt.datetime
    who: str
    by: int | None
    way: str  # models.Way
    said_way: str
    rows: tuple[RowTold, ...]
    undone: bool

    def acts(self) -> list[tuple[str, list[RowTold]]]:
        """The rows by what happened to them."""
        by_act: dict[str, list[RowTold]] = {act: [] for act in ACTS}
        for row in self.rows:
            by_act[row.act].append(row)
        return [(act, rows) for act, rows in by_act.items() if rows]


def tell(edits: Sequence[Edit], reader: Any = None) -> list[EditTold]:
    """`edits`, whose rows are prefetched, in the active language, to `reader`; a constant number of queries."""
    rows = [row for edit in edits for row in edit.rows.all()]
    names = _Names(rows)
    undone = set(Edit.objects.filter(undoes__in=edits, way=Way.UNDO).values_list("undoes", flat=True))
    return [
        EditTold(
            edit.pk, timezone.localtime(edit.at), who(edit, reader), edit.by_id, edit.way, str(Way(edit.way).label),
            tuple(names.told(row) for row in edit.rows.all()), edit.pk in undone,
        )
        for edit in edits
    ]  # fmt: skip


def who(edit: Edit, reader: Any = None) -> str:
    """Who did it, in words; "you" where that is the `reader`."""
    if reader is not None and edit.by_id is not None and edit.by_id == reader.pk:
        return pgettext("who did it", "You")
    return edit.by_name or (_("The program") if edit.way == Way.PROGRAM else _("Somebody"))


def called(row: EditedRow) -> str:
    """How a row of the record was called, in the active language."""
    return row.name.get(get_language() or SOURCE) or next(filter(None, row.name.values()), "") or "—"


DRAFT = (models.Q(key__startswith="agenda.") | models.Q(key__startswith="participants.")) & ~models.Q(
    key__startswith="agenda.release:"
)


def is_draft(row: EditedRow) -> bool:
    """Whether a row of the record is one of the draft, and not of what was published or of who has access."""
    return row.label.startswith(("agenda.", "participants.")) and row.label != "agenda.release"


def what_is(row: EditedRow) -> str:
    """What a row is: «sesión»."""
    return str(apps.get_model(row.label)._meta.verbose_name)


def label_of(model: type[models.Model], name: str) -> str:
    """A column in words: «hora», «título, francés»."""
    field: Any = next(field for field in model._meta.concrete_fields if name in (field.name, field.attname))
    language = getattr(field, "language", None)
    if not language:
        return str(field.verbose_name)
    label = str(field.translated_field.verbose_name)
    if language == SOURCE:
        return label
    values = {"field": label, "language": name_of(language.partition("-")[0], get_language() or SOURCE)}
    return pgettext("field, language", "%(field)s, %(language)s") % values


def value_said(field: models.Field, value: Any) -> str:
    """A value of a column that is no tie, as JSON or Python has it, as people read it; "" for nothing, shortened.

    ValidationError, TypeError or ValueError where `value` cannot be one of the column.
    """
    if value is None or value == "" or value == []:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.TimeField):
        return clock(field.to_python(value), get_language() or SOURCE)
    if isinstance(field, models.DateField):
        return date_format(field.to_python(value))
    if isinstance(value, list):
        known = all(one in _CODES for one in value)
        return names_of([one.partition("-")[0] for one in value], get_language() or SOURCE) if known else str(value)
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class _Names:
    """How the rows are called that others are tied to: asked for once."""

    def __init__(self, rows: Iterable[EditedRow]) -> None:
        wanted: dict[Any, set[int]] = {}
        self.live: dict[str, Any] = {}
        for row in rows:
            model = apps.get_model(row.label)
            wanted.setdefault(model, set()).add(row.row_key)
            for values in (row.before or {}, row.after or {}):
                for field in kind_of(model).columns:
                    if field.is_relation and isinstance(values.get(field.attname), int):
                        wanted.setdefault(field.related_model, set()).add(values[field.attname])
        for model, keys in wanted.items():
            beside = kind_of(model).beside
            for one in model._base_manager.filter(pk__in=keys).select_related(*beside):
                self.live[f"{model._meta.label_lower}:{one.pk}"] = one
        missing = {f"{model._meta.label_lower}:{key}" for model, keys in wanted.items() for key in keys}
        gone = EditedRow.objects.filter(key__in=missing - set(self.live), act=Act.GONE)
        self.gone = {row.key: row for row in gone}

    def told(self, row: EditedRow) -> RowTold:
        model = apps.get_model(row.label)
        fields = []
        if row.act == Act.CHANGED:
            for name, before in (row.before or {}).items():
                if name in UNTOLD or name in UNTOLD_TIES.get(row.label, ()):
                    continue
                after = (row.after or {}).get(name)
                fields.append(FieldTold(label_of(model, name), self.said(model, name, before),
                                        self.said(model, name, after)))  # fmt: skip
        return RowTold(row.act, what_is(row), called(row), self.address(row), tuple(fields), row.key, is_draft(row))

    def address(self, row: EditedRow) -> str:
        """The page of the admin with the row; "" where it is gone, or has none."""
        key = row.inside if row.label in ("agenda.item", "agenda.moderator", "accounts.membership") else row.key
        if key not in self.live and row.key not in self.live:
            return ""
        label, _colon, pk = key.partition(":")
        try:
            return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])
        except NoReverseMatch:
            return ""

    def said(self, model: type[models.Model], name: str, value: Any) -> str:
        """A value as people read it."""
        field: Any = next(field for field in model._meta.concrete_fields if field.attname == name)
        if value is None or value == "" or value == []:
            return ""
        if field.is_relation:
            key = f"{field.related_model._meta.label_lower}:{value}"
            if key in self.live:
                one = self.live[key]
                return str(one.called() if hasattr(one, "called") else one)
            return called(self.gone[key]) if key in self.gone else str(value)
        return value_said(field, value)
