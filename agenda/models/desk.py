"""What the organisers keep beside the programme: doubts that they accepted, links to the draft that they gave away."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edits.recording import Recorded, RecordedQuerySet
from languages.fields import LineField

from .workshop import Workshop

LASTS = dt.timedelta(days=14)  # a link to the draft


def new_key() -> str:
    """What stands in the address of a link to the draft: nobody guesses it (128 bits), and small letters only, for
    addresses are lowered where nothing answers to them (taller/views.py)."""
    return secrets.token_hex(16)


class Acceptance(Recorded):
    """That a doubt is all right, and why. `facts` is a digest of what it was about (agenda/doubts.py): when that
    changes, the doubt is asked again."""

    WORKSHOP = "workshop"

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="acceptances", verbose_name=_("workshop"))
    rule = models.CharField(_("rule"), max_length=40)
    facts = models.CharField(max_length=32)
    message = models.TextField(_("doubt"))
    reason = LineField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("accepted doubt")
        verbose_name_plural = _("accepted doubts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "facts"],
                name="acceptance_once",
                violation_error_message=_("This doubt is accepted already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="acceptance_reason_given",
                violation_error_message=_("Say why it is all right."),
            ),
        ]

    def __str__(self):
        return self.reason

    def workshop_key(self) -> int | None:
        return self.workshop_id


class DraftLink(Recorded):
    """A link by which somebody without account reads the draft, until it expires or is revoked."""

    WORKSHOP = "workshop"

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="draft_links", verbose_name=_("workshop"))
    name = LineField(_("for whom"), max_length=120)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(_("when"), default=timezone.now)
    expires = models.DateTimeField(_("expires"))
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to the draft")
        verbose_name_plural = _("links to the draft")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="draft_link_for_somebody",
                violation_error_message=_("Say for whom the link is."),
            )
        ]

    def __str__(self):
        return self.name

    def workshop_key(self) -> int | None:
        return self.workshop_id

    @property
    def is_open(self) -> bool:
        """Whether the link still leads to the draft."""
        return self.revoked is None and self.expires > timezone.now()
