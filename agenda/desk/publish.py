"""Review and publish: what stands against it, what the readers will see change, and the button."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agenda import clashes, doubts, publishing
from agenda.models import PrintOrder, Workshop
from agenda.printing import PAPERS, orders
from agenda.web.editions import site_of

from . import first
from .bench import Desk, choose
from .mending import mends


def page(site: admin.AdminSite, request: HttpRequest, object_id: int) -> HttpResponse:
    """The page of the workshop with this key; POST publishes the draft that was looked at (`seen`), or has the printed
    editions made again (`again`)."""
    user: Any = request.user
    workshop = Workshop.objects.filter(pk=object_id).first()
    if workshop is None or not user.has_perm("agenda.view_workshop", workshop):
        raise Http404  # nobody learns here which workshops there are
    choose(request, workshop.pk)
    if request.method != "POST":
        return review(site, request, workshop)
    if not user.has_perm("agenda.publish_workshop", workshop):
        raise PermissionDenied
    return print_again(request, workshop) if "again" in request.POST else publish(site, request, workshop)


def review(site: admin.AdminSite, request: HttpRequest, workshop: Workshop, note: str = "") -> HttpResponse:
    """The page that shows what would be published; `note` is the sentence that was written on it before."""
    desk = Desk(request, workshop)
    sessions = dict(workshop.sessions.values_list("code", "pk"))
    weighed = doubts.weigh(desk.review.clashes, desk.draft, workshop.acceptances.all())
    changed = first.told(desk, sessions)
    found = desk.review.clashes
    return desk.page(
        site, "publish", _("Review and publish"), workshop=workshop, digest=desk.review.digest, note=note,
        may_publish=desk.may_publish, changed=changed[: first.MOST_CHANGES], count=len(changed),
        blockers=[first.Finding(one, mends(one, workshop, sessions)) for one in clashes.blockers(found)],
        doubts=[
            first.Finding(one.clash, mends(one.clash, workshop, sessions), one.facts)
            for one in weighed if not one.accepted
        ],
        editions=len(PAPERS) * len(workshop.languages),
        printing=PrintOrder.objects.filter(workshop=workshop).select_related("release").first(),
        preview=reverse("draft:agenda", kwargs={"workshop": workshop.slug}),
    )  # fmt: skip


def print_again(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Have the printed editions of the newest version set once more, those too that failed just now."""
    if newest := workshop.releases.newest():
        orders.place(newest, site_of(request), again=True)
        messages.info(request, _("The printed editions are being made again."))
    return HttpResponseRedirect(_here(workshop))


def publish(site: admin.AdminSite, request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Publish the draft, if it is still the one that was looked at."""
    note, seen = request.POST.get("note", "").strip()[:500], request.POST.get("seen", "")
    try:
        release = publishing.publish(workshop, request.user, note, seen)
    except publishing.Blocked as blocked:
        messages.error(request, _("Nothing was published: %(why)s") % {"why": blocked.clashes[0].message})
        return HttpResponseRedirect(_here(workshop))
    except publishing.Unseen:
        text = _("Nothing was published: the draft is no longer the one that you looked at. This is how it is now.")
        messages.warning(request, text)
        return review(site, request, workshop, note)
    if release is None:
        messages.info(request, nothing_new(request, workshop))
    else:
        orders.place(release, site_of(request))
        public = reverse("current:agenda", kwargs={"workshop": workshop.slug})
        text = _('Version {number} is published: <a href="{address}">see the agenda</a>.')
        messages.success(request, format_html(text, number=release.number, address=public))
    return HttpResponseRedirect(_here(workshop))


def _here(workshop: Workshop) -> str:
    return reverse("admin:agenda_workshop_publish", args=[workshop.pk])


def nothing_new(request: HttpRequest, workshop: Workshop) -> str:
    """What somebody reads who publishes what is public already."""
    newest = workshop.releases.newest()
    if newest and newest.published_by != request.user and str(newest.number) != request.POST.get("last", ""):
        values = {"who": newest.published_by or _("somebody"), "number": newest.number}
        # The name stands inside: Django's messages begin with a capital, and an address has none.
        text = _(
            "What you looked at has just been published by %(who)s, as version %(number)d; its sentence is theirs."
        )
        return text % values
    return _("Nothing has changed since the last version: there is nothing to publish.")
