"""What was withdrawn from a workshop and still stands in a note: it does not come back with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from agenda.models import Withdrawal, Workshop
from agenda.models.withdrawal import Withdrawn, traced
from agenda.withdrawing.needle import Needle

from .outline import Outline

EDGES = " .,;:()[]«»“”\"'*_!?¡¿"  # what stands around words of a text
NUMBER = re.compile(r"\+?\d[\d\s.\-/()]{4,}\d")


def put_out(outline: Outline, workshop: Workshop) -> tuple[Outline, int, int]:
    """`outline` without the texts and sessions that were withdrawn from `workshop`, and how many of each it said."""
    texts: set[tuple[int, str]] = set()
    titles: set[str] = set()
    for act in Withdrawal.objects.filter(workshop=workshop).exclude(traces=[]):
        for count, digest in act.traces:
            texts |= {(count, digest)} if act.kind == Withdrawn.TEXT else set()
            titles |= {digest} if act.kind == Withdrawn.ROW else set()
    needles = _found(texts, _texts(outline)) if texts else []
    for needle in needles:
        outline = _without(outline, needle, workshop.source)
    days = tuple(
        msgspec.structs.replace(day, entries=tuple(e for e in day.entries if traced(e.title)[1] not in titles))
        for day in outline.days
    )
    left_out = sum(len(day.entries) for day in outline.days) - sum(len(day.entries) for day in days)
    return msgspec.structs.replace(outline, days=days), len(needles), left_out


def _texts(value: Any) -> Iterator[str]:
    """Every text of a structure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _texts(one)


def _found(traces: set[tuple[int, str]], texts: Iterable[str]) -> list[Needle]:
    """The needles of the texts whose traces these are, as the note writes them."""
    counts = {count for count, _digest in traces}
    found: dict[str, Needle] = {}
    for text in texts:
        words = [word.strip(EDGES) for word in text.split()]
        tried = [" ".join(words[n : n + count]) for count in counts for n in range(len(words) - count + 1)]
        for candidate in (*tried, *(number[0] for number in NUMBER.finditer(text))):
            if len(candidate) >= 4 and tuple(traced(candidate)) in traces and candidate not in found:
                found[candidate] = Needle(candidate)
    return [*found.values()]


def _without(value: Any, needle: Needle, language: str) -> Any:
    if isinstance(value, str):
        return needle.out_of(value, language)
    if isinstance(value, msgspec.Struct):
        without = {name: _without(getattr(value, name), needle, language) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **without)
    if isinstance(value, tuple):
        return tuple(_without(one, needle, language) for one in value)
    return value
