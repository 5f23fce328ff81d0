"""Who may see what: the one place where private parts fall away."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

from languages import CODES, is_zone
from rules.origins import is_origin

from .cancelled import told_of_axes, visible
from .fields import declared, only, seen_by_the_public
from .tree import PUBLIC, STRUCTS, Audience, Programme, Slot


def _on_the_web(address: str) -> bool:
    """Whether a page may link to `address`: no script, no file, and a host that can be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", address)


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
        return _past(msgspec.structs.replace(programme, audience="members"))
    days = []
    for day in programme.days:
        slots = tuple(_row(slot) for slot in day.slots if slot.visibility in PUBLIC)
        if slots or not day.slots:
            days.append(msgspec.structs.replace(day, slots=slots))
    named = {who.participant for day in days for slot in day.slots for who in slot.named}
    named |= {convener.participant for convener in programme.conveners}
    participants = tuple(p for p in programme.participants if p.number is not None or p.slug in named)
    regions = {p.region for p in participants}
    seen = msgspec.structs.replace(
        programme,
        days=tuple(days),
        participants=tuple(map(_seen, participants)),
        regions=tuple(region for region in programme.regions if region.id in regions),
        audience="public",
    )
    return _past(only(seen, seen_by_the_public(Programme)))


def _past(programme: Programme) -> Programme:
    """`programme` with what its audience may hear of earlier releases."""
    programme = msgspec.structs.replace(programme, cancelled=visible(programme))
    return msgspec.structs.replace(programme, belonged=told_of_axes(programme))


def _parsed(programme: Programme) -> Programme:
    """What is stored as text and used as something else, looked at again on its way out: a row may have got into the
    database past its rules, and a release may be older than they are."""
    return msgspec.structs.replace(
        programme,
        timezone=programme.timezone if is_zone(programme.timezone) else "UTC",
        languages=tuple(code for code in CODES if code == programme.source or code in programme.languages),
        framed_by=tuple(filter(is_origin, programme.framed_by)),
        participants=tuple(
            msgspec.structs.replace(p, website="") if p.website and not _on_the_web(p.website) else p
            for p in programme.participants
        ),
    )


def _row(slot: Slot) -> Slot:
    """A row as the public sees it."""
    return _seen(slot) if slot.visibility == "everyone" else only(slot, seen_by_the_public(Slot, of_a_listed_row=True))


def _seen(row: msgspec.Struct) -> Any:
    """A struct of the tree, and those inside it, without the fields that only members see."""
    if not _hides(type(row)):
        return row
    kept = seen_by_the_public(type(row))
    if len(kept) < len(declared(type(row))):
        row = only(row, kept)
    changed = {}
    for name in kept & _parts(type(row)).keys():
        value = getattr(row, name)
        changed[name] = tuple(map(_seen, value)) if isinstance(value, tuple) else value and _seen(value)
    return msgspec.structs.replace(row, **changed) if changed else row


@functools.cache
def _hides(struct: type[msgspec.Struct]) -> bool:
    """Whether `struct`, or one inside it, has a field that only members see: most rows need no look inside."""
    inside = (part for parts in _parts(struct).values() for part in parts)
    return len(seen_by_the_public(struct)) < len(declared(struct)) or any(map(_hides, inside))


@functools.cache
def _parts(struct: type[msgspec.Struct]) -> dict[str, list[Any]]:
    """The fields of `struct` that hold other structs of the tree, and which."""
    inner = {
        field.name: [part for part in _types(field.type) if part in STRUCTS] for field in msgspec.structs.fields(struct)
    }
    return {name: parts for name, parts in inner.items() if parts}


def _types(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of: those of tuple[Item, ...] are the tuple and Item."""
    yield hint
    for part in get_args(hint):
        yield from _types(part)
