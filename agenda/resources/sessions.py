"""Sessions in spreadsheets, and in sheets of their own their items and those who carry them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda import ties
from agenda.models import Axis, Item, Moderator, Session
from agenda.notes import clock
from agenda.programme import Slot
from agenda.programme.fields import column as column_of
from agenda.vocabulary import Confirmation, Kind, PartOfDay, Role, State, Visibility
from languages import column, name_key
from sheets.columns import Column, translated
from sheets.questions import LeftOut
from sheets.state import canonical
from sheets.widgets import Choice, Code, Date, Line, Names, Prose, Reference, Time, Truth, Whole, text_of

from .parts import CODE, WORKSHOP, OfWorkshop, Ordered, code_column, order_column, workshop_named

SESSION, DAY = "sesión", "jornada"
TEXT, INSTITUTION, PERSON = "texto", "institución", "persona"
START, END, PART_OF_DAY = (column_of(Slot, name) for name in ("start", "end", "part_of_day"))
TITLE, DESCRIPTION = (column_of(Slot, name) for name in ("title", "description"))
SPOKEN_IN, INTERPRETED = (column_of(Slot, name) for name in ("languages", "interpreted"))
KIND, AXIS, PART, VISIBILITY, PLACE = (
    column_of(Slot, name) for name in ("kind", "axis", "part", "visibility", "place")
)


def read_time(text: str) -> dt.time | None:
    """A time as people write it: 09:30, 9h30, 9.30."""
    times = clock.read(text)
    return times.start if times and not times.end and not times.rest else None


class SessionSheet(OfWorkshop):
    """A row is found by its workshop and code; one without code is a new session. Rows left out stay as they are."""

    name = "Sesiones"
    model = Session
    coded = True
    asks_of_equals = True
    made_later = frozenset({"code"})
    about = gettext_lazy(
        "What stands on the rows of the agenda. A new session has an empty code; those who carry it and its points "
        "stand in the sheets “Puntos” and “Personas”."
    )

    def declared(self) -> list[Column]:
        return [
            Column(CODE, "code", Code(), key=True, fixed=True, quiet=True,
                   note=_("Stands in addresses and calendars. Leave it empty in a new session.")),
            Column(DAY, "day", Reference(self.day, lambda day: day.date, self.dates, closed=True, holds="date"),
                   needed=gettext_lazy("the date of the day")),
            Column(START, "start", Time(read_time)),
            Column(END, "end", Time(clock.read_end)),
            Column(PART_OF_DAY, "part_of_day", Choice(PartOfDay)),
            Column(KIND, "kind", Choice(Kind, Kind.SESSION)),
            Column(AXIS, "axis", Reference(self.axis, self.axis_written, self.axes)),
            Column(PART, "part", Whole()),
            # What is not said opens nothing: it stays as it was, and a new session is for members.
            Column(VISIBILITY, "visibility", Choice(Visibility, None), quiet=True),
            Column(PLACE, "place", Line()),
            # The note of the desk and who looks after a session are not for a file that goes to translators.
            Column("preparación", "state", Choice(State, State.CONFIRMED)),
            Column("hora fija", "is_fixed", Truth()),
            Column(SPOKEN_IN, "languages", Names()),
            Column(INTERPRETED, "interpreted", Names()),
            *translated(TITLE, "title", Line),
            *translated(DESCRIPTION, "description", Prose),
        ]  # fmt: skip

    def load(self, workshops: set[int]) -> None:
        super().load(workshops)
        self._days = {one.pk: one for one in self.book.sheets["Jornadas"].rows}
        self._axes = {one.pk: one for one in self.book.sheets["Ejes"].rows}
        for one in self.rows:
            one.day = self._days[one.day_id]
            one.axis = self._axes[one.axis_id] if one.axis_id else None
        self.rows.sort(key=lambda one: (one.day.date, one.start is None, one.start or dt.time(0), one.pk))
        self._named: dict[tuple[int, str], list[Session]] = {}
        for one in self.rows:
            self._remember(one)

    def _ways(self, one: Session) -> set[str]:
        return {one.code, name_key(self.text_in_source(one, "title"))} - {""}

    def _remember(self, one: Session) -> None:
        for way in self._ways(one):
            self._named.setdefault((id(one.workshop), way), []).append(one)

    def added(self, instance: Any) -> None:
        self._remember(instance)

    def take(self, dataset: Any) -> Any:
        taken = super().take(dataset)
        # The sheets below name sessions as the file calls them, or as they were called: who says one means one.
        for one in self.rows:
            for way in self._ways(one):
                called = self._named.setdefault((id(one.workshop), way), [])
                if one not in called:
                    called.append(one)
        return taken

    def day(self, value: Any, instance: Any) -> Any:
        """The day of this date in the workshop of `instance`. Raises ValueError."""
        date = Date().clean(value)
        days = {one.date: one for one in self.book.sheets["Jornadas"].rows if one.workshop is instance.workshop}
        if date not in days:
            known = ", ".join(f"{day:%Y-%m-%d}" for day in sorted(days)) or "—"
            text = _("The workshop has no day %(date)s; it has: %(known)s.")
            raise ValueError(text % {"date": f"{date:%Y-%m-%d}", "known": known})
        if id(days[date]) in self.book.sheets["Jornadas"].gone:
            raise ValueError(_("This day is taken away by the same file."))
        return days[date]

    def dates(self) -> list[dt.date]:
        return sorted({one.date for one in self.book.sheets["Jornadas"].rows})

    def axis(self, value: Any, instance: Any) -> Axis:
        """The axis of the workshop of `instance` by its number, whatever stands behind it. Raises ValueError."""
        text = canonical(value).strip()
        axes = {one.number: one for one in self.book.sheets["Ejes"].rows if one.workshop is instance.workshop}
        found = re.fullmatch(r"([0-9]{1,5})(?:\.?\s.*|\.)?", text, re.ASCII | re.DOTALL)
        if isinstance(value, bool | list | dict) or not found:
            raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text[:80]})
        number = int(found[1])
        if number not in axes:
            known = ", ".join(map(str, sorted(axes))) or "—"
            text = _("The workshop has no axis %(number)d; it has: %(known)s.")
            raise ValueError(text % {"number": number, "known": known})
        if id(axes[number]) in self.book.sheets["Ejes"].gone:
            raise ValueError(_("This axis is taken away by the same file."))
        return axes[number]

    def axis_written(self, axis: Axis) -> str:
        return self.book.sheets["Ejes"].call(axis)

    def axes(self) -> list[str]:
        return [self.axis_written(one) for one in self.book.sheets["Ejes"].rows]

    def call(self, instance: Any) -> str:
        return self.text_in_source(instance, "title") or "—"

    def along(self, instance: Any) -> list[str]:
        below = [self.book.sheets[kind.name] for kind in (ItemSheet, PersonSheet)]
        return [sheet.call(one) for sheet in below for one in sheet.rows if one.session is instance]

    def says(self, instance: Any) -> Any:
        return instance.day.date, instance.start, name_key(self.text_in_source(instance, "title"))

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        title = self.said_text(row, TITLE, parent.source)
        try:
            return (
                (Date().clean(row.get(DAY) or ""), Time(read_time).clean(row.get(START) or ""), title)
                if title
                else None
            )
        except ValueError:
            return None  # said where the cell is taken

    def named(self, workshop: Any, value: Any) -> Session:
        """The session of `workshop` that a cell names: its code, whatever stands behind it, or its title.

        Raises ValueError for none and for two.
        """
        text = text_of(value).strip()
        code, _blank, rest = text.partition(" ")
        by_code = [one for one in self._named.get((id(workshop), code.casefold()), []) if one.code == code.casefold()]
        by_title = [one for one in self._named.get((id(workshop), name_key(text)), []) if one not in by_code]
        if by_code and name_key(rest) in {"", name_key(self.text_in_source(by_code[0], "title"))}:
            by_title = []
        found = [*by_code, *by_title]
        if not found:
            raise ValueError(_("There is no session “%(name)s” in this workshop.") % {"name": text})
        if len(found) > 1:
            raise ValueError(_("Several sessions are called “%(name)s”: write the code.") % {"name": text})
        return found[0]

    def written(self, session: Session) -> str:
        """How other sheets name `session`: its code and its title."""
        return f"{session.code} {self.text_in_source(session, 'title')}"[:80].strip()


class OfSession(Ordered):
    """Rows below a session."""

    parents: ClassVar = {WORKSHOP: gettext_lazy("workshop"), SESSION: gettext_lazy("session")}
    parent_field = "session"

    def load(self, workshops: set[int]) -> None:
        sessions = {one.pk: one for one in self.book.sheets["Sesiones"].rows}
        people = {one.pk: one for one in self.book.sheets["Participantes"].rows}
        self.rows = list(self.model._default_manager.filter(session__workshop__in=workshops))
        for one in self.rows:
            one.session = sessions[one.session_id]
            one.participant = people[one.participant_id] if one.participant_id else None
        place = {pk: number for number, pk in enumerate(sessions)}
        self.rows.sort(key=lambda one: (place[one.session_id], one.position, one.pk))

    def parent(self, row: dict[str, Any]) -> Any:
        workshop = workshop_named(self, row)
        cell = row.get(SESSION)
        sessions = self.book.sheets["Sesiones"]
        if cell is None or not str(cell).strip():
            raise ValidationError({SESSION: _("This column must be filled.")})
        try:
            found = sessions.named(workshop, cell)
        except ValueError as error:
            if sessions.incomplete:
                raise LeftOut from error  # it may be one of those that are refused or asked about: said there
            raise ValidationError({SESSION: str(error)}) from error
        if id(found) in sessions.gone:
            raise ValidationError({SESSION: _("This session is taken away by the same file.")})
        return found

    def parent_cells(self, instance: Any) -> list[Any]:
        return [instance.session.workshop.slug, self.book.sheets["Sesiones"].written(instance.session)]

    def parent_choices(self, header: str) -> tuple[tuple[Any, ...], int]:
        if header == WORKSHOP:
            return super().parent_choices(header)
        sessions = self.book.sheets["Sesiones"]
        return tuple(sessions.written(one) for one in sessions.rows), 24

    def source_of(self, instance: Any) -> str:
        return instance.session.workshop.source

    def who(self, note: str = "") -> Column:
        people = self.book.sheets["Participantes"]
        return Column(
            "participante", "participant", Reference(people.find, people.written, people.all_written), note=note
        )


class ItemSheet(OfSession):
    name = column_of(Slot, "items")
    model = Item
    about = gettext_lazy("The points of a session, one a row.")

    def declared(self) -> list[Column]:
        note = _("Whom the point names. Found by itself where the text is a participant's name.")
        return [code_column(), order_column(), *translated(TEXT, "text", Line), self.who(note)]

    def call(self, instance: Any) -> str:
        return self.text_in_source(instance, "text") or "—"

    def says(self, instance: Any) -> Any:
        return name_key(self.text_in_source(instance, "text")) or None

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        return self.said_text(row, TEXT, parent.workshop.source)

    def settle(self, instance: Any, said: set[str], new: bool) -> None:
        """An item whose text has become a participant's name names that participant, unless the row says whom."""
        workshop = instance.session.workshop
        if column("text", workshop.source) in said and "participant" not in said:
            ties.tie([instance], self.book.names(workshop), workshop.source)


class PersonSheet(OfSession):
    name = column_of(Slot, "moderators")
    model = Moderator
    about = gettext_lazy("Who moderates, presents, concludes or reports, one a row: an institution, a person, or both.")

    def declared(self) -> list[Column]:
        return [
            code_column(),
            order_column(),
            Column("función", "role", Choice(Role, Role.MODERATES)),
            *translated(INSTITUTION, "institution", Line),
            Column(PERSON, "person", Line()),
            self.who(),
            Column("confirmación", "confirmation", Choice(Confirmation, Confirmation.YES)),
        ]

    def call(self, instance: Any) -> str:
        who = self.text_in_source(instance, "institution") or instance.person
        participant = instance._state.fields_cache.get("participant")
        return who or (participant.name_es if participant else "") or "—"

    def says(self, instance: Any) -> Any:
        who = name_key(self.text_in_source(instance, "institution")), name_key(instance.person)
        return (instance.role, *who) if any(who) else None

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        institution = self.said_text(row, INSTITUTION, parent.workshop.source)
        person = name_key(str(row.get(PERSON) or ""))
        try:
            role = Choice(Role, Role.MODERATES).clean(row.get("función") or "")
        except ValueError:
            return None
        return (role, institution or "", person) if institution or person else None
