"""Filters of the desk's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from agenda import changes
from agenda.admin.beside import Beside, beside
from agenda.clashes import Clash
from agenda.programme import Slot
from agenda.vocabulary import Kind
from languages import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def said_below(context, form: Any) -> Any:
    """The text of an item or a person of the session's form, its languages side by side."""
    return context["tongues"].below(form)


@register.simple_tag(takes_context=True)
def session_found(context, session: Any) -> dict[str, list[Beside]]:
    """The findings about the session of the form, by the boxes where they are mended; of a new one none."""
    desk = context["bench"].desk
    return beside(session, desk.review.clashes, desk.workshop.source) if session and desk else {}


@register.simple_tag(takes_context=True)
def session_slot(context, session: Any) -> Slot | None:
    """The session of the form as the draft has it; None where it is not there."""
    found = context["bench"].desk.draft.entry(session.code)
    return found[1] if found else None


@register.simple_tag(takes_context=True)
def session_after(context, session: Any) -> Slot | None:
    """The session that follows in the agenda; None after the last."""
    desk = context["bench"].desk
    if not session or not desk:
        return None
    slots = [slot for _day, slot in desk.draft.entries]
    place = next((n for n, slot in enumerate(slots) if slot.code == session.code), len(slots))
    return next(iter(slots[place + 1 :]), None)


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """What `found` has under `key`; nothing where it has none."""
    return found.get(key, ()) if found else ()


@register.filter
def split(words: str) -> list[str]:
    """The words of a text."""
    return words.split()


@register.filter
def times_read(entry: Any, language: str) -> str:
    """The hours of a row that was read in a note, as the language writes them, or its part of the day."""
    times = [clock(time, language) for time in (entry.start, entry.end) if time]
    return "–".join(times) or changes.part_name(entry.part_of_day)


@register.filter
def hours(slot: Slot, language: str) -> str:
    """The hours of a row, as the language writes them."""
    return changes.hours(slot, language)


@register.filter
def short(clash: Clash) -> str:
    """What stands on a block of a finding whose whole sentence has no room there."""
    if clash.rule.endswith("overlap"):
        return _("Clashes")
    return {"open-end": _("No end"), "end-before-start": _("Ends too early")}.get(clash.rule, _("Look"))


@register.filter
def part_of_day(part: str) -> str:
    """A part of the day in words."""
    return changes.part_name(part)


@register.filter
def kind_said(slot: Slot) -> str:
    """The kind of a row in words."""
    return str(dict(Kind.choices).get(slot.kind, slot.kind))
