"""Quotation marks and apostrophes as printers set them, in the language of each text: «así», « ainsi », “so”."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from languages import Text

MARKS = {"es": ("«", "»"), "fr": ("«\u202f", "\u202f»"), "pt-br": ("“", "”"), "en": ("“", "”")}
# A pair of straight marks in a line: after a blank or a bracket, before a blank, a stop or the end. The title of a link
# in Markdown stands in such marks, too, and is none.
PAIR = re.compile(r'(?<![^\s(\[¿¡—–-])"(?=\S)([^"\n]{1,400})(?<=\S)"(?=[\s.,;:!?)\]…—–-]|$)')
LINK = re.compile(r"\]\([^\s)]{0,400} $")
APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def quoted(text: str, language: str) -> str:
    """`text` with the marks of `language` for straight ones; texts with code in them stay as they are."""
    if "`" in text or ('"' not in text and "'" not in text):
        return text
    first, last = MARKS.get(language, MARKS["es"])

    def pair(found: re.Match[str]) -> str:
        if LINK.search(text, max(0, found.start() - 402), found.start()):
            return found[0]
        return f"{first}{found[1]}{last}"

    return APOSTROPHE.sub("’", PAIR.sub(pair, text))


def typographic(value: Any) -> Any:
    """A programme, or a part of it, whose texts have printers' marks. The same object where nothing changes."""
    if isinstance(value, Text):
        said = quoted(value.text, value.lang)
        return value if said == value.text else Text(said, value.lang)
    if isinstance(value, tuple):
        made = tuple(map(typographic, value))
        return value if all(a is b for a, b in zip(value, made, strict=True)) else made
    if isinstance(value, msgspec.Struct):
        changes = {
            name: new
            for name in value.__struct_fields__
            if (new := typographic(old := getattr(value, name))) is not old
        }
        return msgspec.structs.replace(value, **changes) if changes else value
    return value
