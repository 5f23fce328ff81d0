"""Who may do what, asked for the workshop in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from agenda.models import Attendance, Convener, Item, Moderator, Release, Session, Workshop
from agenda.models.revision import Belonging, workshop_of
from participants.models import Participant, Region

from .models import User
from .roles import PERMISSIONS


class Memberships(AuthenticationBackend):
    """allauth's entrance; what somebody may follows from their memberships, and from nothing else.

    `has_perm(user, permission)` is true where they may in some workshop: it opens lists and menus.
    `has_perm(user, permission, row)` asks for the workshops that the row belongs to.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if user_obj.is_superuser:
            return True
        mine = user_obj.works_in(perm)
        if isinstance(obj, User) and obj.is_superuser:
            return False  # managed by their like only
        if mine is None or not mine:
            return mine is None
        if obj is None:
            return True
        looks = ".view_" in perm
        if isinstance(obj, User):
            theirs = {workshop for workshop, _role in obj.grants()}
            return bool(theirs & mine if looks else theirs and theirs <= mine)
        if isinstance(obj, Participant | Region):
            return looks or _may_share(user_obj, mine, obj, deletes=".delete_" in perm)
        return _workshop(user_obj, obj) in mine or (looks and _is_shared(obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        everything = set().union(*PERMISSIONS.values())
        return {permission for permission in everything if self.has_perm(user_obj, permission, obj)}

    def get_user_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set()


def _may_share(user: Any, mine: set[int], row: Participant | Region, deletes: bool) -> bool:
    """What workshops share is edited by the organisers of one that names it, and deleted by those of all that do."""
    named = _remembered(user, "names", _names)
    if isinstance(row, Region):
        of = set().union(*(named.get(pk, set()) for pk in row.participants.values_list("pk", flat=True)))
    else:
        of = named.get(row.pk, set())
    return not of or (of <= mine if deletes else bool(of & mine))


def _names() -> dict[int, set[int]]:
    """The keys of participants -> of the workshops that name them; four queries."""
    named: dict[int, set[int]] = {}
    for model, workshop in ((Attendance, "workshop"), (Convener, "workshop"), (Moderator, "session__workshop"),
                            (Item, "session__workshop")):  # fmt: skip
        for participant, of in model.objects.exclude(participant=None).values_list("participant", workshop).distinct():
            named.setdefault(participant, set()).add(of)
    return named


def _remembered(user: Any, name: str, ask: Callable[[], Any]) -> Any:
    """What `ask` answers, asked once for this `user`, who lives as long as a request."""
    known = user.__dict__.setdefault("_asked", {})
    if name not in known:
        known[name] = ask()
    return known[name]


def _workshop(user: Any, row: Any) -> int | None:
    """The key of the workshop that `row` belongs to; None for what belongs to none."""
    if isinstance(row, Workshop):
        return row.pk
    if isinstance(row, Item | Moderator) and row.session_id:
        sessions = _remembered(user, "sessions", dict)
        if row.session_id not in sessions:
            of = Session.objects.filter(pk=row.session_id).values("workshop")
            sessions |= dict(Session.objects.filter(workshop__in=of).values_list("pk", "workshop"))
        return sessions.get(row.session_id)
    if isinstance(row, Belonging):
        return workshop_of(row)
    if isinstance(row, Release):
        return row.workshop_id
    return (getattr(row, "additional_data", None) or {}).get("workshop")  # of an entry of the log


def _is_shared(row: Any) -> bool:
    """Whether `row` is an entry of the log about something that workshops share."""
    kind = getattr(row, "content_type", None)
    return kind is not None and kind.model_class() in (Participant, Region)
