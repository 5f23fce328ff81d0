"""The rule of a workshop: its days as bars over the hours, each bar a row of the agenda, in the colour of its axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from agenda.programme import Programme, ProgrammeDay, Slot
from agenda.programme.blocks import Block, rows
from agenda.programme.moments import end_of, start_of, until_of

WIDTH, LEFT, TOP = 1200.0, 110.0, 24.0  # of the drawing; where the hours begin; where the first day does
LANE, GAP, DAY_GAP, LEAST = 50.0, 3.0, 10.0, 16.0  # height of a bar, blank between bars and days, least height
LETTER = 9.5  # mean width of a letter on a bar
MOST_BARS = 150  # with more a bar is too small to be aimed at
HOUR = dt.timedelta(hours=1)


class Bar(msgspec.Struct, frozen=True):
    """A row: its rectangle, and whether its axis's number has room on it."""

    day: ProgrammeDay
    slot: Slot
    x: float
    y: float
    width: float
    height: float
    has_label: bool

    @property
    def label_y(self) -> float:
        return round(self.y + self.height / 2 + 6, 1)


class Line(msgspec.Struct, frozen=True):
    """A day: where its name stands, and its bars."""

    day: ProgrammeDay
    y: float
    bars: tuple[Bar, ...]


class Rule(msgspec.Struct, frozen=True):
    """The drawing: the hours (hour of the clock, x), the days, and its size."""

    hours: tuple[tuple[dt.time, float], ...]
    lines: tuple[Line, ...]
    width: float
    height: float

    @property
    def bare(self) -> tuple[float, float, float, float]:
        """The box of the bars alone (x, y, width, height)."""
        bars = [bar for line in self.lines for bar in line.bars]
        left, top = min(bar.x for bar in bars), min(bar.y for bar in bars)
        right, foot = (max(bar.x + bar.width for bar in bars), max(bar.y + bar.height for bar in bars))
        return left, top, round(right - left, 1), round(foot - top, 1)

    @property
    def foot(self) -> float:
        return self.height - 4


def of(programme: Programme) -> Rule | None:
    """The rule of all days that have hours; None where there are none, or too many rows to be told apart."""
    days = [(day, timed) for day in programme.days if (timed := list(_timed(programme, day)))]
    count = sum(len(timed) for _day, timed in days)
    if not count or count > MOST_BARS:
        return None
    spans = [(start - _midnight(day, start), end - _midnight(day, start)) for day, timed in days
             for start, end, *_rest in timed]  # fmt: skip
    first = min(start for start, _end in spans) // HOUR
    last = max(first + 1, -(-max(end for _start, end in spans) // HOUR))
    scale = (WIDTH - LEFT) / (last - first)
    lines, y = [], TOP + 6
    for day, timed in days:
        lanes = max(lane for *_rest, lane in timed) + 1
        height = max(LEAST, LANE / lanes if lanes > 1 else LANE)
        bars = []
        for start, end, slot, lane, of_lanes in _spread(timed, lanes):
            begins, ends = start - _midnight(day, start), end - _midnight(day, start)
            x = LEFT + (begins / HOUR - first) * scale
            width = max(4.0, (ends - begins) / HOUR * scale - GAP)
            tall = height * of_lanes - GAP * (lanes > 1)
            bars.append(Bar(day, slot, round(x, 1), round(y + lane * height, 1), round(width, 1), round(tall, 1),
                            slot.axis is not None and tall >= 24 and width > LETTER * 9))  # fmt: skip
        lines.append(Line(day, round(y + height * lanes / 2 + 8, 1), tuple(bars)))
        y += height * lanes + DAY_GAP
    step = 1 if last - first <= 12 else 2
    hours = tuple((dt.time(hour % 24), round(LEFT + (hour - first) * scale, 1)) for hour in range(first, last, step))
    return Rule(hours, tuple(lines), WIDTH, round(y - DAY_GAP + 4, 1))


def _midnight(day: ProgrammeDay, moment: dt.datetime) -> dt.datetime:
    """The midnight that began the day, by the clock of `moment`."""
    return dt.datetime.combine(day.date, dt.time(0), moment.tzinfo)


def _timed(programme: Programme, day: ProgrammeDay) -> Iterator[tuple[dt.datetime, dt.datetime, Slot, int]]:
    """The rows that have an hour, with their ends and their lanes: a room's number in its block, else 0."""
    for row in rows(programme, day):
        parts = [(part.slot, part.room - 1) for part in row.parts] if isinstance(row, Block) else [(row, 0)]
        for slot, lane in parts:
            start = start_of(programme, day, slot)
            end = end_of(programme, day, slot) or until_of(programme, day, slot)
            if start is not None and end is not None:
                yield start, min(end, start + 3 * HOUR) if slot.end is None else end, slot, lane


def _spread(
    timed: list[tuple[dt.datetime, dt.datetime, Slot, int]], lanes: int
) -> Iterator[tuple[dt.datetime, dt.datetime, Slot, int, int]]:
    """The same with how many lanes a row takes: all, where nothing happens beside it."""
    for start, end, slot, lane in timed:
        beside = any(other is not slot and a < end and start < b and other.place for a, b, other, _lane in timed)
        yield start, end, slot, lane if beside else 0, 1 if beside and slot.place else lanes
