"""Which participant an item of a session names: found once, when the item is written, and kept with it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from languages import column, name_key
from participants.models import Participant

from .models import Item, Workshop


def spellings(short: str, full: str) -> list[str]:
    """Every way to write a participant, as names are compared: by its name, its full name, and both."""
    ways = [short, full, f"{full} {short}", f"{full} ({short})", f"{full}, {short}"] if full else [short]
    return [name_key(way) for way in ways if way]


def names(workshop: Workshop) -> dict[str, Participant | None]:
    """How the participants of `workshop` are written -> who that is; None where two are written so. One query.

    A short name means its owner, though another institution's full name be the same.
    """
    known = Participant.objects.filter(
        Q(pk__in=workshop.attendances.values("participant"))
        | Q(pk__in=workshop.conveners.values("participant"))
        | Q(moderates__session__workshop=workshop)
    ).distinct()
    short: dict[str, set[Participant]] = {}
    long: dict[str, set[Participant]] = {}
    for participant in known:
        first, *others = spellings(participant.name_es, participant.full_name_es or "")
        short.setdefault(first, set()).add(participant)
        for way in others:
            long.setdefault(way, set()).add(participant)
    return {way: who.pop() if len(who) == 1 else None for way, who in {**long, **short}.items()}


def tie(items: Iterable[Item], known: dict[str, Participant | None], language: str) -> None:
    """Give each of `items`, whose text is new, the participant whose name it is in `language`; nothing is saved.

    What is nobody's name keeps its participant: a correction does not break the tie, another's name moves it.
    """
    for item in items:
        text = getattr(item, column("text", language)) or ""
        if named := known.get(name_key(text.rstrip(". "))):
            item.participant = named
