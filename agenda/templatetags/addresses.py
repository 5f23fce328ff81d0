"""Where pages lead to."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from agenda.programme import Programme
from languages import LANGUAGES

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context, name: str, **kwargs) -> str:
    """The address of a page of this edition; on paper, of the public site."""
    return context["edition"].address(name, **kwargs)


@register.simple_tag(takes_context=True)
def address_in(context, language: str, name: str, **kwargs) -> str:
    """The address of a page of this edition in another language."""
    return context["edition"].address_in(language, name, **kwargs)


@register.simple_tag(takes_context=True)
def webcal(context, name: str, **kwargs) -> str:
    """The address of a calendar under webcal:, which calendar programs take as «subscribe»."""
    return "webcal:" + context["edition"].absolute(name, **kwargs).partition(":")[2]


@register.simple_tag(takes_context=True)
def in_languages(context) -> list[dict[str, str | bool]]:
    """This page in every language: code, name, address; for the switch and for `link rel=alternate`."""
    request, here = context["request"], translation.get_language()
    prefix = f"/{here}/"
    path = request.path if request.path.startswith(prefix) else prefix
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {
            "code": code, "name": name, "short": code.partition("-")[0], "here": code == here,
            "address": f"/{code}/{path.removeprefix(prefix)}{query}",
        }
        for code, name in LANGUAGES
    ]  # fmt: skip


@register.simple_tag(takes_context=True)
def is_here(context, address: str) -> SafeString:
    """Marks the link that leads to this very page (WAI-ARIA 1.2, aria-current)."""
    return SafeString(' aria-current="page"' if context["request"].path == address else "")


@register.simple_tag
def worker_address() -> str:
    """The address of the service worker; empty where it is switched off."""
    return reverse("worker") if settings.SERVICE_WORKER else ""


@register.simple_tag
def workshops_address() -> str:
    return reverse("workshops")


@register.filter
def site_name(address: str) -> str:
    """A website as people say it: www.quito.gob.ec."""
    return urlsplit(address).netloc or address


@register.filter
def street_map(programme: Programme) -> str:
    """Where OpenStreetMap looks for the venue."""
    where = ", ".join(filter(None, [programme.venue.text, programme.address, programme.city.text]))
    return "https://www.openstreetmap.org/search?" + urlencode({"query": where})
