"""Participants, regions and people with access in the admin."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from adminbase.pages import Quiet, translations
from participants.models import Logo, Participant, Region
from sheets.admin import SheetMixin

from . import gazetteer, pictures


@admin.register(Region)
class RegionAdmin(Quiet):
    list_display = ["name_es", "order"]
    search_fields = ["name_es"]
    fieldsets = [(None, {"fields": ["name_es", "order"]}), translations("name")]


class ParticipantForm(forms.ModelForm):
    """A participant with its logo: what is uploaded is looked at, made small and written anew."""

    picture = forms.FileField(
        label=gettext_lazy("New logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF, 5 MB at most."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    def clean_picture(self):
        file = self.cleaned_data["picture"]
        return pictures.logo(file.read(pictures.MOST_BYTES + 1)) if file else None

    def save(self, commit=True):
        logo = self.cleaned_data.get("picture")
        if logo:
            self.instance.logo = Logo.objects.get_or_create(
                digest=logo.digest, defaults={"png": logo.png, "width": logo.width, "height": logo.height}
            )[0]
        elif self.cleaned_data.get("no_logo"):
            self.instance.logo = None
        return super().save(commit)


@admin.register(Participant)
class ParticipantAdmin(SheetMixin, Quiet):
    form = ParticipantForm
    readonly_fields = ["shown_logo"]
    sheet = "Participantes"
    list_display = ["name_es", "full_name_es", "kind", "region", "country"]
    list_filter = ["region", "kind", "country"]
    list_select_related = ["region"]
    search_fields = ["name_es", "full_name_es", "slug"]
    autocomplete_fields = ["region"]
    fieldsets = [
        (None, {"fields": ["name_es", "full_name_es", ("kind", "region"), ("country", "website"), "slug"]}),
        (gettext_lazy("On the map"), {"fields": [("latitude", "longitude")]}),
        (gettext_lazy("Logo"), {"fields": ["shown_logo", "picture", "no_logo", "logo_text_es"]}),
        translations("name", "full_name", "logo_text"),
    ]

    @admin.display(description=gettext_lazy("logo"))
    def shown_logo(self, participant):
        if not participant.logo_id:
            return "—"
        address = reverse("logo", kwargs={"digest": participant.logo_id})
        return format_html('<img src="{}" alt="{}" height="60">', address, participant.logo_text_es)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("logo__png")

    def save_model(self, request, obj, form, change):
        if not change and obj.latitude is None:
            obj.latitude, obj.longitude = gazetteer.where(obj.name_es, obj.country) or (None, None)
        super().save_model(request, obj, form, change)
