"""The programme as iCalendar (RFC 5545, RFC 7986)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import icalendar
import msgspec
from django.utils.translation import gettext as _

from agenda.changes import part_name, role_name
from agenda.faces import spoken
from agenda.faces.prose import plain
from agenda.programme.moments import end_of, start_of

if TYPE_CHECKING:
    from agenda.programme import Programme, ProgrammeDay, Slot

Address = Callable[..., str]
PRODID = "-//Taller//programme//ES"
OPEN_END = dt.timedelta(minutes=15)  # how long a session without end is shown where a format demands a length


class Part(msgspec.Struct, frozen=True):
    """Some rows of a programme as a calendar of their own: what it is called beside the workshop, and its page.

    `codes` are its rows; those of `left` belonged to it once, and are cancelled in it wherever they are now. Of its
    rows, `common` are for everybody: they come without having been chosen, and are told apart by a category.
    """

    name: str
    source: str
    codes: frozenset[str]
    left: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()


def calendar(programme: Programme, address: Address, part: Part | None = None) -> bytes:
    """The sessions of `programme` (all, breaks included, or those of `part`) as a calendar in UTF-8.

    `address(name, **kwargs)` gives the full address of a page. UIDs stay the same from release to release and
    in every language; SEQUENCE grows with every release (RFC 5545 3.8.7.4). What earlier releases had and this one
    has not stays as a cancelled event (3.8.1.11): calendars that subscribed would otherwise go on showing it.
    """
    result = icalendar.Calendar()
    result.add("PRODID", PRODID)
    result.add("VERSION", "2.0")
    result.add("CALSCALE", "GREGORIAN")
    title = f"{part.name} · {programme.title.text}" if part and part.name else programme.title.text
    name = " ".join(title.split())  # on one line: the library writes X-WR-CALNAME as it is
    result.add("NAME", name)  # RFC 7986 5.1
    result.add("X-WR-CALNAME", name)
    result.add("X-WR-TIMEZONE", programme.timezone)
    result.add("URL", address("agenda"))  # RFC 7986 5.5
    result.add("REFRESH-INTERVAL", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})  # RFC 7986 5.7
    result.add("X-PUBLISHED-TTL", icalendar.vDuration(dt.timedelta(hours=1)))  # as RFC 5545 3.3.6 writes it
    result.add("SOURCE", part.source if part else address("calendar"), parameters={"VALUE": "URI"})  # RFC 7986 5.8
    gone = [(day, slot) for day in programme.cancelled for slot in day.slots]
    all_of_them = (*programme.standing, *gone)
    told = [entry for entry in all_of_them if part is None or entry[1].code in part.codes | part.left]
    for day, slot in told:
        stays = programme.entry(slot.code) is not None and (part is None or slot.code in part.codes)
        status = "" if stays else "CANCELLED"
        is_common = part is not None and slot.code in part.common
        result.add_component(_event(programme, day, slot, address, status, is_common))
    if any(slot.start for _day, slot in told):
        dates = [day.date for day in (*programme.days, *programme.cancelled)]
        result.add_missing_timezones(min(dates) - dt.timedelta(days=366), max(dates) + dt.timedelta(days=366))
        for zone in result.timezones:
            zone.pop("COMMENT", None)  # the library's remark; RFC 5546 3.2 has no place for it
    return result.to_ical()


def uid(programme: Programme, slot: Slot) -> str:
    """An identifier that follows the session through all releases and languages."""
    return f"{slot.code}@{programme.slug}.taller"


def _event(
    programme: Programme, day: ProgrammeDay, slot: Slot, address: Address, status: str = "", is_common: bool = False
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("UID", uid(programme, slot))
    event.add("SEQUENCE", programme.sequence)
    stamp = programme.withdrawn_at or programme.published_at or dt.datetime(day.date.year, 1, 1, tzinfo=dt.UTC)
    event.add("DTSTAMP", stamp.astimezone(dt.UTC))
    event.add("LAST-MODIFIED", stamp.astimezone(dt.UTC))
    event.add("SUMMARY", slot.title.text, parameters={"LANGUAGE": slot.title.lang})
    if start := start_of(programme, day, slot):
        event.add("DTSTART", start)
        if end := end_of(programme, day, slot):
            event.add("DTEND", end)
        # An open end stays open: an event without DTEND and DURATION ends when it starts (RFC 5545 3.6.1).
    else:
        event.add("DTSTART", day.date)
        event.add("DTEND", day.date + dt.timedelta(days=1))
    tentative = day.optional or slot.start is None
    event.add("STATUS", status or ("TENTATIVE" if tentative else "CONFIRMED"))
    event.add("TRANSP", "TRANSPARENT" if status or tentative or slot.is_quiet else "OPAQUE")
    if where := ", ".join(filter(None, [slot.place, programme.venue.text, programme.address])):
        event.add("LOCATION", where)
    categories = [_("For everybody")] if is_common else []
    if slot.axis and (axis := programme.axis(slot.axis)):
        categories.append(_("Axis %(number)d") % {"number": axis.number})
    if categories:
        event.add("CATEGORIES", categories)
    if text := describe(day, slot):
        event.add("DESCRIPTION", text, parameters={"LANGUAGE": programme.language})
    event.add("URL", address("session", code=slot.code))
    return event


def describe(day: ProgrammeDay, slot: Slot) -> str:
    """What the row says besides title, time and place, as plain text."""
    lines = []
    if not slot.start:
        lines.append(_("%(part)s, time to be defined.") % {"part": part_name(slot.part_of_day)})
    elif not slot.end:
        lines.append(_("The end is open."))
    if day.optional:
        lines.append(day.label.text[:1].upper() + day.label.text[1:] if day.label else _("Optional programme"))
    if slot.is_private:
        lines.append(_("Members only"))
    if held := spoken.words(slot):  # in words: the LANGUAGE parameter is of the text itself (RFC 5545 3.2.10)
        lines.append(held)
    if slot.description:
        lines.append(plain(slot.description.text))
    lines += [f"• {item.text}" for item in slot.items]
    lines += [f"{role_name(m.role).capitalize()}: {m.name}" for m in slot.moderators]
    return "\n".join(lines)
