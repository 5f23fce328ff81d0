"""The site's stylesheet as one edition has it: the rules of its axes stand at the end of the one file.

What is in it stands in its address, so that every copy of an answer is right for ever, needs no database, and an old
version, a draft and two workshops each have their own. The strict policy of the site allows no style in the page.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import rcssmin
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response

from agenda.programme import Programme, colour

SHEET = "css/site.css"
BESIDE = re.compile(r"url\(\.\./([^()]+)\)")  # what lies beside the sheet's folder: fonts


@functools.cache
def _site() -> str:
    """The stylesheet of all pages, as it goes over the wire, with addresses that hold wherever it is served."""
    path = finders.find(SHEET)
    if not path:
        raise FileNotFoundError(SHEET)
    text = rcssmin.cssmin(Path(path).read_text(encoding="utf-8"))
    return BESIDE.sub(lambda found: f"url({static(found[1])})", text)


@functools.cache
def _made() -> str:
    """Tells one making of the stylesheet from another: eight hexadecimal digits."""
    return hashlib.blake2b(_site().encode(), digest_size=4).hexdigest()


def address(programme: Programme) -> str:
    """Where the stylesheet for `programme` is; the site's own where it has no axis."""
    key = colour.key(programme.axes)
    if not key:
        return static(SHEET)
    return reverse("style", kwargs={"made": _made(), "key": key})


def style(request: HttpRequest, made: str, key: str) -> HttpResponse:
    """The stylesheet with the axes that `key` names (colour.key()). Raises Http404 for anything else.

    A page from before an update asks for the file of then, and gets the one of now, which it does not keep.
    """
    try:
        text = _site() + colour.rules(colour.read(key))
    except ValueError as error:
        raise Http404 from error
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    is_current = made == _made()
    response.headers["Cache-Control"] = f"public, {'max-age=31536000, immutable' if is_current else 'no-cache'}"
    response.headers["ETag"] = f'"{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"'
    return get_conditional_response(request, response.headers["ETag"], response=response) or response


def axes(request: HttpRequest, key: str) -> HttpResponse:
    """Only the rules of the axes that `key` names, for pages with a stylesheet of their own. Http404 as style()."""
    try:
        text = colour.rules(colour.read(key))
    except ValueError as error:
        raise Http404 from error
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
