"""The programme in the formats of conference apps: frab's schedule.xml and schedule.json (voc/schedule)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
import zlib
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import msgspec
from django.utils.text import slugify

from agenda.programme import PART_STARTS
from agenda.programme.moments import length_of, start_of

from .ics import OPEN_END, describe

if TYPE_CHECKING:
    from agenda.programme import Moderator, Programme, ProgrammeDay, Slot

Address = Callable[..., str]
NAMESPACE = uuid.UUID("6d7f6d3e-6a52-5d0c-9c39-6a6cf0b0f0aa")
GENERATOR = {"name": "taller", "version": "1"}
UNTIMED_LENGTH = dt.timedelta(hours=3)  # half a day, for a session whose time is not fixed yet


def as_json(programme: Programme, address: Address) -> bytes:
    """schedule.json in UTF-8, breaks included; `address(name, **kwargs)` gives the full address of a page."""
    days = [_day(programme, day, index, address) for index, day in enumerate(programme.days, 1)]
    rooms = list(dict.fromkeys(name for day in days for name in day["rooms"]))
    conference: dict[str, Any] = {
        "acronym": acronym(programme),
        "title": programme.title.text,
        "start": f"{programme.days[0].date:%Y-%m-%d}" if programme.days else "",
        "end": f"{programme.days[-1].date:%Y-%m-%d}" if programme.days else "",
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        "time_zone_name": programme.timezone,
        "url": address("presentation"),
        "rooms": [{"name": name, "slug": room_slug(name), "guid": room_guid(programme, name)} for name in rooms],
        "tracks": [
            {
                "name": track(programme, axis.number),
                "slug": f"eje-{axis.number}",
                "color": axis.colour,
            }
            for axis in programme.axes
        ],
        "days": days,
    }
    schedule = {
        "version": str(programme.release or 0), "base_url": address("presentation"), "conference": conference,
    }  # fmt: skip
    return msgspec.json.format(
        msgspec.json.encode({"$schema": SCHEMA, "generator": GENERATOR, "schedule": schedule}), indent=1
    )


def as_xml(programme: Programme, address: Address) -> bytes:
    """schedule.xml in UTF-8: the same tree in the older format that every client reads."""
    data = msgspec.json.decode(as_json(programme, address))["schedule"]
    conference = data["conference"]
    root = ElementTree.Element("schedule")
    _text(root, "generator", None, **GENERATOR)
    _text(root, "version", data["version"])
    head = ElementTree.SubElement(root, "conference")
    _text(head, "acronym", conference["acronym"])
    _text(head, "title", conference["title"])
    _text(head, "start", conference["start"])
    _text(head, "end", conference["end"])
    _text(head, "days", str(conference["daysCount"]))
    _text(head, "timeslot_duration", conference["timeslot_duration"])
    _text(head, "base_url", data["base_url"])
    _text(head, "time_zone_name", conference["time_zone_name"])
    for axis in conference["tracks"]:
        _text(head, "track", None, name=axis["name"], slug=axis["slug"], color=axis["color"])
    for day in conference["days"]:
        element = ElementTree.SubElement(
            root, "day", index=str(day["index"]), date=day["date"], start=day["day_start"], end=day["day_end"]
        )
        for name, events in day["rooms"].items():
            room = ElementTree.SubElement(element, "room", name=_clean(name), guid=room_guid(programme, name))
            for event in events:
                _xml_event(room, event)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


SCHEMA = "https://c3voc.de/schedule/schema.json"


def acronym(programme: Programme) -> str:
    """The workshop's short name in the form that both schemas ask: four letters or more, small, no dash."""
    return re.sub(r"[^a-z0-9_]", "_", programme.slug.lower()).ljust(4, "_")


def guid(programme: Programme, kind: str, name: str) -> str:
    """A UUID (RFC 9562 version 5) that stays the same in every release and language."""
    return str(uuid.uuid5(NAMESPACE, f"{programme.slug}/{kind}/{name}"))


def room_guid(programme: Programme, name: str) -> str:
    """As guid(), of a room; where rows name none it is the venue, which each language calls otherwise."""
    named = any(slot.place == name for _day, slot in programme.entries)
    return guid(programme, "room", name if named else "")


def number(programme: Programme, kind: str, name: str) -> int:
    """A positive integer for clients that know nothing better; stable, and different within a programme in practice."""
    return zlib.crc32(f"{programme.slug}/{kind}/{name}".encode()) & 0x7FFFFFFF or 1


def room_slug(name: str) -> str:
    """A room's name as part of an address: "Sala A" -> "sala-a"."""
    return slugify(name) or "sala"


def track(programme: Programme, axis: int) -> str:
    """What conference apps call the axis `axis`: its number and title."""
    theme = programme.axis(axis)
    return f"{axis}. {theme.title}" if theme else str(axis)


def span(programme: Programme, day: ProgrammeDay, slot: Slot) -> tuple[dt.datetime, dt.timedelta]:
    """Start and length of a row, both certain, as these formats demand: see OPEN_END and UNTIMED_LENGTH."""
    if (start := start_of(programme, day, slot)) is None:
        return dt.datetime.combine(day.date, _untimed(slot), programme.zone), UNTIMED_LENGTH
    return start, length_of(programme, day, slot) or OPEN_END


def _untimed(slot: Slot) -> dt.time:
    return dt.time(9) if slot.part_of_day == "morning" else max(PART_STARTS[slot.part_of_day], dt.time(9))


def _day(programme: Programme, day: ProgrammeDay, index: int, address: Address) -> dict[str, Any]:
    rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for slot in day.slots:
        room = slot.place or programme.venue.text or programme.city.text or "—"
        rooms[room].append(_event(programme, day, slot, room, address))
    midnight = dt.datetime.combine(day.date, dt.time(0), programme.zone)
    last = dt.datetime.combine(day.date + dt.timedelta(days=1), dt.time(3), programme.zone)
    return {
        "index": index,
        "date": f"{day.date:%Y-%m-%d}",
        "day_start": midnight.isoformat(),
        "day_end": last.isoformat(),
        "rooms": dict(rooms),
    }


def _event(programme: Programme, day: ProgrammeDay, slot: Slot, room: str, address: Address) -> dict[str, Any]:
    start, length = span(programme, day, slot)
    minutes = int(length.total_seconds()) // 60
    return {
        "guid": guid(programme, "session", slot.code),
        "id": number(programme, "session", slot.code),
        "date": start.isoformat(),
        "start": f"{start:%H:%M}",
        "duration": f"{minutes // 60:02}:{minutes % 60:02}",
        "room": room,
        "slug": f"{acronym(programme)}-{slot.code}",
        "url": address("session", code=slot.code),
        "title": slot.title.text,
        "subtitle": "",
        "track": track(programme, slot.axis) if slot.axis else None,
        "type": slot.kind,
        "language": (slot.languages or (slot.title.lang[:2],))[0],
        "abstract": describe(day, slot),
        "description": None,
        "logo": None,
        "persons": [_person(programme, m) for m in _distinct(slot.moderators)],
        "links": [],
        "attachments": [],
    }


def _distinct(moderators: tuple[Moderator, ...]) -> list[Moderator]:
    return list({m.name: m for m in reversed(moderators)}.values())[::-1]


def _person(programme: Programme, who: Moderator) -> dict[str, Any]:
    return {
        # In every language by what is the same in all: the person, the participant, the name in the source language.
        "guid": guid(programme, "person", who.person or who.participant or who.known_as or who.institution.text),
        "name": who.name,
        "public_name": who.name,
    }


def _xml_event(room: ElementTree.Element, event: dict[str, Any]) -> None:
    element = ElementTree.SubElement(room, "event", guid=event["guid"], id=str(event["id"]))
    for name in ("room", "title", "subtitle", "type", "date", "start", "duration", "abstract", "slug"):
        _text(element, name, event[name])
    _text(element, "track", event["track"])
    persons = ElementTree.SubElement(element, "persons")
    for person in event["persons"]:
        identity = zlib.crc32(person["guid"].encode()) & 0x7FFFFFFF
        _text(persons, "person", person["public_name"], id=str(identity), guid=person["guid"])
    _text(element, "language", event["language"])
    _text(element, "description", event["description"])
    _text(element, "url", event["url"])
    ElementTree.SubElement(element, "links")
    ElementTree.SubElement(element, "attachments")


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def _text(parent: ElementTree.Element, tag: str, text: str | None, **attributes: str) -> None:
    element = ElementTree.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    # XML 1.0 2.2 has no place for control characters; a note may bring them.
    element.text = _clean(text) if text else None
