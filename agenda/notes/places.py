"""Where in the world a workshop is: the country and time zone of its city."""

from __future__ import annotations

import functools
import zoneinfo
from importlib import resources

from languages import name_key
from participants import gazetteer


@functools.cache
def _zones() -> dict[str, str]:
    """Cities that name a zone of the IANA database, folded -> zone: madrid -> Europe/Madrid."""
    names = (zone for zone in sorted(zoneinfo.available_timezones()) if "/" in zone and not zone.startswith("Etc/"))
    return {name_key(zone.rpartition("/")[2].replace("_", " ")): zone for zone in names}


@functools.cache
def _countries() -> dict[str, list[str]]:
    """Country (ISO 3166) -> its zones, of the IANA database's zone.tab."""
    zones: dict[str, list[str]] = {}
    for line in (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _where, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return zones


def locate(city: str) -> tuple[str, str | None]:
    """The country (ISO 3166, or "") and time zone (or None) of `city`, where its name tells."""
    _kind, country = gazetteer.describe(city)
    zone = _zones().get(name_key(city))
    if zone and not country:
        country = next((code for code, zones in _countries().items() if zone in zones), "")
    if country and not zone and len(_countries().get(country, ())) == 1:
        zone = _countries()[country][0]
    return country, zone
