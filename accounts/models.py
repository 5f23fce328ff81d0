"""People who work on the programme. Participants of a workshop need no account."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from languages.fields import LineField

# The roles, as groups (roles.py): name of the group -> may enter the admin.
ORGANISER, COORDINATOR, COMMITTEE = "organiser", "coordinator", "committee"
ROLES = {ORGANISER: True, COORDINATOR: True, COMMITTEE: False}
ROLE_NAMES = {
    ORGANISER: _("Organiser: edits and publishes"),
    COORDINATOR: _("Coordinator: sees and prints everything, changes nothing"),
    COMMITTEE: _("Committee member: sees the members' sessions on the site"),
}


class Users(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields):
        """A saved user with a lower-case e-mail address; without password, one who must set it by e-mail.

        Raises ValueError without an e-mail address.
        """
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        """As create_user(), with every permission and a verified address (else the login code leads nowhere)."""
        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        user.verify_email()
        return user


class User(AbstractUser):
    # As Django's documentation takes fields of its user away.
    username = None  # type: ignore[assignment]
    first_name = last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = LineField(_("name"), max_length=120, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[Users] = Users()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person with access")
        verbose_name_plural = _("people with access")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Somebody with this e-mail address has access already."),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    get_short_name = get_full_name

    def verify_email(self) -> None:
        """Count the user's address as verified, as an invitation does: who opens its link reads that mailbox."""
        from allauth.account.models import EmailAddress

        EmailAddress.objects.update_or_create(user=self, email=self.email, defaults={"verified": True, "primary": True})

    def may_see_members(self) -> bool:
        """Whether the members' sessions are open to this person."""
        return self.is_active and self.has_perm("agenda.see_members")
