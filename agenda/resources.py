"""Sessions in spreadsheets: a row is a session, with its items and moderators as lines of its cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from agenda.programme import Slot
from agenda.programme.fields import column as column_of
from agenda.vocabulary import Kind, PartOfDay, Role, Visibility
from languages import CODES, SOURCE, column, spoken
from languages.spoken import name_of
from participants.models import Participant
from sheets import tables

from . import ties
from .models import Axis, Day, Item, Session, Workshop
from .notes import clock

WORKSHOP, DAY = "taller", "jornada"
CODE, START, END, PART_OF_DAY = (column_of(Slot, name) for name in ("code", "start", "end", "part_of_day"))
SPOKEN_IN, INTERPRETED = (column_of(Slot, name) for name in ("languages", "interpreted"))
KIND, AXIS, PART, VISIBILITY, PLACE = (
    column_of(Slot, name) for name in ("kind", "axis", "part", "visibility", "place")
)
TEXTS = tables.translated(column_of(Slot, "title"), "title")
TEXTS |= tables.translated(column_of(Slot, "description"), "description")
ITEMS = {f"{column_of(Slot, 'items')} [{language}]": language for language in CODES}
NAMED = f"{column_of(Slot, 'items')}: participante"
WHO = column_of(Slot, "moderators")
ROLE, PERSON, PARTICIPANT = f"{WHO}: función", f"{WHO}: persona", f"{WHO}: participante"
INSTITUTIONS = {f"{WHO}: institución [{language}]": language for language in CODES}


class SessionTable(tables.Table):
    """A row is found by its workshop and code; one without code is a new session. Rows left out stay as they are."""

    sheet = "Sesiones"
    model = Session
    key = (WORKSHOP, DAY)

    def columns(self) -> list[str]:
        return [
            WORKSHOP, CODE, DAY, START, END, PART_OF_DAY, KIND, AXIS, PART, VISIBILITY, PLACE, SPOKEN_IN, INTERPRETED,
            *TEXTS, *ITEMS, NAMED, ROLE, *INSTITUTIONS, PERSON, PARTICIPANT,
        ]  # fmt: skip

    def fields(self) -> dict[str, str]:
        return {
            **TEXTS, CODE: "code", DAY: "day", START: "start", END: "end", PART_OF_DAY: "part_of_day", KIND: "kind",
            AXIS: "axis", PART: "part", VISIBILITY: "visibility", PLACE: "place", SPOKEN_IN: "languages",
            INTERPRETED: "interpreted",
        }  # fmt: skip

    def queryset(self, rows: models.QuerySet) -> models.QuerySet:
        return (
            rows.select_related("workshop", "day", "axis")
            .prefetch_related("items__participant", "moderators__participant")
            .order_by("workshop", "day__date", "start", "pk")
        )

    def cells(self, thing: Session) -> dict[str, str]:
        items, people = thing.items.all(), thing.moderators.all()
        return {
            WORKSHOP: thing.workshop.slug,
            CODE: thing.code,
            DAY: f"{thing.day.date:%Y-%m-%d}",
            START: f"{thing.start:%H:%M}" if thing.start else "",
            END: f"{thing.end:%H:%M}" if thing.end else "",
            PART_OF_DAY: str(PartOfDay(thing.part_of_day).label) if thing.part_of_day else "",
            KIND: str(Kind(thing.kind).label),
            AXIS: str(thing.axis.number) if thing.axis else "",
            PART: "" if thing.part is None else str(thing.part),
            VISIBILITY: str(Visibility(thing.visibility).label),
            PLACE: thing.place,
            SPOKEN_IN: ", ".join(name_of(code, SOURCE) for code in thing.languages),
            INTERPRETED: ", ".join(name_of(code, SOURCE) for code in thing.interpreted),
            **{header: getattr(thing, field) or "" for header, field in TEXTS.items()},
            **{header: _lines(getattr(i, column("text", lang)) for i in items) for header, lang in ITEMS.items()},
            NAMED: _lines(i.participant.slug if i.participant else "" for i in items),
            ROLE: _lines(str(Role(m.role).label) for m in people),
            **{
                header: _lines(getattr(m, column("institution", lang)) for m in people)
                for header, lang in INSTITUTIONS.items()
            },
            PERSON: _lines(m.person for m in people),
            PARTICIPANT: _lines(m.participant.slug if m.participant else "" for m in people),
        }

    def prepare(self) -> None:
        mine = Workshop.objects.all() if self.workshops is None else Workshop.objects.filter(pk__in=self.workshops)
        self.known = {workshop.slug: workshop for workshop in mine}
        self.days = {(day.workshop_id, day.date): day for day in Day.objects.select_related("workshop")}
        self.axes = {(axis.workshop_id, axis.number): axis for axis in Axis.objects.select_related("workshop")}
        self.participants = {participant.slug: participant for participant in Participant.objects.all()}
        sessions = Session.objects.select_related("day__workshop", "axis", "workshop").prefetch_related(
            "items", "moderators"
        )
        self.names: dict[int, dict[str, Participant | None]] = {}
        self.sessions = {(thing.workshop_id, thing.code): thing for thing in sessions}

    def take(self, row: tables.Reader) -> tuple[Session, bool]:
        workshop = self.known.get(row.text(WORKSHOP))
        if workshop is None:
            known = ", ".join(self.known)
            row.fail(
                WORKSHOP,
                _("There is no workshop “%(slug)s”; there are: %(known)s.")
                % {"slug": row.text(WORKSHOP), "known": known},
            )
            raise tables.BadCell
        session = self.sessions.get((workshop.pk, row.text(CODE))) if row.text(CODE) else None
        session = session or Session(code=row.text(CODE))
        created = session.pk is None
        values = self.values(row, workshop)
        if session.pk and "day" in values and values["day"] == session.day:
            values.pop("day")
        row.stop_where_failed()
        if tables.put(session, values) or created:
            session.full_clean()
            session.save()
            self.sessions[workshop.pk, session.code] = session
        self.take_items(row, session)
        self.take_moderators(row, session)
        return session, created

    def values(self, row: tables.Reader, workshop: Workshop) -> dict[str, Any]:
        values: dict[str, Any] = {field: row.text(header) for header, field in TEXTS.items() if row.has(header)}
        values["day"] = self.day(row, workshop)
        for header, field, read in ((START, "start", read_time), (END, "end", clock.read_end)):
            if row.has(header):
                values[field] = row.time(header, read)
        if row.has(PART_OF_DAY):
            values["part_of_day"] = row.choice(PART_OF_DAY, PartOfDay, "")
        if row.has(KIND):
            values["kind"] = row.choice(KIND, Kind, Kind.SESSION)
        if row.text(VISIBILITY):  # what is not said opens nothing: it stays as it was, and a new session is for members
            values["visibility"] = row.choice(VISIBILITY, Visibility, Visibility.MEMBERS)
        if row.has(AXIS):
            values["axis"] = self.axis(row, workshop)
        if row.has(PART):
            values["part"] = row.number(PART)
        if row.has(PLACE):
            values["place"] = row.text(PLACE)
        for header, field in ((SPOKEN_IN, "languages"), (INTERPRETED, "interpreted")):
            if row.has(header):
                values[field] = self.spoken(row, header)
        return values

    def spoken(self, row: tables.Reader, header: str) -> list[str]:
        """The codes of languages, written as names in any language of the site or as codes, comma-separated."""
        codes = []
        for name in filter(None, map(str.strip, row.text(header).replace(";", ",").split(","))):
            code = spoken.read(name)
            if code is None:
                known = ", ".join(name_of(known, SOURCE) for known in spoken.SPOKEN)
                row.fail(header, _("“%(text)s” is none of: %(labels)s.") % {"text": name, "labels": known})
            elif code not in codes:
                codes.append(code)
        return codes

    def day(self, row: tables.Reader, workshop: Workshop) -> Day:
        date = row.date(DAY)
        day = self.days.get((workshop.pk, date)) if date else None
        if day is None:
            if date:
                known = ", ".join(f"{d:%Y-%m-%d}" for pk, d in self.days if pk == workshop.pk)
                row.fail(
                    DAY,
                    _("The workshop has no day %(date)s; it has: %(known)s.")
                    % {"date": f"{date:%Y-%m-%d}", "known": known},
                )
            raise tables.BadCell
        return day

    def axis(self, row: tables.Reader, workshop: Workshop) -> Axis | None:
        number = row.number(AXIS)
        if number is None:
            return None
        axis = self.axes.get((workshop.pk, number))
        if axis is None:
            known = ", ".join(str(n) for pk, n in self.axes if pk == workshop.pk) or "—"
            row.fail(
                AXIS,
                _("The workshop has no axis %(number)d; it has: %(known)s.") % {"number": number, "known": known},
            )
        return axis

    def take_items(self, row: tables.Reader, session: Session) -> None:
        given = {language: row.lines(header) for header, language in ITEMS.items() if row.has(header)}
        source = session.workshop.source
        if source not in given:
            return
        slugs = row.lines(NAMED) if row.has(NAMED) else []
        own = next(header for header, language in ITEMS.items() if language == source)
        for header, lines in [
            *((header, given.get(language, [])) for header, language in ITEMS.items()),
            (NAMED, slugs),
        ]:
            if len(lines) > len(given[source]):
                row.fail(header, _("There are more lines here than in “%(column)s”.") % {"column": own})
        rows: list[dict[str, Any]] = [
            {column("text", language): lines[place] if place < len(lines) else "" for language, lines in given.items()}
            for place, text in enumerate(given[source])
        ]
        if not all(values[column("text", source)] for values in rows):
            row.fail(own, _("An item is empty: an empty line stands between the others."))
        if row.has(NAMED):
            for place, values in enumerate(rows):
                values["participant"] = self.participant(row, slugs[place] if place < len(slugs) else "", NAMED)
        row.stop_where_failed()
        says_whom = row.has(NAMED)
        tables.replace_children(session.items, rows, lambda item: self.tie(item, session.workshop, says_whom))

    def tie(self, item: Item, workshop: Workshop, says_whom: bool) -> None:
        """An item that is just a participant's name names that participant, unless the sheet says whom it names."""
        if item.participant_id is None if item.pk is None else not says_whom:
            if workshop.pk not in self.names:
                self.names[workshop.pk] = ties.names(workshop)
            ties.tie([item], self.names[workshop.pk], workshop.source)

    def take_moderators(self, row: tables.Reader, session: Session) -> None:
        if not row.has(ROLE):
            return
        roles = row.lines(ROLE)
        names = {language: row.lines(header) for header, language in INSTITUTIONS.items() if row.has(header)}
        others = {"person": row.lines(PERSON) if row.has(PERSON) else None}
        slugs = row.lines(PARTICIPANT) if row.has(PARTICIPANT) else None
        rows = []
        for place, text in enumerate(roles):
            values: dict[str, Any] = {"role": self.role(row, text)}
            for language, lines in names.items():
                values[column("institution", language)] = lines[place] if place < len(lines) else ""
            if others["person"] is not None:
                values["person"] = others["person"][place] if place < len(others["person"]) else ""
            if slugs is not None:
                values["participant"] = self.participant(row, slugs[place] if place < len(slugs) else "")
            rows.append(values)
        longest = max([0, *(len(lines) for lines in (*names.values(), others["person"] or (), slugs or ()))])
        if longest > len(roles):
            row.fail(
                ROLE,
                _("Each line needs its part: %(labels)s.") % {"labels": ", ".join(str(r.label) for r in Role)},
            )
        row.stop_where_failed()
        tables.replace_children(session.moderators, rows)

    def role(self, row: tables.Reader, text: str) -> str:
        single = tables.Reader(tables.Row(row.row.number, {ROLE: text}), row.problems)
        return single.choice(ROLE, Role, Role.MODERATES)

    def participant(self, row: tables.Reader, slug: str, header: str = PARTICIPANT) -> Participant | None:
        if slug and slug not in self.participants:
            row.fail(header, _("There is no participant with the address “%(slug)s”.") % {"slug": slug})
        return self.participants.get(slug)


def _lines(texts: Any) -> str:
    """One line a text; trailing empty lines are left out only where all are empty."""
    lines = [text or "" for text in texts]
    return "\n".join(lines) if any(lines) else ""


def read_time(text: str) -> dt.time | None:
    """A time as people write it: 09:30, 9h30, 9.30."""
    times = clock.read(text)
    return times.start if times and not times.end and not times.rest else None
