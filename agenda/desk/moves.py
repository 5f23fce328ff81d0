"""What is done to sessions on the timetable, on the board as in the table: moved, added, doubled, deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.models import Day, Session, Workshop
from agenda.models.codes import fresh_code
from agenda.models.revision import lock
from agenda.notes.clock import read_end
from agenda.notes.rows import kind
from agenda.vocabulary import Visibility
from edits.models import Edit, Way, key_of
from edits.recording import acting
from languages import SOURCE, clock, column, name_key
from languages.clocks import DAY, EARLY, LATE


class Meanwhile(Exception):
    """Somebody else changed the session since it was opened; the text says who and how it is now."""


class Place(msgspec.Struct, frozen=True):
    """Where a session stands: its day, its times by the venue's clock, its room."""

    date: dt.date
    start: dt.time | None
    end: dt.time | None
    place: str = ""

    @classmethod
    def of(cls, session: Session) -> Place:
        """Where `session` stands now."""
        return cls(session.day.date, session.start, session.end, session.place)

    def seen(self, name: str) -> Any:
        """A field as it is compared: a room however it is spelt, a time to the minute, as a page shows it."""
        value = getattr(self, name)
        if isinstance(value, dt.time):
            return value.replace(second=0, microsecond=0)
        return name_key(value) if name == "place" else value

    def written(self) -> str:
        """As it stands in a page, for read()."""
        times = [f"{time:%H:%M}" if time else "" for time in (self.start, self.end)]
        return "|".join([self.date.isoformat(), *times, self.place])

    @classmethod
    def read(cls, text: str) -> Place:
        """What written() wrote. Raises ValueError for anything else."""
        date, start, end, place = text.split("|", 3)
        return cls(dt.date.fromisoformat(date), _iso(start), _iso(end), place)


def _iso(text: str) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def read_time(text: str) -> dt.time | None:
    """A time as people type it: 930, 9, 9:30, 9h30, 24:00. None for nothing. Raises ValueError for what is none."""
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        hour, minute = (int(text), 0) if len(text) <= 2 else (int(text[:-2]), int(text[-2:]))
        return dt.time(0) if (hour, minute) == (24, 0) else dt.time(hour, minute)
    found = read_end(text)
    if found is None:
        raise ValueError(text)
    return found


def at(minutes: int) -> dt.time:
    """Minutes from a midnight, of the next day's too, as a time of the clock."""
    return dt.time(minutes % DAY // 60, minutes % 60)


@contextmanager
def together(workshop: Workshop, way: Way = Way.BOARD) -> Iterator[None]:
    """What is done within is one edit; nobody else changes the workshop meanwhile."""
    with transaction.atomic(), acting(way):
        lock(workshop.pk)
        yield


def session_of(workshop: Workshop, code: str) -> Session:
    """The session called `code`. Raises Meanwhile where it is gone."""
    row = workshop.sessions.select_related("day", "workshop").filter(code=code).first()
    if row is None:
        raise Meanwhile(_("Somebody has deleted this session meanwhile."))
    return row


def move(workshop: Workshop, code: str, was: Place, to: Place) -> Session:
    """Let a session stand elsewhere: what differs between `was` and `to` is changed, what others changed besides stays.

    Raises Meanwhile where somebody else changed just that, ValidationError where it cannot stand there.
    """
    row = session_of(workshop, code)
    now = Place.of(row)
    names = [name for name in Place.__struct_fields__ if was.seen(name) != to.seen(name)]
    disputed = [name for name in names if now.seen(name) not in (was.seen(name), to.seen(name))]
    if disputed:
        last = Edit.objects.about(key_of(row)).order_by("-pk").first()
        values = {"who": (last.by_name if last else "") or _("Somebody"), "title": row, "now": said(now)}
        raise Meanwhile(_("%(who)s moved “%(title)s” meanwhile: it is %(now)s now. Nothing was changed.") % values)
    if "date" in names:
        row.day = day_of(workshop, to.date)
    if "start" in names:
        row.start = to.start
        row.part_of_day = "" if to.start else row.part_of_day
    if "end" in names:
        row.end = to.end
    if "place" in names:
        row.place = to.place
    row.full_clean()
    row.save()
    return row


def said(place: Place) -> str:
    """Where a session stands, in words: «10:00–11:00, Sala A»."""
    language = get_language() or SOURCE
    times = "–".join(clock(time, language) for time in (place.start, place.end) if time)
    return ", ".join(filter(None, [times, place.place]))


def day_of(workshop: Workshop, date: dt.date) -> Day:
    """The day of the workshop at `date`. Raises ValidationError where it has none."""
    found = workshop.days.filter(date=date).first()
    if found is None:
        raise ValidationError(_("The workshop has no such day."))
    return found


def add(workshop: Workshop, to: Place, title: str) -> Session:
    """A new session, for everyone. Raises ValidationError where it cannot stand there, or says nothing."""
    day = day_of(workshop, to.date)
    part = "" if to.start else "morning"
    made = Session(
        day=day, start=to.start, end=to.end, place=to.place, kind=kind(title), part_of_day=part,
        visibility=Visibility.EVERYONE, **{column("title", workshop.source): title},
    )  # fmt: skip
    made.full_clean()
    made.save()
    return made


def double(workshop: Workshop, code: str) -> Session:
    """The same session once more, right after itself, with its items and people and a code of its own."""
    row = session_of(workshop, code)
    parts: list[Any] = [*row.items.all(), *row.moderators.all()]
    if row.start and row.end and row.end > row.start:
        length = _length(row.start, row.end)
        start = row.end
        row.start, row.end = start, at(start.hour * 60 + start.minute + length)
        if not (row.end > row.start or (row.start >= LATE and row.end <= EARLY)):
            row.end = None
    row.pk, row.code = None, ""
    row._state.adding = True
    row.full_clean()
    row.save()
    for one in parts:
        one.pk, one.session, one.code = None, row, fresh_code()
        one._state.adding = True
        one.save()
    return row


def _length(start: dt.time, end: dt.time) -> int:
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return minutes if minutes > 0 else minutes + DAY


def delete(workshop: Workshop, code: str) -> str:
    """Delete a session: how it was called. It waits in the bin."""
    row = session_of(workshop, code)
    name = str(row)
    row.delete()
    return name


def messages_of(error: ValidationError) -> str:
    """What a refused row says, in one line."""
    return " ".join(dict.fromkeys(error.messages))
