"""The timetable as a plain table: times and rooms typed in place, several sessions changed at once. Needs no script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.clashes import Clash
from agenda.notes import clock as times
from agenda.programme import ProgrammeDay, Slot
from edits.models import Way
from languages import clock
from languages.clocks import minutes

from . import board, moves
from .bench import Desk, workshop_at
from .moves import Place
from .several import Several
from .timetable import by_code, day_at

NEW = 3  # empty rows
LONGEST = 300  # lines that are pasted at once


class Typed(msgspec.Struct):
    """A row of the table: what stands in its boxes, what is wrong with them, what its session is."""

    name: str  # of its boxes; a session's code, or a number for a new row
    start: str = ""
    end: str = ""
    place: str = ""
    title: str = ""
    was: str = ""
    slot: Slot | None = None
    pk: int = 0
    errors: dict[str, str] = {}
    found: list[Clash] = []
    chosen: bool = False


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """The table of ?dia=DATE; POST saves it, all or nothing, or changes the chosen ones."""
    workshop = workshop_at(request, slug)
    desk = Desk(request, workshop)
    day = day_at(desk, request.GET.get("dia", ""))
    rows = rows_of(desk, day) if day else []
    pasted = ""
    if request.method == "POST":
        if not desk.may_edit:
            raise PermissionDenied
        pasted = request.POST.get("pegado", "")
        if day and request.GET.get("dia", day.date.isoformat()) != day.date.isoformat():
            messages.error(request, _("Nothing was saved: the workshop no longer has that day."))
        elif day and _do(request, desk, day, rows):
            return HttpResponseRedirect(f"{desk.address('timetable_table')}?dia={day.date.isoformat()}")
    return desk.page(
        site, "table", _("Timetable"), day=day, rows=rows, several=Several(desk), pasted=pasted,
        days=[(one, board.date_said(one), one.date.isoformat()) for one in desk.draft.days],
        places=sorted({slot.place for _day, slot in desk.draft.entries if slot.place}),
    )  # fmt: skip


def rows_of(desk: Desk, day: ProgrammeDay) -> list[Typed]:
    """The rows of `day` as they stand, and empty ones for new sessions."""
    keys = dict(desk.workshop.sessions.filter(day__date=day.date).values_list("code", "pk"))
    found = by_code(desk.review.clashes)
    language = desk.draft.language
    rows = [
        Typed(
            slot.code, _said(slot.start, language), _said(slot.end, language), slot.place, "",
            Place(day.date, slot.start, slot.end, slot.place).written(), slot, keys[slot.code],
            found=found.get(slot.code, []),
        )
        for slot in day.slots if slot.code in keys
    ]  # fmt: skip
    return rows + [Typed(f"nueva{n}") for n in range(NEW)] if desk.may_edit else rows


def _said(time: dt.time | None, language: str) -> str:
    return clock(time, language) if time else ""


# --- saving ---


def _do(request: HttpRequest, desk: Desk, day: ProgrammeDay, rows: list[Typed]) -> bool:
    """Do what was asked; False where the page is to come back with what was typed and what is wrong with it."""
    chosen = request.POST.getlist("s")
    for row in rows:
        row.chosen = row.name in chosen
    several = Several(desk)
    if several.is_asked(request.POST):
        if not _save(request, desk, day, rows, is_quiet=True):  # what was typed besides is saved first
            return False
        try:
            messages.success(request, several.do(request.POST, chosen))
        except ValidationError as error:
            messages.error(request, moves.messages_of(error))
            return False
        return True
    return _save(request, desk, day, rows)


def _save(request: HttpRequest, desk: Desk, day: ProgrammeDay, rows: list[Typed], is_quiet: bool = False) -> bool:
    data = request.POST
    done = 0
    known = {row.name for row in rows}
    if gone := [name for name in data if name.startswith("w-") and name[2:] not in known]:
        text = ngettext(
            "Nothing was saved: somebody has moved or deleted %(count)d session of this table meanwhile.",
            "Nothing was saved: somebody has moved or deleted %(count)d sessions of this table meanwhile.",
            len(gone),
        )
        _keep(rows, data)
        messages.error(request, text % {"count": len(gone)})
        return False
    try:
        with moves.together(desk.workshop, Way.BOARD):
            last: dt.time | None = None
            for row in rows:
                done += _typed(desk, day, row, data, last)
                last = _end(row) or last
            done += _pasted(desk, day, data.get("pegado", ""))
            if any(row.errors for row in rows):
                raise _Undone
    except _Undone:
        messages.error(request, _("Nothing was saved yet: look at what is marked."))
        return False
    except ValidationError as error:
        messages.error(request, moves.messages_of(error))
        return False
    if is_quiet and not done:
        return True
    if done:
        said = ngettext("%(count)d session was saved.", "%(count)d sessions were saved.", done) % {"count": done}
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing was changed."))
    return True


def _keep(rows: list[Typed], data: Mapping[str, str]) -> None:
    """Let the rows show what was typed."""
    for row in rows:
        for box, field in (("i", "start"), ("f", "end"), ("l", "place"), ("t", "title")):
            setattr(row, field, data.get(f"{box}-{row.name}", getattr(row, field)))


class _Undone(Exception):
    """Something is wrong: what was done of the table is taken back."""


def _typed(desk: Desk, day: ProgrammeDay, row: Typed, data: Mapping[str, str], last: dt.time | None) -> int:
    """Do what was typed in `row`: 1 where it changed something. What is wrong with it is written into it."""
    row.start, row.end, row.place, row.title = (
        data.get(f"{box}-{row.name}", getattr(row, field)).strip()
        for box, field in (("i", "start"), ("f", "end"), ("l", "place"), ("t", "title"))
    )
    row.errors = {}
    read = {}
    for field in ("start", "end"):
        try:
            read[field] = moves.read_time(getattr(row, field))
        except ValueError:
            text = _("“%(text)s” is no time such as 9:30 or 930.")
            row.errors[field] = text % {"text": getattr(row, field)}
    if row.errors:
        return 0
    try:
        if row.slot is None:
            if not (row.title or row.start or row.end):
                return 0
            start = read["start"] or last  # a new row begins where the one before ends
            moves.add(desk.workshop, Place(day.date, start, read["end"], row.place), row.title)
            return 1
        try:
            was = Place.read(data.get(f"w-{row.name}", ""))
        except ValueError:
            was = Place.read(row.was)
        to = Place(was.date, read["start"], read["end"], row.place)
        if to == was:
            return 0
        moves.move(desk.workshop, row.name, was, to)
        return 1
    except moves.Meanwhile as error:
        row.errors["start"] = str(error)
    except ValidationError as error:
        field = "end" if "end" in getattr(error, "message_dict", {}) else "title" if row.slot is None else "start"
        row.errors[field] = moves.messages_of(error)
    return 0


def _end(row: Typed) -> dt.time | None:
    try:
        return moves.read_time(row.end) or moves.read_time(row.start)
    except ValueError:
        return None


def _pasted(desk: Desk, day: ProgrammeDay, text: str) -> int:
    """Add the sessions that `text` says line by line: «9h30 – 9h45 Bienvenida». Raises ValidationError for a line that
    does not begin with a time, naming it; then none is added."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > LONGEST:
        raise ValidationError(_("These are more than %(most)d lines.") % {"most": LONGEST})
    read = [(number, line, times.read(line)) for number, line in enumerate(lines, 1)]
    if wrong := [(number, line) for number, line, found in read if found is None or not found.rest]:
        number, line = wrong[0]
        text = _("Line %(number)d does not begin with a time such as 9h30–9h45: “%(line)s”. Nothing was saved.")
        raise ValidationError(text % {"number": number, "line": line[:80]})
    for place, (number, line, found) in enumerate(read):
        assert found is not None  # noqa: S101 - told above
        following = read[place + 1][2] if place + 1 < len(read) else None
        end = found.end or (following.start if following and minutes(following.start) > minutes(found.start) else None)
        try:
            moves.add(desk.workshop, Place(day.date, found.start, end), found.rest.lstrip("-–—:. \t"))
        except ValidationError as error:
            values = {"number": number, "line": line[:80], "why": moves.messages_of(error)}
            raise ValidationError(_("Line %(number)d, “%(line)s”: %(why)s") % values) from error
    return len(read)
