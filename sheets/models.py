"""Files that were brought and are looked at, and what was said of their columns."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT_FOR = dt.timedelta(days=1)
MOST_KEPT = 5  # files of one person


class UploadQuerySet(models.QuerySet):
    """Files kept between the look at what they would change and the change."""

    def tidy(self) -> None:
        """Forget the files of everybody that nobody came back for, and of each person all but the newest."""
        self.filter(created__lt=timezone.now() - KEPT_FOR).delete()
        for owner in self.values_list("owner", flat=True).annotate(n=models.Count("pk")).filter(n__gt=MOST_KEPT):
            newest = self.filter(owner=owner).order_by("-pk").values_list("pk", flat=True)[:MOST_KEPT]
            self.filter(owner=owner).exclude(pk__in=list(newest)).delete()


class Upload(models.Model):
    """A file, with the answers that were given to what it leaves open. Its owner alone sees it.

    `plan` is what it would change, packed, as the look `looked` found; `asked` is the look that was ordered last.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    answers = models.JSONField(default=dict)
    asked = models.CharField(max_length=64, default="")
    asked_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="")
    looked = models.CharField(max_length=64, default="")
    plan = models.BinaryField(default=bytes)
    done = models.PositiveSmallIntegerField(default=0)  # sheets that are read, of `total`
    total = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    def __str__(self):
        return self.name


class Meaning(models.Model):
    """Which column of ours a column of somebody's files is: the answer given once is the answer of the next time."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    answer = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="meaning_once_per_owner")]

    def __str__(self):
        return f"{self.key}: {self.answer}"
