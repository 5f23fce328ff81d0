"""Pictures of institutions. They stand in the database: a release that shows one keeps it, wherever the site moves."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class Logo(models.Model):
    """A PNG as participants/pictures.py made it, named after its content; what a release shows never changes."""

    digest = models.CharField(primary_key=True, max_length=32)
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self):
        return f"{self.digest[:8]} ({self.width} × {self.height})"

    def delete(self, *args, **kwargs):
        raise PermissionDenied("a release may show this logo")
