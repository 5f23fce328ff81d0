"""The workshop that somebody works at, and what every page of the desk shows at its head."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda import changes, publishing, undoing
from agenda.models import Release, Workshop
from agenda.programme import Programme, colour, for_audience

KEY = "workshop"  # of the session: the one that was worked at last (adminbase.lists reads it)


class Bench:
    """What the head of a page says; each part is asked for when the page shows it, once for each request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @classmethod
    def of(cls, request: HttpRequest) -> Bench:
        """The one of `request`."""
        made = getattr(request, "_bench", None) or cls(request)
        request._bench = made  # type: ignore[attr-defined]
        return made

    @cached_property
    def workshops(self) -> list[Workshop]:
        """Those that the reader may see, the newest first. One query."""
        user: Any = self.request.user
        mine = user.works_in("agenda.view_workshop") if user.is_authenticated else set()
        rows = Workshop.objects.select_related("print_order__release").order_by("-number", "-pk")
        return list(rows if mine is None else rows.filter(pk__in=mine))

    @cached_property
    def workshop(self) -> Workshop | None:
        """The one that was worked at last, else the newest; None where there is none."""
        last = self.request.session.get(KEY)
        return next((one for one in self.workshops if one.pk == last), next(iter(self.workshops), None))

    @property
    def others(self) -> list[Workshop]:
        return [one for one in self.workshops if one is not self.workshop]

    @cached_property
    def address(self) -> str:
        """The first page of the desk."""
        return reverse("admin:index")

    @cached_property
    def desk(self) -> Desk | None:
        """The desk of the workshop that is worked at, for pages of the admin that show its head."""
        return Desk(self.request, self.workshop) if self.workshop else None

    @property
    def section(self) -> str:
        """Which part of the menu the page belongs to: the name of its address."""
        found = self.request.resolver_match
        return found.url_name or "" if found else ""


def workshop_at(request: HttpRequest, slug: str, permission: str = "agenda.view_workshop") -> Workshop:
    """The workshop with the address `slug`, which the reader works at from now on.

    Raises PermissionDenied where they have no `permission` there, Http404 where there is none and they may see all.
    """
    user: Any = request.user
    bench = Bench.of(request)
    row = next((one for one in bench.workshops if one.slug == slug), None)
    if row is None and user.works_in("agenda.view_workshop") is None:
        raise Http404
    if row is None or not user.has_perm(permission, row):
        raise PermissionDenied
    choose(request, row.pk)
    bench.workshop = row
    return row


def choose(request: HttpRequest, workshop: int) -> None:
    """Remember the workshop with this key as the one that is worked at."""
    if request.session.get(KEY) != workshop:
        request.session[KEY] = workshop


class Desk:
    """What the pages of one workshop's desk have in common: its draft, what is public, what differs, the next steps."""

    def __init__(self, request: HttpRequest, workshop: Workshop) -> None:
        self.request, self.workshop = request, workshop

    @cached_property
    def review(self) -> publishing.Review:
        if self.request.method == "POST":  # what this request wrote has raised it since the row was read
            self.workshop.refresh_from_db(fields=["revision"])
        return publishing.review(self.workshop)

    @property
    def draft(self) -> Programme:
        return self.review.draft

    @property
    def trees(self) -> dict[str, Programme]:
        return self.review.trees

    @cached_property
    def last(self) -> Release | None:
        return self.workshop.releases.select_related("published_by").newest()

    @cached_property
    def differences(self) -> list[changes.Change] | None:
        """What publishing would change for members, who see all, in every language of the workshop; None where nothing
        is public yet."""
        if self.last is None:
            return None
        before = publishing.spoken(self.last, list(self.trees), "members")
        after = {language: for_audience(tree, "members") for language, tree in self.trees.items()}
        found = changes.in_languages(before, after, self.draft.language)
        if not found and self.review.digest != self.last.digest:
            found.append(changes.Change("other", _("Small things that no line tells here."), about="rest"))
        return found

    @cached_property
    def steps(self) -> undoing.Steps:
        return undoing.steps(self.request.user, self.workshop.pk)

    @property
    def may_edit(self) -> bool:
        user: Any = self.request.user
        return user.has_perm("agenda.change_session", self.workshop)

    @property
    def may_publish(self) -> bool:
        user: Any = self.request.user
        return user.has_perm("agenda.publish_workshop", self.workshop)

    @property
    def places(self) -> list[str]:
        """The rooms that the draft names, in the order of the alphabet."""
        return sorted({slot.place for _day, slot in self.draft.entries if slot.place})

    @property
    def colours(self) -> str:
        """What the address of the stylesheet of the axes says; "" without axes."""
        return colour.key(self.draft.axes)

    def page(self, site: AdminSite, template: str, title: str, **context: Any) -> TemplateResponse:
        """The page `template` (of admin/desk/) under the desk's head."""
        bench = Bench.of(self.request)
        bench.workshop = self.workshop
        said = {**site.each_context(self.request), "title": title, "bench": bench, "desk": self, **context}
        return TemplateResponse(self.request, f"admin/desk/{template}.html", said)

    def address(self, name: str, **kwargs: Any) -> str:
        """The path of a page of this desk, such as address("timetable")."""
        return reverse(f"admin:{name}", kwargs={"slug": self.workshop.slug, **kwargs})
