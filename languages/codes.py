"""The languages of the site, and the columns of what is written in several."""

from __future__ import annotations

import functools
from typing import Any

LANGUAGES = (
    ("es", "Español"),
    ("en", "English"),
    ("pt-br", "Português (Brasil)"),
    ("fr", "Français"),
)
CODES = tuple(code for code, _ in LANGUAGES)
SOURCE = "es"  # content is written in it first; every other language falls back to it


@functools.cache  # asked for every text of every tree
def column(field: str, language: str) -> str:
    """Name of the database column that holds `field` in `language`: ("title", "pt-br") -> "title_pt_br"."""
    return f"{field}_{language.replace('-', '_')}"


def columns(*fields: str) -> list[str]:
    """The columns of `fields` in all languages, Spanish first, field by field."""
    return [column(field, language) for field in fields for language in CODES]


def translated_fields(model: Any) -> tuple[str, ...]:
    """The fields of a Django model that are written in several languages; none where it is not registered."""
    from modeltranslation.translator import NotRegistered, translator

    try:
        return tuple(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return ()
