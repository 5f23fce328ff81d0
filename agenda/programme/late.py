"""Running late: what follows a session that ends later, that day. Breaks give first, meals stay unless told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from languages import name_key
from languages.clocks import DAY, minutes, until

from .tree import Programme, ProgrammeDay, Slot

LEAST_BREAK = 5  # minutes that stay of a break
LEAST = 10  # minutes that must stay of a session that is cut short
GIVING, STAYING = ("break", "registration"), ("meal",)
How = Literal["late", "later", "gives", "short", "stays", "same", "squeezed"]


class Shift(msgspec.Struct, frozen=True):
    """What becomes of a row: its new times in minutes from the day's midnight, and `how`: it is the one that is late,
    begins later, gives of its length, ends short before what stays, stays though it was in the way, is the same, or has
    no room (squeezed)."""

    slot: Slot
    start: int
    end: int | None
    how: How

    @property
    def is_changed(self) -> bool:
        old = span(self.slot)
        return (self.start, self.end) != old

    @property
    def times(self) -> tuple[dt.time, dt.time | None]:
        """The new times by the venue's clock."""
        return _clock(self.start), None if self.end is None else _clock(self.end)


def span(slot: Slot) -> tuple[int, int | None]:
    """When a row with a start begins and ends, in minutes from its day's midnight; None for an open end."""
    assert slot.start  # noqa: S101 - only rows with a start are asked for
    return minutes(slot.start), until(slot.start, slot.end) if slot.end else None


def _clock(minute: int) -> dt.time:
    return dt.time(minute % DAY // 60, minute % 60)


def late(
    day: ProgrammeDay,
    code: str,
    by: int,
    now: int | None = None,
    moved: Collection[str] = (),
    fixed: Collection[str] = (),
) -> list[Shift]:
    """The rows of `day` from `code` on, if that one is `by` minutes late.

    One that runs at `now` (minutes from midnight) ends later; one that has not begun begins later. What follows in its
    room, or in all rooms, gives way; what names no room is everybody's. Meals, and the rows whose codes are in
    `fixed`, stay where they are, but those in `moved` move too.
    Raises KeyError where the day has no such row with a start.
    """
    rows = [slot for slot in day.slots if slot.start]
    target = next((slot for slot in rows if slot.code == code), None)
    if target is None:
        raise KeyError(code)
    start, end = span(target)
    is_running = now is not None and now >= start and end is not None
    made = [Shift(target, start if is_running else start + by, None if end is None else end + by, "late")]
    over = start if end is None else end
    for slot in rows:
        begins, ends = span(slot)
        if slot is target or begins < over:  # before it, or beside it
            continue
        wait = _taken(made, slot) - begins
        if wait <= 0:
            made.append(Shift(slot, begins, ends, "same"))
        elif (slot.kind in STAYING or slot.code in fixed) and slot.code not in moved:
            made = [_short_of(one, slot, begins) for one in made]
            made.append(Shift(slot, begins, ends, "stays"))
        elif slot.kind in GIVING and ends is not None and ends - begins > LEAST_BREAK:
            made.append(Shift(slot, begins + wait, max(ends, begins + wait + LEAST_BREAK), "gives"))
        else:
            made.append(Shift(slot, begins + wait, None if ends is None else ends + wait, "later"))
    return made


def _taken(made: Iterable[Shift], slot: Slot) -> int:
    """Until when what comes before `slot` in its room takes it, of what moved: who overlapped before goes on to."""
    moved = (one for one in made if one.is_changed and _shares(one.slot, slot))
    ends = (one.start if one.end is None else one.end for one in moved)
    return max(ends, default=0)


def _shares(one: Slot, other: Slot) -> bool:
    rooms = {name_key(one.place), name_key(other.place)}
    return "" in rooms or len(rooms) == 1


def _short_of(one: Shift, stays: Slot, at: int) -> Shift:
    """`one`, cut short where it would run into what stays."""
    if one.end is None or one.end <= at or not _shares(one.slot, stays):
        return one
    if at - one.start < LEAST:
        return msgspec.structs.replace(one, how="squeezed")
    return msgspec.structs.replace(one, end=at, how=one.how if one.how == "late" else "short")


def with_times(programme: Programme, times: dict[str, tuple[dt.time, dt.time | None]]) -> Programme:
    """`programme` with other times of the rows that `times` names, each day in its order."""
    days = tuple(
        msgspec.structs.replace(
            day,
            slots=tuple(
                sorted(
                    (
                        msgspec.structs.replace(slot, start=times[slot.code][0], end=times[slot.code][1])
                        if slot.code in times
                        else slot
                        for slot in day.slots
                    ),
                    key=lambda slot: slot.order,
                )
            ),
        )
        for day in programme.days
    )
    return msgspec.structs.replace(programme, days=days)
