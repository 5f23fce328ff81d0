"""What only printed editions say."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agenda.changes import part_name
from agenda.faces import prose
from agenda.printing import outlines
from agenda.printing.grids import Cell, grid
from agenda.programme import Programme, ProgrammeDay, Section, Slot
from agenda.programme.blocks import Block
from agenda.templatetags import texts, times
from languages import Text, clock

register = template.Library()


MM = 72 / 25.4  # points
SIGN, BADGE = 258 * MM, 77 * MM  # width of a name on them


class Sign(NamedTuple):
    """A name for the table: what stands below it, in which lines, and in which size (points, as style sheets write
    numbers in every language)."""

    name: Text
    under: Text
    lines: tuple[str, ...]
    points: str


class Badge(NamedTuple):
    """Who wears it, if known, and for whom they come: the names with their sizes in points."""

    person: str
    person_points: str
    person_lines: str  # one, or two
    name: Text
    points: str
    country: str


def _people(programme: Programme) -> list[tuple[Text, Text, str, str]]:
    """Everybody at the table once: name, what stands below it, country, and the person where one is named."""
    found = {p.name.text: (p.name, p.full_name, p.country, "") for p in programme.listed}
    for _day, slot in programme.entries:
        for moderator in slot.moderators:
            if moderator.person:
                person = Text(moderator.person, programme.language)
                found.setdefault(moderator.person, (person, moderator.institution, "", moderator.person))
            elif programme.participant(moderator.participant) not in programme.listed:
                found.setdefault(moderator.institution.text, (moderator.institution, Text(), "", ""))
    return list(found.values())


def _lines(name: str, width: float, one: float, two: float) -> tuple[tuple[str, ...], str]:
    """`name` in one line or two of at most `width` points, whichever is larger, and its size; `one` and `two` are the
    most that one line and two may have."""

    def size(lines: tuple[str, ...], most: float) -> float:
        widest = max(outlines.width(line, 1, outlines.BOLD) for line in lines)
        return round(min(most, width / max(widest, 0.01)) * 2 - 0.5) / 2

    whole = ((name,), size((name,), one))
    blanks = [n for n, letter in enumerate(name) if letter == " "]
    halves = [((name[:n], name[n + 1 :]), size((name[:n], name[n + 1 :]), two)) for n in blanks]
    lines, points = max([whole, *halves], key=lambda made: made[1])
    return lines, f"{points:g}"


@register.filter
def table_signs(programme: Programme) -> list[Sign]:
    """A sign for each listed participant and each who carries a session, as large as its width allows."""
    return [
        Sign(name, under, *_lines(name.text, SIGN, 150, 88)) for name, under, _country, _person in _people(programme)
    ]


@register.filter
def badges(programme: Programme) -> list[list[Badge]]:
    """A badge for each of those names, ten on a sheet. Who comes for a listed participant writes their name on it."""
    made = []
    for name, under, country, person in _people(programme):
        wearer, of = (person, under or Text()) if person else ("", name)
        person_lines, person_points = _lines(wearer or "-", BADGE, 20, 13)
        _lines_of, points = _lines(of.text or "-", BADGE, 19, 17)
        made.append(Badge(wearer, person_points, "two" if len(person_lines) > 1 else "one", of, points, country))
    return [made[n : n + 10] for n in range(0, len(made), 10)]


@register.filter
def days_to_sign(programme: Programme) -> list[ProgrammeDay]:
    """The days of which an hour is known: nobody signs for what is to be defined, nor looks for its door."""
    return [day for day in programme.days if any(slot.start for slot in day.slots)]


@register.filter
def carriers_beside(day: ProgrammeDay, programme: Programme) -> list[tuple[Text, str]]:
    """Who carries a row of the day and is not on the list, each once: institution, and person where one is named."""
    listed = {participant.name.text for participant in programme.listed}
    found: dict[tuple[str, str], tuple[Text, str]] = {}
    for slot in day.slots:
        for moderator in slot.moderators:
            if moderator.person or moderator.institution.text not in listed:
                found.setdefault(
                    (moderator.institution.text, moderator.person), (moderator.institution, moderator.person)
                )
    return list(found.values())


FEW = 4  # rows of a day that stands below another one on its sheet


@register.filter
def sheets(programme: Programme, most: int) -> list[list[list[ProgrammeDay]]]:
    """The days as columns of sheets with at most `most` of them each: a short optional one below that before it."""
    made: list[list[ProgrammeDay]] = []
    for day in programme.days:
        if made and day.optional and len(day.slots) < FEW:
            made[-1].append(day)
        else:
            made.append([day])
    return [made[n : n + most] for n in range(0, len(made), most)]


@register.filter
def doors(programme: Programme) -> list[tuple[str, ProgrammeDay]]:
    """A sheet for each place of each day, with its rows and those that name no place."""
    sheets = []
    for day in days_to_sign(programme):
        for place in dict.fromkeys(slot.place for slot in day.slots if slot.place) or [""]:
            slots = tuple(slot for slot in day.slots if slot.place in ("", place))
            sheets.append((place, msgspec.structs.replace(day, slots=slots)))
    return sheets


BESIDE, SHORT = 0.5, 1800  # letters of the notes to those of the text beside which they stand; of a text on one page


class Chapter(NamedTuple):
    """A text on paper: its HTML, that of its footnotes, and whether these have room in the margin beside it."""

    body: SafeString
    notes: SafeString
    is_beside: bool
    is_short: bool
    lang: SafeString


@register.simple_tag(takes_context=True)
def chapter_on_paper(context, text: Text, name: str | int) -> Chapter:
    """`text` (Markdown) with its footnotes apart; `name` tells them from those of other texts."""
    language = text.lang or context["programme"].language
    body, notes = prose.apart(prose.html(text.text, "paper", str(name), _("Note")))
    letters, more = len(strip_tags(body)), len(strip_tags(notes))
    is_short = letters + more < SHORT
    is_beside = bool(notes) and context["paper"].margin and is_short and more < BESIDE * letters
    lang = SafeString("") if language == context["programme"].language else format_html(' lang="{}"', language)
    return Chapter(mark_safe(body), mark_safe(notes), is_beside, is_short, lang)  # noqa: S308  nh3 has cleaned them


@register.simple_tag(takes_context=True)
def rooms_of(context, block: Block) -> list[list[Cell]] | None:
    """The rows of a table with a column for each room of `block`; None where they cannot stand side by side."""
    return grid(block) if len(block.rooms) <= context["paper"].rooms else None


# --- the whole ---


@register.filter
def authors(programme: Programme) -> str:
    """Who convenes, for the file's metadata."""
    named = (programme.participant(convener.participant) for convener in programme.conveners)
    return ", ".join(str(participant.name) for participant in named if participant)


@register.simple_tag(takes_context=True)
def foot(context) -> str:
    """The line at the foot of a page: «10.º Taller de Aprendizaje · versión 1»."""
    series = strip_tags(texts.series(context)) or str(context["programme"].title)
    return " · ".join(filter(None, (series, copy_said(context))))


@register.simple_tag(takes_context=True)
def copy_said(context) -> str:
    """Which copy this is: «versión 1», «BORRADOR del 30 de agosto de 2018, 17h45 · ejemplar para miembros»."""
    programme: Programme = context["programme"]
    if not context["draft"]:
        version = _("version %(number)d") % {"number": programme.release} if programme.release else ""
    elif context.get("drawn_up"):
        version = _("DRAFT of %(when)s") % {"when": times.moment(context["drawn_up"])}
    else:
        version = _("DRAFT")
    members = _("members' copy") if context["for_members"] else ""
    return " · ".join(filter(None, (version, members)))


COVER = ((46, ""), (90, "long"), (160, "longer"))  # letters of a title, and how the cover sets it


@register.filter
def cover_size(title: str) -> str:
    """The class of a cover by the length of its title."""
    longest = max(map(len, title.split()), default=0)
    size = next((size for letters, size in COVER if len(title) <= letters), "longest")
    return "long" if not size and longest > 16 else size


def _numbered(programme: Programme, practical: bool) -> list[tuple[int, Section]]:
    return [(n, one) for n, one in enumerate(programme.sections, 1) if (one.kind == "practical") == practical]


@register.filter
def opening(programme: Programme) -> list[tuple[int, Section]]:
    """The chapters that stand before the days, numbered."""
    return _numbered(programme, practical=False)


@register.filter
def practical(programme: Programme) -> list[tuple[int, Section]]:
    """The chapters that stand at the end, numbered with the others."""
    return _numbered(programme, practical=True)


MOST_AT_A_GLANCE = 44  # rows of all days on one page
GLANCE_LINE = 60  # letters of a title in its column there


@register.filter
def fits_a_glance(programme: Programme) -> bool:
    """Whether all rows of all days stand on one page, a line or two each."""
    lines = sum(1 + len(slot.title.text) // GLANCE_LINE for _day, slot in programme.entries)
    axes = sum(len(axis.title.text) // GLANCE_LINE for axis in programme.axes)
    return len(programme.entries) <= MOST_AT_A_GLANCE and lines + axes <= 2 * MOST_AT_A_GLANCE


@register.filter
def fits_a_fold(programme: Programme) -> bool:
    """Whether all rows stand on a sheet of A5 that is half folded."""
    line = {1: 90, 2: 45, 3: 28}.get(len(programme.days), 0)  # letters of a title in a column of so many
    if not line:
        return False
    lines = (sum(1 + len(slot.title.text) // line for slot in day.slots) for day in programme.days)
    return max(lines, default=0) <= 18 and max((len(day.slots) for day in programme.days), default=0) <= 12


@register.filter
def needs_contents(programme: Programme) -> bool:
    """Whether a page that leads to the others helps: a day of a few rows with nothing before it is read at once."""
    return len(programme.entries) > 8 or bool(programme.sections or programme.axes) or len(programme.days) > 1


@register.filter
def has_described_axes(programme: Programme) -> bool:
    """Whether the axes say more than their titles, which stand at a glance."""
    return any(axis.description for axis in programme.axes)


@register.filter
def is_light(programme: Programme) -> bool:
    """Whether what stands before the days fills no page: they follow it."""
    if opening(programme) or has_described_axes(programme):
        return False
    return not needs_contents(programme) or not fits_a_glance(programme)


@register.filter
def placed_names(programme: Programme) -> str:
    """The participants that stand on a map, for who does not see it."""
    return ", ".join(str(participant.name) for participant in programme.listed if participant.is_placed)


# --- a chapter, a day, a row ---

HEAD_LETTERS = 15  # of a line of the heading in the margin


@register.filter
def head_height(title: str) -> str:
    """How high a heading in the margin is, in rem, at most; a very long one stands above the text."""
    lines = 0 if len(title) > 60 else len(title) // HEAD_LETTERS + len(title) // 30 + 1
    return f"{1.7 * lines:.1f}"


@register.filter
def is_tall(slot: Slot) -> bool:
    """Whether a row may not fit a page, so that it must be set in a way that can be parted."""
    return len(slot.items) > 14 or len(slot.description.text) > 1200 or len(slot.title.text) > 240


@register.filter
def has_margin(slot: Slot) -> bool:
    """Whether something stands beside a row: its axis, who carries it, where, for whom, in which languages."""
    said = (
        slot.axis is not None,
        slot.part,
        slot.is_private,
        slot.moderators,
        slot.place,
        slot.languages,
        slot.interpreted,
    )
    return any(said) or not slot.start


@register.filter
def is_short_leaf(leaf: list[ProgrammeDay]) -> bool:
    """Whether the days of a leaf take less than a third of a page: they follow those before."""
    return sum(2 + len(slot.items) for day in leaf for slot in day.slots) < 12


@register.simple_tag(takes_context=True)
def hours(context, block: Block) -> str:
    """«9h00–11h00»: the hours of a block."""
    language = context["programme"].language
    return f"{clock(block.start, language)}–{clock(block.end, language)}"


@register.simple_tag(takes_context=True)
def starts(context, slot: Slot) -> str:
    """When a row begins, or its part of the day."""
    return clock(slot.start, context["programme"].language) if slot.start else part_name(slot.part_of_day)


@register.simple_tag(takes_context=True)
def clock_of(context, time: dt.time) -> str:
    """An hour as the programme's language writes it."""
    return clock(time, context["programme"].language)


@register.filter
def short_day_name(day: ProgrammeDay) -> str:
    """«Friday 7» as the active language writes it, with a capital."""
    name = date_format(day.date, _("l j"))
    return name[:1].upper() + name[1:]
