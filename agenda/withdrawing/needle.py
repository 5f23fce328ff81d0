"""What is withdrawn, found in texts and put out of them."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from django.utils.text import slugify

from agenda.programme import Programme
from languages import SOURCE, Text

MARKS = {"es": "[retirado]", "en": "[withdrawn]", "pt-br": "[retirado]", "fr": "[retiré]"}
LEAST = 4  # characters: what is shorter stands everywhere
_DIGITS = 6  # so many, and hardly anything else, are a number that everybody groups in their own way
_BETWEEN = r"[\s.\-/()\u00a0\u202f\u2009]*"
# The texts of the tree that are written without a language, and the names in addresses.
PLAIN = {"place", "person", "address", "website", "known_as", "note"}
SLUGS = {"slug", "participant"}


class Needle:
    """A text that is looked for as it is, whatever the case and the blanks; a number whatever its grouping."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        if len(self.text) < LEAST:
            raise ValueError(f"a text of less than {LEAST} characters stands everywhere")
        digits = re.sub(r"\D", "", self.text)
        if len(digits) >= _DIGITS and not re.search(r"[^\d\s+.\-/()]", self.text):
            plus = r"\+?" if self.text.startswith("+") else ""
            pattern = plus + _BETWEEN.join(digits)
        else:
            pattern = r"[\s\u00a0\u202f]+".join(map(re.escape, self.text.split(" ")))
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.slug = slugify(self.text) if len(slugify(self.text)) >= LEAST else ""

    def is_in(self, text: str) -> bool:
        return bool(self.pattern.search(text))

    def out_of(self, text: str, language: str = SOURCE) -> str:
        """`text` with the mark of `language` in its place."""
        return self.pattern.sub(MARKS.get(language, MARKS[SOURCE]), text)

    def out_of_address(self, text: str) -> str:
        """A name in an address without it."""
        return text.replace(self.slug, "retirado") if self.slug else text

    # --- the tree and what else is kept as JSON ---

    def out_of_tree(self, programme: Programme) -> Programme:
        """The tree without it, in every text, plain or with a language; the same object where it is not there."""
        return self._out(programme, programme.language)

    def _out(self, row: Any, language: str) -> Any:
        changed = {}
        for field in msgspec.structs.fields(row):
            value = getattr(row, field.name)
            new = self._value(row, field.name, value, language)
            if new is not value and new != value:
                changed[field.name] = new
        return msgspec.structs.replace(row, **changed) if changed else row

    def _value(self, row: Any, name: str, value: Any, language: str) -> Any:
        if isinstance(value, Text):
            return Text(self.out_of(value.text, value.lang or language), value.lang)
        if isinstance(value, msgspec.Struct):
            return self._out(value, language)
        if isinstance(value, tuple):
            return tuple(self._out(one, language) if isinstance(one, msgspec.Struct) else one for one in value)
        if isinstance(value, str):
            if name in PLAIN:
                new = self.out_of(value, language)
                return "" if name == "website" and new != value else new
            if name in SLUGS and not isinstance(row, Programme):
                return self.out_of_address(value)
        return value

    def out_of_json(self, value: Any, language: str = SOURCE) -> Any:
        """Any JSON without it, in names too."""
        if isinstance(value, str):
            return self.out_of(value, language)
        if isinstance(value, list):
            return [self.out_of_json(one, language) for one in value]
        if isinstance(value, dict):
            return {
                self.out_of(name): self.out_of_address(one)
                if name in SLUGS and isinstance(one, str)
                else self.out_of_json(one, language)
                for name, one in value.items()
            }
        return value

    def is_in_json(self, value: Any) -> bool:
        return self.out_of_json(value) != value
