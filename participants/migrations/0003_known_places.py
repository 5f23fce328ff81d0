"""Cities that the gazetteer knows get their place on the map."""

from django.db import migrations

from participants import gazetteer


def fill(apps, schema_editor):
    rows = apps.get_model("participants", "Participant").objects.using(schema_editor.connection.alias)
    for row in rows.filter(latitude=None):
        if spot := gazetteer.where(row.name_es or "", row.country):
            row.latitude, row.longitude = spot
            row.save(update_fields=["latitude", "longitude"])


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_places_and_logos")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
