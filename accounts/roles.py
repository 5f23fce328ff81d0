"""The roles and what each may, in the workshops in which somebody has them (models.Membership)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ORGANISER = "organiser", _("Organiser: edits and publishes")
    COORDINATOR = "coordinator", _("Coordinator: sees and prints everything, changes nothing")
    COMMITTEE = "committee", _("Committee member: sees the members' sessions on the site")


STAFF = (Role.ORGANISER, Role.COORDINATOR)  # who may enter the admin
_EDITED = [
    *(f"agenda.{{}}_{model}" for model in ("workshop", "day", "axis", "session", "item", "moderator", "attendance",
                                           "convener", "section", "acceptance", "draftlink")),
    *(f"participants.{{}}_{model}" for model in ("region", "participant")),
]  # fmt: skip
_LOOKS = {permission.format("view") for permission in _EDITED}
_LOOKS |= {"agenda.view_release", "agenda.see_members", "edits.view_edit"}
_EDITS = {permission.format(verb) for permission in _EDITED for verb in ("add", "change", "delete")}
_PEOPLE = {
    f"accounts.{verb}_{model}" for verb in ("add", "change", "delete", "view") for model in ("user", "membership")
}

# Django's names of permissions: «app.verb_model».
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ORGANISER: frozenset(_LOOKS | _EDITS | _PEOPLE | {"agenda.publish_workshop"}),
    Role.COORDINATOR: frozenset(_LOOKS),
    Role.COMMITTEE: frozenset({"agenda.see_members"}),
}
