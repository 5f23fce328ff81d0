"""The rose of a workshop: from its venue, the bearing and the distance of every city that comes.

An azimuthal projection with the venue in the middle, so that every great circle is a straight line in its true
direction. The radius is the square root of the distance, so that a neighbour of 300 km is still seen beside a city of
10,000 km. A ray is a point at the venue and swells towards the city; participants of one place make one, broader.
The same programme gives the same bytes: cities are sorted by bearing, numbers have one decimal.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from agenda.programme import Participant, Programme

EARTH = 6371.0088  # km, mean radius (IUGG)
FEWEST = 3  # rays that make a figure; with less there is none
HOME = 25.0  # km around the venue that are the point itself
TOGETHER = 30.0  # km between places that are one ray
DEGREES_KM = 4000.0  # km of distance that count as one radian, where near rays of a small mark are joined
MOST_RAYS, MOST_IN_MARK = 60, 16  # of the drawing, of the small mark
INK, PAPER = "#1c1b19", "#fdfcf9"


class Ray(msgspec.Struct, frozen=True):
    """One place, or several that lie together: its distance in km, its bearing in radians clockwise from north, and
    who comes from there, in the order of their list."""

    km: float
    bearing: float
    who: tuple[Participant, ...]


class Name(msgspec.Struct, frozen=True):
    """A name at the end of a ray: where it stands, its turn in degrees, whether it ends there, and the line that
    leads to it (x, y, x, y) where it stands apart."""

    x: float
    y: float
    turn: float
    is_end: bool
    words: str
    lead: tuple[float, float, float, float] | None


class Rose(msgspec.Struct, frozen=True, dict=True):
    """A drawing: the path of all rays, the point of the venue (x, y, radius), how many of its units the square root of
    a km is, the names at the rays, and the box that it takes with names (x, y, width, height) and without."""

    path: str
    x: float
    y: float
    radius: float
    scale: float
    names: tuple[Name, ...]
    box: tuple[float, float, float, float]
    bare: tuple[float, float, float, float]

    @property
    def is_left(self) -> bool:
        """Whether the cities lie at the left of the venue more than at its right."""
        return self.x > self.bare[0] + self.bare[2] / 2


def of(programme: Programme, type_size: float = 0.0, numbers: bool = False) -> Rose | None:
    """The large drawing with its names; None where the venue is nowhere, or fewer than three places come.

    `type_size` is that of the names, in its units. With `numbers` those of the list stand for them: for type that is
    too large for names, or a script that cannot be drawn.
    """
    return _large(*_places(programme), str(programme.city), type_size, numbers)


def mark(programme: Programme) -> str | None:
    """The small mark, an SVG of under 2 kB: rays of the paper's colour on a square of ink; None as of of()."""
    return _mark(*_places(programme))


def _places(programme: Programme) -> tuple[tuple[float, float] | None, tuple[Participant, ...]]:
    """The venue's latitude and longitude, and who has a place, listed or named."""
    known = programme.latitude is not None and programme.longitude is not None
    venue = (float(programme.latitude or 0), float(programme.longitude or 0)) if known else None
    return venue, tuple(p for p in programme.listed if p.is_placed)


def polar(venue: tuple[float, float], place: tuple[float, float]) -> tuple[float, float]:
    """Distance in km and bearing in radians, clockwise from north, along the great circle; degrees come in."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*venue, *place))
    turn = lon2 - lon1
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(turn)
    east = math.sin(turn) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * EARTH, math.atan2(east, north) % math.tau


def rays(venue: tuple[float, float], who: tuple[Participant, ...], near: float = 0.0) -> list[Ray]:
    """The rays in the order of their bearings. `near` joins far ones too, by radians between them: for small marks."""
    order = {p.slug: place for place, p in enumerate(who)}
    found = [(*polar(venue, (p.latitude or 0.0, p.longitude or 0.0)), p) for p in who]
    made: list[Ray] = []
    for km, bearing, one in sorted(found, key=lambda ray: (ray[1], ray[0], ray[2].slug)):
        if km < HOME:
            continue
        last = made[-1] if made else None
        if last is not None and _are_one(last, km, bearing, near):
            n = len(last.who)
            together = tuple(sorted((*last.who, one), key=lambda p: order[p.slug]))
            made[-1] = Ray((last.km * n + km) / (n + 1), (last.bearing * n + bearing) / (n + 1), together)
        else:
            made.append(Ray(km, bearing, (one,)))
    return made


def _few(venue: tuple[float, float], who: tuple[Participant, ...], most: int, near: float) -> list[Ray]:
    """The rays; of more than `most`, one for each of as many directions, as long as those there are on the average."""
    found = rays(venue, who, near)
    if len(found) <= most:
        return found
    by_direction: dict[int, list[Ray]] = {}
    for ray in found:
        by_direction.setdefault(int(ray.bearing / math.tau * most), []).append(ray)
    joined = []
    for group in by_direction.values():
        people = tuple(one for ray in group for one in ray.who)
        km, bearing = (sum(values) / len(group) for values in zip(*((r.km, r.bearing) for r in group), strict=True))
        joined.append(Ray(km, bearing, people))
    return joined


def _are_one(last: Ray, km: float, bearing: float, near: float) -> bool:
    turn = bearing - last.bearing
    return math.hypot(km - last.km, km * turn) < TOGETHER or (turn <= near and abs(km - last.km) <= near * DEGREES_KM)


def _number(value: float) -> str:
    """With one decimal, as short as SVG reads it: «.5», «-.5», «0»."""
    text = f"{value:.1f}".removesuffix(".0")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    return "0" if digits == "0" else sign + (digits[1:] if digits.startswith("0.") else digits)


def _wedge(x0: float, y0: float, x1: float, y1: float, width: float, start: float) -> str:
    length = math.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    half, nx, ny = min(width, length * 0.42) / 2, -uy, ux  # a short ray stays a ray
    points = (
        x0 + ux * start, y0 + uy * start, x1 + nx * half, y1 + ny * half, half, half, x1 - nx * half, y1 - ny * half
    )  # fmt: skip
    sx, sy, ax, ay, r1, r2, bx, by = map(_number, points)
    return f"M{sx} {sy}L{ax} {ay}A{r1} {r2} 0 0 0 {bx} {by}z"


class _Drawn(msgspec.Struct, frozen=True):
    path: str
    x: float
    y: float
    ends: tuple[tuple[float, float], ...]
    rays: tuple[Ray, ...]
    scale: float


def _draw(found: list[Ray], size: float, pad: float, width: float, start: float) -> _Drawn:
    """The rays in a square of `size`; each begins `start` from the venue."""
    ends = [(math.sqrt(r.km) * math.sin(r.bearing), -math.sqrt(r.km) * math.cos(r.bearing)) for r in found]
    xs, ys = [0.0, *(x for x, _y in ends)], [0.0, *(y for _x, y in ends)]
    scale = (size - 2 * (pad + width)) / max(max(xs) - min(xs), max(ys) - min(ys))
    left = size / 2 - scale * (max(xs) + min(xs)) / 2
    top = size / 2 - scale * (max(ys) + min(ys)) / 2
    placed = [(left + x * scale, top + y * scale) for x, y in ends]
    path = "".join(
        _wedge(left, top, x, y, width * len(ray.who) ** 0.4, start) for (x, y), ray in zip(placed, found, strict=True)
    )
    return _Drawn(path, round(left, 1), round(top, 1), tuple(placed), tuple(found), scale)


@functools.lru_cache(maxsize=64)
def _mark(venue: tuple[float, float] | None, who: tuple[Participant, ...]) -> str | None:
    if venue is None or len(rays(venue, who)) < FEWEST:
        return None
    found = _few(venue, who, MOST_IN_MARK, 0.1)
    drawn = _draw(found, size=64, pad=4, width=4.6, start=5.6)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill="{INK}" d="M0 0h64v64H0z"/>'
        f'<path fill="{PAPER}" d="{drawn.path}"/>'
        f'<circle fill="{PAPER}" cx="{_number(drawn.x)}" cy="{_number(drawn.y)}" r="4"/></svg>'
    )


SIZE, WIDTH, DOT, GAP = 600.0, 14.0, 15.0, 9.0
TEXT, AWAY, LETTER = 19.0, 28.0, 9.2  # height of a name, its distance from the ends, mean width of a letter
HOST = 28.0  # height of the host's name
MOST_NAMES = 40  # rays that are named; with more a name would stand on another


@functools.lru_cache(maxsize=64)
def _large(
    venue: tuple[float, float] | None, who: tuple[Participant, ...], host: str, type_size: float, numbers: bool
) -> Rose | None:
    if venue is None or len(rays(venue, who)) < FEWEST:
        return None
    found = _few(venue, who, MOST_RAYS, 0.0)
    drawn = _draw(found, SIZE, 0, WIDTH, DOT + GAP)
    size = type_size or TEXT
    names = tuple(_names(drawn, size, _numbers if numbers else _cities)) if len(rays(venue, who)) <= MOST_NAMES else ()
    bare = _box([(drawn.x, drawn.y), *drawn.ends], DOT + WIDTH)
    corners = [corner for name in names for corner in _corners(name, size)]
    if names:  # and that of the host, above its point
        height = max(HOST, type_size)
        half, top = len(host) * height * 0.27, drawn.y - DOT - 10 - height
        corners += [(drawn.x - half, top), (drawn.x + half, top)]
    return Rose(drawn.path, drawn.x, drawn.y, DOT, drawn.scale, names, _box([*_points(bare), *corners], 4), bare)


def _names(drawn: _Drawn, size: float, said: Callable[[Ray], str]) -> list[Name]:
    """Names on the continuation of their rays. Far cities stand on one circle around the venue; where two bearings are
    too near for two lines of type, they part."""
    lengths = [math.hypot(x - drawn.x, y - drawn.y) for x, y in drawn.ends]
    far = [place for place, length in enumerate(lengths) if length > 0.6 * max(lengths)]
    away = AWAY * size / TEXT
    circle = max(lengths) + away
    angles = [ray.bearing for ray in drawn.rays]
    apart = size * 1.02 / circle
    for _turn in range(200):
        for one, other in itertools.pairwise(far):
            lack = apart - (angles[other] - angles[one])
            if lack > 1e-6:
                angles[one] -= lack / 2
                angles[other] += lack / 2
    made = []
    for place, ((x, y), ray) in enumerate(zip(drawn.ends, drawn.rays, strict=True)):
        is_far = place in far
        radius = circle if is_far else lengths[place] + away * 0.8
        sine, cosine = math.sin(angles[place]), math.cos(angles[place])
        left, top = drawn.x + radius * sine, drawn.y - radius * cosine
        turn = math.degrees(math.atan2(top - drawn.y, left - drawn.x))
        lead = None
        if is_far and math.hypot(left - x, top - y) > away * 1.5:
            to_x, to_y = drawn.x + (radius - 5) * sine, drawn.y - (radius - 5) * cosine
            lead = (round(x, 1), round(y, 1), round(to_x, 1), round(to_y, 1))
        is_end = left < drawn.x
        turned = round(turn + 180 if is_end else turn, 1)
        made.append(Name(round(left, 1), round(top, 1), turned, is_end, said(ray), lead))
    return made


def _cities(ray: Ray) -> str:
    words = list(dict.fromkeys(short(str(p.name)) for p in ray.who))
    return " · ".join(words) if len(words) < 3 else f"{words[0]} +{len(words) - 1}"


def _numbers(ray: Ray) -> str:
    """The numbers that the list gives who comes from there, those in a row as their first and last: «19–21 · 24»."""
    groups: list[list[int]] = []
    for number in sorted(p.number for p in ray.who if p.number):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return " · ".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in groups)


# What stands before a city's name where an institution of it comes: a place is named by the city.
INSTITUTION = re.compile(
    r"^(?:(?:Excmo\. )?Ayuntamiento|Municipio|Municipalidad(?: Provincial| Metropolitana)?|Alcald[ií]a(?: Mayor)?|"
    r"Intendencia|Diputaci[oó]n(?: Provincial)?|Gobierno(?: Aut[oó]nomo)?|Prefeitura(?: Municipal)?|Mairie|Ville|"
    r"C[âa]mara Municipal|M[ée]tropole|City(?: Council)?|Municipality|Comune|Ajuntament|Diputaci[oó]|Concello) "
    r"(?:of |de |d[’']|do |da |di )",
    re.IGNORECASE,
)
LONGEST = 40  # letters of a name; a longer one ends in three points


def short(name: str) -> str:
    """How a ray is called: «Barcelona» for «Ayuntamiento de Barcelona», cut where it is very long."""
    bare = INSTITUTION.sub("", name) or name
    return bare if len(bare) <= LONGEST else bare[: LONGEST - 1].rstrip() + "…"


def _corners(name: Name, size: float) -> list[tuple[float, float]]:
    """Where a name begins and ends, with half the height of its line to each side."""
    length = len(name.words) * LETTER * size / TEXT * (-1 if name.is_end else 1)
    angle = math.radians(name.turn)
    end = (name.x + length * math.cos(angle), name.y + length * math.sin(angle))
    side = (size / 2 * -math.sin(angle), size / 2 * math.cos(angle))
    return [(x + d * side[0], y + d * side[1]) for x, y in ((name.x, name.y), end) for d in (-1, 1)]


def _points(box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    x, y, width, height = box
    return [(x, y), (x + width, y + height)]


def _box(points: list[tuple[float, float]], pad: float) -> tuple[float, float, float, float]:
    left, top = min(x for x, _y in points) - pad, min(y for _x, y in points) - pad
    right, bottom = max(x for x, _y in points) + pad, max(y for _x, y in points) + pad
    return round(left), round(top), round(right - left), round(bottom - top)
