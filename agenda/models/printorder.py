"""Which printed editions of a workshop are wanted, and how many of them there are already."""

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
