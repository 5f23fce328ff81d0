"""What is drawn from the programme: the rose, the rule of its days, the map."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agenda.faces import atlas
from agenda.faces import rose as rose_face
from agenda.faces import rule as rule_face
from agenda.programme.colour import safe
from agenda.programme.moments import end_of, start_of, until_of
from agenda.web.style import SHEET, address
from languages import clock

register = template.Library()


class Drawn(NamedTuple):
    """The rose as its template wants it."""

    rose: rose_face.Rose
    view: str

    def __getattr__(self, name: str):
        return getattr(self.rose, name)

    @property
    def host_y(self) -> float:
        """The baseline of the host's name: above the point, below it where rays go up."""
        return round(self.rose.y - self.rose.radius - 12, 1)


@register.simple_tag(takes_context=True)
def icon(context) -> str:
    """The address of the workshop's own mark; of the site's icon where there is none (LOOK: no rose)."""
    edition = context["edition"]
    return edition.address("rose") if rose_face.mark(edition.programme) else static("img/icon.svg")


@register.simple_tag(takes_context=True)
def style(context) -> str:
    """The address of the stylesheet, with the colours of the workshop that the page is about, if it is about one."""
    edition = context.get("edition")
    return address(edition.programme) if edition else static(SHEET)


@register.simple_tag(takes_context=True)
def rose(context) -> Drawn | None:
    """The large drawing of the rose; None where there is none."""
    made = rose_face.of(context["programme"])
    return Drawn(made, " ".join(f"{value:g}" for value in made.box)) if made else None


@register.simple_tag(takes_context=True)
def rule(context) -> rule_face.Rule | None:
    """The days as bars; None where there are no hours, or too many rows."""
    return rule_face.of(context["programme"])


@register.simple_tag(takes_context=True)
def bar_class(context, bar: rule_face.Bar) -> str:
    """What gives a bar its colour."""
    axis = context["programme"].axis(bar.slot.axis)
    return f"axis-{axis.number}" if axis else "pause" if bar.slot.is_quiet else "plain"


@register.simple_tag(takes_context=True)
def bar_ink(context, bar: rule_face.Bar) -> str:
    """The colour of a bar where no style reaches it: a drawing on paper."""
    axis = context["programme"].axis(bar.slot.axis)
    return safe(axis.colour).ink if axis else "#eceae4" if bar.slot.is_quiet else "#c9c5bb"


@register.simple_tag(takes_context=True)
def bar_data(context, bar: rule_face.Bar) -> SafeString:
    """A bar's class, and what the script reads of it: its start and until when it is «now», whether its end is open."""
    programme = context["programme"]
    slot = bar.slot
    start, end = start_of(programme, bar.day, slot), end_of(programme, bar.day, slot)
    until = end or until_of(programme, bar.day, slot)
    return format_html(
        ' class="{}" data-at="{}"{}', bar_class(context, bar),
        "/".join(moment.isoformat(timespec="minutes") for moment in (start, until) if moment),
        "" if end else SafeString(" data-open"),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def bar_title(context, bar: rule_face.Bar) -> str:
    """What a bar says to who points at it or hears it: «10h00–11h15 Nuevas alianzas»."""
    language = context["programme"].language
    slot = bar.slot
    hours = "–".join(clock(time, language) for time in (slot.start, slot.end) if time)
    return f"{hours} {slot.title}"


@register.simple_tag(takes_context=True)
def place_data(context, label: atlas.Label) -> SafeString:
    """The name of a dot that has none beside it, and its language where that is not the page's."""
    name = label.participant.name
    said = "" if label.lines else format_html(' aria-label="{}"', name.text)
    lang = "" if name.lang == context["programme"].language else format_html(' lang="{}"', name.lang)
    return format_html("{}{}", said, lang)


@register.filter
def add_number(value: float, more: float) -> float:
    """`value` moved by `more`, with one decimal."""
    return round(value + more, 1)
