"""The worker: does what the site orders in the background, one task after the other."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from accounts.models import Letter
from agenda.printing import shelf

INTERVAL = 0.5  # seconds between two looks at an empty queue
KEPT = timedelta(days=7)  # how long a finished task is remembered
TIDIED = timedelta(hours=1)  # between two looks for what is to be forgotten
LOCK = 0x7A11E5  # of PostgreSQL: any number, the same in every process


class Command(BaseCommand):
    help = "Does what the site orders in the background. One works in an installation; others wait to take its place."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="ends when nothing is left to do")

    def handle(self, *args, once, **options):
        with alone():
            take_back()
            forget_old()
            shelf.sweep()
            worker = Tidy(
                queue_names=["default"], interval=INTERVAL, batch=once, backend_name="default", startup_delay=False,
                max_tasks=None, worker_id=f"{os.uname().nodename[:40]}-{os.getpid()}", excluded_queue_names=[],
            )  # fmt: skip
            worker.configure_signals()
            worker.run()


class Tidy(Worker):
    """Forgets what is long done while it works, not only when it starts."""

    tidied = timezone.now()

    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        if timezone.now() - self.tidied > TIDIED:
            self.tidied = timezone.now()
            forget_old()


def take_back() -> None:
    """Make tasks that a killed worker left unfinished wait again: whoever works alone knows that nobody does them."""
    with exclusive_transaction():
        DBTaskResult.objects.running().update(status="READY", started_at=None)


def forget_old() -> None:
    """Forget tasks that are done and mails that went out, or were given up, longer than KEPT ago."""
    old = timezone.now() - KEPT
    DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()
    Letter.objects.filter(created__lt=old).delete()


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other worker works for this database, and be the one in this block."""
    if connection.vendor == "postgresql":
        import psycopg

        given = connection.get_connection_params()
        kept = {key: given[key] for key in ("dbname", "user", "password", "host", "port", "sslmode") if given.get(key)}
        with psycopg.connect(**kept, autocommit=True) as held:  # its own connection: the lock goes with it
            held.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield
        return
    path = Path(settings.VAR_DIR) / "working"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(INTERVAL)
        yield
