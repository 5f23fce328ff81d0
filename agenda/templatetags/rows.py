"""What a row of the agenda says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda.faces import spoken as spoken_face
from agenda.programme import Axis, Programme, ProgrammeDay, Slot
from agenda.programme.blocks import Block, Part, rows
from agenda.templatetags.times import until
from agenda.vocabulary import Kind as SessionKind
from agenda.vocabulary import roman

register = template.Library()


@register.simple_tag(takes_context=True)
def marks(context, slot: Slot) -> list[str]:
    """What has changed on this row with the last release, while it is news."""
    return [change.mark for change in (context.get("news") or {}).get(slot.code, ()) if change.mark]


@register.filter
def get_rest(news: dict | None) -> list:
    """The news that concern no row of the agenda: what was cancelled, the venue, participants."""
    return (news or {}).get("", [])


@register.filter
def get_axis(programme: Programme, number: int | None) -> Axis | None:
    return programme.axis(number)


@register.filter
def says_axis(slot: Slot, axis: Axis) -> bool:
    """Whether the row's title is about the axis's title anyway, so that it need not stand twice."""
    title, name = _bare(slot.title.text), _bare(axis.title.text)
    return title.startswith(name) or SequenceMatcher(None, title, name).ratio() > 0.85


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@register.filter
def session_kind(kind: str) -> str:
    """What kind of row it is, in the active language."""
    return str(SessionKind(kind).label) if kind in SessionKind.values else kind


@register.simple_tag(takes_context=True)
def rows_of(context, day: ProgrammeDay) -> list[Slot | Block]:
    """The rows of a day, those that happen at once in several rooms as one block."""
    return rows(context["programme"], day, context.get("gone") or ())


@register.filter
def leaves(days: Iterable[ProgrammeDay]) -> list[list[ProgrammeDay]]:
    """The days as they lie beside each other on a wide page: an optional one goes with the day before it."""
    made: list[list[ProgrammeDay]] = []
    for day in days:
        if made and day.optional:
            made[-1].append(day)
        else:
            made.append([day])
    return made


@register.simple_tag(takes_context=True)
def slot_classes(context, slot: Slot, axis: Axis | None, part: Part | None) -> str:
    """What a row's element is called besides «slot», with a blank before each."""
    names = ["quiet"] if slot.is_quiet else []
    if slot.code in (context.get("gone") or ()):
        names.append("cancelled")
    if axis:
        names.append(f"axis-{axis.number}")
    if part:
        names += [f"room-{part.room}"]
        names += [f"row-{part.step}"] if part.step > 1 else []
        names += [f"tall-{part.steps}"] if part.steps > 1 else []
        names += ["whole"] if part.is_whole else []
    return "".join(f" {name}" for name in names)


@register.simple_tag(takes_context=True)
def slot_data(context, day: ProgrammeDay, slot: Slot) -> SafeString:
    """What the script reads of a row: its kind and axis, whom it is for, until when it is «now», its languages."""
    facts = [("kind", slot.kind)]
    if slot.axis is not None and context["programme"].axis(slot.axis):
        facts.append(("axis", str(slot.axis)))
    if slot.languages or slot.interpreted:
        facts.append(("languages", " ".join((*slot.languages, *slot.interpreted))))
        facts.append(("sign", spoken_face.sign(slot)))
    made = format_html_join("", ' data-{}="{}"', facts)
    everybody = SafeString(" data-all") if slot.code in (context.get("everybody") or ()) else ""
    return format_html("{}{}{}", made, everybody, until(context, day, slot))


@register.filter
def axis_name(number: int) -> str:
    """«Axis 2», in the active language."""
    return _("Axis %(number)s") % {"number": number}


@register.filter
def part_name(part: int) -> str:
    """«Part II», in the active language."""
    return _("Part %(part)s") % {"part": roman(part)}
