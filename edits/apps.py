from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditsConfig(AppConfig):
    name = "edits"
    verbose_name = _("History")
