"""Running late: one choice of minutes, what follows from it, and one button that applies and publishes it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agenda import clashes, publishing
from agenda.models import Release
from agenda.printing import orders
from agenda.programme import PUBLIC, ProgrammeDay, Slot, late
from agenda.templatetags.times import short_day
from agenda.web.editions import site_of
from edits.models import Way
from languages import clock
from languages.clocks import DAY, minutes

from . import moves
from .bench import Desk, workshop_at
from .moves import Place
from .timetable import day_at

CHOICES = (5, 10, 15, 30)
MOST = 180  # minutes


class Wish(msgspec.Struct, frozen=True):
    """What the address asks for: the day, the session that is late, by how many minutes, the meals that move too."""

    day: ProgrammeDay | None
    slot: Slot | None
    by: int
    moved: tuple[str, ...]
    now: int | None  # minutes from the day's midnight, where it is that day


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """?s=CODE&min=10 shows what follows; POST makes it (`publicar`: and publishes it)."""
    workshop = workshop_at(request, slug)
    desk = Desk(request, workshop)
    if not desk.may_publish:
        raise PermissionDenied
    wish = wish_of(request, desk)
    fixed = set(workshop.sessions.filter(is_fixed=True).values_list("code", flat=True))
    shifts = late.late(wish.day, wish.slot.code, wish.by, wish.now, wish.moved, fixed) if wish.day and wish.slot else []
    if request.method == "POST" and wish.day and shifts:
        return _apply(site, request, desk, wish, shifts)
    return desk.page(
        site, "late", _("Running late"), wish=wish, choices=CHOICES,
        shifts=[_told(desk, wish, one) for one in shifts], changed=sum(one.is_changed for one in shifts),
        squeezed=any(one.how == "squeezed" for one in shifts), clashes=new_clashes(desk, shifts),
        query=_query(wish), digest=digest_of(shifts), note=notes(desk, wish, shifts).get(workshop.source, ""),
        rows=[slot for slot in wish.day.slots if slot.start] if wish.day else [],
        now=clock(moves.at(wish.now), desk.draft.language) if wish.now is not None else "",
    )  # fmt: skip


def wish_of(request: HttpRequest, desk: Desk) -> Wish:
    """What is asked for; without a word the session that runs now, else the next, else the first."""
    local = timezone.now().astimezone(desk.draft.zone)
    asked = request.GET.get("dia", "")
    code = request.GET.get("s", "")
    if not asked and (found := desk.draft.entry(code)):
        asked = found[0].date.isoformat()
    day = day_at(desk, asked or _today(desk, local))
    now = None
    if day and day.date in (local.date(), local.date() - dt.timedelta(days=1)):
        now = local.hour * 60 + local.minute + (DAY if day.date != local.date() else 0)
        now = now if now < DAY + 6 * 60 else None
    rows = [slot for slot in day.slots if slot.start] if day else []
    slot = next((one for one in rows if one.code == code), None) or _running(rows, now)
    written = request.GET.get("min", "10")
    by = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 10
    codes = {one.code for one in rows}
    moved = tuple(one for one in request.GET.get("mover", "").split(",") if one in codes)
    return Wish(day, slot, max(1, min(MOST, by)), moved, now)


def _today(desk: Desk, local: dt.datetime) -> str:
    dates = [day.date for day in desk.draft.days]
    return next((date.isoformat() for date in dates if date >= local.date()), "")


def _running(rows: list[Slot], now: int | None) -> Slot | None:
    if now is None:
        return next(iter(rows), None)
    running = [one for one in rows if late.span(one)[0] <= now < (late.span(one)[1] or late.span(one)[0] + 1)]
    coming = [one for one in rows if late.span(one)[0] > now]
    return next(iter([*running, *coming, *rows[-1:]]), None)


def _query(wish: Wish) -> dict[str, str]:
    """The address of the page, without what a link on it changes."""
    said = {"s": wish.slot.code if wish.slot else "", "min": str(wish.by), "mover": ",".join(wish.moved)}
    return {
        "minutes": urlencode({name: said[name] for name in ("s", "mover") if said[name]}),
        "meal": urlencode({name: said[name] for name in ("s", "min") if said[name]}),
        "moved": f"{said['mover']}," if said["mover"] else "",
        "session": urlencode({"min": said["min"]}),
    }


def _told(desk: Desk, wish: Wish, one: late.Shift) -> dict[str, Any]:
    """A row of the plan in words."""
    language = desk.draft.language
    start, end = one.times
    old_start, old_end = late.span(one.slot)
    length = (one.end - one.start) if one.end is not None else 0
    lost = (old_end - old_start) - length if old_end is not None else 0
    values = {
        "minutes": one.start - old_start,
        "by": wish.by,
        "lost": lost,
        "length": length,
        "was": (old_end or old_start) - old_start,
    }
    said = {
        "late": _("ends %(by)d min later") if one.start == old_start else _("begins %(by)d min later"),
        "later": _("begins %(minutes)d min later"),
        "gives": _("gives %(lost)d of its %(was)d min"),
        "short": _("begins %(minutes)d min later and lasts %(length)d min"),
        "stays": _("Its hour is fixed.") if one.slot.kind not in late.STAYING else _("Meals stay."),
        "same": _("Unchanged."),
        "squeezed": _("It has no room before what stays: move that too."),
    }[one.how]
    if one.how == "late" and lost:
        said = _("has no room to end later: %(lost)d min are lost") if lost > 0 else said
    before = "" if not one.is_changed else _hours(moves.at(old_start), one.slot.end, language)
    return {
        "slot": one.slot, "how": one.how, "is_changed": one.is_changed, "start": clock(start, language),
        "end": clock(end, language) if end else "", "before": before, "said": said % values,
        "can_move": one.how == "stays",
    }  # fmt: skip


def _hours(start: dt.time, end: dt.time | None, language: str) -> str:
    return "–".join(clock(time, language) for time in (start, end) if time)


def times_of(shifts: list[late.Shift]) -> dict[str, tuple[dt.time, dt.time | None]]:
    """The new times of the rows that change, by their codes."""
    return {one.slot.code: one.times for one in shifts if one.is_changed}


def new_clashes(desk: Desk, shifts: list[late.Shift]) -> list[clashes.Clash]:
    """What the plan would bring that was not there before, blockers first."""
    if not shifts:
        return []
    before = {(one.rule, one.codes) for one in desk.review.clashes}
    after = clashes.check(late.with_times(desk.draft, times_of(shifts)))
    telling = ("place-overlap", "moderator-overlap", "overlap", "end-before-start")
    return [one for one in after if one.rule in telling and (one.rule, one.codes) not in before]


def notes(desk: Desk, wish: Wish, shifts: list[late.Shift]) -> dict[str, str]:
    """A sentence for the readers in every language of the site: from when until when it runs late, and what follows."""
    if not wish.day or not wish.slot or not wish.slot.start or wish.slot.visibility not in PUBLIC:
        return {}  # the hour of what only members see is not told to all
    seen = [one for one in shifts if one.slot.visibility in PUBLIC]
    over = max((one.end or one.start for one in seen if one.is_changed), default=None)
    resting = next((one for one in seen if over is not None and not one.is_changed and one.start >= over), None)
    made = {}
    for language in desk.trees:
        with translation.override(language):
            values = {
                "day": short_day(wish.day), "minutes": wish.by, "time": clock(wish.slot.start, language),
                "until": clock(moves.at(resting.start), language) if resting else "",
            }  # fmt: skip
            made[language] = (
                _("%(day)s: from %(time)s on it runs %(minutes)d minutes late; from %(until)s on all is as planned.")
                if resting
                else _("%(day)s: from %(time)s on it runs %(minutes)d minutes late.")
            ) % values
    return made


# --- made ---


def _apply(
    site: admin.AdminSite, request: HttpRequest, desk: Desk, wish: Wish, shifts: list[late.Shift]
) -> HttpResponse:
    """Change the draft, and publish just that where it was asked; one edit, all or nothing."""
    here = request.get_full_path()
    if any(one.how == "squeezed" for one in shifts):
        messages.error(request, _("A session has no room: move the meal too, or choose fewer minutes."))
        return HttpResponseRedirect(here)
    seen = request.POST.get("visto", "")
    if seen and seen != digest_of(shifts):
        messages.warning(request, _("Somebody changed the timetable meanwhile: this is what would follow now."))
        return HttpResponseRedirect(here)
    try:
        with moves.together(desk.workshop, Way.LATE):
            for one in shifts:
                if one.is_changed and wish.day:
                    _move(desk, wish.day, one)
        release, left = _publish(request, desk, wish, shifts) if "publicar" in request.POST else (None, [])
    except moves.Meanwhile as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(here)
    except ValidationError as error:
        messages.error(request, moves.messages_of(error))
        return HttpResponseRedirect(here)
    except publishing.Blocked as error:
        text = _("The draft has the new times, but nothing was published: %(why)s")
        messages.error(request, text % {"why": error.clashes[0].message})
        return HttpResponseRedirect(desk.address("timetable"))
    except LookupError:
        messages.warning(request, _("The draft has the new times; what is public does not have these sessions."))
        return HttpResponseRedirect(desk.address("timetable"))
    fresh = Desk(request, desk.workshop)
    rest = len(fresh.differences or [])
    kept = [found[1].title for code in left if (found := fresh.draft.entry(code))]
    return fresh.page(site, "late_done", _("Running late"), release=release, rest=rest, kept=kept)


def digest_of(shifts: list[late.Shift]) -> str:
    """What tells one plan from another, as the page carries it."""
    return ".".join(f"{one.slot.code}{one.start}-{one.end}" for one in shifts if one.is_changed)


def _move(desk: Desk, day: ProgrammeDay, one: late.Shift) -> None:
    slot = one.slot
    was = Place(day.date, slot.start, slot.end, slot.place)
    start, end = one.times
    if minutes(start) != one.start:
        raise ValidationError(_("“%(title)s” would begin on the next day.") % {"title": slot.title})
    moves.move(desk.workshop, slot.code, was, msgspec.structs.replace(was, start=start, end=end))


def _publish(request: HttpRequest, desk: Desk, wish: Wish, shifts: list[late.Shift]) -> tuple[Release, list[str]]:
    """Publish the new times alone; the codes of the sessions that are public elsewhere, and stay there."""
    user: Any = request.user
    told: str | dict[str, str] = request.POST.get("note", "").strip()[:500]
    offered = notes(desk, wish, shifts)
    if told and told == offered.get(desk.workshop.source):
        told = offered  # as it was offered, it is said to each reader in their language
    day = wish.day
    moved = {
        one.slot.code: publishing.Moved((day.date, one.slot.start, one.slot.end), one.times)
        for one in shifts if day and one.is_changed
    }  # fmt: skip
    release, left = publishing.publish_times(desk.workshop, moved, user, told)
    orders.place(release, site_of(request))
    return release, left
