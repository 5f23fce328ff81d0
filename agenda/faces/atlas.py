"""The map of participants: where a place stands on the drawn Atlantic world, and labels that do not collide."""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from agenda.programme import Participant, Programme

# The window of static/img/atlantic.svg, in its own units. `.ci/atlas.py` draws it with project() below.
WIDTH, HEIGHT = 720, 770
CENTRE = (8.0, -42.0)  # degrees north and east
SCALE = 360.0
LEFT, TOP = 336.0, 388.0  # where the centre stands

DOT = 6.0
LINE = 28.0  # height of a label, for the type that a phone needs; on wide screens it is set smaller
LETTER = 12.8  # mean width of a letter in that type
MARGIN = 3.0
SEA = 30.0  # around what is drawn of a map that is cropped
REACHES = (24.0, 48.0, 80.0, 115.0, 150.0, 185.0, 220.0)  # how far to the side a label may stand from its dot


FAR = sorted(
    ((side * reach, step * LINE / 2, side < 0) for side in (-1, 1) for reach in REACHES for step in range(-14, 15)),
    key=lambda place: (math.hypot(place[0], place[1]), place),
)
MOST_TRIED = 40  # dots for which several drawings are made
PLACES = 12_000  # how many places are looked at for one drawing; afterwards dots stay without a name


CROWD, NEAR = 5, 45.0  # so many dots within so many units of one are drawn larger, in an inset
INSET = (380.0, 420.0)  # its width and height, in units of the map
LARGER = 8.0  # times, at most
ALL = (0.0, 0.0, float(WIDTH), float(HEIGHT))  # left, top, right, bottom of the map


class Label(msgspec.Struct, frozen=True):
    """A participant on the map: the dot at x, y; its name from or to tx, ty, with a leader where it stands apart."""

    participant: Participant
    x: float
    y: float
    tx: float
    ty: float
    end: bool  # whether the name ends at tx instead of beginning there
    apart: bool
    lines: tuple[str, ...]

    @property
    def leader(self) -> tuple[float, float]:
        """Where the leader ends: just before the name."""
        return (round(self.tx + (4 if self.end else -4), 1), self.ty)

    @property
    def set(self) -> list[tuple[str, float]]:
        """Each line of the name with the height of its baseline."""
        first = self.ty + LINE * (0.28 - 0.4 * (len(self.lines) - 1))
        return [(line, round(first + LINE * 0.82 * number, 1)) for number, line in enumerate(self.lines)]


class Box(msgspec.Struct, frozen=True):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_crossed(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Whether the straight line between two points touches the box (Liang and Barsky's clipping)."""
        first, last = 0.0, 1.0
        for step, room in (
            (x1 - x2, x1 - self.left),
            (x2 - x1, self.right - x1),
            (y1 - y2, y1 - self.top),
            (y2 - y1, self.bottom - y1),
        ):
            if step == 0:
                if room < 0:
                    return False
            elif step < 0:
                first = max(first, room / step)
            else:
                last = min(last, room / step)
        return first <= last

    @property
    def is_inside(self) -> bool:
        return self.is_in(ALL)

    def is_in(self, room: tuple[float, float, float, float]) -> bool:
        """Whether the box lies in `room`: left, top, right, bottom."""
        return self.left >= room[0] and self.top >= room[1] and self.right <= room[2] and self.bottom <= room[3]


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees -> the map's units, by Lambert's azimuthal equal-area projection (Snyder 1987, equations 24-2 to 24-4).

    Raises ValueError for the one point opposite to the centre, which stands nowhere.
    """
    phi, lam = math.radians(latitude), math.radians(longitude - CENTRE[1])
    phi0 = math.radians(CENTRE[0])
    below = 1 + math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
    if below < 1e-9:
        raise ValueError("opposite to the centre of the map")
    k = math.sqrt(2 / below) * SCALE
    x = k * math.cos(phi) * math.sin(lam)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
    return round(LEFT + x, 1), round(TOP - y, 1)


def place_at(x: float, y: float) -> tuple[float, float]:
    """The map's units -> degrees north and east: project() turned back (Snyder 1987, equations 20-14, 20-15, 24-16)."""
    east, north = (x - LEFT) / SCALE, (TOP - y) / SCALE
    radius = math.hypot(east, north)
    if radius < 1e-9:
        return CENTRE
    angle = 2 * math.asin(min(1.0, radius / 2))
    phi0 = math.radians(CENTRE[0])
    phi = math.asin(math.cos(angle) * math.sin(phi0) + north * math.sin(angle) * math.cos(phi0) / radius)
    below = radius * math.cos(phi0) * math.cos(angle) - north * math.sin(phi0) * math.sin(angle)
    return math.degrees(phi), CENTRE[1] + math.degrees(math.atan2(east * math.sin(angle), below))


def placed(programme: Programme, but: Collection[str] = ()) -> tuple[list[Label], list[Participant]]:
    """The listed participants on the map, from north to south, and those of the list that are not on it. Those whose
    slugs are in `but` are left out.

    Labels neither cover each other nor a dot; one for which no free place is found shows its number, or nothing:
    the list says the same.
    """
    labels, outside = _placed(tuple(one for one in programme.listed if one.slug not in but))
    return list(labels), list(outside)


@functools.lru_cache(maxsize=16)  # a page, its print and its alternative text ask for the same drawing
def _placed(listed: tuple[Participant, ...]) -> tuple[tuple[Label, ...], tuple[Participant, ...]]:
    inside, outside = [], []
    for participant in listed:
        spot = _spot(participant)
        if 0 <= spot[0] <= WIDTH and 0 <= spot[1] <= HEIGHT:
            inside.append((participant, *spot))
        else:
            outside.append(participant)
    inside = _apart(inside)
    # Who chooses first decides how well a crowd fans out; of a few orders the best drawing is taken.
    orders = [lambda x, y: (x, y), lambda x, y: (y, x), lambda x, y: (-x, y), lambda x, y: (-y, x)]
    crowded = {dot[0].slug for dot in inside if _crowd(dot, inside) > 2}
    best: list[Label] = []
    for order in orders:
        drawing = _draw(sorted(inside, key=lambda dot: (dot[0].slug in crowded, order(dot[1], dot[2]))))
        if not best or _faults(drawing) < _faults(best):
            best = drawing
        if not crowded or len(inside) > MOST_TRIED:
            break  # whoever stands alone has the same place in every order; a great crowd has no good one
    return tuple(sorted(best, key=lambda label: (label.y, label.x))), tuple(outside)


class Inset(msgspec.Struct, frozen=True):
    """A crowd of the map drawn larger: the part of the map that it takes (x, y, width, height), how much larger, where
    the map's origin stands in it, its labels in its own units, and whose they are."""

    frame: tuple[float, float, float, float]
    scale: float
    left: float
    top: float
    labels: tuple[Label, ...]
    slugs: frozenset[str]


def inset(programme: Programme) -> Inset | None:
    """The greatest crowd of the map, drawn larger; None where there is none."""
    spots = [(one, *_spot(one)) for one in programme.listed]
    spots = [spot for spot in spots if 0 <= spot[1] <= WIDTH and 0 <= spot[2] <= HEIGHT]
    crowds = ([b for b in spots if math.hypot(a[1] - b[1], a[2] - b[2]) <= NEAR] for a in spots)
    crowd = max(crowds, key=len, default=[])
    if len(crowd) < CROWD:
        return None
    xs, ys = [x for _p, x, _y in crowd], [y for _p, _x, y in crowd]
    width, height = max(max(xs) - min(xs), 10.0), max(max(ys) - min(ys), 10.0)
    scale = min(LARGER, INSET[0] * 0.4 / width, INSET[1] * 0.6 / height)
    left = INSET[0] / 2 - scale * (min(xs) + max(xs)) / 2
    top = INSET[1] / 2 - scale * (min(ys) + max(ys)) / 2
    dots = _apart([(one, round(left + scale * x, 1), round(top + scale * y, 1)) for one, x, y in crowd])
    room = (0.0, 0.0, INSET[0], INSET[1])
    drawn = [_draw(sorted(dots, key=lambda dot: (way * dot[2], dot[1])), room) for way in (1, -1)]
    frame = (-left / scale, -top / scale, INSET[0] / scale, INSET[1] / scale)
    return Inset(
        frame,
        scale,
        left,
        top,
        tuple(min(drawn, key=lambda labels: _faults(labels))),
        frozenset(one.slug for one, _x, _y in crowd),
    )


def _draw(dots: list[tuple[Participant, float, float]], room: tuple[float, float, float, float] = ALL) -> list[Label]:
    """Labels for `dots`, each in the first free place of `room`, in the order given."""
    taken = [Box(x - DOT - 1, y - DOT - 1, x + DOT + 1, y + DOT + 1) for _p, x, y in dots]
    labels: list[Label] = []
    budget = iter(range(PLACES))
    for participant, x, y in dots:
        label = _label(participant, x, y, taken, labels, budget, room)
        taken.append(_box(label))
        labels.append(label)
    return labels


def _faults(labels: Iterable[Label]) -> tuple[int, float]:
    """How many dots stay without their name, and how far the names stand from their dots."""
    labels = list(labels)
    nameless = sum(label.lines != _lines(label.participant.name.text) for label in labels)
    return nameless, sum(math.hypot(label.tx - label.x, label.ty - label.y) for label in labels)


def crop(labels: list[Label]) -> tuple[float, float, float, float]:
    """The part of the map that its dots and names take, with some sea around: x, y, width, height in its units."""
    boxes = [_box(label) for label in labels] + [
        Box(one.x - DOT, one.y - DOT, one.x + DOT, one.y + DOT) for one in labels
    ]
    if not boxes:
        return (0, 0, WIDTH, HEIGHT)
    left, top = max(0, min(box.left for box in boxes) - SEA), max(0, min(box.top for box in boxes) - SEA)
    right = min(WIDTH, max(box.right for box in boxes) + SEA)
    bottom = min(HEIGHT, max(box.bottom for box in boxes) + SEA)
    return (math.floor(left), math.floor(top), math.ceil(right - left), math.ceil(bottom - top))


def _spot(participant: Participant) -> tuple[float, float]:
    """Where a participant stands on the map; outside of it where its place is not known."""
    try:
        if participant.latitude is not None and participant.longitude is not None:
            return project(participant.latitude, participant.longitude)
    except ValueError:
        pass
    return (-1.0, -1.0)


def _apart(dots: list[tuple[Participant, float, float]]) -> list[tuple[Participant, float, float]]:
    """The dots with those that would cover each other set side by side, in rings around the spot."""
    spread: list[tuple[Participant, float, float]] = []
    ring = [(0.0, 0.0)] + [
        (radius * math.cos(turn * math.pi / 4), radius * math.sin(turn * math.pi / 4))
        for radius in (16.0, 32.0, 48.0)
        for turn in range(8)
    ]
    for participant, x, y in dots:
        for dx, dy in ring:
            if all(math.hypot(x + dx - ox, y + dy - oy) >= 2 * DOT for _p, ox, oy in spread):
                x, y = round(x + dx, 1), round(y + dy, 1)
                break
        spread.append((participant, x, y))
    return spread


def _crowd(dot: tuple[Participant, float, float], dots: list[tuple[Participant, float, float]]) -> int:
    return sum(math.hypot(dot[1] - x, dot[2] - y) < 3 * LINE for _p, x, y in dots)


def _label(
    participant: Participant,
    x: float,
    y: float,
    taken: list[Box],
    there: list[Label],
    budget: Iterator[int],
    room: tuple[float, float, float, float] = ALL,
) -> Label:
    lines = _lines(participant.name.text)
    near = DOT + 4
    tries = [(near, 0.0, False), (-near, 0.0, True)]
    tries += [(dx, dy, dx < 0) for dy in (-LINE * 0.7, LINE * 0.7) for dx in (near, -near)]
    tries += FAR
    names = [_box(label) for label in there]
    dots = [box for box in taken if box not in names and not box.is_crossed(x, y, x, y)]
    number = (str(participant.number),)
    # A leader passes neither a dot nor a name; where no name fits so, its number may.
    obstacles = names + dots
    for words in (lines, number):
        for place, (dx, dy, end) in enumerate(tries):
            label = Label(participant, x, y, round(x + dx, 1), round(y + dy, 1), end, place >= 6, words)
            box = _box(label)
            if next(budget, None) is None:
                return Label(participant, x, y, x, y, False, False, ())
            if not box.is_in(room) or any(box.meets(other) for other in taken):
                continue
            if any(other.apart and box.is_crossed(other.x, other.y, *other.leader) for other in there):
                continue
            if label.apart and any(other.is_crossed(x, y, *label.leader) for other in obstacles):
                continue
            if label.apart and any(other.apart and _cross(label, other) for other in there):
                continue
            return label
    return Label(participant, x, y, x, y, False, False, ())


def _cross(one: Label, other: Label) -> bool:
    """Whether the leaders of two labels cross."""

    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
        return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])

    a, b, c, d = (one.x, one.y), one.leader, (other.x, other.y), other.leader
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def _lines(name: str) -> tuple[str, ...]:
    """A name in one line, or in two of like length where it is long."""
    if len(name) <= 20 or " " not in name:
        return (name,)
    blanks = [n for n, letter in enumerate(name) if letter == " "]
    middle = min(blanks, key=lambda n: abs(n - len(name) / 2))
    return (name[:middle], name[middle + 1 :])


def _box(label: Label) -> Box:
    width = max(map(len, label.lines), default=0) * LETTER
    height = LINE * len(label.lines)
    left = label.tx - width if label.end else label.tx
    return Box(left - MARGIN, label.ty - height / 2, left + width + MARGIN, label.ty + height / 2)
