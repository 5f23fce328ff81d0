"""People who work on the programme. Participants of a workshop need no account."""

import functools
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agenda.models import Workshop
from edits.recording import Recorded, RecordedQuerySet
from languages.fields import LineField
from rules.constraints import one_of

from .roles import PERMISSIONS, STAFF, Role


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
        user = self.create_user(email, password, **{**fields, "is_superuser": True})
        user.verify_email()
        return user

    def able_everywhere(self) -> "models.QuerySet[User]":
        """The active people who organise all workshops, or have every permission."""
        everywhere = models.Q(memberships__role=Role.ORGANISER, memberships__workshop=None)
        return self.filter(models.Q(is_superuser=True) | everywhere, is_active=True).distinct()


class User(AbstractUser, Recorded):
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

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Whether this person may enter the admin."""
        return self.is_superuser or any(role in STAFF for _workshop, role in self.grants())

    def grants(self) -> tuple[tuple[int | None, str], ...]:
        """The roles of this person: the key of the workshop, or None for all workshops, and the role. Asked once."""
        return self._grants

    @functools.cached_property
    def _grants(self) -> tuple[tuple[int | None, str], ...]:
        rows = Membership.objects.filter(
            user=self.pk
        )  # not through `memberships`: a list may have prefetched some only
        return tuple(rows.values_list("workshop_id", "role"))

    def works_in(self, permission: str) -> set[int] | None:
        """The keys of the workshops in which this person has `permission` («app.verb_model»); None for all."""
        if not self.is_active:
            return set()
        if self.is_superuser:
            return None
        granted = {workshop for workshop, role in self.grants() if permission in PERMISSIONS[role]}
        return None if None in granted else {workshop for workshop in granted if workshop is not None}

    def is_last_organiser(self) -> bool:
        """Whether nobody else could give access to all workshops, if this person no longer did."""
        able = User.objects.able_everywhere()
        return able.filter(pk=self.pk).exists() and not able.exclude(pk=self.pk).exists()

    def organise(self, workshop: Workshop) -> None:
        """Make this person an organiser of `workshop`, which they have just made."""
        if self.works_in("agenda.change_workshop") is not None:
            Membership.objects.get_or_create(user=self, workshop=workshop, defaults={"role": Role.ORGANISER})
            self.__dict__.pop("_grants", None)


class Membership(Recorded):
    """What somebody may in a workshop, or in all."""

    WORKSHOP = "workshop"

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person with access"))
    workshop = models.ForeignKey(
        Workshop, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("workshop")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["user", "workshop"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workshop"],
                name="membership_once_per_workshop",
                violation_error_message=_("This person has a role in this workshop already."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(workshop=None),
                name="membership_once_for_all",
                violation_error_message=_("This person has a role in all workshops already."),
            ),
            one_of("role", Role, "membership_role_known", _("Choose one of the roles.")),
        ]

    objects = RecordedQuerySet.as_manager()

    def workshop_key(self) -> int | None:
        return self.workshop_id

    def __str__(self):
        name, _colon, _what_it_may = self.get_role_display().partition(":")
        return f"{name} · {self.workshop.slug if self.workshop else _('All workshops')}"


class Letter(models.Model):
    """A mail on its way (letters.py): kept until the mail server has taken it."""

    created = models.DateTimeField(auto_now_add=True)
    sender = models.CharField(max_length=400)
    recipients = models.JSONField()
    content = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    taken = models.BooleanField(default=False)
    given_up = models.BooleanField(default=False)

    def __str__(self):
        return f"{self.created:%Y-%m-%d %H:%M}"
