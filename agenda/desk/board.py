"""The timetable as a grid: lanes of days or rooms, rows of five minutes. Plain values out of the tree; no query."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.programme import Programme, ProgrammeDay, Slot
from agenda.templatetags.times import short_day
from languages import clock, name_key
from languages.clocks import DAY, minutes, until

STEP = 5  # minutes of a row
SLIM = 3  # rows of a session that has one line of type
OPEN = 30  # minutes that a session without end is drawn
FIRST, LAST = 9 * 60, 18 * 60  # what is drawn where nothing says otherwise
LONGEST = 30 * 60  # minutes of a day with its night
MOST_BESIDE = 10  # sessions beside each other in one lane
MOST_LANES = 40
NARROW = 5  # lanes; with more they are narrow


class Block(msgspec.Struct, frozen=True):
    """A session on the grid: its row and height in steps, in which column of its lane it stands (0: in all)."""

    slot: Slot
    pk: int
    was: str  # where it stands, as moves.Place writes it
    start: int
    end: int
    row: int
    height: int
    column: int = 1

    @property
    def classes(self) -> str:
        """Where it stands and how it looks (board.css, grid.css)."""
        slot = self.slot
        size = "slim" if self.height <= SLIM else "low" if self.height <= 2 * SLIM else ""
        looks = [
            f"axis-{slot.axis}" if slot.axis else "",
            "rest" if slot.is_quiet else "",
            "" if slot.end else "loose",
            size,
        ]
        return " ".join(["block", f"r{self.row}", f"h{self.height}", f"k{self.column}", *filter(None, looks)])

    @property
    def people(self) -> str:
        """Who takes part, as the script compares them."""
        return _people(self.slot)


class Gap(msgspec.Struct, frozen=True):
    """Time between two sessions in which nothing is."""

    row: int
    height: int
    start: str
    end: str
    said: str


class Waiting(msgspec.Struct, frozen=True):
    """A session that has no hour yet, and where it stands, as moves.Place writes it."""

    slot: Slot
    pk: int
    was: str
    people: str


class Lane(msgspec.Struct, frozen=True):
    """A day or a room. `key` is what a session takes on that is moved here; `untimed` wait for an hour."""

    key: str
    name: str
    note: str
    number: int
    blocks: tuple[Block, ...]
    columns: int = 1
    gaps: tuple[Gap, ...] = ()
    untimed: tuple[Waiting, ...] = ()
    is_for_all: bool = False

    @property
    def rows(self) -> list[Block | Gap]:
        """Sessions and gaps as they follow one another."""
        return sorted([*self.blocks, *self.gaps], key=lambda one: one.row)


class Board(msgspec.Struct, frozen=True):
    """`by` is «days» or «rooms»; `hours` are the rows with their hour; `first` is the minute of the first row."""

    by: str
    date: dt.date | None
    first: int
    length: int  # hours
    hours: tuple[tuple[int, str], ...]
    lanes: tuple[Lane, ...]
    left_out: int = 0  # rooms for which there is no lane

    @property
    def lane_count(self) -> int:
        return sum(not lane.is_for_all for lane in self.lanes)

    @property
    def classes(self) -> str:
        """How it is drawn (board.css, grid.css); with many lanes a title has no room beside its hours, which the scale
        says."""
        narrow = ["narrow-lanes"] if self.lane_count > NARROW else []
        return " ".join(["board", self.by, f"m{self.length}", f"l{self.lane_count}", *narrow])


def by_days(programme: Programme, keys: Mapping[str, int]) -> Board:
    """All days beside each other; `keys` are the sessions' primary keys by their codes."""
    first, last = _span(programme.days)
    lanes = []
    for number, day in enumerate(programme.days[:MOST_LANES], 2):
        blocks, columns = _beside(_blocks(day, keys, first, programme))
        lanes.append(
            Lane(
                day.date.isoformat(), short_day(day), _note(day, programme), number, blocks, columns,
                _gaps(blocks, first, programme.language) if columns == 1 else (), _untimed(day, keys),
            )
        )  # fmt: skip
    return _board("days", None, first, last, programme, lanes)


def by_rooms(programme: Programme, day: ProgrammeDay, keys: Mapping[str, int]) -> Board:
    """The rooms of one day beside each other; what names no room stands across all."""
    first, last = _span([day])
    blocks = _blocks(day, keys, first, programme)
    named = sorted({slot.place for slot in day.slots if slot.place}, key=name_key)
    rooms = named[: MOST_LANES - 1]
    lanes = []
    for number, room in enumerate(rooms, 2):
        mine, columns = _beside([one for one in blocks if one.slot.place == room])
        lanes.append(Lane(room, room, "", number, mine, columns))
    rest, columns = _beside([one for one in blocks if not one.slot.place])
    name = _("Without room: for all") if rooms else short_day(day)
    untimed = _untimed(day, keys)
    lanes.append(Lane("", name, "", len(rooms) + 2, rest, columns, untimed=untimed, is_for_all=bool(rooms)))
    made = _board("rooms", day.date, first, last, programme, lanes)
    return msgspec.structs.replace(made, left_out=len(named) - len(rooms))


def _board(by: str, date: dt.date | None, first: int, last: int, programme: Programme, lanes: Iterable[Lane]) -> Board:
    hours = range(first, last, 60)
    said = tuple((1 + (at - first) // STEP, clock(_time(at), programme.language)) for at in hours)
    return Board(by, date, first, len(hours), said, tuple(lanes))


def _span(days: Iterable[ProgrammeDay]) -> tuple[int, int]:
    """The first and the last minute that a board of `days` shows: whole hours."""
    timed = [(minutes(slot.start), _end(slot)) for day in days for slot in day.slots if slot.start]
    first = min((start for start, _until in timed), default=FIRST) // 60 * 60
    last = max((end for _start, end in timed), default=LAST)
    return first, min(first + LONGEST, max(first + 4 * 60, math.ceil(last / 60) * 60))


def _end(slot: Slot) -> int:
    assert slot.start  # noqa: S101 - for the type checker: only timed rows are asked for
    return until(slot.start, slot.end) if slot.end else minutes(slot.start) + OPEN


def _time(minute: int) -> dt.time:
    return dt.time(minute % DAY // 60, minute % 60)


def _blocks(day: ProgrammeDay, keys: Mapping[str, int], first: int, programme: Programme) -> list[Block]:
    made = []
    timed = [slot for slot in day.slots if slot.start and slot.code in keys]
    starts = sorted({minutes(slot.start) for slot in timed if slot.start})
    for slot in timed:
        assert slot.start  # noqa: S101
        start, end = minutes(slot.start), _end(slot)
        if not slot.end:  # an open end is drawn no further than the next beginning
            end = min([end, *(other for other in starts if other > start)])
        row = 1 + (start - first) // STEP
        height = max(1, math.ceil((end - first) / STEP) - row + 1)
        made.append(Block(slot, keys[slot.code], _written(day, slot), start, end, row, height))
    return made


def _written(day: ProgrammeDay, slot: Slot) -> str:
    times = [f"{time:%H:%M}" if time else "" for time in (slot.start, slot.end)]
    return "|".join([day.date.isoformat(), *times, slot.place])


def _beside(blocks: list[Block]) -> tuple[tuple[Block, ...], int]:
    """`blocks` with those that overlap in columns of their own, each in the first that is free; how many columns."""
    free: list[int] = []  # until which row each column is taken
    placed = []
    for block in sorted(blocks, key=lambda one: (one.row, -one.height, name_key(one.slot.place), one.slot.code)):
        column = next((n for n, over in enumerate(free) if over <= block.row), len(free))
        if column == len(free):
            free.append(0)
        free[column] = block.row + block.height
        placed.append(msgspec.structs.replace(block, column=1 + column % MOST_BESIDE))
    alone = {one.slot.code for one in placed if not any(_meet(one, other) for other in placed if other is not one)}
    wide = (msgspec.structs.replace(one, column=0) if one.slot.code in alone else one for one in placed)
    return tuple(wide), max(1, min(MOST_BESIDE, len(free)))


def _meet(one: Block, other: Block) -> bool:
    return one.row < other.row + other.height and other.row < one.row + one.height


def _gaps(blocks: tuple[Block, ...], first: int, language: str) -> tuple[Gap, ...]:
    gaps = []
    for before, after in pairwise(blocks):
        if after.start - before.end >= SLIM * STEP and before.slot.end:  # less has no room for its words
            start, end = _time(before.end), _time(after.start)
            row = 1 + math.ceil((before.end - first) / STEP)
            height = max(1, 1 + (after.start - first) // STEP - row)
            said = f"{clock(start, language)}–{clock(end, language)}"
            gaps.append(Gap(row, height, f"{start:%H:%M}", f"{end:%H:%M}", said))
    return tuple(gaps)


def _untimed(day: ProgrammeDay, keys: Mapping[str, int]) -> tuple[Waiting, ...]:
    rows = [slot for slot in day.slots if not slot.start and slot.code in keys]
    return tuple(Waiting(slot, keys[slot.code], _written(day, slot), _people(slot)) for slot in rows)


def _people(slot: Slot) -> str:
    """Who takes part, as words: no blanks in a name."""
    names = [m.participant or m.person or m.institution.text for m in slot.moderators]
    return " ".join(name_key(name).replace(" ", "_") for name in names if name)


def _note(day: ProgrammeDay, programme: Programme) -> str:
    said = [day.label.text or (_("optional") if day.optional else "")]
    timed = [slot for slot in day.slots if slot.start]
    if timed:
        last = _time(max(map(_end, timed)))
        said.append(
            f"{clock(min(s.start for s in timed if s.start), programme.language)}–{clock(last, programme.language)}"
        )
    return " · ".join(filter(None, said))


def date_said(day: ProgrammeDay) -> str:
    """A day as a tab of the timetable names it."""
    return date_format(day.date, "D j")
