"""Days and hours as the language of a page writes them."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda import changes
from agenda.programme import Programme, ProgrammeDay, Slot
from agenda.programme.moments import end_of, over_at, start_of, until_of
from agenda.web import search
from languages import clock, clocks

register = template.Library()


@register.simple_tag(takes_context=True)
def times(context, day: ProgrammeDay, slot: Slot) -> str:
    """The times of a row as `time` elements: machine-readable with the venue's offset, written as the language does."""
    programme: Programme = context["programme"]
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    if start is None or slot.start is None:
        return format_html('<span class="part">{}</span>', changes.part_name(slot.part_of_day))
    begins = _time(programme, start, slot.start)
    if end is None or slot.end is None:
        if context.get("medium") == "paper" and any(other.start and other.start > slot.start for other in day.slots):
            return begins  # the next row says it
        return format_html('{} <span class="open">{}</span>', begins, _("no end time"))
    return format_html('{}<span class="dash">–</span>{}', begins, _time(programme, end, slot.end))


def _time(programme: Programme, moment: dt.datetime, time: dt.time) -> SafeString:
    """The hour as it was given, and the moment that it means."""
    return format_html('<time datetime="{}">{}</time>', _iso(moment), clock(time, programme.language))


@register.simple_tag(takes_context=True)
def until(context, day: ProgrammeDay, slot: Slot) -> str:
    """Of a row whose end is open, until when it is «now», for the script (programme/moments.py); "" of others."""
    if slot.start is None or slot.end is not None:
        return ""
    return format_html(' data-until="{}"', _iso(until_of(context["programme"], day, slot)))


@register.filter
def zone_name(programme: Programme) -> str:
    """The city of the venue's time zone, in the programme's language."""
    return clocks.zone_name(programme.timezone, programme.language)


@register.filter
def over(programme: Programme) -> str:
    """When the workshop is over, for the script; "" where it has no day."""
    return _iso(over_at(programme))


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""


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


@register.simple_tag(takes_context=True)
def when_and_where(context, between: str = ", ") -> str:
    """The dates, the venue and the city, in plain words."""
    programme: Programme = context["programme"]
    return between.join(filter(None, [dates(programme), programme.venue.text, programme.city.text]))


@register.filter
def hour(time: dt.time) -> str:
    """An hour as the active language writes it."""
    return clock(time, translation.get_language())


@register.filter
def days_in_words(programme: Programme) -> str:
    """«2 days and 1 optional»."""
    main, optional = len(programme.main_days), len(programme.days) - len(programme.main_days)
    said = ngettext("%(count)d day", "%(count)d days", main) % {"count": main}
    more = ngettext("%(count)d optional", "%(count)d optional", optional) % {"count": optional}
    return _("%(days)s and %(optional)s") % {"days": said, "optional": more} if optional else said


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
    """«Fri 7» as the active language writes it, with a capital: it begins a line."""
    name = date_format(day.date, _("D j"))
    return name[:1].upper() + name[1:]


@register.filter(expects_localtime=True)
def site_moment(value: dt.datetime) -> str:
    """As moment(), of a moment that the site itself keeps: in its own zone."""
    return moment(value)
