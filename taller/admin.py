"""The admin site: reached through the accounts' login only, with its second factor and rate limits."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class OrganisersSite(admin.AdminSite):
    site_header = _("Taller: organisation")
    site_title = _("Taller")
    index_title = _("What would you like to do?")
    site_url = "/"
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.login = secure_admin_login(self.login)

    def index(self, request, extra_context=None):
        """The first page, with what the press could not make."""
        from agenda import prints

        return super().index(request, {**(extra_context or {}), "failures": prints.failures()[:10]})
