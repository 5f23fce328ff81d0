from django.core.management.base import BaseCommand, CommandError

from agenda.models import Release
from agenda.printing import orders


class Command(BaseCommand):
    help = "Sets the printed editions of a release at once, as the worker does in the background."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("release", type=int, help="its primary key")
        parser.add_argument("site", help="scheme and host under which readers reach the site")

    def handle(self, *args, release, site, **options):
        row = Release.objects.select_related("workshop").filter(pk=release).first()
        if row is None:
            raise CommandError(f"There is no release with the key {release}.")
        failed = [
            f"{paper.name} {language}"
            for language, audience, paper in orders.wanted()
            if not orders.print_one(row, language, audience, paper, site)
        ]
        if failed:
            raise CommandError("Not printed: " + ", ".join(failed))
