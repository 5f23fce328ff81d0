"""The programme on paper: the partials of the web pages, set by WeasyPrint as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import segno
import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from agenda.programme import Programme, encode

SHELF = "taller:"  # the scheme of what a document may fetch: our fonts and the images made for it, nothing else


class Shelf(URLFetcher):
    """Fetches what stands on the shelf; every other address, file or network, is refused.

    WeasyPrint's own fetcher reads local files and the network, and a programme holds texts of many hands.
    """

    def __init__(self, images: dict[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._images = images or {}

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        name = url.removeprefix(SHELF)
        if url.startswith(SHELF):
            if name in self._images:
                return URLFetcherResponse(url, self._images[name], {"Content-Type": "image/svg+xml"})
            if name in _fonts():
                return URLFetcherResponse(url, _fonts()[name].read_bytes(), {"Content-Type": "font/ttf"})
        raise ValueError(f"{url[:80]} is not on the shelf")


@functools.cache
def _fonts() -> dict[str, Path]:
    return {path.name: path for path in (Path(settings.BASE_DIR) / "static" / "fonts").glob("*.ttf")}


@functools.cache
def _sheets() -> tuple[FontConfiguration, list[weasyprint.CSS]]:
    """The stylesheets of the web and of paper, read once a process, with their fonts."""
    fonts = FontConfiguration()
    folder = Path(settings.BASE_DIR) / "static" / "css"
    sheets = [
        weasyprint.CSS(
            string=(folder / name).read_text(),
            font_config=fonts,
            url_fetcher=Shelf(),
            base_url=SHELF,
            media_type="print",
        )
        for name in ("site.css", "paper.css")
    ]
    return fonts, sheets


def html(programme: Programme, version_address: str, draft: bool = False) -> str:
    """The document that is set: `version_address` is where the QR code of this copy leads."""
    return render_to_string(
        "agenda/paper/programme.html",
        {
            "programme": programme,
            "version_address": version_address,
            "draft": draft,
            "medium": "paper",
            "edition": None,
        },
    )


def pdf(programme: Programme, version_address: str, draft: bool = False) -> bytes:
    """The complete programme as PDF. The same programme gives the same bytes: its dates are the release's."""
    fonts, sheets = _sheets()
    qr = segno.make(version_address, error="m", micro=False).svg_inline(scale=4, border=0, dark="#000").encode()
    document = weasyprint.HTML(
        string=html(programme, version_address, draft),
        base_url=SHELF,
        url_fetcher=Shelf({"qr.svg": qr}),
        media_type="print",
    )
    identifier = hashlib.blake2b(f"{version_address}{draft}{encode(programme)}".encode(), digest_size=16).digest()
    return document.write_pdf(
        stylesheets=sheets,
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier,
        custom_metadata=True,
    )
