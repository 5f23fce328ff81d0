"""Filters of the desk's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from agenda import changes
from agenda.clashes import Clash
from agenda.programme import Slot
from agenda.vocabulary import Kind

register = template.Library()


@register.simple_tag(takes_context=True)
def said_below(context, form: Any) -> Any:
    """The text of an item or a person of the session's form, its languages side by side."""
    return context["tongues"].below(form)


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """What `found` has under `key`; nothing where it has none."""
    return found.get(key, ())


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
