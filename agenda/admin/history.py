"""Pages of the admin over the record of edits: the history, the bin, undo and redo."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.lists import check_search
from agenda import deleted, undoing
from agenda.models import Workshop
from agenda.undoing import Refused
from agenda.withdrawing.rows import participants_of
from edits import words
from edits.models import KEPT_FOR, Edit, EditedRow
from languages import name_key

A_PAGE = 50  # edits
KINDS = {
    "sesiones": ("agenda.session", "agenda.item", "agenda.moderator", "agenda.day", "agenda.axis"),
    "participantes": ("participants.participant", "participants.region", "agenda.attendance", "agenda.convener"),
    "taller": ("agenda.workshop", "agenda.section"),
    "publicaciones": ("agenda.release",),
    "cuentas": ("accounts.user", "accounts.membership"),
}
_SHARED = Q(key__startswith="participants.")


class Filters(forms.Form):
    """What the history can be narrowed to; all of it stands in the address."""

    taller = forms.ModelChoiceField(
        Workshop.objects.none(), label=gettext_lazy("Workshop"), required=False, empty_label=gettext_lazy("All")
    )
    de = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        choices=[
            ("", gettext_lazy("Everything")),
            ("sesiones", gettext_lazy("Agenda")),
            ("participantes", gettext_lazy("Participants")),
            ("taller", gettext_lazy("Presentation")),
            ("publicaciones", gettext_lazy("Publications")),
            ("cuentas", gettext_lazy("Access")),
        ],
    )
    quien = forms.ChoiceField(label=gettext_lazy("By whom"), required=False)
    dia = forms.DateField(
        label=gettext_lazy("On the day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    fila = forms.RegexField(r"^[a-z]+\.[a-z]+:\d{1,18}$", required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, workshops: QuerySet, names: list[str]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["taller"].queryset = workshops
        fields["quien"].choices = [("", _("Everybody")), *((name, name) for name in names)]


def urls(site: admin.AdminSite) -> list[Any]:
    """The addresses of these pages."""
    return [
        path("historial/", site.admin_view(lambda request: history(site, request)), name="history"),
        path("historial.csv", site.admin_view(export), name="history_export"),
        path("papelera/", site.admin_view(lambda request: bin_view(site, request)), name="bin"),
        path("deshacer/", site.admin_view(undo), name="undo"),
    ]


# --- who sees what ---


def visible(user: Any) -> Q:
    """The rows of the record that `user` may read: of their workshops and of what workshops share; accounts only where
    they look after all."""
    mine = user.works_in("edits.view_edit")
    everybody = user.works_in("accounts.view_user") is None
    rows = Q() if mine is None else Q(workshop__in=mine) | _SHARED
    return rows if everybody else rows & ~Q(key__startswith="accounts.")


def _edits(user: Any, form: Filters) -> tuple[QuerySet[Edit], QuerySet[EditedRow]]:
    """The edits that the address asks for, and the rows of them that the reader may read."""
    rows = EditedRow.objects.filter(visible(user))
    chosen = form.cleaned_data if form.is_valid() else {}
    if workshop := chosen.get("taller"):
        people = [f"participants.participant:{pk}" for pk in participants_of(workshop).values_list("pk", flat=True)]
        rows = rows.filter(Q(workshop=workshop.pk) | Q(key__in=people))
    if kind := chosen.get("de"):
        about = Q()
        for label in KINDS[kind]:
            about |= Q(key__startswith=f"{label}:")
        rows = rows.filter(about)
    if row := chosen.get("fila"):
        rows = rows.filter(Q(key=row) | Q(inside=row))
    if text := chosen.get("q"):
        check_search(text)
        rows = rows.filter(Q(words__contains=name_key(text)) | Q(edit__by_name__icontains=text))
    edits = Edit.objects.filter(pk__in=rows.values("edit"))
    if name := chosen.get("quien"):
        edits = edits.filter(by_name=name)
    if day := chosen.get("dia"):
        start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        edits = edits.filter(at__gte=start, at__lt=start + dt.timedelta(days=1))
    return edits, EditedRow.objects.filter(visible(user))


def _form(request: HttpRequest) -> Filters:
    user: Any = request.user
    mine = user.works_in("edits.view_edit")
    workshops = Workshop.objects.order_by("-number", "slug")
    workshops = workshops if mine is None else workshops.filter(pk__in=mine)
    rows = EditedRow.objects.filter(visible(user)).values("edit")
    names = Edit.objects.filter(pk__in=rows).exclude(by_name="").order_by("by_name").values_list("by_name", flat=True)
    return Filters(request.GET, workshops, list(names.distinct()[:200]))


# --- the pages ---


def history(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """Who did what and when, the newest first; POST `volver` lets a row be as it was before an edit."""
    user: Any = request.user
    if not user.has_perm("edits.view_edit"):
        raise PermissionDenied
    if request.method == "POST":
        return _back(request)
    form = _form(request)
    edits, rows = _edits(user, form)
    before = request.GET.get("antes", "")
    if before.isascii() and before.isdecimal() and len(before) < 18:
        edits = edits.filter(pk__lt=int(before))
    shown = list(edits.order_by("-pk").prefetch_related(_with(rows))[: A_PAGE + 1])
    told = words.tell(shown[:A_PAGE], user)
    more = {**request.GET.dict(), "antes": str(shown[A_PAGE - 1].pk)} if len(shown) > A_PAGE else None
    context = {
        **site.each_context(request),
        "title": _("History"),
        "form": form,
        "days": by_day(told),
        "more": urlencode(more) if more else "",
        "query": urlencode({name: value for name, value in request.GET.items() if name != "antes"}),
        "about": told[0].rows[0] if told and form.is_valid() and form.cleaned_data.get("fila") else None,
        "steps": undoing.steps(user),
    }
    return TemplateResponse(request, "admin/history.html", context)


def _with(rows: QuerySet[EditedRow]) -> Any:
    return Prefetch("rows", rows)


def by_day(told: list[words.EditTold]) -> list[tuple[dt.date, list[words.EditTold]]]:
    """Edits by the day on which they were made, as they come."""
    days: dict[dt.date, list[words.EditTold]] = {}
    for edit in told:
        days.setdefault(edit.when.date(), []).append(edit)
    return list(days.items())


def _back(request: HttpRequest) -> HttpResponse:
    edit = get_object_or_404(Edit, pk=_number(request.POST.get("volver", "")))
    key = request.POST.get("fila", "").replace("\0", "")
    get_object_or_404(EditedRow.objects.filter(visible(request.user), edit=edit), key=key)
    try:
        name = undoing.back_to(edit, key, request.user)
        messages.success(request, _("As it was before: %(name)s.") % {"name": name})
    except Refused as error:
        tell_refused(request, error)
    return HttpResponseRedirect(request.get_full_path())


def export(request: HttpRequest) -> HttpResponse:
    """The history that the address asks for, a row for each row that was changed, as CSV in UTF-8 with its mark."""
    user: Any = request.user
    if not user.has_perm("edits.view_edit"):
        raise PermissionDenied
    edits, rows = _edits(user, _form(request))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="historial.csv"'
    response.write("\ufeff")
    table = csv.writer(response, delimiter=";")
    table.writerow([_("when"), _("who"), _("way"), _("what happened"), _("what"), _("name"), _("field"), _("before"),
                    _("after")])  # fmt: skip
    for edit in words.tell(list(edits.order_by("-pk").prefetch_related(_with(rows)))):
        for row in edit.rows:
            head = [f"{edit.when:%Y-%m-%d %H:%M}", edit.who, edit.said_way, words.ACTS[row.act], row.what, row.name]
            for field in row.fields or (None,):
                cells = [field.label, field.before, field.after] if field else ["", "", ""]
                table.writerow([_safe(str(cell)) for cell in (*head, *cells)])
    return response


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def bin_view(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """What was deleted in the last thirty days; POST brings one back."""
    user: Any = request.user
    if not user.has_perm("edits.view_edit"):
        raise PermissionDenied
    mine = user.works_in("edits.view_edit")
    if request.method == "POST":
        return _restore(request)
    waiting = [one for one in deleted.waiting() if mine is None or one.row.workshop is None or one.row.workshop in mine]
    context = {
        **site.each_context(request),
        "title": _("Bin"),
        "waiting": waiting,
        "now": timezone.now(),
        "steps": undoing.steps(user),
    }
    return TemplateResponse(request, "admin/bin.html", context)


def _restore(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("fila", "").replace("\0", "")
    rows = EditedRow.objects.filter(visible(request.user), edit=_number(request.POST.get("devolver", "")))
    row = get_object_or_404(rows.select_related("edit"), key=key)
    if row.edit.at < timezone.now() - KEPT_FOR:
        messages.error(request, _("This was deleted more than 30 days ago and no longer waits in the bin."))
        return HttpResponseRedirect(reverse("admin:bin"))
    try:
        name, left = deleted.restore(row.edit, key, request.user)
        messages.success(request, _("“%(name)s” is back, with all that had gone along.") % {"name": name})
        for sentence in left:
            messages.warning(request, sentence)
    except Refused as error:
        tell_refused(request, error)
    return HttpResponseRedirect(reverse("admin:bin"))


def undo(request: HttpRequest) -> HttpResponse:
    """Take back the reader's last step, or do the one again that they took back (POST `paso`: the edit)."""
    back = request.POST.get("a", "") or reverse("admin:history")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("admin:history")
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:history"))
    user: Any = request.user
    steps = undoing.steps(user, _number(request.POST.get("taller", "")) or None)
    edit = next((one for one in (steps.undo, steps.redo) if one and str(one.pk) == request.POST.get("paso")), None)
    if edit is None:
        messages.warning(request, _("Nothing was undone: it is no longer your last step."))
        return HttpResponseRedirect(back)
    try:
        name = undoing.undo(edit, user)
        text = _("Done again: %(name)s.") if edit == steps.redo else _("Undone: %(name)s.")
        messages.success(request, text % {"name": name})
    except Refused as error:
        tell_refused(request, error)
    return HttpResponseRedirect(back)


def tell_refused(request: HttpRequest, error: Refused) -> None:
    """Say why something cannot be taken back; nothing was changed."""
    for sentence in str(error).splitlines()[:10]:
        messages.error(request, sentence)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
