"""The first page: how a workshop stands, what stops it, what its readers will see change, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda import changes, clashes, doubts, undoing
from agenda.admin.history import visible
from agenda.models import Session, Workshop
from agenda.printing import shelf
from agenda.programme import Programme, texts
from agenda.vocabulary import State
from edits import words
from edits.models import Edit, EditedRow
from edits.recording import name_of
from languages import LANGUAGES, SOURCE
from languages.spoken import name_of as spoken_name

from .bench import Bench, Desk, workshop_at
from .mending import Mend, mends

LAST = 5  # edits that are shown
MOST_CHANGES = 40


class Finding(msgspec.Struct, frozen=True):
    """A finding as the page shows it. `facts` names a doubt that can be accepted."""

    clash: clashes.Clash
    mends: list[Mend]
    facts: str = ""


class Changed(msgspec.Struct, frozen=True):
    """A change that publishing would make: where it belongs, what it is, where it can be edited, who made it last."""

    where: str
    text: str
    address: str = ""
    who: str = ""
    when: dt.datetime | None = None


class Tongue(msgspec.Struct, frozen=True):
    """How far a language is: texts that are written in it, of all."""

    code: str
    name: str
    done: int
    total: int
    is_source: bool

    @property
    def missing(self) -> int:
        return self.total - self.done


class Edited(msgspec.Struct, frozen=True):
    """An edit in short: who, and what it is called."""

    pk: int
    who: str
    name: str
    when: dt.datetime


class Step(msgspec.Struct, frozen=True):
    """One of the steps for somebody who starts."""

    label: str
    address: str
    is_done: bool


def page(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """The first page of the workshop that is worked at, or of ?taller=ADDRESS; without any workshop, how to begin."""
    if slug := request.GET.get("taller"):
        workshop_at(request, slug)
        return HttpResponseRedirect(reverse("admin:index"))
    bench = Bench.of(request)
    if bench.workshop is None:
        context = {**site.each_context(request), "title": _("Desk"), "bench": bench}
        return TemplateResponse(request, "admin/desk/empty.html", context)
    if request.method == "POST":
        return _weigh(request, Desk(request, workshop_at(request, request.POST.get("taller", ""))))
    desk = Desk(request, bench.workshop)
    return desk.page(site, "first", _("Desk"), **_said(request, desk))


def _weigh(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Accept a doubt (POST `duda`, `motivo`), or ask one again (POST `volver`)."""
    if not desk.may_edit:
        raise PermissionDenied
    if again := request.POST.get("volver", "").replace("\0", ""):
        desk.workshop.acceptances.filter(facts=again).delete()
        return HttpResponseRedirect(reverse("admin:index") + "#resolver")
    wanted = request.POST.get("duda", "")
    weighed = doubts.weigh(desk.review.clashes, desk.draft, ())
    found = next((one for one in weighed if one.facts == wanted), None)
    if found is None:
        messages.warning(request, _("That doubt has gone, or is another one now."))
    else:
        try:
            doubts.accept(desk.workshop, found, request.POST.get("motivo", ""), request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(reverse("admin:index") + "#resolver")


def _said(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    workshop, review = desk.workshop, desk.review
    rows = list(workshop.sessions.select_related("responsible"))
    printing = getattr(workshop, "print_order", None)
    sessions = {row.code: row.pk for row in rows}
    weighed = doubts.weigh(review.clashes, desk.draft, workshop.acceptances.all())
    blockers = [Finding(one, mends(one, workshop, sessions)) for one in clashes.blockers(review.clashes)]
    open_ = [Finding(one.clash, mends(one.clash, workshop, sessions), one.facts) for one in weighed if not one.accepted]
    changed = told(desk, sessions)
    tongues = list(spoken(desk))
    return {
        "blockers": blockers,
        "doubts": open_,
        "accepted": [one.accepted for one in weighed if one.accepted],
        "changed": changed[:MOST_CHANGES],
        "count": len(changed),
        "tongues": tongues,
        "printing": printing,
        "failures": shelf.failures().filter(workshop=workshop.slug)[:10] if not printing or printing.failed else (),
        "lately": _lately(request, workshop),
        "to_agree": _to_agree(rows),
        "steps_to_go": steps(desk, blockers, tongues) if not request.session.get("no_steps") else [],
        "counts": _counts(desk.draft),
    }


# --- what publishing would change ---


def told(desk: Desk, sessions: dict[str, int]) -> list[Changed]:
    """What readers would see change, in the order of the agenda, each with who edited it last. One query."""
    found = desk.differences or []
    authors = _authors(desk.workshop, [sessions[one.code] for one in found if one.code in sessions]) if found else {}
    made = []
    for change in found[:MOST_CHANGES]:
        pk = sessions.get(change.code)
        row = authors.get(f"agenda.session:{pk}")
        made.append(
            Changed(
                _where(desk, change), change.text, reverse("admin:agenda_session_change", args=[pk]) if pk else "",
                words.who(row.edit, desk.request.user) if row else "", row.edit.at if row else None,
            )
        )  # fmt: skip
    return made + [Changed("", change.text) for change in found[MOST_CHANGES:]]


def _where(desk: Desk, change: changes.Change) -> str:
    found = desk.draft.entry(change.code)
    where = date_format(found[0].date, "D j") if found else ""
    if change.language:
        tongue = spoken_name(change.language.partition("-")[0], get_language() or SOURCE)
        return " · ".join(filter(None, [where, tongue]))
    return where or (_("Cancelled") if change.kind == "cancelled" else _("Programme"))


def _authors(workshop: Workshop, keys: Iterable[int]) -> dict[str, EditedRow]:
    """The last row of the record about each of these sessions, or about what stands in one."""
    names = [f"agenda.session:{pk}" for pk in keys]
    rows = EditedRow.objects.filter(Q(key__in=names) | Q(inside__in=names), workshop=workshop.pk)
    found = {}
    for row in rows.select_related("edit").defer("before", "after", "words", "name").order_by("pk"):
        found[row.inside or row.key] = row
    return found


# --- languages, preparation, steps ---


def spoken(desk: Desk) -> Iterable[Tongue]:
    """The languages of the workshop with how much of it is written in each; a text that stands twice counts once."""
    names = dict(LANGUAGES)
    source = list(texts(desk.trees[desk.workshop.source]))
    total = len({text.text for text in source})
    for code in desk.workshop.languages:
        there = zip(source, texts(desk.trees[code]), strict=False)
        missing = {said.text for said, text in there if text.lang != code and said.lang == desk.workshop.source}
        name = names.get(code, code).partition(" (")[0]
        yield Tongue(code, name, total - len(missing), total, code == desk.workshop.source)


def _to_agree(rows: list[Session]) -> list[tuple[str, list[Session]]]:
    """The sessions that are still to be agreed, by the colleague who does it; those of nobody last."""
    by_name: dict[str, list[Session]] = {}
    for row in rows:
        if row.state == State.OPEN:
            by_name.setdefault(_called(row.responsible), []).append(row)
    return sorted(by_name.items(), key=lambda one: (not one[0], one[0]))


def _called(person: Any) -> str:
    """A colleague by name; whoever has none is not told by their address."""
    return (name_of(person) or _("A colleague without a name")) if person else ""


def steps(desk: Desk, blockers: list[Finding], tongues: list[Tongue]) -> list[Step]:
    """What somebody who starts does one after the other."""
    late = [one for one in tongues if one.missing]
    draft = desk.draft
    form = reverse("admin:agenda_workshop_change", args=[desk.workshop.pk])
    found = [
        Step(_("The days and their sessions"), desk.address("timetable_table"), bool(draft.entries)),
        Step(_("Who comes"), f"{form}#attendances-group", bool(draft.listed)),
        Step(_("Solve what stops publication"), "#resolver", not blockers),
        Step(_("Translate what is missing"), desk.address("texts"), not late),
        Step(_("Publish"), reverse("admin:agenda_workshop_publish", args=[desk.workshop.pk]), desk.last is not None),
    ]
    return [] if all(step.is_done for step in found) else found


def _counts(draft: Programme) -> dict[str, int]:
    """How many rows of each kind the workshop has."""
    return {
        "sessions": len(draft.entries), "days": len(draft.days), "axes": len(draft.axes),
        "sections": len(draft.sections), "attendances": len(draft.listed), "conveners": len(draft.conveners),
    }  # fmt: skip


def _lately(request: HttpRequest, workshop: Workshop) -> list[Edited]:
    """The last edits of the workshop that the reader may read, each by its first row. One query."""
    rows = EditedRow.objects.filter(visible(request.user), words.DRAFT, workshop=workshop.pk)
    newest = Edit.objects.filter(Exists(rows.filter(edit=OuterRef("pk")))).order_by("-pk")[:LAST]
    return [
        Edited(row.edit_id, words.who(row.edit, request.user), undoing.named(row, row.many), row.edit.at)
        for row in reversed(undoing.first_rows(rows.filter(edit__in=newest.values("pk"))))
    ]
