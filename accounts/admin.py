"""People with access in the admin: invited, given a role, ended."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adminbase.pages import Inline, Quiet, works_in

from . import guard
from .models import Membership, User
from .roles import Role

LAST = gettext_lazy("Nobody else organises all workshops: give somebody else that role first.")


class InvitationForm(forms.ModelForm):
    """Somebody new: an address; their roles stand below. They set their password themselves, or enter by code."""

    class Meta:
        model = User
        fields = ["email", "name"]

    def clean_email(self):
        # Addresses that somebody wrote down and never confirmed block nobody.
        email = self.cleaned_data["email"].lower()
        confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True)
        if confirmed.exclude(user=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Somebody with this e-mail address has access already. Who organises all workshops can add a role.")
            )
        return email

    def clean_is_active(self):
        if not self.cleaned_data["is_active"] and self.instance.is_last_organiser():
            raise forms.ValidationError(LAST)
        return self.cleaned_data["is_active"]


class MembershipFormSet(forms.BaseInlineFormSet):
    """The roles of a person, as far as the reader may give them: somebody who gives access gives it to something."""

    def clean(self):
        super().clean()
        rows = [form.cleaned_data for form in self.forms]
        left = [row for row in rows if row.get("role") and not row.get("DELETE")]
        if not left and not self.instance.pk:
            raise forms.ValidationError(_("Choose a role."))
        everywhere = any(row["role"] == Role.ORGANISER and not row.get("workshop") for row in left)
        if self.instance.pk and not self.instance.is_superuser and not everywhere and self.instance.is_last_organiser():
            raise forms.ValidationError(LAST)


class MembershipInline(Inline, admin.StackedInline):
    """The roles that are the reader's to give and take: in their own workshops."""

    model = Membership
    formset = MembershipFormSet
    fields = [("role", "workshop")]
    verbose_name_plural = gettext_lazy("Roles")

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj and obj.memberships.exists() else 1

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "workshop":
            everywhere = request.user.works_in("accounts.change_membership") is None
            field.required = not everywhere
            field.empty_label = str(_("All workshops")) if everywhere else "—"
        return field

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("accounts.change_membership")  # the rows are limited to what is theirs to give

    has_add_permission = has_delete_permission = has_view_permission = has_change_permission


@admin.register(User)
class UserAdmin(Quiet):
    form = InvitationForm
    list_display = ["email", "name", "role", "is_active", "last_login", "second_factor"]
    list_filter = ["memberships__role", "is_active"]
    inlines = [MembershipInline]
    search_fields = ["email", "name"]
    fieldsets = [(None, {"fields": ["email", "name", "is_active"]})]
    actions = ["invite_again"]
    waits_in_bin = False

    def get_queryset(self, request):
        # Whoever has every permission is managed by their like only: an organiser who could change such a
        # person's address could enter as them.
        roles = self.mine(request, Membership.objects.select_related("workshop"), "view")
        people = super().get_queryset(request).prefetch_related(Prefetch("memberships", roles, to_attr="roles_seen"))
        people = people.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
        mine = request.user.works_in("accounts.view_user")
        if mine is not None:
            people = people.filter(pk__in=Membership.objects.filter(workshop__in=mine).values("user"))
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def get_deleted_objects(self, objs, request):
        # A person's verified addresses go with them; nobody manages those apart.
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {EmailAddress._meta.verbose_name, Authenticator._meta.verbose_name}, protected

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else [(None, {"fields": ["email", "name"]})]

    @admin.display(description=gettext_lazy("role"))
    def role(self, user):
        if user.is_superuser:
            return _("Everything")
        roles = getattr(user, "roles_seen", None)  # those that the reader of the list may see
        return "; ".join(map(str, user.memberships.all() if roles is None else roles)) or "—"

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user):
        return user.has_factor

    def get_readonly_fields(self, request, obj=None):
        # Who has entered changes their address themselves, and proves the new one: nobody else can for them.
        return ["email"] if obj and obj.last_login else []

    def get_list_filter(self, request):
        # A filter by role would tell of roles in workshops of others.
        everywhere = works_in(request, "accounts.view_user") is None
        return super().get_list_filter(request) if everywhere else ["is_active"]

    def history_view(self, request, object_id, extra_context=None):
        # It tells of roles in workshops of others, in those of before too.
        if works_in(request, "accounts.change_user") is not None:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.is_last_organiser())

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_change_permission(request, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if self.has_change_permission(request):
            guard.prove(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        guard.prove(request)
        return super().delete_view(request, object_id, extra_context)

    def save_model(self, request, obj, form, change):
        form.before = User.objects.get(pk=obj.pk) if change else None
        form.roles_before = str(self.role(form.before)) if change else ""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            obj.emailaddress_set.exclude(email=obj.email).delete()
            obj.verify_email()
            self.invite(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        user = User.objects.get(pk=form.instance.pk)
        if form.before and (acts := self.acts(form, str(self.role(user)))):
            guard.end_sessions(user, but=request if user == request.user else None)
            guard.tell(request, user, form.before.email, acts)

    def acts(self, form, roles: str) -> list[str]:
        """What the form changes in who gets in, in sentences for the person; `roles` are those of now in words."""
        acts = []
        if roles != form.roles_before:
            names = {"before": form.roles_before, "after": roles}
            acts.append(_("Role: %(after)s (before: %(before)s).") % names)
        if "email" in form.changed_data:
            acts.append(_("The address is %(email)s now.") % {"email": form.instance.email})
        if "is_active" in form.changed_data:
            acts.append(_("The access is open again.") if form.instance.is_active else _("The access is closed."))
        return acts

    def delete_model(self, request, obj):
        self.end(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        if not User.objects.able_everywhere().exclude(pk__in=queryset.values("pk")).exists():
            raise PermissionDenied
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
            if self.has_change_permission(request, user):
                self.invite(request, user)
            else:
                text = _("Nothing was sent to %(email)s: they work in workshops of others too.")
                messages.warning(request, text % {"email": user.email})
