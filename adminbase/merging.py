"""Two who edit one row at once: what each changed is compared with what they opened, field by field.

A page carries what its rows held when it was opened. What I did not touch keeps what the other made of it; what only I
touched becomes mine; where both touched the same field, the page comes back with both, and what I typed is still there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    # What these mixins take from Django's forms and formsets is more than its stubs say.
    _Form: Any = Any
    _Rows: Any = Any
else:
    _Form, _Rows = forms.BaseModelForm, forms.BaseInlineFormSet

OPENED = "_opened"  # the name of the box with what the rows held
ASKED = "_asked"  # that of the one with what the page asks, separated by blanks
CHOICE = "_choice:"  # followed by what is asked: the boxes of which one is chosen
THEIRS, MINE = "theirs", "mine"
BEFORE = "before:"  # in the box OPENED, ahead of the row's name: what its disputed fields held before both


def opened_of(data: Any) -> dict[str, dict[str, Any]]:
    """What the rows of the page held when it was opened, as it came back with the form; nothing where it is broken."""
    try:
        text = data.get(OPENED) or "{}"
        text.encode()  # half of a pair of surrogates cannot be written into a page again
        found = json.loads(text) if "\\ud" not in text.lower() else {}
    except (ValueError, RecursionError):
        return {}
    is_whole = isinstance(found, dict) and all(isinstance(row, dict) for row in found.values())
    return found if is_whole else {}


def said(value: Any) -> Any:
    """`value` of a field as JSON has it, so that what was opened can be compared with what is there now."""
    if isinstance(value, models.Model):
        value = value.pk
    value = json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))
    return "" if value is None else value.replace("\r\n", "\n") if isinstance(value, str) else value


def answer(data: Any, asked: str) -> str | None:
    """What was chosen where the page asked for `asked`: THEIRS, MINE, "" for neither; None where it did not ask."""
    if asked not in str(data.get(ASKED) or "").split():
        return None
    chosen = data.get(CHOICE + asked)
    return chosen if chosen in (THEIRS, MINE) else ""


def to_choose(asked: str) -> ValidationError:
    """The error beside a field or row, which leads to where one of two is chosen."""
    told = _("Somebody else changed this too. Choose above which of both stays.")
    return ValidationError(format_html('<a href="#{}">{}</a>', f"choose-{asked}", told), code="changed_meanwhile")


class Merging(_Form):
    """Mixed into the forms of rows that exist already."""

    data: Any
    merged: frozenset[str] = frozenset()  # the fields that keep what the other made of them
    disputed: frozenset[str] = frozenset()  # those that both changed

    @property
    def opened_key(self) -> str:
        """Under what the page keeps this row: the formset's name and the row's key."""
        return f"{(self.prefix or '').rpartition('-')[0]}:{self.instance.pk}"

    def asked(self, name: str) -> str:
        """What the page calls the question which of two values of the field `name` stays."""
        return f"{self.opened_key}:{name}"

    def opened(self) -> dict[str, Any]:
        """What the row held when the page was opened; nothing where the page did not say."""
        return opened_of(self.data).get(self.opened_key, {}) if self.is_bound and self.instance.pk else {}

    def now(self) -> dict[str, Any]:
        """What the row holds now, of the fields of this form that are columns of it."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields if not field.primary_key}
        return {
            name: said(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if name in columns and not field.disabled and not isinstance(field, forms.models.InlineForeignKeyField)
        }

    def to_keep(self) -> dict[str, Any]:
        """What the page is to carry of this row: what was opened, and of what was disputed what is there now."""
        opened = self.opened()
        return {name: now if name in self.disputed else opened.get(name, now) for name, now in self.now().items()}

    @property
    def before_both(self) -> dict[str, Any]:
        """What the disputed fields held before both, as JSON has it: it is known once only, and carried along."""
        before = opened_of(self.data).get(f"{BEFORE}{self.opened_key}", {})
        return {name: before.get(name, self.opened().get(name)) for name in self.disputed}

    def _clean_fields(self) -> None:
        super()._clean_fields()
        opened, now = self.opened(), self.now() if self.instance.pk else {}
        merged, disputed = set(), set()
        for name in now:
            chosen = answer(self.data, self.asked(name))
            if chosen == THEIRS:
                merged.add(name)
            elif opened.get(name, now[name]) == now[name]:
                if chosen == "" and self.touches(name, now[name]):
                    disputed.add(name)
            elif not self.touches(name, opened[name]):
                merged.add(name)
            elif self.touches(name, now[name]):
                disputed.add(name)
        self.merged, self.disputed = frozenset(merged), frozenset(disputed)
        for name in merged:
            self.errors.pop(name, None)
            self.cleaned_data[name] = getattr(self.instance, name)
            self._show(name)
        for name in disputed:
            self.add_error(name, to_choose(self.asked(name)))

    def touches(self, name: str, before: Any) -> bool:
        """Whether what was typed into the field `name` is another value than `before`."""
        field = self.fields[name]
        typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return touched(field, before, typed)

    def _show(self, name: str) -> None:
        """Let the page, where it comes back, show what the other made of the field."""
        data = self.data.copy()
        key, widget = self.add_prefix(name), self.fields[name].widget
        value = self.get_initial_for_field(self.fields[name], name)
        data.pop(key, None)
        if isinstance(widget, forms.CheckboxInput):
            if value:
                data[key] = "on"
        elif isinstance(value, list | tuple):
            data.setlist(key, list(value))
        else:
            data[key] = "" if value is None else widget.format_value(value) if not hasattr(widget, "choices") else value
        self.data = data

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that I changed: not those in which the other's work is kept."""
        return [name for name in forms.BaseForm.changed_data.func(self) if name not in self.merged]  # type: ignore[attr-defined]


def touched(field: forms.Field, before: Any, typed: Any) -> bool:
    """Whether `typed`, as a browser sends it, is another value of `field` than `before`, as said() has it."""
    if isinstance(typed, str):
        typed = typed.replace("\r\n", "\n")
    try:
        if isinstance(field, forms.DateField | forms.TimeField | forms.DateTimeField | forms.DecimalField):
            before = field.to_python(before)
        return field.has_changed(before, typed)
    except (ValidationError, AttributeError, TypeError, ValueError):  # a page may say anything of before
        return True


class MergingRows(_Rows):
    """Mixed into the inline rows of a page: a row that the other deleted is said, and not lost without a word."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = 0  # rows that the other deleted and I had not touched
        self.revived: set[int] = set()  # the places of those that I had
        if self.is_bound and hasattr(self.data, "getlist"):
            self._settle_gone()

    def _settle_gone(self) -> None:
        opened = opened_of(self.data)
        management = self.management_form
        if not opened or not management.is_valid():
            return
        total, first = management.cleaned_data["TOTAL_FORMS"], management.cleaned_data["INITIAL_FORMS"]
        if not 0 <= first <= total <= self.absolute_max:
            return
        known = {str(row.pk) for row in self.get_queryset()}
        name = self.model._meta.pk.name
        stay, back = [], []
        for place in range(first):
            pk = self.data.get(f"{self.add_prefix(place)}-{name}", "")
            if pk in known:
                stay.append(place)
            elif self._is_touched(place, opened.get(f"{self.prefix}:{pk}")):
                back.append(place)
        answers = {place: answer(self.data, self.add_prefix(place)) for place in range(first, total)}
        back += [place for place, chosen in answers.items() if chosen == ""]
        new = [place for place, chosen in answers.items() if chosen in (None, MINE)]
        if len(stay) == first and len(new) == total - first:
            return
        self.left_out = first - len(stay) - sum(place < first for place in back)
        self.revived = set(range(len(stay), len(stay) + len(back)))
        self._rearrange([*stay, *back, *new], len(stay), name)

    def _is_touched(self, place: int, before: Mapping[str, Any] | None) -> bool:
        prefix = self.add_prefix(place)
        if before is None or self.data.get(f"{prefix}-DELETE"):
            return False
        for name, field in self.form.base_fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, f"{prefix}-{name}")
            if name in before and touched(field, before[name], typed):
                return True
        return False

    def _rearrange(self, places: list[int], first: int, pk: str) -> None:
        """Let the rows `places` of what was sent be all, in this order; those from `first` on are new ones."""
        data = self.data.copy()
        old = {place: self.add_prefix(place) + "-" for place in range(self.management_form.cleaned_data["TOTAL_FORMS"])}
        for key in list(data):
            if any(key.startswith(start) for start in old.values()):
                del data[key]
        for place, before in enumerate(places):
            for key in self.data:
                if key.startswith(old[before]):
                    data.setlist(f"{self.add_prefix(place)}-{key.removeprefix(old[before])}", self.data.getlist(key))
            if place >= first:
                data[f"{self.add_prefix(place)}-{pk}"] = ""
        data[f"{self.prefix}-TOTAL_FORMS"], data[f"{self.prefix}-INITIAL_FORMS"] = len(places), first
        # The rows have other numbers now: what was asked and chosen under the old ones is no answer to a new question.
        asked = str(data.get(ASKED) or "").split()
        ours = re.compile(rf"{re.escape(self.prefix)}-\d+")
        data[ASKED] = " ".join(one for one in asked if not ours.fullmatch(one))
        for one in filter(ours.fullmatch, asked):
            data.pop(CHOICE + one, None)
        self.data = data
        self.__dict__.pop("management_form", None)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete")

    def changed_meanwhile(self, form: Any) -> bool:
        """Whether the other changed the row of `form` since this page was opened."""
        opened, now = form.opened(), form.now() if form.instance.pk else {}
        return any(name in now and now[name] != value for name, value in opened.items())

    def deletion_asked(self, form: Any) -> str:
        """What the page calls the question whether a row goes that the other changed."""
        return form.asked("DELETE")

    def _should_delete_form(self, form: Any) -> bool:
        if not super()._should_delete_form(form) or not isinstance(form, Merging) or not self.changed_meanwhile(form):
            return bool(super()._should_delete_form(form))
        return answer(self.data, self.deletion_asked(form)) == MINE

    def undecided(self) -> list[Any]:
        """The forms of rows that I delete and the other changed, of which nothing was chosen yet."""
        return [
            form
            for form in self.initial_forms
            if isinstance(form, Merging) and super(MergingRows, self)._should_delete_form(form)
            and self.changed_meanwhile(form) and not answer(self.data, self.deletion_asked(form))
        ]  # fmt: skip

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        if i in self.revived:
            form.empty_permitted = False
        return form

    def full_clean(self) -> None:
        super().full_clean()
        for place, form in enumerate(self.forms if self.is_bound and self.can_delete else ()):
            if form in self.undecided():
                form.add_error(None, to_choose(self.deletion_asked(form)))
                self._errors[place] = form.errors
        for place in self.revived:
            if place < len(self.forms):
                told = _("Somebody deleted this row meanwhile. Choose above whether it goes or stays as you wrote it.")
                link = format_html('<a href="#{}">{}</a>', f"choose-{self.add_prefix(place)}", told)
                self.forms[place].add_error(None, ValidationError(link, code="gone"))
                self._errors[place] = self.forms[place].errors


def merging(form: type[forms.ModelForm]) -> type[forms.ModelForm]:
    """The form `form` as one that merges. Its fields are made anew: whoever changes them does so afterwards."""
    return type(form.__name__, (Merging, form), {"__module__": form.__module__})


def merging_rows(formset: type[Any]) -> type[Any]:
    """The formset `formset`, and its form, as such that merge."""
    made: Any = type(formset.__name__, (MergingRows, formset), {"__module__": formset.__module__})
    made.form = merging(formset.form)
    return made


def to_open(forms_shown: Iterable[Any]) -> str:
    """What a page carries of the rows in `forms_shown`, for the box OPENED."""
    kept = {}
    for form in forms_shown:
        if isinstance(form, Merging) and form.instance.pk:
            kept[form.opened_key] = form.to_keep()
            if form.disputed:
                kept[BEFORE + form.opened_key] = form.before_both
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
