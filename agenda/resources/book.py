"""The workbook: all sheets of a workshop, out as a file, in as a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from agenda import ties
from agenda.models import Item, Moderator, Workshop
from agenda.plans import Plan, RowChange, base_of
from languages import CODES
from participants.models import Participant, Region
from participants.resources import ParticipantSheet
from rules.checking import doubles
from sheets import encodings, reading, writing
from sheets.columns import NUMBER, CellChange, Taken, spanish
from sheets.pages import HELP, Head, Page
from sheets.problems import Problem
from sheets.questions import Answers, Asked, Question
from sheets.recognition import Recognised
from sheets.resources import Sheet

from .sessions import ItemSheet, PersonSheet, SessionSheet
from .workshops import AttendanceSheet, AxisSheet, ConvenerSheet, DaySheet, SectionSheet, WorkshopSheet

# In the order in which rows are read and written: each sheet after those that it names.
SHEETS: tuple[type[Sheet], ...] = (
    ParticipantSheet, WorkshopSheet, DaySheet, AxisSheet, SectionSheet, AttendanceSheet, ConvenerSheet, SessionSheet,
    ItemSheet, PersonSheet,
)  # fmt: skip
SHOWN = (
    "Taller",
    "Jornadas",
    "Ejes",
    "Sesiones",
    "Puntos",
    "Personas",
    "Participantes",
    "Lista",
    "Convocantes",
    "Apartados",
)  # fmt: skip  the order in a workbook


def workshop_of(row: Any) -> Workshop | None:
    """The workshop that a row belongs to, saved or not; None for what workshops share."""
    if isinstance(row, Participant | Region):
        return None
    if isinstance(row, Item | Moderator):
        row = row.session
    return row if isinstance(row, Workshop) else row.workshop


class Rights:
    """What `user` may do with rows; None may everything (the shell)."""

    def __init__(self, user: Any = None) -> None:
        self.user = user
        self._in: dict[str, set[int] | None] = {}

    def workshops(self) -> set[int] | None:
        """The keys of the workshops whose rows the user may see; None for all."""
        return None if self.user is None else self._works_in("agenda.view_session")

    def _works_in(self, permission: str) -> set[int] | None:
        if permission not in self._in:
            self._in[permission] = self.user.works_in(permission)
        return self._in[permission]

    def may(self, verb: str, row: Any) -> bool:
        """Whether the user may `verb` (add, change, delete) `row`."""
        if self.user is None:
            return True
        permission = f"{row._meta.app_label}.{verb}_{row._meta.model_name}"
        workshop = workshop_of(row)
        if workshop is None:
            return self.user.has_perm(permission, row if row.pk else None)
        allowed = self._works_in(permission)
        return allowed is None or workshop.pk in allowed

    def refusal(self, row: Any) -> str:
        """Why `row` stays as it is."""
        if isinstance(row, Participant):
            text = _("“%(name)s” takes part in workshops of others only: ask them.")
            return text % {"name": row.name_es}
        return _("You may not do this in the workshop “%(name)s”.") % {"name": workshop_of(row)}


class Book:
    """All sheets over the rows of some workshops."""

    def __init__(self, rights: Rights | None = None, answers: Mapping[str, str] | None = None) -> None:
        self.rights = rights or Rights()
        self.answers = Answers(answers)
        mine = self.rights.workshops()
        known = Workshop.objects.order_by("-number", "slug")
        self.workshops = {one.pk: one for one in (known if mine is None else known.filter(pk__in=mine))}
        self.sheets: dict[str, Any] = {}
        self.said_above: dict[Any, int] = {}
        self._names: dict[int, dict[str, Participant | None]] = {}
        with spanish():
            for kind in SHEETS:
                self.sheets[kind.name] = kind(self)

    def load(self, workshops: Iterable[int]) -> None:
        """Read the rows of these workshops, one query a sheet."""
        wanted = set(workshops) & set(self.workshops)
        for sheet in self.sheets.values():
            sheet.load(wanted)

    def names(self, workshop: Workshop) -> dict[str, Participant | None]:
        """How the participants of `workshop` are written (agenda/ties.py), asked for once."""
        if workshop.pk not in self._names:
            self._names[workshop.pk] = ties.names(workshop)
        return self._names[workshop.pk]

    def row(self, model: Any, pk: int) -> Any:
        """The row of a model with this key, as far as it was read; None otherwise."""
        if model is Region:
            return next((one for one in self.sheets["Participantes"].regions if one.pk == pk), None)
        for sheet in self.sheets.values():
            if sheet.model is model:
                return next((one for one in sheet.rows if one.pk == pk), None)
        return None

    # --- out ---

    def export(
        self, kind: str, sheets: Iterable[str] = SHOWN, languages: Iterable[str] = (),
        rows: Mapping[str, list[Any]] | None = None,
    ) -> bytes:  # fmt: skip
        """A file of the format `kind` with these sheets, `rows` of each where not all; headers are Spanish.

        Raises TableError for a text that no cell takes.
        """
        languages = list(languages)
        with spanish():
            wanted = [self.sheets[name] for name in sheets]
            pages = [sheet.page(languages, (rows or {}).get(sheet.name)) for sheet in wanted]
            return writing.write(kind, pages, self._help(wanted) if kind in ("xlsx", "ods") else None)

    def _help(self, sheets: list[Sheet]) -> Page:
        lines = [
            ("", "", _("Change cells, add rows below, and import the file again: what would change is shown first.")),
            ("", "", _("Rows and columns that you delete stay in the programme as they are; write “sí” under “quitar” "
                       "to take a row away.")),
            ("", "", _("Leave the hidden column “estado”: with it a file that comes back later overwrites nothing "
                       "that others changed meanwhile.")),
        ]  # fmt: skip
        for sheet in sheets:
            lines.append((sheet.name, "", str(sheet.about)))
            for one in sheet.columns:
                if one.language not in ("", CODES[0]):
                    continue  # as the column of the first language
                note = str(one.note or "") or (_("Needed in a new row.") if one.needed else "")
                if note or (one.widget.choices and one.widget.closed):
                    choices = ", ".join(
                        f"{choice:%Y-%m-%d}" if isinstance(choice, dt.date) else str(choice)
                        for choice in one.widget.choices[:12]
                    )
                    lines.append(("", one.column_name, note or choices))
        heads = [Head(_("sheet"), width=16), Head(_("column"), width=24), Head(_("what it is"), width=90)]
        return Page(HELP, heads, [list(line) for line in lines])

    # --- in ---

    def look(self, data: bytes, name: str = "", told: Callable[[int, int], None] = lambda done, total: None) -> Plan:
        """What the file `data`, called `name`, would change. Raises TableError for one that cannot be read at all.

        `told` hears how many sheets are read, of how many.
        """
        file = reading.read(data, self.answers.given.get("encoding", ""))
        if file.readings:
            self._ask_encoding(file)
        tables = [
            Recognised(grid, list(self.sheets.values()), self.answers, len(file.grids) == 1, name)
            for grid in file.grids
        ]
        for table in tables:
            self._put_right(table)
        problems = [problem for table in tables for problem in table.problems]
        workshops = self._spoken_of(tables)
        self.load(workshops)
        by_sheet: dict[str, Recognised] = {}
        for table in tables:
            if table.sheet is not None and by_sheet.setdefault(table.sheet.name, table) is not table:
                problems.append(Problem(_("The file has this sheet twice."), sheet=table.sheet.name))
        if not by_sheet and not problems and not self._open():
            problems.append(Problem(_("The file has no rows.")))
        rows: list[tuple[Sheet, Taken]] = []
        for number, (name, sheet) in enumerate(self.sheets.items()):
            told(number, len(self.sheets))
            found = by_sheet.get(name)
            if found is not None and found.dataset is not None and not self._open():
                rows += [(sheet, taken) for taken in sheet.take(found.dataset)]
        return self._plan(rows, problems)

    def _ask_encoding(self, file: reading.Book) -> None:
        options = tuple((name, f"{encodings.NAMES[name]}: {', '.join(words)}") for name, words in file.readings.items())
        text = _("The file does not say how its accented letters are written. Which reading is the right one?")
        self.answers.to(Question("encoding", "encoding", text, options))

    def _put_right(self, table: Recognised) -> None:
        """Put what somebody wrote in place of a refused cell into the table; take rows away that are left out."""
        if table.dataset is None or table.sheet is None:
            return
        headers = table.dataset.headers or []
        name = table.sheet.name
        fixes = {
            key: value for key, value in self.answers.given.items() if key.startswith((f"fix:{name}:", f"skip:{name}:"))
        }
        if not fixes:
            return
        rows = [dict(zip(headers, row, strict=True)) for row in table.dataset]
        table.dataset.wipe()
        table.dataset.headers = headers
        for row in rows:
            number = row[NUMBER]
            if f"skip:{name}:{number}" in fixes:
                continue
            values = [fixes.get(f"fix:{name}:{number}:{header}") or row[header] for header in headers]
            table.dataset.append(values)

    def _spoken_of(self, tables: list[Recognised]) -> set[int]:
        """The workshops that the file names; where it names none, the one that was answered."""
        named = set()
        for table in tables:
            if table.dataset is None or table.sheet is None:
                continue
            for row in table.dataset.dict if "taller" in (table.dataset.headers or []) else ():
                slug = str(row["taller"] or "").strip().casefold()
                named |= {pk for pk, one in self.workshops.items() if one.slug.casefold() == slug}
        answer = self.answers.given.get("workshop", "")
        return named | ({int(answer)} if answer.isdecimal() and int(answer) in self.workshops else set())

    def _open(self) -> bool:
        """Whether something about the file as a whole is asked and not answered."""
        return any(
            not self.answers.to(one)
            for one in list(self.answers.open.values())
            if one.kind in ("encoding", "sheet", "col")
        )

    def _plan(self, rows: list[tuple[Sheet, Taken]], problems: list[Problem]) -> Plan:
        changes, same = [], 0
        for sheet, taken in rows:
            error = taken.errors[0].error if taken.errors else None
            if taken.validation_error is not None:
                problems += self._refused(sheet, taken)
            elif not isinstance(error, Asked):
                if taken.is_skip():
                    same += taken.number > 0 and not taken.left
                else:
                    changes.append((sheet, taken))
        problems += self._doubles({sheet.name for sheet, _taken in changes}, rows)
        made = tuple(self._change(sheet, taken) for sheet, taken in changes)
        touched = {change.workshop for change in made if change.workshop is not None}
        return Plan(
            base_of(self.workshops[pk] for pk in sorted(touched)), made, same,
            tuple(sorted(problems, key=lambda one: (one.sheet, one.row))),
            tuple(self.answers.open.values()),
            frozenset(key for key, one in self.answers.open.items() if not self.answers.to(one)),
        )  # fmt: skip

    def _change(self, sheet: Sheet, taken: Taken) -> RowChange:
        act: Any = "new" if taken.is_new() else "gone" if taken.is_delete() else "changed"
        instance = taken.instance
        cells = taken.cells
        if taken.is_new() and sheet.parent_field:
            cells = (_parent_cell(sheet, instance), *cells)
        of = workshop_of(instance)
        return RowChange(
            act, sheet.model._meta.label, instance.plan_key if act == "new" else taken.snapshot["id"],
            taken.label or sheet.call(instance), () if act == "gone" else cells, sheet.name, taken.number,
            of.pk if of else None, tuple(sheet.along(instance)) if act == "gone" else (),
        )  # fmt: skip

    def _refused(self, sheet: Sheet, taken: Taken) -> list[Problem]:
        headers = {one.attribute: one.column_name for one in sheet.columns}
        error = taken.validation_error
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return [
            Problem(text, taken.number, headers.get(field, field if field in sheet.headers() else ""), sheet.name,
                    _address(taken.instance))
            for field, texts in by_field.items() for text in texts
        ]  # fmt: skip

    def _doubles(self, names: set[str], rows: list[tuple[Sheet, Taken]]) -> list[Problem]:
        """What may not stand twice, looked at when all rows have their final values."""
        numbers = {id(taken.instance): taken.number for _sheet, taken in rows if taken.instance is not None}
        problems = []
        for name in names:
            sheet = self.sheets[name]
            standing = [row for row in sheet.rows if id(row) not in sheet.gone]
            for one, other, error in doubles(sheet.model, standing):
                row = numbers.get(id(other)) or numbers.get(id(one)) or 0
                problems += [Problem(text, row, sheet=name) for text in error.messages]
        return problems


def _parent_cell(sheet: Sheet, instance: Any) -> Any:
    field: Any = sheet.model._meta.get_field(sheet.parent_field)
    parent = getattr(instance, sheet.parent_field)
    key = f"+{parent.plan_key}" if parent._state.adding else parent.pk
    return CellChange(field.attname, list(sheet.parents)[-1], None, key, "", str(parent), False)


def _address(instance: Any) -> str:
    """The page of the admin where a row can be put right; "" for a new one."""
    if instance is None or instance.pk is None:
        return ""
    row = instance.session if isinstance(instance, Item | Moderator) else instance
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
