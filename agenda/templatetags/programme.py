"""How templates say what a programme holds: text with its language, times, prose, addresses."""

from __future__ import annotations

import datetime as dt
from difflib import SequenceMatcher
from urllib.parse import urlencode, urlsplit

import msgspec
from babel import Locale
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agenda import changes
from agenda.faces import atlas as atlas_face
from agenda.faces import prose as prose_face
from agenda.faces import spoken as spoken_face
from agenda.programme import Axis, Moderator, Programme, ProgrammeDay, Slot
from agenda.programme.moments import end_of, start_of
from agenda.vocabulary import ConvenerRole
from agenda.vocabulary import Kind as SessionKind
from agenda.web import search
from languages import LANGUAGES, Text, clock
from languages.spoken import name_of
from participants.vocabulary import Kind

register = template.Library()
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@register.simple_tag(takes_context=True)
def say(context, text: Text) -> str:
    """The text; in a span with its own `lang` where it is not in the page's language (WCAG 2.2, 3.1.2)."""
    if not text:
        return ""
    if text.lang == context["programme"].language:
        return format_html("{}", text.text)
    return format_html('<span lang="{}">{}</span>', text.lang, text.text)


@register.simple_tag(takes_context=True)
def prose(context, text: Text, name: str = "") -> str:
    """Markdown as HTML, for the medium of the context, in a division with its own `lang` where it needs one."""
    medium = context.get("medium", "screen")
    html = prose_face.html(text.text, medium, name, _("Back to the text"))
    if text.lang == context["programme"].language:
        return mark_safe(html)  # noqa: S308  nh3 has cleaned it
    return format_html('<div lang="{}">{}</div>', text.lang, mark_safe(html))  # noqa: S308


@register.simple_tag(takes_context=True)
def address(context, name: str, **kwargs) -> str:
    """The address of a page of this edition; on paper, of the public site."""
    return context["edition"].address(name, **kwargs)


@register.simple_tag(takes_context=True)
def address_in(context, language: str, name: str, **kwargs) -> str:
    """The address of a page of this edition in another language."""
    return context["edition"].address_in(language, name, **kwargs)


@register.simple_tag(takes_context=True)
def webcal(context, name: str, **kwargs) -> str:
    """The address of a calendar under webcal:, which calendar programs take as «subscribe»."""
    return "webcal:" + context["edition"].absolute(name, **kwargs).partition(":")[2]


@register.simple_tag(takes_context=True)
def marks(context, slot: Slot) -> list[str]:
    """What has changed on this row with the last release, while it is news."""
    return [change.mark for change in (context.get("news") or {}).get(slot.code, ()) if change.mark]


@register.filter
def get_rest(news: dict | None) -> list:
    """The news that concern no row of the agenda: what was cancelled, the venue, participants."""
    return (news or {}).get("", [])


@register.simple_tag(takes_context=True)
def times(context, day: ProgrammeDay, slot: Slot) -> str:
    """The times of a row as `time` elements: machine-readable with the venue's offset, written as the language does."""
    programme: Programme = context["programme"]
    start, end = start_of(programme, day, slot), end_of(programme, day, slot)
    if start is None:
        return format_html('<span class="part">{}</span>', changes.part_name(slot.part_of_day))
    if end is None:
        return format_html('{} <span class="open">{}</span>', _time(programme, start), _("end open"))
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
def roman(number: int | None) -> str:
    """A part's number as notes write it: II."""
    return ROMAN[number] if number and number < len(ROMAN) else str(number or "")


@register.filter
def role_name(role: str) -> str:
    """What somebody does in a session, with a capital: «Modera»."""
    name = changes.role_name(role)
    return name[:1].upper() + name[1:]


@register.filter
def kind_name(kind: str) -> str:
    """What kind of institution a participant is, in the active language."""
    return str(Kind(kind).label) if kind in Kind.values else ""


@register.filter
def get_axis(programme: Programme, number: int | None) -> Axis | None:
    return programme.axis(number)


@register.filter
def get_participant(programme: Programme, slug: str):
    return programme.participant(slug)


@register.filter
def says_axis(slot: Slot, axis: Axis) -> bool:
    """Whether the row's title is about the axis's title anyway, so that it need not stand twice."""
    title, name = _bare(slot.title.text), _bare(axis.title.text)
    return title.startswith(name) or SequenceMatcher(None, title, name).ratio() > 0.85


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@register.simple_tag(takes_context=True)
def series(context) -> str:
    """«10th learning workshop»: the number as the language of the series writes an ordinal."""
    programme: Programme = context["programme"]
    if not programme.number:
        return say(context, programme.series)
    return format_html("{} {}", ordinal(programme.number, programme.series.lang), say(context, programme.series))


def ordinal(number: int, language: str) -> str:
    """10.º, 10th, 10º, 10e: the ordinal of `number` before a masculine noun."""
    if language == "en":
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
        return f"{number}{ending}"
    if language == "fr":
        return "1er" if number == 1 else f"{number}e"
    return f"{number}º" if language == "pt-br" else f"{number}.º"


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


@register.filter
def moment(value: dt.datetime) -> str:
    """A date and hour as the active language writes them."""
    return f"{date_format(value, 'DATE_FORMAT')}, {clock(value.time(), translation.get_language())}"


@register.simple_tag(takes_context=True)
def in_languages(context) -> list[dict[str, str | bool]]:
    """This page in every language: code, name, address; for the switch and for `link rel=alternate`."""
    request, here = context["request"], translation.get_language()
    prefix = f"/{here}/"
    path = request.path if request.path.startswith(prefix) else prefix
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {"code": code, "name": name, "address": f"/{code}/{path.removeprefix(prefix)}{query}", "here": code == here}
        for code, name in LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def people(context, moderators: tuple[Moderator, ...]) -> str:
    """Names in a row, each linked to the participant's page where there is one."""
    programme: Programme = context["programme"]
    edition = context.get("edition")

    def one(m: Moderator) -> SafeString:
        name = format_html("{}", say(context, m.institution))
        if m.participant and edition and programme.participant(m.participant):
            name = format_html('<a href="{}">{}</a>', edition.address("participant", slug=m.participant), name)
        if m.person:
            return format_html("{}, {}", m.person, name) if m.institution else format_html("{}", m.person)
        return name

    return format_html_join(" · ", "{}", ((one(m),) for m in moderators))


@register.simple_tag
def worker_address() -> str:
    """The address of the service worker; empty where it is switched off."""
    return reverse("worker") if settings.SERVICE_WORKER else ""


@register.simple_tag
def workshops_address() -> str:
    return reverse("workshops")


@register.simple_tag(takes_context=True)
def entries_of(context, participant) -> tuple:
    """The rows of a participant, with their days."""
    return context["programme"].of_participant(participant.slug)


@register.filter
def session_kind(kind: str) -> str:
    """What kind of row it is, in the active language."""
    return str(SessionKind(kind).label) if kind in SessionKind.values else kind


@register.filter
def short_day(day: ProgrammeDay) -> str:
    """«Fri 7» as the active language writes it."""
    return date_format(day.date, _("D j"))


@register.filter
def convener_name(role: str) -> str:
    """An institution's part in the workshop, as a verb with a capital."""
    label = str(ConvenerRole(role).label) if role in ConvenerRole.values else role
    return label[:1].upper() + label[1:]


@register.filter
def conveners(programme: Programme) -> list:
    """The conveners grouped by part, in their order: (role, [(convener, participant)])."""
    roles = dict.fromkeys(c.role for c in programme.conveners)
    return [
        (role, [(c, programme.participant(c.participant)) for c in programme.conveners if c.role == role])
        for role in roles
    ]


class Labels(list):
    """The labels of the map with its size and who is on it, as the template wants them."""

    width, height = atlas_face.WIDTH, atlas_face.HEIGHT

    @property
    def slugs(self) -> set[str]:
        return {label.participant.slug for label in self}


@register.simple_tag(takes_context=True)
def atlas(context) -> Labels:
    """Where the listed participants stand on the map; empty where no place is known."""
    return Labels(atlas_face.placed(context["programme"])[0])


@register.simple_tag
def spoken(slot: Slot) -> str:
    """In which languages a session is held, in words."""
    return spoken_face.words(slot)


@register.filter
def spoken_sign(slot: Slot) -> str:
    """The same as a sign that is read from afar."""
    return spoken_face.sign(slot)


@register.filter
def spoken_name(code: str) -> str:
    """The name of a language in the active one, as an entry of a list."""
    name = name_of(code, translation.get_language())
    return name[:1].upper() + name[1:]


@register.filter
def country_name(code: str) -> str:
    """The name of a country (ISO 3166) in the active language, as CLDR has it; the code where it has none."""
    return Locale.parse(translation.to_locale(translation.get_language())).territories.get(code, code)


@register.filter
def site_name(address: str) -> str:
    """A website as people say it: www.quito.gob.ec."""
    return urlsplit(address).netloc or address


@register.filter
def street_map(programme: Programme) -> str:
    """Where OpenStreetMap looks for the venue."""
    where = ", ".join(filter(None, [programme.venue.text, programme.address, programme.city.text]))
    return "https://www.openstreetmap.org/search?" + urlencode({"query": where})


@register.filter
def with_logos(programme: Programme) -> list:
    """The institutions behind the workshop that have a logo, each once, in the order of their parts."""
    slugs = dict.fromkeys(convener.participant for convener in programme.conveners)
    return [p for slug in slugs if (p := programme.participant(slug)) and p.logo]


@register.simple_tag(takes_context=True)
def logo(context, participant) -> str:
    """The logo of a participant; where it only says the name, the name is its text."""
    mark = participant.logo
    if not mark:
        return ""
    text = mark.text or participant.name
    lang = "" if text.lang == context["programme"].language else text.lang
    on_paper = context.get("medium") == "paper"
    source = f"taller:{mark.digest}.png" if on_paper else reverse("logo", kwargs={"digest": mark.digest})
    return format_html(
        '<img class="logo" src="{}" width="{}" height="{}" alt="{}"{} loading="lazy">',
        source, mark.width, mark.height, text.text,
        format_html(' lang="{}"', lang) if lang else "",
    )  # fmt: skip


@register.filter
def table_signs(programme: Programme) -> list[tuple[Text, Text]]:
    """A sign for each listed participant and each who carries a session: name, and what stands below it."""
    signs = {participant.name.text: (participant.name, participant.full_name) for participant in programme.listed}
    for _day, slot in programme.entries:
        for moderator in slot.moderators:
            if moderator.person:
                signs.setdefault(moderator.person, (Text(moderator.person, programme.language), moderator.institution))
            elif programme.participant(moderator.participant) not in programme.listed:
                signs.setdefault(moderator.institution.text, (moderator.institution, Text()))
    return list(signs.values())


@register.filter
def sign_size(name: str) -> str:
    """How large a name can stand on a table sign: by its longest word and its length."""
    longest = max(map(len, name.split()), default=0)
    if longest <= 9 and len(name) <= 12:
        return "short"
    return "middle" if longest <= 14 and len(name) <= 34 else "long"


@register.filter
def doors(programme: Programme) -> list[tuple[str, ProgrammeDay]]:
    """A sheet for each place of each day, with its rows and those that name no place."""
    found = []
    for day in programme.days:
        for place in dict.fromkeys(slot.place for slot in day.slots if slot.place) or [""]:
            slots = tuple(slot for slot in day.slots if slot.place in ("", place))
            found.append((place, msgspec.structs.replace(day, slots=slots)))
    return found
