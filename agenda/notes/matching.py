"""Which session of the draft is which row of a note that is read again."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import TYPE_CHECKING, Any

from languages import column, name_key

if TYPE_CHECKING:
    from agenda.models import Session

    from .rows import Entry


def match(
    old: dict[str, dict[str, Any]], entries: list[tuple[dt.date, Entry]], rows: dict[str, Session], source: str
) -> list[str | None]:
    """For each entry the code of the session that it was in the last note (`old`), or None for a new one.

    In three rounds: the same day, start and title; the same title; the same day and start. A session that the
    organiser made by hand is taken only in the first. A session of the last note that is no longer in the draft
    is found too: its code is not in `rows`. Titles are those in `source`, the workshop's language.
    """
    title = column("title", source)
    known: dict[str, tuple] = {}
    for key, fact in old.items():
        if key.startswith("session:"):
            name = f"{fact[title]}/{fact['part']}"
            known[key.partition(":")[2]] = _keys(fact["day"], fact["start"], fact["part_of_day"], name)
    for code, row in rows.items():
        if code not in known:
            name = f"{getattr(row, title)}/{row.part}"
            first = _keys(f"{row.day.date:%Y-%m-%d}", _clock(row.start), row.part_of_day, name)[0]
            known[code] = (first, None, None)
    # Those that are there come before those that were taken away.
    free = dict.fromkeys(sorted(known, key=lambda code: code not in rows))
    codes: list[str | None] = [None] * len(entries)
    for round_number in range(3):
        for place, (date, entry) in enumerate(entries):
            name = f"{entry.title}/{entry.part}"
            key = _keys(f"{date:%Y-%m-%d}", _clock(entry.start), entry.part_of_day, name)[round_number]
            if codes[place] is None:
                like = next((code for code in free if known[code][round_number] == key), None)
                if like is not None:
                    codes[place] = like
                    del free[like]
    return codes


def _clock(time: dt.time | None) -> str | None:
    return f"{time:%H:%M:%S}" if time else None


def _keys(day: str, start: str | None, part_of_day: str, title: str) -> tuple:
    """What a row is known by, from the surest to the vaguest."""
    name = name_key(title)
    return (day, start, part_of_day, name), ("title", name), ("slot", day, start, part_of_day)


def next_key(kind: str, taken: dict[str, Any]) -> str:
    """`kind`, or `kind-2` … where there are several sections of a kind."""
    return next(key for n in count(1) if (key := kind if n == 1 else f"{kind}-{n}") not in taken)
