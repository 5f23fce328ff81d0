"""The programme as published: numbered, kept for ever, never changed."""

import datetime as dt
from typing import cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from edits.recording import Recorded
from languages.fields import LineField

from .workshop import Workshop


class Frozen(PermissionDenied):
    """Somebody tried to change what was published: it is kept as it was, for ever."""


class KeptForEver(models.QuerySet):
    """Rows that are made and read, and never changed: not one by one, and not many at once."""

    def update(self, **kwargs):
        raise Frozen("a release never changes")

    def delete(self):
        raise Frozen("a release is kept for ever")

    def bulk_update(self, *args, **kwargs):
        raise Frozen("a release never changes")

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise Frozen("a release never changes")
        return super().bulk_create(objs, *args, **kwargs)


class Kept(models.Model):
    """A row that is made once and read ever after; its manager is one of KeptForEver."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk and not self._state.adding:
            raise Frozen("a release never changes")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise Frozen("a release is kept for ever")


class Releases(KeptForEver):
    def current(self) -> "Releases":
        """The newest release of each workshop that was not withdrawn."""
        newest = self.filter(withdrawn=False).values("workshop").annotate(newest=Max("pk")).values("newest")
        return self.filter(pk__in=newest)

    def newest(self) -> "Release | None":
        """The release with the highest number that was not withdrawn; of one workshop's the current one."""
        return cast("Release | None", self.filter(withdrawn=False).order_by("-number").first())

    def latest_number(self) -> int | None:
        """The highest number that was given, to a release that was withdrawn too."""
        return self.order_by("-number").values_list("number", flat=True).first()

    def now(self, at: dt.datetime) -> "list[Release]":
        """The release of the workshop that runs at the moment `at`, else of the next one, else of the last one; after
        it the others that run. Empty where there is none; one query.

        Each by the clock of its own venue, optional days and a last night included. Of several that run, the one that
        began last comes first.
        """
        rows = list(self.current().select_related("workshop").order_by("begins_at", "pk"))
        running = [row for row in rows if row.begins_at <= at < row.over_at]
        coming = [row for row in rows if row.begins_at > at]
        past = sorted((row for row in rows if row.over_at <= at), key=lambda row: row.over_at)
        return running[::-1] or coming[:1] or past[-1:]


class Release(Kept, Recorded):
    WORKSHOP = "workshop"
    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="releases", verbose_name=_("workshop"))
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("published by")
    )
    note = LineField(_("note"), max_length=500, blank=True)
    digest = models.CharField(_("digest"), max_length=64, help_text="BLAKE2b of the full trees")
    public_digest = models.CharField(max_length=64, help_text="BLAKE2b of what the public sees of them")
    # How often something was withdrawn from the workshop's versions, and whether this one was, whole (withdrawing.py).
    withdrawals = models.PositiveIntegerField(default=0)
    withdrawn = models.BooleanField(default=False)
    begins_at = models.DateTimeField(db_index=True)  # the first midnight at the venue, and when the last day is over
    over_at = models.DateTimeField(db_index=True)

    objects = Releases.as_manager()

    def workshop_key(self) -> int | None:
        return self.workshop_id

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "number"],
                name="release_number_once_per_workshop",
                violation_error_message=_("This workshop has a version with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="release_number_from_1",
                violation_error_message=_("Versions are numbered from 1."),
            ),
        ]

    def __str__(self):
        return _("%(workshop)s, version %(number)s") % {"workshop": self.workshop.slug, "number": self.number}


class ReleaseTree(Kept):
    """The frozen programme of a release in one language, as JSON (the shape is programme.Programme)."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="trees")
    language = models.CharField(max_length=10)
    tree = models.TextField()
    note = LineField(max_length=500, blank=True, default="")  # the sentence for the readers, in this language
    # What this release changed, in words, as JSON (lists of changes.Change); "null" of the first one.
    public_changes = models.TextField(default="null")
    members_changes = models.TextField(default="null")

    objects = KeptForEver.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "language"], name="release_tree_once_per_language")]

    def __str__(self):
        return f"{self.release_id} {self.language}"
