"""The frozen tree. The structs only ever grow, and every new field has a default: releases of earlier shapes
stay readable for ever."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from languages import CODES, Text

NOTHING = Text()
Audience = Literal["public", "members"]  # who reads
PUBLIC = ("everyone", "listed")  # the values of a session whose row the public sees
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
    """One row of the agenda. Times are of the venue's clock; a row without `start` has a `part_of_day`.

    Its `audience` is always written, and where it is missing or unknown the row is for members.
    """

    code: str
    title: Text
    kind: str = "session"
    start: dt.time | None = None
    end: dt.time | None = None
    part_of_day: str = ""
    axis: int | None = None
    part: int | None = None
    audience: str = msgspec.field(default_factory=lambda: "members")  # a factory: never left out of the JSON
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


class Logo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture by the digest of its content; `text` says what it shows, empty where it only says the name."""

    digest: str
    width: int
    height: int
    text: Text = NOTHING


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
    latitude: float | None = None
    longitude: float | None = None
    logo: Logo | None = None

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None


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
    """The whole programme in one language. `published_at` is UTC; a draft has neither it nor a `release`.

    `audience` is whom it was made for by for_audience(); None is the complete one, which nobody reads as it is.
    """

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
    framed_by: tuple[str, ...] = ()  # origins (RFC 6454) that may show the agenda in a frame
    days: tuple[ProgrammeDay, ...] = ()
    axes: tuple[Axis, ...] = ()
    regions: tuple[Region, ...] = ()
    participants: tuple[Participant, ...] = ()
    conveners: tuple[Convener, ...] = ()
    sections: tuple[Section, ...] = ()
    adrift: tuple[Slot, ...] = ()  # sessions whose day belongs to another workshop; they stop publication
    cancelled: tuple[ProgrammeDay, ...] = ()  # rows that earlier releases had and this one has not
    release: int | None = None
    published_at: dt.datetime | None = None
    note: str = ""
    shape: int = 0  # of the stored tree (stored.py)
    audience: Audience | None = None

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

    def cancelled_entry(self, code: str) -> tuple[ProgrammeDay, Slot] | None:
        """The row called `code` that this programme had once, with its day, or None."""
        return next(((day, slot) for day in self.cancelled for slot in day.slots if slot.code == code), None)

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
    def translated(self) -> int:
        """How much of what the programme says is written in its language, in percent, rounded down.

        Counted by letters, so that a long text weighs what it is. Names of people, places and institutions are
        not counted: they are the same in every language.
        """
        said = [self.title, self.series, *(day.label for day in self.days)]
        said += [text for axis in self.axes for text in (axis.title, axis.description)]
        said += [text for section in self.sections for text in (section.title, section.body)]
        for _day, slot in self.entries:
            said += [slot.title, slot.description, *(item.text for item in slot.items if not item.participant)]
        total = sum(len(text.text) for text in said)
        own = sum(len(text.text) for text in said if text.lang == self.language)
        return 100 * own // total if total else 100

    @cached_property
    def listed(self) -> tuple[Participant, ...]:
        return tuple(p for p in self.participants if p.number is not None)
