"""A page of the admin: upload a concept note, see what it would do, take it over into the draft."""

import base64
import hashlib
import zlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agenda.models import Workshop
from agenda.notes import document, load, outline
from languages import SOURCE
from participants.models import Participant

MOST_KEPT = 1024 * 1024  # characters of a note that travels with the page, so that nobody chooses its file twice


class NoteForm(forms.Form):
    note = forms.FileField(
        label=gettext_lazy("Concept note"),
        required=False,
        help_text=gettext_lazy("A text or Markdown file (.txt, .md) in UTF-8, as converted from the document."),
    )
    workshop = forms.ModelChoiceField(
        Workshop.objects.all(),
        label=gettext_lazy("Which workshop it is for"),
        required=False,
        empty_label=gettext_lazy("A new one"),
        help_text=gettext_lazy("Two series may have a workshop of the same number: say which one the note belongs to."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=1990,
        max_value=2100,
        help_text=gettext_lazy("If the note does not say it."),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)  # the note of the step before, packed
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  # what the page has shown of it

    def clean(self):
        data = super().clean()
        file, kept = data.get("note"), data.get("kept")
        if file:
            self.content = file.read(document.MAXIMUM + 1)
        elif kept:
            try:
                self.content = unpacked(kept)
            except ValueError:
                self.add_error("note", _("Choose the file again."))
        elif "note" not in self.errors:
            self.add_error("note", _("Choose a file."))
        return data


def view(page, request: HttpRequest) -> HttpResponse:
    """Only those who may add and change workshops; «check» writes nothing, «import» all or nothing.

    What changes a workshop that is there is written only once this page has shown it, as it is now.
    """
    if not (page.has_add_permission(request) and page.has_change_permission(request)):
        raise PermissionDenied
    form = NoteForm(request.POST or None, request.FILES or None)
    box: Any = form.fields["workshop"]
    box.queryset = page.mine(request, Workshop.objects.all(), "change")
    read = dates = looked = None

    def may_change(participant: Participant) -> bool:
        return request.user.has_perm("participants.change_participant", participant)

    shown = kept = meant = ""
    years: list[int] = []
    if request.method == "POST" and form.is_valid():
        kept = packed(form.content)  # whatever it says: nobody chooses the file twice
        try:
            into = form.cleaned_data["workshop"]
            meant = into.title if into else ""  # as it is called now, whatever the note calls it
            read = outline.read(document.read(form.content))
            dates = load.dates(read, form.cleaned_data["year"], timezone.localdate())
            looked = load.load(read, dates, into, only_look=True, may_change=may_change)
            shown = fingerprint(form.content, looked)
            if "import" in request.POST and (into is None or form.cleaned_data["shown"] == shown):
                loaded = load.load(read, dates, into, base=looked.base, may_change=may_change)
                if loaded.created:
                    user: Any = request.user
                    user.organise(loaded.workshop)
                tell(request, loaded)
                return HttpResponseRedirect(reverse("admin:agenda_workshop_publish", args=[loaded.workshop.pk]))
            if "import" in request.POST:
                messages.warning(request, _("Nothing was written yet: look at what the note would change."))
        except document.YearWanted as error:
            years = error.years
            form.add_error("year", str(error))
        except document.NoteError as error:
            form.add_error("note", str(error))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Import a concept note"),
        "language": get_language() or SOURCE,
        "opts": page.model._meta,
        "form": form,
        "outline": read,
        "years": years,
        "doubts": beside(read.doubts, form.content) if read else [],
        "left": beside(read.left, form.content) if read else [],
        "days": list(zip(dates, read.days, strict=True)) if read and dates else [],
        "looked": looked,
        "meant": meant,
        "shown": shown,
        "kept": kept,
    }
    return TemplateResponse(request, "admin/agenda/workshop/note.html", context)


def beside(remarks: Iterable[outline.Remark], content: bytes) -> list[tuple[outline.Remark, str]]:
    """Each remark with the line of the note that it is about, as it was written; "" where there is no such line."""
    lines = content.decode("utf-8-sig", "replace").splitlines()
    return [(one, lines[one.line - 1].strip() if 0 < one.line <= len(lines) else "") for one in remarks]


def fingerprint(content: bytes, looked: load.Loaded) -> str:
    """What the page shows of a note and of what it would do: another note, draft or workshop gives another one."""
    words = [str(looked.workshop.pk), looked.base, *looked.going, *looked.kept, *looked.replaced]
    return hashlib.blake2b(content + "\0".join(words).encode(), digest_size=16).hexdigest()


def packed(content: bytes) -> str:
    """The note for a hidden field; "" where it is too long to travel."""
    text = base64.b64encode(zlib.compress(content)).decode()
    return text if len(text) <= MOST_KEPT else ""


def unpacked(text: str) -> bytes:
    """What packed() was given, as far as a note may be long. Raises ValueError for anything else."""
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(base64.b64decode(text, validate=True), document.MAXIMUM + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not reader.eof and len(content) <= document.MAXIMUM:
        raise ValueError("the end is missing")
    return content


def tell(request: HttpRequest, loaded: load.Loaded) -> None:
    """Messages that say what the import did."""
    if loaded.created:
        messages.success(request, _("The draft of “%(slug)s” was created.") % {"slug": loaded.workshop.slug})
    elif not loaded.differences:
        messages.info(
            request, _("The note says nothing new: “%(slug)s” is as it was.") % {"slug": loaded.workshop.slug}
        )
    else:
        text = " ".join(change.text for change in loaded.differences)
        messages.success(request, _("The draft of “%(slug)s” changed:") % {"slug": loaded.workshop.slug} + " " + text)
    for sentence in loaded.kept:
        messages.warning(request, sentence)
