"""allauth's rules where ours are stricter."""

from __future__ import annotations

import time
from types import SimpleNamespace
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .models import User


class InvitationOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Every change of who gets in asks again who is there, whichever part of allauth makes it.

        Who has neither password nor second factor cannot be asked here: such a session must be fresh, or it ends
        and leads to a new code. Raises ImmediateHttpResponse then.
        """
        request = self.request
        if not self.get_reauthentication_methods(request.user) and not _entered_lately(request):
            raise ImmediateHttpResponse(enter_again(request))
        return True

    def pre_login(self, request: HttpRequest, user: User, *, email: str | None, **kwargs) -> HttpResponse | None:
        """Nobody gets in by an address that is not confirmed as theirs now, whatever it was when a code went there.

        allauth would write the address down anew at this point and send it a code of its own.
        """
        if refused := super().pre_login(request, user, email=email, **kwargs):
            return refused
        if email and not EmailAddress.objects.filter(user=user, email=email.lower(), verified=True).exists():
            clear_login(request)
            messages.error(request, _("This address is not confirmed. Ask an organiser for a new invitation."))
            return HttpResponseRedirect(reverse("account_login"))
        return None

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """Who has a second factor shows it: the password alone would take the factor away."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials) -> str:
        # By the address alone: with the name of the site, another port in the request would be another lock.
        return str(credentials.get("email", "")).lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail leads to the site's own address, whatever name the request called."""
        url = super().get_reset_password_from_key_url(key)
        return settings.SITE_URL + urlsplit(url).path if settings.SITE_URL else url

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        if settings.SITE_URL:
            site = SimpleNamespace(name=str(settings.SITE_NAME), domain=urlsplit(settings.SITE_URL).netloc)
            context = {**context, "current_site": site}
        super().send_mail(template_prefix, email, context)

    def add_message(self, request, level, message_template=None, message_context=None, *args, **kwargs):
        # «You have signed in as …» says what everybody sees anyway, and would wait for the next page of the admin.
        if message_template in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            return
        super().add_message(request, level, message_template, message_context, *args, **kwargs)


def _entered_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def enter_again(request: HttpRequest) -> HttpResponseRedirect:
    """End this session and ask for a new code; from there the way leads back to the page that was asked for."""
    back = request.get_full_path() if request.method == "GET" else request.path
    logout(request)
    messages.info(request, _("To change who has access, sign in again: we will send you a new code."))
    return HttpResponseRedirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}")
