"""Texts as they are kept: one kind of line break, and no control characters, which no face could show."""

import re

from django.db import models

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def tidy(text: str) -> str:
    """`text` with \\n for every line break (forms send \\r\\n) and a blank for each control character."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy_row(sender, instance: models.Model, **kwargs) -> None:
    """Signal pre_save: tidies every text of the row, whoever saves it."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField):
            value = instance.__dict__.get(field.attname)
            if isinstance(value, str) and (clean := tidy(value)) != value:
                setattr(instance, field.attname, clean)
