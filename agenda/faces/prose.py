"""Markdown of the presentation -> safe HTML, for the screen or for paper. No typed tag gets through."""

from __future__ import annotations

import functools
import re
from html import unescape
from typing import Any, Literal

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

Medium = Literal["screen", "paper"]

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "div", "span", "strong",
    "pre", "sup", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "id", "class", "role", "aria-label", "target"},
    "li": {"id", "class"}, "ol": {"start", "class"}, "div": {"class", "role"}, "sup": {"class"},
    "span": {"class", "id", "data-note"},
}  # fmt: skip


@functools.cache
def _reader() -> MarkdownIt:
    # html: False shows typed tags as text; nh3 below is the second lock on the same door. Images stay out: a
    # page of ours loads nothing from elsewhere.
    reader = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable("linkify").disable("image")
    # Without a scheme only e-mail is one: «calle.de» is a street, not an address.
    reader.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": True})
    reader.use(footnote_plugin)
    reader.add_render_rule("footnote_ref", _reference)
    reader.add_render_rule("footnote_anchor", _anchor)
    reader.add_render_rule("footnote_block_open", lambda *_args: '<div class="footnotes" role="doc-endnotes"><ol>')
    reader.add_render_rule("footnote_block_close", lambda *_args: "</ol></div>")
    reader.add_render_rule("footnote_open", _open)
    return reader


def html(markdown: str, medium: Medium = "screen", name: str = "", back: str = "") -> str:
    """`markdown` as HTML that may stand in a page as it is.

    On screen, footnotes stand below the text and are linked both ways; `name` tells the footnotes of one text
    from those of another on the same page, and `back` is what the way back is called. On paper each footnote
    stands where its number is, as a span that CSS floats to the foot of the page (CSS GCPM 3, footnotes).
    """
    reader = _reader()
    env: dict[str, Any] = {"name": name, "back": back}
    tokens = reader.parse(markdown, env)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The text stands below a heading of the second level: its own begin with the third.
            token.tag = f"h{max(3, int(token.tag[1]))}"
    if medium == "paper":
        tokens, env["notes"] = _lift(reader, tokens, env)
    rendered = reader.renderer.render(tokens, reader.options, env)
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "sms", "geo", "webcal"},
        link_rel="noopener",
    )


def apart(rendered: str) -> tuple[str, str]:
    """What html() made for the screen, without its footnotes, and these ("" where there are none)."""
    body, start, notes = rendered.partition('<div class="footnotes"')
    return body, start + notes


def words(markdown: str) -> str:
    """The words of a text in Markdown as they stand on a page, without its elements."""
    return unescape(nh3.clean(html(markdown), tags=set()))


_ENDS = re.compile(r"</(?:p|li|h[1-6]|pre|blockquote)>|<br ?/?>")


def plain(markdown: str) -> str:
    """What a text in Markdown says, in plain words with a line for each paragraph and point."""
    text = unescape(nh3.clean(_ENDS.sub("\n", html(markdown)), tags=set()))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)


def _lift(reader: MarkdownIt, tokens: list[Token], env: dict[str, Any]) -> tuple[list[Token], dict[int, str]]:
    """The tokens without the block of footnotes, and the HTML of each footnote by its number from 0."""
    start = next((n for n, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    notes: dict[int, str] = {}
    current = 0
    inside: list[Token] = []
    for token in tokens[start:]:
        if token.type == "footnote_open":
            current, inside = token.meta["id"], []
        elif token.type == "footnote_close":
            notes[current] = reader.renderer.render(inside, reader.options, env).strip()
        elif token.type == "inline":
            inside.append(token)
    return tokens[:start], notes


def _key(env: dict[str, Any], number: int) -> str:
    return f"{env['name']}-{number}" if env.get("name") else str(number)


def _reference(renderer, tokens, position, options, env) -> str:
    token = tokens[position]
    if "notes" in env:
        name = f"note-{_key(env, token.meta['id'] + 1)}"
        if token.meta.get("subId"):  # cited again: the note itself stands once, and its number comes from there
            return f'<span class="again" data-note="#{name}"></span>'
        return f'<span class="footnote" id="{name}">{env["notes"].get(token.meta["id"], "")}</span>'
    key = _key(env, token.meta["id"] + 1)
    again = f"-{token.meta['subId']}" if token.meta.get("subId") else ""
    link = f'<a href="#n-{key}" id="r-{key}{again}" target="_self" role="doc-noteref">{token.meta["id"] + 1}</a>'
    return f'<sup class="note">{link}</sup>'


def _open(renderer, tokens, position, options, env) -> str:
    return f'<li id="n-{_key(env, tokens[position].meta["id"] + 1)}">'


def _anchor(renderer, tokens, position, options, env) -> str:
    key = _key(env, tokens[position].meta["id"] + 1)
    again = f"-{tokens[position].meta['subId']}" if tokens[position].meta.get("subId") else ""
    return f' <a href="#r-{key}{again}" target="_self" role="doc-backlink" aria-label="{env["back"]}">↩</a>'
