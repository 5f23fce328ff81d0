"""allauth's rules where ours are stricter."""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


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
    messages.info(request, _("To change who gets in, enter again: we send you a new code."))
    return HttpResponseRedirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}")
