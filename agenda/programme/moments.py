"""When a session happens: the one place that makes moments of the day, the start and the end of a row.

Pages, the script in them, screens, calendars, schedule files and clashes take their hours from here.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from operator import itemgetter
from typing import cast
from zoneinfo import ZoneInfo

from languages import name_key
from languages.clocks import ends_next_day

from .tree import Programme, ProgrammeDay, Slot

DAY = dt.timedelta(days=1)


def start_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.datetime | None:
    """When `slot` begins, in the workshop's zone; None where only a part of the day is known."""
    return moment(day.date, slot.start, programme.zone) if slot.start else None


def end_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.datetime | None:
    """When `slot` ends, in the workshop's zone: on the next day where its end is not after its start.

    None where the end is open.
    """
    if slot.start is None or slot.end is None:
        return None
    date = day.date + DAY if ends_next_day(slot.start, slot.end) else day.date
    return moment(date, slot.end, programme.zone)


def until_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.datetime | None:
    """Until when `slot` is «now», in the workshop's zone: its end; of an open one, the next start in its room that
    day, else the venue's midnight. None where only a part of the day is known.

    A row that names no room is everybody's: it ends the rows of all rooms, and is ended by any. What only members see
    ends nothing that others see, so that all read the same.
    """
    start = start_of(programme, day, slot)
    if start is None or slot.end is not None:
        return end_of(programme, day, slot)
    room = name_key(slot.place)
    rows = _timed(programme, day)
    for other_start, other in rows[bisect_right(rows, start, key=itemgetter(0)) :]:
        theirs = name_key(other.place)
        if (slot.is_private or not other.is_private) and (not room or theirs in ("", room)):
            return other_start
    return midnight_after(programme, day)


def over_at(programme: Programme) -> dt.datetime | None:
    """When the workshop is over, in its zone: at the last end of its days that are not optional; where that is open or
    only a part of the day is known, at the venue's midnight. None where it has no day.
    """
    return max((_last(programme, day) for day in programme.main_days), default=None)


def span_of(programme: Programme) -> tuple[dt.datetime, dt.datetime] | None:
    """The first midnight of the workshop and when its last day is over, a night that runs on and optional days
    included, in its zone; None where it has no day.
    """
    if not programme.days:
        return None
    begins = min(moment(day.date, dt.time(0), programme.zone) for day in programme.days)
    return begins, max(max(midnight_after(programme, day), _last(programme, day)) for day in programme.days)


def length_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.timedelta | None:
    """How long `slot` lasts, by real time: clocks may be set in between. None where the end is open."""
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    return end.astimezone(dt.UTC) - start.astimezone(dt.UTC) if start and end else None


def midnight_after(programme: Programme, day: ProgrammeDay) -> dt.datetime:
    """The end of a day, in the workshop's zone."""
    return moment(day.date + DAY, dt.time(0), programme.zone)


def moment(date: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """What a clock in `zone` means by `date` and `time`.

    An hour that the zone has twice is its first one; one that it skips is the moment at which the clocks are set, so
    that what comes later on the clock never comes earlier in truth (PEP 495).
    """
    first = dt.datetime.combine(date, time, zone)
    if not is_skipped(first):
        return first
    # The clocks are set between what both readings of the hour mean.
    before, after = (first.replace(fold=fold).astimezone(dt.UTC) for fold in (1, 0))
    offset = before.astimezone(zone).utcoffset()
    while after - before > dt.timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0).astimezone(zone)


def is_skipped(local: dt.datetime) -> bool:
    """Whether a clock of its zone never shows this time, because it is set forward."""
    there_and_back = local.astimezone(dt.UTC).astimezone(local.tzinfo)
    return there_and_back.replace(tzinfo=None, fold=0) != local.replace(tzinfo=None, fold=0)


def is_twice(local: dt.datetime) -> bool:
    """Whether a clock of its zone shows this time twice, because it is set back."""
    return not is_skipped(local) and local.utcoffset() != local.replace(fold=1).utcoffset()


def _last(programme: Programme, day: ProgrammeDay) -> dt.datetime:
    ends = [until_of(programme, day, slot) or midnight_after(programme, day) for slot in day.slots]
    return max(ends, default=midnight_after(programme, day))


def _timed(programme: Programme, day: ProgrammeDay) -> list[tuple[dt.datetime, Slot]]:
    """The rows of a day that have a start, in its order; made once a programme."""
    made = cast(dict[dt.date, list[tuple[dt.datetime, Slot]]], vars(programme).setdefault("_timed", {}))
    if day.date not in made:
        rows = [(start, slot) for slot in day.slots if (start := start_of(programme, day, slot))]
        made[day.date] = sorted(rows, key=lambda row: row[0])
    return made[day.date]
