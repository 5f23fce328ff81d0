"""What a printed document may load: our fonts and the pictures made for it, and nothing else anywhere."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse

SHELF = "taller:"
TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".ttf": "font/ttf"}


class Shelf(URLFetcher):
    """Fetches what stands on the shelf; every other address, file or network, is refused.

    WeasyPrint's own fetcher reads local files and the network, and a programme holds texts of many hands.
    """

    def __init__(self, pictures: dict[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._pictures = pictures or {}

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        name = url.removeprefix(SHELF)
        if url.startswith(SHELF):
            kind = TYPES.get(name[name.rfind(".") :], "")
            if name in self._pictures:
                return URLFetcherResponse(url, self._pictures[name], {"Content-Type": kind})
            if name in fonts():
                return URLFetcherResponse(url, fonts()[name].read_bytes(), {"Content-Type": kind})
        raise ValueError(f"{url[:80]} is not on the shelf")


@functools.cache
def fonts() -> dict[str, Path]:
    """The bundled fonts by file name."""
    return {path.name: path for path in (Path(settings.BASE_DIR) / "static" / "fonts").glob("*.ttf")}
