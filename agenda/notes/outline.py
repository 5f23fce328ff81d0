"""Blocks of a note -> an outline of the programme: what the note says, with a list of doubts and of what was left."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import msgspec
from django.utils.translation import gettext as _

from languages import clock as clock_text
from languages import fold
from languages.clocks import minutes, until

from . import clock, rows
from .calendar import DayHeading, read_day, read_year, resolve, split_dates
from .conveners import OutlineConvener, read_conveners
from .document import Block, Footnote, Heading, ListItem, NoteError, Paragraph, Row
from .rows import Entry


class Remark(msgspec.Struct, frozen=True):
    """Something to look at: the line of the note (from 1) and a sentence, or the words that were left."""

    line: int
    text: str


class OutlineDay(msgspec.Struct, frozen=True):
    heading: DayHeading
    entries: tuple[Entry, ...] = ()


class OutlineAxis(msgspec.Struct, frozen=True):
    number: int
    title: str
    description: str
    line: int


class OutlineSection(msgspec.Struct, frozen=True):
    """`body` is Markdown with footnotes; `heading` is the printed title without its number."""

    kind: str
    heading: str
    body: str
    line: int = 0


class OutlineParticipant(msgspec.Struct, frozen=True):
    number: int
    region: str
    name: str
    line: int


class Outline(msgspec.Struct, frozen=True):
    series: str = ""
    number: int | None = None
    title: str = ""
    city: str = ""
    venue: str = ""
    address: str = ""
    year: int | None = None
    days: tuple[OutlineDay, ...] = ()
    axes: tuple[OutlineAxis, ...] = ()
    sections: tuple[OutlineSection, ...] = ()
    participants: tuple[OutlineParticipant, ...] = ()
    conveners: tuple[OutlineConvener, ...] = ()
    headings: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    footnotes: int = 0
    doubts: tuple[Remark, ...] = ()
    left: tuple[Remark, ...] = ()


_SECTION = re.compile(r"^\s*(?:[IVX]{1,5}|\d{1,2})[.)]\s*(.+?)[\s.:]*$")
_KINDS = (
    ("justific", "justification"), ("antecedent", "justification"), ("contexto", "justification"),
    ("present", "justification"), ("objeti", "objectives"), ("objecti", "objectives"),
    ("metodolog", "methodology"), ("methodolog", "methodology"), ("agenda", "agenda"), ("program", "agenda"),
    ("participant", "participants"), ("practic", "practical"), ("pratic", "practical"), ("logist", "practical"),
)  # fmt: skip
_AXIS = re.compile(r"^(?:eje|axis|eixo|axe)\s+(\d{1,2})\s*[.:–-]\s*(.+)$", re.I)
_NUMBER = re.compile(r"^(.*?)\s*(?:\b[Nn](?:[oº°]|\.\s?[oº°]|úm)\.?|#)\s*(\d{1,3})\s*$")


def section_kind(title: str) -> str:
    """What a section is about, told by its title: justification, objectives, …, agenda, participants, other."""
    folded = fold(title)
    return next((kind for stem, kind in _KINDS if stem in folded), "other")


def read(blocks: list[Block]) -> Outline:
    """The outline of a note. Raises NoteError where it holds no agenda at all."""
    reader = _Reader(blocks)
    reader.run()
    outline = reader.outline()
    if not outline.days:
        raise NoteError(
            _("No agenda was found in the note: expected headings such as %(day)s and rows with times.")
            % {"day": "«VIERNES 7 DE SEPTIEMBRE»"}
        )
    return outline


class _Reader:
    """Goes through the blocks once; the section it is in decides what a block may be."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.kind = "head"
        self.head: list[Block] = []
        self.sections: list[tuple[str, str, list[Block]]] = []
        self.headings: list[str] = []
        self.days: list[tuple[DayHeading, list[Entry]]] = []
        self.axes: list[OutlineAxis] = []
        self.people: list[OutlineParticipant] = []
        self.region = ""
        self.footnotes: dict[str, str] = {}
        self.doubts: list[Remark] = []
        self.left: list[Remark] = []

    def run(self) -> None:
        for block in self.blocks:
            if isinstance(block, Footnote):
                self.footnotes[block.mark] = block.markdown
            elif not self.new_section(block):
                getattr(self, f"in_{self.kind}", self.in_prose)(block)

    def new_section(self, block: Block) -> bool:
        if not isinstance(block, Heading | Paragraph) or read_day(block.text):
            return False
        if self.kind == "agenda" and clock.read(block.text):
            return False  # «11.55. RECESO» is a row, no chapter
        numbered = _SECTION.match(block.text)
        if isinstance(block, Paragraph) and not (numbered and numbered[1].isupper()):
            return False
        title = (numbered[1] if numbered else block.text).strip(" .:")
        kind = section_kind(title)
        if isinstance(block, Heading) and not numbered and kind == "other" and self.kind in ("head", "agenda"):
            return False
        self.headings.append(title)
        self.kind = kind if kind in ("agenda", "participants") else "prose"
        if self.kind == "prose":
            self.sections.append((kind, title, []))
        return True

    def in_head(self, block: Block) -> None:
        self.head.append(block)

    def in_prose(self, block: Block) -> None:
        axis = _AXIS.match(block.text)
        if axis and isinstance(block, Paragraph | ListItem):
            title, _stop, description = axis[2].partition(". ")
            if any(int(axis[1]) == known.number for known in self.axes):
                self.doubt(block.line, _("Axis %(number)s is described twice.") % {"number": axis[1]})
                self.left.append(Remark(block.line, block.text))
                return
            self.axes.append(OutlineAxis(int(axis[1]), title.rstrip(". "), description.strip(), block.line))
        elif isinstance(block, Row):
            self.left.append(Remark(block.line, block.text))
        else:
            self.sections[-1][2].append(block)

    def in_agenda(self, block: Block) -> None:
        row = rows.cells(block)
        if heading := self.day(block, row):
            known = [day for day, _entries in self.days if (day.day, day.month) == (heading.day, heading.month)]
            if known:
                self.doubt(
                    block.line, _("“%(day)s” stands a second time: its rows go on there.") % {"day": heading.label}
                )
                self.days.sort(key=lambda day: day[0] is known[0])
            else:
                self.days.append((heading, []))
            return
        if not self.days:
            self.left.append(Remark(block.line, block.text))
            return
        entries = self.days[-1][1]
        if row and not row[0] and entries:
            # A row whose first cell is empty goes on where a page break cut the one before it.
            entries[-1] = rows.join(entries[-1], row[1], block.line, self.doubt)
        elif row and (entry := rows.read(row, block.line, self.doubt)):
            entries.append(entry)
        elif block.text:
            self.left.append(Remark(block.line, block.text))

    def day(self, block: Block, row: tuple | None) -> DayHeading | None:
        if isinstance(block, Heading | Paragraph):
            return read_day(block.text, block.line)
        if row is not None and isinstance(block, Row):
            filled = [cell for cell in block.cells if cell]
            if len(filled) == 1 and len(filled[0]) == 1:
                return read_day(filled[0][0].text, block.line)
        return None

    def in_participants(self, block: Block) -> None:
        if isinstance(block, ListItem):
            number = block.number or len(self.people) + 1
            name = block.text.rstrip(" .;,")
            if any((fold(name), self.region) == (fold(known.name), known.region) for known in self.people):
                self.doubt(block.line, _("“%(name)s” appears twice in the list.") % {"name": name})
                return
            self.people.append(OutlineParticipant(number, self.region, name, block.line))
        elif isinstance(block, Heading | Paragraph) and len(block.text) < 80 and not block.text.endswith("."):
            self.region = block.text.rstrip(" :")
        else:
            self.left.append(Remark(block.line, block.text))

    def year(self, days: tuple[OutlineDay, ...]) -> int | None:
        """The year the note states: of its head the one in which the weekdays exist so, else of a day's heading."""
        stated = {year: block for block in reversed(self.head) if (year := read_year(block.text))}
        years = list(stated)[::-1]
        if not years:
            return next((day.heading.year for day in days if day.heading.year), None)
        headings = [day.heading for day in days]
        taken = next((year for year in years if resolve(headings, year)), years[0])
        if len(years) > 1:
            text = _("The head names the years %(years)s: %(year)d was taken for the workshop's.")
            values = {"years": ", ".join(map(str, years)), "year": taken}
            self.doubt(stated[taken].line, text % values)
        return taken

    def doubt(self, line: int, text: str) -> None:
        self.doubts.append(Remark(line, text))

    # --- what was gathered -> the outline ---

    def outline(self) -> Outline:
        facts = self.read_head()
        days = tuple(OutlineDay(heading, tuple(entries)) for heading, entries in self.days)
        self.doubt_days(days)
        prose = [block for _kind, _title, blocks in self.sections for block in blocks]
        objectives = tuple(
            block.text
            for kind, _title, blocks in self.sections
            if kind == "objectives"
            for block in blocks
            if isinstance(block, ListItem)
        )
        everything = " \n ".join(
            [block.text for block in self.blocks if not isinstance(block, Row)]
            + [line.text for block in self.blocks if isinstance(block, Row) for cell in block.cells for line in cell]
        )
        return Outline(
            **facts,
            year=self.year(days),
            days=days,
            axes=tuple(self.axes),
            sections=tuple(
                OutlineSection(kind, title, self.body(blocks), blocks[0].line)
                for kind, title, blocks in self.sections
                if blocks
            ),
            participants=tuple(self.people),
            conveners=read_conveners([b.text for b in prose if isinstance(b, Paragraph)], everything),
            headings=tuple(self.headings),
            objectives=objectives,
            footnotes=len(self.footnotes),
            doubts=tuple(sorted(self.doubts, key=lambda remark: remark.line)),
            left=tuple(self.left),
        )

    def body(self, blocks: list[Block]) -> str:
        parts: list[str] = []
        for before, block in pairwise([None, *blocks]):
            if isinstance(block, ListItem):
                line = f"{block.number}. {block.markdown}" if block.number else f"- {block.markdown}"
                together = isinstance(before, ListItem)
                parts.append(("\n" if together else "\n\n") + line)
            elif isinstance(block, Heading):
                parts.append(f"\n\n### {block.markdown}")
            elif block is not None:
                parts.append("\n\n" + block.markdown)
        text = "".join(parts).strip()
        for mark in dict.fromkeys(re.findall(r"\[\^(\w+)\]", text)):
            if mark in self.footnotes:
                text += f"\n\n[^{mark}]: {self.footnotes[mark]}"
        return text

    def read_head(self) -> dict:
        facts: dict = {"series": "", "number": None, "title": "", "city": "", "venue": "", "address": ""}
        dated = False
        for block in self.head:
            text = block.text
            number = _NUMBER.match(text)
            quoted = re.fullmatch(r"[\"“”«‘'](.+?)[\"“”»’']\.?", text)
            city = split_dates(text)
            if number and not facts["number"]:
                facts["series"], facts["number"] = number[1].strip(), int(number[2])
            elif quoted and not facts["title"]:
                facts["title"] = quoted[1].strip()
            elif city is not None and not dated:
                facts["city"], dated = city, True
            elif not dated and not facts["title"] and isinstance(block, Heading):
                facts["title"] = text
            elif dated and not facts["venue"]:
                facts["venue"] = text.rstrip(" .")
            elif dated and not facts["address"]:
                facts["address"] = text.rstrip(" .")
            else:
                self.left.append(Remark(block.line, text))
        return facts

    def doubt_days(self, days: tuple[OutlineDay, ...]) -> None:
        numbers = {axis.number for axis in self.axes}
        for day in days:
            if not day.entries:
                self.doubt(day.heading.line, _("“%(day)s” has no rows.") % {"day": day.heading.label})
            for entry in day.entries:
                self.doubt_entry(entry, numbers)
            timed = [entry for entry in day.entries if entry.start]
            for before, after in pairwise(timed):
                if before.end is None or before.start is None or after.start is None:
                    continue
                over, start = until(before.start, before.end), minutes(after.start)
                if over < start:
                    self.doubt(
                        after.line,
                        _("Nothing between %(from)s and %(to)s.") % _between(before.end, after.start),
                    )
                elif start < over:
                    text = _("“%(title)s” begins before the row above it ends.")
                    self.doubt(after.line, text % {"title": after.title})

    def doubt_entry(self, entry: Entry, axes: set[int]) -> None:
        if entry.start and not entry.end:
            self.doubt(entry.line, _("“%(title)s” has no end.") % {"title": entry.title})
        if entry.axis and entry.axis not in axes:
            text = _("“%(title)s” belongs to axis %(number)d, which the note does not describe.")
            self.doubt(entry.line, text % {"title": entry.title, "number": entry.axis})


def _between(start: dt.time, end: dt.time) -> dict[str, str]:
    return {"from": clock_text(start, "es"), "to": clock_text(end, "es")}
