"""The workshop in spreadsheets: its own row, days, axes, sections, who takes part and who convenes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Attendance, Axis, Convener, Day, Section, Workshop
from agenda.vocabulary import Colour, ConvenerRole, SectionKind
from languages import CODES, name_key, spoken
from sheets.columns import Column, translated
from sheets.resources import Sheet
from sheets.widgets import Choice, Code, Date, Degrees, Line, Names, Prose, Reference, Tint, Truth, Whole

from .parts import WORKSHOP, OfWorkshop, Ordered, code_column, order_column, workshop_named


def read_language(text: str) -> str | None:
    """The code of a language of the site, written as its code or name."""
    code = "pt-br" if (spoken.read(text) or text.strip().lower()) in ("pt", "pt-br") else spoken.read(text)
    return code if code in CODES else None


class WorkshopSheet(Sheet):
    """One row a workshop. A file makes none and takes none away: that is done on its own page, or by a note."""

    name = "Taller"
    model = Workshop
    removable = False
    about = gettext_lazy("The workshop itself: what it is called, where it is.")

    def declared(self) -> list[Column]:
        return [
            Column(WORKSHOP, "slug", Code(), key=True, fixed=True, note=_("The end of its address.")),
            Column("número", "number", Whole()),
            *translated("serie", "series", Line),
            *translated("título", "title", Line),
            *translated("ciudad", "city", Line),
            Column("país", "country", Code(), note=_("Two letters: ES, UY, FR.")),
            Column("zona horaria", "timezone", Line(), quiet=True, note="Europe/Madrid"),
            *translated("sede", "venue", Line),
            Column("dirección", "address", Line()),
            Column("latitud", "latitude", Degrees(90)),
            Column("longitud", "longitude", Degrees(180)),
            Column("idiomas", "languages", Names(read_language, CODES), quiet=True),
        ]  # fmt: skip

    def load(self, workshops: set[int]) -> None:
        self.rows = [self.book.workshops[pk] for pk in sorted(workshops)]

    def parent(self, row: dict[str, Any]) -> Any:
        """None; the row must name a workshop that is there."""
        workshop_named(self, row)
        return None

    def call(self, instance: Any) -> str:
        return str(instance)

    def source_of(self, instance: Any) -> str:
        return instance.source

    def settle(self, instance: Any, said: set[str], new: bool) -> None:
        instance.country = instance.country.upper()


class DaySheet(OfWorkshop):
    name = "Jornadas"
    model = Day
    about = gettext_lazy("The days of the workshop. Sessions name them by their date.")

    def declared(self) -> list[Column]:
        return [
            Column("fecha", "date", Date(), key=True, needed=gettext_lazy("the date of the day")),
            *translated("observación", "label", Line),
            Column("opcional", "optional", Truth()),
        ]

    def call(self, instance: Any) -> str:
        return f"{instance.date:%Y-%m-%d}" if instance.date else "—"

    def along(self, instance: Any) -> list[str]:
        sessions = self.book.sheets["Sesiones"]
        return [sessions.call(one) for one in sessions.rows if one.day is instance and id(one) not in sessions.gone]


class AxisSheet(OfWorkshop):
    name = "Ejes"
    model = Axis
    about = gettext_lazy("The numbered themes.")

    def declared(self) -> list[Column]:
        return [
            Column("número", "number", Whole(1), key=True, needed=gettext_lazy("the number of the axis")),
            *translated("título", "title", Line),
            *translated("descripción", "description", Prose),
            Column("color", "colour", Tint(Colour)),
        ]

    def call(self, instance: Any) -> str:
        return f"{instance.number}. {self.text_in_source(instance, 'title')}"


class SectionSheet(Ordered):
    name = "Apartados"
    model = Section
    about = gettext_lazy("The texts of the presentation: justification, objectives, methodology …")

    def declared(self) -> list[Column]:
        return [
            code_column(),
            order_column(),
            Column("tipo", "kind", Choice(SectionKind, SectionKind.OTHER)),
            *translated("título", "title", Line),
            *translated("texto", "body", Prose, note="Markdown"),
        ]

    def call(self, instance: Any) -> str:
        return self.text_in_source(instance, "title")

    def says(self, instance: Any) -> Any:
        return name_key(self.text_in_source(instance, "title"))

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        return self.said_text(row, "título", parent.source)


class OfParticipants(OfWorkshop):
    """A row that ties a participant to the workshop."""

    def load(self, workshops: set[int]) -> None:
        super().load(workshops)
        known = {one.pk: one for one in self.book.sheets["Participantes"].rows}
        for one in self.rows:
            one.participant = known[one.participant_id]

    def who(self) -> Column:
        people = self.book.sheets["Participantes"]
        widget = Reference(people.find, people.written, people.all_written)
        return Column("participante", "participant", widget, key=True, needed=gettext_lazy("a participant"))

    def call(self, instance: Any) -> str:
        return str(instance.participant.name_es) if instance._state.fields_cache.get("participant") else "—"


class AttendanceSheet(OfParticipants):
    name = "Lista"
    model = Attendance
    about = gettext_lazy("Who takes part, with the number of the list.")

    def declared(self) -> list[Column]:
        return [Column("número", "number", Whole(1), needed=gettext_lazy("the number in the list")), self.who()]


class ConvenerSheet(OfParticipants, Ordered):
    name = "Convocantes"
    model = Convener
    coded = corrects = False
    about = gettext_lazy("Who convenes, leads, funds, coordinates or hosts the workshop.")

    def declared(self) -> list[Column]:
        return [
            self.who(),
            Column("función", "role", Choice(ConvenerRole, ConvenerRole.CONVENES), key=True),
            *translated("dirige", "led_by", Line),
            order_column(),
        ]

    def call(self, instance: Any) -> str:
        return f"{super().call(instance)} ({ConvenerRole(instance.role).label})"
