"""What happened to a row while somebody had its form open: asked once a minute, and told where it is gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from edits.models import Edit, key_of
from edits.recording import name_of

from .merging import CHOICE

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as _Admin
else:
    _Admin = object

OPEN_FOR = 150  # seconds after which who no longer asks has closed the page


def present(row: Any, person: Any) -> list[str]:
    """The names of the others who have the form of `row` open; `person` is remembered as one who has."""
    key, now = f"open:{key_of(row)}", timezone.now().timestamp()
    known = {pk: one for pk, one in (cache.get(key) or {}).items() if one[1] > now - OPEN_FOR}
    others = [name or _("Somebody") for pk, (name, _asked) in known.items() if pk != person.pk]
    cache.set(key, {**known, person.pk: (name_of(person), now)}, OPEN_FOR)
    return others


HIDDEN = ("csrfmiddlewaretoken", "_opened", "_asked", "_save", "_continue", "_addanother", "_saveasnew")
PARTS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS", "DELETE", "id")  # of formsets, not typed


class Meanwhile(_Admin):
    """Mixin for a ModelAdmin."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_meanwhile"
        return [
            path("<path:object_id>/entretanto/", self.admin_site.admin_view(self.meanwhile_view), name=name),
            *super().get_urls(),
        ]

    def meanwhile_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """Who saved the row, or one that stands in its form, since ?desde=EDIT, the last edit when it was opened.

        {"told": sentence, "last": edit}; the sentence is empty where nobody did. A constant number of queries.
        """
        row = self.get_object(request, object_id)
        if row is None:
            return JsonResponse(
                {"told": _("Somebody has deleted this. What you wrote is still here: copy it."), "last": 0}
            )
        if not self.has_view_permission(request, row):
            return JsonResponse({"told": "", "last": 0}, status=403)
        others = present(row, request.user)
        since = request.GET.get("desde", "")[:18]
        edits = Edit.objects.about(key_of(row)).filter(
            pk__gt=int(since) if since.isascii() and since.isdecimal() else 0
        )
        last = edits.order_by("-pk").first()
        if last is None:
            told = _("%(who)s has this open too. Go on: where you both change the same, you choose.")
            return JsonResponse({"told": told % {"who": ", ".join(others)} if others else "", "last": 0})
        who = last.by_name or _("Somebody")
        if last.by_id == request.user.pk:
            who = _("You yourself, on another page,")
        minutes = max(0, int((timezone.now() - last.at) / dt.timedelta(minutes=1)))
        told = _("%(who)s saved this %(minutes)d min ago. Save all the same: what you both changed is asked.")
        return JsonResponse({"told": told % {"who": who, "minutes": minutes}, "last": last.pk})

    def asking(self, row: Any) -> dict[str, Any]:
        """What the page of `row` needs in order to ask: where, and the last edit now."""
        if row is None:
            return {}
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_meanwhile"
        return {"ask_at": reverse(name, args=[row.pk]), "asked_since": Edit.objects.last()}

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """A form whose row somebody deleted: what was typed is shown, so that it can be copied."""
        if request.method != "POST" or "_opened" not in request.POST:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        typed = [
            (name, "\n".join(values))
            for name, values in request.POST.lists()
            if name not in HIDDEN
            and not name.startswith(CHOICE)
            and name.rpartition("-")[2] not in PARTS
            and any(values)
        ]
        labels = {name: field.label for name, field in self.get_form(request).base_fields.items()}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted meanwhile"),
            "opts": opts,
            "typed": [(labels.get(name.rpartition("-")[2], name.rpartition("-")[2]), value) for name, value in typed],
        }
        return TemplateResponse(request, "admin/gone.html", context, status=410)
