"""Sheets on their way into a file: what each column holds and offers, and the cells."""

from __future__ import annotations

from typing import Any

import msgspec

SPARE = 300  # rows below the last one that offer the same lists
LISTS = "Listas"  # the hidden sheet with what can be chosen
HELP = "Ayuda"


class Head(msgspec.Struct, frozen=True):
    """A column: its header, what its cells hold (text, number, date, time, hidden), its width in characters.

    `choices` are offered in each cell; where `closed`, nothing else may be typed. `note` is shown at the header.
    """

    name: str
    kind: str = "text"
    width: int = 14
    choices: tuple[Any, ...] = ()
    closed: bool = False
    note: str = ""


class Page(msgspec.Struct, frozen=True):
    """A sheet; a cell is str, int, float, date, time, or "" for an empty one."""

    name: str
    heads: list[Head]
    rows: list[list[Any]]
