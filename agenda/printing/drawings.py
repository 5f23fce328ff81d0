"""The drawings of paper as SVG: the rose, the rule of the days, the map. Their words are outlines: what they say stands
in the text beside them, or in their text alternative, and is read once."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation

from agenda.faces import atlas, rose, rule
from agenda.printing import outlines
from agenda.programme import Programme
from agenda.programme.colour import safe
from agenda.templatetags.rows import axis_name
from agenda.templatetags.times import short_day
from agenda.vocabulary import roman
from languages import clock

LAND, PAUSE, PLAIN, INK = "#eceae4", "#eceae4", "#c9c5bb", "#111"
FRAME = 'fill="none" stroke="#4a4741" stroke-width="1.2"'
LEAST = 9.0  # points of type on paper
STEP = 25.0  # units of the map between two points of a coast: a straight line there is a bow here
PAGE = (180.0, 124.0)  # mm that the rose of the participants' page has (complete.css)
LARGE, ROOM = 18.2, (180.0, 200.0)  # points of type in large print, and the mm that its rose has (large.css)
SPECK = 14.0  # square units under which an island is left out


def pictures(programme: Programme, width: float = 180.0) -> dict[str, bytes]:
    """Every drawing of `programme` by the name under which a template asks for it; `width` in mm of its paper."""
    made = {
        "map.svg": atlas_svg(programme),
        "rose.svg": rose_svg(programme),
        "rose-named.svg": _named(programme),
        "rose-large.svg": rose_svg(programme, True, True, _size(programme, LARGE, ROOM, True), True),
        "rule.svg": rule_svg(programme, width),
        "rule-hours.svg": rule_svg(programme, width, hours=True),
        "mark.svg": rose.mark(programme) or "",
    }
    return {name: text.encode() for name, text in made.items() if text}


def rose_svg(
    programme: Programme, named: bool = False, land: bool = False, size: float = 0.0, numbers: bool = False
) -> str:
    """The rose, with the names at its rays where `named`, the land behind it where `land`; "" where there is none.

    `size` is that of the names, in its units; with `numbers` those of the list stand for them.
    """
    made = rose.of(programme, size, numbers)
    if made is None:
        return ""
    box = made.box if named else made.bare
    type_size, host_size = size or 18.0, max(size, 26.0)
    parts = [f'<path d="{_land(made, programme, box)}" fill="{LAND}"/>'] if land else []
    parts.append(f'<path d="{made.path}" fill="{INK}" stroke="#fff" stroke-width="1.4"/>')
    parts.append(f'<circle cx="{made.x}" cy="{made.y}" r="{made.radius}" fill="{INK}"/>')
    for name in made.names if named else ():
        if name.lead:
            x1, y1, x2, y2 = name.lead
            parts.append(f'<path d="M{x1} {y1}L{x2} {y2}" fill="none" stroke="#555" stroke-width=".8"/>')
        words = (
            outlines.words(name.words, 0, type_size / 3, type_size, name.is_end) if outlines.can_say(name.words) else ""
        )
        parts.append(f'<g transform="translate({name.x} {name.y})rotate({name.turn})">{words}</g>')
    if named and outlines.can_say(str(programme.city)):
        host = str(programme.city)
        left = made.x - outlines.width(host, host_size, outlines.BOLD) / 2
        words = outlines.words(host, left, made.y - made.radius - 9, host_size, face=outlines.BOLD)
        parts.append(f'<g stroke="#fff" stroke-width="160">{words}</g>{words}')  # in the units of the letters
    return _svg(box, "".join(parts))


def _size(programme: Programme, points: float, room: tuple[float, float], numbers: bool) -> float:
    """How many units of its rose are type of so many points in a `room` of so many mm; larger type needs more room,
    which makes it smaller."""
    size = 18.0
    for _turn in range(6):
        if made := rose.of(programme, size, numbers):
            size = points / 72 * 25.4 * max(made.box[2] / room[0], made.box[3] / room[1])
    return round(min(size, 60.0), 1)


def _named(programme: Programme) -> str:
    """The rose of the participants' page: with names in type that is read, with numbers where one cannot be drawn."""
    numbers = any(not outlines.can_say(rose.short(str(p.name))) for p in programme.listed if p.is_placed)
    return rose_svg(programme, True, True, _size(programme, LEAST + 0.2, PAGE, numbers), numbers)


def rule_svg(programme: Programme, width: float, hours: bool = False) -> str:
    """The days as bars, `width` mm wide on paper, their hours above where `hours`; "" where there is none.

    Its type is of LEAST points: what has no room for it is not said.
    """
    made = rule.of(programme)
    if made is None:
        return ""
    language = programme.language
    size = LEAST / 72 * 25.4 / width * made.width
    top = -size if hours else made.bare[1]
    parts = []
    for time, x in made.hours if hours else ():
        parts.append(f'<path d="M{x} {10 - size / 2}V{made.foot}" stroke="#bbb" stroke-width=".8"/>')
        parts.append(_coloured(outlines.words(clock(time, language), x + 4, 14, size), "#444"))
    for line in made.lines:
        with translation.override(language):
            day = short_day(line.day)
        fitting = min(size * 1.15, size * rule.LEFT * 0.94 / outlines.width(day, size, outlines.BOLD))
        parts.append(outlines.words(day, 0, line.y, fitting, face=outlines.BOLD))
        for bar in line.bars:
            axis = programme.axis(bar.slot.axis)
            fill = safe(axis.colour).ink if axis else PAUSE if bar.slot.is_quiet else PLAIN
            parts.append(f'<rect fill="{fill}" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"/>')
            if axis:
                with translation.override(language):
                    label = axis_name(axis.number) + (f" · {roman(bar.slot.part)}" if bar.slot.part else "")
                if outlines.width(label, size, outlines.SANS_BOLD) + 16 < bar.width and bar.height > size:
                    middle = bar.y + bar.height / 2 + size * 0.33
                    words = outlines.words(label, bar.x + 8, middle, size, face=outlines.SANS_BOLD)
                    parts.append(_coloured(words, "#fff"))
    height = made.height - top if hours else made.bare[3]
    return _svg((0, top, made.width, height), "".join(parts))


def atlas_svg(programme: Programme) -> str:
    """The map with its dots and names as one drawing, cropped to them; all of it where no participant has a place."""
    crowd = atlas.inset(programme)
    labels, _outside = atlas.placed(programme, crowd.slugs if crowd else ())
    parts = _labelled(labels)
    left, top, width, height = atlas.crop(labels)
    land = re.search(r"<path [^>]*/>", _atlantic())
    if crowd and land:
        x, y, w, h = crowd.frame
        right = max(left + width, x + w)
        left, top = min(left, x), min(top, y)
        width, height = right - left + 16 + atlas.INSET[0], max(top + height, y + h, top + atlas.INSET[1]) - top
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" {FRAME}/>')
        for one in crowd.labels:  # where they stand on the map itself, without their names
            spot = ((one.x - crowd.left) / crowd.scale, (one.y - crowd.top) / crowd.scale)
            parts.append(f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="2.5" fill="#000"/>')
        parts.append(f'<rect x="{right + 8:.1f}" y="{top:.1f}" width="{width:g}" height="{height:g}" fill="#fff"/>')
        larger = f'<g transform="translate({crowd.left:.1f} {crowd.top:.1f})scale({crowd.scale:.3f})">{land[0]}</g>'
        box = f'width="{atlas.INSET[0]:g}" height="{atlas.INSET[1]:g}"'
        parts.append(
            f'<svg x="{right + 16:.1f}" y="{top:.1f}" {box} viewBox="0 0 {atlas.INSET[0]:g} {atlas.INSET[1]:g}">'
            f'<rect {box} fill="#fff"/>{larger}{"".join(_labelled(crowd.labels))}<rect {box} {FRAME}/></svg>'
        )
    view = f'viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    cropped = re.sub(r'viewBox="[^"]*" width="\d+" height="\d+"', view, _atlantic(), count=1)
    return cropped.replace("</svg>", "".join(parts) + "</svg>")


def _labelled(labels: Iterable[atlas.Label]) -> list[str]:
    """Dots with their names, and the leaders between them."""
    parts = []
    for label in labels:
        x, y = label.leader
        if label.apart:
            parts.append(f'<path d="M{label.x} {label.y}L{x} {y}" stroke="#4a4741" stroke-width="1" fill="none"/>')
        parts.append(f'<circle cx="{label.x}" cy="{label.y}" r="6" fill="#000" stroke="#fff" stroke-width="2"/>')
        if all(map(outlines.can_say, label.lines)):
            parts += [outlines.words(line, label.tx, height, 21, label.end) for line, height in label.set]
    return parts


def _svg(box: tuple[float, float, float, float], content: str) -> str:
    view = " ".join(f"{value:g}" for value in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{content}</svg>'


def _coloured(words: str, colour: str) -> str:
    return f'<g fill="{colour}">{words}</g>'


# --- the land behind the rose ---


@functools.cache
def _atlantic() -> str:
    return (Path(settings.BASE_DIR) / "static" / "img" / "atlantic.svg").read_text(encoding="utf-8")


@functools.cache
def _coasts() -> tuple[tuple[tuple[float, float], ...], ...]:
    """The coasts of the map as rings of places (degrees north and east)."""
    return tuple(tuple(atlas.place_at(x, y) for x, y in _closely(ring)) for ring in _rings())


def _rings() -> Iterator[list[tuple[float, float]]]:
    """The closed lines of the drawn map, in its own units (SVG 2, 9.3)."""
    found = re.search(r' d="([^"]+)"', _atlantic())
    x = y = 0.0
    ring: list[tuple[float, float]] = []
    for command, written in re.findall(r"([MmLlZz])([^MmLlZz]*)", found[1] if found else ""):
        numbers = [float(value) for value in re.findall(r"-?\d*\.?\d+", written)]
        if command in "Mm" and ring:
            yield ring
            ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (dx, dy) if command.isupper() else (x + dx, y + dy)
            ring.append((x, y))
    if ring:
        yield ring


def _closely(ring: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        count = max(1, int(math.hypot(x2 - x1, y2 - y1) / STEP))
        for n in range(count):
            yield x1 + (x2 - x1) * n / count, y1 + (y2 - y1) * n / count


def _land(made: rose.Rose, programme: Programme, box: tuple[float, float, float, float]) -> str:
    """The coasts as seen from the venue, projected as the rays are; what lies outside of `box` is left out."""
    venue = (float(programme.latitude or 0), float(programme.longitude or 0))
    left, top, width, height = box
    path = []
    for ring in _coasts():
        points: list[tuple[int, int]] = []
        for place in ring:
            km, bearing = rose.polar(venue, place)
            radius = math.sqrt(km) * made.scale
            point = (round(made.x + radius * math.sin(bearing)), round(made.y - radius * math.cos(bearing)))
            if not points or point != points[-1]:
                points.append(point)
        area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        is_near = max(xs) > left and min(xs) < left + width and max(ys) > top and min(ys) < top + height
        if len(points) > 3 and area > SPECK and is_near:
            path.append("M" + "L".join(f"{x} {y}" for x, y in points) + "z")
    return "".join(path)
