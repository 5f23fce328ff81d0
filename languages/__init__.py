"""The languages of the site: their codes, text with fallback, text as it enters, clocks as each writes them."""

from .clocks import can_end, clock, is_zone
from .codes import CODES, LANGUAGES, SOURCE, column, columns, translated_fields
from .searching import search_key, words_of
from .spoken import SPOKEN
from .texts import Text, fold, name_key, pick

__all__ = ["CODES", "LANGUAGES", "SOURCE", "SPOKEN", "Text", "can_end", "clock", "column", "columns", "fold",
           "is_zone", "name_key", "pick", "search_key", "translated_fields", "words_of"]  # fmt: skip
