"""What was published once and is no longer: calendars that follow a programme must be told (RFC 5545 3.8.1.11)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .everybody import for_everybody
from .fields import only, seen_by_the_public, traced
from .tree import EVERYBODY, PUBLIC, Belonged, Programme, ProgrammeDay, Slot


def carry(last: Programme | None, new: Programme) -> Programme:
    """`new` with the rows that `last`, the release before it, had or had cancelled, and that it has no more.

    Both are complete (ValueError otherwise) and of one language. A row that has become members' matter is
    cancelled for the public only; one that comes back under its code is no longer cancelled.
    """
    new = msgspec.structs.replace(new, belonged=_belonged(last, new))
    if last is None:
        return new
    if last.audience or new.audience:
        raise ValueError("what was cancelled is told by complete programmes")
    gone: dict[str, tuple[ProgrammeDay, Slot]] = {}
    for day, slot in [*_entries(last.cancelled), *last.standing]:
        if slot.code not in gone or gone[slot.code][1].visibility not in PUBLIC:
            gone[slot.code] = (day, _trace(slot))
    now = {slot.code: slot.visibility for _day, slot in new.entries}
    still = [code for code, (_day, trace) in gone.items() if now.get(code) in (*PUBLIC, trace.visibility)]
    return msgspec.structs.replace(new, cancelled=_by_day(entry for code, entry in gone.items() if code not in still))


def _belonged(last: Programme | None, new: Programme) -> tuple[Belonged, ...]:
    """The rows of each axis in `new` and those for everybody, now and ever."""
    codes: dict[int, set[str]] = {}
    for one in last.belonged if last else ():
        codes.setdefault(one.axis, set()).update(one.codes)
    for _day, slot in (*(last.entries if last else ()), *new.entries):
        if slot.axis is not None:
            codes.setdefault(slot.axis, set()).add(slot.code)
    if common := for_everybody(new).union(for_everybody(last) if last else ()):
        codes.setdefault(EVERYBODY, set()).update(common)
    return tuple(Belonged(axis, tuple(sorted(those))) for axis, those in sorted(codes.items()))


def told_of_axes(programme: Programme) -> tuple[Belonged, ...]:
    """Of what belonged to axes, the rows that the audience of `programme` sees, or hears of as cancelled."""
    seen = {slot.code for _day, slot in programme.entries}
    seen |= {slot.code for day in programme.cancelled for slot in day.slots}
    kept = (Belonged(one.axis, tuple(code for code in one.codes if code in seen)) for one in programme.belonged)
    return tuple(one for one in kept if one.codes)


def standing(programme: Programme) -> Programme:
    """`programme` without the rows whose content was taken back: of them nothing more is told."""
    if all(not slot.withdrawn for _day, slot in programme.entries):
        return programme
    days = (
        msgspec.structs.replace(day, slots=tuple(slot for slot in day.slots if not slot.withdrawn))
        for day in programme.days
    )
    return msgspec.structs.replace(programme, days=tuple(days))


def gone_since(old: Programme, new: Programme) -> list[tuple[ProgrammeDay, Slot]]:
    """The rows that were cancelled after `old`, those that came after it too, as traces; both made for one audience."""
    before = {slot.code for _day, slot in _entries(old.cancelled)}
    return [(day, slot) for day, slot in _entries(new.cancelled) if slot.code not in before]


def with_gone(days: Iterable[ProgrammeDay], gone: Iterable[tuple[ProgrammeDay, Slot]]) -> tuple[ProgrammeDay, ...]:
    """`days` with the rows that are `gone` in their places; a day that went with its rows comes back for them."""
    by_date = {day.date: day for day in days}
    for day, slot in gone:
        into = by_date.get(day.date) or msgspec.structs.replace(day, slots=())
        slots = tuple(sorted((*into.slots, slot), key=lambda slot: slot.order))
        by_date[day.date] = msgspec.structs.replace(into, slots=slots)
    return tuple(day for _date, day in sorted(by_date.items()))


def visible(programme: Programme) -> tuple[ProgrammeDay, ...]:
    """The cancelled rows of which the audience of `programme` must hear, as it saw them before."""
    return _by_day(
        (day, slot if programme.audience == "members" else _trace(slot))
        for day in programme.cancelled
        for slot in day.slots
        if programme.entry(slot.code) is None and (programme.audience == "members" or slot.visibility in PUBLIC)
    )


def _entries(days: Iterable[ProgrammeDay]) -> list[tuple[ProgrammeDay, Slot]]:
    return [(day, slot) for day in days for slot in day.slots]


def _by_day(entries: Iterable[tuple[ProgrammeDay, Slot]]) -> tuple[ProgrammeDay, ...]:
    days: dict[ProgrammeDay, list[Slot]] = {}
    for day, slot in entries:
        days.setdefault(msgspec.structs.replace(day, slots=()), []).append(slot)
    return tuple(
        msgspec.structs.replace(day, slots=tuple(sorted(slots, key=lambda slot: slot.order)))
        for day, slots in sorted(days.items(), key=lambda entry: entry[0].date)
    )


def _trace(slot: Slot) -> Slot:
    """What a calendar needs of a row that is gone; of a listed one, what the public saw of it."""
    if slot.visibility == "listed":
        slot = msgspec.structs.replace(
            only(slot, seen_by_the_public(Slot, of_a_listed_row=True)), visibility="everyone"
        )
    return only(slot, traced(Slot))
