"""The draft as a phone shows it, in each language: frames of a phone's width."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from languages import LANGUAGES
from rules.policy import POLICY

from .bench import Desk, workshop_at


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """The draft's agenda in frames 360 pixels wide, one for each language; ?como=miembro as a member."""
    workshop = workshop_at(request, slug)
    as_member = request.GET.get("como") == "miembro"
    names = dict(LANGUAGES)
    frames = []
    for code in workshop.languages:
        with translation.override(code):
            address = reverse("draft:embed", kwargs={"workshop": slug})
        frames.append((code, names[code].partition(" (")[0], address + ("?como=miembro" if as_member else "")))
    desk = Desk(request, workshop)
    response = desk.page(site, "phone", _("On a phone"), is_light=True, frames=frames, as_member=as_member)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response
