"""What a row of the agenda says of itself."""

from __future__ import annotations

from difflib import SequenceMatcher

from django import template

from agenda.programme import Axis, Programme, Slot
from agenda.vocabulary import Kind as SessionKind

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
