"""Markdown of the presentation -> safe HTML, for the screen or for paper. No typed tag gets through."""

from __future__ import annotations

import functools
import re
from html import unescape
from typing import Any, Literal
from urllib.parse import unquote

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

Medium = Literal["screen", "paper"]
NOTES = '<div class="footnotes"'

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "div", "span", "strong",
    "pre", "sup", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "id", "class", "role", "aria-label", "target"},
    "li": {"id", "class"}, "ol": {"start", "class"}, "div": {"class", "role", "id"}, "sup": {"class"},
    "span": {"class"},
}  # fmt: skip


@functools.cache
def _reader() -> MarkdownIt:
    # html: False shows typed tags as text; nh3 below is the second lock on the same door. Images stay out: a
    # page of ours loads nothing from elsewhere.
    reader = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable("linkify").disable("image")
    # Without a scheme only e-mail is one: «calle.de» is a street, not an address.
    reader.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": True})
    reader.use(footnote_plugin)
    for rule, render in {
        "footnote_ref": _reference,
        "footnote_anchor": _anchor,
        "footnote_block_open": _block_open,
        "footnote_block_close": _block_close,
        "footnote_open": _open,
        "footnote_close": _close,
    }.items():
        reader.add_render_rule(rule, render)
    return reader


def html(markdown: str, medium: Medium = "screen", name: str = "", back: str = "") -> str:
    """`markdown` as HTML that may stand in a page as it is; footnotes stand below the text, each as it was written.

    On screen they are linked both ways; `name` tells the footnotes of one text from those of another on the same
    page, and `back` is what the way back is called. On paper they are divisions, for a margin or the end of a chapter,
    `back` is what a note is called, and the address of each link can be read.
    """
    reader = _reader()
    env: dict[str, Any] = {"name": name, "back": back, "medium": medium}
    tokens = reader.parse(markdown, env)
    _level(tokens)
    if medium == "paper":
        for token in tokens:
            token.children = _with_addresses(token.children) if token.children else token.children
    rendered = reader.renderer.render(tokens, reader.options, env)
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "sms", "geo", "webcal"},
        link_rel="noopener",
    )


def _level(tokens: list[Token]) -> None:
    """Headings without a gap between their levels (ISO 14289-1, 7.4.2): the text stands below a heading of the second
    level, so its own begin with the third."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, 2 + len(above))}"


def _with_addresses(tokens: list[Token]) -> list[Token]:
    """The same with each link's address behind its words, where they do not say it: paper is not followed."""
    made: list[Token] = []
    words, address = "", ""
    for token in tokens:
        made.append(token)
        if token.type == "link_open":
            words, address = "", re.sub(r"^(mailto|tel|sms):", "", unquote(str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            if address and _bare(address) != _bare(words):
                made.append(Token("text", "", 0, content=f" ({address})"))
        else:
            words += token.content
    return made


def _bare(address: str) -> str:
    """An address without what nobody reads aloud."""
    return re.sub(r"^https?://|/$|\s", "", address.casefold())


def apart(rendered: str) -> tuple[str, str]:
    """What html() made, without its footnotes, and these ("" where there are none)."""
    body, start, notes = rendered.partition(NOTES)
    return body, start + notes


def words(markdown: str) -> str:
    """The words of a text in Markdown as they stand on a page, without its elements."""
    return unescape(nh3.clean(html(markdown), tags=set()))


_ENDS = re.compile(r"</(?:p|li|h[1-6]|pre|blockquote)>|<br ?/?>")


def plain(markdown: str) -> str:
    """What a text in Markdown says, in plain words with a line for each paragraph and point."""
    text = unescape(nh3.clean(_ENDS.sub("\n", html(markdown)), tags=set()))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)


def _key(env: dict[str, Any], number: int) -> str:
    return f"{env['name']}-{number}" if env.get("name") else str(number)


def _reference(renderer, tokens, position, options, env) -> str:
    meta = tokens[position].meta
    number = meta["id"] + 1
    key = _key(env, number)
    if env["medium"] == "paper":
        return f'<sup class="call"><a href="#n-{key}" aria-label="{env["back"]} {number}">{number}</a></sup>'
    again = f"-{meta['subId']}" if meta.get("subId") else ""
    link = f'<a href="#n-{key}" id="r-{key}{again}" target="_self" role="doc-noteref">{number}</a>'
    return f'<sup class="note">{link}</sup>'


def _block_open(renderer, tokens, position, options, env) -> str:
    return f"{NOTES}>" if env["medium"] == "paper" else f'{NOTES} role="doc-endnotes"><ol>'


def _block_close(renderer, tokens, position, options, env) -> str:
    return "</div>" if env["medium"] == "paper" else "</ol></div>"


def _open(renderer, tokens, position, options, env) -> str:
    number = tokens[position].meta["id"] + 1
    key = _key(env, number)
    if env["medium"] == "paper":
        return f'<div class="footnote" id="n-{key}"><span class="of">{number}</span>'
    return f'<li id="n-{key}">'


def _close(renderer, tokens, position, options, env) -> str:
    return "</div>" if env["medium"] == "paper" else "</li>\n"


def _anchor(renderer, tokens, position, options, env) -> str:
    if env["medium"] == "paper":
        return ""
    key = _key(env, tokens[position].meta["id"] + 1)
    again = f"-{tokens[position].meta['subId']}" if tokens[position].meta.get("subId") else ""
    return f' <a href="#r-{key}{again}" target="_self" role="doc-backlink" aria-label="{env["back"]}">↩</a>'
