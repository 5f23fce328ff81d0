"""Choosing rows of a programme: by words as people type them, day, axis, kind, participant, language.

The script of the agenda chooses the same rows (static/js/search.js); a test asks both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import msgspec
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.faces import prose
from agenda.programme import Programme, ProgrammeDay, Slot, for_everybody
from agenda.programme.fields import searched
from agenda.vocabulary import roman
from languages import Text, search_key, words_of


class Wish(msgspec.Struct, frozen=True):
    """What a reader looks for; an empty field asks for nothing. `day` is a name such as 7-sep."""

    words: str = ""
    day: str = ""
    axis: int | None = None
    kind: str = ""
    participant: str = ""
    codes: tuple[str, ...] = ()
    language: str = ""  # spoken, or interpreted into

    def __bool__(self) -> bool:
        return self != Wish()


MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def day_name(day: ProgrammeDay) -> str:
    """The name of a day in addresses, the same in every language: 7-sep."""
    return f"{day.date.day}-{MONTHS[day.date.month - 1]}"


def select(programme: Programme, wish: Wish) -> Programme:
    """The programme with only the rows that `wish` asks for; days without any are gone."""
    if not wish:
        return programme
    words = words_of(wish.words)
    codes = with_common(programme, wish.codes)
    days = []
    for day in programme.days:
        if wish.day and day_name(day) != wish.day:
            continue
        slots = tuple(slot for slot in day.slots if _fits(programme, day, slot, wish, words, codes))
        if slots:
            days.append(msgspec.structs.replace(day, slots=slots))
    return msgspec.structs.replace(programme, days=tuple(days))


def with_common(programme: Programme, codes: Iterable[str]) -> frozenset[str]:
    """The rows that a participant chose, `codes`, and those for everybody; the latter only beside a row that was
    chosen and is, or once was, in the programme."""
    chosen = frozenset(codes)
    known = any(programme.entry(code) or programme.cancelled_entry(code) for code in chosen)
    return chosen | for_everybody(programme) if known else chosen


def _fits(
    programme: Programme, day: ProgrammeDay, slot: Slot, wish: Wish, words: list[str], codes: frozenset[str]
) -> bool:
    if wish.codes and slot.code not in codes:
        return False
    if wish.axis is not None and slot.axis != wish.axis:
        return False
    if wish.kind and slot.kind != wish.kind:
        return False
    if wish.language and wish.language not in (*slot.languages, *slot.interpreted):
        return False
    named = {who.participant for who in slot.named}
    if wish.participant and wish.participant not in named:
        return False
    return not words or all(word in haystack(programme, day, slot) for word in words)


def haystack(programme: Programme, day: ProgrammeDay, slot: Slot) -> str:
    """Everything that a search looks through on a row, as search_key() has it; made once a programme and row.

    What the row says, the names of its day, axis and part, in the programme's language.
    """
    made = cast(dict[str, str], vars(programme).setdefault("_haystacks", {}))
    if slot.code not in made:
        with translation.override(programme.language):
            made[slot.code] = search_key(" ".join(_told(programme, day, slot)))
    return made[slot.code]


def _told(programme: Programme, day: ProgrammeDay, slot: Slot) -> Iterator[str]:
    words = prose.words(slot.description.text) if slot.description else ""
    yield from searched(msgspec.structs.replace(slot, description=Text(words)))
    yield date_format(day.date, _("l j F"))
    if day.label:
        yield day.label.text
    elif day.optional:
        yield _("Optional programme")
    if axis := programme.axis(slot.axis):
        yield _("Axis %(number)d") % {"number": axis.number}
        yield axis.title.text
    if slot.part:
        yield _("Part %(part)s") % {"part": roman(slot.part)}
