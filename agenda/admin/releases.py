"""Published versions in the admin: to look at, never to change."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from adminbase.pages import Quiet
from agenda.models import Release


@admin.register(Release)
class ReleaseAdmin(Quiet):
    list_display = ["number", "workshop", "published_at", "published_by", "note", "seen"]
    list_filter = ["workshop"]
    list_select_related = ["workshop", "published_by"]
    date_hierarchy = "published_at"
    search_fields = ["note"]
    fields = ["workshop", "number", "published_at", "published_by", "note", "seen"]

    @admin.display(description=_("as it was"))
    def seen(self, release):
        address = reverse("version:agenda", kwargs={"workshop": release.workshop.slug, "release": release.number})
        return format_html('<a href="{}">{}</a>', address, address)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
