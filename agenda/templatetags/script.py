"""What the script of a page is told (static/js/agenda.js): addresses, numbers and words in the page's language."""

from __future__ import annotations

from typing import Any

import msgspec
from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agenda.templatetags.addresses import webcal, worker_address
from agenda.templatetags.times import over

register = template.Library()
ROWS = ("agenda", "landing", "screen")  # pages that show what is now and next
STARS = ("agenda", "session")


@register.simple_tag(takes_context=True)
def script_says(context, kind: str) -> SafeString:
    """The JSON that a page of this `kind` (page, session, agenda, landing, screen) hands to its script."""
    edition = context["edition"]
    programme = edition.programme
    is_current = edition.mount == "current" and bool(programme.release)
    says: dict[str, Any] = {
        "workshop": programme.slug, "zone": programme.timezone, "release": programme.release or 0,
        "home": edition.address("presentation"), "participants": edition.address("participants"),
    }  # fmt: skip
    if edition.withdrawals:
        says["withdrawals"] = edition.withdrawals
    if is_current:
        says |= _versions(edition) | _offline(kind)
    if kind in STARS:
        says |= {
            "star": _("To my agenda: {title}"),
            "own": _("Also by your clock ({zone})"),
            "clock": static("js/own.js"),
        }
        if is_current:
            says |= {
                "since": edition.since, "news": static("js/news.js"), "newsTitle": _("Changed since your last visit:")
            }  # fmt: skip
    if kind in ROWS:
        says |= _moments(programme)
    if kind == "agenda":
        says |= _choice(context, edition)
    # HTML 4.12.1.3: inside a script element no «<» may be taken for its end.
    text = msgspec.json.encode(says).decode().replace("<", "\\u003c")
    return mark_safe(f'<script id="says" type="application/json">{text}</script>')  # noqa: S308


def _versions(edition) -> dict[str, str]:
    return {
        "version": edition.address("version"),
        "worker": worker_address(),
        "fresh": _("There is a new version ({release}): {n} changes"),
        "fresh1": _("There is a new version ({release}): 1 change"),
        "older": _("It is of version {release}; version {newest} is out."),
    }


def _offline(kind: str) -> dict[str, str]:
    return {
        "offline": _("No network: this is a copy."),
        "offlineMinutes": _("No network: this copy is {n} min old."),
        "offlineHours": _("No network: this copy is {n} h old."),
        **({"offlineAt": _("No network: this is how it was at {time}.")} if kind == "screen" else {}),
        "missingTitle": _("Not kept on this device"),
        "missing": _("This page needs the network. The agenda is here."),
        "missingLink": _("To the agenda"),
    }


def _moments(programme) -> dict[str, str]:
    return {
        "until": over(programme),
        "now": _("Now"),
        "next": _("Next"),
        "left": _("{n} min left"),
        "left1": _("1 min left"),
        "many": _("{n} at once"),
        "days": _("{n} days to go. It opens with"),
        "tomorrow": _("Tomorrow it opens with"),
        "today": _("Today it opens with"),
        "over": _("The workshop is over. Its programme remains here."),
    }


def _choice(context, edition) -> dict[str, str]:
    return {
        "calendar": edition.address("calendar"),
        "webcal": webcal(context, "calendar"),
        "mineOnly": _("My agenda only"),
        "mineCalendar": _("My agenda in my calendar"),
        "mineFile": _("Download it"),
        "mineShare": _("Address of my agenda"),
        "mineTake": _("Take over into my agenda"),
        "mineGive": _("Take them out of my agenda again"),
        "forAll": _("For everybody"),
        "cancelled": _("Cancelled: “{title}”."),
        "clash": _("At the same time: “{a}” and “{b}”."),
        "search": static("js/search.js"),
        "found": _("{n} rows found."),
        "found1": _("1 row found."),
        "none": _("Try fewer or different words, or remove a filter."),
        "all": _("See everything"),
    }
