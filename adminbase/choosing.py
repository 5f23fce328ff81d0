"""What a page asks that two saved at once: the fields that both changed, what is together already, and whose it is."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from edits.models import EditedRow, key_of
from edits.words import value_said, who
from languages import SOURCE, clock

from .merging import CHOICE, Merging, MergingRows, answer, opened_of

MOST_READ = 500  # rows of the record that are looked through for who changed a field


class Choice(msgspec.Struct, frozen=True):
    """One question: the name of its boxes, what it is about, what stood before both, theirs and mine (HTML)."""

    asked: str
    label: str
    before: SafeString
    theirs: SafeString
    mine: SafeString
    who: str
    when: str  # in the site's zone; "" where nobody knows
    box: str  # the id of the field in the form below; "" for a row
    chosen: str

    @property
    def name(self) -> str:
        return CHOICE + self.asked


class Together(msgspec.Struct, frozen=True):
    """A field that only one of both changed."""

    label: str
    before: str
    stays: str
    who: str  # "" for me
    when: str


class Choosing(msgspec.Struct, frozen=True):
    """What stands above a form whose fields both changed."""

    who: str
    choices: tuple[Choice, ...]
    together: tuple[Together, ...]

    @property
    def asked(self) -> str:
        return " ".join(choice.asked for choice in self.choices)


def choosing(shown: Any, formsets: Iterable[Any]) -> Choosing | None:
    """What the page with the form `shown` and its rows asks; None where nothing is to be chosen.

    One query, and one for each tie that is told.
    """
    formsets = [rows for rows in formsets if isinstance(rows, MergingRows)]
    rows = [form for form in (shown, *(form for rows in formsets for form in rows.forms)) if isinstance(form, Merging)]
    gone = [(rows, place) for rows in formsets for place in sorted(rows.revived) if place < len(rows.forms)]
    deleted = [form for rows in formsets for form in (rows.undecided() if rows.is_bound else ())]
    if not gone and not deleted and not any(form.disputed for form in rows):
        return None
    record = _Record(
        [*(form.instance for form in rows if form.disputed or form.merged), *(form.instance for form in deleted)], gone
    )
    choices = [_of_field(form, name, record) for form in rows for name in form.fields if name in form.disputed]
    choices += [_of_row(rows, place, record) for rows, place in gone]
    choices += [_of_deletion(form, record) for form in deleted]
    together = [one for form in rows for one in _together(form, record)]
    others = {choice.who for choice in choices}
    return Choosing(others.pop() if len(others) == 1 else "", tuple(choices), tuple(together))


class _Record:
    """Who changed which column of which row last."""

    def __init__(self, rows: Iterable[Any], gone: Iterable[tuple[Any, int]]) -> None:
        self.by_column: dict[tuple[str, str], tuple[str, str]] = {}
        keys = [key_of(row) for row in rows]
        inside = [key_of(rows.instance) for rows, _place in gone]
        found = EditedRow.objects.filter(models.Q(key__in=keys) | models.Q(inside__in=inside, act="gone"))
        for row in found.select_related("edit").order_by("-pk")[:MOST_READ]:
            told = (who(row.edit), hour_of(row.edit.at))
            for column in row.before or {}:
                self.by_column.setdefault((row.key, column), told)
            if row.act == "gone":
                self.by_column.setdefault((row.inside, "gone"), told)

    def who(self, key: str, column: str) -> tuple[str, str]:
        return self.by_column.get((key, column), (_("Somebody"), ""))


def hour_of(at: dt.datetime) -> str:
    """When something was done, in the site's zone: its hour, and the day where that is not today."""
    here = timezone.localtime(at)
    hour = clock(here.time(), get_language() or SOURCE)
    return hour if here.date() == timezone.localdate() else f"{date_format(here.date())}, {hour}"


def _label(form: Any, name: str) -> str:
    """«Lugar»; of a row below: «Punto “Preguntas”: texto»."""
    label = str(form.fields[name].label or name)
    if not form.prefix:
        return label
    values = {"row": _row_named(form), "field": label[:1].lower() + label[1:]}
    return pgettext("row: field", "%(row)s: %(field)s") % values


def _row_named(form: Any) -> str:
    kind = str(form.instance._meta.verbose_name)
    called = getattr(form.instance, "called", None)
    name = str(called() if called else form.instance) if form.instance.pk else ""
    kind = kind[:1].upper() + kind[1:]
    return pgettext("kind “name”", "%(kind)s “%(name)s”") % {"kind": kind, "name": name} if name else kind


def _of_field(form: Any, name: str, record: _Record) -> Choice:
    field = form.instance._meta.get_field(name)
    before = _said(field, form.before_both.get(name))
    theirs = _said(field, field.value_from_object(form.instance))
    mine = _typed(form, name)
    person, when = record.who(key_of(form.instance), field.attname)
    asked = form.asked(name)
    return Choice(
        asked, _label(form, name), marked(theirs, before, "del"), marked(before, theirs), marked(before, mine),
        person, when, form[name].id_for_label, answer(form.data, asked) or "",
    )  # fmt: skip


def _of_row(rows: Any, place: int, record: _Record) -> Choice:
    form = rows.forms[place]
    typed = [text for name in form.fields if not form[name].is_hidden and (text := _typed(form, name))]
    person, when = record.who(key_of(rows.instance), "gone")
    asked = rows.add_prefix(place)
    return Choice(
        asked, _row_named(form), SafeString(""), format_html("<del>{}</del>", pgettext("act", "deleted")),
        format_html("{}", typed[0] if typed else "—"), person, when, "", answer(rows.data, asked) or "",
    )  # fmt: skip


def _of_deletion(form: Any, record: _Record) -> Choice:
    """I delete what the other changed."""
    opened, now = form.opened(), form.now()
    changed = [name for name in form.fields if name in now and opened.get(name, now[name]) != now[name]]
    field = form.instance._meta.get_field(changed[0])
    before, theirs = _said(field, opened.get(changed[0])), _said(field, now[changed[0]])
    person, when = record.who(key_of(form.instance), field.attname)
    asked = form.asked("DELETE")
    return Choice(
        asked, _row_named(form), marked(theirs, before, "del"), marked(before, theirs),
        format_html("<del>{}</del>", pgettext("act", "deleted")), person, when, "", answer(form.data, asked) or "",
    )  # fmt: skip


def _together(form: Any, record: _Record) -> Iterable[Together]:
    """What one of both changed in `form`, in the order of its fields."""
    if not form.instance.pk:
        return
    opened = opened_of(form.data).get(form.opened_key, {})
    mine = set(form.changed_data) - form.disputed if form.is_bound else set()
    for name in form.fields:
        if name in form.merged:
            field = form.instance._meta.get_field(name)
            person, when = record.who(key_of(form.instance), field.attname)
            now = _said(field, field.value_from_object(form.instance))
            if answer(form.data, form.asked(name)) is None:
                yield Together(_label(form, name), _said(field, opened.get(name)), now, person, when)
        elif name in mine and not form[name].is_hidden and name != forms.formsets.DELETION_FIELD_NAME:
            before = form.get_initial_for_field(form.fields[name], name)
            columns = {field.name: field for field in form.instance._meta.concrete_fields}
            said = _said(columns[name], before) if name in columns else ""
            yield Together(_label(form, name), said, _typed(form, name), "", "")


def _typed(form: Any, name: str) -> str:
    """What was typed into a field, in words."""
    box = form.fields[name]
    typed = box.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    column = {field.name: field for field in form.instance._meta.concrete_fields}.get(name)
    if column is not None:
        try:
            return _said(column, box.clean(typed))
        except ValidationError:  # said beside the field, too
            pass
    return ", ".join(map(str, typed)) if isinstance(typed, list | tuple) else str("" if typed is None else typed)


def _said(field: Any, value: Any) -> str:
    """A value of the column `field` in words; "" for nothing, and for what cannot be one: the page sent it."""
    try:
        if not field.is_relation:
            return value_said(field, value)
        if value in (None, "") or isinstance(value, models.Model):
            row = value or None
        else:
            row = field.related_model._base_manager.filter(pk=value).first()
        return str(row.called() if hasattr(row, "called") else row) if row else ""
    except (ValidationError, TypeError, ValueError, OverflowError):
        return ""


def marked(before: str, after: str, tag: str = "ins") -> SafeString:
    """The text `after` with what `before` has not, word by word, in elements `tag`."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    parts = []
    for act, _a, _b, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        text = "".join(new[first:last])
        if text:
            parts.append(format_html(f"<{tag}>{{}}</{tag}>", text) if act != "equal" else format_html("{}", text))
    return format_html_join("", "{}", ((part,) for part in parts))
