"""The record of edits: what somebody did, and which rows it changed. Undoing, the bin and the history read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEPT_FOR = dt.timedelta(days=30)  # in the bin


class Way(models.TextChoices):
    """By which way rows were changed."""

    FORM = "form", _("form")
    LIST = "list", _("several at once")
    BOARD = "board", _("timetable")
    LATE = "late", _("running late")
    KEPT = "kept", _("still holds")  # a translation, whose source was changed: nothing of it was
    SHEET = "sheet", _("spreadsheet")
    NOTE = "note", _("concept note")
    RESTORED = "restored", _("out of the bin")
    BACK = "back", _("back to how it was")
    UNDO = "undo", _("undone")
    REDO = "redo", _("done again")
    PUBLISHED = "published", _("publication")
    WITHDRAWN = "withdrawn", _("withdrawal")
    PROGRAM = "program", _("program")


class Act(models.TextChoices):
    NEW = "new", pgettext_lazy("act", "added")
    CHANGED = "changed", pgettext_lazy("act", "changed")
    GONE = "gone", pgettext_lazy("act", "deleted")


class Edits(models.QuerySet):
    def of_workshop(self, workshop: int, shared: Q | None = None) -> Edits:
        """What changed rows of the workshop with this key, and of what workshops share, the rows `shared`."""
        of = Q(workshop=workshop)
        return self.filter(pk__in=EditedRow.objects.filter(of | shared if shared else of).values("edit"))

    def about(self, key: str) -> Edits:
        """What changed the row `key` (key_of), or one that stands inside it."""
        return self.filter(pk__in=EditedRow.objects.filter(Q(key=key) | Q(inside=key)).values("edit"))

    def last(self) -> int:  # type: ignore[override]
        """The key of the last one; 0 where there is none."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0


class Edit(models.Model):
    """One thing that somebody did. The name stays when the person goes."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    way = models.CharField(max_length=20, choices=Way.choices, default=Way.PROGRAM)
    # What this one took back, or did again.
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")

    objects = Edits.as_manager()

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("history")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}"


class EditedRow(models.Model):
    """A row before and after an edit.

    `before` and `after` hold its columns as JSON has them: all of a row that came or went, of one that was changed
    those that were. `name` is how it was called, by language. `inside` is the row in whose form it stands.
    """

    edit = models.ForeignKey(Edit, models.CASCADE, related_name="rows")
    act = models.CharField(max_length=10, choices=Act.choices)
    key = models.CharField(max_length=60, db_index=True)  # as key_of() has it
    inside = models.CharField(max_length=60, db_index=True, blank=True, default="")
    workshop = models.BigIntegerField(null=True, db_index=True)
    name = models.JSONField(default=dict)
    words = models.TextField(default="")  # what is searched, as names are compared
    withdrawn = models.BooleanField(default=False)  # its content was taken back for good
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.act} {self.key}"

    @property
    def label(self) -> str:
        """The model, as «agenda.session»."""
        return self.key.partition(":")[0]

    @property
    def row_key(self) -> int:
        return int(self.key.partition(":")[2])


def key_of(row: Any) -> str:
    """What names a row in the record: «agenda.session:12»."""
    return f"{row._meta.label_lower}:{row.pk}"
