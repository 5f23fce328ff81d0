"""The addresses of the desk, inside the admin's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from . import late, links, phone, publish, table, texts, timetable


def urls(site: admin.AdminSite) -> list[Any]:
    """Each page under the address of its workshop."""

    def page(view: Any) -> Any:
        def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(site, request, **kwargs)

        return site.admin_view(shown)

    return [
        path("agenda/workshop/<int:object_id>/publicar/", page(publish.page), name="agenda_workshop_publish"),
        path("pasos/", page(_no_steps), name="desk_steps"),
        path("t/<slug:slug>/horario/", page(timetable.page), name="timetable"),
        path("t/<slug:slug>/horario/entretanto/", page(timetable.meanwhile), name="timetable_meanwhile"),
        path("t/<slug:slug>/horario/tabla/", page(table.page), name="timetable_table"),
        path("t/<slug:slug>/retraso/", page(late.page), name="late"),
        path("t/<slug:slug>/textos/", page(texts.page), name="texts"),
        path("t/<slug:slug>/enlaces/", page(links.page), name="draft_links"),
        path("t/<slug:slug>/telefono/", page(phone.page), name="phone"),
    ]


def _no_steps(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """Do not show any more what comes next (POST)."""
    if request.method == "POST":
        request.session["no_steps"] = True
    return HttpResponseRedirect(reverse("admin:index"))
