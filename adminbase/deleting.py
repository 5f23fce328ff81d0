"""Deleting: what goes along is said before, and what was said is what goes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import actions
from django.contrib.admin.decorators import action
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edits.models import EditedRow, key_of

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as _Admin
else:
    _Admin = object

MOST_INSIDE = 400  # rows of one kind that go along and are looked at
MOST_TOLD = 30  # rows that lose a tie, by name
SEEN = "seen"  # the box with the digest of what was shown


class Deleting(_Admin):
    """Mixin for a ModelAdmin."""

    waits_in_bin = True

    def get_deleted_objects(self, objs, request):
        """What is deleted, and what stays but loses its tie to it: both are said before."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        loses = []
        for relation in self.model._meta.related_objects:
            if relation.on_delete is models.SET_NULL:
                of = relation.related_model
                rows = of._base_manager.filter(**{f"{relation.field.name}__in": [one.pk for one in objs]})
                name = of._meta.verbose_name
                loses += [f"{name[:1].upper()}{name[1:]}: {row}" for row in rows[:MOST_TOLD]]
                if (more := rows.count() - MOST_TOLD) > 0:
                    loses.append(_("and %(count)d more") % {"count": more})
        if loses:
            deleted = [*deleted, _("These stay, without it:"), loses]
        return deleted, counts, needed, protected

    def render_delete_form(self, request, context):
        context[SEEN] = seen_of([context["object"]], context["deleted_objects"])
        return super().render_delete_form(request, context)

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: Any) -> HttpResponse:
        row = self.get_object(request, object_id) if request.method == "POST" else None
        if row is not None and request.POST.get(SEEN, "") != seen_of(
            [row], self.get_deleted_objects([row], request)[0]
        ):
            tell_unseen(request)
        return super()._delete_view(request, object_id, extra_context)  # type: ignore[misc]

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.tell_bin(request)

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self.tell_bin(request)

    def tell_bin(self, request: HttpRequest) -> None:
        """Say where what was deleted waits."""
        if not self.waits_in_bin:
            return
        text = _('It waits for 30 days <a href="{address}">in the bin</a>, with all that went along.')
        messages.info(request, format_html(text, address=reverse("admin:bin")))


def _inside(row: Any) -> list[str]:
    """The keys of the rows that go with `row`: those tied to it, whose own are inside them in the record."""
    found = []
    for relation in row._meta.related_objects:
        if relation.on_delete is models.CASCADE and relation.field.model._meta.app_label != "edits":
            tied = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
            label = relation.related_model._meta.label_lower
            found += [f"{label}:{key}" for key in tied.values_list("pk", flat=True)[:MOST_INSIDE]]
    return found


def seen_of(rows: Any, deleted: Any) -> str:
    """A digest of what a page says that goes (`deleted`, of `rows`), and of the last edit of these."""
    keys = [key_of(row) for row in rows]
    inside = [key for row in rows for key in _inside(row)]
    of = models.Q(key__in=[*keys, *inside]) | models.Q(inside__in=[*keys, *inside])
    last = EditedRow.objects.filter(of).aggregate(last=models.Max("edit"))
    return hashlib.blake2b(f"{deleted} {last}".encode(), digest_size=16).hexdigest()


def tell_unseen(request: HttpRequest) -> None:
    """Let the page show once more what would go, as if nothing had been sent."""
    messages.warning(request, _("Nothing was deleted: somebody changed it meanwhile. This is what would go now."))
    request.POST = QueryDict(mutable=False)


@action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
def delete_selected(page: Any, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
    """As Django's action of this name; what goes is what was shown."""
    now = seen_of(queryset, page.get_deleted_objects(queryset, request)[0])
    if request.POST.get("post") and request.POST.get(SEEN, "") != now:
        tell_unseen(request)
    response = actions.delete_selected(page, request, queryset)
    if response is not None:
        context: Any = response.context_data
        context[SEEN] = now
    return response
