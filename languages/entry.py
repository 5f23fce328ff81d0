"""Texts as they are kept: one kind of line break, and no control characters, which no face could show."""

import re

from django.db import models

# Control characters, halves of surrogates, and what is no character at all (XML 1.0 2.2, Unicode 23.7).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def tidy(text: str) -> str:
    """`text` with \\n for every line break (forms send \\r\\n) and a blank for each control character."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _settled(field: models.Field, value: str) -> str:
    """A text as its field keeps it: what is one line on screen is one line."""
    clean = tidy(value)
    return clean if isinstance(field, models.TextField) else " ".join(clean.split("\n")).strip("\n")


def tidy_row(sender, instance: models.Model, **kwargs) -> None:
    """Signal pre_save: tidies every text of the row, whoever saves it."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField):
            value = instance.__dict__.get(field.attname)
            if isinstance(value, str) and (clean := _settled(field, value)) != value:
                setattr(instance, field.attname, clean)
