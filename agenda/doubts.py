"""Doubts that somebody accepted: each with its reason, until what it was about changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from edits.models import Way
from edits.recording import acting, name_of

from .clashes import Clash
from .models import Acceptance, Workshop
from .programme import Programme


class Weighed(NamedTuple):
    """A doubt with the digest of its facts, and what was said where it was accepted."""

    clash: Clash
    facts: str
    accepted: Acceptance | None


def facts(clash: Clash, programme: Programme) -> str:
    """A digest of what `clash` is about, whatever language it is told in: its rule, its own facts, its sessions as they
    stand. Two doubts about the same thing have the same."""
    rows: list[Any] = [clash.rule, clash.facts]
    for code in clash.codes:
        if found := programme.entry(code):
            day, slot = found
            who = [(m.role, m.person, m.participant, m.known_as) for m in slot.moderators]
            rows.append((code, day.date, slot.start, slot.end, slot.part_of_day, slot.place, who))
    return hashlib.blake2b(msgspec.json.encode(rows), digest_size=16).hexdigest()


def weigh(found: Iterable[Clash], programme: Programme, accepted: Iterable[Acceptance]) -> list[Weighed]:
    """The doubts among `found`, each with its acceptance where it has one that still holds."""
    known = {one.facts: one for one in accepted}
    doubts = [(clash, facts(clash, programme)) for clash in found if clash.level == "doubt"]
    return [Weighed(clash, digest, known.get(digest)) for clash, digest in doubts]


def accept(workshop: Workshop, weighed: Weighed, reason: str, by: Any) -> Acceptance:
    """Accept a doubt. Raises ValidationError without a reason, or where somebody has just accepted it."""
    if not reason.strip():
        raise ValidationError(_("Say why it is all right."))
    made = Acceptance(
        workshop=workshop, rule=weighed.clash.rule, facts=weighed.facts, message=weighed.clash.message,
        reason=reason, by=by, by_name=name_of(by), at=timezone.now(),
    )  # fmt: skip
    with acting(Way.FORM):
        made.full_clean()
        made.save()
    return made
