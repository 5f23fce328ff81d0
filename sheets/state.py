"""How each cell of a row was when it was exported, in a few letters: what was not touched since is not said.

A file's hidden column holds for each of its columns two letters of the header and four of the cell. With it a file
that comes back days later changes what somebody changed in it, and nothing else.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
from typing import Any

from languages.entry import settle

STATE = "estado"
_MARK = "e1:"  # the form of this text; a program takes it for no number
_HEADER, _CELL = 2, 4  # letters


def canonical(value: Any) -> str:
    """A cell as a text that does not depend on the format of the file."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return settle(str(value))


@functools.lru_cache(maxsize=16_384)  # most cells say the same as many others: nothing
def digest(text: str, letters: int = _CELL) -> str:
    """`letters` that tell `text` from others: by chance two are the same once in 16 million (four letters)."""
    raw = hashlib.blake2b(text.encode(), digest_size=letters * 6 // 8 + 1).digest()
    return base64.urlsafe_b64encode(raw).decode()[:letters]


def written(cells: dict[str, Any]) -> str:
    """The state of a row whose columns hold `cells`."""
    return _MARK + "".join(digest(header, _HEADER) + digest(canonical(cell)) for header, cell in cells.items())


def is_state(cell: Any) -> bool:
    """Whether a cell holds the state of a row."""
    return isinstance(cell, str) and cell.strip().startswith(_MARK)


def read(text: Any, headers: list[str]) -> dict[str, str]:
    """Header -> digest of the cell as it was exported; empty where `text` is no state."""
    text = str(text).strip()
    if not text.startswith(_MARK):
        return {}
    body = text.removeprefix(_MARK)
    size = _HEADER + _CELL
    by_header = {body[n : n + _HEADER]: body[n + _HEADER : n + size] for n in range(0, len(body) - size + 1, size)}
    names = {digest(header, _HEADER): header for header in headers}
    return {names[short]: cell for short, cell in by_header.items() if short in names}
