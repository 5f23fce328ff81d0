"""People with access in the admin: invited, given a role, ended."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.pages import Quiet

from . import guard
from .models import ROLE_NAMES, ROLES, User


class InvitationForm(forms.ModelForm):
    """Somebody new: an address and a role. They set their password themselves, or enter by code."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", "—"), *ROLE_NAMES.items()])

    class Meta:
        model = User
        fields = ["email", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["role"] = next(iter(self.instance.groups.values_list("name", flat=True)), "")
            self.fields["role"].required = not self.instance.is_superuser

    def clean_email(self):
        # Addresses that somebody wrote down and never confirmed block nobody.
        email = self.cleaned_data["email"].lower()
        confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True)
        if confirmed.exclude(user=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody with this e-mail address has access already."))
        return email

    def _save_m2m(self):
        super()._save_m2m()
        role = self.cleaned_data["role"]
        self.instance.groups.set(Group.objects.filter(name=role))


@admin.register(User)
class UserAdmin(Quiet):
    form = InvitationForm
    list_display = ["email", "name", "role", "is_active", "last_login", "second_factor"]
    list_filter = ["groups", "is_active"]
    search_fields = ["email", "name"]
    fieldsets = [(None, {"fields": ["email", "name", "role", "is_active"]})]
    actions = ["invite_again"]

    def get_queryset(self, request):
        # Whoever has every permission is managed by their like only: an organiser who could change such a
        # person's address could enter as them.
        found = super().get_queryset(request).prefetch_related("groups")
        found = found.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
        return found if request.user.is_superuser else found.filter(is_superuser=False)

    def get_deleted_objects(self, objs, request):
        # A person's verified addresses go with them; nobody manages those apart.
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {EmailAddress._meta.verbose_name, Authenticator._meta.verbose_name}, protected

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else [(None, {"fields": ["email", "name", "role"]})]

    @admin.display(description=gettext_lazy("role"))
    def role(self, user):
        if user.is_superuser:
            return _("Everything")
        return ", ".join(str(ROLE_NAMES.get(group.name, group.name)) for group in user.groups.all()) or "—"

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user):
        return user.has_factor

    def get_readonly_fields(self, request, obj=None):
        # Who has entered changes their address themselves, and proves the new one: nobody else can for them.
        return ["email"] if obj and obj.last_login else []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if self.has_change_permission(request):
            guard.prove(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        guard.prove(request)
        return super().delete_view(request, object_id, extra_context)

    def save_model(self, request, obj, form, change):
        before = User.objects.get(pk=obj.pk) if change else None
        if not obj.is_superuser:
            obj.is_staff = ROLES.get(form.cleaned_data["role"], False)
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            obj.emailaddress_set.exclude(email=obj.email).delete()
            obj.verify_email()
            self.invite(request, obj)
        if before and (acts := self.acts(form)):
            guard.end_sessions(obj, but=request if obj == request.user else None)
            guard.tell(request, obj, before.email, acts)

    def acts(self, form) -> list[str]:
        """What the form changes in who gets in, in sentences for the person."""
        acts = []
        if "role" in form.changed_data:
            names = [str(ROLE_NAMES.get(role, "—")) for role in (form.initial.get("role"), form.cleaned_data["role"])]
            acts.append(_("Role: %(after)s (before: %(before)s).") % {"before": names[0], "after": names[1]})
        if "email" in form.changed_data:
            acts.append(_("The address is %(email)s now.") % {"email": form.instance.email})
        if "is_active" in form.changed_data:
            acts.append(_("The access is open again.") if form.instance.is_active else _("The access is closed."))
        return acts

    def delete_model(self, request, obj):
        self.end(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        self.end(request, queryset)
        super().delete_queryset(request, queryset)

    def end(self, request, people) -> None:
        for person in people:
            guard.end_sessions(person)
            guard.tell(request, person, person.email, [_("The access is closed.")])

    def response_action(self, request, queryset):
        guard.prove(request)
        return super().response_action(request, queryset)

    def invite(self, request, user) -> None:
        """Send the link with which `user` sets a password; say so, or why none was sent."""
        if not user.is_active:
            text = _("Nothing was sent to %(email)s: the access is closed. Open it first.")
            messages.warning(request, text % {"email": user.email})
            return
        guard.invite(request, user)
        messages.info(request, _("An invitation went to %(email)s.") % {"email": user.email})

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["change"])
    def invite_again(self, request, queryset):
        for user in queryset:
            self.invite(request, user)
