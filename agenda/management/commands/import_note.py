import datetime as dt
import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Workshop
from agenda.notes import answer, document, load, outline


class Command(BaseCommand):
    help = "Reads a concept note into the draft of a workshop. Nothing public changes until it is published."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the note: Markdown or plain text, UTF-8")
        parser.add_argument("--year", type=int, help="the year of the workshop, where the note gives none")
        parser.add_argument(
            "--workshop", metavar="SLUG", help="the workshop that the note means, or the address of a new one"
        )
        parser.add_argument("--yes", action="store_true", help="take away what the note no longer has, without asking")
        parser.add_argument("--dry-run", action="store_true", help="say what was read, write nothing")
        parser.add_argument("--json", action="store_true", help="print what was read as JSON")

    def handle(self, *args, file, year, workshop, dry_run, yes, **options):
        try:
            read = outline.read(document.read(self.content(file)))
            certain = year or read.year or not dry_run
            days = load.dates(read, year, dt.date.today()) if certain else None  # noqa: DTZ011  only for which years to name
            into = self.meant(read, workshop)
            looked = load.load(read, days, into, workshop or "", only_look=True) if days and into else None
            self.may_go(looked, yes or dry_run)
            # Read anew: looking has changed the objects in memory.
            loaded = None if dry_run else load.load(read, days, self.meant(read, workshop), workshop or "")
        except document.YearWanted as error:
            hint = f" --year {error.years[-1]}" if error.years else " --year"
            raise CommandError(f"{file}: {error}{hint}") from error
        except document.NoteError as error:
            raise CommandError(f"{file}: {error}") from error
        if options["json"]:
            json.dump(answer.answer(read, days), self.stdout, ensure_ascii=False, indent=1)
            self.stdout.write()
            remarks = self.stderr
        else:
            self.summary(read)
            remarks = self.stdout
        for doubt in read.doubts:
            remarks.write(_("Doubt, line %(line)d: %(text)s") % {"line": doubt.line, "text": doubt.text})
        for left in read.left:
            remarks.write(_("Not understood, line %(line)d: “%(text)s”") % {"line": left.line, "text": left.text})
        self.result(loaded, looked, remarks)

    def meant(self, read: outline.Outline, slug: str | None) -> Workshop | None:
        """The workshop called `slug`; None for a new one. Raises NoteError where nobody said which one is meant."""
        workshop = Workshop.objects.filter(slug=slug or load.address(read)).first()
        if workshop and not slug:
            text = _(
                "There is a workshop “%(slug)s” already, “%(title)s”. Say which one the note means: "
                "--workshop %(slug)s for that one, --workshop with another address for a new one."
            )
            raise document.NoteError(text % {"slug": workshop.slug, "title": workshop.title})
        return workshop

    def may_go(self, looked: load.Loaded | None, yes: bool) -> None:
        """Show what the note would take away and ask. Raises NoteError where nobody agrees."""
        if looked is None or not looked.going or yes:
            return
        self.stdout.write(_("The note no longer has, and would take away:"))
        for row in looked.going:
            self.stdout.write(f"  {row}")
        if not sys.stdin.isatty():
            raise document.NoteError(_("Nothing was written. Repeat with --yes if that is meant."))
        if input(_("Delete it? [y/N] ")).strip().casefold()[:1] not in ("y", "s", "o"):
            raise document.NoteError(_("Nothing was written."))

    def content(self, file: Path) -> bytes:
        try:
            with sys.stdin.buffer if str(file) == "-" else file.open("rb") as stream:
                data = stream.read(document.MAXIMUM + 1)
                if len(data) > document.MAXIMUM and str(file) != "-":
                    raise document.NoteError(
                        _("The file has %(size)d MB; a concept note has at most %(most)d MB.")
                        % {"size": file.stat().st_size // 1024**2, "most": document.MAXIMUM // 1024**2}
                    )
                return data
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error

    def summary(self, read: outline.Outline) -> None:
        entries = [entry for day in read.days for entry in day.entries]
        counts = [
            ngettext("%d day", "%d days", len(read.days)) % len(read.days),
            ngettext("%d row", "%d rows", len(entries)) % len(entries),
            ngettext("%d axis", "%d axes", len(read.axes)) % len(read.axes),
            ngettext("%d participant", "%d participants", len(read.participants)) % len(read.participants),
            ngettext("%d convener", "%d conveners", len(read.conveners)) % len(read.conveners),
            ngettext("%d section", "%d sections", len(read.sections)) % len(read.sections),
        ]
        self.stdout.write(_("Read: %(counts)s.") % {"counts": ", ".join(counts)})

    def result(self, loaded: load.Loaded | None, looked: load.Loaded | None, out) -> None:
        if loaded is None:
            for change in looked.differences if looked else ():
                out.write(f"  {change.text}")
            for row in looked.going if looked else ():
                out.write("  " + _("Goes: %(row)s") % {"row": row})
            out.write(_("Nothing was written."))
        elif loaded.created:
            out.write(_("The draft of “%(slug)s” was created.") % {"slug": loaded.workshop.slug})
        elif not loaded.differences:
            out.write(_("The note says nothing new: “%(slug)s” is as it was.") % {"slug": loaded.workshop.slug})
        else:
            out.write(_("The draft of “%(slug)s” changed:") % {"slug": loaded.workshop.slug})
            for change in loaded.differences:
                out.write(f"  {change.text}")
        for sentence in loaded.kept if loaded else ():
            out.write(sentence)
