"""A text of the draft that gives way to another one of the note, and what was translated of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from languages import CODES, column, name_key

from .children import ALIKE, likeness


def give_way(row: Any, name: str, before: str, value: str) -> str:
    """What is told of the column `name` of `row`, whose text `before` gives way to `value`.

    Where the two are not one text that was corrected, its translations go: they would stand under another one.
    """
    told = f"{row._meta.verbose_name}: {row} — «{before}» → «{value}»"
    field: Any = row._meta.get_field(name)
    language = getattr(field, "language", None)
    if not language or likeness(name_key(before), name_key(value)) >= ALIKE:
        return told
    others = [column(field.translated_field.name, code) for code in CODES if code != language]
    had = [one for one in others if getattr(row, one)]
    for one in had:
        setattr(row, one, "")
    return _("%(told)s; its translations go: they were of another text.") % {"told": told} if had else told
