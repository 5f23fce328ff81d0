from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People with access")

    def ready(self):
        from . import guard  # noqa: F401  it listens to changes of who gets in
