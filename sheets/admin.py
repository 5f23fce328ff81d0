"""What the lists of the admin that have a sheet show: their rows as a file, and a way to bring one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from sheets.writing import FORMATS

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as _Admin
else:
    _Admin = object


class SheetMixin(_Admin):
    """Gives a list links to export its rows (whoever may view) and to import (who may add or change)."""

    sheet: str
    change_list_template = "admin/table_change_list.html"

    def changelist_view(self, request, extra_context=None):
        query = f"&{request.GET.urlencode()}" if request.GET else ""
        export = reverse("admin:agenda_workbook_export")
        may_import = self.has_add_permission(request) or self.has_change_permission(request)
        extra = {
            "exports": [(kind.upper(), f"{export}?hoja={self.sheet}&formato={kind}{query}") for kind in FORMATS],
            "import_address": reverse("admin:agenda_workbook") if may_import else "",
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})
