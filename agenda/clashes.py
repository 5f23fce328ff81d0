"""What is wrong with a programme as a whole: blockers stop its publication, doubts are for the organiser to weigh."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from languages import LANGUAGES, clock, is_zone

from .programme import Programme, ProgrammeDay, Slot, for_audience, texts

# Names that stand for nobody yet.
NOBODY = re.compile(
    r"^\s*(por (confirmar|definir|designar)|a (confirmar|designar|definir)|to be|à (confirmer|définir)|tb[cd]\b)", re.I
)


class Clash(msgspec.Struct, frozen=True):
    """One finding. `message` is in the active language; `codes` are the sessions it is about."""

    level: Literal["blocker", "doubt"]
    rule: str
    message: str
    codes: tuple[str, ...] = ()


def check(programme: Programme, translations: Iterable[Programme] = ()) -> list[Clash]:
    """All findings about the full `programme`, blockers first, in the order of the agenda.

    `translations` are the same programme in other languages; what falls back in them is doubted.
    """
    found = [
        *_empty(programme),
        *_zone(programme),
        *_adrift(programme),
        *_ends(programme),
        *_overlaps(programme),
        *_open(programme),
        *_gaps(programme),
        *_unused(programme),
        *_untranslated(translations),
    ]
    return sorted(found, key=lambda clash: clash.level != "blocker")


def blockers(clashes: Iterable[Clash]) -> list[Clash]:
    return [clash for clash in clashes if clash.level == "blocker"]


def doubts(clashes: Iterable[Clash]) -> list[Clash]:
    return [clash for clash in clashes if clash.level == "doubt"]


def _empty(programme: Programme) -> Iterator[Clash]:
    if not programme.days:
        yield Clash("blocker", "no-days", _("The workshop has no day yet."))
    elif not programme.entries:
        yield Clash("blocker", "no-sessions", _("The workshop has no session yet."))
    elif not for_audience(programme, "public").entries:
        yield Clash("blocker", "nothing-public", _("Every session is for members only: nothing would be public."))
    else:
        for day in programme.days:
            if not day.slots:
                yield Clash("doubt", "empty-day", _("%(day)s has no session.") % {"day": _date(day)})


def _zone(programme: Programme) -> Iterator[Clash]:
    if not is_zone(programme.timezone):
        message = _("«%(zone)s» is not a time zone such as Europe/Madrid.")
        yield Clash("blocker", "unknown-zone", message % {"zone": programme.timezone})


def _adrift(programme: Programme) -> Iterator[Clash]:
    for slot in programme.adrift:
        yield Clash(
            "blocker",
            "outside-day",
            _("«%(title)s» stands on a day that is not of this workshop.") % {"title": slot.title},
            (slot.code,),
        )


def _ends(programme: Programme) -> Iterator[Clash]:
    for day, slot in programme.entries:
        if slot.start is None and not slot.part_of_day:
            message = _("%(day)s: «%(title)s» has neither a start nor a part of the day.")
            yield Clash("blocker", "no-start", message % {"day": _date(day), "title": slot.title}, (slot.code,))
        if slot.start and slot.end and slot.end <= slot.start:
            message = _("%(day)s: «%(title)s» ends before it starts.")
            yield Clash(
                "blocker",
                "end-before-start",
                message % {"day": _date(day), "title": slot.title},
                (slot.code,),
            )


def _overlaps(programme: Programme) -> Iterator[Clash]:
    for day in programme.days:
        whose: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        for slot in day.slots:
            if slot.start and slot.end:
                for key in _resources(slot):
                    whose[key].append(slot)
        for (rule, _key), slots in whose.items():
            for one, other in _overlapping(slots):
                name = _resource_name(rule, one, _key)
                message = (
                    _("%(day)s: %(name)s is in «%(one)s» and in «%(other)s» at the same time.")
                    if rule == "moderator"
                    else _("%(day)s: %(name)s holds «%(one)s» and «%(other)s» at the same time.")
                )
                yield Clash(
                    "blocker",
                    f"{rule}-overlap",
                    message % {"day": _date(day), "name": name, "one": one.title, "other": other.title},
                    (one.code, other.code),
                )
        if not any(slot.place for slot in day.slots):
            for one, other in _overlapping(list(day.slots)):
                message = _("%(day)s: «%(one)s» and «%(other)s» overlap, and neither says where it is.")
                values = {"day": _date(day), "one": one.title, "other": other.title}
                yield Clash("doubt", "overlap", message % values, (one.code, other.code))


def _resources(slot: Slot) -> set[tuple[str, str]]:
    """What a session takes up for itself: persons, institutions that send no person, its place."""
    taken = {
        ("moderator", (m.person or m.participant or m.institution.text).casefold())
        for m in slot.moderators
        if not NOBODY.match(m.person or m.institution.text)
    }
    # Coffee in the foyer does not drive the posters out of it: pauses share their place.
    if slot.place and slot.kind not in ("break", "meal", "registration", "other"):
        taken.add(("place", slot.place.casefold()))
    return taken


def _resource_name(rule: str, slot: Slot, key: str) -> str:
    if rule == "place":
        return slot.place
    names = [
        m.name for m in slot.moderators if key in (m.person.casefold(), m.participant, m.institution.text.casefold())
    ]
    return names[0] if names else key


def _overlapping(slots: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs that overlap as half-open intervals: a.start < b.end and b.start < a.end. Sorted sweep, all pairs."""
    running: list[tuple[dt.time, Slot]] = []
    timed = [(slot.start, slot.end, slot) for slot in slots if slot.start and slot.end]
    for start, end, slot in sorted(timed, key=lambda one: one[:2]):
        running = [(until, other) for until, other in running if until > start]
        for _until, other in running:
            yield other, slot
        running.append((end, slot))


def _open(programme: Programme) -> Iterator[Clash]:
    for day, slot in programme.entries:
        if slot.start and not slot.end:
            message = _("%(day)s, %(time)s: «%(title)s» has no end.")
            values = {"day": _date(day), "time": clock(slot.start, programme.language), "title": slot.title}
            yield Clash("doubt", "open-end", message % values, (slot.code,))


def _gaps(programme: Programme) -> Iterator[Clash]:
    for day in programme.days:
        timed = [(slot.start, slot) for slot in day.slots if slot.start]
        until = dt.time.min
        for (_start, before), (start, after) in pairwise(timed):
            until = max(until, before.end or start)
            if until < start:
                message = _("%(day)s: nothing between %(from)s and %(to)s.")
                values = {
                    "day": _date(day),
                    "from": clock(until, programme.language),
                    "to": clock(start, programme.language),
                }
                yield Clash("doubt", "gap", message % values, (before.code, after.code))


def _unused(programme: Programme) -> Iterator[Clash]:
    for axis in programme.axes:
        if not programme.of_axis(axis.number):
            yield Clash("doubt", "axis-unused", _("No session belongs to axis %(number)d.") % {"number": axis.number})
    numbers = [p.number for p in programme.listed if p.number is not None]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield Clash(
            "doubt",
            "number-twice",
            _("The number %(number)d stands twice in the list of participants.") % {"number": number},
        )


def _untranslated(translations: Iterable[Programme]) -> Iterator[Clash]:
    names = dict(LANGUAGES)
    for programme in translations:
        if programme.language not in programme.languages:
            continue
        missing = sum(1 for text in texts(programme) if text.lang != programme.language)
        if missing:
            message = ngettext(
                "%(language)s: %(count)d text is not translated and will be shown in Spanish.",
                "%(language)s: %(count)d texts are not translated and will be shown in Spanish.",
                missing,
            )
            values = {"language": names[programme.language], "count": missing}
            yield Clash("doubt", "untranslated", message % values)


def _date(day: ProgrammeDay) -> str:
    from django.utils.formats import date_format

    return date_format(day.date, "DATE_FORMAT")
