"""What kind of participant a name stands for, and where it is: rules by word, then a short list by name.

The list holds names of the network that no rule can tell: a federation known by its letters, a state called
like a city. Whoever is missing is taken for a city without country, which the organiser corrects in the admin.
"""

import functools
from pathlib import Path

from languages import name_key

from .vocabulary import Kind

_WORDS = (
    ("area metropolitana", Kind.METROPOLITAN_AREA), ("metropole", Kind.METROPOLITAN_AREA),
    ("diputacion", Kind.PROVINCE), ("provincia", Kind.PROVINCE), ("gobierno regional", Kind.PROVINCE),
    ("universidad", Kind.UNIVERSITY), ("universidade", Kind.UNIVERSITY), ("universite", Kind.UNIVERSITY),
    ("laboratorio", Kind.LABORATORY), ("media lab", Kind.LABORATORY), ("medialab", Kind.LABORATORY),
    ("observatorio", Kind.CENTRE), ("centro de", Kind.CENTRE), ("instituto", Kind.CENTRE),
    ("fundacion", Kind.FOUNDATION), ("programa", Kind.PROGRAMME),
    ("federacion", Kind.ASSOCIATION), ("asociacion", Kind.ASSOCIATION), ("confederacion", Kind.ASSOCIATION),
    ("ciudades unidas", Kind.ASSOCIATION), ("union de ciudades", Kind.NETWORK), ("red de", Kind.NETWORK),
    ("alianza", Kind.NETWORK), ("coordinacion general", Kind.NETWORK), ("ayuntamiento", Kind.CITY),
)  # fmt: skip

_NAMES = {
    "asuncion": (Kind.CITY, "PY"), "belo horizonte": (Kind.CITY, "BR"), "bogota": (Kind.CITY, "CO"),
    "ciudad de mexico": (Kind.CITY, "MX"), "la paz": (Kind.CITY, "BO"), "lima": (Kind.CITY, "PE"),
    "montevideo": (Kind.CITY, "UY"), "quito": (Kind.CITY, "EC"), "rio de janeiro": (Kind.CITY, "BR"),
    "minas gerais": (Kind.PROVINCE, "BR"), "area metropolitana del valle de aburra": (Kind.METROPOLITAN_AREA, "CO"),
    "ayuntamiento de barcelona": (Kind.CITY, "ES"), "ayuntamiento de madrid": (Kind.CITY, "ES"),
    "ayuntamiento de valencia": (Kind.CITY, "ES"), "diputacion de barcelona": (Kind.PROVINCE, "ES"),
    "hospitalet de llobregat": (Kind.CITY, "ES"), "mollet del valles": (Kind.CITY, "ES"),
    "santiago de compostela": (Kind.CITY, "ES"), "madrid": (Kind.CITY, "ES"), "barcelona": (Kind.CITY, "ES"),
    "valencia": (Kind.CITY, "ES"), "ciudades unidas de francia": (Kind.ASSOCIATION, "FR"),
    "media lab prado": (Kind.LABORATORY, "ES"), "cidob": (Kind.CENTRE, "ES"), "famsi": (Kind.NETWORK, "ES"),
    "femp": (Kind.ASSOCIATION, "ES"), "flacma": (Kind.ASSOCIATION, ""), "metropolis": (Kind.NETWORK, ""),
    "ucci": (Kind.NETWORK, ""), "al-las": (Kind.NETWORK, ""), "cg al-las": (Kind.NETWORK, ""),
    "ucm": (Kind.UNIVERSITY, "ES"), "eu-lac": (Kind.FOUNDATION, ""), "uclg": (Kind.NETWORK, ""),
    "cglu": (Kind.NETWORK, ""), "eurocities": (Kind.NETWORK, ""), "mercociudades": (Kind.NETWORK, ""),
    "lisboa": (Kind.CITY, "PT"), "lyon": (Kind.CITY, "FR"), "paris": (Kind.CITY, "FR"),
    "buenos aires": (Kind.CITY, "AR"), "rosario": (Kind.CITY, "AR"), "medellin": (Kind.CITY, "CO"),
    "santiago": (Kind.CITY, "CL"), "sao paulo": (Kind.CITY, "BR"),
}  # fmt: skip


def describe(name: str, full_name: str = "") -> tuple[str, str]:
    """The kind (participants.Kind) and country (ISO 3166, or "") that a name and what it stands for speak of."""
    for spelling in (name_key(name), name_key(full_name)):
        if spelling in _NAMES:
            kind, country = _NAMES[spelling]
            return str(kind), country
    for spelling in (name_key(full_name), name_key(name)):
        for word, kind in _WORDS:
            if spelling.startswith(word) or f" {word} " in f" {spelling} ":
                return str(kind), ""
    letters = [c for c in name if c.isalpha()]
    if len(letters) >= 3 and all(c.isupper() for c in letters) and " " not in name:
        return str(Kind.NETWORK), ""
    return str(Kind.CITY), ""


# What stands before a city's name, and what the map of cities calls otherwise.
_HEADS = ("ayuntamiento de ", "alcaldia de ", "municipalidad de ", "intendencia de ", "prefeitura de ", "camara de ",
          "ville de ", "mairie de ", "diputacion de ", "area metropolitana de ", "metropole de ")  # fmt: skip
_SEATS = {"area metropolitana del valle de aburra": "medellin", "minas gerais": "belo horizonte",
          "hospitalet de llobregat": "l'hospitalet de llobregat"}  # fmt: skip


def where(name: str, country: str) -> tuple[float, float] | None:
    """Latitude and longitude of the city that `name` speaks of, in degrees; `country` is ISO 3166 or "".

    None for what is no known city, and for a name that several countries have where none is given.
    Source: participants/places.tsv, from GeoNames.
    """
    city = name_key(name)
    for head in _HEADS:
        city = city.removeprefix(head)
    spots = _places().get(_SEATS.get(city, city), {})
    if country:
        return spots.get(country)
    return next(iter(spots.values())) if len(spots) == 1 else None


@functools.cache
def _places() -> dict[str, dict[str, tuple[float, float]]]:
    places: dict[str, dict[str, tuple[float, float]]] = {}
    for line in Path(__file__).with_name("places.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, country, latitude, longitude = line.split("\t")
            places.setdefault(name, {})[country] = (float(latitude), float(longitude))
    return places
