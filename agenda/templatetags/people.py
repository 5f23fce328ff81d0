"""Who carries a session or takes part: names, roles, places, logos."""

from __future__ import annotations

from babel import Locale
from django import template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from agenda.faces import atlas as atlas_face
from agenda.programme import Moderator, Programme
from agenda.templatetags.texts import isolated, say
from participants.vocabulary import Kind

register = template.Library()


@register.simple_tag
def role_said(role: str, moderators: tuple) -> str:
    """What those do in a session, with a capital: «Modera», «Moderan»."""
    n = len(moderators)
    names = {
        "moderates": npgettext("role", "Moderates", "Moderate", n),
        "concludes": npgettext("role", "Concludes", "Conclude", n),
        "presents": npgettext("role", "Presents", "Present", n),
        "reports": npgettext("role", "Reports", "Report", n),
    }
    return names.get(role, role)


@register.filter
def colon(name: str) -> str:
    """A name before what it is: with the blank that French sets there."""
    return _("%(name)s:") % {"name": name}


@register.filter
def kind_name(kind: str) -> str:
    """What kind of institution a participant is, in the active language."""
    return str(Kind(kind).label) if kind in Kind.values else ""


@register.filter
def get_participant(programme: Programme, slug: str):
    return programme.participant(slug)


@register.simple_tag(takes_context=True)
def people(context, moderators: tuple[Moderator, ...]) -> str:
    """Names in a row, each linked to the participant's page where there is one."""
    programme: Programme = context["programme"]
    edition = context.get("edition")

    def one(m: Moderator) -> SafeString:
        name = format_html("{}", say(context, m.institution))
        person = isolated(m.person)
        if m.participant and edition and programme.participant(m.participant):
            name = format_html('<a href="{}">{}</a>', edition.address("participant", slug=m.participant), name)
        if m.person:
            return format_html("{}, {}", person, name) if m.institution else person
        return name

    return format_html_join(" · ", "{}", ((one(m),) for m in moderators))


@register.simple_tag(takes_context=True)
def entries_of(context, participant) -> tuple:
    """The rows of a participant, with their days."""
    return context["programme"].of_participant(participant.slug)


@register.simple_tag
def convener_said(role: str, conveners: list) -> str:
    """What institutions do for the workshop, as a verb with a capital: «Convoca», «Convocan»."""
    n = len(conveners)
    names = {
        "convenes": npgettext("convener", "Convenes", "Convene", n),
        "leads": npgettext("convener", "Leads", "Lead", n),
        "funds": npgettext("convener", "Funds", "Fund", n),
        "coordinates": npgettext("convener", "Coordinates", "Coordinate", n),
        "hosts": npgettext("convener", "Hosts", "Host", n),
    }
    return names.get(role, role)


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
    """Where the listed participants stand on the map; empty where no place is known, or they are too many for one."""
    programme: Programme = context["programme"]
    return Labels([] if is_many(programme) else atlas_face.placed(programme)[0])


MOST_ON_A_MAP = 60  # participants: with more no name has room


@register.filter
def is_many(programme: Programme) -> bool:
    """Whether the list of participants is too long for a map, and is set in narrower columns."""
    return len(programme.listed) > MOST_ON_A_MAP


@register.filter
def participants_in_words(programme: Programme) -> str:
    """«29 participants of 2 regions»; "" where nobody is listed yet."""
    if not programme.listed:
        return ""
    count, regions = len(programme.listed), sum(region is not None for region, _members in programme.by_region)
    said = ngettext("%(count)d participant", "%(count)d participants", count) % {"count": count}
    if regions < 2:
        return said
    values = {"participants": said, "count": regions}
    return ngettext("%(participants)s of %(count)d region", "%(participants)s of %(count)d regions", regions) % values


@register.simple_tag(takes_context=True)
def full_name(context, participant) -> str:
    """«Unión de Ciudades Capitales Iberoamericanas (UCCI)»; the name alone where there is no longer one."""
    name = say(context, participant.name)
    return format_html("{} ({})", say(context, participant.full_name), name) if participant.full_name else name


@register.simple_tag(takes_context=True)
def kind_and_country(context, participant) -> str:
    """What a participant is and where: a city is told by its country alone."""
    kind = "" if participant.kind == "city" and participant.country else kind_name(participant.kind)
    country = country_name(participant.country) if participant.country else ""
    return " · ".join(filter(None, [kind, country]))


@register.filter
def country_name(code: str) -> str:
    """The name of a country (ISO 3166) in the active language, as CLDR has it; the code where it has none."""
    return Locale.parse(translation.to_locale(translation.get_language())).territories.get(code, code)


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
