"""One row of an agenda's table -> an entry: when, what, who carries it, and its items."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import msgspec
from django.utils.translation import gettext as _

from languages import can_end, fold, spoken
from languages import clock as clock_text

from . import clock, people
from .document import Block, ListItem, Paragraph, Row

Cell = tuple[Paragraph | ListItem, ...]
Doubt = Callable[[int, str], None]


class Entry(msgspec.Struct, frozen=True):
    """A row of the agenda. `printed` is its title as the note prints it; `title` is free of axis and part."""

    printed: str
    title: str
    line: int
    start: dt.time | None = None
    end: dt.time | None = None
    part_of_day: str = ""
    kind: str = "session"
    axis: int | None = None
    part: int | None = None
    visibility: str = "everyone"
    languages: tuple[str, ...] = ()
    interpreted: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    carriers: tuple[people.Carrier, ...] = ()


_PARTS = {
    "manana": "morning", "por la manana": "morning", "morning": "morning", "manha": "morning", "matin": "morning",
    "tarde": "afternoon", "por la tarde": "afternoon", "afternoon": "afternoon", "apres-midi": "afternoon",
    "noche": "evening", "por la noche": "evening", "evening": "evening", "noite": "evening", "soir": "evening",
}  # fmt: skip
_KINDS = (
    ("registration", r"registro|acreditaci|inscripci|registration|check-in|credenciamento|accueil des part|accredit"),
    ("break", r"pausa|cafe\b|coffee|break|intervalo|pause|descanso|receso"),
    ("meal", r"almuerzo|comida|cena\b|coctel|desayuno|lunch|dinner|cocktail|almoco|jantar|dejeuner|diner\b"),
    ("ceremony", r"bienvenida|inaugura|apertura|clausura|conclusiones\b|cierre|welcome|opening|closing|abertura"
                 r"|encerramento|boas-vindas|ouverture|cloture|mot de bienvenue|acto de firma"),
    ("other", r"por definir|to be defined|a definir\b|a definir$|tiempo libre|free time|visita"),
)  # fmt: skip
_AXIS = re.compile(r"^(?:eje|axis|eixo|axe)\s+(\d{1,2})\s*[.:–-]\s*", re.I)
_PART = re.compile(r"\s*\(?\b(?:parte|part|partie)\s+([IVX]{1,4}|\d{1,2})\b\)?\s*\.?$", re.I)
# «(solo para miembros)», «[members only]», «— reservado a los miembros de la red», however a note writes it.
_WHO = r"(?:miembros|membros|members|membres)"
_ONLY = (
    r"\b(?:s[óo]lo|s[óo]|solamente|[úu]nica\w*|exclusi\w+|only|apenas|somente|seulement|uniquement|r[ée]serv\w+"
    r"|restring\w+|cerrad\w+)"
)
_MEMBERS = re.compile(
    rf"\s*[(\[][^()\[\]]{{0,60}}\b{_WHO}\b[^()\[\]]{{0,60}}[)\]]\s*"
    rf"|\s*[—–:-]\s*(?:{_ONLY}\b[^()—–]{{0,40}}\b{_WHO}\b|{_WHO}\b.{{0,3}}\b{_ONLY}\b)[^()—–]{{0,60}}$",
    re.I,
)
_MEMBERS_LINE = re.compile(rf"\W*(?:{_ONLY}\b.{{0,30}}\b{_WHO}\b|{_WHO}\b.{{0,3}}\b{_ONLY}\b).{{0,60}}", re.I)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


def cells(block: Block) -> tuple[Cell, Cell] | None:
    """The cell with the time and the cell with the rest, or None where the block is no table row."""
    if not isinstance(block, Row) or not block.cells:
        return None
    rest = tuple(line for cell in block.cells[1:] for line in cell)
    return block.cells[0], rest


def part_of_day(text: str) -> str:
    """morning, afternoon or evening where `text` is such a word, else an empty string."""
    return _PARTS.get(fold(text).strip(" .:"), "")


def kind(title: str) -> str:
    """The kind of session that a title speaks of, told by the word it begins with."""
    folded = fold(title)
    return next((kind for kind, words in _KINDS if re.match(rf"(?:{words})", folded)), "session")


def read(row: tuple[Cell, Cell], line: int, doubt: Doubt) -> Entry | None:
    """The entry of a row, or None where its first cell is no time and no part of the day."""
    when = " ".join(block.text for block in row[0])
    times = clock.read(when)
    part = part_of_day(when)
    if times is None and not part:
        return None
    content = list(row[1])
    if times and times.rest:
        content.insert(0, Paragraph(line=line, text=times.rest, markdown=times.rest))
    if not content:
        return None
    printed = content[0].text
    end = times.end if times else None
    if times and end and not can_end(times.start, end):
        values = {"title": printed, "from": clock_text(times.start, "es"), "to": clock_text(end, "es")}
        doubt(line, _("“%(title)s” cannot go from %(from)s to %(to)s: it comes without its end.") % values)
        end = None
    title, visibility = printed, "everyone"
    if _MEMBERS.search(title):
        title, visibility = _MEMBERS.sub(" ", title).strip(), "listed"
        printed = title
    entry = Entry(
        printed=printed,
        title=title,
        line=line,
        start=times.start if times else None,
        end=end,
        part_of_day=part,
        kind=kind(title),
        visibility=visibility,
    )
    if match := _AXIS.match(entry.title):
        entry = msgspec.structs.replace(entry, axis=int(match[1]), title=entry.title[match.end() :])
    if match := _PART.search(entry.title):
        number = _ROMAN.get(match[1].upper()) or (int(match[1]) if match[1].isdigit() else None)
        entry = msgspec.structs.replace(entry, part=number, title=entry.title[: match.start()])
    if entry.axis:
        entry = msgspec.structs.replace(entry, title=entry.title.rstrip(" ."))
    return join(entry, tuple(content[1:]), line, doubt)


_SPOKEN = re.compile(
    r"\s*(?:(?P<interpreted>interpretaci[óo]n|interpreta[çc][ãa]o|interpr[ée]tation|interpretation)(?:\s+simult\w+)?"
    r"(?:\s+(?:a|al|en|in|into|para|em|vers))?|idiomas?|languages?|langues?|l[íi]nguas?)\s*:\s*(?P<names>[^.]{2,80})\.?\s*$",
    re.I,
)


def _languages(names: str, line: int, doubt: Doubt) -> tuple[str, ...]:
    """The codes of the languages in «español, inglés y francés»; a name that is none is a doubt."""
    codes = []
    for name in filter(None, map(str.strip, re.split(r",|;|/|–|-|\s+(?:y|e|and|et)\s+", names))):
        if (code := spoken.read(name)) is None:
            doubt(line, _("“%(name)s” is not a language that sessions are held in.") % {"name": name})
        elif code not in codes:
            codes.append(code)
    return tuple(codes)


def join(entry: Entry, content: Cell, line: int, doubt: Doubt) -> Entry:
    """`entry` with the further lines of its row, or of the row that a page break cut off."""
    items, carriers = list(entry.items), list(entry.carriers)
    for block in content:
        if _MEMBERS_LINE.fullmatch(block.text) or _MEMBERS.fullmatch(block.text):
            entry = msgspec.structs.replace(entry, visibility="listed")
            continue
        if held := _SPOKEN.match(block.text):
            field = "interpreted" if held["interpreted"] else "languages"
            if codes := _languages(held["names"], line, doubt):
                entry = msgspec.structs.replace(entry, **{field: codes})
                continue
        named = people.read(block.text)
        if named is not None:
            carriers.extend(named)
            if isinstance(block, ListItem):
                doubt(
                    line,
                    _("A bullet that is no bullet: “%(text)s” says who carries the session.") % {"text": block.text},
                )
        else:
            items.append(block.text)
            if isinstance(block, Paragraph):
                doubt(line, _("A line without bullet among the items: “%(text)s”.") % {"text": block.text})
    return msgspec.structs.replace(entry, items=tuple(items), carriers=tuple(carriers))
