"""What the admin pages of all apps have in common."""

import contextlib
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adminbase.choosing import choosing
from adminbase.deleting import Deleting
from adminbase.lists import OfferedOnly
from adminbase.meanwhile import Meanwhile
from adminbase.merging import merging, merging_rows, to_open
from edits.models import Way, key_of
from edits.recording import acting
from languages import CODES, LANGUAGES, SOURCE, column

OTHERS = [language for language in CODES if language != SOURCE]


def translations(*fields: str) -> tuple:
    """A folded fieldset with the columns of `fields` in all languages but Spanish, a row per language."""
    rows = [tuple(column(field, language) for field in fields) for language in OTHERS]
    return (_("Translations"), {"classes": ["collapse"], "fields": rows})


class Chosen(AutocompleteSelect):
    """Django's box to choose from, shown again with a value that can be none: it is left out, and its error told.

    `beside` is what the rows of one formset have chosen, asked for once and shared by all of their boxes.
    """

    def __init__(self, *args, beside: models.QuerySet | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.beside = beside

    def build_attrs(self, base_attrs, extra_attrs=None):
        """An empty box says what it is for: the script that draws it takes its name from what stands in it."""
        name = str(self.field.verbose_name)
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": f"{name[:1].upper()}{name[1:]}"}

    def optgroups(self, name, value, attr=None):
        known = []
        for one in value:
            with contextlib.suppress(ValidationError, OverflowError):
                number = self.field.target_field.to_python(one)
                self.field.target_field.run_validators(number)
                known.append(one)
        if self.beside is not None and not self.is_required and len(known) == 1:
            for row in self.beside:  # evaluated once: copies of this widget share the queryset
                if str(row.pk) == str(known[0]):
                    empty = self.create_option(name, "", "", False, 0)
                    return [(None, [empty, self.create_option(name, row.pk, str(row), {str(row.pk)}, 1)], 0)]
        return super().optgroups(name, known, attr)


class Labelled(admin.options.BaseModelAdmin):
    """Labels a translated column with its field and language: «title (Português)», not «title [pt-br]»."""

    formfield_overrides = {
        # The browser's own fields: they work without scripts, and do not speak of the server's time, which is
        # not the venue's.
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})},
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        long = isinstance(db_field, models.CharField) and (db_field.max_length or 0) >= 160
        if field is not None and long and isinstance(field.widget, forms.TextInput):
            field.widget.attrs["class"] = "vLargeTextField"
        language = getattr(db_field, "language", None)
        if field is not None and language:
            name = dict(LANGUAGES)[language].partition(" (")[0]
            label = db_field.translated_field.verbose_name
            field.label = f"{label[:1].upper()}{label[1:]} ({name})"
            field.widget.attrs["lang"] = language
            if language == SOURCE:
                field.label = f"{label[:1].upper()}{label[1:]}"
            else:
                field.help_text = ""  # it stands under the first language, once
        return field


def works_in(request: HttpRequest, permission: str) -> set[int] | None:
    """The keys of the workshops in which the reader has `permission`; None for all (accounts.models.User)."""
    user: Any = request.user  # nobody reaches the admin without being signed in
    return user.works_in(permission)


class InWorkshops(admin.options.BaseModelAdmin):
    """Shows and takes the rows of the workshops in which the reader may, and asks for each row whether they may.

    A model says with `WORKSHOP` how a query gets from it to its workshop; one that does not is shared by all.
    """

    def _may(self, request: HttpRequest, verb: str, row: models.Model | None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}", row)

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj)

    def mine(self, request: HttpRequest, rows: models.QuerySet, verb: str) -> models.QuerySet:
        """Those of `rows` that belong to workshops in which the reader may do `verb` with what this page shows."""
        way = getattr(rows.model, "WORKSHOP", None)
        where = works_in(request, f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}")
        return rows if way is None or where is None else rows.filter(**{f"{way}__in": where})

    def get_queryset(self, request):
        return self.mine(request, super().get_queryset(request), "view")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        rows = kwargs.get("queryset") or db_field.related_model._default_manager.all()
        kwargs["queryset"] = self.mine(request, rows, "change")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _called(row: Any) -> str:
    """A row as people say it, where it can be said so."""
    return str(row.called() if hasattr(row, "called") else row)


class MyRows(RelatedFieldListFilter):
    """Offers to choose among the rows that the reader may see."""

    def field_choices(self, field, request, model_admin):
        rows = model_admin.mine(request, field.related_model._default_manager.all(), "view")
        return [(row.pk, _called(row)) for row in rows]


class Inline(InWorkshops, Labelled):
    """The base of all our inline rows: a form holds so many, and no more is built however many it says it has."""

    MOST = 200

    def get_formset(self, request, obj=None, **kwargs):
        limits = {"max_num": self.MOST, "absolute_max": self.MOST}
        formset = merging_rows(super().get_formset(request, obj, **{**limits, **kwargs}))
        for name, field in formset.form.base_fields.items():
            box = getattr(field.widget, "widget", None)
            if issubclass(self.__class__, admin.TabularInline):  # the head of a column is no label (WCAG 2.2, 1.3.1)
                (box or field.widget).attrs.setdefault("aria-label", field.label)
            if obj is not None and isinstance(box, Chosen):
                of = self.model._meta.get_field(name)
                rows = self.model._default_manager.filter(**{formset.fk.name: obj}).values(name)
                box.beside = of.related_model._default_manager.filter(pk__in=rows)
        return formset


class Quiet(Deleting, Meanwhile, OfferedOnly, InWorkshops, admin.ModelAdmin, Labelled):
    """The base of all our admin pages: no counting of all rows beside a search, twelve queries at most."""

    def changelist_view(self, request, extra_context=None):
        """A list that nobody narrowed shows the workshop that is worked at, where the reader has several."""
        if narrow := self._narrowed(request):
            return HttpResponseRedirect(f"{request.path}?{urlencode(narrow)}")
        return super().changelist_view(request, extra_context)

    def _narrowed(self, request: HttpRequest) -> dict[str, int]:
        way, chosen = getattr(self.model, "WORKSHOP", "pk"), request.session.get("workshop")
        filters = [name for name in self.list_filter if isinstance(name, str) and name.endswith("workshop")]
        if request.GET or request.method != "GET" or not chosen or way == "pk" or not filters:
            return {}
        return {f"{filters[0]}__id__exact": chosen}

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Marks what must be said in the language of the row's workshop (agenda/models/source.py) as required."""
        form = merging(super().get_form(request, obj, change, **kwargs))
        source = obj.written_in() if obj is not None and hasattr(obj, "written_in") else None
        for name in (column(field, source) for field in getattr(self.model, "must_say", ()) if source):
            if name in form.base_fields:
                form.base_fields[name].required = True
        return form

    def get_object(self, request, object_id, from_field=None):
        """The row; for a form that was sent, as it is once nobody else can change it before this is saved."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        lock = getattr(row, "lock", None)
        if lock is not None:
            lock()
        else:
            list(type(row)._base_manager.select_for_update().filter(pk=row.pk))
        return super().get_object(request, object_id, from_field)

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        formsets = [inline.formset for inline in context.get("inline_admin_formsets", [])]
        rows = [form, *(row for formset in formsets for row in formset.forms)]
        if row := kwargs.get("obj"):
            of = getattr(row, "workshop_key", None)
            if (key := of() if of else None) and request.session.get("workshop") != key:
                request.session["workshop"] = key  # the desk's head is about the workshop of the row that is open
        context |= {"opened": to_open(rows), "choosing": choosing(form, formsets), **self.asking(kwargs.get("obj"))}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.tell_merged(request, [form])

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        self.tell_merged(request, formset.forms)
        if left := getattr(formset, "left_out", 0):
            told = ngettext(
                "%(count)d row of “%(rows)s” was deleted by somebody else meanwhile.",
                "%(count)d rows of “%(rows)s” were deleted by somebody else meanwhile.",
                left,
            )
            messages.info(request, told % {"count": left, "rows": formset.model._meta.verbose_name_plural})

    def tell_merged(self, request, forms):
        """Say what somebody else had changed meanwhile and what of it stays."""
        for form in forms:
            if names := getattr(form, "merged", None):
                labels = ", ".join(str(form.fields[name].label) for name in form.fields if name in names)
                values = {"row": form.instance, "fields": labels}
                messages.info(
                    request, _("“%(row)s”: what somebody else changed meanwhile stays (%(fields)s).") % values
                )

    def _changeform_view(self, request, object_id, form_url, extra_context):
        with acting(Way.FORM) if request.method == "POST" else contextlib.nullcontext():
            return super()._changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        with acting(Way.FORM) if request.method == "POST" else contextlib.nullcontext():
            return super().delete_view(request, object_id, extra_context)

    def response_action(self, request, queryset):
        with transaction.atomic(), acting(Way.LIST):
            return super().response_action(request, queryset)

    # What is done stands in our own record (edits), which outlives who did it.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None

    def history_view(self, request, object_id, extra_context=None):
        """What happened to the row, and to those in its form, stands in the history."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(f"{reverse('admin:history')}?{urlencode({'fila': key_of(row)})}")

    def get_list_filter(self, request):
        """Filters by rows of other tables offer only what is the reader's."""
        filters = []
        for name in super().get_list_filter(request):
            fields = get_fields_from_path(self.model, name) if isinstance(name, str) else ()
            filters.append((name, MyRows) if fields and fields[-1].is_relation else name)
        return filters

    show_full_result_count = False
    list_per_page = 100
    save_on_top = False  # what can be done stays at the foot of the window (desk.css)
