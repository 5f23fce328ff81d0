"""What a search compares: text as people type it, the same in the server and in the script of the agenda."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, and what people type for them where their keyboard has no such key; signs
# that stand for an apostrophe without being punctuation. The script has the same table (static/js/search.js).
TYPED = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n",
    "ŧ": "t", "ς": "σ", "´": "", "`": "", "\u02bc": "", "\u02b9": "", "\u02bb": "", "\u02c8": "",
}  # fmt: skip
_TYPED = str.maketrans(TYPED)


def search_key(text: str) -> str:
    """`text` without what people leave out when they type: capitals, accents, punctuation, more than one blank.

    «AL-LAs» is allas, «L’eau» leau, «Łódź» lodz; letters of full width, ligatures and numerals are taken apart
    (NFKD, Unicode Standard Annex 15).
    """
    taken_apart = unicodedata.normalize("NFKD", text.translate(_TYPED)).lower().translate(_TYPED)
    kept = []
    for sign in taken_apart:
        category = unicodedata.category(sign)
        if _is_blank(sign):
            kept.append(" ")
        elif category[0] not in "MP" and category != "Cf":
            kept.append(sign)
    return " ".join(word for word in "".join(kept).split(" ") if word)


def words_of(text: str) -> list[str]:
    """What is looked for where somebody typed `text`: each word, as search_key() has it.

    Where there is something and no word in it («—»), that which nothing has: an empty list would find everything.
    """
    key = search_key(text)
    return key.split(" ") if key else [] if all(map(_is_blank, text)) else ["\x00"]


def _is_blank(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] == "Z" or category == "Cc"
