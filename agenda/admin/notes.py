"""A page of the admin: upload a concept note, see what was read, take it over into the draft."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.notes import document, load, outline


class NoteForm(forms.Form):
    note = forms.FileField(
        label=gettext_lazy("Concept note"),
        help_text=gettext_lazy("A text or Markdown file (.txt, .md) in UTF-8, as converted from the document."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=1990,
        max_value=2100,
        help_text=gettext_lazy("Where the note does not say it."),
    )


def view(page, request: HttpRequest) -> HttpResponse:
    """Only those who may add and change workshops; «check» writes nothing, «import» all or nothing."""
    if not (page.has_add_permission(request) and page.has_change_permission(request)):
        raise PermissionDenied
    form = NoteForm(request.POST or None, request.FILES or None)
    read = dates = None
    if request.method == "POST" and form.is_valid():
        try:
            read = outline.read(document.read(form.cleaned_data["note"].read(document.MAXIMUM + 1)))
            dates = load.dates(read, form.cleaned_data["year"], timezone.localdate())
            if "import" in request.POST:
                loaded = load.load(read, dates)
                tell(request, loaded)
                return HttpResponseRedirect(reverse("admin:agenda_workshop_publish", args=[loaded.workshop.pk]))
        except document.NoteError as error:
            form.add_error("note", str(error))
    context = {
        **page.admin_site.each_context(request),
        "title": _("Import a concept note"),
        "opts": page.model._meta,
        "form": form,
        "outline": read,
        "days": list(zip(dates, read.days, strict=True)) if read and dates else [],
    }
    return TemplateResponse(request, "admin/agenda/workshop/note.html", context)


def tell(request: HttpRequest, loaded: load.Loaded) -> None:
    """Messages that say what the import did."""
    if loaded.created:
        messages.success(request, _("The draft of «%(slug)s» was made.") % {"slug": loaded.workshop.slug})
    elif not loaded.differences:
        messages.info(
            request, _("The note says nothing new: «%(slug)s» is as it was.") % {"slug": loaded.workshop.slug}
        )
    else:
        text = " ".join(change.text for change in loaded.differences)
        messages.success(request, _("The draft of «%(slug)s» changed:") % {"slug": loaded.workshop.slug} + " " + text)
