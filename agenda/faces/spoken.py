"""In which languages a session is held, in words and as a sign that is read from afar."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from agenda.programme import Slot
from languages.spoken import names_of


def words(slot: Slot) -> str:
    """«En español e inglés, con interpretación a francés» in the active language; "" where nothing is said."""
    language = translation.get_language()
    spoken, interpreted = names_of(slot.languages, language), names_of(slot.interpreted, language)
    if spoken and interpreted:
        return _("In %(spoken)s, interpreted into %(others)s") % {"spoken": spoken, "others": interpreted}
    if spoken:
        return _("In %(spoken)s") % {"spoken": spoken}
    return _("Interpreted into %(others)s") % {"others": interpreted} if interpreted else ""


def sign(slot: Slot) -> str:
    """«ES EN → FR» for the screen of a room; "" where nothing is said."""
    spoken, interpreted = (" ".join(codes).upper() for codes in (slot.languages, slot.interpreted))
    return f"{spoken} → {interpreted}".strip() if interpreted else spoken
