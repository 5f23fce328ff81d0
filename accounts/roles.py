"""The three roles as groups with their permissions, kept right after every migration."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS

EDITED = {
    "agenda": ["workshop", "day", "axis", "session", "item", "moderator", "attendance", "convener", "section"],
    "participants": ["region", "participant"],
}
ALL_EDITED = [(label, model) for label, models in EDITED.items() for model in models]


def permissions() -> dict[str, set[tuple[str, str]]]:
    """What each role may: the app and the code name of each permission."""
    looks = {(label, f"view_{model}") for label, model in ALL_EDITED}
    looks |= {("agenda", "view_release"), ("agenda", "see_members"), ("auditlog", "view_logentry")}
    edits = {(label, f"{verb}_{model}") for label, model in ALL_EDITED for verb in ("add", "change", "delete")}
    people = {("accounts", f"{verb}_user") for verb in ("add", "change", "delete", "view")}
    return {
        "organiser": looks | edits | people | {("agenda", "publish_workshop")},
        "coordinator": looks,
        "committee": {("agenda", "see_members")},
    }


def make(using: str = DEFAULT_DB_ALIAS, **kwargs) -> None:
    """Give each role's group the permissions that exist by now; called after every app has been migrated."""
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in permissions().items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([known[key] for key in wanted if key in known])
