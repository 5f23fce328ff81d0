"""The draft out of the database: every query that the programme costs is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from agenda.vocabulary import Confirmation, axis_colour
from languages import CODES, Text, name_key, pick

from .tree import Axis, Convener, Item, Logo, Moderator, Participant, Programme, ProgrammeDay, Region, Section, Slot

if TYPE_CHECKING:
    from agenda.models import Workshop


# What stands where somebody is awaited who has not said yes: content, and so in every language at once.
AWAITED = SimpleNamespace(
    institution_es="Por confirmar",
    institution_en="To be confirmed",
    institution_pt_br="A confirmar",
    institution_fr="À confirmer",
)
Say = Callable[[Any, str], Text]  # a row and its field -> what it says in the language of the tree


class _Rows(NamedTuple):
    workshop: Workshop
    days: list[Any]
    sessions: list[tuple[Any, list[Any], list[Any]]]  # each with its items and its moderators
    axes: list[Any]
    conveners: list[Any]
    sections: list[Any]
    people: list[tuple[Any, int | None]]
    rooms: dict[str, str]


def build(workshop: Workshop, language: str) -> Programme:
    """The draft of `workshop` in `language`, in a constant number of queries."""
    return _tree(_read(workshop), language)


def build_all(workshop: Workshop) -> dict[str, Programme]:
    """The draft of `workshop` in every language of the site, with the queries of one."""
    rows = _read(workshop)
    return {language: _tree(rows, language) for language in CODES}


def _read(workshop: Workshop) -> _Rows:
    known = ("participant__region", "participant__logo")
    rows = workshop.sessions.prefetch_related("items", "moderators").select_related("axis")
    sessions = [(session, list(session.items.all()), list(session.moderators.all())) for session in rows]
    _name(workshop, [one for _session, items, moderators in sessions for one in (*items, *moderators)])
    attendances = list(workshop.attendances.select_related(*known).defer("participant__logo__png"))
    conveners = list(workshop.conveners.select_related(*known).defer("participant__logo__png"))
    return _Rows(
        workshop,
        list(workshop.days.all()),
        sessions,
        list(workshop.axes.all()),
        conveners,
        list(workshop.sections.all()),
        _participants(attendances, conveners, sessions),
        _rooms(session for session, _items, _moderators in sessions),
    )


def _name(workshop: Workshop, parts: list[Any]) -> None:
    """Let items and moderators have the participants whom they name. One query."""
    participants = workshop.participants.model.objects.select_related("region", "logo").defer("logo__png")
    wanted = {part.participant_id for part in parts if part.participant_id}
    found = {one.pk: one for one in participants.filter(pk__in=wanted)} if wanted else {}
    for part in parts:
        if part.participant_id:
            part.participant = found.get(part.participant_id)  # deleted between two queries


def _tree(rows: _Rows, language: str) -> Programme:
    workshop = rows.workshop
    people = rows.people
    source = workshop.source

    def say(row: Any, field: str) -> Text:
        return pick(row, field, language, source)

    slots: dict[int, list[Slot]] = {}
    for session, items, moderators in rows.sessions:
        slots.setdefault(session.day_id, []).append(_slot(session, items, moderators, rows.rooms, say, source))
    mine = {day.pk for day in rows.days}
    regions = {p.region_id: p.region for p, _number in people if p.region_id}
    return Programme(
        slug=workshop.slug,
        title=say(workshop, "title"),
        language=language,
        number=workshop.number,
        series=say(workshop, "series"),
        city=say(workshop, "city"),
        country=workshop.country,
        timezone=workshop.timezone,
        venue=say(workshop, "venue"),
        address=workshop.address,
        latitude=workshop.latitude,
        longitude=workshop.longitude,
        source=source,
        languages=tuple(workshop.languages),
        framed_by=tuple(filter(None, map(str.strip, workshop.framed_by.splitlines()))),
        days=tuple(
            ProgrammeDay(
                day.date,
                say(day, "label"),
                day.optional,
                tuple(sorted(slots.get(day.pk, ()), key=lambda slot: slot.order)),
            )
            for day in rows.days
        ),
        axes=tuple(
            Axis(
                axis.number,
                say(axis, "title"),
                say(axis, "description"),
                axis.colour or axis_colour(axis.number),
            )
            for axis in rows.axes
        ),
        regions=tuple(
            Region(region.pk, say(region, "name")) for region in sorted(regions.values(), key=lambda r: (r.order, r.pk))
        ),
        participants=tuple(
            Participant(
                p.slug,
                say(p, "name"),
                say(p, "full_name"),
                p.kind,
                number,
                p.region_id,
                p.country,
                p.website,
                p.latitude,
                p.longitude,
                _logo(p, say),
            )
            for p, number in people
        ),
        conveners=tuple(Convener(c.role, c.participant.slug, say(c, "led_by")) for c in rows.conveners),
        sections=tuple(Section(s.kind, say(s, "title"), say(s, "body")) for s in rows.sections),
        adrift=tuple(
            slot
            for day, adrift in sorted(slots.items())
            if day not in mine
            for slot in sorted(adrift, key=lambda slot: slot.order)
        ),
    )


def _participants(
    attendances: list[Any], conveners: list[Any], sessions: list[tuple[Any, list[Any], list[Any]]]
) -> list[tuple[Any, int | None]]:
    """All participants that the programme names, each once: the list first, then conveners, then the sessions'."""
    people: dict[int, tuple[Any, int | None]] = {a.participant_id: (a.participant, a.number) for a in attendances}
    for convener in conveners:
        people.setdefault(convener.participant_id, (convener.participant, None))
    for _session, items, moderators in sessions:
        certain = [one for one in moderators if one.confirmation == Confirmation.YES]
        for who in (*certain, *items):
            if who.participant_id:
                people.setdefault(who.participant_id, (who.participant, None))
    return list(people.values())


def _rooms(sessions: Iterable[Any]) -> dict[str, str]:
    """Names of places as they are compared -> how they are written: as most sessions do, and the first of those."""
    written: dict[str, Counter[str]] = {}
    for session in sessions:
        if session.place:
            written.setdefault(name_key(session.place), Counter())[session.place] += 1
    return {key: spellings.most_common(1)[0][0] for key, spellings in written.items()}


def _logo(participant: Any, say: Say) -> Logo | None:
    logo = participant.logo
    return Logo(logo.digest, logo.width, logo.height, say(participant, "logo_text")) if logo else None


def _slot(session: Any, items: list[Any], moderators: list[Any], rooms: dict[str, str], say: Say, source: str) -> Slot:
    return Slot(
        code=session.code,
        title=say(session, "title"),
        kind=session.kind,
        start=session.start,
        end=session.end,
        part_of_day=session.part_of_day,
        axis=session.axis.number if session.axis and session.axis.workshop_id == session.workshop_id else None,
        part=session.part,
        visibility=session.visibility,
        place=rooms[name_key(session.place)] if session.place else "",
        languages=tuple(session.languages),
        interpreted=tuple(session.interpreted),
        description=say(session, "description"),
        items=tuple(Item(say(item, "text"), item.participant.slug if item.participant_id else "") for item in items),
        moderators=tuple(_carrier(m, say, source) for m in moderators if m.confirmation != Confirmation.HIDDEN),
    )


def _carrier(moderator: Any, say: Say, source: str) -> Moderator:
    """Who carries a session; of who has not said yes yet nothing stands there but that somebody is awaited."""
    if moderator.confirmation == Confirmation.AWAITED:
        return Moderator(
            moderator.role, say(AWAITED, "institution"), known_as=pick(AWAITED, "institution", source).text
        )
    known = moderator.person or moderator.participant_id
    return Moderator(
        moderator.role,
        say(moderator, "institution"),
        moderator.person,
        moderator.participant.slug if moderator.participant_id else "",
        "" if known else pick(moderator, "institution", source, source).text,
    )
