"""Pages that are well filled: what begins a page by itself goes on where the page before would stay half empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HALF = 0.5  # of a page's height for text: with less on it, what follows joins it
SEEN = ("LineBox", "InlineReplacedBox", "BlockReplacedBox")  # boxes that hold something
MOST = 4  # settings of one paper
MOST_PAGES = 20  # of a paper that is set again: a longer one would take minutes for a page less

Setting = Callable[[tuple[str, ...]], Any]


def filled(render: Setting, joined: tuple[str, ...] = ()) -> tuple[Any, tuple[str, ...]]:
    """The document that `render` lays out, with as few pages under half full as there can be, and what it joined.

    `render` takes the ids of elements of class «begins» that shall begin no page, and gives WeasyPrint's document;
    it is asked once where every page is well filled, or there are more than MOST_PAGES. `joined` are such ids that
    are known before.
    """
    document = render(joined)
    for _time in range(MOST - 1):
        more = tuple(name for name in _after_empty(document) if name not in joined)
        if not more or len(document.pages) > MOST_PAGES:
            break
        joined += more
        document = render(joined)
    return document, joined


def share(page: Any) -> float:
    """How much of a page's height for text holds something: from 0 to 1."""
    box = page._page_box
    top, height = box.content_box_y(), box.height
    bottoms = [
        part.position_y + part.height
        for part in _content(box)
        if isinstance(part.height, int | float) and type(part).__name__ in SEEN
    ]
    return max(0.0, min(1.0, (max(bottoms, default=top) - top) / height))


def _content(page: Any) -> Any:
    """The boxes of a page but those of its margins."""
    for child in page.children:
        if type(child).__name__ != "MarginBox":
            yield child
            yield from child.descendants()


def _after_empty(document: Any) -> list[str]:
    """The ids of what begins a page after one that is less than half full."""
    found = []
    for before, page in zip(document.pages, document.pages[1:], strict=False):
        if share(before) < HALF and (name := _beginner(page)):
            found.append(name)
    return found


def _beginner(page: Any) -> str:
    """The id of what made this page begin: the innermost of what asked for it before its first line."""
    name = ""
    for box in _content(page._page_box):
        if type(box).__name__ == "LineBox":
            break
        if box.element is not None and "begins" in (box.element.get("class") or "").split():
            name = box.element.get("id") or "" if box.style["break_before"] == "page" else name
    return name
