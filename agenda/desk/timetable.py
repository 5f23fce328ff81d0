"""The timetable as a board: days or rooms beside each other, sessions moved by hand, by key, by touch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda import clashes
from agenda.models import Session
from agenda.programme import ProgrammeDay
from edits.models import Edit
from languages import clock
from languages.clocks import minutes, until

from . import board, moves
from .bench import Desk, workshop_at
from .moves import Place

MOST_COLUMNS = 16  # of all days together; where there are more, the rooms of one day are shown
EVERY = 20  # seconds after which an open board asks whether others changed something
OVERLAPS = ("place-overlap", "moderator-overlap", "overlap")


class Way(msgspec.Struct, frozen=True):
    """A way out of a clash: what its button says, and what it sends."""

    label: str
    act: str = ""
    code: str = ""
    was: str = ""
    to: str = ""


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """The board; POST does one thing to it.

    ?por=salas shows the rooms of ?dia=DATE, as where the days are too full to stand side by side (not ?por=jornadas).
    """
    workshop = workshop_at(request, slug)
    desk = Desk(request, workshop)
    if request.method == "POST":
        if not desk.may_edit:
            raise PermissionDenied
        return _act(request, desk)
    template = "_board" if "parte" in request.GET else "timetable"
    return desk.page(site, template, _("Timetable"), **_shown(request, desk))


def meanwhile(site: admin.AdminSite, request: HttpRequest, slug: str) -> JsonResponse:
    """What others did since ?desde=EDIT: {"told": sentence, "last": edit}. A constant number of queries."""
    workshop = workshop_at(request, slug)
    since = request.GET.get("desde", "")[:18]
    edits = Edit.objects.of_workshop(workshop.pk).filter(
        pk__gt=int(since) if since.isascii() and since.isdecimal() else 0
    )
    last = edits.exclude(by=request.user.pk).order_by("-pk").first()
    told = ""
    if last:
        minutes_ago = max(0, int((timezone.now() - last.at) / dt.timedelta(minutes=1)))
        values = {"who": last.by_name or _("Somebody"), "minutes": minutes_ago}
        told = _("%(who)s changed the timetable %(minutes)d min ago; you see it as it is now.") % values
    return JsonResponse({"told": told, "last": _last(workshop.pk)})


def _last(workshop: int) -> int:
    return Edit.objects.of_workshop(workshop).order_by("-pk").values_list("pk", flat=True).first() or 0


def _shown(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    draft = desk.draft
    rows = list(desk.workshop.sessions.values_list("code", "pk", "state"))
    keys = {code: pk for code, pk, _state in rows}
    day = day_at(desk, request.GET.get("dia", ""))
    wanted = request.GET.get("por", "")
    made = board.by_days(draft, keys)
    is_crowded = sum(lane.columns for lane in made.lanes) > MOST_COLUMNS
    if day and (wanted == "salas" or (is_crowded and wanted != "jornadas")):
        made = board.by_rooms(draft, day, keys)
    return {
        "board": made,
        "days": [(one, board.date_said(one), one.date.isoformat()) for one in draft.days],
        "day": day,
        "findings": by_code(desk.review.clashes),
        "states": {code: state for code, _pk, state in rows},
        "last_edit": _last(desk.workshop.pk),
        "says": _script(desk),
    }


def _script(desk: Desk) -> dict[str, Any]:
    """What the script of the board is told: words in the page's language, and where it asks."""
    return {
        "clock": desk.draft.language, "ask": desk.address("timetable_meanwhile"), "every": EVERY * 1000,
        "late": desk.address("late"),
        "taken": _("{title} is held, {times}. Arrows move it, Space leaves it, Escape puts it back."),
        "at": _("{lane}, {times}."), "clashes": _("Clashes with"), "edge": _("There is no further lane."),
        "back": _("{title} is back where it was."), "understood": _("Understood"),
        "offline": _("There is no connection: nothing was changed. Try again."),
    }  # fmt: skip


def day_at(desk: Desk, text: str) -> ProgrammeDay | None:
    """The day at the ISO date `text`, else the workshop's first; None where it has none."""
    days = desk.draft.days
    return next((day for day in days if day.date.isoformat() == text), next(iter(days), None))


def by_code(found: list[clashes.Clash]) -> dict[str, list[clashes.Clash]]:
    """The findings of each session by its code."""
    made: dict[str, list[clashes.Clash]] = {}
    for clash in found:
        for code in clash.codes if clash.rule != "gap" else ():  # the gap itself is seen
            made.setdefault(code, []).append(clash)
    return made


# --- one thing done to the board ---


def _act(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what POST `acto` says to the session `codigo`; answers JSON where the script asks, else the page again."""
    told, code, was = "", request.POST.get("codigo", "").replace("\0", ""), request.POST.get("estaba", "")
    acts: dict[str, Callable[[], Session | str]] = {
        "mover": lambda: moves.move(desk.workshop, code, Place.read(was), Place.read(request.POST.get("a", ""))),
        "doblar": lambda: moves.double(desk.workshop, code),
        "borrar": lambda: moves.delete(desk.workshop, code),
    }
    act = acts.get(request.POST.get("acto", ""))
    error, done = "", None
    try:
        if act is None:
            raise ValueError
        with moves.together(desk.workshop):
            done = act()
    except moves.Meanwhile as refused:
        error = str(refused)
    except ValidationError as refused:
        error = moves.messages_of(refused)
    except ValueError:
        error = _("That could not be read. Nothing was changed.")
    fresh = Desk(request, desk.workshop)
    ways: list[Way] = []
    if isinstance(done, Session):
        told, ways = _after(fresh, done, was)
        code = done.code
    elif done is not None:
        told = _("“%(title)s” is in the bin.") % {"title": done}
    if request.headers.get("Accept", "").startswith("application/json"):
        html = render_to_string("admin/desk/_board.html", {"desk": fresh, **_shown(request, fresh)}, request)
        line = render_to_string("admin/desk/_undo.html", {"steps": fresh.steps}, request)
        answer = {"html": html, "undo": line, "said": told, "error": error, "code": code,
                  "ways": [msgspec.structs.asdict(way) for way in ways], "last": _last(desk.workshop.pk)}  # fmt: skip
        return JsonResponse(answer)
    if error:
        messages.error(request, error)
    elif told:
        messages.success(request, told)
    return HttpResponseRedirect(request.get_full_path())


def _after(desk: Desk, session: Session, was: str) -> tuple[str, list[Way]]:
    """What is said of a session that was moved, and the ways out where it clashes now."""
    found = [one for one in desk.review.clashes if session.code in one.codes and one.rule in OVERLAPS]
    here = Place.of(session)
    values = {"title": session, "place": moves.said(here)}
    if not found:
        return _("“%(title)s”: %(place)s. No clash.") % values, []
    told = [_("“%(title)s”: %(place)s.") % values, *(one.message for one in found[:3])]
    if len(found) > 3:
        more = len(found) - 3
        told.append(ngettext("And %(count)d clash more.", "And %(count)d clashes more.", more) % {"count": more})
    ways = [Way(_("Leave it so"))]
    other = next(code for code in found[0].codes if code != session.code)
    if made := _other_way(desk, session, other):
        ways.append(made)
    try:
        if was and Place.read(was) != here:
            label = _("Put it back: %(place)s") % {"place": moves.said(Place.read(was))}
            ways.append(Way(label, "mover", session.code, here.written(), was))
    except ValueError:
        pass
    return " ".join(told), ways


def _other_way(desk: Desk, session: Session, code: str) -> Way | None:
    """Let the other session end before this one, or begin after it, where there is time for it."""
    found = desk.draft.entry(code)
    if not found or not session.start:
        return None
    day, slot = found
    if not slot.start or day.date != session.day.date:
        return None
    was = Place(day.date, slot.start, slot.end, slot.place)
    names = {"title": slot.title}
    language = desk.draft.language
    if slot.start < session.start:
        to = msgspec.structs.replace(was, end=session.start)
        label = _("End “%(title)s” at %(time)s") % {**names, "time": clock(session.start, language)}
    elif session.end and slot.end and until(slot.start, slot.end) > minutes(session.end) > minutes(slot.start):
        to = msgspec.structs.replace(was, start=session.end)
        label = _("Begin “%(title)s” at %(time)s") % {**names, "time": clock(session.end, language)}
    else:
        return None
    return Way(label, "mover", code, was.written(), to.written())
