from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People with access")

    def ready(self):
        from . import guard, roles  # noqa: F401  the guard listens to changes of who gets in

        post_migrate.connect(roles.make, sender=self)  # last of all apps: their permissions are there
