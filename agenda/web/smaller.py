"""A page as it goes over the wire: without the blanks that only its authors read.

Between the words of a line every run of blanks is one; at the edges of what is set as a block there is none, since a
browser drops it (CSS Text 3, 4.1.1). What is written as it stands is left alone: scripts, styles, `pre`, `textarea`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BLOCKS = {
    "address", "article", "aside", "base", "blockquote", "body", "circle", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "legend", "li", "line", "link", "main", "meta", "nav", "noscript", "ol", "optgroup",
    "option", "p", "path", "rect", "script", "section", "style", "summary", "svg", "table", "tbody", "td",
    "text", "tfoot", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
ATOMS = ("img", "input", "textarea", "select", "button")  # as a word of their line
AS_IT_STANDS = ("pre", "textarea", "script", "style")
# HTML's blanks (HTML, 2.3.1), and no others: a blank that does not break is a letter of its text.
BLANKS = re.compile(r"[ \t\n\f\r]+")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
BETWEEN = re.compile(r"(\"[^\"]*\"|'[^']*')|[ \t\n\f\r]+")


def smaller(html: str) -> str:
    """The page `html` with the same tree, but for blanks that are not seen. Comments go, except a doctype's kin."""
    made: list[str] = []
    text = ""  # of the line that is being read, its blanks folded
    at_edge = True  # whether a block's edge stands before it

    def close(before_edge: bool) -> None:
        nonlocal text
        if text:
            folded = BLANKS.sub(" ", text)
            folded = folded.lstrip(" ") if at_edge else folded
            folded = folded.rstrip(" ") if before_edge else folded
            if not at_edge and made and made[-1].endswith(" ") and folded.startswith(" "):
                folded = folded[1:]
            if folded:
                made.append(folded)
        text = ""

    for name, piece in _pieces(html):
        if not name:
            text += piece
            continue
        is_block = name in BLOCKS
        had_text = bool(BLANKS.sub("", text))
        close(is_block)
        made.append(piece if name in AS_IT_STANDS else _tag(piece))
        # A blank after an inline element counts; one after a block's edge does not, wherever tags stand between.
        at_edge = name not in ATOMS and (is_block or (at_edge and not had_text))
    close(True)
    return "".join(made)


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """The tags of `html` with the names of their elements, those that stand as they are with what they hold; and texts,
    with no name. Comments are left out."""
    at = 0
    while at < len(html):
        opened = html.find("<", at)
        if opened < 0:
            break
        if opened > at:
            yield "", html[at:opened]
        at = opened
        if html.startswith("<!--", at):
            closed = html.find("-->", at + 4)
            if closed < 0:
                break
            at = closed + 3
        elif found := TAG.match(html, at):
            name, end = found[1].lower(), found.end()
            if name in AS_IT_STANDS and not found[0].startswith("</"):
                closed = html.find(f"</{name}", end)
                end = len(html) if closed < 0 else html.find(">", closed) + 1 or len(html)
            yield name, html[at:end]
            at = end
        else:
            yield "", "<"
            at += 1
    if at < len(html):
        yield "", html[at:]


def _tag(tag: str) -> str:
    """A tag with one blank between its attributes, none at its end."""
    folded = BETWEEN.sub(lambda match: match[1] or " ", tag)
    return folded[:-2] + ">" if folded.endswith(" >") else folded
