"""Which programme a request is about, who reads it, and the addresses of its pages."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, cast

import msgspec
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _

from agenda import programme as tree
from agenda import publishing
from agenda.models import DraftLink, Release, Workshop
from agenda.programme import Audience, Programme
from agenda.web.codeversion import page_version
from agenda.web.reader import NOBODY, Reader, reader_of
from languages import LANGUAGES

Mount = Literal["current", "version", "draft", "shared"]  # the last is the draft, for who has a link to it
NEWS = dt.timedelta(hours=48)  # how long a change is marked where it stands, whatever is published meanwhile


class Withdrawn(Exception):
    """The version that is asked for was withdrawn (410, RFC 9110 15.5.11)."""


class Edition(msgspec.Struct, frozen=True):
    """A programme as one reader gets it: `mount` says by which addresses; `newest` is the current release's number.

    All its programmes are made for one audience (ValueError otherwise).
    """

    programme: Programme
    mount: Mount
    site: str
    newest: int | None = None
    current: Programme | None = None
    previous: Programme | None = None  # what readers had 48 hours ago, where it is another
    etag: str = ""
    released: dt.datetime | None = None
    reader: Reader = NOBODY
    withdrawals: int = 0  # how often something was withdrawn from the versions of the workshop
    link: DraftLink | None = None  # by which a shared draft is read

    def __post_init__(self) -> None:
        made_for = {p.audience for p in (self.programme, self.current, self.previous) if p is not None}
        if len(made_for) > 1 or made_for == {None}:
            raise ValueError(f"an edition is for one audience, not for {made_for}")

    @property
    def audience(self) -> Audience:
        return cast(Audience, self.programme.audience)

    def address(self, name: str, **kwargs) -> str:
        """The path of the page `name` of this edition, such as address("session", code="x4k7")."""
        kwargs["workshop"] = self.programme.slug
        if self.mount == "version":
            kwargs["release"] = self.programme.release
        if self.link is not None:
            kwargs["key"] = self.link.key
        return reverse(f"{self.mount}:{name}", kwargs=kwargs)

    def address_in(self, language: str, name: str, **kwargs) -> str:
        """As address(), in another language."""
        with translation.override(language):
            return self.address(name, **kwargs)

    @property
    def other_languages(self) -> list[dict[str, str]]:
        """The languages of the site besides this edition's own."""
        return [{"code": code, "name": name} for code, name in LANGUAGES if code != self.programme.language]

    def absolute(self, name: str, **kwargs) -> str:
        """The full address of the page `name`, as it stands in calendars and on paper: of the public, current site."""
        path = reverse(f"current:{name}", kwargs={**kwargs, "workshop": self.programme.slug})
        return self.site + path

    @property
    def version_address(self) -> str:
        """The full address of this very version, for the QR code of a printed copy; a draft has none."""
        if self.programme.release is None:
            return self.absolute("presentation")
        kwargs = {"workshop": self.programme.slug, "release": self.programme.release}
        return self.site + reverse("version:presentation", kwargs=kwargs)

    @property
    def since(self) -> int:
        """The number of the release against which changes are marked; its own where there is nothing to mark."""
        return (self.previous or self.programme).release or 0

    @property
    def is_draft(self) -> bool:
        return self.mount in ("draft", "shared")

    @property
    def is_outdated(self) -> bool:
        return self.mount == "version" and self.programme.release != self.newest


def site_of(request: HttpRequest) -> str:
    """Scheme and host under which readers reach the site."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def published(request: HttpRequest, workshop: str, release: int | None) -> Edition:
    """The current release of `workshop`, or its release number `release`, in the active language; two queries at most.

    Raises Http404 with a sentence for the reader.
    """
    rows = _rows(workshop, release)
    if not rows:
        raise Http404(_("There is no published workshop at this address."))
    newest, other = rows[0], rows[-1]
    if release is not None and other.number != release:
        if Release.objects.filter(workshop=newest.workshop_id, number=release).exists():
            raise Withdrawn
        raise Http404(_("This workshop has no version %(number)d.") % {"number": release})
    shown = newest if release is None else other
    reader = reader_of(request, Workshop(pk=newest.workshop_id))
    audience = reader.audience
    language = translation.get_language()
    is_news = release is None and other.number != newest.number
    programmes = publishing.released([shown, other if is_news else newest], language, audience)
    digests = [row.public_digest if audience == "public" else row.digest for row in (shown, newest)]
    rest = newest.number if release else other.number
    return Edition(
        programme=programmes[0],
        mount="current" if release is None else "version",
        site=site_of(request),
        newest=newest.number,
        current=programmes[0] if is_news else programmes[1],
        previous=programmes[1] if is_news else None,
        etag=f'W/"{digests[0][:16]}{digests[1][:6]}-{shown.number}.{shown.withdrawals}-{rest}-{audience[0]}-{language}-{page_version()}"',
        released=shown.published_at if release is None else newest.published_at,
        reader=reader,
        withdrawals=newest.withdrawals,
    )


_asked: ContextVar[dict[tuple[str, int | None], list[Release]] | None] = ContextVar("asked", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Within, each workshop's releases are asked for once: for who makes many pages of one moment."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def _rows(workshop: str, release: int | None) -> list[Release]:
    """The newest release of `workshop` and, where it is another, number `release` or the one of two days ago."""
    known = _asked.get()
    if known is not None and (workshop, release) in known:
        return known[workshop, release]
    mine = Release.objects.filter(workshop__slug=workshop, withdrawn=False).order_by("-number")
    # What is marked is told against the release of two days ago; of a younger workshop, against its first.
    before = Subquery(mine.filter(published_at__lte=timezone.now() - NEWS).values("pk")[:1])
    first = Subquery(mine.order_by("number").values("pk")[:1])
    asked = Q(pk=Coalesce(before, first)) if release is None else Q(number=release)
    rows = list(mine.filter(Q(pk__in=mine.values("pk")[:1]) | asked))
    if known is not None:
        known[workshop, release] = rows
    return rows


def for_the_public(edition: Edition) -> Edition:
    """`edition` as the public reads it, whoever asks: for what stands on a wall or in other people's pages."""

    def seen(programme: Programme | None) -> Programme | None:
        return tree.for_audience(programme, "public") if programme else None

    return msgspec.structs.replace(
        edition, programme=seen(edition.programme), current=seen(edition.current), previous=seen(edition.previous)
    )


def of_release(programme: Programme, site: str) -> Edition:
    """The current edition of a released `programme`, without a request: for what is done in the background."""
    return Edition(programme, "current", site, programme.release, programme)


def earlier(edition: Edition, number: int) -> Programme | None:
    """Release `number` of the workshop of `edition` as its reader may see it, or None. Two queries."""
    row = Release.objects.filter(workshop__slug=edition.programme.slug, number=number, withdrawn=False).first()
    return publishing.released([row], translation.get_language(), edition.audience)[0] if row else None


def history(edition: Edition, most: int, until: int | None = None) -> list[publishing.Told]:
    """What the newest `most` releases changed, or those up to number `until`, for the reader of `edition`."""
    return publishing.history(edition.programme.slug, translation.get_language(), edition.audience, most, until)


def of_draft(request: HttpRequest, workshop: str) -> Edition:
    """The draft of `workshop` as the public would see it. Raises PermissionDenied or Http404."""
    row = Workshop.objects.filter(slug=workshop).first()
    if row is None:
        user: Any = request.user
        if user.is_anonymous or user.works_in("agenda.view_workshop") is not None:
            raise PermissionDenied  # nobody learns here which workshops are being prepared
        raise Http404(_("There is no workshop at this address."))
    reader = reader_of(request, row, of_draft=True)
    if not reader.runs_it:
        raise PermissionDenied
    everything = tree.build(row, translation.get_language())
    newest = row.releases.latest_number()
    return Edition(tree.for_audience(everything, reader.audience), "draft", site_of(request), newest, reader=reader)


def of_link(workshop: str, key: str, site: str) -> Edition:
    """The draft of `workshop` as the public would see it, for who has the link `key` to it: one row, whoever asks.

    Raises Withdrawn where the link was revoked or has expired, Http404 where there never was such a link.
    """
    link = DraftLink.objects.select_related("workshop").filter(key=key, workshop__slug=workshop).first()
    if link is None:
        raise Http404(_("There is no such link."))
    if not link.is_open:
        raise Withdrawn
    everything = tree.build(link.workshop, translation.get_language())
    newest = link.workshop.releases.latest_number()
    return Edition(tree.for_audience(everything, "public"), "shared", site, newest, link=link)


OPEN = ("application/json", "application/xml", "application/atom+xml", "text/calendar")


def _by_link(
    request: HttpRequest, view: Callable[..., HttpResponse], workshop: str, key: str, **kwargs
) -> HttpResponse:
    """A page of a shared draft: read, never kept, in no index."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        response = view(request, of_link(workshop, key, site_of(request)), **kwargs)
    except Withdrawn:
        response = render(request, "agenda/link_closed.html", {"workshop": workshop}, status=410)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: hands `view(request, edition, …)` its edition, and the answer its caching headers.

    RFC 9110 8.8.3 and 13.2: the ETag is the digest of what this reader may see, so that an unchanged page costs
    no rendering. What somebody logged in gets is private; a draft is never kept.
    """

    @functools.wraps(view)
    def wrapper(
        request: HttpRequest, workshop: str, release: int | None = None, is_draft: bool = False, key: str = "", **kwargs
    ):
        if key:
            return _by_link(request, view, workshop, key, **kwargs)
        if is_draft:
            if not reader_of(request).is_signed_in:
                return redirect_to_login(request.get_full_path())
            return view(request, of_draft(request, workshop), **kwargs)
        try:
            edition = published(request, workshop, release)
        except Withdrawn:
            context = {"workshop": workshop, "number": release}
            return render(request, "agenda/withdrawn.html", context, status=410)
        private = reader_of(request).has_session
        etag = f'{edition.etag[:-1]}-{hashlib.blake2b(request.get_full_path().encode(), digest_size=5).hexdigest()}"'
        response = get_conditional_response(request, etag)
        if response is None:
            response = view(request, edition, **kwargs)
            if "ETag" in response.headers:  # a file's own, of its content
                etag = response.headers["ETag"]
                response = get_conditional_response(request, etag, response=response) or response
        if response.status_code in (200, 304):
            response.headers["ETag"] = etag
            if edition.released:
                response.headers["Last-Modified"] = http_date(edition.released.timestamp())
            # Asked anew each time, a 304 where nothing changed: no copy on the way holds a release back.
            kept = "private, no-cache" if private else "public, no-cache"
            response.headers.setdefault("Cache-Control", kept)
            patch_vary_headers(response, ["Cookie"])
            if edition.mount != "current":  # in every format; a page says it in its head, too
                response.headers["X-Robots-Tag"] = "noindex"
            if response.headers.get("Content-Type", "").startswith(OPEN):
                # For everybody: without credentials another site gets what the public gets (Fetch, 3.3.5).
                response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return wrapper
