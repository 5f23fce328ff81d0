"""Days as people write them, with or without month and year, in Spanish, English, Portuguese and French."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import msgspec

from languages import fold

_WEEKDAYS = (
    ("lunes", "monday", "segunda-feira", "segunda", "lundi"),
    ("martes", "tuesday", "terca-feira", "terca", "mardi"),
    ("miercoles", "wednesday", "quarta-feira", "quarta", "mercredi"),
    ("jueves", "thursday", "quinta-feira", "quinta", "jeudi"),
    ("viernes", "friday", "sexta-feira", "sexta", "vendredi"),
    ("sabado", "saturday", "samedi"),
    ("domingo", "sunday", "dimanche"),
)
_MONTHS = (
    ("enero", "january", "janeiro", "janvier"),
    ("febrero", "february", "fevereiro", "fevrier"),
    ("marzo", "march", "marco", "mars"),
    ("abril", "april", "avril"),
    ("mayo", "may", "maio", "mai"),
    ("junio", "june", "junho", "juin"),
    ("julio", "july", "julho", "juillet"),
    ("agosto", "august", "aout"),
    ("septiembre", "setiembre", "september", "setembro", "septembre"),
    ("octubre", "october", "outubro", "octobre"),
    ("noviembre", "november", "novembro", "novembre"),
    ("diciembre", "december", "dezembro", "decembre"),
)
WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
OPTIONAL = re.compile(r"\b(opcional|optional|optionnel|facultati)", re.I)


def _either(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_OF = r"(?:\s*(?:de|del|d'|d’|of|,)?\s*)"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|\.)?"
_YEAR = rf"(?:{_OF}(?P<year>(?:19|20)\d\d))?"
_DAY = re.compile(
    rf"^(?:(?P<weekday>{_either(WEEKDAYS)})\b[\s,]*)?"
    rf"(?:(?:dia|day|jour|le)\s+)?"
    rf"(?:(?P<day>\d{{1,2}}){_ORDINAL}(?:{_OF}(?P<month>{_either(MONTHS)})\b)?"
    rf"|(?P<month2>{_either(MONTHS)})\s+(?P<day2>\d{{1,2}}){_ORDINAL}){_YEAR}"
    r"\s*(?:[:.]|[(–—-]\s*(?P<remark>[^()]*?)\s*\)?)?\s*$"
)
_DATES = re.compile(
    rf"(?P<day>\d{{1,2}})(?:\s*(?:,|y|e|and|et|a|al|-|–|to)\s*(?P<last>\d{{1,2}}))?{_OF}"
    rf"\b(?P<month>{_either(MONTHS)})\b{_YEAR}"
)


class DayHeading(msgspec.Struct, frozen=True):
    """A heading that names a day. `weekday` counts from 0 = Monday; `label` is the heading as printed."""

    label: str
    day: int
    weekday: int | None = None
    month: int | None = None
    year: int | None = None
    remark: str = ""
    line: int = 0

    @property
    def optional(self) -> bool:
        return bool(OPTIONAL.search(fold(self.label)))


def read_day(text: str, line: int = 0) -> DayHeading | None:
    """The day that the heading `text` names, or None where it is no heading of a day.

    It must consist of the day and at most a remark; a number alone, without weekday or month, is none.
    """
    composed = unicodedata.normalize("NFC", text)
    match = _DAY.match(fold(composed))
    if not match or not (match["weekday"] or match["month"] or match["month2"]):
        return None
    day = int(match["day"] or match["day2"])
    month = match["month"] or match["month2"]
    if not 1 <= day <= 31:
        return None
    return DayHeading(
        label=composed,
        day=day,
        weekday=WEEKDAYS[match["weekday"]] if match["weekday"] else None,
        month=MONTHS[month] if month else None,
        year=int(match["year"]) if match["year"] else None,
        remark=composed[match.start("remark") : match.end("remark")] if match["remark"] else "",
        line=line,
    )


def read_year(text: str) -> int | None:
    """The year of the first date (day and month) in a running text, or None."""
    match = _DATES.search(fold(text))
    return int(match["year"]) if match and match["year"] else None


def split_dates(text: str) -> str | None:
    """What stands before the first date (day and month) of a line, «Madrid» of «Madrid, 7 y 8 de septiembre».

    None where the line holds no date.
    """
    composed = unicodedata.normalize("NFC", text)
    match = _DATES.search(fold(composed))
    return composed[: match.start()].strip(" ,.·-–") if match else None


def resolve(headings: list[DayHeading], year: int) -> list[dt.date] | None:
    """The dates of consecutive headings if the first is in `year`; None where they do not exist so.

    A heading without month is the next day with its number after the one before it.
    """
    dates: list[dt.date] = []
    for heading in headings:
        month = heading.month or (dates[-1].month if dates else None)
        if month is None:
            return None
        wanted = heading.year or (dates[-1].year if dates else year)
        if heading.month is None and dates and heading.day <= dates[-1].day:
            wanted, month = (wanted, month + 1) if month < 12 else (wanted + 1, 1)
        if dates and not heading.year and month < dates[-1].month:
            wanted += 1
        try:
            date = dt.date(wanted, month, heading.day)
        except ValueError:
            return None
        if heading.weekday is not None and date.weekday() != heading.weekday:
            return None
        dates.append(date)
    if dates and dates[0].year != year:
        return None
    return dates


def years_that_fit(headings: list[DayHeading], today: dt.date) -> list[int]:
    """The years around `today` (15 back, 5 ahead) in which the weekdays of the headings are right, oldest first."""
    return [year for year in range(today.year - 15, today.year + 6) if resolve(headings, year)]
