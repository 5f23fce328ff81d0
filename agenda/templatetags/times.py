"""Days and hours as the language of a page writes them."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda import changes
from agenda.programme import Programme, ProgrammeDay, Slot
from agenda.programme.moments import end_of, start_of
from agenda.web import search
from languages import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def times(context, day: ProgrammeDay, slot: Slot) -> str:
    """The times of a row as `time` elements: machine-readable with the venue's offset, written as the language does."""
    programme: Programme = context["programme"]
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    if start is None:
        return format_html('<span class="part">{}</span>', changes.part_name(slot.part_of_day))
    if end is None:
        return format_html('{} <span class="open">{}</span>', _time(programme, start), _("no end time"))
    return format_html('{}<span class="dash">–</span>{}', _time(programme, start), _time(programme, end))


def _time(programme: Programme, moment: dt.datetime) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), clock(moment.time(), programme.language)
    )


@register.filter
def day_id(day: ProgrammeDay) -> str:
    """The name of a day inside the agenda's page: 7-sep, in every language."""
    return search.day_name(day)


@register.filter
def day_name(day: ProgrammeDay) -> str:
    """«Friday 7 September» as the active language writes it."""
    name = date_format(day.date, _("l j F"))
    return name[:1].upper() + name[1:]


@register.filter
def dates(programme: Programme) -> str:
    """When the workshop is: «7 and 8 September 2018», without the optional days."""
    days = [day.date for day in programme.main_days]
    if not days:
        return ""
    first, last = days[0], days[-1]
    if first == last:
        return date_format(last, "DATE_FORMAT")
    if (first.year, first.month) == (last.year, last.month):
        month = date_format(last, _("F Y"))
        pattern = _("%(first)d and %(last)d %(month)s") if len(days) == 2 else _("%(first)d to %(last)d %(month)s")
        return pattern % {"first": first.day, "last": last.day, "month": month}
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }


@register.filter
def at_venue(programme: Programme) -> dt.datetime | None:
    """When the release was published, by the venue's clock."""
    return programme.published_at.astimezone(programme.zone) if programme.published_at else None


@register.simple_tag(takes_context=True)
def venue_moment(context, value: dt.datetime) -> str:
    """A moment by the venue's clock, as the active language writes it."""
    return moment(value.astimezone(context["programme"].zone))


@register.filter
def moment(value: dt.datetime) -> str:
    """A date and hour as the active language writes them."""
    return f"{date_format(value, 'DATE_FORMAT')}, {clock(value.time(), translation.get_language())}"


@register.filter
def short_day(day: ProgrammeDay) -> str:
    """«Fri 7» as the active language writes it."""
    return date_format(day.date, _("D j"))
