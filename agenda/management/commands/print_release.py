from django.core.management.base import BaseCommand
from django.utils import translation

from agenda import publishing
from agenda.models import Release
from agenda.printing import PAPERS, shelf
from agenda.printing.queue import Failed
from agenda.web.editions import of_release
from languages import CODES, SOURCE


class Command(BaseCommand):
    help = "Sets the printed editions of a release, the public's in all languages; started at publication."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("release", type=int, help="its primary key")
        parser.add_argument("site", help="scheme and host under which readers reach the site")

    def handle(self, *args, release, site, **options):
        row = Release.objects.select_related("workshop").get(pk=release)
        # The source language first, and what participants take before what the room needs.
        for language in (SOURCE, *(code for code in CODES if code != SOURCE)):
            with translation.override(language):
                self.print_all(row, language, "public", site)
        with translation.override(SOURCE):
            self.print_all(row, SOURCE, "members", site)

    def print_all(self, release, language, audience, site):
        [programme] = publishing.released([release], language, audience)
        edition = shelf.plain(of_release(programme, site))
        for paper in PAPERS.values():
            if audience == "public" and paper.staff:
                continue  # those who run the room get the members' programme
            try:
                shelf.pdf(edition, paper)
                shelf.picture(edition, paper)
            except (Failed, shelf.Busy) as error:
                self.stderr.write(f"{paper.name} {language}: {error}")
