"""The admin site: reached through the accounts' login only, with its second factor and rate limits."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from adminbase.deleting import delete_selected
from adminbase.lists import OfferedOnly

# Addresses, factors and sessions belong to a person, who looks after them in the pages of the account; what the roles
# may stands in the code (accounts/roles.py).
NOT_OFFERED = {
    "auth.Group", "account.EmailAddress", "django_tasks_database.DBTaskResult", "mfa.Authenticator",
    "usersessions.UserSession",
}  # fmt: skip


class OrganisersSite(admin.AdminSite):
    site_header = _("Taller: organisation")
    site_title = _("Taller")
    index_title = _("What would you like to do?")
    site_url = "/"
    enable_nav_sidebar = False

    def __init__(self, name="admin"):
        super().__init__(name)
        self._actions["delete_selected"] = self._global_actions["delete_selected"] = delete_selected

    def get_urls(self):
        from agenda.admin import history
        from agenda.desk import urls

        everything = path("todo/", self.admin_view(self.all_view), name="everything")
        return [everything, *urls.urls(self), *history.urls(self), *super().get_urls()]

    def login(self, request, extra_context=None):
        """One door takes passwords, with its limits and its second factor: the accounts'."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:index"))

    def autocomplete_view(self, request):
        try:
            return super().autocomplete_view(request)
        except AttributeError as error:  # Django's view looks for a name on a relation that has none
            raise PermissionDenied from error

    def register(self, model_or_iterable, admin_class=None, **options):
        """As Django's; the pages of other apps get our rule for lists, and some are not offered at all."""
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        admin_class = admin_class or admin.ModelAdmin
        if not issubclass(admin_class, OfferedOnly):
            admin_class = type(admin_class.__name__, (OfferedOnly, admin_class), {"__module__": admin_class.__module__})
        for model in models:
            if model._meta.label not in NOT_OFFERED:
                super().register(model, admin_class, **options)

    def password_change(self, request, extra_context=None):
        """One page changes a password: the account's, with its limits and its mail."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def index(self, request, extra_context=None):
        """The desk: the first page of the workshop that is worked at."""
        from agenda.desk import first

        return first.page(self, request)

    def all_view(self, request):
        """Django's own first page: every kind of row."""
        return super().index(request, {"title": _("Everything")})

    def each_context(self, request):
        from agenda.desk.bench import Bench

        return {**super().each_context(request), "bench": Bench.of(request)}
