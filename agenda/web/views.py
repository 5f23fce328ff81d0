"""The public pages. Each gets an edition of the programme and hands it to a face; none asks the database."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from agenda import changes, publishing
from agenda.faces import atom, ics, jsonld, schedule
from agenda.faces import rose as rose_face
from agenda.models import Release, Workshop
from agenda.programme import EVERYBODY, Programme, ProgrammeDay, blocks, for_everybody
from agenda.programme.cancelled import gone_since, standing, with_gone
from agenda.web import search
from agenda.web.editions import Edition, earlier, for_the_public, history, of_release, page, site_of
from agenda.web.reader import reader_of
from languages import SPOKEN, name_key
from languages.entry import settle_line
from rules.policy import policy_framed_by

LONGEST_LIST = 8000  # characters of the codes in an address: what servers on the way let through
MOST_TOLD = 20  # versions whose changes are told at once; the page of changes leads to the others


def show(request: HttpRequest, template: str, edition: Edition, **context) -> HttpResponse:
    """Render a page of `edition`; version pages say what has changed since."""
    since = changes.diff(edition.programme, edition.current) if edition.is_outdated and edition.current else []
    return render(
        request,
        f"agenda/{template}.html",
        {"edition": edition, "programme": edition.programme, "since": since, "news": news(edition), **context},
    )


def news(edition: Edition) -> dict[str, list[changes.Change]]:
    """What changed in two days, by session code; what concerns no row stands under ""."""
    by_code: dict[str, list[changes.Change]] = {}
    if edition.previous:
        for change in changes.diff(edition.previous, edition.programme):
            by_code.setdefault(change.code, []).append(change)
    return by_code


def shown(edition: Edition, days: tuple[ProgrammeDay, ...] | None = None) -> dict[str, Any]:
    """The days of the agenda as pages show them: rows cancelled within two days stay in their places."""
    lost = gone_since(edition.previous, edition.programme) if edition.previous else []
    days = edition.programme.days if days is None else days
    return {"days": with_gone(days, lost), "gone": {slot.code for _day, slot in lost}}


def home(request: HttpRequest) -> HttpResponse:
    """The workshop that runs, else the next, else the last; a kind word where there is none yet."""
    releases = Release.objects.now(timezone.now())
    if not releases:
        return render(request, "agenda/nothing.html")
    edition, *also = (_current(request, release) for release in releases)
    context = {"canonical": edition.address("presentation"), "jsonld": described(edition), "also": also}
    return _kept_short(request, show(request, "presentation", edition, **context))


def workshops(request: HttpRequest) -> HttpResponse:
    """All editions that have been published, the newest first."""
    releases = list(Release.objects.current().order_by("-begins_at"))
    by_release: dict[int, Edition] = {}
    for audience in ("public", "members"):
        mine = [row for row in releases if reader_of(request, Workshop(pk=row.workshop_id)).audience == audience]
        programmes = publishing.released(mine, translation.get_language(), audience)
        by_release |= {
            row.pk: of_release(programme, site_of(request)) for row, programme in zip(mine, programmes, strict=True)
        }
    editions = [by_release[row.pk] for row in releases]
    return _kept_short(request, render(request, "agenda/workshops.html", {"editions": editions}))


def _current(request: HttpRequest, release: Release) -> Edition:
    audience = reader_of(request, Workshop(pk=release.workshop_id)).audience
    [programme] = publishing.released([release], translation.get_language(), audience)
    return of_release(programme, site_of(request))


def _kept_short(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Headers of a page that depends on several releases and on the day: its ETag is its content's."""
    private = reader_of(request).has_session
    response.headers["Cache-Control"] = "private, no-cache" if private else "public, no-cache"
    response.headers["Vary"] = "Cookie"
    response.headers["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=10).hexdigest()}"'
    return get_conditional_response(request, response.headers["ETag"], response=response) or response


def described(edition: Edition) -> str:
    """The workshop for search engines; a draft without days has nothing to say."""
    return jsonld.workshop(edition.programme, edition.absolute) if edition.programme.main_days else ""


@page
def presentation(request: HttpRequest, edition: Edition) -> HttpResponse:
    return show(request, "presentation", edition, jsonld=described(edition))


def starred(request: HttpRequest) -> tuple[str, ...]:
    """The codes of ?s=code,code: a reader's own agenda, shared or subscribed to."""
    return tuple(code for code in request.GET.get("s", "")[:LONGEST_LIST].split(",") if code)


@page
def agenda(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The whole agenda, or the rows that the address asks for: ?q=…&dia=7-sep&eje=1&tipo=session&participante=ucci."""
    names = ("q", "dia", "eje", "tipo", "participante", "idioma")
    words, day, axis, kind, participant, language = (settle_line(request.GET.get(name, ""))[:200] for name in names)
    number = int(axis) if axis.isascii() and axis.isdigit() else None
    wish = search.Wish(words, day, number, kind, participant, starred(request), language)
    seen = shown(edition)  # what was cancelled is found too, and told so
    chosen = search.select(msgspec.structs.replace(edition.programme, days=seen["days"]), wish) if wish else None
    days = seen["days"] if chosen is None else chosen.days
    kinds = list(dict.fromkeys(slot.kind for _day, slot in edition.programme.entries))
    held = {code for _day, slot in edition.programme.entries for code in (*slot.languages, *slot.interpreted)}
    speaking = [p for p in edition.programme.participants if edition.programme.of_participant(p.slug)]
    return show(
        request,
        "agenda",
        edition,
        wish=wish,
        **{**seen, "days": days},
        found=sum(not wish.codes or slot.code in wish.codes for day in days for slot in day.slots),
        everybody=for_everybody(edition.programme),
        kinds=kinds,
        speaking=speaking,
        held=[code for code in SPOKEN if code in held],
    )


@page
def embed(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The agenda for a frame in the pages of those whom the organiser lists; nobody else may frame anything."""
    if not edition.is_draft:  # who looks at a draft sees it as they asked to
        edition = for_the_public(edition)
    response = show(request, "embed", edition, **shown(edition))
    response.headers["Content-Security-Policy"] = policy_framed_by(edition.programme.framed_by)
    return response


@page
def screen(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Now and next in big type for a screen in the room; ?lugar=Sala A leaves out what is held elsewhere."""
    edition = for_the_public(edition)  # an organiser who is logged in sets it up
    place = settle_line(request.GET.get("lugar", ""))[:120]
    programme = edition.programme
    places = sorted({slot.place for _day, slot in programme.entries if slot.place}, key=blocks.counted)
    context = shown(edition)
    if place:
        here = ("", name_key(place))
        context["days"] = [
            msgspec.structs.replace(day, slots=tuple(slot for slot in day.slots if name_key(slot.place) in here))
            for day in context["days"]
        ]
    context["days"] = [day for day in context["days"] if day.slots]
    address = edition.absolute("agenda")
    code = segno.make(address, error="m", micro=False)
    qr = code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    return show(
        request,
        "screen",
        edition,
        place=place,
        places=places,
        qr=qr,
        agenda_address=address,
        **context,
    )


@page
def session(request: HttpRequest, edition: Edition, code: str) -> HttpResponse:
    day, slot = _entry(edition.programme, code)
    codes = [s.code for _day, s in edition.programme.entries]
    place = codes.index(code)
    before = edition.programme.entry(codes[place - 1]) if place else None
    after = edition.programme.entry(codes[place + 1]) if place + 1 < len(codes) else None
    data = jsonld.session(edition.programme, day, slot, edition.absolute)
    return show(request, "session", edition, day=day, slot=slot, before=before, after=after, jsonld=data)


@page
def axis(request: HttpRequest, edition: Edition, number: int) -> HttpResponse:
    theme = edition.programme.axis(number)
    if theme is None:
        raise Http404(_("The programme has no axis %(number)d.") % {"number": number})
    return show(request, "axis", edition, axis=theme, entries=edition.programme.of_axis(number))


@page
def participants(request: HttpRequest, edition: Edition) -> HttpResponse:
    return show(request, "participants", edition)


@page
def participant(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    who = edition.programme.participant(slug)
    if who is None:
        raise Http404(_("The programme names no such participant."))
    region = next((r for r in edition.programme.regions if r.id == who.region), None)
    parts = [c for c in edition.programme.conveners if c.participant == slug]
    entries = edition.programme.of_participant(slug)
    return show(request, "participant", edition, participant=who, region=region, parts=parts, entries=entries)


@page
def rose(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The workshop's mark, for the icon and the head of its pages."""
    mark = rose_face.mark(edition.programme)
    if mark is None:
        raise Http404(_("Too few places are known of this workshop."))
    return HttpResponse(mark, content_type="image/svg+xml")


@page
def changes_page(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Twenty versions at a time; ?hasta=12 shows those up to number 12."""
    until = request.GET.get("hasta", "")[:6]
    releases = history(edition, MOST_TOLD, int(until) if until.isascii() and until.isdecimal() else None)
    if not releases:
        raise Http404(_("There is no published workshop at this address."))
    last = releases[-1].release
    return show(request, "changes", edition, history=releases, earlier=last - 1 if last > 1 else None)


@page
def feed(request: HttpRequest, edition: Edition) -> HttpResponse:
    data = atom.feed(edition.programme, history(edition, MOST_TOLD), edition.absolute)
    return _file(data, "application/atom+xml; charset=utf-8", "cambios.atom", inline=True)


@page
def calendars(request: HttpRequest, edition: Edition) -> HttpResponse:
    return show(request, "calendars", edition)


@page
def calendar(request: HttpRequest, edition: Edition) -> HttpResponse:
    codes = starred(request)
    if not codes:
        return _calendar(edition, edition.programme.slug)
    source = f"{edition.absolute('calendar')}?s={','.join(codes)}"
    chosen, shown = frozenset(codes), search.with_common(edition.programme, codes)
    left = edition.programme.ever_of_axis(EVERYBODY) - shown if shown != chosen else frozenset()
    part = ics.Part(_("My agenda"), source, shown, left, shown - chosen)
    return _calendar(edition, edition.programme.slug, part)


@page
def version(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The number of the release and how much each one changed, for a page that asks whether it is still current.

    ?desde=3 also tells what changed since release 3, for a reader who saw that one last.
    """
    since = request.GET.get("desde", "")[:6]
    old = earlier(edition, int(since)) if since.isascii() and since.isdecimal() else None
    told = {"since": changes.diff(old, edition.programme)} if old else {}
    counts = {str(told.release): len(told.changes or ()) for told in history(edition, MOST_TOLD)}
    now = {"release": edition.programme.release or 0}
    if edition.withdrawals:
        now["withdrawals"] = edition.withdrawals
    data = msgspec.json.encode({**now, "changes": counts, **told})
    return HttpResponse(data, content_type="application/json; charset=utf-8")


@page
def session_calendar(request: HttpRequest, edition: Edition, code: str) -> HttpResponse:
    _day, slot = edition.programme.cancelled_entry(code) or _entry(edition.programme, code)
    if slot.withdrawn:
        raise Http404(_("This session was withdrawn."))
    part = ics.Part(slot.title.text, edition.absolute("session_calendar", code=slot.code), frozenset({slot.code}))
    return _calendar(edition, f"{edition.programme.slug}-{slot.code}", part)


@page
def axis_calendar(request: HttpRequest, edition: Edition, number: int) -> HttpResponse:
    """The rows of an axis, and as cancelled those that it had: an address once subscribed to answers for ever."""
    codes = frozenset(slot.code for _day, slot in edition.programme.of_axis(number))
    ever = edition.programme.ever_of_axis(number)
    if edition.programme.axis(number) is None and not ever:
        raise Http404(_("The programme has no axis %(number)d.") % {"number": number})
    name = _("Axis %(number)d") % {"number": number}
    part = ics.Part(name, edition.absolute("axis_calendar", number=number), codes, ever - codes)
    return _calendar(edition, f"{edition.programme.slug}-eje-{number}", part)


@page
def schedule_json(request: HttpRequest, edition: Edition) -> HttpResponse:
    data = schedule.as_json(standing(edition.programme), edition.absolute)
    return _file(data, "application/json; charset=utf-8", "schedule.json", inline=True)


@page
def schedule_xml(request: HttpRequest, edition: Edition) -> HttpResponse:
    data = schedule.as_xml(standing(edition.programme), edition.absolute)
    return _file(data, "application/xml; charset=utf-8", "schedule.xml", inline=True)


def _entry(programme: Programme, code: str):
    entry = programme.entry(code)
    if entry is None and (gone := programme.cancelled_entry(code)):
        values = {"title": gone[1].title, "when": changes.when(*gone, programme)}
        raise Http404(_("“%(title)s”, %(when)s, was cancelled.") % values)
    if entry is None:
        raise Http404(
            _("This session is not in the programme. It may have been cancelled or moved to another address.")
        )
    return entry


def _calendar(edition: Edition, name: str, part: ics.Part | None = None) -> HttpResponse:
    data = ics.calendar(edition.programme, edition.absolute, part)
    return _file(data, "text/calendar; charset=utf-8", f"{name}.ics", inline=False)


def _file(data: bytes, content_type: str, name: str, inline: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response
