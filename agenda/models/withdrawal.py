"""That something was taken back from all that was published: who, when and why, never what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from edits.recording import Recorded, RecordedQuerySet
from languages import name_key
from languages.fields import LineField
from rules.constraints import one_of

from .workshop import Workshop


class Withdrawn(models.TextChoices):
    TEXT = "text", _("a text")
    ROW = "row", _("a session")
    RELEASE = "release", _("a version")


def traced(text: str) -> list[Any]:
    """How many words `text` has and a digest of it under the site's key: nobody without the key can try texts."""
    key = name_key(text)
    return [len(key.split()), salted_hmac("agenda.withdrawn", key, algorithm="sha256").hexdigest()[:32]]


class Withdrawal(Recorded):
    """One act of withdrawing. `releases` are the numbers of the versions that were rewritten."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="withdrawal_acts", verbose_name=_("workshop"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Withdrawn.choices)
    reason = LineField(_("reason"), max_length=300)
    releases = models.JSONField(_("versions"), default=list)
    # By what the withdrawn is known again where a note still says it (traced()); it cannot be read from it.
    traces = models.JSONField(default=list, editable=False)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-pk"]
        constraints = [one_of("kind", Withdrawn, "withdrawal_kind_known", _("Choose one of the listed kinds."))]

    def __str__(self):
        return self.reason

    def workshop_key(self) -> int | None:
        return self.workshop_id
