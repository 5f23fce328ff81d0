"""Clocks as each language writes them, and the time zones that there are."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo

from babel import Locale, UnknownLocaleError, dates


def clock(time: dt.time, language: str) -> str:
    """A time of the venue's clock as the language writes it: 9h00, 9:00, 9h.

    Spanish concept notes of the network write 9h00; Portuguese and French leave out the zero minutes.
    """
    if language == "en":
        return f"{time.hour}:{time.minute:02}"
    if language in ("pt-br", "fr") and not time.minute:
        return f"{time.hour}h"
    return f"{time.hour}h{time.minute:02}"


# A session may run into the night: one that begins at six in the evening or later may end by six in the morning.
LATE, EARLY = dt.time(18), dt.time(6)
DAY = 24 * 60  # minutes


def ends_next_day(start: dt.time | None, end: dt.time | None) -> bool:
    """Whether an end at or before its start is one of the next day."""
    return start is not None and end is not None and end <= start


def can_end(start: dt.time, end: dt.time) -> bool:
    """Whether something that begins at `start` can end at `end`: later on that day, or in the night after it."""
    return end > start or (start >= LATE and end <= EARLY)


def minutes(time: dt.time) -> int:
    """Minutes from midnight."""
    return 60 * time.hour + time.minute


def until(start: dt.time, end: dt.time) -> int:
    """When it ends, in minutes from the midnight before `start`: more than a day's where it ends on the next day."""
    return minutes(end) + (DAY if ends_next_day(start, end) else 0)


@functools.cache
def _zones() -> frozenset[str]:
    # What some systems keep beside the database; no browser knows it.
    own = ("localtime", "posixrules", "Factory", "posix/", "right/", "SystemV/")
    return frozenset(name for name in zoneinfo.available_timezones() if not name.startswith(own))


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database, which servers and browsers know alike."""
    return name in _zones()


def all_zones() -> list[str]:
    """The time zones of continents and oceans, without the older names that lead to one of them."""
    parts = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return [*sorted(name for name in _zones() if name.startswith(parts)), "UTC"]


@functools.lru_cache(maxsize=4096)
def zone_name(name: str, language: str) -> str:
    """The city after which a time zone is called, as the language writes it (CLDR): Ciudad de México, Lisbonne."""
    try:
        return dates.get_timezone_location(name, locale=Locale.parse(language, sep="-"), return_city=True)
    except (LookupError, ValueError, UnknownLocaleError):  # younger than what we have of CLDR
        return name.rpartition("/")[2].replace("_", " ")
