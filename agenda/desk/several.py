"""Several sessions changed at once: their hours, axis, room, who sees them, languages; or all deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Session
from agenda.vocabulary import Visibility
from edits.models import Way
from languages import SPOKEN, name_key
from languages.clocks import DAY, minutes
from languages.entry import settle_line
from languages.spoken import name_of

from . import moves
from .bench import Desk

FARTHEST = 12 * 60  # minutes that sessions are shifted by at most


class Several:
    """What can be done to the chosen sessions of `desk`, and doing it: one edit, all or nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def axes(self) -> list[tuple[int, str]]:
        return [(axis.number, f"{axis.number}. {axis.title}") for axis in self.desk.draft.axes]

    @property
    def visibilities(self) -> list[tuple[str, Any]]:
        return list(Visibility.choices)

    @property
    def spoken(self) -> list[tuple[str, str]]:
        return [(code, name_of(code, self.desk.draft.language)) for code in SPOKEN]

    def is_asked(self, data: QueryDict) -> bool:
        """Whether the page asks for one of these, and not to be saved."""
        return data.get("varias", "") in self._acts(data)

    def do(self, data: QueryDict, codes: list[str]) -> str:
        """Do what `data` asks of the sessions with these codes: what is said of it. Raises ValidationError, and then
        nothing was done."""
        if data.get("varias") == "renombrar":
            return self._rename(data.get("sala", ""), data.get("nombre", ""))
        act = self._acts(data)[data.get("varias", "")]
        known = {slot.code for _day, slot in self.desk.draft.entries}
        with moves.together(self.desk.workshop, Way.LIST):  # read once nobody else can change them
            chosen = self.desk.workshop.sessions.filter(code__in=known.intersection(codes))
            rows = list(chosen.select_related("day__workshop", "axis"))
            if not rows:
                raise ValidationError(_("Choose the sessions first: tick them at the left."))
            for row in rows:
                try:
                    act(row)
                except ValidationError as error:
                    values = {"title": row, "why": moves.messages_of(error)}
                    raise ValidationError(_("“%(title)s”: %(why)s Nothing was changed.") % values) from error
        said = ngettext("%(count)d session was changed.", "%(count)d sessions were changed.", len(rows))
        return said % {"count": len(rows)}

    def _acts(self, data: QueryDict) -> dict[str, Callable[[Session], None]]:
        return {
            "mover": lambda row: self._shift(row, data.get("minutos", "")),
            "eje": lambda row: self._axis(row, data.get("eje", "")),
            "lugar": lambda row: self._set(row, place=settle_line(data.get("lugar", ""))),
            "quien": lambda row: self._set(row, visibility=data.get("quien", "")),
            "idiomas": lambda row: self._set(row, languages=data.getlist("idiomas")),
            "borrar": lambda row: row.delete() and None,
            "renombrar": lambda row: None,
        }

    def _set(self, row: Session, **values: Any) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()

    def _axis(self, row: Session, number: str) -> None:
        axis = (
            self.desk.workshop.axes.filter(number=int(number)).first()
            if number.isdecimal() and len(number) < 5
            else None
        )
        if number and axis is None:
            raise ValidationError(_("The workshop has no such axis."))
        self._set(row, axis=axis, part=row.part if axis else None)

    def _shift(self, row: Session, written: str) -> None:
        try:
            by = int(written)
        except ValueError:
            raise ValidationError(_("Say by how many minutes: 10, or -10.")) from None
        if not -FARTHEST <= by <= FARTHEST:
            raise ValidationError(_("Sessions are shifted by half a day at most."))
        if row.start is None:
            return
        if not 0 <= minutes(row.start) + by < DAY:
            raise ValidationError(_("It would begin on another day."))
        end = moves.at(minutes(row.end) + by) if row.end else None
        self._set(row, start=moves.at(minutes(row.start) + by), end=end)

    def _rename(self, old: str, new: str) -> str:
        """Call a room otherwise wherever it stands."""
        new = settle_line(new)
        with moves.together(self.desk.workshop, Way.LIST):
            rows = list(self.desk.workshop.sessions.exclude(place="").select_related("day__workshop", "axis"))
            rows = [row for row in rows if name_key(row.place) == name_key(old)]
            if not rows or not new:
                raise ValidationError(_("Say which room, and how it is called now."))
            for row in rows:
                self._set(row, place=new)
        said = ngettext(
            "%(count)d session is in “%(room)s” now.", "%(count)d sessions are in “%(room)s” now.", len(rows)
        )
        return said % {"count": len(rows), "room": new}
