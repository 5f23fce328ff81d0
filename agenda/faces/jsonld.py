"""The programme for search engines: schema.org Event in JSON-LD, with a subEvent for each session that has a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agenda.faces.prose import plain
from agenda.programme.moments import end_of, start_of

if TYPE_CHECKING:
    from agenda.programme import Programme, ProgrammeDay, Slot

Address = Callable[..., str]
SCHEMA = "https://schema.org"
LONGEST = 300  # characters of a description
MOST_WHOLE = 100  # sessions told in full on the workshop's page; of larger programmes each session's page tells its own


def workshop(programme: Programme, address: Address) -> str:
    """The workshop with all its sessions, as JSON that may stand in a script element."""
    timed = [entry for entry in programme.standing if entry[1].start]
    first, last = programme.main_days[0].date, programme.main_days[-1].date
    made = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": programme.title.text,
        "inLanguage": programme.language,
        "startDate": f"{first:%Y-%m-%d}",
        "endDate": f"{last:%Y-%m-%d}",
        "description": next((plain(s.body.text) for s in programme.sections if s.body), "")[:LONGEST],
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": place(programme),
        "url": address("presentation"),
        "organizer": [
            {"@type": "Organization", "name": (p.full_name or p.name).text, "url": address("participant", slug=p.slug)}
            for c in programme.conveners
            if c.role in ("convenes", "leads") and (p := programme.participant(c.participant))
        ],
        "subEvent": [
            row(programme, day, slot, address) if len(timed) <= MOST_WHOLE else _named(slot, address)
            for day, slot in timed
        ],
    }
    return _script({name: value for name, value in made.items() if value})


def session(programme: Programme, day: ProgrammeDay, slot: Slot, address: Address) -> str:
    """One session with the workshop that it is part of, as JSON that may stand in a script element."""
    whole = {"@type": "Event", "name": programme.title.text, "url": address("presentation"),
             "startDate": f"{programme.main_days[0].date:%Y-%m-%d}", "location": place(programme)}  # fmt: skip
    return _script({"@context": SCHEMA, **row(programme, day, slot, address), "superEvent": whole})


def row(programme: Programme, day: ProgrammeDay, slot: Slot, address: Address) -> dict[str, Any]:
    """A row as an Event; without time of its own it is on its day."""
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    where = place(programme)
    if slot.place:
        where = {**where, "name": f"{slot.place}, {where['name']}"}
    made: dict[str, Any] = {
        **_named(slot, address),
        "name": slot.title.text,
        "startDate": start.isoformat(timespec="minutes") if start else f"{day.date:%Y-%m-%d}",
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": where,
        "url": address("session", code=slot.code),
    }
    if slot.languages:
        made["inLanguage"] = list(slot.languages)  # BCP 47, as schema.org asks
    if end:
        made["endDate"] = end.isoformat(timespec="minutes")
    if slot.moderators:
        names = dict.fromkeys((m.person or m.institution.text, bool(m.person)) for m in slot.moderators)
        made["performer"] = [
            {"@type": "Person" if is_person else "Organization", "name": name} for name, is_person in names if name
        ]
    if slot.description:
        made["description"] = plain(slot.description.text)[:LONGEST]
    return made


def _named(slot: Slot, address: Address) -> dict[str, Any]:
    """A row by its name alone (JSON-LD 1.1, 3.3), which is the address of its page; there it is told in full."""
    return {"@type": "Event", "@id": address("session", code=slot.code)}


def place(programme: Programme) -> dict[str, Any]:
    """Where the workshop is, as a schema.org Place."""
    address = {"@type": "PostalAddress", "streetAddress": programme.address, "addressLocality": programme.city.text,
               "addressCountry": programme.country}  # fmt: skip
    return {
        "@type": "Place",
        "name": programme.venue.text or programme.city.text or programme.title.text,
        "address": {name: value for name, value in address.items() if value},
    }


def _script(data: dict[str, Any]) -> str:
    # HTML 4.12.1.3: «</script>» and «<!--» must not occur inside the element.
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")
