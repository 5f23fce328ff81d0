"""The pages and files of the printed editions."""

from __future__ import annotations

import hashlib

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.printing import EVERYTHING, PAPERS, Paper, orders, shelf
from agenda.printing.queue import Failed
from agenda.web.editions import Edition, page
from agenda.web.views import show

RETRY = {orders.Busy: 10, Failed: 300}  # seconds


def asked_as(request: HttpRequest) -> str:
    """The query that keeps for whom a copy is asked: ?como=publico or ?como=miembro, or nothing."""
    wanted = request.GET.get("como", "")
    return f"?como={wanted}" if wanted in ("publico", "miembro") else ""


@page
def papers(request: HttpRequest, edition: Edition) -> HttpResponse:
    """All printed editions, with what they are for."""
    edition = shelf.plain(edition)
    runs_it = edition.reader.runs_it
    offered = [paper for paper in PAPERS.values() if runs_it or not paper.staff]
    made = shelf.rows(edition, offered)
    counts = [(paper, made[paper.name].pages if paper.name in made else None) for paper in offered]
    response = show(request, "papers", edition, papers=counts, asked_as=asked_as(request))
    response.headers["ETag"] = _etag(response.content)
    if any(pages is None for _paper, pages in counts) and not edition.is_draft:
        response.headers["Cache-Control"] = "private, no-cache"  # not all is known yet
    return response


@page
def programme_pdf(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The complete programme at its short address; ?edicion=cartel leads to another edition."""
    wanted = request.GET.get("edicion", "completo")
    if wanted != "completo":
        return HttpResponseRedirect(edition.address("paper", kind=_paper(wanted).name) + asked_as(request))
    return _file(request, edition, PAPERS["completo"])


@page
def paper(request: HttpRequest, edition: Edition, kind: str) -> HttpResponse:
    wanted = _paper(kind)
    return _closed(request, edition, wanted) or _file(request, edition, wanted)


@page
def paper_picture(request: HttpRequest, edition: Edition, kind: str) -> HttpResponse:
    wanted = _paper(kind)
    if closed := _closed(request, edition, wanted):
        return closed
    try:
        data = orders.file(shelf.plain(edition), wanted, ".png")
    except (Failed, orders.Busy) as error:
        return _not_now(request, edition, error)
    response = HttpResponse(data, content_type="image/png")
    response.headers["ETag"] = _etag(data)
    return response


def _paper(name: str) -> Paper:
    if name not in EVERYTHING:
        raise Http404(_("There is no printed edition called “%(name)s”.") % {"name": name})
    return EVERYTHING[name]


def _closed(request: HttpRequest, edition: Edition, paper: Paper) -> HttpResponse | None:
    """Where a reader is sent whom an edition is not for. Raises PermissionDenied for who is logged in."""
    reader = edition.reader
    if reader.runs_it or not paper.staff:
        return None
    if reader.is_signed_in:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


def _file(request: HttpRequest, edition: Edition, paper: Paper) -> HttpResponse:
    edition = shelf.plain(edition)
    late = False
    try:
        data = orders.file(edition, paper)
    except (Failed, orders.Busy) as error:
        last = shelf.last_good(edition, paper) if isinstance(error, orders.Busy) else None
        if last is None:
            return _not_now(request, edition, error)
        data, late = last, True  # it says itself which version it is
    name = f"{edition.programme.slug}-{paper.name}-{edition.programme.language}.pdf"
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = _etag(data)
    if late:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _not_now(request: HttpRequest, edition: Edition, error: Exception) -> HttpResponse:
    """503 (RFC 9110 15.6.4) in words, with when to try again."""
    context = {"edition": edition, "programme": edition.programme, "busy": isinstance(error, orders.Busy)}
    response = render(request, "agenda/not_printed.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY[type(error)])
    return response


def _etag(data: bytes) -> str:
    return f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
