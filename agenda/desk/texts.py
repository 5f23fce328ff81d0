"""The texts of a workshop, its languages side by side: what is missing, what is older than its source, written here."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agenda.admin.tongues import Tongue, behind_by_row
from agenda.models import Workshop
from agenda.models.revision import lock
from edits.models import Way, key_of
from edits.recording import acting, looked_over
from languages import LANGUAGES, SOURCE, clock, column

from . import moves
from .bench import Desk, workshop_at
from .wordings import PARTS, Part, may_write

A_PAGE = 60  # texts


class Box(msgspec.Struct):
    """A text in one language: the name of its box, what stands in it, `before` what its source said when it was
    written, where that says something else now, `same` what another text with the same source says."""

    name: str
    code: str
    language: str
    text: str
    seen: str  # of the text that the page shows
    before: str = ""
    same: str = ""
    error: str = ""

    @property
    def is_void(self) -> bool:
        return not self.text and not self.error


class Row(msgspec.Struct, frozen=True):
    """A text: what it is, what its source says, its boxes."""

    label: str
    source: str
    boxes: list[Box]
    heading: str
    address: str

    @property
    def to_do(self) -> bool:
        return any(box.is_void or box.before for box in self.boxes)


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for: a part, the languages beside the source, all texts or those to be done, the page."""

    part: Part
    codes: tuple[str, ...]
    only: str
    shows_all: bool
    number: int

    def query(self, **other: Any) -> str:
        """The address of the page with something else asked for."""
        said = {"parte": self.part.key, "idioma": self.only, "ver": "todos" if self.shows_all else ""}
        return urlencode({name: value for name, value in {**said, **other}.items() if value})


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """?parte= is a key of PARTS, ?idioma=fr one language alone, ?ver=todos all texts. POST writes what was typed, each
    text by itself; `vale` says that a translation still holds. Asked for JSON it answers {"said"} or {"error"}."""
    workshop = workshop_at(request, slug)
    desk = Desk(request, workshop)
    asked = _asked(request, workshop)
    typed: dict[str, Box] = {}
    if request.method == "POST":
        if not desk.may_edit:
            raise PermissionDenied
        typed, seen = write(request, workshop, asked)
        if request.headers.get("Accept") == "application/json":
            return _answer(request, typed, seen)
        if not typed:
            return HttpResponseRedirect(request.get_full_path())
    rows = rows_of(workshop, asked)
    shown = [row for row in rows if asked.shows_all or row.to_do or any(box.name in typed for box in row.boxes)]
    first = (asked.number - 1) * A_PAGE
    for row in shown:
        row.boxes[:] = [typed.get(box.name, box) for box in row.boxes]
    return desk.page(
        site, "texts", _("Texts"), asked=asked, parts=PARTS, rows=shown[first : first + A_PAGE], total=len(rows),
        to_do=sum(row.to_do for row in rows), heads=heads(workshop, asked, rows), count=len(shown),
        links={
            "all": asked.query(ver="todos"), "to_do": asked.query(ver=""), "every": asked.query(idioma=""),
            "more": asked.query(p=asked.number + 1) if first + A_PAGE < len(shown) else "",
            "less": asked.query(p=asked.number - 1) if asked.number > 1 else "",
        },
        languages=[(code, name, asked.query(idioma=code)) for code, name in _names(workshop)],
        part_links=[(part, asked.query(parte=part.key)) for part in PARTS],
    )  # fmt: skip


def _answer(request: HttpRequest, wrong: dict[str, Box], seen: str) -> JsonResponse:
    """What the page's script is told: that it is saved, or why not; `seen` is of what stands there now."""
    for _message in messages.get_messages(request):
        pass  # it is told beside the box
    for box in wrong.values():
        return JsonResponse({"error": box.error, "seen": box.seen}, status=409)
    now = clock(timezone.localtime().time(), get_language() or SOURCE)
    return JsonResponse({"said": _("Saved %(time)s") % {"time": now}, "seen": seen})


def _asked(request: HttpRequest, workshop: Workshop) -> Asked:
    part = next((one for one in PARTS if one.key == request.GET.get("parte")), PARTS[0])
    others = tuple(code for code in workshop.languages if code != workshop.source)
    only = request.GET.get("idioma", "")
    only = only if only in others else ""
    page_ = request.GET.get("p", "1")
    number = int(page_) if page_.isascii() and page_.isdecimal() and len(page_) < 5 else 1
    return Asked(part, (only,) if only else others, only, request.GET.get("ver") == "todos", max(1, number))


def _names(workshop: Workshop) -> list[tuple[str, str]]:
    names = dict(LANGUAGES)
    return [(code, names[code].partition(" (")[0]) for code in workshop.languages if code != workshop.source]


def rows_of(workshop: Workshop, asked: Asked) -> list[Row]:
    """The texts of the part that are written in the source, in the order of the programme. A constant number of
    queries."""
    found = asked.part.wordings(workshop)
    record = behind_by_row(workshop)
    names = dict(_names(workshop))
    known: dict[tuple[str, str], str] = {}
    for one in found:
        for code in asked.codes:
            if text := one.said(code):
                known.setdefault((one.said(workshop.source), code), text)
    rows = []
    for one in found:
        source = one.said(workshop.source)
        boxes = []
        for code in asked.codes:
            text = one.said(code)
            before = (
                record(key_of(one.row), column(one.field, workshop.source), column(one.field, code)) if text else ""
            )
            boxes.append(
                Box(
                    one.name(code), code, names[code], text, digest(text), before if before != source else "",
                    "" if text else known.get((source, code), ""),
                )
            )  # fmt: skip
        rows.append(Row(one.label, source, boxes, one.heading, one.address))
    return rows


def heads(workshop: Workshop, asked: Asked, rows: list[Row]) -> list[Tongue]:
    """The head of each column: the source, and the languages with what is missing and behind in them."""
    names = dict(LANGUAGES)
    made = [Tongue(workshop.source, names[workshop.source].partition(" (")[0], True, 0, 0)]
    for place, code in enumerate(asked.codes):
        boxes = [row.boxes[place] for row in rows]
        missing = sum(box.is_void for box in boxes)
        made.append(Tongue(code, names[code].partition(" (")[0], False, missing, sum(bool(b.before) for b in boxes)))
    return made


def digest(text: str) -> str:
    """What tells one text from another, as the page carries it."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


# --- written ---


def write(request: HttpRequest, workshop: Workshop, asked: Asked) -> tuple[dict[str, Box], str]:
    """Write the texts that were typed, each by itself, in one edit: those that could not be, by their boxes, with what
    was typed and why; and what tells the last one that was sent as it stands now."""
    wrong: dict[str, Box] = {}
    names = dict(LANGUAGES)
    done, last = 0, ""
    with transaction.atomic():
        lock(workshop.pk)
        by_name = {one.name(code): (one, code) for one in asked.part.wordings(workshop) for code in workshop.languages}
        sent = {name: by_name[name] for name in request.POST if name in by_name}
        holding = by_name.get(request.POST.get("vale", ""))
        if not all(may_write(request.user, one, workshop) for one, _code in [*sent.values(), *filter(None, [holding])]):
            raise PermissionDenied
        with acting(Way.FORM):
            for name, (one, code) in sent.items():
                text, now = _line(request.POST[name]), one.said(code)
                seen = request.POST.get(f"visto-{name}", "")
                last = digest(now)
                if code == workshop.source or text == now or digest(text) == seen:
                    continue
                box = Box(name, code, names[code].partition(" (")[0], text, last)
                if last != seen:
                    box.error = _("Somebody wrote “%(text)s” here meanwhile. Save again to keep yours.") % {"text": now}
                elif error := _set(one.row, column(one.field, code), text):
                    box.error = error
                else:
                    last = digest(one.said(code))  # as it was taken: a line has no breaks
                    done += 1
                    continue
                wrong[name] = box
        if holding:
            one, code = holding
            looked_over(one.row, [column(one.field, code)])
    if done:
        said = ngettext("%(count)d text is saved.", "%(count)d texts are saved.", done)
        messages.success(request, said % {"count": done})
    if wrong:
        messages.error(request, _("What could not be saved stands in its box, with the reason."))
    return wrong, last


def _line(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _set(row: Model, name: str, text: str) -> str:
    """Write `text` into the column of the row; "" where that is done, else why not."""
    before = getattr(row, name)
    setattr(row, name, text)
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
    except ValidationError as error:
        setattr(row, name, before)
        return moves.messages_of(error)
    return ""
