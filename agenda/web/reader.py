"""Who reads: decided here, once for every page, file and printed copy."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.http import HttpRequest

from agenda.models import Workshop
from agenda.programme import Audience


class Reader(msgspec.Struct, frozen=True):
    """`audience` decides what falls away. The default is whoever comes by.

    `has_session`: the answer is this reader's alone and no shared cache keeps it (RFC 9111 5.2.2.7).
    `is_signed_in`: there is somebody to refuse, or to send to the sign-in page.
    `runs_it`: organisers and coordinators, who see drafts and print what the room needs.
    """

    audience: Audience = "public"
    has_session: bool = False
    is_signed_in: bool = False
    runs_it: bool = False


NOBODY = Reader()


def reader_of(request: HttpRequest, workshop: Workshop | None = None, of_draft: bool = False) -> Reader:
    """Who sends `request`, as a reader of `workshop`; without a session neither a query nor a look at the user.

    Without `workshop` only what is asked of every page: whether somebody is there.

    With ?como=publico a member gets what the public gets, to hand it out. A draft is shown as the public would see
    it, with ?como=miembro as a member would.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return NOBODY
    user = request.user
    if not user.is_authenticated:
        return Reader(has_session=True)
    if workshop is None:
        return Reader(has_session=True, is_signed_in=True)
    wanted = request.GET.get("como", "")
    runs_it = user.has_perm("agenda.view_workshop", workshop)
    is_member = user.has_perm("agenda.see_members", workshop)
    as_member = wanted == "miembro" and runs_it if of_draft else wanted != "publico" and is_member
    return Reader("members" if as_member else "public", has_session=True, is_signed_in=True, runs_it=runs_it)
