"""Nothing is lost on paper: the words that went into a paper and those that stand on its pages.

What stands there is read from the laid out pages, as the file is drawn from them: a text that lies outside of its page,
or that a box cuts off, does not stand there. Readers of PDF are no help: some leave out a line that is like another.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from agenda.faces import prose
from agenda.printing.papers import Paper
from agenda.programme import Programme

LEAST = 4  # letters of a word that is counted: shorter ones stand inside others
MOST_TOLD = 12  # missing words that are named
TOUCH = 1.0  # CSS pixels by which a letter may reach over an edge

Edges = tuple[float, float, float, float]  # left, top, right, bottom in CSS pixels


class Lost(Exception):
    """Words of the programme stand on no page; the message names them."""


def check(paper: Paper, programme: Programme, document: Any) -> None:
    """Raise Lost where WeasyPrint's laid out `document` lacks words that `paper` promises of `programme`."""
    missing = lost(promised(paper, programme), document)
    if missing:
        told = ", ".join(f"{word} ({count})" for word, count in missing.most_common(MOST_TOLD))
        raise Lost(f"{missing.total()} words are missing on paper: {told}")


def lost(texts: Iterator[str], document: Any) -> Counter[str]:
    """Which words of the texts stand less often on the pages of `document` than in the texts, and how often.

    The letters are read in one run, without blanks and hyphens: a word parted between two lines or pages is one.
    """
    wanted = Counter(word for text in texts for word in map(bare, text.split()) if len(word) >= LEAST)
    letters = bare("".join(shown(document)))
    return Counter({word: count - there for word, count in wanted.items() if (there := letters.count(word)) < count})


def shown(document: Any) -> Iterator[str]:
    """The pieces of text that stand on the pages, in the order of the document; what runs along their edges is left
    out."""
    for page in document.pages:
        box = page._page_box
        edges = (0.0, 0.0, box.margin_width(), box.margin_height())
        for child in box.children:
            if type(child).__name__ not in ("MarginBox", "FootnoteAreaBox"):
                yield from _inside(child, edges)


def _inside(box: Any, edges: Edges) -> Iterator[str]:
    """The text of `box` and of what is in it, as far as it lies within `edges`."""
    placed = getattr(box, "_box", box)  # what is set absolutely stands in for itself
    if hasattr(placed, "text"):
        left, top = placed.position_x, placed.position_y
        right, bottom = left + placed.width, top + placed.height
        if (
            left >= edges[0] - TOUCH and right <= edges[2] + TOUCH
            and bottom > edges[1] - TOUCH and top < edges[3] + TOUCH
            and (top + bottom) / 2 <= edges[3]
        ):  # fmt: skip
            yield placed.text
        return
    if getattr(placed, "style", None) is not None and placed.style["overflow"] == "hidden":
        left, top = placed.padding_box_x(), placed.padding_box_y()
        edges = (
            max(edges[0], left), max(edges[1], top),
            min(edges[2], left + placed.padding_width()), min(edges[3], top + placed.padding_height()),
        )  # fmt: skip
    for child in getattr(placed, "children", ()):
        yield from _inside(child, edges)


def bare(text: str) -> str:
    """The letters and figures of `text` alone, without case or accents, as one run (Unicode NFKD)."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if sign.isalnum())


def promised(paper: Paper, programme: Programme) -> Iterator[str]:
    """The texts of `programme` that `paper` says."""
    if paper.name in ("completo", "cuadernillo", "letra-grande"):
        yield from _whole(programme)
    elif paper.name in ("agenda", "cartel"):
        yield from (str(programme.title), *_rows(programme, with_points=paper.name == "agenda"))
        yield from (str(axis.title) for axis in programme.axes)
    elif paper.name == "puerta":
        # Nobody looks for the door of a day of which no hour is known (templatetags/paper.py, doors()).
        yield from (str(slot.title) for day in programme.days if any(s.start for s in day.slots) for slot in day.slots)
    elif paper.name == "social":
        yield str(programme.title)
    else:
        yield from (str(participant.name) for participant in programme.listed)


def _whole(programme: Programme) -> Iterator[str]:
    yield from map(str, (programme.title, programme.series, programme.venue, programme.address))
    for section in programme.sections:
        yield str(section.title)
        yield prose.words(str(section.body))
    for axis in programme.axes:
        yield str(axis.title)
        yield prose.words(str(axis.description))
    yield from _rows(programme, with_points=True)
    for participant in programme.listed:
        yield str(participant.name)
    for convener in programme.conveners:
        named = programme.participant(convener.participant)
        yield from (str(named.full_name), str(named.name)) if named else ()
        yield str(convener.led_by)


def _rows(programme: Programme, with_points: bool) -> Iterator[str]:
    for day in programme.days:
        yield str(day.label)
    yield from dict.fromkeys(slot.place for _day, slot in programme.entries)  # a room is the head of its column
    for _day, slot in programme.entries:
        yield str(slot.title)
        for moderator in slot.moderators:
            yield from (moderator.person, str(moderator.institution))
        if with_points:
            yield prose.words(str(slot.description))
            yield from (str(item.text) for item in slot.items)
