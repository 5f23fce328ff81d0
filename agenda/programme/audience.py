"""Who may see what: the one place where private parts fall away."""

from __future__ import annotations

import re

import msgspec

from languages import CODES, SOURCE, is_zone
from rules.origins import is_origin

from .cancelled import visible
from .tree import NOTHING, PUBLIC, Audience, Programme, Slot

WEB = re.compile(r"https?://\S+$")  # what a page may link to: no script, no file


def for_audience(programme: Programme, audience: Audience) -> Programme:
    """The programme as `audience` may see it, and marked so. Every face gets its Programme from here.

    For the public, members' sessions are gone; of listed ones the row stays (time, kind, axis, title) and the
    details go. With them go the days that hold nothing else and the participants whom nothing else names.
    Raises ValueError for an unknown audience, and where what the public may not see has fallen away already.
    """
    if audience not in ("public", "members"):
        raise ValueError(f"unknown audience {audience!r}")
    if programme.audience == audience:
        return programme
    if programme.audience == "public":
        raise ValueError("a programme made for the public cannot be made for members")
    programme = _parsed(programme)
    if audience == "members":
        seen = msgspec.structs.replace(programme, audience="members")
        return msgspec.structs.replace(seen, cancelled=visible(seen))
    days = []
    for day in programme.days:
        slots = tuple(_row(slot) for slot in day.slots if slot.audience in PUBLIC)
        if slots or not day.slots:
            days.append(msgspec.structs.replace(day, slots=slots))
    named = {who.participant for day in days for slot in day.slots for who in (*slot.moderators, *slot.items)}
    named |= {convener.participant for convener in programme.conveners}
    participants = tuple(p for p in programme.participants if p.number is not None or p.slug in named)
    regions = {p.region for p in participants}
    seen = msgspec.structs.replace(
        programme,
        days=tuple(days),
        adrift=(),
        participants=participants,
        regions=tuple(region for region in programme.regions if region.id in regions),
        audience="public",
    )
    return msgspec.structs.replace(seen, cancelled=visible(seen))


def _parsed(programme: Programme) -> Programme:
    """What is stored as text and used as something else, looked at again on its way out: a row may have got into the
    database past its rules, and a release may be older than they are."""
    return msgspec.structs.replace(
        programme,
        timezone=programme.timezone if is_zone(programme.timezone) else "UTC",
        languages=tuple(code for code in CODES if code == SOURCE or code in programme.languages),
        framed_by=tuple(filter(is_origin, programme.framed_by)),
        participants=tuple(
            msgspec.structs.replace(p, website="") if p.website and not WEB.match(p.website) else p
            for p in programme.participants
        ),
    )


def _row(slot: Slot) -> Slot:
    if slot.audience == "everyone":
        return slot
    return msgspec.structs.replace(slot, place="", description=NOTHING, items=(), moderators=())
