"""What happens at once: rows of a day whose hours overlap in several rooms, laid out for every face.

A block is a maximal chain of rows that overlap and name a place. A row without place, without an end, or a pause is
everybody's, and stands by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

import msgspec

from languages import name_key

from .moments import end_of, start_of
from .tree import Programme, ProgrammeDay, Slot

MOST_ROOMS, MOST_STEPS = 4, 6  # of a block that is drawn as a grid; with more it is a list
Timed = tuple[dt.datetime, dt.datetime, Slot]


class Part(msgspec.Struct, frozen=True):
    """A row in its block: the number of its room, from which step of the block's hours and over how many it lasts,
    and whether it fills the block."""

    slot: Slot
    room: int
    step: int
    steps: int
    is_whole: bool


class Block(msgspec.Struct, frozen=True):
    """Rows at once, by start and then by room; `rooms` in the order in which people count."""

    start: dt.time
    end: dt.time
    rooms: tuple[str, ...]
    parts: tuple[Part, ...]
    steps: int

    @property
    def is_grid(self) -> bool:
        """Whether rooms may stand side by side: not too many of them, and their hours not too mixed."""
        return len(self.rooms) <= MOST_ROOMS and self.steps <= MOST_STEPS


def rows(programme: Programme, day: ProgrammeDay, apart: Collection[str] = ()) -> list[Slot | Block]:
    """The rows of `day` in their order, those that happen at once as one block; the codes `apart` are in none."""
    made: list[Slot | Block] = []
    chain: list[Timed] = []
    after: list[Slot] = []  # what happens meanwhile and is in no room

    def close() -> None:
        places = {name_key(slot.place) for _start, _end, slot in chain}
        made.extend([_block(chain)] if len(places) > 1 else [slot for _start, _end, slot in chain])
        made.extend(after)
        chain.clear()
        after.clear()

    for slot in day.slots:
        start, end = start_of(programme, day, slot), end_of(programme, day, slot)
        if chain and start is not None and start >= max(ends for _start, ends, _slot in chain):
            close()
        if start is not None and end is not None and slot.place and not slot.is_quiet and slot.code not in apart:
            chain.append((start, end, slot))
        elif chain:
            after.append(slot)
        else:
            made.append(slot)
    close()
    return made


def _block(chain: list[Timed]) -> Block:
    names: dict[str, str] = {}
    for _start, _end, slot in chain:
        names.setdefault(name_key(slot.place), slot.place)
    keys = sorted(names, key=counted)
    steps = sorted({start for start, _end, _slot in chain})
    first, last = steps[0], max(end for _start, end, _slot in chain)
    ordered = sorted(chain, key=lambda row: (row[0], keys.index(name_key(row[2].place)), row[1]))
    parts = tuple(
        Part(
            slot,
            keys.index(name_key(slot.place)) + 1,
            steps.index(start) + 1,
            sum(start <= step < end for step in steps),
            (start, end) == (first, last),
        )
        for start, end, slot in ordered
    )
    return Block(first.time(), last.time(), tuple(names[key] for key in keys), parts, len(steps))


def counted(name: str) -> list[tuple[int, str]]:
    """A key that sorts names as people count: «Sala 2» before «Sala 10»."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]
