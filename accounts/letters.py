"""Mails on their way: kept in the database until the mail server has taken them, sent by the worker.

A request that sends a mail does not wait for the mail server, and a mail that it does not take is tried again.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.models import Letter

logger = logging.getLogger("taller.mail")
FIRST = 50  # of django-tasks' priorities: a code to sign in is waited for
AGAIN = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]  # after each refusal; then it is given up


class Queued(BaseEmailBackend):
    """Django's e-mail backend that keeps each mail and orders its delivery; both are undone with their transaction."""

    def send_messages(self, email_messages: Any) -> int:
        kept = 0
        for message in email_messages:
            if not message.recipients():
                continue
            with transaction.atomic():
                letter = Letter.objects.create(
                    sender=message.from_email,
                    recipients=message.recipients(),
                    content=message.message().as_bytes(linesep="\r\n"),
                )
                deliver.enqueue(letter.pk)
            kept += 1
        return kept


class Whole:
    """A mail as it was kept, with what Django's SMTP backend asks of a message."""

    def __init__(self, letter: Letter) -> None:
        self.from_email = letter.sender
        self.encoding = "utf-8"
        self._recipients = letter.recipients
        self._content = bytes(letter.content)

    def recipients(self) -> list[str]:
        return self._recipients

    def message(self) -> Whole:
        return self

    def as_bytes(self, linesep: str = "\r\n") -> bytes:
        """The mail as RFC 5322 writes it, as it was when it was made: its date and its name with it."""
        return self._content


@task(priority=FIRST)
def deliver(letter: int) -> None:
    """Send the mail with this key, unless that is done. What the server refuses is tried again later."""
    with transaction.atomic():
        row = Letter.objects.select_for_update().filter(pk=letter, taken=False, given_up=False).first()
    if row is None:
        return
    try:
        server: Any = get_connection(settings.DELIVERY)
        server.send_messages([Whole(row)])
    except (OSError, smtplib.SMTPException) as error:
        _later(row, error)
        return
    # Between the server's word and this one lies the only moment at which a kill sends a mail twice.
    Letter.objects.filter(pk=row.pk).update(taken=True, content=b"")


def _later(row: Letter, error: Exception) -> None:
    row.attempts += 1
    row.given_up = row.attempts > len(AGAIN)
    row.save(update_fields=["attempts", "given_up"])
    if row.given_up:
        logger.error("a mail is given up after %s attempts: %s", row.attempts, type(error).__name__)
        return
    logger.warning("a mail was not taken, it is tried again: %s", type(error).__name__)
    deliver.using(run_after=timezone.now() + AGAIN[row.attempts - 1]).enqueue(row.pk)
