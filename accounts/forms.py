"""allauth's forms, which take an address for somebody's only once it is confirmed.

allauth counts an address as soon as it is written down, in its own table or in the user's row (its
`filter_users_by_email`): whoever reads a mistyped mailbox would get the codes.
"""

from __future__ import annotations

from allauth.account import forms
from allauth.account.models import EmailAddress

from accounts.models import User


def people_at(email: str) -> list[User]:
    """The active people whose confirmed address is `email`: one or none, as the database keeps them unique."""
    rows = EmailAddress.objects.filter(email=email.lower(), verified=True, user__is_active=True)
    return [row.user for row in rows.select_related("user")]


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        self._user = next(iter(people_at(email)), None)
        return email


class ResetPasswordForm(forms.ResetPasswordForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = people_at(email)
        return email
