"""Pages as an OpenDocument spreadsheet (ODF 1.3 part 3): the sheets are ours, the container is odfdo's."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sheets.cells import safe
from sheets.pages import LISTS, SPARE, Head, Page

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "number": "datastyle",
        "config": "config", "fo": "xsl-fo-compatible",
    }.items()
) + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3"'  # fmt: skip
_STYLES = """<office:automatic-styles>
<number:text-style style:name="taller-text"><number:text-content/></number:text-style>
<number:date-style style:name="taller-date"><number:year number:style="long"/><number:text>-</number:text>\
<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<number:time-style style:name="taller-time"><number:hours number:style="long"/><number:text>:</number:text>\
<number:minutes number:style="long"/></number:time-style>
<style:style style:name="head" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"/>\
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="text" style:family="table-cell" style:data-style-name="taller-text">\
<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>
<style:style style:name="hidden" style:family="table-cell" style:data-style-name="taller-text"/>
<style:style style:name="number" style:family="table-cell"><style:table-cell-properties style:vertical-align="top"/>\
</style:style>
<style:style style:name="date" style:family="table-cell" style:data-style-name="taller-date">\
<style:table-cell-properties style:vertical-align="top"/></style:style>
<style:style style:name="time" style:family="table-cell" style:data-style-name="taller-time">\
<style:table-cell-properties style:vertical-align="top"/></style:style>
<style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>
"""
_BLANKS = re.compile("  +|^ | $|\t")


def write(pages: list[Page], help_text: Page | None) -> bytes:
    """The workbook of `pages`, with `help_text` as its first sheet."""
    from odfdo import Document

    widths = sorted({head.width for page in [*pages, *([help_text] if help_text else [])] for head in page.heads})
    styles = "".join(
        f'<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * 0.2:.1f}cm"/></style:style>'
        for width in widths
    )
    wanted = list(dict.fromkeys(head.choices for page in pages for head in page.heads if head.choices))
    places = {choices: column for column, choices in enumerate(wanted)}
    tables: list[str] = []
    rules: list[str] = []
    if help_text:
        tables.append(_table(help_text, {}, []))
    tables += [_table(page, places, rules) for page in pages]
    if wanted:
        tables.append(_lists(LISTS, wanted))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>{_STYLES}{styles}'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:content-validations>{''.join(rules)}</table:content-validations>{''.join(tables)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    document = Document("spreadsheet")
    document.set_part("content.xml", content.encode())
    document.set_part("settings.xml", _settings(pages).encode())
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def letters(column: int) -> str:
    """The name of a column counted from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _table(page: Page, places: dict[tuple[Any, ...], int], rules: list[str]) -> str:
    """The table of a page; a rule for each list to choose from is added to `rules`."""
    columns = []
    offered: list[str] = []
    for head in page.heads:
        hidden = ' table:visibility="collapse"' if head.kind == "hidden" else ""
        columns.append(
            f'<table:table-column table:style-name="w{head.width}" table:default-cell-style-name="{head.kind}"'
            f"{hidden}/>"
        )
        if head.choices in places:
            offered.append(f' table:content-validation-name="rule{len(rules)}"')
            rules.append(_rule(f"rule{len(rules)}", page.name, head, places[head.choices], len(offered) - 1))
        else:
            offered.append("")
    first = f"<table:table-row>{''.join(_cell(head.name, 'head') for head in page.heads)}</table:table-row>"
    rows = [
        f"<table:table-row>{''.join(map(_cell, row, [head.kind for head in page.heads], offered))}</table:table-row>"
        for row in page.rows
    ]
    if any(offered):
        blank = "".join(f"<table:table-cell{rule}/>" for rule in offered)
        rows.append(f'<table:table-row table:number-rows-repeated="{SPARE}">{blank}</table:table-row>')
    name = quoteattr(page.name)
    return (
        f"<table:table table:name={name}>{''.join(columns)}<table:table-header-rows>{first}</table:table-header-rows>"
        f"{''.join(rows)}</table:table>"
    )


def _rule(name: str, sheet: str, head: Head, place: int, column: int) -> str:
    letter = letters(place)
    source = f"of:cell-content-is-in-list([${LISTS}.${letter}$1:.${letter}${len(head.choices)}])"
    kind = "stop" if head.closed else "information"
    return (
        f'<table:content-validation table:name="{name}" table:condition={quoteattr(source)} '
        f'table:allow-empty-cell="true" table:base-cell-address={quoteattr(f"{sheet}.{letters(column)}2")}>'
        f'<table:error-message table:message-type="{kind}" table:display="true"/></table:content-validation>'
    )


def _lists(name: str, wanted: list[tuple[Any, ...]]) -> str:
    longest = max(map(len, wanted))
    rows = [
        "".join(_cell(choices[place] if place < len(choices) else "", _kind(choices[0])) for choices in wanted)
        for place in range(longest)
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" table:style-name="unseen">{body}</table:table>'


def _kind(value: Any) -> str:
    return "date" if isinstance(value, dt.date) else "text" if isinstance(value, str) else "number"


def _cell(value: Any, style: str, rule: str = "") -> str:
    look = f' table:style-name="{style}"{rule}'
    if value == "":
        return f"<table:table-cell{look}/>"
    if isinstance(value, dt.date):
        kind, shown = f'office:value-type="date" office:date-value="{value:%Y-%m-%d}"', f"{value:%Y-%m-%d}"
    elif isinstance(value, dt.time):
        kind, shown = f'office:value-type="time" office:time-value="PT{value:%HH%MM%SS}"', f"{value:%H:%M}"
    elif isinstance(value, str):
        lines = safe(value, formulas=False).split("\n")
        text = "".join(f"<text:p>{_paragraph(line)}</text:p>" for line in lines)
        return f'<table:table-cell{look} office:value-type="string">{text}</table:table-cell>'
    else:
        kind, shown = f'office:value-type="float" office:value="{value!r}"', str(value)
    return f"<table:table-cell{look} {kind}><text:p>{shown}</text:p></table:table-cell>"


def _paragraph(line: str) -> str:
    """The text of a paragraph: blanks that would fall together, and tabs, are elements (ODF 1.3 part 3, 6.1.3)."""
    made, end = [], 0
    for found in _BLANKS.finditer(line):
        made.append(escape(line[end : found.start()]))
        made.append("<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>')
        end = found.end()
    return "".join([*made, escape(line[end:])])


def _settings(pages: list[Page]) -> str:
    """What keeps the head and the first columns in sight while one scrolls (as LibreOffice writes it)."""

    def item(name: str, kind: str, value: int) -> str:
        return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'

    tables = ""
    for page in pages:
        split = min(2, len(page.heads))
        frozen = [("HorizontalSplitMode", "short", 2), ("VerticalSplitMode", "short", 2),
                  ("HorizontalSplitPosition", "int", split), ("VerticalSplitPosition", "int", 1),
                  ("ActiveSplitRange", "short", 3), ("PositionRight", "int", split),
                  ("PositionBottom", "int", 1)]  # fmt: skip
        items = "".join(item(*one) for one in frozen)
        tables += (
            f"<config:config-item-map-entry config:name={quoteattr(page.name)}>{items}</config:config-item-map-entry>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-settings {_NAMESPACES}><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        "<config:config-item-map-entry>"
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )
