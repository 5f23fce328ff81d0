"""Which characters the typefaces of paper have, for whoever asks without opening a font."""

from __future__ import annotations

import functools
import unicodedata

# What Alegreya and Alegreya Sans have in every weight that paper uses (static/fonts; a test reads the files).
RANGES = (
    "d 20-7e a0-148 14a-17e 18f 192 1a0-1a1 1af-1b0 1c4-1dc 1e6-1e7 1ea-1eb 1fa-21b 22a-22d 230-233 237 259 2b0 "
    "2b2 2b7-2b9 2bb-2bc 2be-2bf 2c6-2cc 2d8-2dd 2e1-2e3 300-304 306-30c 30f 311-312 31b 323-324 326-328 32e 331 "
    "335 342-345 374-375 37a 37e 384-38a 38c 38e-3a1 3a3-3cf 3d1 3d5-3d7 3f0 400-45f 462-463 46a-46b 472-475 "
    "490-49d 4a0-4a5 4aa-4ab 4ae-4b3 4b6-4bb 4c0-4c2 4cb-4cc 4cf-4d9 4dc-4df 4e2-4e9 4ee-4f9 51a-51d 524-525 "
    "1e08-1e09 1e0c-1e0f 1e14-1e17 1e1c-1e1d 1e20-1e21 1e24-1e25 1e2a-1e2b 1e2e-1e2f 1e36-1e37 1e3a-1e3b "
    "1e42-1e49 1e4c-1e53 1e5a-1e5b 1e5e-1e69 1e6c-1e6f 1e78-1e7b 1e80-1e85 1e8e-1e8f 1e92-1e93 1e97 1e9e "
    "1ea0-1ef9 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 "
    "1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2007-200b 2010 2012-2015 2018-201a 201c-201e 2020-2022 "
    "2024-2026 2030 2032-2033 2039-203a 2044 2070 2074-2079 207f-2089 20a1 20a3-20a4 20a6-20a7 20a9 20ab-20ae "
    "20b1-20b2 20b4-20b5 20b8-20ba 20bc-20bd 2113 2116 2122 2126 212e 2153-2154 215b-215e 2190-2199 2202 "
    "2205-2206 220f 2211-2212 2215 2219-221a 221e 222b 2248 2260 2264-2265 25a0-25a1 25b2-25b3 25b6-25b7 "
    "25bc-25bd 25c0-25c1 25c6-25c7 25ca 25fc 26ab 2b1b 2b24 a78b-a78c fb01-fb02"
)
# What is no sign by itself: a face need not have it.
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn")


@functools.cache
def covered() -> frozenset[int]:
    """The code points of which every face of paper has a sign."""
    found: set[int] = set()
    for span in RANGES.split():
        first, _dash, last = span.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def foreign(text: str) -> list[str]:
    """The characters of `text` that the typefaces of paper lack, each once, in their order: another face sets them."""
    composed = unicodedata.normalize("NFC", text)
    signs = dict.fromkeys(sign for sign in composed if ord(sign) not in covered())
    return [sign for sign in signs if unicodedata.category(sign) not in UNSEEN]
