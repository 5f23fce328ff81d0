"""What is wrong with a programme as a whole: blockers stop its publication, doubts are for the organiser to weigh."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import Literal

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from languages import LANGUAGES, Text, can_end, clock, is_zone, name_key
from languages.clocks import ends_next_day, minutes, until
from languages.spoken import name_of

from .programme import Programme, ProgrammeDay, Slot, colour, for_audience, letters, texts
from .programme.moments import is_skipped, is_twice, start_of, until_of

# Names that stand for nobody yet.
NOBODY = re.compile(
    r"^\s*(por (confirmar|definir|designar)|a (confirmar|designar|definir)|to be|à (confirmer|définir)|tb[cd]\b)", re.I
)


_Row = tuple[ProgrammeDay, Slot]


class Clash(msgspec.Struct, frozen=True):
    """One finding. `message` is in the active language; `codes` are the sessions it is about, `facts` what else: the
    first is the day (YYYY-MM-DD) where it is about one."""

    level: Literal["blocker", "doubt"]
    rule: str
    message: str
    codes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def check(programme: Programme, translations: Iterable[Programme] = ()) -> list[Clash]:
    """All findings about the full `programme`, blockers first, in the order of the agenda.

    `translations` are the same programme in its languages; what is missing in its own stops it, what falls back in
    others is doubted.
    """
    findings = [
        *_empty(programme),
        *_zone(programme),
        *_adrift(programme),
        *_ends(programme),
        *(_by_the_clock(programme) if is_zone(programme.timezone) else ()),
        *_open(programme),
        *_gaps(programme),
        *_unused(programme),
        *_homonyms(programme),
        *_foreign(programme),
        *(
            findings
            for tree in (programme, *translations)
            if tree.language == tree.source
            for findings in _unwritten(tree)
        ),
        *_untranslated(translations),
    ]
    return sorted(findings, key=lambda clash: clash.level != "blocker")


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
                yield Clash("doubt", "empty-day", _("%(day)s has no session.") % {"day": _date(day)}, (), _on(day))


def _zone(programme: Programme) -> Iterator[Clash]:
    if not is_zone(programme.timezone):
        message = _("“%(zone)s” is not a time zone such as Europe/Madrid.")
        yield Clash("blocker", "unknown-zone", message % {"zone": programme.timezone})


def _adrift(programme: Programme) -> Iterator[Clash]:
    for slot in programme.adrift:
        yield Clash(
            "blocker",
            "outside-day",
            _("“%(title)s” is on a day that does not belong to this workshop.") % {"title": slot.title},
            (slot.code,),
        )


def _ends(programme: Programme) -> Iterator[Clash]:
    for day, slot in programme.entries:
        if slot.start is None and not slot.part_of_day:
            message = _("%(day)s: “%(title)s” has neither a start nor a part of the day.")
            yield Clash("blocker", "no-start", message % {"day": _date(day), "title": slot.title}, (slot.code,))
        if slot.start and slot.end and not can_end(slot.start, slot.end):
            message = _("%(day)s: “%(title)s” ends before it starts.")
            yield Clash(
                "blocker",
                "end-before-start",
                message % {"day": _date(day), "title": slot.title},
                (slot.code,),
            )


def _by_the_clock(programme: Programme) -> Iterator[Clash]:
    """What can be said only where the venue's clock is known."""
    yield from _overlaps(programme)
    yield from _set_clocks(programme)


def _overlaps(programme: Programme) -> Iterator[Clash]:
    whose: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for day, slot in programme.entries:
        for key in _resources(slot):
            whose[key].append((day, slot))
    dated = []
    for (rule, whom), rows in whose.items():  # over all days: a night may run into the next one
        for (day, one), (_other_day, other) in _overlapping(programme, rows):
            message = (
                _("%(day)s: %(name)s is in “%(one)s” and in “%(other)s” at the same time.")
                if rule == "moderator"
                else _("%(day)s: %(name)s holds “%(one)s” and “%(other)s” at the same time.")
            )
            values = {
                "day": _date(day),
                "name": _resource_name(rule, one, whom),
                "one": one.title,
                "other": other.title,
            }
            level: Literal["blocker", "doubt"] = (
                "blocker" if one.end and other.end else "doubt"
            )  # by an open end nothing is certain
            dated.append((day.date, Clash(level, f"{rule}-overlap", message % values, (one.code, other.code))))
    yield from (clash for _date_of, clash in sorted(dated, key=lambda one: one[0]))
    for day in programme.days:
        if not any(slot.place for slot in day.slots):
            for (_day, one), (_same, other) in _overlapping(programme, [(day, slot) for slot in day.slots]):
                message = _("%(day)s: “%(one)s” and “%(other)s” overlap, and neither says where it is.")
                values = {"day": _date(day), "one": one.title, "other": other.title}
                yield Clash("doubt", "overlap", message % values, (one.code, other.code), _on(day))


def _resources(slot: Slot) -> list[tuple[str, str]]:
    """What a session takes up for itself: persons, institutions that send no person, its place."""
    taken = {
        ("moderator", name_key(m.person or m.participant or m.institution.text))
        for m in slot.moderators
        if not NOBODY.match(m.person or m.institution.text)
    }
    # Coffee in the foyer does not drive the posters out of it: pauses share their place.
    if slot.place and slot.kind not in ("break", "meal", "registration", "other"):
        taken.add(("place", name_key(slot.place)))
    return sorted(taken)  # a set has another order in every process


def _resource_name(rule: str, slot: Slot, key: str) -> str:
    if rule == "place":
        return slot.place
    names = [m.name for m in slot.moderators if key in map(name_key, (m.person, m.participant, m.institution.text))]
    return names[0] if names else key


def _overlapping(programme: Programme, rows: list[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Pairs that overlap as half-open intervals: a.start < b.end and b.start < a.end. Sorted sweep, all pairs.

    A row whose end is open lasts as long as it is «now» (programme/moments.py).
    """
    running: list[tuple[dt.datetime, _Row]] = []
    timed = []
    for day, slot in rows:
        start, end = start_of(programme, day, slot), until_of(programme, day, slot)
        if start and end:
            timed.append((start, end, (day, slot)))
    for start, end, row in sorted(timed, key=lambda one: one[:2]):
        running = [(over, other) for over, other in running if over > start]
        for _over, other in running:
            yield other, row
        running.append((end, row))


def _open(programme: Programme) -> Iterator[Clash]:
    for day, slot in programme.entries:
        if slot.start and not slot.end:
            message = _("%(day)s, %(time)s: “%(title)s” has no end.")
            values = {"day": _date(day), "time": clock(slot.start, programme.language), "title": slot.title}
            yield Clash("doubt", "open-end", message % values, (slot.code,))


def _set_clocks(programme: Programme) -> Iterator[Clash]:
    """Hours that the venue's clocks skip or show twice, because they are set that night."""
    for day, slot in programme.entries:
        date = day.date + dt.timedelta(days=1) if ends_next_day(slot.start, slot.end) else day.date
        for on, time in ((day.date, slot.start), (date, slot.end)):
            local = dt.datetime.combine(on, time, programme.zone) if time else None
            values = {"day": _date(day), "title": slot.title, "time": clock(time, programme.language) if time else ""}
            if local and is_skipped(local):
                message = _("%(day)s, “%(title)s”: the clocks are set forward, there is no %(time)s.")
                yield Clash("doubt", "hour-skipped", message % values, (slot.code,))
            elif local and is_twice(local):
                message = _(
                    "%(day)s, “%(title)s”: the clocks are set back, %(time)s comes twice. The first one counts."
                )
                yield Clash("doubt", "hour-twice", message % values, (slot.code,))


def _gaps(programme: Programme) -> Iterator[Clash]:
    for day in programme.days:
        timed = [(slot.start, slot) for slot in day.slots if slot.start]
        over = 0
        for (begun, before), (start, after) in pairwise(timed):
            over = max(over, until(begun, before.end) if before.end else minutes(start))
            if over < minutes(start):
                message = _("%(day)s: nothing between %(from)s and %(to)s.")
                values = {
                    "day": _date(day),
                    "from": clock(dt.time(over // 60, over % 60), programme.language),
                    "to": clock(start, programme.language),
                }
                yield Clash("doubt", "gap", message % values, (before.code, after.code), _on(day))


def _unused(programme: Programme) -> Iterator[Clash]:
    for axis in programme.axes:
        if not programme.of_axis(axis.number):
            yield Clash(
                "doubt",
                "axis-unused",
                _("No session belongs to axis %(number)d.") % {"number": axis.number},
                (),
                (str(axis.number),),
            )
    for one, other in combinations(programme.axes, 2):
        if colour.near(one.colour, other.colour):
            message = _("Axes %(one)d and %(other)d have nearly the same colour.")
            yield Clash(
                "doubt",
                "colours-alike",
                message % {"one": one.number, "other": other.number},
                (),
                (one.colour, other.colour),
            )
    numbers = [p.number for p in programme.listed if p.number is not None]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield Clash(
            "doubt",
            "number-twice",
            _("The number %(number)d appears twice in the list of participants.") % {"number": number},
            (),
            (str(number),),
        )


def _homonyms(programme: Programme) -> Iterator[Clash]:
    """Items that name somebody, while two participants are called so: only a person knows which is meant."""
    owners = Counter(name_key(participant.name.text) for participant in programme.participants)
    shared = {name for name, count in owners.items() if count > 1}
    for day, slot in programme.entries if shared else ():
        for item in slot.items:
            if not item.participant and name_key(item.text.text.rstrip(". ")) in shared:
                message = _("%(day)s, “%(title)s”: two participants are called “%(name)s”. Choose which one is meant.")
                values = {"day": _date(day), "title": slot.title, "name": item.text}
                yield Clash("doubt", "homonyms", message % values, (slot.code,))


MOST_FOREIGN = 5  # texts that are told of; a programme in another script needs no more


def _foreign(programme: Programme) -> Iterator[Clash]:
    """Characters that no typeface of paper has: another face sets them there, where the server has one."""
    told = dict.fromkeys(text.text for text in texts(programme))
    found = [(text, signs) for text in told if (signs := letters.foreign(text))]
    for text, signs in found[:MOST_FOREIGN]:
        message = _(
            "On paper “%(signs)s” is set in another typeface, or not at all if the server has none: “%(text)s”."
        )
        yield Clash(
            "doubt", "foreign-letters", message % {"signs": " ".join(signs[:8]), "text": text[:80]}, (), (text,)
        )


def _unwritten(programme: Programme) -> Iterator[Clash]:
    """What must be said in the workshop's own language, and is not; `programme` is the tree in it."""
    required: list[tuple[Text, tuple[str, ...]]] = [(programme.title, ())]
    required += [(axis.title, ()) for axis in programme.axes] + [(section.title, ()) for section in programme.sections]
    for _day, slot in programme.entries:
        required += [(slot.title, (slot.code,)), *((item.text, (slot.code,)) for item in slot.items)]
    source = name_of(programme.source[:2], translation.get_language() or programme.source)
    for text, codes in required:
        if text.lang != programme.source:
            message = _("“%(text)s” is not written in %(language)s, the language of the workshop.")
            yield Clash("blocker", "unwritten", message % {"text": text, "language": source}, codes)


def _untranslated(translations: Iterable[Programme]) -> Iterator[Clash]:
    names = dict(LANGUAGES)
    for programme in translations:
        if programme.language not in programme.languages or programme.language == programme.source:
            continue
        missing = sum(1 for text in texts(programme) if text.lang != programme.language)
        if missing:
            message = ngettext(
                "%(language)s: %(count)d text is not translated and will be shown in %(source)s.",
                "%(language)s: %(count)d texts are not translated and will be shown in %(source)s.",
                missing,
            )
            source = name_of(programme.source[:2], translation.get_language() or programme.source)
            values = {"language": names[programme.language], "count": missing, "source": source}
            yield Clash("doubt", "untranslated", message % values, (), (programme.language, str(missing)))


def _on(day: ProgrammeDay) -> tuple[str]:
    return (day.date.isoformat(),)


def _date(day: ProgrammeDay) -> str:
    from django.utils.formats import date_format

    return date_format(day.date, "DATE_FORMAT")
