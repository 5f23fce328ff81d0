from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People with access")

    def ready(self):
        from edits.recording import watch

        from . import guard  # noqa: F401  it listens to changes of who gets in
        from .models import Membership, User

        watch(User, only=["email", "name", "is_active", "is_superuser"])
        watch(Membership, inside="user", beside=["user", "workshop"])
