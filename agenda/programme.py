"""The programme of a workshop as a frozen tree of plain values: what every face of it renders.

`build()` reads the draft from the database, and every query is there. `for_audience()` is the one place
where private parts fall away. The structs only ever grow, and every new field has a default: releases of
earlier shapes stay readable for ever.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from taller.languages import CODES, Text, pick

if TYPE_CHECKING:
    from agenda.models import Workshop

Audience = Literal["public", "members"]
NOTHING = Text()
# Where a row without a time stands among those that have one.
PART_STARTS = {"": dt.time(0), "morning": dt.time(0), "afternoon": dt.time(12), "evening": dt.time(18)}


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One bullet of a session; `participant` is the slug of the participant whom the bullet names."""

    text: Text
    participant: str = ""


class Moderator(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who carries a session: `role` is moderates, concludes, presents or reports."""

    role: str
    institution: Text = NOTHING
    person: str = ""
    participant: str = ""

    @property
    def name(self) -> str:
        return " · ".join(filter(None, [self.person, self.institution.text]))


class Slot(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """One row of the agenda. Times are of the venue's clock; a row without `start` has a `part_of_day`."""

    code: str
    title: Text
    kind: str = "session"
    start: dt.time | None = None
    end: dt.time | None = None
    part_of_day: str = ""
    axis: int | None = None
    part: int | None = None
    audience: str = "everyone"
    place: str = ""
    description: Text = NOTHING
    items: tuple[Item, ...] = ()
    moderators: tuple[Moderator, ...] = ()

    @property
    def order(self) -> tuple[dt.time, dt.time, str, str]:
        return (self.start or PART_STARTS[self.part_of_day], self.end or dt.time.max, self.place, self.code)

    @cached_property
    def carried(self) -> tuple[tuple[str, tuple[Moderator, ...]], ...]:
        """The moderators grouped by role, in the order in which the roles first occur."""
        roles = dict.fromkeys(m.role for m in self.moderators)
        return tuple((role, tuple(m for m in self.moderators if m.role == role)) for role in roles)

    @property
    def is_quiet(self) -> bool:
        """Whether the row is a pause between the sessions, to be set small."""
        return self.kind in ("break", "meal")

    @property
    def is_private(self) -> bool:
        return self.audience != "everyone"


class ProgrammeDay(msgspec.Struct, frozen=True, omit_defaults=True):
    date: dt.date
    label: Text = NOTHING
    optional: bool = False
    slots: tuple[Slot, ...] = ()


class Axis(msgspec.Struct, frozen=True, omit_defaults=True):
    """A numbered theme; `colour` is one of the six of the stylesheets, 1 to 6."""

    number: int
    title: Text
    description: Text = NOTHING
    colour: int = 1


class Participant(msgspec.Struct, frozen=True, omit_defaults=True):
    """`number` is its number in the workshop's list; one without is named by the programme but not listed."""

    slug: str
    name: Text
    full_name: Text = NOTHING
    kind: str = "city"
    number: int | None = None
    region: int | None = None
    country: str = ""
    website: str = ""


class Region(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    name: Text


class Convener(msgspec.Struct, frozen=True, omit_defaults=True):
    role: str
    participant: str
    led_by: Text = NOTHING


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chapter of the presentation; `body` is Markdown with footnotes."""

    kind: str
    title: Text
    body: Text = NOTHING


class Programme(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """The whole programme in one language. `published_at` is UTC; a draft has neither it nor a `release`."""

    slug: str
    title: Text
    language: str
    number: int | None = None
    series: Text = NOTHING
    city: Text = NOTHING
    country: str = ""
    timezone: str = "Europe/Madrid"
    venue: Text = NOTHING
    address: str = ""
    languages: tuple[str, ...] = CODES
    days: tuple[ProgrammeDay, ...] = ()
    axes: tuple[Axis, ...] = ()
    regions: tuple[Region, ...] = ()
    participants: tuple[Participant, ...] = ()
    conveners: tuple[Convener, ...] = ()
    sections: tuple[Section, ...] = ()
    adrift: tuple[Slot, ...] = ()  # sessions whose day belongs to another workshop; they stop publication
    release: int | None = None
    published_at: dt.datetime | None = None
    note: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def main_days(self) -> tuple[ProgrammeDay, ...]:
        """The days that are not optional; all of them where every one is."""
        return tuple(day for day in self.days if not day.optional) or self.days

    @cached_property
    def entries(self) -> tuple[tuple[ProgrammeDay, Slot], ...]:
        """Every row with its day, in the order of the agenda."""
        return tuple((day, slot) for day in self.days for slot in day.slots)

    @cached_property
    def _by_code(self) -> dict[str, tuple[ProgrammeDay, Slot]]:
        return {slot.code: (day, slot) for day, slot in self.entries}

    @cached_property
    def _by_slug(self) -> dict[str, Participant]:
        return {participant.slug: participant for participant in self.participants}

    @cached_property
    def _by_number(self) -> dict[int, Axis]:
        return {axis.number: axis for axis in self.axes}

    @cached_property
    def _speaking(self) -> dict[str, tuple[tuple[ProgrammeDay, Slot], ...]]:
        found: dict[str, list[tuple[ProgrammeDay, Slot]]] = {}
        for entry in self.entries:
            slot = entry[1]
            for slug in dict.fromkeys(who.participant for who in (*slot.moderators, *slot.items) if who.participant):
                found.setdefault(slug, []).append(entry)
        return {slug: tuple(entries) for slug, entries in found.items()}

    def entry(self, code: str) -> tuple[ProgrammeDay, Slot] | None:
        """The row called `code` with its day, or None."""
        return self._by_code.get(code)

    def axis(self, number: int | None) -> Axis | None:
        return self._by_number.get(number) if number is not None else None

    def participant(self, slug: str) -> Participant | None:
        return self._by_slug.get(slug)

    def of_axis(self, number: int) -> tuple[tuple[ProgrammeDay, Slot], ...]:
        """The rows of axis `number`, with their days."""
        return tuple(entry for entry in self.entries if entry[1].axis == number)

    def of_participant(self, slug: str) -> tuple[tuple[ProgrammeDay, Slot], ...]:
        """The rows that the participant `slug` moderates, concludes, presents or is named in, with their days."""
        return self._speaking.get(slug, ())

    @cached_property
    def by_region(self) -> tuple[tuple[Region | None, tuple[Participant, ...]], ...]:
        """The listed participants by region, in the order of their numbers; those without region last."""
        listed = [p for p in self.participants if p.number is not None]
        groups = [(region, tuple(p for p in listed if p.region == region.id)) for region in self.regions]
        known = {region.id for region in self.regions}
        groups.append((None, tuple(p for p in listed if p.region not in known)))
        return tuple(group for group in groups if group[1])

    @cached_property
    def listed(self) -> tuple[Participant, ...]:
        return tuple(p for p in self.participants if p.number is not None)


# --- out of the database -------------------------------------------------------------------------------


class _Rows(NamedTuple):
    workshop: Workshop
    days: list[Any]
    sessions: list[Any]
    axes: list[Any]
    attendances: list[Any]
    conveners: list[Any]
    sections: list[Any]


def build(workshop: Workshop, language: str) -> Programme:
    """The draft of `workshop` in `language`, in a constant number of queries."""
    return _tree(_read(workshop), language)


def build_all(workshop: Workshop) -> dict[str, Programme]:
    """The draft of `workshop` in every language of the site, with the queries of one."""
    rows = _read(workshop)
    return {language: _tree(rows, language) for language in CODES}


def _read(workshop: Workshop) -> _Rows:
    return _Rows(
        workshop,
        list(workshop.days.all()),
        list(workshop.sessions.prefetch_related("items", "moderators__participant").select_related("axis")),
        list(workshop.axes.all()),
        list(workshop.attendances.select_related("participant__region")),
        list(workshop.conveners.select_related("participant__region")),
        list(workshop.sections.all()),
    )


def _tree(rows: _Rows, language: str) -> Programme:
    workshop = rows.workshop
    people = _participants(rows)
    names = _names(people)
    slots: dict[int, list[Slot]] = {}
    for session in rows.sessions:
        slots.setdefault(session.day_id, []).append(_slot(session, names, language))
    mine = {day.pk for day in rows.days}
    regions = {p.region_id: p.region for p, _number in people if p.region_id}
    return Programme(
        slug=workshop.slug,
        title=pick(workshop, "title", language),
        language=language,
        number=workshop.number,
        series=pick(workshop, "series", language),
        city=pick(workshop, "city", language),
        country=workshop.country,
        timezone=workshop.timezone,
        venue=pick(workshop, "venue", language),
        address=workshop.address,
        languages=tuple(workshop.languages),
        days=tuple(
            ProgrammeDay(
                day.date,
                pick(day, "label", language),
                day.optional,
                tuple(sorted(slots.get(day.pk, ()), key=lambda slot: slot.order)),
            )
            for day in rows.days
        ),
        axes=tuple(
            Axis(
                axis.number,
                pick(axis, "title", language),
                pick(axis, "description", language),
                axis.colour or (axis.number - 1) % 6 + 1,
            )
            for axis in rows.axes
        ),
        regions=tuple(
            Region(region.pk, pick(region, "name", language))
            for region in sorted(regions.values(), key=lambda r: (r.order, r.pk))
        ),
        participants=tuple(
            Participant(
                p.slug,
                pick(p, "name", language),
                pick(p, "full_name", language),
                p.kind,
                number,
                p.region_id,
                p.country,
                p.website,
            )
            for p, number in people
        ),
        conveners=tuple(
            Convener(c.role, c.participant.slug, pick(c, "led_by", language)) for c in rows.conveners
        ),
        sections=tuple(
            Section(s.kind, pick(s, "title", language), pick(s, "body", language)) for s in rows.sections
        ),
        adrift=tuple(
            slot
            for day, found in sorted(slots.items())
            if day not in mine
            for slot in sorted(found, key=lambda slot: slot.order)
        ),
    )


def _participants(rows: _Rows) -> list[tuple[Any, int | None]]:
    """All participants that the programme names, each once: the list first, then conveners, then moderators."""
    people: dict[int, tuple[Any, int | None]] = {a.participant_id: (a.participant, a.number) for a in rows.attendances}
    for convener in rows.conveners:
        people.setdefault(convener.participant_id, (convener.participant, None))
    for session in rows.sessions:
        for moderator in session.moderators.all():
            if moderator.participant_id:
                people.setdefault(moderator.participant_id, (moderator.participant, None))
    return list(people.values())


def _names(people: list[tuple[Any, int | None]]) -> dict[str, str]:
    """Every way to write a participant, case folded -> its slug."""
    names: dict[str, str] = {}
    for participant, _number in reversed(people):
        short, full = participant.name_es or "", participant.full_name_es or ""
        spellings = [short, full, f"{full} {short}", f"{full} ({short})", f"{full}, {short}"] if full else [short]
        for spelling in spellings:
            names[spelling.casefold()] = participant.slug
    return names


def _slot(session: Any, names: dict[str, str], language: str) -> Slot:
    return Slot(
        code=session.code,
        title=pick(session, "title", language),
        kind=session.kind,
        start=session.start,
        end=session.end,
        part_of_day=session.part_of_day,
        axis=session.axis.number if session.axis else None,
        part=session.part,
        audience=session.audience,
        place=session.place,
        description=pick(session, "description", language),
        items=tuple(
            Item(pick(item, "text", language), names.get((item.text_es or "").casefold().rstrip(". "), ""))
            for item in session.items.all()
        ),
        moderators=tuple(
            Moderator(
                m.role,
                pick(m, "institution", language),
                m.person,
                m.participant.slug if m.participant_id else "",
            )
            for m in session.moderators.all()
        ),
    )


# --- out of the house ----------------------------------------------------------------------------------


def for_audience(programme: Programme, audience: Audience) -> Programme:
    """The programme as `audience` may see it. Every face gets its Programme from here.

    For the public, members' sessions are gone; of listed ones the row stays (time, kind, axis, title) and the
    details go. With them go the days that hold nothing else and the participants whom nothing else names.
    Raises ValueError for an unknown audience.
    """
    if audience == "members":
        return programme
    if audience != "public":
        raise ValueError(f"unknown audience {audience!r}")
    days = []
    for day in programme.days:
        slots = tuple(_row(slot) for slot in day.slots if slot.audience != "members")
        if slots or not day.slots:
            days.append(msgspec.structs.replace(day, slots=slots))
    named = {who.participant for day in days for slot in day.slots for who in (*slot.moderators, *slot.items)}
    named |= {convener.participant for convener in programme.conveners}
    participants = tuple(p for p in programme.participants if p.number is not None or p.slug in named)
    regions = {p.region for p in participants}
    return msgspec.structs.replace(
        programme,
        days=tuple(days),
        adrift=(),
        participants=participants,
        regions=tuple(region for region in programme.regions if region.id in regions),
    )


def _row(slot: Slot) -> Slot:
    if slot.audience == "everyone":
        return slot
    return msgspec.structs.replace(slot, place="", description=NOTHING, items=(), moderators=())


# --- as JSON -------------------------------------------------------------------------------------------

_decoder = msgspec.json.Decoder(Programme)


def encode(programme: Programme) -> str:
    """The tree as JSON, the same text for the same tree."""
    return msgspec.json.encode(programme).decode()


def decode(tree: str | bytes) -> Programme:
    """The tree that encode() wrote, by this or any earlier version; raises msgspec.ValidationError otherwise."""
    return _decoder.decode(tree)


def digest(programmes: dict[str, Programme]) -> str:
    """BLAKE2b (32 hexadecimal digits) of the trees, without their release's number, hour and note."""
    total = hashlib.blake2b(digest_size=16)
    for language in sorted(programmes):
        bare = msgspec.structs.replace(programmes[language], release=None, published_at=None, note="")
        total.update(msgspec.json.encode(bare))
    return total.hexdigest()


def texts(value: Any) -> Iterator[Text]:
    """Every piece of content in a tree or a part of it that is not empty."""
    if isinstance(value, Text):
        if value:
            yield value
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
