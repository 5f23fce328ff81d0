"""What stands in the cells of files: what protects a text from being a formula, and what is an error and no value."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from languages.entry import clean
from sheets.workbooks import CellError

# What programs write into a cell that they cannot calculate, where a file holds it as text (Excel, LibreOffice).
ERRORS = re.compile(r"#[¡¿]?[A-ZÀ-Ü0-9_/ ]{2,20}[!?]|#N/[ADad]|Err:[0-9]{3}")
# What a program that opens a CSV makes a number, a date or a time of: 007, 3-2, 1/2, 0,5, 3 Mar, 1e5.
_NUMBERS = re.compile(r"[0-9][0-9.,:/ -]*(?:[A-Za-z]{1,9}\.?[0-9 ,-]*)?")
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


def error_of(value: Any) -> str | None:
    """The error that a cell holds instead of a value, "" for a formula without a result, None for neither.

    Such a cell is never taken for an empty one.
    """
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, str) and ERRORS.fullmatch(value.strip()):
        return value.strip()
    return None


def why_none(value: Any) -> str:
    """Why a cell of which error_of() is not None holds no value, in a sentence."""
    if isinstance(value, CellError) and value.merged:
        return _("The cell is part of a merged one: undo that, and write in each cell what is meant.")
    if error := error_of(value):
        return _("The cell holds the error %(text)s: write what is meant.") % {"text": error}
    return _("The cell holds a formula without a result: open and save the file once, or write what is meant.")


def safe(text: str, formulas: bool = True) -> str:
    """`text` as a file holds it, so that unsafe() gives it back.

    Where the format does not part texts from formulas, numbers and dates (`formulas`; CSV), an apostrophe stands before
    what would be taken for one (OWASP, CSV injection). In all formats one stands wherever unsafe() would take one away.
    """
    lines = text.split("\n")
    lines = [f"'{line}" if _protected(line) else line for line in lines]
    first = lines[0]
    if formulas and first[:1] and (first[:1] in RISKY or _NUMBERS.fullmatch(text)) and not _protected(text):
        lines[0] = f"'{first}"
    return "\n".join(lines)


def unsafe(text: str) -> str:
    """The text that safe() was given: of each line exactly one apostrophe less that stands before what it protects.

    Of each line, because a line may have been put above the one that was the first.
    """
    return "\n".join(line[1:] if _protected(line) else line for line in text.split("\n"))


def _protected(line: str) -> bool:
    """Whether the first line of `line` begins with an apostrophe that protects it."""
    line = line.partition("\n")[0]
    return line[:1] == "'" and len(line) > 1 and (line[1] in RISKY or bool(_NUMBERS.fullmatch(line[1:])))


def plain(value: Any, protected: bool = True) -> Any:
    """A cell as it was meant: text in its Unicode form C without what protects it; whole numbers as int; "" if empty.

    `protected` is false for formats that no spreadsheet program reads (JSON). Dates, times and truth values stay.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, str):
        text = clean(value)
        return unsafe(text) if protected else text
    return value
