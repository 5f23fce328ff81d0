"""The pages of a new release are made ready before somebody asks for them, in the order in which they are read."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import reverse
from django.utils import translation

from agenda import publishing
from agenda.faces import rose
from agenda.models import Release
from agenda.web import style
from agenda.web.editions import Edition, of_release
from languages import CODES

Host = tuple[str, str]  # scheme and host, as the table of ready answers has them
FIRST = ("agenda", "presentation", "participants")  # what most readers open, and the copies on their devices hold
THEN = (
    "version",
    "screen",
    "calendars",
    "changes",
    "embed",
    "calendar",
    "feed",
    "schedule_json",
    "schedule_xml",
)


def own_host() -> Host | None:
    """Where the settings say that the site is reached; None where they do not, or Django would refuse it there."""
    site = urlsplit(settings.SITE_URL)
    is_answered = validate_host(split_domain_port(site.netloc)[0], settings.ALLOWED_HOSTS)
    return (site.scheme, site.netloc) if site.netloc and is_answered else None


def addresses() -> Iterator[str]:
    """The paths of the public pages of all current releases, those of the newest release first.

    All but the page of papers, which changes while they are being set. Of a release
    first what all read, in every language, then its sessions, then the rest. Asks the database when first read from.
    """
    for release in Release.objects.current().select_related("workshop").order_by("-published_at", "-pk"):
        editions: dict[str, Edition] = {}
        source = release.workshop.source
        for language in sorted(CODES, key=lambda code: code != source):
            [programme] = publishing.released([release], language, "public")
            editions[language] = of_release(programme, "")
        for paths in (_first, _style, _sessions, _rest):
            for language, edition in editions.items():
                # No generator keeps a language on while somebody else renders.
                with translation.override(language):
                    found = list(paths(edition))
                yield from found


def _first(edition: Edition) -> Iterator[str]:
    yield from map(edition.address, FIRST)
    yield reverse("home")


def _style(edition: Edition) -> Iterator[str]:
    """The stylesheet, where the workshop has one of its own."""
    if edition.programme.axes:
        yield style.address(edition.programme)


def _sessions(edition: Edition) -> Iterator[str]:
    for _day, slot in edition.programme.entries:
        yield edition.address("session", code=slot.code)


def _rest(edition: Edition) -> Iterator[str]:
    yield from map(edition.address, THEN)
    if rose.mark(edition.programme):
        yield edition.address("rose")
    yield reverse("workshops")
    for axis in edition.programme.axes:
        yield edition.address("axis", number=axis.number)
        yield edition.address("axis_calendar", number=axis.number)
    for participant in edition.programme.participants:
        yield edition.address("participant", slug=participant.slug)
    for _day, slot in edition.programme.standing:
        yield edition.address("session_calendar", code=slot.code)


def keys(hosts: list[Host]) -> Iterator[tuple[str, str, str]]:
    """The keys of all public pages as the readers of `hosts` ask for them; a host's pages after those of the one
    before it."""
    return chain.from_iterable(((*host, path) for path in addresses()) for host in hosts)


def environ_for(key: tuple[str, str, str]) -> dict[str, Any]:
    """A request for the page `key` as PEP 3333 hands it on, of a reader without cookies."""
    scheme, host, path = key
    name, _colon, port = host.partition(":")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
