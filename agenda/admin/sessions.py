"""Sessions in the admin, with their items and moderators on the same page."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adminbase.pages import Inline, Quiet, translations
from agenda import ties, withdrawing
from agenda.models import Day, Item, Moderator, Session, Workshop
from agenda.models.withdrawal import Withdrawn
from agenda.vocabulary import Visibility
from edits.recording import name_of as name_of_person
from languages import CODES, SOURCE, SPOKEN, column, columns
from languages.spoken import name_of
from sheets.admin import SheetMixin

from .tongues import Tongues


def spoken() -> list[tuple[str, str]]:
    """The languages that a session may be held in, with their names in the active one."""
    return [(code, name_of(code, translation.get_language())) for code in SPOKEN]


class ItemInline(Inline, admin.StackedInline):
    model = Item
    extra = 0
    autocomplete_fields = ["participant"]
    fields = [("position", "participant"), *columns("text")]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return roomy(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)


class ModeratorInline(Inline, admin.StackedInline):
    model = Moderator
    extra = 0
    autocomplete_fields = ["participant"]
    fields = [("position", "role", "confirmation"), ("participant", "person"), *columns("institution")]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return roomy(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)


class SessionForm(forms.ModelForm):
    languages, interpreted = (
        forms.TypedMultipleChoiceField(label=label, choices=spoken, required=False, widget=forms.CheckboxSelectMultiple)
        for label in (_("Spoken in"), _("Interpreted into"))
    )


def day_said(day: Day) -> str:
    """A day as the form offers it: «vie 7 de septiembre»."""
    return " ".join(filter(None, [date_format(day.date, "D"), date_format(day.date, "MONTH_DAY_FORMAT"), day.label]))


def colleague(person: Any) -> str:
    """A colleague as the form offers them: by name, and without one as such."""
    return name_of_person(person) or gettext("A colleague without a name")


def roomy(field: Any, column: Any) -> Any:
    """The form's `field` of a translated line of text as one of two lines: what is long is read whole."""
    if field is not None and getattr(column, "language", None) and isinstance(field.widget, forms.TextInput):
        attrs = {**field.widget.attrs, "rows": 2, "class": "vLargeTextField"}
        field.widget = forms.Textarea(attrs=attrs)
    return field


@admin.register(Session)
class SessionAdmin(SheetMixin, Quiet):
    form = SessionForm
    sheet = "Sesiones"
    list_display = [
        "title_es",
        "date",
        "start",
        "end",
        "part_of_day",
        "kind",
        "axis_number",
        "visibility",
        "code",
    ]
    list_filter = ["day__workshop", "day", "kind", "visibility", "axis", "state"]
    date_hierarchy = "day__date"
    search_fields = ["title_es", "code", "items__text_es", "moderators__institution_es", "moderators__person"]
    readonly_fields = ["code"]
    inlines = [ItemInline, ModeratorInline]
    fieldsets = [
        (_("When and where"), {"fields": ["day", ("start", "end", "part_of_day"), "place", "is_fixed"]}),
        (
            _("What"),
            {"fields": ["title_es", ("kind", "visibility"), ("axis", "part"), "description_es", "code"]},
        ),
        (_("Languages of the session"), {"fields": [("languages", "interpreted")]}),
        (_("Preparation"), {"fields": [("state", "responsible"), "remark"]}),
        translations("title", "description"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("day__workshop", "workshop", "axis")

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Day and axis are chosen from those of the workshop; lines of text have room to be read."""
        form = super().get_form(request, obj, change, **kwargs)
        of = obj.workshop_id if obj else request.session.get("workshop")
        for name in ("day", "axis"):
            field: Any = form.base_fields.get(name)
            if field is None:
                continue
            if of:
                field.queryset = field.queryset.filter(workshop=of)
            for can in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(field.widget, can, False)
        if "responsible" in form.base_fields:
            field = form.base_fields["responsible"]
            reach = Q(memberships__isnull=False) & (Q(memberships__workshop=None) | Q(memberships__workshop=of))
            field.queryset = field.queryset.filter(reach | Q(is_superuser=True), is_active=True).distinct()
            field.label_from_instance = colleague
        if "day" in form.base_fields:
            form.base_fields["day"].label_from_instance = day_said
        if "place" in form.base_fields:
            form.base_fields["place"].widget.attrs["list"] = "places"
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return roomy(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)

    def get_changeform_initial_data(self, request):
        """What a new session begins with; ?dia=DATE is a day of the workshop that is worked at."""
        initial = {"visibility": Visibility.EVERYONE, **super().get_changeform_initial_data(request)}
        try:
            date = parse_date(str(initial.pop("dia", ""))[:10])
        except ValueError:  # 30 February
            date = None
        if date:
            days = self.mine(request, Day.objects.filter(date=date), "change")
            found = days.filter(workshop=request.session.get("workshop")).first() or days.first()
            initial |= {"day": found.pk} if found else {}
        return initial

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        if "title_es" in form.fields:  # whoever only looks has Django's own page
            context |= self.side_by_side(request, form, context["inline_admin_formsets"], obj)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def side_by_side(self, request, form, formsets, session) -> dict[str, Any]:
        """What the page shows of the texts: each with its languages beside each other."""
        workshop = session.day.workshop if session else self.worked_at(request)
        source, codes = (workshop.source, workshop.languages) if workshop else (SOURCE, CODES)
        tongues = Tongues(session, source, codes)
        texts = [
            tongues.said(form, "title", gettext("Title"), session),
            tongues.said(form, "description", gettext("Description"), session),
        ]
        for row in (row for shown in formsets for row in shown.formset.forms):
            tongues.below(row)  # so that the heads count them
        return {
            "tongues": tongues, "heads": tongues.heads, "texts_said": texts,
            "spoken_said": bool(session and (session.languages or session.interpreted)),
        }  # fmt: skip

    def worked_at(self, request) -> Workshop | None:
        """The workshop that the reader works at, for a session that is not there yet."""
        return self.mine(request, Workshop.objects.filter(pk=request.session.get("workshop")), "change").first()

    def response_change(self, request, obj):
        """«Save and next» leads to the session that follows in the agenda, whose code it sends."""
        wanted = request.POST.get("_next", "")
        following = obj.workshop.sessions.filter(code=wanted).first() if wanted.isalnum() else None
        if following:
            messages.success(request, _("“%(title)s” is saved.") % {"title": obj})
            return HttpResponseRedirect(reverse("admin:agenda_session_change", args=[following.pk]))
        return super().response_change(request, obj)

    def response_post_save_change(self, request, obj):
        """What is saved is seen in the timetable; whoever came from a list goes back to it."""
        if "_changelist_filters" in request.GET:
            return super().response_post_save_change(request, obj)
        day = obj.day
        return HttpResponseRedirect(reverse("admin:timetable", kwargs={"slug": day.workshop.slug}) + f"#d{day.date}")

    response_post_save_add = response_post_save_change

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "visibility" in form.changed_data and obj.visibility == Visibility.MEMBERS:
            self.offer_withdrawal(request, obj)

    def offer_withdrawal(self, request, session):
        """What is for members from now on stands in what was published before: whoever may publish hears where."""
        workshop = session.day.workshop
        numbers = withdrawing.when_hidden(workshop, session.code)
        if numbers and request.user.has_perm("agenda.publish_workshop", workshop):
            asked = urlencode({"kind": Withdrawn.ROW, "session": session.code, "for_members": "on"})
            address = f"{reverse('admin:agenda_workshop_withdraw', args=[workshop.pk])}?{asked}"
            told = _("“%(title)s” is still public %(versions)s.")
            values = {"title": session, "versions": withdrawing.in_versions(numbers)}
            messages.warning(
                request, format_html('{} <a href="{}">{}</a>', told % values, address, _("Withdraw it there too"))
            )

    def save_formset(self, request, form, formset, change):
        """An item whose text has become just a participant's name names that participant, unless one was chosen."""
        workshop = form.instance.day.workshop
        said = column("text", workshop.source)
        if formset.model is Item and (
            written := [
                row.instance
                for row in formset.forms
                if said in row.changed_data and "participant" not in row.changed_data
            ]
        ):
            ties.tie(written, ties.names(workshop), workshop.source)
        super().save_formset(request, form, formset, change)

    @admin.display(description=_("day"), ordering="day__date")
    def date(self, session):
        return session.day.date

    @admin.display(description=_("axis"), ordering="axis__number")
    def axis_number(self, session):
        return session.axis.number if session.axis else "—"


@admin.register(Item)
class ItemAdmin(Quiet):
    list_display = ["text_es", "session", "position"]
    list_select_related = ["session"]
    list_filter = ["session__workshop"]
    search_fields = ["text_es"]
    autocomplete_fields = ["session", "participant"]
    fieldsets = [(None, {"fields": ["session", ("position", "participant"), "text_es"]}), translations("text")]

    def has_module_permission(self, request):
        return False  # items are edited on their session


@admin.register(Moderator)
class ModeratorAdmin(Quiet):
    list_display = ["__str__", "role", "session"]
    list_select_related = ["session"]
    list_filter = ["session__workshop", "role"]
    search_fields = ["institution_es", "person"]
    autocomplete_fields = ["session", "participant"]
    fieldsets = [
        (
            None,
            {"fields": ["session", ("position", "role", "confirmation"), "participant", "institution_es", "person"]},
        ),
        translations("institution"),
    ]
