"""Looks at the real things that the settings name: database, mail server, disk. Each problem is one sentence."""

from __future__ import annotations

import shutil
import smtplib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection, transaction

SECONDS = 5  # that a server may take to answer
ROOM = 200 * 1024**2  # bytes that should be free


def database() -> str:
    """What keeps the database from being used; "" where it can be read and written. Shows no password."""
    if connection.vendor == "postgresql" and (problem := _postgresql()):
        return problem
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE taller_probe (id integer)")
            transaction.set_rollback(True)
    except DatabaseError as error:
        return f"The database cannot be written: {_first_line(error)}"
    return ""


def _postgresql() -> str:
    """Asked without the pool, which would try for half a minute."""
    import psycopg

    given: dict[str, Any] = connection.get_connection_params()
    kept = ("dbname", "user", "password", "host", "port", "sslmode")
    name = given.get("dbname")
    try:
        with psycopg.connect(**{key: given[key] for key in kept if given.get(key)}, connect_timeout=SECONDS) as asked:
            encoding, schema, may_create = asked.execute(
                "SELECT current_setting('server_encoding'), current_schema(),"
                " has_schema_privilege(current_schema(), 'CREATE')"
            ).fetchone() or ("", None, False)
    except psycopg.Error as error:
        return f"The database «{name}» does not answer: {_first_line(error)}"
    if encoding != "UTF8":
        return f"The database «{name}» is in {encoding}, and names of all countries need UTF8: make it anew in UTF8."
    if schema is None or not may_create:
        return (
            f"The role «{given.get('user')}» may not make tables in the database «{name}» (since PostgreSQL 15 only "
            "its owner may): let it own the database, or GRANT CREATE ON SCHEMA public."
        )
    return ""


def mail() -> str:
    """What keeps the mail server from taking our mails; "" where it answers, or where mails go nowhere."""
    if not settings.DELIVERY.endswith("smtp.EmailBackend"):
        return ""
    try:
        server: Any = get_connection(settings.DELIVERY, timeout=SECONDS, fail_silently=False)
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        return f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take us: {_first_line(error)}"
    return ""


def room() -> str:
    """Whether the disk of the folder for what the installation keeps is nearly full."""
    folder = Path(settings.VAR_DIR)
    if not folder.exists():
        return ""
    free = shutil.disk_usage(folder).free
    return f"The disk of {folder} has only {free // 1024**2} MB left." if free < ROOM else ""


def _first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return text.rpartition("FATAL:")[2].strip().rstrip(".") + "."
