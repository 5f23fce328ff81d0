"""Pages of the admin: the programme as a workbook, and what a file would change before it changes anything."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda import plans
from agenda.models import Workshop
from agenda.resources import looks
from agenda.resources.book import SHOWN, Book, Rights
from edits.models import Way
from languages import CODES, LANGUAGES, SOURCE
from sheets import reading, writing
from sheets.models import Meaning, Upload
from sheets.problems import TableError

from .preview import Preview

# The beginnings of the names of answers (sheets/questions.py); anything else that is posted is none.
ANSWERS = (
    "workshop",
    "encoding",
    "all:",
    "old:",
    "code:",
    "equal:",
    "twice:",
    "again:",
    "which:",
    "sheet:",
    "col:",
    "fix:",
    "skip:",
)
REMEMBERED = ("sheet:", "col:")
WRITTEN_ANEW = ("fix:", "skip:")
LONGEST_ANSWER = 2000  # characters


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text="XLSX, ODS, CSV, JSON")
    workshop = forms.ModelChoiceField(
        Workshop.objects.none(),
        label=gettext_lazy("Workshop"),
        required=False,
        empty_label=gettext_lazy("The file says it"),
        help_text=gettext_lazy("For files without the column “taller”."),
    )


def urls(page: Any) -> list[Any]:
    """The addresses of these pages, below those of the workshops."""

    def view(function: Any) -> Any:
        return page.admin_site.admin_view(lambda request, **kwargs: function(page, request, **kwargs))

    return [
        path("hojas/", view(start), name="agenda_workbook"),
        path("hojas/exportar/", view(export), name="agenda_workbook_export"),
        path("hojas/<int:upload>/", view(look), name="agenda_workbook_look"),
    ]


def _may_bring(request: HttpRequest) -> bool:
    user: Any = request.user
    return any(
        user.has_perm(permission)
        for permission in ("agenda.change_session", "agenda.add_session", "participants.change_participant")
    )


def _mine(page: Any, request: HttpRequest, verb: str) -> Any:
    return page.mine(request, Workshop.objects.order_by("-number", "slug"), verb)


def start(page: Any, request: HttpRequest) -> HttpResponse:
    """Export a workbook, or bring a file: it is kept and looked at, nothing is written."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    form = FileForm(request.POST or None, request.FILES or None)
    box: Any = form.fields["workshop"]
    box.queryset = _mine(page, request, "change")
    if request.method == "POST" and not _may_bring(request):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        file, workshop = form.cleaned_data["file"], form.cleaned_data["workshop"]
        answers = dict(Meaning.objects.filter(owner=_owner(request)).values_list("key", "answer"))
        if workshop:
            answers["workshop"] = str(workshop.pk)
        upload = Upload.objects.create(
            owner=_owner(request), name=file.name[:200], content=file.read(reading.MAXIMUM + 1), answers=answers
        )
        Upload.objects.tidy()
        return HttpResponseRedirect(reverse("admin:agenda_workbook_look", kwargs={"upload": upload.pk}))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Spreadsheets"),
        "opts": page.model._meta,
        "form": form,
        "may_bring": _may_bring(request),
        "workshops": _mine(page, request, "view"),
        "languages": [(code, name, code == SOURCE) for code, name in LANGUAGES],
        "kinds": [kind for kind in writing.FORMATS if kind in writing.MANY],
        "kept": Upload.objects.filter(owner=_owner(request)).defer("content").order_by("-pk"),
    }
    return TemplateResponse(request, "admin/agenda/workshop/workbook.html", context)


def _owner(request: HttpRequest) -> Any:
    return request.user


def export(page: Any, request: HttpRequest) -> HttpResponse:
    """A workbook of one workshop (`taller`), or one sheet (`hoja`) with the rows that its list shows, filters and all.

    `formato` is one of writing.FORMATS, `idiomas` the languages whose columns stand in it (all where none is named).
    """
    if not page.has_view_permission(request):
        raise PermissionDenied
    asked = request.GET.copy()
    kind, sheet, slug = asked.pop("formato", ["xlsx"])[-1], asked.pop("hoja", [""])[-1], asked.pop("taller", [""])[-1]
    languages = [code for code in asked.pop("idiomas", []) if code in CODES]
    if kind not in writing.FORMATS or sheet not in ("", *SHOWN) or (not sheet and kind not in writing.MANY):
        raise Http404
    book = Book(Rights(request.user))
    rows: dict[str, list[Any]] = {}
    try:
        if sheet:
            rows = _listed(request, book, sheet, asked)
            name = sheet.lower()
        else:
            workshop = get_object_or_404(_mine(page, request, "view"), slug=slug)
            book.load([workshop.pk])
            rows = {"Participantes": _of(book, workshop)}
            name = workshop.slug
        data = book.export(kind, [sheet] if sheet else SHOWN, languages, rows)
    except IncorrectLookupParameters as error:
        raise Http404 from error
    except TableError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:agenda_workbook"))
    response = HttpResponse(data, content_type=writing.FORMATS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _listed(request: HttpRequest, book: Book, sheet: str, asked: Any) -> dict[str, list[Any]]:
    """The rows of a sheet that its list in the admin shows with the filters `asked`."""
    of = admin.site.get_model_admin(book.sheets[sheet].model)
    if not of.has_view_permission(request):
        raise PermissionDenied
    filtered = copy.copy(request)
    filtered.GET = asked
    listed = set(of.get_changelist_instance(filtered).get_queryset(filtered).values_list("pk", flat=True))
    book.load(book.workshops)
    return {sheet: [row for row in book.sheets[sheet].rows if row.pk in listed]}


def _of(book: Book, workshop: Workshop) -> list[Any]:
    """The participants that a workshop names; the others are others'."""
    named = {
        row.participant_id for name in ("Lista", "Convocantes", "Puntos", "Personas") for row in book.sheets[name].rows
    }
    return [one for one in book.sheets["Participantes"].rows if one.pk in named]


def look(page: Any, request: HttpRequest, upload: int) -> HttpResponse:
    """What the file would change; «apply» makes exactly what this page has shown, all or nothing."""
    if not _may_bring(request):
        raise PermissionDenied
    kept = get_object_or_404(Upload.objects.select_related("owner"), pk=upload, owner=_owner(request))
    if "drop" in request.POST:
        kept.delete()
        messages.info(request, _("The file was put away: nothing was changed."))
        return HttpResponseRedirect(reverse("admin:agenda_workbook"))
    if request.method == "POST":
        # Every cell that was put right stands in the form: what is not sent any more was taken back.
        others = {key: value for key, value in kept.answers.items() if not key.startswith(WRITTEN_ANEW)}
        kept.answers = others | answers(request.POST)
        kept.save(update_fields=["answers"])
        plan = looks.of_now(kept)
        if "apply" in request.POST and plan is not None and plan.ready and plan.rows:
            if request.POST.get("shown") == plan.digest():
                return _applied(request, kept, plan)
            messages.warning(request, _("Nothing was written yet: this is what the file would change now."))
        return HttpResponseRedirect(request.path)
    plan = looks.of_now(kept)
    if plan is None:
        return _wait(page, request, kept)
    context = {
        **page.admin_site.each_context(request),
        "title": _("What the file would change"),
        "opts": page.model._meta,
        "kept": kept,
        "preview": Preview(plan, kept.answers),
    }
    return TemplateResponse(request, "admin/agenda/workshop/workbook_look.html", context)


def _wait(page: Any, request: HttpRequest, kept: Upload) -> HttpResponse:
    """How far the worker is; the page asks again by itself."""
    context = {
        **page.admin_site.each_context(request),
        "title": _("The file is being read"),
        "opts": page.model._meta,
        "kept": kept,
    }
    response = TemplateResponse(request, "admin/agenda/workshop/workbook_wait.html", context)
    response.headers["Refresh"] = "2"
    return response


def _applied(request: HttpRequest, kept: Upload, plan: plans.Plan) -> HttpResponse:
    try:
        plans.apply(plan, Way.SHEET)
    except (plans.Outdated, plans.Impossible) as error:
        Upload.objects.filter(pk=kept.pk).update(looked="", asked="")
        messages.warning(request, plans.outdated() if isinstance(error, plans.Outdated) else plans.impossible())
        return HttpResponseRedirect(request.path)
    _remember(request, kept)
    kept.delete()
    messages.success(request, made(plan))
    return HttpResponseRedirect(_afterwards(plan))


def answers(posted: Mapping[str, Any]) -> dict[str, str]:
    """What was posted as answers to questions, by their keys."""
    return {key: str(posted[key])[:LONGEST_ANSWER] for key in posted if key.startswith(ANSWERS)}


def _remember(request: HttpRequest, upload: Upload) -> None:
    for key, answer in upload.answers.items():
        if key.startswith(REMEMBERED) and answer and len(key) <= 200:
            Meaning.objects.update_or_create(owner=_owner(request), key=key, defaults={"answer": answer[:80]})


def made(plan: plans.Plan) -> str:
    """What was done, in a sentence."""
    count = {act: sum(row.act == act for row in plan.rows) for act in ("new", "changed", "gone")}
    return _("Done: %(new)d new, %(changed)d changed, %(gone)d taken away, %(same)d as they were.") % {
        **count,
        "same": plan.same,
    }


def _afterwards(plan: plans.Plan) -> str:
    """Where to look at what was done."""
    if len(plan.base) == 1:
        return reverse("admin:agenda_workshop_change", args=[next(iter(plan.base))])
    return reverse("admin:agenda_workshop_changelist")
