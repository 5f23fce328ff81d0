"""Links to the draft for people without account: made, copied, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import DraftLink
from agenda.web.editions import site_of
from edits.models import Way
from edits.recording import acting, name_of

from .bench import Desk, workshop_at

DAYS = [("1", gettext_lazy("1 day")), ("7", gettext_lazy("7 days")), ("14", gettext_lazy("14 days")),
        ("60", gettext_lazy("60 days"))]  # fmt: skip


class LinkForm(forms.Form):
    """For whom a link is, and how long it works."""

    name = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        help_text=gettext_lazy("“The mayor's office”: it stands at the head of the draft that they read."),
    )
    days = forms.ChoiceField(label=gettext_lazy("It works for"), choices=DAYS, initial="7")


def page(site: admin.AdminSite, request: HttpRequest, slug: str) -> HttpResponse:
    """The links of a workshop; POST makes one (`name`, `days`) or revokes one (`retirar`: its key)."""
    workshop = workshop_at(request, slug)
    desk = Desk(request, workshop)
    if not desk.may_publish:
        raise PermissionDenied
    form = LinkForm(request.POST if request.method == "POST" and "retirar" not in request.POST else None)
    if request.method == "POST":
        if "retirar" in request.POST:
            _revoke(request, desk)
            return HttpResponseRedirect(desk.address("draft_links"))
        if form.is_valid():
            try:
                _make(request, desk, form.cleaned_data)
                return HttpResponseRedirect(desk.address("draft_links"))
            except ValidationError as error:  # a name of signs that nobody sees
                form.add_error("name", error.messages)
    here = site_of(request)
    links = [
        (link, here + reverse("shared:agenda", kwargs={"workshop": slug, "key": link.key}))
        for link in workshop.draft_links.all()
    ]
    return desk.page(site, "links", _("Links to the draft"), is_light=True, form=form, links=links)


def _make(request: HttpRequest, desk: Desk, said: dict[str, Any]) -> None:
    expires = timezone.now() + dt.timedelta(days=int(said["days"]))
    by: Any = request.user
    made = DraftLink(workshop=desk.workshop, name=said["name"], by=by, by_name=name_of(by), expires=expires)
    with acting(Way.FORM):
        made.full_clean(exclude=["by"])
        made.save()
    messages.success(request, _("The link for “%(name)s” is made: copy it below and send it.") % {"name": made.name})


def _revoke(request: HttpRequest, desk: Desk) -> None:
    link = desk.workshop.draft_links.filter(key=request.POST["retirar"].replace("\0", ""), revoked=None).first()
    if link is None:
        messages.info(request, _("That link was revoked already."))
        return
    with acting(Way.FORM):
        link.revoked = timezone.now()
        link.save()
    messages.success(request, _("The link for “%(name)s” no longer works.") % {"name": link.name})
