"""Which texts a workshop has, by the parts in which they are shown: each a column of a row, in several languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agenda.models import Session, Workshop
from edits.models import key_of
from languages import SOURCE, clock, column, translated_fields
from participants.models import Participant


class Wording(msgspec.Struct, frozen=True):
    """A text: the column `field` of `row`, what it is called, and under which heading it stands, with the page where
    the whole row is edited."""

    row: Any
    field: str
    label: str
    heading: str
    address: str

    def said(self, code: str) -> str:
        """What it says in the language `code`; "" for nothing."""
        return str(getattr(self.row, column(self.field, code)) or "").strip()

    def name(self, code: str) -> str:
        """The name of its box."""
        return f"{key_of(self.row)}:{column(self.field, code)}"


class Part(msgspec.Struct, frozen=True):
    """A part of the texts: its key in addresses, its name, and its rows."""

    key: str
    label: Any
    read: Callable[[Workshop], Iterator[Wording]]

    def wordings(self, workshop: Workshop) -> list[Wording]:
        """The texts of the part that say something in the language of `workshop`, in the order of the programme."""
        return [one for one in self.read(workshop) if one.said(workshop.source)]


def _texts(row: Model, heading: str, what: str = "", address: str = "") -> Iterator[Wording]:
    """The texts of one row; `what` names them where the row has but one."""
    fields = translated_fields(type(row))
    for field in fields:
        label = (
            what
            if what and len(fields) == 1
            else capfirst(str(getattr(row._meta.get_field(field), "verbose_name", field)))
        )
        yield Wording(row, field, label, heading, address or _form(row))


def _form(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _when(session: Session) -> str:
    day = date_format(session.day.date, "D j")
    return f"{day}, {clock(session.start, get_language() or SOURCE)}" if session.start else day


def _of_sessions(workshop: Workshop) -> Iterator[Wording]:
    rows = workshop.sessions.select_related("day").prefetch_related("items", "moderators")
    for session in rows:
        heading, address = capfirst(f"{_when(session)} · {session}"), _form(session)
        yield from _texts(session, heading, address=address)
        for number, item in enumerate(session.items.all(), 1):
            yield from _texts(item, heading, _("Item %(number)d") % {"number": number}, address)
        for person in session.moderators.all():
            yield from _texts(person, heading, _("Institution"), address)


def _of_programme(workshop: Workshop) -> Iterator[Wording]:
    yield from _texts(workshop, str(workshop))
    for rows in (workshop.days.all(), workshop.axes.all(), workshop.sections.all()):
        for row in rows:
            yield from _texts(row, f"{capfirst(str(row._meta.verbose_name))} · {row}")


def _of_people(workshop: Workshop) -> Iterator[Wording]:
    ways = ("attendances", "convened", "moderates__session", "named_in__session")
    there = Q()
    for way in ways:
        there |= Q(pk__in=Participant.objects.filter(**{f"{way}__workshop": workshop}).order_by().values("pk"))
    rows = list(Participant.objects.filter(there).select_related("region"))
    regions: Iterable[Model] = {row.region_id: row.region for row in rows if row.region}.values()
    for row in (*regions, *rows):
        yield from _texts(row, str(row))


PARTS = (
    Part("sesiones", gettext_lazy("Sessions"), _of_sessions),
    Part("programa", gettext_lazy("Programme"), _of_programme),
    Part("personas", gettext_lazy("Participants"), _of_people),
)


def may_write(user: Any, one: Wording, workshop: Workshop) -> bool:
    """Whether `user` may change the row of a text: of what workshops share, as the organisers of one
    that names it."""
    options = one.row._meta
    of = workshop if options.app_label == "agenda" else one.row
    return user.has_perm(f"{options.app_label}.change_{options.model_name}", of)
