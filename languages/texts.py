"""Text that knows its language."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

import msgspec

from .codes import CODES, SOURCE, column


class Text(msgspec.Struct, frozen=True, array_like=True):
    """A piece of content and the language (BCP 47, lower case) it is written in."""

    text: str = ""
    lang: str = SOURCE

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def pick(row: Any, field: str, language: str, source: str = SOURCE) -> Text:
    """What `row` says in `language`; where nothing is written there, in `source`, else in the first that has it.

    The text is marked with the language that it is in. `row` is anything with the translated columns as attributes.
    Empty and None count as the same.
    """
    for code in (language, source, *CODES):
        if (text := getattr(row, column(field, code)) or "").strip():
            return Text(text, code)
    return Text("", source)


@functools.lru_cache(maxsize=8192)  # the same rooms and names are compared again and again
def name_key(text: str | None) -> str:
    """What tells a name apart: without capitals, accents, signs that nobody sees, and blanks but one between words.

    «SALÓN  Ávila» and «salon avila» are one; so are NFC and NFD, and letters of full and half width (NFKD).
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    shown = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(shown.casefold().split())


def fold(text: str) -> str:
    """`text` in lowercase, without accents; as long as `text` wherever one letter has one accent."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
