"""Words as outlines, for a drawing whose text alternative says them: read once, not twice (ISO 14289-1, 7.3)."""

from __future__ import annotations

import functools
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from agenda.printing.sources import fonts

SANS, SANS_BOLD, BOLD = "AlegreyaSans_400Regular.ttf", "AlegreyaSans_700Bold.ttf", "Alegreya_700Bold.ttf"


def words(text: str, x: float, y: float, size: float, from_end: bool = False, face: str = SANS) -> str:
    """`text` as SVG paths, set in `face` of `size` units from x, or up to it, on the baseline y."""
    glyphs, cmap, advances, units = _face(face)
    scale = size / units
    left = x - width(text, size, face) if from_end else x
    parts = []
    for letter in text:
        name = cmap.get(ord(letter), ".notdef")
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:g}")
        glyphs[name].draw(pen)
        if commands := pen.getCommands():
            place = f"translate({left:.2f} {y:.2f}) scale({scale:.5f} {-scale:.5f})"
            parts.append(f'<path transform="{place}" d="{commands}"/>')
        left += advances[name] * scale
    return "".join(parts)


def width(text: str, size: float, face: str = SANS) -> float:
    """How wide `text` is in `face` of `size` units; a sign that it lacks is as wide as the type is high, or less."""
    _glyphs, cmap, advances, units = _face(face)
    return sum(advances[cmap[ord(letter)]] if ord(letter) in cmap else units for letter in text) * size / units


def can_say(text: str, face: str = SANS) -> bool:
    """Whether `face` has a sign for every letter of `text`, and needs no more than to set one after the other."""
    cmap = _face(face)[1]
    return all(ord(letter) in cmap for letter in text)


@functools.cache
def _face(face: str) -> tuple:
    font = TTFont(fonts()[face])
    advances = {name: width for name, (width, _side) in font["hmtx"].metrics.items()}
    return font.getGlyphSet(), _lining(font), advances, font["head"].unitsPerEm


def _lining(font: TTFont) -> dict[int, str]:
    """The font's signs by their code points, figures as high as capitals where it has such (its «lnum» feature)."""
    cmap = dict(font.getBestCmap())
    rules: Any = font["GSUB"].table if "GSUB" in font else None
    chosen = (
        [record.Feature for record in rules.FeatureList.FeatureRecord if record.FeatureTag == "lnum"] if rules else []
    )
    for number in {number for feature in chosen for number in feature.LookupListIndex}:
        for table in rules.LookupList.Lookup[number].SubTable:
            swaps = getattr(table, "mapping", {})
            cmap |= {code: swaps[name] for code, name in cmap.items() if chr(code).isdecimal() and name in swaps}
    return cmap
