"""The workshop and its parts in the admin, its publication, and reading a concept note into it."""

from babel import Locale
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.pages import Inline, Quiet, translations
from agenda import changes, clashes, publishing
from agenda.models import Attendance, Axis, Convener, Day, PrintOrder, Section, Workshop
from agenda.printing import orders
from agenda.programme import for_audience
from agenda.web.editions import site_of
from languages import LANGUAGES, SOURCE, columns, name_key
from languages.clocks import all_zones, zone_name
from sheets.admin import SheetMixin

from . import notes, withdraw, workbook
from .formsets import ConvenerFormSet, DayFormSet, TyingFormSet


class DayInline(Inline, admin.StackedInline):
    model = Day
    formset = DayFormSet
    extra = 0
    fields = [("date", "optional"), *columns("label")]


class ConvenerInline(Inline, admin.StackedInline):
    model = Convener
    formset = ConvenerFormSet
    extra = 0
    autocomplete_fields = ["participant"]
    fields = [("position", "role", "participant"), *columns("led_by")]


class AttendanceInline(Inline, admin.TabularInline):
    MOST = 400
    model = Attendance
    formset = TyingFormSet
    extra = 0
    autocomplete_fields = ["participant"]
    fields = ["number", "participant"]


def zones() -> list[tuple[str, str]]:
    """The time zones to choose from, by the names of their cities in the active language."""
    language = translation.get_language() or SOURCE
    named = ((name, zone_name(name, language)) for name in all_zones())
    return sorted(((name, f"{city} ({name})") for name, city in named), key=lambda one: name_key(one[1]))


def countries() -> list[tuple[str, str]]:
    """The countries to choose from, by their names in the active language."""
    language = translation.get_language() or SOURCE
    named = Locale.parse(language, sep="-").territories
    known = (
        (code, name) for code, name in named.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    )
    return [("", "—"), *sorted(known, key=lambda one: name_key(one[1]))]


NO_COUNTRY = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}  # what CLDR names besides countries


class WorkshopForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("In which the programme is to be complete; what is missing falls back to its own."),
    )

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones,
        help_text=gettext_lazy("All times in the agenda are in this zone."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What a spreadsheet or an earlier program wrote stays what it is until somebody chooses another.
        for name in ("timezone", "country"):
            now, field = getattr(self.instance, name), self.fields.get(name)
            if field and now and now not in dict(field.choices):
                field.choices = [(now, now), *field.choices]

    def clean(self):
        """The workshop's own language is one of its languages, and their first."""
        cleaned = super().clean()
        if "languages" in cleaned:
            source = cleaned.get("source") or self.instance.source
            cleaned["languages"] = [source, *(chosen for chosen in cleaned["languages"] if chosen != source)]
        return cleaned


@admin.register(Workshop)
class WorkshopAdmin(Quiet):
    form = WorkshopForm
    list_display = ["title_es", "number", "city_es", "programme_links"]
    search_fields = ["title_es", "slug", "city_es"]
    inlines = [DayInline, ConvenerInline, AttendanceInline]
    fieldsets = [
        (None, {"fields": [("number", "series_es"), "title_es", "slug"]}),
        (
            gettext_lazy("Where"),
            {"fields": [("city_es", "country", "timezone"), ("venue_es", "address"), ("latitude", "longitude")]},
        ),
        (gettext_lazy("Languages"), {"fields": ["source", "languages"]}),
        (gettext_lazy("Other sites"), {"fields": ["framed_by"]}),
        translations("series", "title", "city", "venue"),
    ]
    prepopulated_fields = {"slug": ["title_es"]}
    change_form_template = "admin/agenda/workshop/change_form.html"
    change_list_template = "admin/agenda/workshop/change_list.html"

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        # A published address is on paper and in calendars.
        return ["slug"] if obj and obj.releases.exists() else []

    @admin.display(description=gettext_lazy("programme"))
    def programme_links(self, workshop):
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:agenda_workshop_publish", args=[workshop.pk]),
            _("Review and publish"),
            self.preview(workshop),
            _("Preview"),
        )

    def preview(self, workshop) -> str:
        with translation.override(translation.get_language() or SOURCE):
            return reverse("draft:agenda", kwargs={"workshop": workshop.slug})

    def get_urls(self):
        return [
            *workbook.urls(self),
            path("nota/", self.admin_site.admin_view(self.note_view), name="agenda_workshop_note"),
            path(
                "<int:object_id>/publicar/",
                self.admin_site.admin_view(self.publish_view),
                name="agenda_workshop_publish",
            ),
            path(
                "<int:object_id>/retirar/",
                self.admin_site.admin_view(self.withdraw_view),
                name="agenda_workshop_withdraw",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        workshop = self.get_object(request, unquote(object_id))
        extra = {**(extra_context or {}), "preview": "", "printed": ""}
        if workshop:
            extra["preview"] = self.preview(workshop)
            extra["printed"] = reverse("draft:papers", kwargs={"workshop": workshop.slug})
        return super().change_view(request, object_id, form_url, extra)

    def note_view(self, request: HttpRequest) -> HttpResponse:
        return notes.view(self, request)

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return withdraw.view(self, request, object_id)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            request.user.organise(obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Two rows that exchange what must be unique: each is right, but they are saved one after the other.
            text = _("Nothing was saved: two rows would be the same for a moment. Change one, save, then the other.")
            messages.error(request, text)
            return HttpResponseRedirect(request.get_full_path())

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What stands against publication, what would change, and the button."""
        workshop = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self.has_view_permission(request, workshop):
            raise PermissionDenied
        may_publish = request.user.has_perm("agenda.publish_workshop", workshop)
        if request.method == "POST":
            if not may_publish:
                raise PermissionDenied
            if "again" in request.POST:
                return self.print_again(request, workshop)
            return self.publish(request, workshop)
        return self.review(request, workshop, may_publish)

    def review(self, request: HttpRequest, workshop: Workshop, may_publish: bool, note: str = "") -> HttpResponse:
        """The page that shows what would be published; `note` is the sentence that was written on it before."""
        draft, findings, digest, _trees = publishing.review(workshop)
        last = workshop.releases.newest()
        differences = None
        if last:
            [before] = publishing.released([last], draft.language, "members")
            differences = changes.diff(before, for_audience(draft, "members"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review and publish"),
            "opts": self.model._meta,
            "workshop": workshop,
            "blockers": clashes.blockers(findings),
            "doubts": clashes.doubts(findings),
            "last": last,
            "differences": differences,
            "may_publish": may_publish,
            "digest": digest,
            "note": note,
            "printing": PrintOrder.objects.filter(workshop=workshop).select_related("release").first(),
            "preview": self.preview(workshop),
            "sessions": {slot.code: slot for _day, slot in draft.entries},
        }
        return TemplateResponse(request, "admin/agenda/workshop/publish.html", context)

    def print_again(self, request: HttpRequest, workshop: Workshop) -> HttpResponse:
        """Have the printed editions of the newest version set once more, those too that failed just now."""
        if newest := workshop.releases.newest():
            orders.place(newest, site_of(request), again=True)
            messages.info(request, _("The printed editions are being made again."))
        return HttpResponseRedirect(reverse("admin:agenda_workshop_publish", args=[workshop.pk]))

    def publish(self, request: HttpRequest, workshop: Workshop) -> HttpResponse:
        here = reverse("admin:agenda_workshop_publish", args=[workshop.pk])
        note, seen = request.POST.get("note", "").strip()[:500], request.POST.get("seen", "")
        try:
            release = publishing.publish(workshop, request.user, note, seen)
        except publishing.Blocked as blocked:
            messages.error(request, _("Nothing was published: %(why)s") % {"why": blocked.clashes[0].message})
            return HttpResponseRedirect(here)
        except publishing.Unseen:
            text = _("Nothing was published: the draft is no longer the one that you looked at. This is how it is now.")
            messages.warning(request, text)
            return self.review(request, workshop, True, note)
        if release is None:
            messages.info(request, self.nothing_new(request, workshop))
        else:
            orders.place(release, site_of(request))
            public = reverse("current:agenda", kwargs={"workshop": workshop.slug})
            text = _('Version {number} is published: <a href="{address}">see the agenda</a>.')
            messages.success(request, format_html(text, number=release.number, address=public))
        return HttpResponseRedirect(here)

    def nothing_new(self, request: HttpRequest, workshop: Workshop) -> str:
        """What somebody reads who publishes what is public already."""
        newest = workshop.releases.newest()
        if newest and newest.published_by != request.user and str(newest.number) != request.POST.get("last", ""):
            values = {"who": newest.published_by or _("somebody"), "number": newest.number}
            # The name stands inside: Django's messages begin with a capital, and an address has none.
            text = _(
                "What you looked at has just been published by %(who)s, as version %(number)d; its sentence is theirs."
            )
            return text % values
        return _("Nothing has changed since the last version: there is nothing to publish.")


@admin.register(Axis)
class AxisAdmin(SheetMixin, Quiet):
    sheet = "Ejes"
    list_display = ["number", "title_es", "workshop", "colour"]
    list_display_links = ["title_es"]
    list_filter = ["workshop"]
    list_select_related = ["workshop"]
    search_fields = ["title_es"]
    fieldsets = [
        (None, {"fields": ["workshop", ("number", "colour"), "title_es", "description_es"]}),
        translations("title", "description"),
    ]


@admin.register(Section)
class SectionAdmin(SheetMixin, Quiet):
    sheet = "Apartados"
    list_display = ["title_es", "kind", "workshop", "position"]
    list_filter = ["workshop", "kind"]
    list_select_related = ["workshop"]
    search_fields = ["title_es", "body_es"]
    fieldsets = [
        (None, {"fields": ["workshop", ("kind", "position"), "title_es", "body_es"]}),
        translations("title", "body"),
    ]


@admin.register(Day)
class DayAdmin(SheetMixin, Quiet):
    sheet = "Jornadas"
    list_display = ["date", "label_es", "optional", "workshop"]
    list_filter = ["workshop"]
    list_select_related = ["workshop"]
    date_hierarchy = "date"
    search_fields = ["date", "label_es"]
    fieldsets = [(None, {"fields": ["workshop", ("date", "optional"), "label_es"]}), translations("label")]


@admin.register(Convener)
class ConvenerAdmin(SheetMixin, Quiet):
    sheet = "Convocantes"
    list_display = ["participant", "role", "workshop", "position"]
    list_filter = ["workshop", "role"]
    list_select_related = ["workshop", "participant"]
    search_fields = ["participant__name_es"]
    autocomplete_fields = ["participant"]
    fieldsets = [
        (None, {"fields": ["workshop", ("role", "position"), "participant", "led_by_es"]}),
        translations("led_by"),
    ]


@admin.register(Attendance)
class AttendanceAdmin(SheetMixin, Quiet):
    sheet = "Lista"
    list_display = ["number", "participant", "workshop"]
    list_display_links = ["participant"]
    list_filter = ["workshop"]
    list_select_related = ["workshop", "participant"]
    search_fields = ["participant__name_es"]
    autocomplete_fields = ["participant"]
