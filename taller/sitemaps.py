"""What search engines are told of: every public page of every current release, in every language (sitemaps.org)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import translation

from agenda import publishing
from agenda.models import Release
from agenda.web.editions import Edition, of_release
from languages import CODES, SOURCE


class Page(NamedTuple):
    """The path of a page, and when its release was published."""

    address: str
    published_at: dt.datetime | None = None


class PublicPages(Sitemap):
    def items(self) -> list[Page]:
        releases = list(Release.objects.current().order_by("pk"))
        programmes = publishing.released(releases, SOURCE, "public")
        pages = []
        for language in CODES:
            with translation.override(language):
                pages += [Page(reverse("home")), Page(reverse("workshops"))]
                for release, programme in zip(releases, programmes, strict=True):
                    pages += [Page(address, release.published_at) for address in _of(of_release(programme, ""))]
        return pages

    def location(self, item: Page) -> str:
        return item.address

    def lastmod(self, item: Page) -> dt.datetime | None:
        return item.published_at

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme or super().get_protocol(protocol)

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc or super().get_domain(site)


def _of(edition: Edition) -> Iterator[str]:
    """The paths of the pages of `edition`, in the active language."""
    names = ("presentation", "agenda", "participants", "calendars", "papers", "changes")
    yield from map(edition.address, names)
    for _day, slot in edition.programme.entries:
        yield edition.address("session", code=slot.code)
    for axis in edition.programme.axes:
        yield edition.address("axis", number=axis.number)
    for participant in edition.programme.participants:
        yield edition.address("participant", slug=participant.slug)
