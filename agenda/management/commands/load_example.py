import json

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from agenda import publishing
from agenda.models import Section, Workshop
from agenda.notes import document, load, outline
from edits.recording import acting
from languages import CODES, SOURCE, column, translated_fields


class Command(BaseCommand):
    help = "Loads the example workshop, in four languages, and publishes it. Does nothing where there is a workshop."

    def add_arguments(self, parser):
        parser.add_argument("--if-none", action="store_true", help="say nothing where there is a workshop already")

    def handle(self, *args, if_none, **options):
        if Workshop.objects.exists():
            if not if_none:
                self.stdout.write("There is a workshop already; the example was not loaded.")
            return
        folder = settings.BASE_DIR / "examples"
        words = json.loads((folder / "translations.json").read_text(encoding="utf-8"))
        with transaction.atomic():
            read = outline.read(document.read((folder / "nota-conceptual.md").read_bytes()))
            workshop = load.load(read, load.dates(read, None, timezone.localdate())).workshop
            with acting():
                translate(words["texts"])
                for section in Section.objects.filter(workshop=workshop):
                    for language, text in words["sections"].get(section.kind, {}).items():
                        setattr(section, column("body", language), text)
                    section.save()
            release = publishing.publish(workshop)
        self.stdout.write(f"The example workshop «{workshop.slug}» is published as version {release.number}.")


def translate(words: dict[str, dict[str, str]]) -> None:
    """Fill every translated column whose Spanish stands in `words`."""
    for label in ("agenda", "participants"):
        for model in apps.get_app_config(label).get_models():
            fields = translated_fields(model)
            for thing in model._default_manager.all() if fields else ():
                changed = False
                for field in fields:
                    known = words.get(getattr(thing, column(field, SOURCE)) or "", {})
                    for language in CODES:
                        if language in known:
                            setattr(thing, column(field, language), known[language])
                            changed = True
                if changed:
                    thing.save()
