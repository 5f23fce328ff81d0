"""What the draft's findings say of one session: beside the box of its form that makes them, with the way out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.urls import reverse

from agenda.clashes import Clash
from agenda.models import Session
from languages import column

# Rule -> the box of the session's form.
BOXES = {
    "no-start": "id_start",
    "end-before-start": "id_end",
    "open-end": "id_end",
    "gap": "id_start",
    "overlap": "id_start",
    "hour-skipped": "id_start",
    "hour-twice": "id_start",
    "outside-day": "id_day",
    "place-overlap": "id_place",
    "moderator-overlap": "moderators-group",
    "homonyms": "items-group",
}


class Beside(msgspec.Struct, frozen=True):
    """A finding about the session of the form, and the address of the other session that it names ("" of none)."""

    clash: Clash
    other: str


def box_of(rule: str, source: str) -> str:
    """The box where a finding of `rule` is mended, in a workshop written in `source`; "" for one of no session."""
    return f"id_{column('title', source)}" if rule == "unwritten" else BOXES.get(rule, "")


def beside(session: Session, found: Iterable[Clash], source: str) -> dict[str, list[Beside]]:
    """The findings about `session` by their boxes. One query where other sessions are named, none otherwise."""
    mine = [clash for clash in found if session.code in clash.codes and box_of(clash.rule, source)]
    codes = {code for clash in mine for code in clash.codes} - {session.code}
    others = (
        dict(Session.objects.filter(workshop=session.workshop_id, code__in=codes).values_list("code", "pk"))
        if (codes)
        else {}
    )
    boxes: dict[str, list[Beside]] = {}
    for clash in mine:
        pk = next((others[code] for code in clash.codes if code in others), None)
        address = reverse("admin:agenda_session_change", args=[pk]) if pk else ""
        boxes.setdefault(box_of(clash.rule, source), []).append(Beside(clash, address))
    return boxes
