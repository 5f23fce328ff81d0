"""Clocks as each language writes them, and the time zones that there are."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo


def clock(time: dt.time, language: str) -> str:
    """A time of the venue's clock as the language writes it: 9h00, 9:00, 9h.

    Spanish concept notes of the network write 9h00; Portuguese and French leave out the zero minutes.
    """
    if language == "en":
        return f"{time.hour}:{time.minute:02}"
    if language in ("pt-br", "fr") and not time.minute:
        return f"{time.hour}h"
    return f"{time.hour}h{time.minute:02}"


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database."""
    return name in _zones()
