"""What was published once and is no longer: calendars that follow a programme must be told (RFC 5545 3.8.1.11)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .fields import only, seen_by_the_public, traced
from .tree import PUBLIC, Programme, ProgrammeDay, Slot


def carry(last: Programme | None, new: Programme) -> Programme:
    """`new` with the rows that `last`, the release before it, had or had cancelled, and that it has no more.

    Both are complete (ValueError otherwise) and of one language. A row that has become members' matter is
    cancelled for the public only; one that comes back under its code is no longer cancelled.
    """
    if last is None:
        return new
    if last.audience or new.audience:
        raise ValueError("what was cancelled is told by complete programmes")
    gone: dict[str, tuple[ProgrammeDay, Slot]] = {}
    for day, slot in [*_entries(last.cancelled), *last.entries]:
        if slot.code not in gone or gone[slot.code][1].visibility not in PUBLIC:
            gone[slot.code] = (day, _trace(slot))
    now = {slot.code: slot.visibility for _day, slot in new.entries}
    still = [code for code, (_day, trace) in gone.items() if now.get(code) in (*PUBLIC, trace.visibility)]
    return msgspec.structs.replace(new, cancelled=_by_day(entry for code, entry in gone.items() if code not in still))


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
