"""The colours of axes: what an organiser chose, made safe to read, and the rules of style that say it.

The hue stays; lightness moves in OKLCH (CSS Color 4, 9.3) until type of this colour is read on paper and on the axis's
own tint, in light and in dark (WCAG 2.2, 1.4.3). A colour that is good already stays as it is.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coloraide import Color

    from agenda.programme import Axis

LIGHT, DARK = "#fdfcf9", "#16181b"  # the papers of the stylesheet
ENOUGH = 4.8  # WCAG 2.2, 1.4.3 asks 4.5; rounding takes a little
STEP = 0.005  # of lightness
NEAR = 0.05  # distance in OKLab (deltaE OK) under which two colours are taken for one


class Safe(NamedTuple):
    """Ink and tint on light paper, ink and tint on dark paper; each as #rrggbb."""

    ink: str
    tint: str
    dark_ink: str
    dark_tint: str


@functools.lru_cache(maxsize=512)
def safe(colour: str) -> Safe:
    """The four colours that stand for `colour` (#rrggbb). Raises ValueError where it is none."""
    chosen = _color(colour).convert("oklch")
    lightness, chroma = chosen["lightness"], chosen["chroma"]
    tint = _with(chosen, 0.955, min(chroma, 0.018))
    ink = _color(colour)
    while not _is_read(ink, LIGHT, tint):
        lightness -= STEP
        ink = _with(chosen, lightness, chroma)
    dark_tint = _with(chosen, 0.29, min(chroma, 0.035))
    lightness = max(chosen["lightness"], 0.70)
    dark_ink = _with(chosen, lightness, min(chroma, 0.14))
    while not _is_read(dark_ink, DARK, dark_tint):
        lightness += STEP
        dark_ink = _with(chosen, lightness, min(chroma, 0.14))
    return Safe(*(one.to_string(hex=True) for one in (ink, tint, dark_ink, dark_tint)))


def near(one: str, other: str) -> bool:
    """Whether two colours (#rrggbb), made safe, are taken for one, on light paper or on dark."""
    return any(math.dist(a, b) < NEAR for a, b in zip(_seen(one), _seen(other), strict=True))


@functools.lru_cache(maxsize=512)
def _seen(colour: str) -> list[list[float]]:
    """Where the inks of `colour` lie in OKLab, in which distance is how different two look."""
    made = safe(colour)
    return [_color(ink).convert("oklab").coords() for ink in (made.ink, made.dark_ink)]


def _color(colour: str) -> Color:
    from coloraide import Color  # a tenth of a second, once; servers that find their pages ready never need it

    return Color(colour)


def _with(colour: Color, lightness: float, chroma: float) -> Color:
    """`colour` with another lightness, as colourful as a screen can show up to `chroma`, rounded as it is written."""
    made = colour.clone().set("lightness", lightness).set("chroma", chroma)
    return _color(made.convert("srgb").fit(method="oklch-chroma").to_string(hex=True))


def _is_read(ink: Color, *grounds: Color | str) -> bool:
    return all(ink.contrast(ground, method="wcag21") >= ENOUGH for ground in grounds)


# --- the style of one edition ---

KEY = re.compile(r"[1-9][0-9]?-[0-9a-f]{6}(?:\.[1-9][0-9]?-[0-9a-f]{6}){0,98}")


def key(axes: Iterable[Axis]) -> str:
    """The axes' numbers and colours as they stand in an address: «1-bb4a22.2-14315c»; empty without axes."""
    return ".".join(f"{axis.number}-{axis.colour[1:]}" for axis in axes)


def read(key: str) -> list[tuple[int, str]]:
    """What key() wrote. Raises ValueError for anything else."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not the colours of axes: {key[:80]}")
    return [(int(number), f"#{digits}") for number, digits in (part.split("-") for part in key.split("."))]


def rules(colours: Iterable[tuple[int, str]]) -> str:
    """The rules of the site's style for axes: number and #rrggbb come in."""
    return "".join(
        f".axis-{number}{{--a:{c.ink};--t:{c.tint};--da:{c.dark_ink};--dt:{c.dark_tint}}}"
        for number, c in ((number, safe(colour)) for number, colour in colours)
    )


def rules_on_paper(axes: Iterable[Axis]) -> str:
    """The rules of paper for `axes`: bar and ink, and the tint of what lies side by side."""
    made = ((axis.number, safe(axis.colour)) for axis in axes)
    return "".join(f".axis-{number} {{ --axis: {c.ink}; --tint: {c.tint} }}\n" for number, c in made)
