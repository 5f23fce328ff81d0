"""Pages that the admins of several apps share: tables out of and into formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.pages import works_in
from sheets import formats, tables

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as _Admin
else:
    _Admin = object


class TableForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text="XLSX, ODS, CSV, JSON")


class TableMixin(_Admin):
    """Gives a ModelAdmin export (whoever may view) and import (only who may add and change) of `table`."""

    table: type[tables.Table]
    change_list_template = "admin/table_change_list.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("exportar/<str:kind>/", self.admin_site.admin_view(self.export_view), name=f"{name}_export"),
            path("importar/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def table_for(self, request: HttpRequest) -> tables.Table:
        """The table as far as it is the reader's: of their workshops, and of rows that they may change."""
        opts = self.model._meta
        table = self.table()
        table.workshops = works_in(request, f"{opts.app_label}.change_{opts.model_name}")
        table.may_change = lambda row: self.has_change_permission(request, row)
        return table

    def may_import(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        extra = {
            "exports": [(kind.upper(), reverse(f"{name}_export", args=[kind]) + query) for kind in formats.FORMATS],
            "import_address": reverse(f"{name}_import") if self.may_import(request) else "",
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The rows that the list shows with the same filters, all pages of it, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in formats.FORMATS:
            raise Http404
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
            data = self.table_for(request).export(self.model._default_manager.filter(pk__in=rows.values("pk")), kind)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(here)
        except formats.TableError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(here)
        response = HttpResponse(data, content_type=formats.FORMATS[kind])
        response.headers["Content-Disposition"] = f'attachment; filename="{self.table.sheet.lower()}.{kind}"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload a table: all rows are taken over, or none and every problem is named."""
        if not self.may_import(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        problems: tuple = ()
        if request.method == "POST" and form.is_valid():
            try:
                done = self.table_for(request).load(form.cleaned_data["file"].read(formats.MAXIMUM + 1))
            except formats.TableError as error:
                problems = error.problems
            else:
                text = _("Imported: %(created)d new, %(changed)d changed, %(same)d as they were.")
                messages.success(request, text % {"created": done.created, "changed": done.changed, "same": done.same})
                return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import from a spreadsheet"),
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "columns": self.table().columns(),
            "sheet": self.table.sheet,
        }
        return TemplateResponse(request, "admin/table_import.html", context)
