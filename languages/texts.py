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


# What people type, and what typographers set: one sign for both. (A letter's own apostrophe is none of them.)
ALIKE = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02b9\u02bc\u00b4\u0060\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
})  # fmt: skip


@functools.lru_cache(maxsize=8192)  # the same rooms and names are compared again and again
def name_key(text: str | None) -> str:
    """What tells a name apart: without capitals, accents, signs that nobody sees, and blanks but one between words.

    «SALÓN  Ávila» and «salon avila» are one; so are NFC and NFD, letters of full and half width (NFKD), and the
    apostrophe, quotes and dashes of a typewriter and of a typographer.
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").translate(ALIKE).casefold())
    shown = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(shown.casefold().split())


def fold(text: str) -> str:
    """`text` in lowercase, without accents; as long as `text` wherever one letter has one accent."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
