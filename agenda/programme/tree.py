"""The frozen tree. The structs only ever grow, and every new field has a default: releases of earlier shapes
stay readable for ever. Each field says here who sees it and how its change is told (fields.py)."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from agenda.vocabulary import Visibility
from languages import CODES, SOURCE, Text
from languages.clocks import DAY, until

from .fields import Say, declared

NOTHING = Text()
Audience = Literal["public", "members"]  # who reads
PUBLIC = (Visibility.EVERYONE.value, Visibility.LISTED.value)  # of a session whose row the public sees
# What everybody sees and what tells nothing by itself: it changes with the row that it is a part of.
PART = Say("everyone")
# Where a row without a time stands among those that have one.
PART_STARTS = {"": dt.time(0), "morning": dt.time(0), "afternoon": dt.time(12), "evening": dt.time(18)}


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One bullet of a session; `participant` is the slug of the participant whom the bullet names."""

    text: Annotated[Text, Say("everyone", searched=True)]
    participant: Annotated[str, PART] = ""


class Moderator(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who carries a session: `role` is moderates, concludes, presents or reports."""

    role: Annotated[str, PART]
    institution: Annotated[Text, Say("everyone", searched=True)] = NOTHING
    person: Annotated[str, Say("everyone", searched=True)] = ""
    participant: Annotated[str, PART] = ""
    # What tells a carrier without person and participant from others in every language: the institution in the source.
    known_as: Annotated[str, Say("everyone", "identity")] = ""

    @property
    def name(self) -> str:
        return " · ".join(filter(None, [self.person, self.institution.text]))


class Slot(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """One row of the agenda. Times are of the venue's clock; a row without `start` has a `part_of_day`.

    Its `visibility` is always written (on the wire as `audience`); where it is missing or unknown the row is for
    members.
    """

    code: Annotated[str, Say("everyone", trace=True, column="código", searched=True)]
    title: Annotated[Text, Say("everyone", "renamed", trace=True, column="título", searched=True)]
    kind: Annotated[str, Say("everyone", "details", trace=True, column="tipo")] = "session"
    start: Annotated[dt.time | None, Say("everyone", "moved", trace=True, column="inicio")] = None
    end: Annotated[dt.time | None, Say("everyone", "moved", trace=True, column="fin")] = None
    part_of_day: Annotated[str, Say("everyone", "moved", trace=True, column="parte del día")] = ""
    axis: Annotated[int | None, Say("everyone", "details", trace=True, column="eje")] = None
    part: Annotated[int | None, Say("everyone", "details", trace=True, column="parte")] = None
    visibility: Annotated[str, Say("everyone", "details", trace=True, column="visibilidad")] = msgspec.field(
        default_factory=lambda: "members", name="audience"
    )  # a factory: never left out of the JSON
    place: Annotated[str, Say("listed", "place", trace=True, column="lugar", searched=True)] = ""
    description: Annotated[Text, Say("listed", "details", column="descripción", searched=True)] = NOTHING
    languages: Annotated[tuple[str, ...], Say("everyone", "details", column="idiomas")] = ()  # spoken, BCP 47
    interpreted: Annotated[tuple[str, ...], Say("everyone", "details", column="interpretación")] = ()
    items: Annotated[tuple[Item, ...], Say("listed", "details", column="Puntos", searched=True)] = ()
    moderators: Annotated[tuple[Moderator, ...], Say("listed", "people", column="Personas", searched=True)] = ()
    # Its content was taken back (withdrawing.py): only its hour stands here, for who reads an old version.
    withdrawn: Annotated[bool, Say("everyone", "identity")] = False

    @property
    def order(self) -> tuple[dt.time, int, str, str]:
        start = self.start or PART_STARTS[self.part_of_day]
        return (start, until(start, self.end) if self.end else 2 * DAY, self.place, self.code)

    @property
    def named(self) -> tuple[Moderator | Item, ...]:
        """Those of the row who may name a participant."""
        return (*self.moderators, *self.items)

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
        return self.visibility != "everyone"


EVERYBODY = 0  # stands for an axis's number where what was for everybody is kept


class Belonged(msgspec.Struct, frozen=True, omit_defaults=True):
    """The codes of all rows that an axis has, or had in an earlier release: its calendar must tell who is gone.

    With EVERYBODY as its axis: those that were for everybody, and stand in each participant's own calendar.
    """

    axis: Annotated[int, PART]
    codes: Annotated[tuple[str, ...], PART] = ()


class ProgrammeDay(msgspec.Struct, frozen=True, omit_defaults=True):
    date: Annotated[dt.date, Say("everyone", "days")]
    label: Annotated[Text, Say("everyone", "days")] = NOTHING
    optional: Annotated[bool, Say("everyone", "days")] = False
    slots: Annotated[tuple[Slot, ...], PART] = ()


class Axis(msgspec.Struct, frozen=True, omit_defaults=True):
    """A numbered theme; `colour` is as its organiser chose it, or by its number: #rrggbb."""

    number: Annotated[int, PART]
    title: Annotated[Text, PART]
    description: Annotated[Text, PART] = NOTHING
    colour: Annotated[str, PART] = "#bb4a22"


class Logo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture by the digest of its content; `text` says what it shows, empty where it only says the name."""

    digest: Annotated[str, PART]
    width: Annotated[int, PART]
    height: Annotated[int, PART]
    text: Annotated[Text, PART] = NOTHING


class Participant(msgspec.Struct, frozen=True, omit_defaults=True):
    """`number` is its number in the workshop's list; one without is named by the programme but not listed."""

    slug: Annotated[str, PART]
    name: Annotated[Text, PART]
    full_name: Annotated[Text, PART] = NOTHING
    kind: Annotated[str, PART] = "city"
    number: Annotated[int | None, PART] = None
    region: Annotated[int | None, PART] = None
    country: Annotated[str, PART] = ""
    website: Annotated[str, PART] = ""
    latitude: Annotated[float | None, PART] = None
    longitude: Annotated[float | None, PART] = None
    logo: Annotated[Logo | None, PART] = None

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None


class Region(msgspec.Struct, frozen=True, omit_defaults=True):
    id: Annotated[int, PART]
    name: Annotated[Text, PART]


class Convener(msgspec.Struct, frozen=True, omit_defaults=True):
    role: Annotated[str, PART]
    participant: Annotated[str, PART]
    led_by: Annotated[Text, PART] = NOTHING


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chapter of the presentation; `body` is Markdown with footnotes."""

    kind: Annotated[str, PART]
    title: Annotated[Text, PART]
    body: Annotated[Text, PART] = NOTHING


class Programme(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """The whole programme in one language. `published_at` is UTC; a draft has neither it nor a `release`.

    `audience` is whom it was made for by for_audience(); None is the complete one, which nobody reads as it is.
    """

    slug: Annotated[str, PART]
    title: Annotated[Text, Say("everyone", "called")]
    language: Annotated[str, PART]
    number: Annotated[int | None, Say("everyone", "called")] = None
    series: Annotated[Text, Say("everyone", "called")] = NOTHING
    city: Annotated[Text, Say("everyone", "where")] = NOTHING
    country: Annotated[str, Say("everyone", "where")] = ""
    timezone: Annotated[str, Say("everyone", "zone")] = "Europe/Madrid"
    venue: Annotated[Text, Say("everyone", "where")] = NOTHING
    address: Annotated[str, Say("everyone", "where")] = ""
    latitude: Annotated[float | None, PART] = None  # of the venue, in degrees
    longitude: Annotated[float | None, PART] = None
    source: Annotated[str, PART] = SOURCE  # the language that it is written in first
    languages: Annotated[tuple[str, ...], PART] = CODES
    framed_by: Annotated[tuple[str, ...], PART] = ()  # origins (RFC 6454) that may show the agenda in a frame
    days: Annotated[tuple[ProgrammeDay, ...], PART] = ()
    axes: Annotated[tuple[Axis, ...], Say("everyone", "axes")] = ()
    regions: Annotated[tuple[Region, ...], Say("everyone", "list")] = ()
    participants: Annotated[tuple[Participant, ...], Say("everyone", "list")] = ()
    conveners: Annotated[tuple[Convener, ...], Say("everyone", "texts")] = ()
    sections: Annotated[tuple[Section, ...], Say("everyone", "texts")] = ()
    # Sessions whose day belongs to another workshop; they stop publication.
    adrift: Annotated[tuple[Slot, ...], Say("members")] = ()
    cancelled: Annotated[tuple[ProgrammeDay, ...], PART] = ()  # rows that earlier releases had and this one has not
    belonged: Annotated[tuple[Belonged, ...], PART] = ()
    release: Annotated[int | None, PART] = None
    published_at: Annotated[dt.datetime | None, PART] = None
    note: Annotated[str, PART] = ""
    withdrawals: Annotated[int, PART] = 0  # how often something had been taken back when this was written
    withdrawn_at: Annotated[dt.datetime | None, PART] = None  # from this very tree, last; UTC
    shape: Annotated[int, PART] = 0  # of the stored tree (stored.py)
    audience: Annotated[Audience | None, PART] = None

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
        by_slug: dict[str, list[tuple[ProgrammeDay, Slot]]] = {}
        for entry in self.entries:
            slot = entry[1]
            for slug in dict.fromkeys(who.participant for who in slot.named if who.participant):
                by_slug.setdefault(slug, []).append(entry)
        return {slug: tuple(entries) for slug, entries in by_slug.items()}

    @property
    def sequence(self) -> int:
        """A number that grows with every release and every withdrawal (RFC 5545 3.8.7.4)."""
        return (self.release or 0) + self.withdrawals

    @property
    def standing(self) -> tuple[tuple[ProgrammeDay, Slot], ...]:
        """The rows whose content was not taken back: what calendars and schedule files tell."""
        return tuple((day, slot) for day, slot in self.entries if not slot.withdrawn)

    def cancelled_entry(self, code: str) -> tuple[ProgrammeDay, Slot] | None:
        """The row called `code` that this programme had once, with its day, or None."""
        return next(((day, slot) for day in self.cancelled for slot in day.slots if slot.code == code), None)

    def ever_of_axis(self, number: int) -> frozenset[str]:
        """The codes of all rows that axis `number` has or had; empty where it never had any."""
        now = {slot.code for _day, slot in self.of_axis(number)}
        return frozenset(now.union(*(one.codes for one in self.belonged if one.axis == number)))

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
        groups: list[tuple[Region | None, tuple[Participant, ...]]] = [
            (region, tuple(p for p in listed if p.region == region.id)) for region in self.regions
        ]
        known = {region.id for region in self.regions}
        groups.append((None, tuple(p for p in listed if p.region not in known)))
        return tuple(group for group in groups if group[1])

    @cached_property
    def translated(self) -> int:
        """How much of what the programme says is written in its language, in percent, rounded down.

        Counted by letters, so that a long text weighs what it is. Names of people, places and institutions are
        not counted: they are the same in every language.
        """
        content = [self.title, self.series, *(day.label for day in self.days)]
        content += [text for axis in self.axes for text in (axis.title, axis.description)]
        content += [text for section in self.sections for text in (section.title, section.body)]
        for _day, slot in self.entries:
            content += [slot.title, slot.description, *(item.text for item in slot.items if not item.participant)]
        total = sum(len(text.text) for text in content)
        own = sum(len(text.text) for text in content if text.lang == self.language)
        return 100 * own // total if total else 100

    @cached_property
    def listed(self) -> tuple[Participant, ...]:
        return tuple(p for p in self.participants if p.number is not None)


STRUCTS = (Item, Moderator, Slot, Belonged, ProgrammeDay, Axis, Logo, Participant, Region, Convener, Section, Programme)
for _struct in STRUCTS:
    declared(_struct)  # raises here, before anything is built, where a field does not say who sees it
