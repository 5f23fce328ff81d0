"""Whose session a request carries, asked in front of the application."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError, connection
from django.http.cookie import parse_cookie


def is_signed_in(cookies: str) -> bool:
    """Whether the session in a Cookie header is somebody's who has signed in; one query, and no where none is given.

    It gives its connection back: the thread that asks may not ask again.
    """
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return False
    try:
        return SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    except DatabaseError:
        return False
    finally:
        connection.close()
