"""Which printed editions of a workshop are wanted, how many of them there are already, and which files there are."""

from __future__ import annotations

from django.db import models

from .release import Release
from .workshop import Workshop


class PrintOrder(models.Model):
    """One row a workshop: its newest release is wanted. The task that does it may run twice (printing/orders.py)."""

    workshop = models.OneToOneField(Workshop, models.CASCADE, related_name="print_order")
    release = models.ForeignKey(Release, models.CASCADE, related_name="+")
    site = models.CharField(max_length=300)  # scheme and host that readers reach
    total = models.PositiveSmallIntegerField(default=0)  # editions
    done = models.PositiveSmallIntegerField(default=0)
    failed = models.PositiveSmallIntegerField(default=0)
    queued = models.BooleanField(default=False)  # a task waits that will look at this row
    ordered = models.DateTimeField(auto_now=True)
    finished = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.workshop}: {self.done}/{self.total}"


class PrintedFile(models.Model):
    """A printed edition that is wanted, set, or could not be set; its files stand in the storage `printed`.

    `name` is theirs, without .pdf and .png. All that decides what stands in it decides the name.
    """

    name = models.CharField(max_length=200, unique=True)
    series = models.CharField(max_length=150, db_index=True)  # the same edition of every version
    workshop = models.CharField(max_length=50)  # as it stands in addresses
    release = models.PositiveIntegerField(null=True)  # its number; None for the draft
    paper = models.CharField(max_length=30)
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=10)
    site = models.CharField(max_length=300)  # scheme and host that readers reach
    wanted = models.DateTimeField(null=True)  # since when somebody waits for it
    pages = models.PositiveSmallIntegerField(null=True)  # None where it is not set
    cause = models.CharField(max_length=500, blank=True)  # why it could not be set
    when = models.DateTimeField(null=True)  # when it was set, or could not be

    def __str__(self):
        return self.name
