"""The three roles, as groups."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITED = {
    "agenda": ["workshop", "day", "axis", "session", "item", "moderator", "attendance", "convener", "section"],
    "participants": ["region", "participant"],
}


def make(apps, schema_editor):
    from django.apps import apps as installed

    for label in ("agenda", "participants", "auditlog"):
        # Permissions are made after all migrations; these groups need theirs now.
        config = installed.get_app_config(label)
        create_permissions(config, apps=installed, using=schema_editor.connection.alias, verbosity=0)
    permission = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    group = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)

    def named(label, *names):
        return list(permission.filter(content_type__app_label=label, codename__in=names))

    looks = [p for label, models in EDITED.items() for p in named(label, *[f"view_{model}" for model in models])]
    looks += named("agenda", "view_release", "see_members") + named("auditlog", "view_logentry")
    edits = [
        p
        for label, models in EDITED.items()
        for p in named(label, *[f"{verb}_{model}" for model in models for verb in ("add", "change", "delete")])
    ]
    people = named("participants", *[f"{verb}_user" for verb in ("add", "change", "delete", "view")])
    roles = {
        "organiser": looks + edits + people + named("agenda", "publish_workshop"),
        "coordinator": looks,
        "committee": named("agenda", "see_members"),
    }
    for name, permissions in roles.items():
        role, _made = group.get_or_create(name=name)
        role.permissions.set(permissions)


def unmake(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(
        name__in=["organiser", "coordinator", "committee"]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_initial"),
        ("participants", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auditlog", "0017_add_actor_email"),
    ]
    operations = [migrations.RunPython(make, unmake)]
