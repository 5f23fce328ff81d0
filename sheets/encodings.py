"""In which encoding a text file was saved: those that no header betrays are told apart by the letters they give."""

from __future__ import annotations

import codecs
import re

# As spreadsheet programs save in Western Europe and Latin America: Windows, old Macs, DOS.
GUESSES = ("cp1252", "mac_roman", "cp850")
NAMES = {"cp1252": "Windows", "mac_roman": "Mac", "cp850": "DOS", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}
# What stands outside ASCII in Spanish, Portuguese, French, Catalan and English texts.
_LETTERS = "áéíóúüñçàèìòùâêîôûãõëïœæÿöäÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÃÕËÏŒÆÖÄ"
_PLAUSIBLE = set(_LETTERS + "¿¡«»“”‘’–—…·ºª°€£§\xa0•§®©™´¨½¼²³")
_INSIDE = re.compile(
    rf"[a-z{_LETTERS[: _LETTERS.index('Á')]}][{_LETTERS[_LETTERS.index('Á') :]}]|[^\W\d_][“”«»¿¡€£§°´¨…‘][^\W\d_]"
)
MOST_WORDS = 6


def detect(data: bytes) -> tuple[str, dict[str, list[str]]]:
    """The encoding of `data`, and where others are as likely: each of them -> words as they would read.

    UTF-8 and UTF-16 are known by what they are. Of the others the one is taken that alone makes words of letters as
    people write them; where two do, or none, somebody has to say it.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", {}
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig", {}
    oddities = {guess: _oddities(decode(data, guess)) for guess in GUESSES}
    best = min(oddities, key=lambda guess: (oddities[guess], GUESSES.index(guess)))
    if oddities[best] == 0 and list(oddities.values()).count(0) == 1:
        return best, {}
    words = {guess: _words(decode(data, guess)) for guess in GUESSES}
    return best, words


def _words(text: str) -> list[str]:
    """The first words of `text` that hold a letter outside ASCII."""
    return list(dict.fromkeys(word for word in text.split() if not word.isascii()))[:MOST_WORDS]


def decode(data: bytes, encoding: str) -> str:
    """`data` as text in `encoding` (one of NAMES); what has no meaning there becomes U+FFFD."""
    return data.decode(encoding, errors="replace")


def _oddities(text: str) -> int:
    """How many signs of `text` stand where nobody writes them: not of our languages, capitals or signs in words."""
    odd = sum(not character.isascii() and character not in _PLAUSIBLE for character in text)
    return odd + len(_INSIDE.findall(text))
