"""What changes who can get in: it asks again, tells the address known before, and ends the other sessions."""

from __future__ import annotations

import functools
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.signals import email_changed, password_reset
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.models import User


def proven(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: the page asks again who is there before it opens, and again where it stood open too long.

    A form that is sent late is not kept to be carried out afterwards, as allauth does: it may hold a password, and
    whoever sat at the open session may have sent it.
    """

    @login_required
    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        prove(request)
        return view(request, *args, **kwargs)

    return wrapper


def prove(request: HttpRequest) -> None:
    """Go on only where `request` has shown lately who sends it.

    Raises ReauthenticationRequired, which allauth's middleware answers with the page that asks, or for a form
    ImmediateHttpResponse, which leads to the page of the form anew.
    """
    request.session.pop(STATE_SESSION_KEY, None)  # nothing waits that somebody else may have sent
    try:
        _asked(request)
    except ReauthenticationRequired:
        if request.method == "POST":
            messages.info(request, _("Confirm who you are first, then send the form again."))
            raise ImmediateHttpResponse(HttpResponseRedirect(request.get_full_path())) from None
        raise


@reauthentication_required
def _asked(request: HttpRequest) -> None:
    """What allauth's decorator guards."""


def end_sessions(user: User, but: HttpRequest | None = None) -> None:
    """End every session of `user`, except the one of the request `but`."""
    here = but.session.session_key if but else None
    for session in UserSession.objects.filter(user=user).exclude(session_key=here):
        session.end()


def _end_others(sender, request: HttpRequest, user: User, **kwargs) -> None:
    end_sessions(user, but=request if request.user == user else None)


for signal in (email_changed, password_reset, authenticator_added, authenticator_removed, authenticator_reset):
    signal.connect(_end_others, dispatch_uid="accounts.guard")


def tell(request: HttpRequest, user: User, address: str, acts: list[str]) -> None:
    """Write to `address` what an organiser (the reader of `request`) did to the access of `user`."""
    context = {"acts": acts, "by": request.user, "person": user}
    get_adapter(request).send_notification_mail("account/email/access_changed", user, context, email=address)


def invite(request: HttpRequest, user: User) -> None:
    """Send to the address of `user` the link with which they set a password. Their organiser named that address."""
    request_password_reset(request, user.email, [user], default_token_generator)
