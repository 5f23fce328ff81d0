"""Words as outlines, for a drawing whose text alternative says them: read once, not twice (ISO 14289-1, 7.3)."""

from __future__ import annotations

import functools

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from agenda.printing.sources import fonts

FACE = "AlegreyaSans_400Regular.ttf"


def words(text: str, x: float, y: float, size: float, from_end: bool = False) -> str:
    """`text` as SVG paths, set in Alegreya Sans of `size` units from x, or up to it, on the baseline y."""
    glyphs, cmap, advances, units = _face()
    scale = size / units
    names = [cmap.get(ord(letter), ".notdef") for letter in text]
    left = x - (sum(advances[name] for name in names) * scale if from_end else 0.0)
    parts = []
    for name in names:
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:g}")
        glyphs[name].draw(pen)
        if commands := pen.getCommands():
            place = f"translate({left:.2f} {y:.2f}) scale({scale:.5f} {-scale:.5f})"
            parts.append(f'<path transform="{place}" d="{commands}"/>')
        left += advances[name] * scale
    return "".join(parts)


@functools.cache
def _face() -> tuple:
    font = TTFont(fonts()[FACE])
    advances = {name: width for name, (width, _side) in font["hmtx"].metrics.items()}
    return font.getGlyphSet(), font.getBestCmap(), advances, font["head"].unitsPerEm
