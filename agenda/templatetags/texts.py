"""What templates say in the languages of the programme: texts, numbers in words, spoken languages."""

from __future__ import annotations

import unicodedata

from django import template
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agenda.faces import prose as prose_face
from agenda.faces import spoken as spoken_face
from agenda.programme import Programme, Slot
from agenda.vocabulary import roman
from languages import Text
from languages.spoken import name_of

register = template.Library()


def isolated(text: str) -> SafeString:
    """The text in an element of its own direction where a letter of it runs from the right: put together with others
    it would take them along (HTML 4.5.24, Unicode UAX 9)."""
    if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return format_html("<bdi>{}</bdi>", text)
    return format_html("{}", text)


@register.simple_tag(takes_context=True)
def lang_of(context, text: Text) -> str:
    """The attribute of an element that holds nothing but `text`, where that is in another language (WCAG 3.1.2)."""
    return "" if text.lang == context["programme"].language else format_html(' lang="{}"', text.lang)


@register.simple_tag(takes_context=True)
def say(context, text: Text) -> str:
    """The text; in a span with its own `lang` where it is not in the page's language (WCAG 2.2, 3.1.2)."""
    if not text:
        return ""
    if text.lang == context["programme"].language:
        return isolated(text.text)
    return format_html('<span lang="{}">{}</span>', text.lang, isolated(text.text))


@register.simple_tag(takes_context=True)
def chapter(context, text: Text, name: str | int = "") -> str:
    """As prose, with its footnotes in an element of their own after it: they stand beside it where there is room."""
    body, notes = prose_face.apart(prose_face.html(text.text, "screen", str(name), _("Back to the text")))
    lang = "" if text.lang == context["programme"].language else format_html(' lang="{}"', text.lang)
    return format_html(
        '<div class="prose"{}>{}</div>{}', lang, mark_safe(body),  # noqa: S308
        format_html('<div class="notes"{}>{}</div>', lang, mark_safe(notes)) if notes else "",  # noqa: S308
    )  # fmt: skip


@register.filter
def axis_notes(number: int) -> str:
    """What tells the footnotes of an axis from those of another and of the chapters, on one page."""
    return f"a{number}"


@register.simple_tag(takes_context=True)
def prose(context, text: Text, name: str = "") -> str:
    """Markdown as HTML, for the medium of the context, in a division with its own `lang` where it needs one."""
    medium = context.get("medium", "screen")
    html = prose_face.html(text.text, medium, name, _("Back to the text"))
    if text.lang == context["programme"].language:
        return mark_safe(html)  # noqa: S308  nh3 has cleaned it
    return format_html('<div lang="{}">{}</div>', text.lang, mark_safe(html))  # noqa: S308


register.filter("roman", roman)


@register.simple_tag(takes_context=True)
def edition_line(context) -> str:
    """«10th learning workshop · Madrid, 2018»: which edition it is, in a line."""
    programme: Programme = context["programme"]
    year = str(programme.main_days[0].date.year) if programme.days else ""
    where = format_html_join(", ", "{}", ((part,) for part in (say(context, programme.city), year) if part))
    return format_html_join(" · ", "{}", ((part,) for part in (series(context), where) if part))


@register.simple_tag(takes_context=True)
def where(context) -> str:
    """The venue and the city, in a line."""
    programme: Programme = context["programme"]
    parts = [say(context, text) for text in (programme.venue, programme.city) if text]
    return format_html_join(", ", "{}", ((part,) for part in parts))


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
