"""The languages that people speak in a session, wider than those that the site is written in, and their names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from babel.lists import format_list

from .codes import CODES
from .texts import fold

# BCP 47; sgn stands for interpretation into a sign language (ISO 639-2).
SPOKEN = ("es", "en", "pt", "fr", "ca", "gl", "eu", "it", "de", "ar", "zh", "sgn")
_SIGNS = {"es": "lengua de signos", "en": "sign language", "pt-br": "língua de sinais", "fr": "langue des signes"}


def name_of(code: str, language: str) -> str:
    """The name of the language `code` in `language`, as it stands in a sentence (CLDR); the code where it has none."""
    if code == "sgn":
        return _SIGNS[language]
    return _locale(language).languages.get(code, code)


def names_of(codes: Iterable[str], language: str) -> str:
    """The names of several languages as a list in words: «español e inglés»."""
    text = format_list([name_of(code, language) for code in codes], locale=_locale(language))
    return re.sub(r" y (?=h?i[^e])", " e ", text) if language == "es" else text  # «español e inglés»


def read(text: str) -> str | None:
    """The code of a language that is written as its code, or as its name in any language of the site; or None."""
    return _known().get(fold(text.strip()))


@functools.cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except UnknownLocaleError:
        return Locale.parse(language.partition("-")[0])


@functools.cache
def _known() -> dict[str, str]:
    names = {fold(name_of(code, language)): code for code in SPOKEN for language in CODES}
    others = {"castellano": "es", "valenciano": "ca", "euskera": "eu", "vasco": "eu", "lse": "sgn", "libras": "sgn"}
    return {**names, **others, **{code: code for code in SPOKEN}}
