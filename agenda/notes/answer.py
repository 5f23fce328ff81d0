"""An outline as plain values, for `import_note --json`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from . import places
from .outline import Outline


def answer(outline: Outline, dates: list[dt.date] | None) -> dict:
    """The outline as plain values: days and entries as printed, dates None where the year is not certain."""

    def clock(time: dt.time | None) -> str | None:
        return f"{time:%H:%M}" if time else None

    certain: Sequence[dt.date | None] = dates or [None] * len(outline.days)
    country, zone = places.locate(outline.city)
    return {
        "workshop": {
            "number": outline.number, "series": outline.series, "title": outline.title, "city": outline.city,
            "country": country or None, "timezone": zone, "venue": outline.venue, "address": outline.address,
            "dates": [
                f"{date:%Y-%m-%d}"
                for date, day in zip(certain, outline.days, strict=True)
                if date and not day.heading.optional
            ],
        },
        "days": [
            {
                "label": day.heading.label,
                "date": f"{date:%Y-%m-%d}" if date else None,
                "optional": day.heading.optional,
                "entries": [
                    {
                        "start": clock(entry.start), "end": clock(entry.end), "title": entry.printed,
                        "kind": entry.kind,
                        "moderators": [c.name for c in entry.carriers if c.role == "moderates"],
                        "bullets": list(entry.items),
                        "conclusions": [c.name for c in entry.carriers if c.role == "concludes"],
                        "axis": entry.axis, "part": entry.part, "part_of_day": entry.part_of_day or None,
                        "visibility": entry.visibility, "line": entry.line,
                    }
                    for entry in day.entries
                ],
            }
            for date, day in zip(certain, outline.days, strict=True)
        ],
        "axes": [{"number": a.number, "title": a.title, "description": a.description} for a in outline.axes],
        "conveners": [msgspec.to_builtins(convener) for convener in outline.conveners],
        "sections": list(outline.headings),
        "objectives": list(outline.objectives),
        "footnotes": outline.footnotes,
        "participants": [{"number": p.number, "region": p.region, "name": p.name} for p in outline.participants],
        "warnings": [msgspec.to_builtins(remark) for remark in outline.doubts],
        "not_understood": [msgspec.to_builtins(remark) for remark in outline.left],
    }  # fmt: skip
