"""Setting a programme: HTML of a printed edition -> PDF. This alone loads WeasyPrint; web processes do not."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import msgspec
import pikepdf
import pypdfium2
import segno
import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from weasyprint.text.fonts import FontConfiguration

from agenda.faces import atlas
from agenda.printing import archive, booklet, outlines
from agenda.printing.papers import Paper
from agenda.printing.sources import SHELF, Shelf
from agenda.programme import Programme, colour, encode

FOLDER = Path(settings.BASE_DIR) / "static"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@functools.cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@functools.cache
def _sheet(name: str) -> weasyprint.CSS:
    """A stylesheet of the site or of paper, read once a process, with its fonts."""
    return _css((FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8"))


def _css(text: str) -> weasyprint.CSS:
    return weasyprint.CSS(string=text, font_config=_fonts(), url_fetcher=Shelf(), base_url=SHELF, media_type="print")


class Copy(msgspec.Struct, frozen=True):
    """What tells one copy of a programme from another: where its QR code leads, and for whom it is."""

    version_address: str
    draft: bool = False
    for_members: bool = False


def html(paper: Paper, programme: Programme, copy: Copy) -> str:
    """The document that is set; without control characters, which XML and so the file's metadata cannot hold."""
    text = render_to_string(
        f"agenda/paper/{paper.template}.html",
        {
            "paper": paper,
            "programme": programme,
            "version_address": copy.version_address,
            "draft": copy.draft,
            "for_members": copy.for_members,
            "medium": "paper",
            "edition": None,
        },
    )
    return CONTROL.sub(" ", text)


def pdf(
    paper: Paper,
    programme: Programme,
    copy: Copy,
    attachments: Mapping[str, bytes] | None = None,
    logos: Mapping[str, bytes] | None = None,
) -> bytes:
    """The programme as the printed edition `paper`. The same programme gives the same bytes: its dates are its own.

    `attachments` are files by name for an archival edition, `logos` PNGs by digest.
    """
    qr = segno.make(copy.version_address, error="m", micro=False).svg_inline(scale=4, border=0, dark="#000")
    pictures = {"qr.svg": qr.encode(), "map.svg": atlas_svg(programme).encode()}
    pictures |= {f"{digest}.png": png for digest, png in (logos or {}).items()}
    source = weasyprint.HTML(
        string=html(paper, programme, copy),
        base_url=SHELF,
        url_fetcher=Shelf(pictures),
        media_type="print",
    )
    document = _fitted(source, paper, programme)
    seed = f"{paper.name} {copy} {encode(programme)}"
    options = {
        "pdf_identifier": hashlib.blake2b(seed.encode(), digest_size=16).digest(),
        "custom_metadata": True,
    }
    repaired = archive.remember_boxes()
    if paper.archival and repaired:
        return archive.write(document, attachments=lambda: _attached(programme, attachments or {}), **options)
    data = document.write_pdf(pdf_variant="pdf/ua-1", **options)
    return booklet.impose(data) if paper.folded else data


def count(data: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(data)) as document:
        return len(document.pages)


def preview(data: bytes, pixels: int) -> bytes:
    """The first page of a PDF as a PNG of `pixels` on its longer side, in as few colours as nobody misses."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[0]
        picture = page.render(scale=pixels / max(page.get_size())).to_pil().quantize(64)
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitted(source: weasyprint.HTML, paper: Paper, programme: Programme) -> weasyprint.Document:
    """The laid out document, in the largest type that fits, else in the smallest."""
    sheets = [_sheet(name) for name in ("rows", "paper", *paper.sheets)]
    sheets.append(_css(colour.rules_on_paper(programme.axes)))
    if not paper.sizes:
        return _with_notes_in_place(source, sheets)
    most = paper.most_pages(programme)
    low, high = 0, len(paper.sizes) - 1
    best = None
    while low <= high:  # halving: three settings for seven sizes
        middle = (low + high) // 2
        tried = source.render(stylesheets=[*sheets, _size(paper.sizes[middle])], font_config=_fonts())
        if len(tried.pages) <= most:
            best, high = tried, middle - 1
        else:
            best, low = best or (tried if middle == len(paper.sizes) - 1 else None), middle + 1
    return best


def _with_notes_in_place(source: weasyprint.HTML, sheets: list[weasyprint.CSS]) -> weasyprint.Document:
    """The laid out document with each footnote on the page of its number.

    WeasyPrint 70 moves a note to the next page where that saves a line of a paragraph from standing alone; with
    other limits for lone lines the paragraph breaks elsewhere. The first setting is kept where none will do.
    """
    first = None
    for lines in (3, 1, 4, 2):
        tried = source.render(stylesheets=[*sheets, _lone_lines(lines)], font_config=_fonts())
        if notes_in_place(tried):
            return tried
        first = first or tried
    return first


def notes_in_place(document: weasyprint.Document) -> bool:
    """Whether every footnote of a laid out document stands on the page that its number stands on."""
    for page in document.pages:
        calls: set[int] = set()
        notes: set[int] = set()
        for box in page._page_box.descendants():
            if box.element is not None and (box.element.get("class") or "") == "footnote":
                (calls if box.element_tag.endswith("::footnote-call") else notes).add(id(box.element))
        if calls != notes:
            return False
    return True


@functools.cache
def _lone_lines(least: int) -> weasyprint.CSS:
    return _css(f"p {{ orphans: {least}; widows: {max(2, least)} }}")


@functools.cache
def _size(points: float) -> weasyprint.CSS:
    return _css(f"html {{ font-size: {points}pt }}")


def _attached(programme: Programme, files: Mapping[str, bytes]) -> list[weasyprint.Attachment]:
    moment = programme.published_at
    return [
        weasyprint.Attachment(
            string=data,
            name=name,
            description=name,
            created=moment,
            modified=moment,
            relationship="Data",
            url_fetcher=Shelf(),
        )
        for name, data in files.items()
    ]


def atlas_svg(programme: Programme) -> str:
    """The map with its dots and names as one drawing; empty of names where no participant has a place."""
    base = (FOLDER / "img" / "atlantic.svg").read_text(encoding="utf-8")
    labels, _outside = atlas.placed(programme)
    parts = []
    for label in labels:
        x, y = label.leader
        if label.apart:
            parts.append(f'<path d="M{label.x} {label.y}L{x} {y}" stroke="#4a4741" stroke-width="1" fill="none"/>')
        parts.append(f'<circle cx="{label.x}" cy="{label.y}" r="6" fill="#000" stroke="#fff" stroke-width="2"/>')
        parts += [outlines.words(line, label.tx, height, 21, label.end) for line, height in label.set]
    return base.replace("</svg>", "".join(parts) + "</svg>")
