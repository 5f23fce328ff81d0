"""What is at the same hour as a session, in its room or with its people: said on the session's own form."""

from __future__ import annotations

import msgspec
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.models import Session
from languages import SOURCE, clock, name_key
from languages.clocks import minutes, until


class Beside(msgspec.Struct, frozen=True):
    """A session that clashes with the one of the form: the sentence, the other's form, the box to change."""

    said: str
    address: str
    box: str


def beside(session: Session) -> list[Beside]:
    """The sessions of the same day that share time with `session`, and its room or one of its people. Two queries."""
    if not session.start or not session.end:
        return []
    rows = Session.objects.filter(day=session.day_id, start__isnull=False).exclude(pk=session.pk)
    rows = rows.filter(Q(end__isnull=True) | ~Q(end=session.start)).prefetch_related("moderators")
    mine = _people(session)
    found = []
    for other in rows:
        if not other.end or not _overlap(session, other):
            continue
        values = {"title": other, "times": _times(other), "place": session.place}
        shared = mine & _people(other)
        if session.place and name_key(session.place) == name_key(other.place):
            said = _("“%(title)s” is in “%(place)s” too, %(times)s.") % values
            found.append(Beside(said, _form(other), "id_place"))
        if shared:
            said = _("%(name)s is in “%(title)s” too, %(times)s.") % {**values, "name": ", ".join(sorted(shared))}
            found.append(Beside(said, _form(other), "moderators-group"))
    return found


def _people(session: Session) -> set[str]:
    return {str(one) for one in session.moderators.all() if one.person or one.participant_id or one.institution}


def _overlap(one: Session, other: Session) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return minutes(one.start) < until(other.start, other.end) and minutes(other.start) < until(one.start, one.end)


def _times(session: Session) -> str:
    language = get_language() or SOURCE
    return "–".join(clock(time, language) for time in (session.start, session.end) if time)


def _form(session: Session) -> str:
    return reverse("admin:agenda_session_change", args=[session.pk])
