"""A page of the admin: take back what was published, after it was shown where it stands."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda import withdrawing
from agenda.models import Workshop
from agenda.models.withdrawal import Withdrawn
from agenda.printing import orders
from agenda.web.editions import site_of


class WithdrawalForm(forms.Form):
    """What is withdrawn: of the boxes below `kind` one is filled in."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"), choices=Withdrawn.choices, widget=forms.RadioSelect, initial=Withdrawn.TEXT
    )
    text = forms.CharField(
        label=gettext_lazy("Text that is withdrawn"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "It is looked for as it is, in all languages, whatever the case; a number however it is grouped. A person: "
            "their name."
        ),
    )
    session = forms.ChoiceField(label=gettext_lazy("Session"), required=False)
    for_members = forms.BooleanField(
        label=gettext_lazy("Members go on reading it; only the public loses it, in every version"), required=False
    )
    release = forms.ChoiceField(label=gettext_lazy("Version"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=300, help_text=gettext_lazy("Only organisers read it.")
    )
    sure = forms.BooleanField(label=gettext_lazy("I understand that this cannot be undone"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, workshop: Workshop, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.workshop = workshop
        rows = workshop.sessions.select_related("day").order_by("day__date", "start")
        fields: Any = self.fields
        there = [(row.code, f"{row.day.called()}: {row}") for row in rows]
        gone = _("%(title)s (no longer in the draft)")
        were = [(code, gone % {"title": title}) for code, title in withdrawing.no_longer(workshop).items()]
        fields["session"].choices = [("", "—"), *there, *were]
        standing = workshop.releases.filter(withdrawn=False).order_by("-number")
        fields["release"].choices = [("", "—"), *((row.number, _("Version %(number)d") % {"number": row.number})
                                                 for row in standing)]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind")
        if kind == Withdrawn.TEXT and len(" ".join(data.get("text", "").split())) < withdrawing.LEAST:
            self.add_error("text", ValidationError(_("Write at least %(n)d letters.") % {"n": withdrawing.LEAST}))
        if kind == Withdrawn.ROW and not data.get("session"):
            self.add_error("session", ValidationError(_("Choose a session.")))
        if kind == Withdrawn.RELEASE and not data.get("release"):
            self.add_error("release", ValidationError(_("Choose a version.")))
        if "withdraw" in self.data:
            if not data.get("reason"):
                self.add_error("reason", ValidationError(_("Say why.")))
            if not data.get("sure"):
                self.add_error("sure", ValidationError(_("Tick this box.")))
        return data

    def sight(self) -> withdrawing.Sight:
        """Where it stands now."""
        data = self.cleaned_data
        if data["kind"] == Withdrawn.TEXT:
            return withdrawing.sight_of_text(self.workshop, data["text"])
        if data["kind"] == Withdrawn.ROW:
            return withdrawing.sight_of_session(self.workshop, data["session"])
        return withdrawing.sight_of_release(self.workshop, int(data["release"]))

    def withdraw(self, by: Any) -> None:
        """Withdraw it."""
        data = self.cleaned_data
        if data["kind"] == Withdrawn.TEXT:
            withdrawing.withdraw_text(self.workshop, data["text"], data["reason"], by)
        elif data["kind"] == Withdrawn.ROW:
            withdrawing.withdraw_session(self.workshop, data["session"], data["reason"], by, data["for_members"])
        else:
            release = self.workshop.releases.get(number=int(data["release"]))
            withdrawing.withdraw_release(release, data["reason"], by)


def view(page: Any, request: HttpRequest, object_id: int) -> HttpResponse:
    """First where it stands, then it goes: from there and from nowhere else."""
    workshop = get_object_or_404(page.get_queryset(request), pk=object_id)
    user: Any = request.user
    if not user.has_perm("agenda.publish_workshop", workshop):
        raise PermissionDenied
    initial = {name: request.GET[name] for name in ("kind", "session", "for_members") if name in request.GET}
    posted = request.POST if request.method == "POST" else None
    form = WithdrawalForm(workshop, posted, initial={"kind": Withdrawn.TEXT, **initial})
    sight = None
    seen = ""
    if posted is not None and form.is_valid():
        sight = form.sight()
        seen = digest(form, sight)
        if "withdraw" in posted and sight.places:
            if form.cleaned_data["seen"] == seen:
                return _withdrawn(request, workshop, form)
            messages.warning(request, _("Nothing was withdrawn: it now stands elsewhere too, look again."))
    elif posted is not None and "withdraw" in posted and "kind" in form.cleaned_data and _is_found(form):
        sight = form.sight()
        seen = digest(form, sight)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Withdraw from all that is public"),
        "opts": page.model._meta,
        "workshop": workshop,
        "form": form,
        "sight": sight,
        "seen": seen,
        "lasting": withdrawing.lasting(),
        "acts": workshop.withdrawal_acts.select_related("by"),
    }
    return TemplateResponse(request, "admin/agenda/workshop/withdraw.html", context)


def _is_found(form: WithdrawalForm) -> bool:
    """Whether only the reason or the tick is missing."""
    return not set(form.errors) - {"reason", "sure"}


def digest(form: WithdrawalForm, sight: withdrawing.Sight) -> str:
    """What tells what was shown from what stands there now."""
    data = form.cleaned_data
    shown = [data["kind"], data["text"], data["session"], data["release"], data["for_members"], sight]
    return hashlib.blake2b(repr(shown).encode(), digest_size=16).hexdigest()


def _withdrawn(request: HttpRequest, workshop: Workshop, form: WithdrawalForm) -> HttpResponse:
    form.withdraw(request.user)
    act = workshop.withdrawal_acts.first()
    numbers = list(act.releases) if act else []
    told = ngettext("Withdrawn from %(n)d version.", "Withdrawn from %(n)d versions.", len(numbers))
    messages.success(request, told % {"n": len(numbers)})
    if newest := workshop.releases.newest():
        orders.place(newest, site_of(request), again=True)
        messages.info(request, _("The printed editions are being made again."))
    return HttpResponseRedirect(reverse("admin:agenda_workshop_withdraw", args=[workshop.pk]))
