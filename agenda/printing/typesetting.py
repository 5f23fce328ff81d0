"""Setting a programme: HTML of a printed edition -> PDF. This alone loads WeasyPrint; web processes do not."""

from __future__ import annotations

import datetime as dt
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

from agenda.printing import archive, booklet, counting, drawings, filling
from agenda.printing.papers import Paper
from agenda.printing.quotes import typographic
from agenda.printing.sources import SHELF, Shelf
from agenda.programme import Programme, colour, encode

FOLDER = Path(settings.BASE_DIR) / "static"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
STARTED = re.compile(r'<ol start="(\d{1,9})"')


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
    drawn_up: dt.datetime | None = None  # when a draft was set, by the venue's clock


def html(paper: Paper, programme: Programme, copy: Copy, per_sheet: int = 1, blanks: int = 0) -> str:
    """The document that is set, with `per_sheet` days beside each other and `blanks` pages for notes.

    Without control characters, which XML and so the file's metadata cannot hold.
    """
    programme = typographic(programme)
    text = render_to_string(
        f"agenda/paper/{paper.template}.html",
        {
            "paper": paper,
            "programme": programme,
            "version_address": copy.version_address,
            "draft": copy.draft,
            "for_members": copy.for_members,
            "drawn_up": copy.drawn_up,
            "per_sheet": per_sheet,
            "blanks": range(blanks),
            "medium": "paper",
            "edition": None,
        },
    )
    return STARTED.sub(_started, CONTROL.sub(" ", text))


def _started(found: re.Match[str]) -> str:
    """A list that begins at another number than 1: WeasyPrint knows it from a style only."""
    return f'<ol start="{found[1]}" style="counter-reset: list-item {int(found[1]) - 1}"'


def pdf(
    paper: Paper,
    programme: Programme,
    copy: Copy,
    attachments: Mapping[str, bytes] | None = None,
    logos: Mapping[str, bytes] | None = None,
) -> bytes:
    """The programme as the printed edition `paper`. The same programme gives the same bytes: its dates are its own.
    Raises counting.Lost where words of the programme stand on no page.

    `attachments` are files by name for an archival edition, `logos` PNGs by digest.
    """
    qr = segno.make(copy.version_address, error="m", micro=False).svg_inline(scale=4, border=0, dark="#000")
    pictures = {"qr.svg": qr.encode(), **drawings.pictures(programme, 125 if paper.folded else 180)}
    pictures |= {f"{digest}.png": png for digest, png in (logos or {}).items()}
    document = _Setter(paper, programme, copy, Shelf(pictures)).document()
    counting.check(paper, programme, document)
    seed = f"{paper.name} {copy} {encode(programme)}"
    options = {
        "pdf_identifier": hashlib.blake2b(seed.encode(), digest_size=16).digest(),
        "custom_metadata": True,
    }
    repaired = archive.remember_boxes()
    if paper.archival and repaired:
        data = archive.write(document, attachments=lambda: _attached(programme, attachments or {}), **options)
    else:
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


class _Setter:
    """Sets one paper: in the first way that fits, with as few pages under half full as there can be."""

    def __init__(self, paper: Paper, programme: Programme, copy: Copy, shelf: Shelf) -> None:
        self.paper, self.programme, self.copy, self.shelf = paper, programme, copy, shelf
        self.sheets = [_sheet(name) for name in ("paper", *paper.sheets)]
        self.sheets.append(_css(colour.rules_on_paper(programme.axes)))

    def document(self) -> weasyprint.Document:
        trials = self.paper.trials(self.programme)
        for trial in trials:
            made = self._source(trial.per_sheet).render(
                stylesheets=[*self.sheets, _size(trial.points, trial.sheet)], font_config=_fonts()
            )
            if not trial.most or len(made.pages) <= trial.most:
                return made
        if trials:
            return made  # in the smallest size: it runs on rather than cut anything off
        made, joined = self._filled(0, ())
        if self.paper.folded and (blanks := -len(made.pages) % 4):
            made, _joined = self._filled(blanks, joined)  # what a sheet has room for is for notes
        return made

    def _filled(self, blanks: int, joined: tuple[str, ...]) -> tuple[weasyprint.Document, tuple[str, ...]]:
        source = self._source(1, blanks)

        def render(names: tuple[str, ...]) -> weasyprint.Document:
            return source.render(stylesheets=[*self.sheets, _joined(names)], font_config=_fonts())

        return filling.filled(render, joined)

    def _source(self, per_sheet: int, blanks: int = 0) -> weasyprint.HTML:
        text = html(self.paper, self.programme, self.copy, per_sheet, blanks)
        return weasyprint.HTML(string=text, base_url=SHELF, url_fetcher=self.shelf, media_type="print")


@functools.cache
def _joined(names: tuple[str, ...]) -> weasyprint.CSS:
    return _css("".join(f"#{name} {{ break-before: auto !important; margin-top: 9mm }}" for name in names))


@functools.cache
def _size(points: float, sheet: str) -> weasyprint.CSS:
    page = f"@page {{ size: {sheet} }}" if sheet else ""
    return _css(f"html {{ font-size: {points}pt }} {page}")


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
