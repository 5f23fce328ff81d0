"""Text that knows its language."""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec

from .codes import SOURCE, column


class Text(msgspec.Struct, frozen=True, array_like=True):
    """A piece of content and the language (BCP 47, lower case) it is written in."""

    text: str = ""
    lang: str = SOURCE

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def pick(row: Any, field: str, language: str) -> Text:
    """What `row` says in `language`; where nothing is written there, the Spanish, marked as Spanish.

    `row` is anything with the translated columns as attributes. Empty and None count as the same.
    """
    wanted = getattr(row, column(field, language)) or ""
    if wanted.strip():
        return Text(wanted, language)
    return Text(getattr(row, column(field, SOURCE)) or "", SOURCE)


def fold(text: str) -> str:
    """`text` in small letters, without accents; as long as `text` wherever one letter has one accent."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
