"""What a note that is read again no longer says: it goes where the note was understood and nobody has worked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.models import Axis, Day, Session
from agenda.vocabulary import Visibility
from edits.models import Act, EditedRow, Way, key_of
from languages import CODES, column, translated_fields
from languages.entry import settle_line

if TYPE_CHECKING:
    from .loader import Loader


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same; nothing and the empty text are."""
    return (one or "") == (other or "")


BY_HAND = (Way.FORM, Way.LIST, Way.SHEET, Way.PROGRAM)


def by_hand(row: models.Model) -> bool:
    """Whether somebody changed `row`, or what stands in its form, since a note last wrote it: also what a note never
    says, a place, a description, a day that it was moved to."""
    key = key_of(row)
    here = EditedRow.objects.filter(Q(key=key) | Q(inside=key))
    written = here.filter(edit__way=Way.NOTE).aggregate(last=models.Max("edit"))["last"] or 0
    since = here.filter(edit__way__in=BY_HAND, edit__gt=written).exclude(key=key, act=Act.NEW)
    # Who sees a row is no work on it: that it goes is pointed out (GivenUp.settle).
    return any(
        act != Act.CHANGED or {*(after or {})} - {"visibility"} for act, after in since.values_list("act", "after")
    )


def is_as_said(loader: Loader, session: Session, tie: str, known: dict[str, Any]) -> bool:
    """Whether the day or the axis of `session` is what the last note said; one that was set by hand is told to stay."""
    if tie not in known or not session.pk:
        return True
    now = getattr(session, tie)
    here = None if now is None else now.number if isinstance(now, Axis) else f"{now.date:%Y-%m-%d}"
    if here == known[tie]:
        return True
    told = _("“%(text)s” of “%(session)s” stays as you corrected it; the note says something else now.")
    loader.kept.append(told % {"text": now or "—", "session": session.title_in_source()})
    return False


class GivenUp:
    """The rows that the last note said and this one does not, under the keys of what it said."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.rows: list[tuple[str, models.Model]] = []

    def add(self, key: str, row: models.Model) -> None:
        self.rows.append((key, row))

    def settle(self) -> None:
        """Delete what may go; what stays all the same is told."""
        loader = self.loader
        for key, row in self.rows:
            if not loader.extent.gives_up(key):
                loader.facts[key] = loader.old[key]
                loader.lines[key] = self._line_before(key)
                text = _("“%(row)s” stays: the part of the note where it stood is missing, or was not understood.")
                loader.kept.append(text % {"row": row})
            elif self.is_worked_on(key, row):
                text = _("“%(row)s” stays, corrected or translated; the note no longer has it.")
                loader.kept.append(text % {"row": row})
            else:
                if isinstance(row, Session) and row.visibility != Visibility.EVERYONE:
                    text = _("“%(title)s”, “%(visibility)s”, goes: look who sees the new rows of %(day)s.")
                    loader.kept.append(text % {
                        "title": row.title_in_source(), "visibility": row.get_visibility_display(), "day": row.day,
                    })  # fmt: skip
                loader.remove([row])

    def _line_before(self, key: str) -> int:
        """The line after which something stood that this note does not have."""
        order, lines = self.loader.extent.order, self.loader.lines
        place = self.loader.extent.places.get(key, 0)
        return next((lines[known] for known in order[place::-1] if known in lines), 0)

    def is_worked_on(self, key: str, row: models.Model) -> bool:
        """Whether somebody corrected or translated `row` since the last note said it."""
        fields = {field.name: field for field in row._meta.concrete_fields}
        corrected = any(
            not alike(msgspec.to_builtins(getattr(row, name)), value)
            for name, value in self.loader.old[key].items()
            if name in fields and name != "visibility" and not fields[name].is_relation
        )
        languages = [code for code in CODES if code != self.loader.workshop.source]
        names = translated_fields(type(row))
        translated = any(getattr(row, column(name, code)) for name in names for code in languages)
        if corrected or translated or by_hand(row):
            return True
        return isinstance(row, Session) and self._has_own(key, row)

    def _has_own(self, key: str, session: Session) -> bool:
        """Whether items or people of `session` were made, corrected or translated by hand."""
        known = self.loader.old[key]
        carriers = [name for _role, name in known.get("carriers", ())]
        said = {"item_codes": [*known.get("items", ())], "carrier_codes": carriers}
        for codes, rows, field in (
            ("item_codes", session.items.all(), "text"),
            ("carrier_codes", session.moderators.all(), "institution"),
        ):
            texts = [settle_line(text) for text in said[codes]]
            others = [column(field, code) for code in CODES if code != self.loader.workshop.source]
            for row in rows:
                is_said = (getattr(row, self.loader.column(field)) or "") in texts
                if not is_said or any(getattr(row, name) for name in others):
                    return True
        return False

    def keeps_sessions_of(self, day: Day) -> bool:
        """Whether `day` has sessions that stay."""
        going = [
            row.pk
            for key, row in self.rows
            if isinstance(row, Session) and self.loader.extent.gives_up(key) and not self.is_worked_on(key, row)
        ]
        return day.sessions.exclude(pk__in=going).exists()
