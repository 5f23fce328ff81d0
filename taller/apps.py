from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _


class TallerConfig(AppConfig):
    name = "taller"
    verbose_name = _("Taller")

    def ready(self):
        from taller import checks  # noqa: F401  registers the system checks


class AdminConfig(apps.AdminConfig):
    default_site = "taller.admin.OrganisersSite"
