"""A page as it goes over the wire: without the blanks that only its authors read.

Between the words of a line every run of blanks is one; at the edges of what is set as a block there is none, since a
browser drops it (CSS Text 3, 4.1.1). What is written as it stands is left alone: scripts, styles, `pre`, `textarea`.
"""

from __future__ import annotations

import re

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
TOKEN = re.compile(
    r"(?P<kept><(?P<name>" + "|".join(AS_IT_STANDS) + r")\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>.*?</(?P=name)\s*>)"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<tag></?(?P<what>[a-zA-Z][a-zA-Z0-9]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)"
    r"|(?P<text>[^<]+|<)",
    re.S,
)
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

    for found in TOKEN.finditer(html):
        if found["text"] is not None:
            text += found["text"]
            continue
        if found["comment"] is not None:
            continue
        name = (found["name"] or found["what"]).lower()
        is_block = name in BLOCKS
        had_text = bool(BLANKS.sub("", text))
        close(is_block)
        made.append(found["kept"] if found["kept"] is not None else _tag(found["tag"]))
        # A blank after an inline element counts; one after a block's edge does not, wherever tags stand between.
        at_edge = name not in ATOMS and (is_block or (at_edge and not had_text))
    close(True)
    return "".join(made)


def _tag(tag: str) -> str:
    """A tag with one blank between its attributes, none at its end."""
    folded = BETWEEN.sub(lambda match: match[1] or " ", tag)
    return folded[:-2] + ">" if folded.endswith(" >") else folded
