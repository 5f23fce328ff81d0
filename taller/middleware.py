"""Headers that every answer carries, whoever made it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from adminbase.lists import BadAddress
from agenda.web.ready import over_https
from rules.policy import PARTS, PERMISSIONS, POLICY


def proxied(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a trusted proxy says of https is understood in every spelling, as in front of Django."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.TRUSTED_PROXIES and "HTTP_X_FORWARDED_PROTO" in request.META:
            https = over_https(request.META["HTTP_X_FORWARDED_PROTO"])
            request.META["HTTP_X_FORWARDED_PROTO"] = "https" if https else "http"
        return get_response(request)

    return middleware


def readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what no text holds (U+0000) is refused before it reaches a database, which would raise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            "\0" in request.path
            or "\0" in request.META.get("HTTP_COOKIE", "")
            or "%00" in request.META.get("QUERY_STRING", "")
        ):
            raise BadAddress("")
        return get_response(request)

    return middleware


def spared(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever saves data (Save-Data: on; NetInfo, 4.3) reads in a face of their system: no font is sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.endswith(".woff2") and request.headers.get("Save-Data", "").lower() == "on":
            return HttpResponse(status=404, headers={"Vary": "Save-Data"})
        return get_response(request)

    return middleware


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: content security policy, permissions policy, and no caching unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A 304 brings a cached answer up to date (RFC 9111 3.2): what it does not say stays as it was.
        is_part = response.headers.get("Content-Type", "").startswith(PARTS)
        if not is_part and response.status_code != 304:
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "private, no-store")
        if response.cookies and response.headers["Cache-Control"].startswith("public"):
            response.headers["Cache-Control"] = "private, no-cache"  # a cookie is one reader's
        return response

    return middleware
