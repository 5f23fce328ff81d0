"""Pages that belong to no app: the way in, probes, what search engines ask for, the page that is not there."""

from __future__ import annotations

import hashlib

import msgspec
import rjsmin
from django.conf import settings
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.urls import is_valid_path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext

from adminbase.lists import BadAddress
from agenda.models import Release
from agenda.web.editions import site_of
from languages import CODES
from taller.sitemaps import PublicPages


def root(request: HttpRequest) -> HttpResponse:
    """Send the reader to their language, by what the browser asks for (RFC 9110 12.5.4); Spanish otherwise."""
    response = HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")
    response.headers["Cache-Control"] = "public, max-age=600"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it by this name whatever a page says."""
    return HttpResponseRedirect(static("img/icon.svg"))


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; with SERVICE_WORKER=no one that takes itself away from every device it reached."""
    template = "sw.js" if settings.SERVICE_WORKER else "sw-none.js"
    script = rjsmin.jsmin(loader.render_to_string(template))
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    # Each opening of a page looks for a newer one: an hour, then a 304. So a bad one can be switched off in an hour.
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    return get_conditional_response(request, response.headers["ETag"], response=response) or response


def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the site installable (W3C Web Application Manifest)."""
    data = {
        "name": gettext("Workshops of cities"), "short_name": "Taller", "start_url": "/", "display": "minimal-ui",
        "background_color": "#fdfcf9", "theme_color": "#1c1b19", "lang": translation.get_language(),
        "icons": [
            {"src": static("img/icon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"},
            *(
                {"src": static(f"img/icon-{n}.png"), "type": "image/png", "sizes": f"{n}x{n}", "purpose": purpose}
                for n in (192, 512)
                for purpose in ("any", "maskable")
            ),
        ],
    }  # fmt: skip
    response = HttpResponse(msgspec.json.encode(data), content_type="application/manifest+json; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309. Old versions and drafts are kept out by their own robots meta element."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        f"Sitemap: {site_of(request)}/sitemap.xml",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap of the public pages, for search engines."""
    response = sitemap_view(request, {"pages": PublicPages})
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


def after_login(request: HttpRequest) -> HttpResponse:
    """Where somebody goes who has logged in: those who work on the programme to the admin, others to the site."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    return HttpResponseRedirect(reverse("admin:index") if request.user.is_staff else reverse("home"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what cannot be meant; `exception` tells more to the log than to the reader.

    It needs neither session nor host: those may be what is wrong.
    """
    reason = exception.reason if isinstance(exception, BadAddress) else ""
    return HttpResponse(loader.render_to_string("400.html", {"reason": reason}), status=400)


def as_typed(request: HttpRequest) -> str | None:
    """Where an address leads that was typed from paper or after somebody's words: capitals, blanks, no last slash are
    no other address. None where it leads nowhere either."""
    path = "/" + "/".join(request.path_info.lower().replace(" ", "").strip("/").split("/")) + "/"
    if request.method not in ("GET", "HEAD") or path.split("/")[1] not in CODES:
        return None
    for other in (path, path[:-1]):
        if other != request.path_info and is_valid_path(other):
            query = request.META.get("QUERY_STRING", "")
            return f"{other}?{query}" if query else other
    return None


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """The page for what does not exist: says why where a view said it, and leads to the workshop's agenda."""
    if (typed := as_typed(request)) is not None:
        return HttpResponseRedirect(typed)
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    parts = request.path.strip("/").split("/")
    agenda = None
    if len(parts) > 1 and parts[0] in CODES and Release.objects.filter(workshop__slug=parts[1]).exists():
        agenda = reverse("current:agenda", kwargs={"workshop": parts[1]})
    return render(request, "404.html", {"reason": reason, "agenda": agenda}, status=404)
