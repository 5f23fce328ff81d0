"""The languages of the site, text that knows its language, and how each language writes a clock."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
import zoneinfo
from typing import Any

import msgspec

LANGUAGES = (
    ("es", "Español"),
    ("en", "English"),
    ("pt-br", "Português (Brasil)"),
    ("fr", "Français"),
)
CODES = tuple(code for code, _ in LANGUAGES)
SOURCE = "es"  # content is written in it first; every other language falls back to it


class Text(msgspec.Struct, frozen=True, array_like=True):
    """A piece of content and the language (BCP 47, lower case) it is written in."""

    text: str = ""
    lang: str = SOURCE

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def column(field: str, language: str) -> str:
    """Name of the database column that holds `field` in `language`: ("title", "pt-br") -> "title_pt_br"."""
    return f"{field}_{language.replace('-', '_')}"


def columns(*fields: str) -> list[str]:
    """The columns of `fields` in all languages, Spanish first, field by field."""
    return [column(field, language) for field in fields for language in CODES]


def pick(row: Any, field: str, language: str) -> Text:
    """What `row` says in `language`; where nothing is written there, the Spanish, marked as Spanish.

    `row` is anything with the translated columns as attributes. Empty and None count as the same.
    """
    wanted = getattr(row, column(field, language)) or ""
    if wanted.strip():
        return Text(wanted, language)
    return Text(getattr(row, column(field, SOURCE)) or "", SOURCE)


def clock(time: dt.time, language: str) -> str:
    """A time of the venue's clock as the language writes it: 9h00, 9:00, 9h.

    Spanish concept notes of the network write 9h00; Portuguese and French leave out the zero minutes.
    """
    if language == "en":
        return f"{time.hour}:{time.minute:02}"
    if language in ("pt-br", "fr") and not time.minute:
        return f"{time.hour}h"
    return f"{time.hour}h{time.minute:02}"


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database."""
    return name in _zones()


def fold(text: str) -> str:
    """`text` in small letters, without accents; as long as `text` wherever one letter has one accent."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def translated_fields(model: Any) -> tuple[str, ...]:
    """The fields of a Django model that are written in several languages; none where it is not registered."""
    from modeltranslation.translator import NotRegistered, translator

    try:
        return tuple(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return ()
