"""The draft out of the database: every query that the programme costs is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Prefetch

from languages import CODES, pick

from .tree import Axis, Convener, Item, Logo, Moderator, Participant, Programme, ProgrammeDay, Region, Section, Slot

if TYPE_CHECKING:
    from agenda.models import Workshop


class _Rows(NamedTuple):
    workshop: Workshop
    days: list[Any]
    sessions: list[Any]
    axes: list[Any]
    attendances: list[Any]
    conveners: list[Any]
    sections: list[Any]


def build(workshop: Workshop, language: str) -> Programme:
    """The draft of `workshop` in `language`, in a constant number of queries."""
    return _tree(_read(workshop), language)


def build_all(workshop: Workshop) -> dict[str, Programme]:
    """The draft of `workshop` in every language of the site, with the queries of one."""
    rows = _read(workshop)
    return {language: _tree(rows, language) for language in CODES}


def _read(workshop: Workshop) -> _Rows:
    known = ("participant__region", "participant__logo")
    people = Prefetch(
        "moderators__participant",
        workshop.participants.model.objects.select_related("region", "logo").defer("logo__png"),
    )
    return _Rows(
        workshop,
        list(workshop.days.all()),
        list(workshop.sessions.prefetch_related("items", people).select_related("axis")),
        list(workshop.axes.all()),
        list(workshop.attendances.select_related(*known).defer("participant__logo__png")),
        list(workshop.conveners.select_related(*known).defer("participant__logo__png")),
        list(workshop.sections.all()),
    )


def _tree(rows: _Rows, language: str) -> Programme:
    workshop = rows.workshop
    people = _participants(rows)
    names = _names(people)
    slots: dict[int, list[Slot]] = {}
    for session in rows.sessions:
        slots.setdefault(session.day_id, []).append(_slot(session, names, language))
    mine = {day.pk for day in rows.days}
    regions = {p.region_id: p.region for p, _number in people if p.region_id}
    return Programme(
        slug=workshop.slug,
        title=pick(workshop, "title", language),
        language=language,
        number=workshop.number,
        series=pick(workshop, "series", language),
        city=pick(workshop, "city", language),
        country=workshop.country,
        timezone=workshop.timezone,
        venue=pick(workshop, "venue", language),
        address=workshop.address,
        languages=tuple(workshop.languages),
        framed_by=tuple(filter(None, map(str.strip, workshop.framed_by.splitlines()))),
        days=tuple(
            ProgrammeDay(
                day.date,
                pick(day, "label", language),
                day.optional,
                tuple(sorted(slots.get(day.pk, ()), key=lambda slot: slot.order)),
            )
            for day in rows.days
        ),
        axes=tuple(
            Axis(
                axis.number,
                pick(axis, "title", language),
                pick(axis, "description", language),
                axis.colour or (axis.number - 1) % 6 + 1,
            )
            for axis in rows.axes
        ),
        regions=tuple(
            Region(region.pk, pick(region, "name", language))
            for region in sorted(regions.values(), key=lambda r: (r.order, r.pk))
        ),
        participants=tuple(
            Participant(
                p.slug,
                pick(p, "name", language),
                pick(p, "full_name", language),
                p.kind,
                number,
                p.region_id,
                p.country,
                p.website,
                p.latitude,
                p.longitude,
                _logo(p, language),
            )
            for p, number in people
        ),
        conveners=tuple(Convener(c.role, c.participant.slug, pick(c, "led_by", language)) for c in rows.conveners),
        sections=tuple(Section(s.kind, pick(s, "title", language), pick(s, "body", language)) for s in rows.sections),
        adrift=tuple(
            slot
            for day, found in sorted(slots.items())
            if day not in mine
            for slot in sorted(found, key=lambda slot: slot.order)
        ),
    )


def _participants(rows: _Rows) -> list[tuple[Any, int | None]]:
    """All participants that the programme names, each once: the list first, then conveners, then moderators."""
    people: dict[int, tuple[Any, int | None]] = {a.participant_id: (a.participant, a.number) for a in rows.attendances}
    for convener in rows.conveners:
        people.setdefault(convener.participant_id, (convener.participant, None))
    for session in rows.sessions:
        for moderator in session.moderators.all():
            if moderator.participant_id:
                people.setdefault(moderator.participant_id, (moderator.participant, None))
    return list(people.values())


def _names(people: list[tuple[Any, int | None]]) -> dict[str, str]:
    """Every way to write a participant, case folded -> its slug."""
    names: dict[str, str] = {}
    for participant, _number in reversed(people):
        short, full = participant.name_es or "", participant.full_name_es or ""
        spellings = [short, full, f"{full} {short}", f"{full} ({short})", f"{full}, {short}"] if full else [short]
        for spelling in spellings:
            names[spelling.casefold()] = participant.slug
    return names


def _logo(participant: Any, language: str) -> Logo | None:
    logo = participant.logo
    return Logo(logo.digest, logo.width, logo.height, pick(participant, "logo_text", language)) if logo else None


def _slot(session: Any, names: dict[str, str], language: str) -> Slot:
    return Slot(
        code=session.code,
        title=pick(session, "title", language),
        kind=session.kind,
        start=session.start,
        end=session.end,
        part_of_day=session.part_of_day,
        axis=session.axis.number if session.axis and session.axis.workshop_id == session.workshop_id else None,
        part=session.part,
        audience=session.audience,
        place=session.place,
        languages=tuple(session.languages),
        interpreted=tuple(session.interpreted),
        description=pick(session, "description", language),
        items=tuple(
            Item(pick(item, "text", language), names.get((item.text_es or "").casefold().rstrip(". "), ""))
            for item in session.items.all()
        ),
        moderators=tuple(
            Moderator(
                m.role,
                pick(m, "institution", language),
                m.person,
                m.participant.slug if m.participant_id else "",
            )
            for m in session.moderators.all()
        ),
    )
