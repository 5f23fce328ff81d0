"""Who may do what, asked for the workshop in hand."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from agenda.models import Release, Workshop
from agenda.models.revision import Belonging, of_participants, workshop_of
from participants.models import Participant

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
        if mine is None or not mine:
            return mine is None
        if obj is None:
            return True
        if isinstance(obj, User):
            theirs = {workshop for workshop, _role in obj.grants()}
            return not obj.is_superuser and bool(theirs & mine if "view" in perm else theirs and theirs <= mine)
        if isinstance(obj, Participant):
            return self._may_participant(mine, perm, obj)
        of = _workshop(obj)
        return of is None or of in mine

    def _may_participant(self, mine: set[int], perm: str, participant: Participant) -> bool:
        """Everybody sees all; one that a workshop names is edited by that workshop's organisers."""
        if "view" in perm:
            return True
        named = set(of_participants(Participant.objects.filter(pk=participant.pk)).values_list("pk", flat=True))
        return not named or bool(named & mine)

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


def _workshop(row: Any) -> int | None:
    """The key of the workshop that `row` belongs to; None for what workshops share."""
    if isinstance(row, Workshop):
        return row.pk
    if isinstance(row, Belonging):
        return workshop_of(row)
    if isinstance(row, Release):
        return row.workshop_id
    return (getattr(row, "additional_data", None) or {}).get("workshop")  # of an entry of the log
