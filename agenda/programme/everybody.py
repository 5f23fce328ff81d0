"""What is for everybody: it stands in each participant's own agenda without being chosen."""

from __future__ import annotations

from typing import cast

from agenda.vocabulary import Kind, Visibility

from .moments import start_of, until_of
from .tree import PUBLIC, Programme, ProgrammeDay, Slot

KINDS = (Kind.CEREMONY, Kind.REGISTRATION, Kind.BREAK, Kind.MEAL)


def for_everybody(programme: Programme) -> frozenset[str]:
    """The codes of the rows of `programme` that are for all who come, without those of optional days.

    Openings and closings, registration, breaks and meals; and where there are axes, a plenary: a session of none of
    them beside which nothing else is held. What only members may attend is for members, and what only they see is
    not looked at, so that it is the same for all who read.
    """
    made = cast(dict[str, frozenset[str]], vars(programme))
    if "_for_everybody" not in made:
        made["_for_everybody"] = frozenset(
            slot.code for day in programme.days if not day.optional for slot in _of(programme, day)
        )
    return made["_for_everybody"]


def _of(programme: Programme, day: ProgrammeDay) -> list[Slot]:
    common = [slot for slot in day.slots if slot.kind in KINDS]
    if programme.axes:
        plenaries = _alone(programme, day)
        common += [slot for slot in plenaries if slot.kind == Kind.SESSION and slot.axis is None]
    return [slot for slot in common if slot.visibility == Visibility.EVERYONE]


def _alone(programme: Programme, day: ProgrammeDay) -> list[Slot]:
    """The rows of a day beside which the public sees no other."""
    spans = sorted(
        ((start, until, slot) for slot in day.slots
         if slot.visibility in PUBLIC
         and (start := start_of(programme, day, slot)) and (until := until_of(programme, day, slot))),
        key=lambda span: span[:2],
    )  # fmt: skip
    alone, latest = [], None
    for place, (start, until, slot) in enumerate(spans):
        after = spans[place + 1][0] if place + 1 < len(spans) else None
        if (latest is None or latest <= start) and (after is None or until <= after):
            alone.append(slot)
        latest = until if latest is None else max(latest, until)
    return alone
