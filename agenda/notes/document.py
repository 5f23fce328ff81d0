"""A file, whatever it is -> a flat list of blocks: headings, paragraphs, list items, table rows, footnotes.

Today: UTF-8 text and Markdown, with HTML inside (as converters from PDF write it). Other formats become the
same blocks here, and nothing after this module knows where a note came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import msgspec
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

MAXIMUM = 5 * 1024 * 1024  # bytes; a concept note has a few pages
MOST_BRACKETS = 20_000  # each may begin a link, which costs the parser some 40 microseconds
LONGEST_LINE = 20_000  # characters; a table of a page in one line has some 5,000


class NoteError(Exception):
    """The note cannot be read, or not be taken over; the message says why, in the reader's language."""


class YearWanted(NoteError):
    """The note gives no year, or one that its weekdays do not fit; `years` do."""

    def __init__(self, message: str, years: list[int]) -> None:
        super().__init__(message)
        self.years = years


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """`line` counts from 1. `text` is plain; `markdown` keeps links and marks footnotes as [^1]."""

    line: int
    text: str = ""
    markdown: str = ""


class Heading(Block, frozen=True, kw_only=True):
    level: int


class Paragraph(Block, frozen=True):
    pass


class ListItem(Block, frozen=True, kw_only=True):
    number: int | None = None


class Footnote(Block, frozen=True, kw_only=True):
    mark: str


class Row(Block, frozen=True, kw_only=True):
    """A table row; each cell is a list of paragraphs and list items."""

    cells: tuple[tuple[Paragraph | ListItem, ...], ...]


def read(data: bytes) -> list[Block]:
    """The blocks of the note `data`. Raises NoteError where it is no text that can be read."""
    if not data.strip():
        raise NoteError(_("The file is empty."))
    if len(data) > MAXIMUM:
        raise NoteError(
            _("The file has %(size)d MB; a concept note has at most %(most)d MB.")
            % {"size": len(data) // 1024**2, "most": MAXIMUM // 1024**2}
        )
    if data.count(b"[") > MOST_BRACKETS:
        raise NoteError(
            _("This is not a concept note: it holds more than %(most)d brackets.") % {"most": MOST_BRACKETS}
        )
    if b"\0" in data:
        raise NoteError(_("The file is not a text: expected a note as Markdown or plain text (.md, .txt)."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NoteError(
            _("The file is not UTF-8 text (line %(line)d): save it again as “UTF-8”.") % {"line": line}
        ) from error
    lines = _UNCLOSED.sub("&lt;", _without_scripts(text)).splitlines()
    if long := next((number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0):
        raise NoteError(_("Line %(line)d is too long for a note.") % {"line": long})
    return list(_blocks(lines))


# --- lines -> blocks -----------------------------------------------------------------------------------

_FOOTNOTE = re.compile(r"^\s*(?:<sup>\s*(\w{1,3})\s*</sup>|\[\^(\w{1,3})\]:)\s*(.+)$", re.I)
_NUMBERED = re.compile(r"^\s{0,3}(\d{1,3})[.)]\s+(.+)$")
_BULLET = re.compile(r"^\s*[-*•·‣–]\s+(.+)$")
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$")
_BREAK = re.compile(
    r"^\s*([-*_])(\s*\1){2,}\s*$|^\s*\|(?:\s*:?-+:?\s*\|)+\s*$"
)  # a rule, or the line below a table's head


def _blocks(lines: list[str]) -> Iterator[Block]:
    pending: list[str] = []
    start = 0

    def paragraph() -> Iterator[Block]:
        if pending:
            text = " ".join(pending)
            pending.clear()
            if plain(text):
                yield Paragraph(line=start, text=plain(text), markdown=marked(text))

    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if "<table" in line.lower():
            yield from paragraph()
            first = number
            while "</table" not in lines[number - 1].lower() and number < len(lines):
                number += 1
            yield from _table("\n".join(lines[first - 1 : number]), first)
            continue
        block = _single(line, number)
        if block is None and line.strip() and not _BREAK.match(line):
            if not pending:
                start = number
            pending.append(line.strip().rstrip("\\"))
            if line.endswith(("  ", "\\")):  # Markdown's hard line break ends the line
                yield from paragraph()
            continue
        yield from paragraph()
        if isinstance(block, ListItem | Footnote):
            block, number = _continued(block, lines, number)
        if block is not None:
            yield block
    yield from paragraph()


def _continued(block: Block, lines: list[str], number: int) -> tuple[Block, int]:
    """An item with the lines set in below it, which belong to it, and the number of lines read by then."""
    rest = []
    while number < len(lines) and re.match(r"^\s{2,}\S", lines[number]) and not _single(lines[number], 0):
        rest.append(lines[number].strip())
        number += 1
    if not rest:
        return block, number
    more = " ".join(rest)
    text, markdown = f"{block.text} {plain(more)}", f"{block.markdown} {marked(more)}"
    return msgspec.structs.replace(block, text=text, markdown=markdown), number


def _single(line: str, number: int) -> Block | None:
    """The block that the line is by itself, or None for blank lines and lines of a paragraph."""
    if _BREAK.match(line):
        return None
    if "\t" in line.strip("\n") and line.strip():
        cells = tuple(_cell(cell, number) for cell in line.split("\t"))
        return Row(line=number, text=plain(line), cells=cells)
    if re.match(r"^\s*\|.*\|\s*$", line):
        parts = line.strip().strip("|").split("|")
        return Row(line=number, text=plain(line), cells=tuple(_cell(part, number) for part in parts))
    if match := _HEADING.match(line):
        words = match[2].rstrip().rstrip("#")
        return Heading(line=number, text=plain(words), markdown=marked(words), level=len(match[1]))
    if match := _FOOTNOTE.match(line):
        return Footnote(line=number, text=plain(match[3]), markdown=marked(match[3]), mark=match[1] or match[2])
    if match := _NUMBERED.match(line):
        return ListItem(line=number, text=plain(match[2]), markdown=marked(match[2]), number=int(match[1]))
    if match := _BULLET.match(line):
        return ListItem(line=number, text=plain(match[1]), markdown=marked(match[1]))
    return None


# --- HTML inside ---------------------------------------------------------------------------------------


class _Cells(HTMLParser):
    """Collects rows of cells, and in a cell its paragraphs and list items."""

    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first = line
        self.rows: list[tuple[int, list[list[Paragraph | ListItem]]]] = []
        self.cell: list[Paragraph | ListItem] = []
        self.text = ""
        self.in_item = False

    def flush(self) -> None:
        text = plain(self.text)
        self.text = ""
        if not text:
            return
        kind = ListItem if self.in_item or re.match(r"^[•·‣]\s*", text) else Paragraph
        text = re.sub(r"^[•·‣▪-]\s+", "", text)
        line = self.first + self.getpos()[0] - 1
        self.cell.append(kind(line=line, text=text, markdown=text))

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in ("p", "ul", "ol", "li", "div", "br", "tr", "td", "th"):
            self.flush()
        if tag == "li":
            self.in_item = True
        if tag == "tr":
            self.rows.append((self.first + self.getpos()[0] - 1, []))
        if tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "ul", "ol", "li", "div", "tr", "td", "th", "table"):
            self.flush()
        if tag in ("li", "ul", "ol"):
            self.in_item = False
        if tag in ("td", "th") and self.rows:
            self.rows[-1][1].append(self.cell)
            self.cell = []

    def handle_data(self, data: str) -> None:
        self.text += data


def _cell(html: str, line: int) -> tuple[Paragraph | ListItem, ...]:
    reader = _Cells(line)
    reader.feed(html)
    reader.close()
    reader.flush()
    return tuple(reader.cell)


def _table(html: str, line: int) -> Iterator[Row]:
    reader = _Cells(line)
    reader.feed(html)
    reader.close()
    for number, cells in reader.rows:
        text = " ".join(block.text for cell in cells for block in cell)
        if text:
            yield Row(line=number, text=text, cells=tuple(tuple(cell) for cell in cells))


# A tag that never ends: the parser of the standard library looks for its end again from every such place.
_UNCLOSED = re.compile(r"<(?![^<>]*>)")
_HIDDEN = re.compile(r"<(script|style|template|iframe|object|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.I)
_NOTE_MARK = re.compile(r"<sup>\s*(\w{1,3})\s*</sup>|\[\^(\w{1,3})\]", re.I)
_INLINE = MarkdownIt("commonmark")  # emphasis, links, entities and tags inside a line, as CommonMark reads them


def _without_scripts(text: str) -> str:
    # Lines are kept, so that later messages name the right ones.
    return _HIDDEN.sub(lambda match: "\n" * match[0].count("\n"), text)


def plain(markup: str) -> str:
    """The words of a line of Markdown or HTML: no tags, marks, link addresses or footnote numbers."""
    [line] = _INLINE.parseInline(_NOTE_MARK.sub("", markup))
    words = (
        " " if "break" in part.type else part.content for part in line.children or () if part.type != "html_inline"
    )
    return re.sub(r"\s+", " ", "".join(words)).strip()


def marked(markup: str) -> str:
    """The line as clean Markdown: no tags, footnote marks as [^1], links and emphasis kept."""
    text = _NOTE_MARK.sub(lambda match: f"[^{match[1] or match[2]}]", markup)
    text = unescape(_TAG.sub("", text))
    return re.sub(r"\s+", " ", text).strip()
