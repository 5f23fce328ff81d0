"""What changed between two programmes, in words. Plain values in, plain values out: faces may ask it too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.programme import Programme, ProgrammeDay, Slot
from agenda.programme.fields import Told, declared, told
from languages import LANGUAGES, Text, clock
from languages.clocks import zone_name

Kind = Literal["new", "cancelled", "moved", "renamed", "place", "people", "details", "other"]


class Change(msgspec.Struct, frozen=True):
    """One change. `text` says it in the active language; `code` is the session's, empty for what is none.

    `mark` is what stands on the session's own row: «Time changed (before 10:00)». `about` tells changes of one kind
    apart that are no session's, whatever language they are told in; `language` is set where only that one changes.
    """

    kind: Kind
    text: str
    code: str = ""
    mark: str = ""
    about: str = ""
    language: str = ""


def diff(old: Programme, new: Programme) -> list[Change]:
    """The changes from `old` to `new`, both of one language, in the order of the new agenda.

    Raises ValueError where they were made for two audiences: the difference would tell one what the other reads.
    """
    if old.audience != new.audience:
        raise ValueError(f"a programme for {old.audience} is not compared with one for {new.audience}")
    before = {slot.code: (day, slot) for day, slot in old.entries}
    after = {slot.code: (day, slot) for day, slot in new.entries}
    changed: list[Change] = []
    for code, (day, slot) in after.items():
        if code not in before:
            text = _("New: “%(title)s”, %(when)s.") % _values(day, slot, new)
            changed.append(Change("new", text, code, _("New")))
        else:
            changed.extend(_slot_changes(before[code], (day, slot), new))
    for code, (day, slot) in before.items():
        if code not in after:
            changed.append(Change("cancelled", _("Cancelled: “%(title)s”, %(when)s.") % _values(day, slot, old), code))
    return changed + _around(old, new)


def in_languages(old: Mapping[str, Programme], new: Mapping[str, Programme], first: str) -> list[Change]:
    """The changes of a programme that is there in several languages: those that a reader of `first` sees, then what
    only the others see, each with its language. `old` and `new` have the same languages.
    """
    changed = diff(old[first], new[first])
    known = {(one.kind, one.code, one.about) for one in changed}
    for language in (one for one in new if one != first):
        found = diff(old[language], new[language])
        fresh = [one for one in found if (one.kind, one.code, one.about) not in known]
        changed += [msgspec.structs.replace(one, language=language) for one in fresh]
    return changed


def _slot_changes(before: tuple[ProgrammeDay, Slot], after: tuple[ProgrammeDay, Slot], new: Programme) -> list[Change]:
    (old_day, old), (day, slot) = before, after
    if old_day.date == day.date and old == slot:
        return []
    title = {"title": slot.title}
    changed = []
    language = new.language
    if old_day.date != day.date or _differ(old, slot, "moved", language):
        values = {**title, "from": when(old_day, old, new), "to": when(day, slot, new)}
        same_day = old_day.date == day.date
        before_text = hours(old, new.language) if same_day else values["from"]
        mark = _("Time changed (before %(from)s)") % {"from": before_text}
        changed.append(Change("moved", _("Moved: “%(title)s”, from %(from)s to %(to)s.") % values, slot.code, mark))
    if _differ(old, slot, "renamed", language):
        values = {"old": old.title, "new": slot.title}
        mark = _("Title changed")
        changed.append(Change("renamed", _("Renamed: “%(old)s” is now “%(new)s”.") % values, slot.code, mark))
    if new.audience == "public" and old.visibility != slot.visibility:
        # What the public loses with the details, or gains, is no change of them.
        opened = slot.visibility == "everyone"
        text = (
            _("Open to everyone now: the details of “%(title)s”.")
            if opened
            else _("For members only now: the details of “%(title)s”.")
        )
        mark = _("Details open to everyone") if opened else _("Details for members only")
        return [*changed, Change("details", text % title, slot.code, mark)]
    if _differ(old, slot, "place", language):
        values = {**title, "place": slot.place or _("no place yet")}
        mark = _("Place changed (before %(place)s)") % {"place": old.place} if old.place else _("Place added")
        changed.append(Change("place", _("Other place: “%(title)s”, now %(place)s.") % values, slot.code, mark))
    if _differ(old, slot, "people", language):
        people = ", ".join(f"{m.name} ({role_name(m.role)})" for m in slot.moderators) or _("nobody yet")
        values = {**title, "people": people}
        mark = _("People changed")
        changed.append(Change("people", _("Other people: “%(title)s”, now %(people)s.") % values, slot.code, mark))
    if _differ(old, slot, "details", language):
        changed.append(Change("details", _("Other details: “%(title)s”.") % title, slot.code))
    return changed


def _around(old: Programme, new: Programme) -> list[Change]:
    changed: list[Change] = []
    language = new.language

    def say(about: str, text: str) -> None:
        changed.append(Change("other", text, about=about))

    if _differ(old, new, "where", language):
        where = ", ".join(filter(None, [new.venue.text, new.address, new.city.text]))
        say("where", _("The workshop is held at: %(where)s.") % {"where": where})
    if _differ(old, new, "zone", language):
        zone = zone_name(new.timezone, language)
        say("zone", _("The times are now those of another zone: %(zone)s.") % {"zone": zone})
    if _differ(old, new, "called", language):
        say("called", _("The workshop is now called “%(title)s”.") % {"title": new.title})
    old_people, new_people = ({p.slug: p for p in programme.listed} for programme in (old, new))
    for slug in new_people.keys() - old_people.keys():
        say(f"comes {slug}", _("New participant: %(name)s.") % {"name": new_people[slug].name})
    for slug in old_people.keys() - new_people.keys():
        say(f"goes {slug}", _("No longer a participant: %(name)s.") % {"name": old_people[slug].name})
    changed.sort(key=lambda change: change.text)
    same = old_people.keys() & new_people.keys()
    pairs = [(old_people[slug], new_people[slug]) for slug in same]
    if not all(_alike(*pair, language) for pair in pairs) or not _alike(old.regions, new.regions, language):
        say("participants", _("Details of participants changed."))
    if len(old.days) != len(new.days) or any(
        _differ(*pair, "days", language) for pair in zip(old.days, new.days, strict=True)
    ):
        say("days", _("The days changed."))
    if _differ(old, new, "axes", language):
        say("axes", _("The axes changed."))
    if _differ(old, new, "texts", language):
        say("texts", _("The presentation changed."))
    before = {slot.code: slot for _day, slot in old.entries}
    pairs_of_rows = [(before[slot.code], slot) for _day, slot in new.entries if slot.code in before]
    if _translations(_bare(old), _bare(new), language) + sum(_translations(*p, language) for p in pairs_of_rows):
        name = dict(LANGUAGES).get(language, language)
        say(f"more {language}", _("More of the programme can be read in this language: %(name)s.") % {"name": name})
    return changed


def _differ(old: msgspec.Struct, new: msgspec.Struct, kind: Told, language: str) -> bool:
    """Whether a field whose change is told as `kind` says something else to a reader of `language`."""
    return any(not _alike(getattr(old, name), getattr(new, name), language) for name in told(type(new), kind))


def _alike(old: Any, new: Any, language: str) -> bool:
    """Whether a reader of `language` reads the same, or the same in his language at last."""
    if old == new:
        return True  # compared whole, and not field by field
    if isinstance(old, Text) and isinstance(new, Text):
        return old.text == new.text or _is_translated(old, new, language)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(_alike(*pair, language) for pair in zip(old, new, strict=True))
    if isinstance(old, msgspec.Struct) and type(old) is type(new):
        seen = [name for name, say in declared(type(new)).items() if say.told != "identity"]
        return all(_alike(getattr(old, name), getattr(new, name), language) for name in seen)
    return old == new


def _is_translated(old: Text, new: Text, language: str) -> bool:
    return bool(new) and new.lang == language != old.lang and bool(old)


def _translations(old: Any, new: Any, language: str) -> int:
    """How many texts of two trees are in `language` in the new one only, and said the same in another before."""
    if old == new:
        return 0
    if isinstance(old, Text) and isinstance(new, Text):
        return int(old.text != new.text and _is_translated(old, new, language))
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return sum(_translations(*pair, language) for pair in zip(old, new, strict=True))
    if isinstance(old, msgspec.Struct) and type(old) is type(new):
        names = type(new).__struct_fields__
        return sum(_translations(getattr(old, name), getattr(new, name), language) for name in names)
    return 0


def _bare(programme: Programme) -> Programme:
    """A programme without what it was and without its rows, which are compared one by one."""
    days = tuple(msgspec.structs.replace(day, slots=()) for day in programme.days)
    return msgspec.structs.replace(programme, days=days, cancelled=())


def role_name(role: str) -> str:
    """What somebody does in a session, as a verb in the active language."""
    names = {
        "moderates": pgettext("role", "moderates"),
        "concludes": pgettext("role", "concludes"),
        "presents": pgettext("role", "presents"),
        "reports": pgettext("role", "reports"),
    }
    return names.get(role, role)


def part_name(part: str) -> str:
    """A part of the day in the active language."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}.get(part, "")


def when(day: ProgrammeDay, slot: Slot, programme: Programme) -> str:
    """The day and time of a row in words: «7 September, 9:30–9:45»."""
    return f"{date_format(day.date, 'MONTH_DAY_FORMAT')}, {hours(slot, programme.language)}"


def hours(slot: Slot, language: str) -> str:
    """The time of a row in words, «9:30–9:45», or its part of the day."""
    if not slot.start:
        return part_name(slot.part_of_day).lower()
    return clock(slot.start, language) + (f"–{clock(slot.end, language)}" if slot.end else "")


def _values(day: ProgrammeDay, slot: Slot, programme: Programme) -> dict[str, object]:
    return {"title": slot.title, "when": when(day, slot, programme)}
