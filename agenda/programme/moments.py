"""When a session happens: the one place that makes moments of the day, the start and the end of a row."""

from __future__ import annotations

import datetime as dt

from languages.clocks import ends_next_day

from .tree import Programme, ProgrammeDay, Slot


def start_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.datetime | None:
    """When `slot` begins, in the workshop's zone; None where only a part of the day is known."""
    return dt.datetime.combine(day.date, slot.start, programme.zone) if slot.start else None


def end_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.datetime | None:
    """When `slot` ends, in the workshop's zone: on the next day where its end is not after its start.

    None where the end is open.
    """
    if slot.start is None or slot.end is None:
        return None
    date = day.date + dt.timedelta(days=1) if ends_next_day(slot.start, slot.end) else day.date
    return dt.datetime.combine(date, slot.end, programme.zone)


def length_of(programme: Programme, day: ProgrammeDay, slot: Slot) -> dt.timedelta | None:
    """How long `slot` lasts, by real time: clocks may be set in between. None where the end is open."""
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    return end.astimezone(dt.UTC) - start.astimezone(dt.UTC) if start and end else None
