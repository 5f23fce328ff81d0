"""Imposition: pages of A5 two by two on A4, so that a pile folded once in the middle reads in order."""

from __future__ import annotations

from io import BytesIO

import pikepdf

A4_LONG, A4_SHORT = 841.89, 595.276  # points


def order(pages: int) -> list[tuple[int | None, int | None]]:
    """The pages, from 0, on each side of each sheet, left and right; None is a blank.

    A sheet holds four. The blanks stand before the last page, which stays the back of the cover.
    """
    total = -(-pages // 4) * 4
    numbers: list[int | None] = list(range(pages - 1)) + [None] * (total - pages) + [pages - 1] if pages else []
    sides = []
    for sheet in range(total // 4):
        first, last = 2 * sheet, total - 1 - 2 * sheet
        sides.append((numbers[last], numbers[first]))
        sides.append((numbers[first + 1], numbers[last - 1]))
    return sides


def impose(data: bytes) -> bytes:
    """A PDF of A5 pages -> the same on A4 landscape, to be printed on both sides, turned over the short edge."""
    with pikepdf.open(BytesIO(data)) as source, pikepdf.new() as sheets:
        for left, right in order(len(source.pages)):
            sheet = sheets.add_blank_page(page_size=(A4_LONG, A4_SHORT))
            for number, x in ((left, 0.0), (right, A4_LONG / 2)):
                if number is not None:
                    half = pikepdf.Rectangle(x, 0, x + A4_LONG / 2, A4_SHORT)
                    sheet.add_overlay(source.pages[number], half)
        with source.open_metadata() as said, sheets.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for name in ("dc:title", "dc:description", "xmp:CreateDate", "xmp:ModifyDate", "xmp:CreatorTool"):
                if name in said:
                    metadata[name] = said[name]
        for name, value in source.docinfo.items():
            sheets.docinfo[name] = (
                sheets.copy_foreign(value) if hasattr(value, "objgen") and value.is_indirect else value
            )
        if "/Lang" in source.Root:
            sheets.Root.Lang = str(source.Root.Lang)
        written = BytesIO()
        sheets.save(written, deterministic_id=True, linearize=False)
        return written.getvalue()
