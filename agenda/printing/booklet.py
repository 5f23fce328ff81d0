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
        for halves in order(len(source.pages)):
            sheet = sheets.add_blank_page(page_size=(A4_LONG, A4_SHORT))
            forms, drawn = pikepdf.Dictionary(), b""
            for number, left in zip(halves, (0.0, A4_LONG / 2), strict=True):
                if number is not None:
                    # Names of our own: pikepdf's are random, and the same programme gives the same bytes.
                    forms[f"/P{number}"] = sheets.copy_foreign(source.pages[number].as_form_xobject())
                    drawn += f"q 1 0 0 1 {left:.3f} 0 cm /P{number} Do Q\n".encode()
            sheet.Resources = pikepdf.Dictionary(XObject=forms)
            sheet.Contents = sheets.make_stream(drawn)
        with (
            source.open_metadata() as original,
            sheets.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata,
        ):
            for name in ("dc:title", "dc:description", "xmp:CreateDate", "xmp:ModifyDate", "xmp:CreatorTool"):
                if name in original:
                    metadata[name] = original[name]
        for name, value in source.docinfo.items():
            sheets.docinfo[name] = (
                sheets.copy_foreign(value) if hasattr(value, "objgen") and value.is_indirect else value
            )
        if "/Lang" in source.Root:
            sheets.Root.Lang = str(source.Root.Lang)
        written = BytesIO()
        sheets.save(written, deterministic_id=True, min_version="1.7")
        return written.getvalue()
