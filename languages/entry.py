"""Texts as they are kept: one Unicode form, one kind of line break, nothing that no face can show or no eye can see."""

from __future__ import annotations

import re
import unicodedata

_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Control characters, halves of surrogates, and what is no character at all (XML 1.0 2.2, Unicode 23.7).
_FORBIDDEN = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
# What nobody sees and nobody meant: soft hyphens, blanks without width, marks of a file's beginning, orders to write
# from right to left that nobody takes back, and the place of a picture. Joiners stay: letters and signs are made of
# them; so do the two marks of direction, which a text in Arabic needs.
_UNSEEN = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc"
_NOTHING = re.compile(f"[{_UNSEEN}]")
_AS_BLANK = re.compile(f"[{_FORBIDDEN}]")
_BLANKS = re.compile("[\u1680\u2000-\u200a\u205f\u3000]")  # not those that hold words together: U+00A0 and U+202F
_RUN = re.compile("[ \t\u00a0\u202f]{2,}|\t")


def clean(text: str) -> str:
    """`text` in Unicode form C, with \\n for every line break and plain blanks.

    A control character becomes a blank, what cannot be seen goes.
    """
    text = _NOTHING.sub("", _AS_BLANK.sub(" ", _BREAK.sub("\n", text)))
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text))


def settle(text: str) -> str:
    """As clean(), with no blanks around it and a blank for each tab. Settled once, a text stays as it is.

    Tabs mean nothing in our texts, and what spreadsheets do with them glues words together.
    """
    return clean(text).replace("\t", " ").strip()


def settle_line(text: str) -> str:
    """As settle(), on one line: a blank for line breaks, tabs and every run of blanks."""
    return _RUN.sub(" ", settle(text).replace("\n", " ")).strip()


_SHORT = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")
_LONG = re.compile(r"#?([0-9a-f]{6})")


def settle_colour(text: str) -> str:
    """`text` as #rrggbb in small letters where it is a colour as style sheets write it (CSS Color 4, 5.2): with or
    without its sign, with three digits or six. Anything else comes back settled, for the constraint to refuse."""
    text = settle_line(text).lower()
    if match := _SHORT.fullmatch(text):
        return "#" + "".join(digit * 2 for digit in match.groups())
    if match := _LONG.fullmatch(text):
        return f"#{match[1]}"
    return text
