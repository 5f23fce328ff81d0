"""Inline rows that are saved together: what is unique is looked at after all of them, and nothing goes unsaid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agenda.models import Day
from agenda.models.workshop import LAST_DATE

MOST_NAMED = 5


class DayFormSet(forms.BaseInlineFormSet):
    """Days may exchange dates or all move by one: their old dates make room before the new ones are written.

    A day that has sessions is not deleted here, where nobody sees that they go with it, but on its own page.
    """

    def clean(self):
        super().clean()
        for form in self.deleted_forms:
            sessions = list(form.instance.sessions.all()[: MOST_NAMED + 1]) if form.instance.pk else []
            if sessions:
                names = ", ".join(map(str, sessions[:MOST_NAMED]))
                if len(sessions) > MOST_NAMED:
                    names += " …"
                text = _("With the day %(day)s its sessions would go: %(names)s.")
                address = reverse("admin:agenda_day_delete", args=[form.instance.pk])
                link = format_html('<a href="{}">{}</a>', address, _("Delete it on its own page"))
                raise ValidationError(
                    format_html("{} {}", text % {"day": form.instance.date, "names": names}, link), code="takes_along"
                )

    def save_existing_objects(self, commit=True):
        if commit:
            moved = [form.instance for form in self.initial_forms if "date" in form.changed_data]
            for day in moved:
                Day.objects.filter(pk=day.pk).update(date=LAST_DATE - dt.timedelta(days=day.pk % 36_500))
        return super().save_existing_objects(commit)


class TyingFormSet(forms.BaseInlineFormSet):
    """Rows that tie a participant, each once: two that exchange theirs are saved as the rows that had them before.

    Nothing hangs on such a row, so that the one that becomes another's equal may as well be the other.
    """

    tied: tuple[str, ...] = ("participant_id",)  # the columns that no two rows have alike

    def save_existing_objects(self, commit=True):
        if commit:
            forms_left = [form for form in self.initial_forms if form not in self.deleted_forms]
            held = {self._key(form, form.initial): form.instance.pk for form in forms_left}
            changed = [form for form in forms_left if form.has_changed()]
            free = [form.instance.pk for form in changed]
            for form in changed:  # first those that take over what another had
                pk = held.get(self._key(form, None))
                if pk in free:
                    free.remove(pk)
                    form.instance.pk = pk
                    form.placed = True
            for form in changed:
                if not getattr(form, "placed", False):
                    form.instance.pk = free.pop(0)
        return super().save_existing_objects(commit)

    def _key(self, form: Any, initial: Any) -> tuple[Any, ...]:
        """What a row ties now, or tied when the form was made (`initial`)."""
        if initial is None:
            return tuple(getattr(form.instance, name) for name in self.tied)
        return tuple(initial.get(name.removesuffix("_id")) for name in self.tied)


class ConvenerFormSet(TyingFormSet):
    tied = ("participant_id", "role")
