"""A file that somebody brought, looked at by the worker; what was found is kept beside it while it is true."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import time
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from agenda.models import Workshop
from agenda.plans import Plan
from agenda.resources.book import Book, Rights
from edits.models import Edit
from sheets.models import Upload
from sheets.problems import Problem, TableError

logger = logging.getLogger("taller.sheets")

SOON = 30  # of django-tasks' priorities: somebody looks at the page
WAIT = 1.5  # seconds in which most files are read: the page comes with the answer
LOOK = 0.1  # seconds between two looks whether it is there
LOST = dt.timedelta(minutes=2)  # a look that was ordered so long ago is ordered again
TRIES = 2  # a file that has ended the worker so often is not read again


def of_now(upload: Upload, seconds: float = WAIT) -> Plan | None:
    """What the file would change now; None where the worker has not found that out within `seconds`.

    A look that is of a draft, of answers or of rights that have changed since counts as none: another is ordered.
    """
    token = _token(upload)
    if upload.looked != token:
        _order(upload, token)
        until = time.monotonic() + seconds
        while upload.looked != token:
            upload.refresh_from_db(fields=["looked", "done", "total", "plan"])
            if upload.looked == token or time.monotonic() > until:
                break
            if not connection.in_atomic_block:
                connection.close()  # who waits holds no connection that others could use
            time.sleep(LOOK)
    return msgspec.msgpack.decode(bytes(upload.plan), type=Plan) if upload.looked == token else None


def _token(upload: Upload) -> str:
    """What tells a look from every later one that could find something else."""
    drafts = Workshop.objects.aggregate(n=Count("pk"), revision=Sum("revision"))
    log = Edit.objects.last()
    user: Any = upload.owner
    roles = sorted(user.memberships.values_list("workshop", "role"), key=str)
    state = [upload.answers, drafts, log, roles, user.is_superuser, translation.get_language()]
    return hashlib.blake2b(json.dumps(state, sort_keys=True).encode(), digest_size=16).hexdigest()


def _order(upload: Upload, token: str) -> None:
    if upload.asked == token and upload.asked_at and timezone.now() - upload.asked_at < LOST:
        return
    upload.asked, upload.asked_at, upload.language = token, timezone.now(), translation.get_language()
    upload.done = upload.total = 0
    with transaction.atomic():
        upload.save(update_fields=["asked", "asked_at", "language", "done", "total"])
        look_at.enqueue(upload.pk)


@task(priority=SOON)
def look_at(pk: int) -> None:
    """Look at the file with this key, as it was last asked for."""
    upload = Upload.objects.select_related("owner").filter(pk=pk).exclude(looked=F("asked")).first()
    if upload is None:
        return
    mine = Upload.objects.filter(pk=pk, asked=upload.asked)
    mine.update(tries=F("tries") + 1)
    with translation.override(upload.language):
        plan = _plan(upload, mine) if upload.tries < TRIES else _refused(_("The file is too large to be read."))
    mine.update(plan=plan, looked=upload.asked, tries=0)


def _plan(upload: Upload, mine: Any) -> bytes:
    """What the file would change, packed."""

    def told(done: int, total: int) -> None:
        mine.update(done=done, total=total)

    try:
        return _packed(Book(Rights(upload.owner), upload.answers).look(bytes(upload.content), upload.name, told))
    except TableError as error:
        return _packed(Plan({}, problems=error.problems))
    except Exception:  # somebody waits for an answer
        logger.exception("a file cannot be looked at: %s bytes", len(upload.content))
        return _refused(_("The file cannot be read, and nothing was changed. What happened was noted in the log."))


def _packed(plan: Plan) -> bytes:
    # A name in another language is one only when it is asked for: here all are text.
    return msgspec.msgpack.encode(plan, enc_hook=str)


def _refused(text: str) -> bytes:
    return _packed(Plan({}, problems=(Problem(text),)))
