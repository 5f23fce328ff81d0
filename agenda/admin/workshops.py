"""The workshop and its parts in the admin, its publication, and reading a concept note into it."""

from babel import Locale
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.pages import Inline, Quiet, translations
from agenda.models import Attendance, Axis, Convener, Day, Section, Workshop
from agenda.models.workshop import all_languages
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
        initial=all_languages,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("In which the programme is to be complete; what is missing falls back to its own."),
    )

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        initial=Workshop._meta.get_field("timezone").default,
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
            request.session["workshop"] = obj.pk  # it is worked at from now on

    def response_add(self, request, obj, post_url_continue=None):
        """A new workshop leads to the table in which its sessions are typed."""
        if "_save" in request.POST and "_popup" not in request.POST:
            text = _("“%(title)s” is made. Type its sessions here, or paste them from a programme.")
            messages.success(request, text % {"title": obj})
            return HttpResponseRedirect(reverse("admin:timetable_table", kwargs={"slug": obj.slug}))
        return super().response_add(request, obj, post_url_continue)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Two rows that exchange what must be unique: each is right, but they are saved one after the other.
            text = _("Nothing was saved: two rows would be the same for a moment. Change one, save, then the other.")
            messages.error(request, text)
            return HttpResponseRedirect(request.get_full_path())


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
