"""What a note says -> the rows of the draft.

What a note says is kept with the workshop, field by field. The next note changes only the fields in which it
says something else than the last one did: what the organiser corrected, translated or added by hand stays. What it
gives up goes where it was understood (extent.py) and nobody has worked on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from agenda import ties
from agenda.models import Attendance, Axis, Convener, Day, Section, Session, Workshop
from agenda.models.codes import mint, mint_part, reserved
from agenda.vocabulary import Visibility
from languages import column, name_key
from participants import gazetteer
from participants.models import Participant, Region

from . import children, places
from .document import NoteError
from .extent import Extent
from .given_up import GivenUp, alike, is_as_said
from .matching import match, next_key
from .outline import Outline
from .replacing import give_way
from .rows import Entry

M = TypeVar("M", bound=models.Model)

Facts = dict[str, dict[str, Any]]
# Who sees a row, from the fewest to the most.
WIDTH = {Visibility.MEMBERS: 0, Visibility.LISTED: 1, Visibility.EVERYONE: 2}


@contextmanager
def said_at(line: int, what: str) -> Iterator[None]:
    """Turns a rule that a row breaks into a NoteError that names the line and the words of the note."""
    try:
        yield
    except ValidationError as error:
        text = _("Line %(line)d, “%(what)s”: %(why)s")
        raise NoteError(text % {"line": line, "what": what[:80], "why": first_message(error)}) from error


def first_message(error: ValidationError) -> str:
    """The first sentence of a ValidationError, with the field that it is about."""
    if hasattr(error, "error_dict"):
        field, errors = next(iter(error.message_dict.items()))
        return f"{field}: {errors[0]}" if field != "__all__" else errors[0]
    return error.messages[0]


class Loader:
    """One reading of `outline`, whose days have the dates `days`, into `workshop`. run() writes it."""

    def __init__(
        self, workshop: Workshop, outline: Outline, days: list[dt.date], may_change: Callable[[Participant], bool]
    ) -> None:
        self.may_change = may_change
        self.workshop = workshop
        self.outline = outline
        self.dates = days
        self.old: Facts = workshop.note or {}
        self.names: dict[str, Participant | None] = {}
        self.facts: Facts = {}
        self.people: dict[str, Participant] = {}
        self.going: list[str] = []
        self.replaced: list[str] = []
        self.kept: list[str] = []
        self.lines: dict[str, int] = {}  # the keys of what this note says -> where
        self.given_up = GivenUp(self)
        self.extent = Extent((), {}, ())
        self.reserved = reserved(workshop.pk) if workshop.pk else set()

    def column(self, field: str) -> str:
        """The column of `field` in the language that the workshop is written in: a note speaks that."""
        return column(field, self.workshop.source)

    def run(self) -> None:
        self.load_workshop()
        self.load_participants()
        self.load_conveners()
        self.names = ties.names(self.workshop)
        self.load_axes()
        self.load_sections()
        days = self.load_days()
        self.load_sessions(days)
        self.remove_days()
        self.given_up.settle()
        self.facts["order"] = {"keys": sorted(self.lines, key=lambda key: self.lines[key])}
        if self.workshop.note != self.facts:
            self.workshop.note = self.facts
            self.workshop.save(update_fields=["note"])

    def remove(self, rows: Iterable[models.Model], of: str = "") -> None:
        """Delete `rows` and remember that they went; `of` says of what they were a part."""
        for row in list(rows):
            self.going.append(f"{row._meta.verbose_name}: {row}" + (f" ({of})" if of else ""))
            row.delete()

    def removed(self, key: str, row: models.Model | None) -> bool:
        """Whether the organiser took away by hand (or renamed, or moved) what the last note said under `key`."""
        return key in self.old and (row is None or row.pk is None)

    def put(self, key: str, row: M, values: dict[str, Any], fixed: bool = False, line: int = 0) -> M | None:
        """Set on `row` what the note says anew under `key`, and save it where something changed.

        Values are compared as the JSON that the workshop keeps. With `fixed`, a row that exists stays as it is.
        What the organiser corrected stays, and what they took away by hand stays away: None. `line` is where the note
        says it.
        """
        plain = msgspec.to_builtins(values)
        self.facts[key] = plain
        if line:
            self.lines[key] = line
        if self.removed(key, row):
            return None
        known = self.old.get(key, {})
        changed = row.pk is None
        if row.pk is None or not fixed:
            for field, value in values.items():
                if field in known and known[field] == plain[field]:
                    continue
                before = getattr(row, field) or ""
                if before != (value or ""):
                    if row.pk and field in known and not alike(msgspec.to_builtins(before), known[field]):
                        self.tell_corrected(row, field, before, value)
                        continue
                    if row.pk and isinstance(before, str) and before:
                        self.replaced.append(give_way(row, field, before, value or ""))
                    setattr(row, field, value)
                    changed = True
        if changed:
            row.full_clean()
            row.save()
        return row

    def tell_corrected(self, row: models.Model, field: str, before: Any, value: Any) -> None:
        """Say that a field stays as somebody corrected it, though the note says something else by now."""
        text = _("“%(row)s” stays as you corrected it, %(field)s “%(before)s”; the note says “%(note)s” now.")
        label = row._meta.get_field(field).verbose_name  # type: ignore[union-attr]
        self.kept.append(text % {"row": row, "field": label, "before": before, "note": value or ""})

    def load_workshop(self) -> None:
        outline = self.outline
        country, zone = places.locate(outline.city)
        values: dict[str, Any] = {
            self.column("series"): outline.series, "number": outline.number,
            self.column("title"): outline.title or outline.series,
            self.column("city"): outline.city,
            "country": country,
            self.column("venue"): outline.venue,
            "address": outline.address,
        }  # fmt: skip
        if zone:
            values["timezone"] = zone
        if place := gazetteer.where(outline.city, country):
            values["latitude"], values["longitude"] = place
        is_new = self.workshop.pk is None  # of one that is there, what the note's head does not say stays
        self.put("workshop", self.workshop, {name: value for name, value in values.items() if value or is_new})

    def load_participants(self) -> None:
        regions: dict[str, Region | None] = {"": None}
        for place, name in enumerate(dict.fromkeys(p.region for p in self.outline.participants if p.region), 1):
            region = Region.objects.called(name).first() or Region(name_es=name, order=place)
            regions[name] = self.put(f"region:{name}", region, {"name_es": name}, fixed=True)
        attending = {a.participant_id: a for a in self.workshop.attendances.select_related("participant__region")}
        kept = set()
        for entry in self.outline.participants:
            key = f"attendance:{entry.region}/{entry.name}"
            with said_at(entry.line, entry.name):
                person = self.find(entry.name, regions[entry.region], anywhere=key in self.old)
                self.lines[key] = entry.line
                if self.removed(key, attending.get(person.pk) if person else None):
                    self.facts[key] = {"number": entry.number}
                    continue
                person = person or self.make(entry.name, region=regions[entry.region])
                row = attending.get(person.pk) or Attendance(workshop=self.workshop, participant=person)
                self.put(key, row, {"number": entry.number})
            attending[person.pk] = row
            kept.add(row.pk)
        gone = set(self.gone("attendance"))
        for row in attending.values():
            where = row.participant.region.name_es if row.participant.region else ""
            if row.pk not in kept and (name := f"{where}/{row.participant.name_es}") in gone:
                self.given_up.add(f"attendance:{name}", row)

    def find(self, name: str, region: Region | None = None, anywhere: bool = False) -> Participant | None:
        """The participant called `name`; the region decides between two of one name, unless `anywhere` will do."""
        participant = self.people.get(name_key(name))
        if participant is None or (region is not None and not anywhere and participant.region_id != region.pk):
            rows = Participant.objects.called(name)
            participant = rows.filter(region=region).first() or (rows.first() if region is None or anywhere else None)
        return self.known(participant, name) if participant else None

    def make(self, name: str, full_name: str = "", region: Region | None = None) -> Participant:
        """A new participant called `name`, of the kind and country that its name tells."""
        kind, country = gazetteer.describe(name, full_name)
        participant = Participant(name_es=name, full_name_es=full_name, region=region, kind=kind, country=country)
        participant.latitude, participant.longitude = gazetteer.where(name, country) or (None, None)
        participant.full_clean()
        participant.save()
        return self.known(participant, name)

    def known(self, participant: Participant, name: str) -> Participant:
        self.people[name_key(name)] = participant
        if participant.full_name_es:
            self.people.setdefault(name_key(participant.full_name_es), participant)
        return participant

    def load_conveners(self) -> None:
        existing = {(c.participant_id, c.role): c for c in self.workshop.conveners.all()}
        kept = set()
        for position, entry in enumerate(self.outline.conveners, 1):
            key = f"convener:{entry.role}/{entry.name}"
            values = {self.column("led_by"): entry.led_by, "position": position}
            person = self.find(entry.name)
            if self.removed(key, existing.get((person.pk, entry.role)) if person else None):
                self.facts[key] = values
                continue
            person = person or self.make(entry.name, entry.full)
            if entry.full and not person.full_name_es and self.may_change(person):
                person.full_name_es = entry.full
                person.save()
                self.known(person, entry.name)
            row = existing.get((person.pk, entry.role)) or Convener(
                workshop=self.workshop, participant=person, role=entry.role
            )
            self.put(key, row, values, line=1)
            existing[person.pk, entry.role] = row
            kept.add(row.pk)
        for key in self.gone("convener"):
            role, _slash, name = key.partition("/")
            rows = self.workshop.conveners.filter(role=role, participant__name_es=name).exclude(pk__in=kept)
            for row in rows:
                self.given_up.add(f"convener:{key}", row)

    def load_axes(self) -> None:
        existing = {axis.number: axis for axis in self.workshop.axes.all()}
        for entry in self.outline.axes:
            row = existing.get(entry.number) or Axis(workshop=self.workshop, number=entry.number)
            with said_at(entry.line, entry.title):
                self.put(
                    f"axis:{entry.number}",
                    row,
                    {self.column("title"): entry.title, self.column("description"): entry.description},
                    line=entry.line,
                )
        rows = self.workshop.axes.filter(number__in=self.gone("axis"))
        for row in rows:
            self.given_up.add(f"axis:{row.number}", row)

    def load_sections(self) -> None:
        existing: dict[str, Section] = {}
        taken = set(self.workshop.sections.values_list("code", flat=True)) if self.workshop.pk else set()
        for section in self.workshop.sections.all():
            existing[next_key(section.kind, existing)] = section
        seen: dict[str, None] = {}
        for position, entry in enumerate(self.outline.sections, 1):
            key = next_key(entry.kind, seen)
            seen[key] = None
            row = existing.get(key) or Section(
                workshop=self.workshop, kind=entry.kind, code=mint_part(f"{self.workshop.slug}/{key}", taken)
            )
            title = entry.heading.capitalize() if entry.heading.isupper() else entry.heading
            self.put(
                f"section:{key}",
                row,
                {self.column("title"): title, self.column("body"): entry.body, "position": position},
                line=entry.line,
            )
        for key in self.gone("section"):
            if key in existing:
                self.given_up.add(f"section:{key}", existing[key])

    def load_days(self) -> list[Day | None]:
        existing = {day.date: day for day in self.workshop.days.all()}
        days: list[Day | None] = []
        for date, entry in zip(self.dates, self.outline.days, strict=True):
            row = existing.get(date) or Day(workshop=self.workshop, date=date)
            values = {self.column("label"): entry.heading.remark, "optional": entry.heading.optional}
            with said_at(entry.heading.line, entry.heading.label):
                days.append(self.put(f"day:{date:%Y-%m-%d}", row, values, line=entry.heading.line))
        return days

    def remove_days(self) -> None:
        # A day that the note gave up goes, unless the organiser has put sessions of their own there.
        for date in self.gone("day"):
            rows = self.workshop.days.filter(date=date)
            for row in rows:
                if not self.given_up.keeps_sessions_of(row):
                    self.given_up.add(f"day:{date}", row)

    def load_sessions(self, days: list[Day | None]) -> None:
        axes = {axis.number: axis for axis in self.workshop.axes.all()}
        rows = {session.code: session for session in self.workshop.sessions.select_related("day")}
        entries = [
            (date, day, entry)
            for date, day, outline in zip(self.dates, days, self.outline.days, strict=True)
            for entry in outline.entries
        ]
        codes = match(self.old, [(date, entry) for date, _day, entry in entries], rows, self.workshop.source)
        lines = dict(self.lines)
        for (_date, _day, entry), code in zip(entries, codes, strict=True):
            if code:
                lines[f"session:{code}"] = entry.line
        left = [remark.line for remark in self.outline.left]
        self.extent = Extent(self.old.get("order", {}).get("keys", ()), lines, left)
        for (date, day, entry), code in zip(entries, codes, strict=True):
            with said_at(entry.line, entry.title):
                self.load_session(date, day, entry, code, rows, axes.get(entry.axis or 0))
        going = self.workshop.sessions.filter(code__in=self.gone("session")).select_related("day")
        for row in going:
            self.given_up.add(f"session:{row.code}", row)

    def load_session(
        self,
        date: dt.date,
        day: Day | None,
        entry: Entry,
        code: str | None,
        rows: dict[str, Session],
        axis: Axis | None,
    ) -> None:
        values: dict[str, Any] = {
            "start": entry.start, "end": entry.end, "part_of_day": entry.part_of_day, "kind": entry.kind,
            "part": entry.part, self.column("title"): entry.title, "visibility": entry.visibility,
            "languages": list(entry.languages), "interpreted": list(entry.interpreted),
        }  # fmt: skip
        facts = _session_facts(date, entry)
        if (code and code not in rows) or (not code and day is None):
            # Taken away by hand, or its whole day was: it stays away, and the note's word is remembered.
            if code:
                self.facts[f"session:{code}"] = msgspec.to_builtins(values) | facts
                self.lines[f"session:{code}"] = entry.line
            return
        session = rows[code] if code else Session(day=day)
        if code and WIDTH[Visibility(entry.visibility)] > WIDTH[Visibility(session.visibility)]:
            # A note that no longer says «members only» has not said «everyone».
            values["visibility"] = session.visibility
            if self.old.get(f"session:{code}", {}).get("visibility") != entry.visibility:
                text = _("“%(title)s” stays as it is, “%(visibility)s”: open it by hand if the note means that.")
                self.kept.append(
                    text % {"title": session.title_in_source(), "visibility": session.get_visibility_display()}
                )
        known = self.old.get(f"session:{code}", {}) if code else {}
        where = (session.day_id, session.axis_id)
        if known.get("day") != facts["day"] and day is not None and is_as_said(self, session, "day", known):
            session.day = day
        if known.get("axis") != entry.axis and is_as_said(self, session, "axis", known):
            session.axis = axis
        if code is None:
            taken = {*rows, *(key.partition(":")[2] for key in self.facts), *self.reserved}
            session.code = code = mint(f"{self.workshop.slug}/{date}/{entry.start}/{entry.title}", taken)
        elif (session.day_id, session.axis_id) != where:
            session.save(update_fields=["day", "axis"])
        self.put(f"session:{code}", session, values, line=entry.line)
        said = self.facts[f"session:{code}"]
        said |= facts
        is_whole = self.extent.is_whole(entry.line)
        for name, put in (("item", children.put_items), ("carrier", children.put_moderators)):
            if known.get(f"{name}s") != facts[f"{name}s"]:
                said[f"{name}_codes"] = put(session, entry, known, self, is_whole)
            elif f"{name}_codes" in known:
                said[f"{name}_codes"] = known[f"{name}_codes"]

    def gone(self, kind: str) -> list[str]:
        """The keys of `kind` that the last note had and this one has not, without the kind."""
        prefix = f"{kind}:"
        return [key.removeprefix(prefix) for key in self.old if key.startswith(prefix) and key not in self.facts]

    def resolve(self, name: str) -> Participant | None:
        """The participant that a name in the agenda means: «Coordinación General AL-LAs» is «CG AL-LAs»."""
        words = name.split()
        spellings = [name]
        for length in range(2, len(words)):
            spellings.append(" ".join(["".join(word[0] for word in words[:length]), *words[length:]]))
        if len(words) > 1:
            spellings.append(" ".join(words[:-1]))
        return next((self.people[key] for s in spellings if (key := name_key(s)) in self.people), None)


def _session_facts(date: dt.date, entry: Entry) -> dict[str, Any]:
    return {
        "day": f"{date:%Y-%m-%d}",
        "axis": entry.axis,
        "visibility": entry.visibility,
        "items": list(entry.items),
        "carriers": [[carrier.role, carrier.name] for carrier in entry.carriers],
    }
