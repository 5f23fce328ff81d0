"""What is withdrawn, found in texts and put out of them."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

import msgspec
from django.utils.text import slugify

from agenda.programme import Programme
from languages import SOURCE, Text

MARKS = {"es": "[retirado]", "en": "[withdrawn]", "pt-br": "[retirado]", "fr": "[retiré]"}
LEAST = 4  # characters: what is shorter stands everywhere
_DIGITS = 6  # so many, and hardly anything else, are a number that everybody groups in their own way
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # what nobody sees between two letters
_BETWEEN = rf"[\s.\-/()\u00a0\u202f\u2009\u2010-\u2015\u00b7_*,\\{_UNSEEN}]*"
# Between two words: blanks, and what Markdown writes there.
_BLANKS = rf"(?:[\s\u00a0\u202f\u2009*_~`>\\{_UNSEEN}]|&nbsp;)+"
# The texts of the tree that are written without a language, and the names in addresses.
PLAIN = {"place", "person", "address", "website", "known_as", "note"}
SLUGS = {"slug", "participant"}


@functools.cache
def _variants() -> dict[str, str]:
    """The Latin letters with accents, by the letter that they are."""
    found: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code):
            found[base.lower()] = found.get(base.lower(), "") + chr(code)
    return found


def _letters(word: str) -> str:
    """A pattern of `word` with or without its accents, composed or not, and with what nobody sees between."""
    signs = [sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign)]
    ways = [f"[{re.escape(sign)}{_variants().get(sign.lower(), '')}]" for sign in signs]
    return rf"[\u0300-\u036f{_UNSEEN}\\]*".join(ways) + r"[\u0300-\u036f]*"


def language_of(name: str) -> str:
    """The language of a column, or of a name that is one: «title_pt_br» is pt-br; "" for others."""
    return name if name in MARKS else next((code for code in MARKS if name.endswith(f"_{code.replace('-', '_')}")), "")


class Needle:
    """A text that is looked for as it is, whatever the case, the accents, the blanks and what Markdown writes between
    its words; a number whatever its grouping. `nth` tells its mark from those of earlier ones: two people who are
    withdrawn are still two."""

    def __init__(self, text: str, nth: int = 1) -> None:
        self.nth = nth
        self.text = " ".join(unicodedata.normalize("NFC", text).translate(dict.fromkeys(map(ord, _UNSEEN))).split())
        if len(self.text) < LEAST:
            raise ValueError(f"a text of less than {LEAST} characters stands everywhere")
        digits = re.sub(r"\D", "", self.text)
        if len(digits) >= _DIGITS and not re.search(r"[^\d\s+.\-/()]", self.text):
            plus = r"\+?" if self.text.startswith("+") else ""
            pattern = plus + _BETWEEN.join(digits)
        else:
            pattern = _BLANKS.join(_letters(word) for word in self.text.split(" "))
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.slug = slugify(self.text) if len(slugify(self.text)) >= LEAST else ""

    def is_in(self, text: str) -> bool:
        return bool(self.pattern.search(text))

    def out_of(self, text: str, language: str = SOURCE) -> str:
        """`text` with the mark of `language` in its place."""
        mark = self.mark(language)
        return self.pattern.sub(lambda _found: mark, text)

    def mark(self, language: str) -> str:
        """What stands in its place, in `language`: «[retirado]», for the second text «[retirado 2]»."""
        mark = MARKS.get(language, MARKS[SOURCE])
        return mark if self.nth == 1 else f"{mark[:-1]} {self.nth}]"

    def out_of_address(self, text: str) -> str:
        """A name in an address without it."""
        return text.replace(self.slug, "retirado") if self.slug else text

    # --- the tree and what else is kept as JSON ---

    def out_of_tree(self, programme: Programme) -> Programme:
        """The tree without it, in every text, plain or with a language; the same object where it is not there."""
        return self._out(programme, programme.language, programme.source)

    def _out(self, row: Any, language: str, source: str) -> Any:
        changed = {}
        for name in row.__struct_fields__:
            value = getattr(row, name)
            new = self._value(row, name, value, language, source)
            if new is not value and new != value:
                changed[name] = new
        return msgspec.structs.replace(row, **changed) if changed else row

    def _value(self, row: Any, name: str, value: Any, language: str, source: str) -> Any:
        if isinstance(value, Text):
            return Text(self.out_of(value.text, value.lang or language), value.lang)
        if isinstance(value, msgspec.Struct):
            return self._out(value, language, source)
        if isinstance(value, tuple):
            return tuple(self._out(one, language, source) if isinstance(one, msgspec.Struct) else one for one in value)
        if isinstance(value, str):
            if name in PLAIN:
                # As in the draft, whose column has no language: else the next release would tell of another mark.
                new = self.out_of(value, source if name == "known_as" else SOURCE)
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
                else self.out_of_json(one, language_of(name) or language)
                for name, one in value.items()
            }
        return value

    def is_in_json(self, value: Any) -> bool:
        return self.out_of_json(value) != value
