"""Times of the day as people write them: 9h00, 9:30, 9.30, 14 h 30, 9h, 2:30 pm, and ranges of them."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

_WORD = r"(?![^\W\d_])"  # no letter follows: the h of «9h», not of «9.30 Historia»
_HOURS = rf"(hrs\.?|hs\.?|horas|h\.?{_WORD})"
_NOON = rf"([ap]\.?\s?m\.?{_WORD}|noon)"
_TIME = rf"(\d{{1,2}})(?:\s?[:.hH]\s?(\d{{2}})(?!\d))?\s?{_HOURS}?\s?{_NOON}?"
_TO = r"\s*(?:[-–—−]|\ba\b|\bà\b|\bto\b|\bàs\b|\bas\b|\baté\b|\buntil\b|\by\b)\s*"
_FROM = r"(?:(?:de|das|from|a las|a la|às|à|d[’'])\s*)?"
_RANGE = re.compile(rf"^\s*{_FROM}{_TIME}(?:{_TO}(?:las\s+|la\s+)?{_TIME})?\s*[.:,;]?\s*(.*)$", re.I | re.S)


class Times(msgspec.Struct, frozen=True):
    """A start, its end where one is written, and the text that follows."""

    start: dt.time
    end: dt.time | None = None
    rest: str = ""


def read(text: str) -> Times | None:
    """The time or range of times at the beginning of `text`, or None where it does not begin with one.

    A bare number is no time, unless the other end of the range is marked as one («9 a 10.30 hs»). Times that
    do not exist (25h00, 9h75) are None. The end is kept as written, even where it lies before the start.
    """
    match = _RANGE.match(text)
    if not match:
        return None
    hour, minute, mark, noon, hour2, minute2, mark2, noon2, rest = match.groups()
    marked = [any(part) for part in ((minute, mark, noon), (minute2, mark2, noon2))]
    if not any(marked):
        return None
    if hour2 and not marked[1]:
        # «9h30 a 12 personas»: the second number is no time.
        return None
    start = _time(hour, minute, noon)
    end = _end(hour2, minute2, noon2) if hour2 else None
    if not noon and end and _is_half(noon2) and (of_that_half := _time(hour, minute, noon2)) and of_that_half < end:
        start = of_that_half  # «2:15 - 3:30 pm»; not «10:30 - 1 pm»
    if start is None or (hour2 and end is None):
        return None
    return Times(start, end, rest.strip())


def read_end(text: str) -> dt.time | None:
    """An end by itself, as read() takes it: «24:00» is the midnight at the end of the day."""
    if re.fullmatch(rf"\s*24(?:\s?[:.hH]\s?(?:00)?)?\s?{_HOURS}?\s*", text, re.I):
        return dt.time(0)
    times = read(text)
    return times.start if times and not times.end and not times.rest else None


def _end(hour: str, minute: str | None, half: str | None) -> dt.time | None:
    """The end of a range: 24h00 is the midnight at the end of the day."""
    return dt.time(0) if hour == "24" and int(minute or 0) == 0 and not half else _time(hour, minute, half)


def _is_half(word: str | None) -> bool:
    return word is not None and word.lower() != "noon"


def _time(hour: str, minute: str | None, half: str | None) -> dt.time | None:
    value = int(hour)
    if half and _is_half(half):
        if not 1 <= value <= 12:
            return None
        value = value % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        return dt.time(value, int(minute or 0))
    except ValueError:
        return None
