"""What is ordered of the press: all editions of a release, or the one that a reader waits for. The worker makes it.

A workshop has one order. A newer release takes its place, also while an older one is being set; a task that runs
twice, or again after its worker was killed, finds on the shelf what there is already. A task sets one edition, so
that a reader, a mail or a spreadsheet never waits for forty.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django_tasks import task

from agenda import programme as tree
from agenda import publishing
from agenda.models import PrintedFile, PrintOrder, Release, Workshop
from agenda.printing import EVERYTHING, PAPERS, SOCIAL, Paper, shelf
from agenda.printing.queue import Failed
from agenda.programme import Audience
from agenda.web.editions import Edition, of_release
from languages import CODES, SOURCE

logger = logging.getLogger("taller.press")

LAST, SOON = -10, 20  # of django-tasks' priorities: editions that nobody waits for, and one that a reader waits for
WAIT = 25.0  # seconds that a reader waits for an edition
LOOK = 0.15  # seconds between two looks whether it is there
LOST = dt.timedelta(minutes=5)  # an edition that was ordered so long ago is ordered again
# So many may wait in one process; the others get the last good file, and threads stay free for the rest of the site.
WAITING = threading.BoundedSemaphore(24)


class Busy(Exception):
    """The edition is being set, and that takes long."""


# --- one edition, for a reader ---


def file(edition: Edition, paper: Paper, suffix: str = ".pdf") -> bytes:
    """The file (or .png, its first page) of a printed edition, from the shelf; ordered where it does not stand there.

    Twenty who ask at once make one order. Raises Failed where the press cannot make it (and has told the log), Busy
    where the wait takes too long.
    """
    try:
        row = shelf.row(edition, paper)
        if row.pages and (data := shelf.read(row, suffix)) is not None:
            return data
        if shelf.has_just_failed(row):
            raise Failed("it has just failed")
        if not WAITING.acquire(blocking=False):
            raise Busy
        try:
            _order(row, again=bool(row.pages))
            return _awaited(row.name, suffix)
        finally:
            WAITING.release()
    except OSError as error:
        logger.exception("not read: %s of %s", paper.name, edition.programme.slug)
        raise Failed("the file cannot be read") from error


def _order(row: PrintedFile, again: bool) -> None:
    """Order what `row` names, unless somebody has; `again` where its files are gone."""
    with transaction.atomic():
        known, _made = PrintedFile.objects.get_or_create(
            name=row.name, defaults={f.name: getattr(row, f.name) for f in row._meta.concrete_fields if f.name != "id"}
        )
        mine = PrintedFile.objects.filter(pk=known.pk)
        if again:
            mine.filter(pages=known.pages).update(pages=None, wanted=None)
        now = timezone.now()
        if mine.filter(Q(wanted=None) | Q(wanted__lt=now - LOST), pages=None).update(wanted=now, cause=""):
            print_wanted.enqueue(known.pk)


def _awaited(name: str, suffix: str) -> bytes:
    until = time.monotonic() + WAIT
    while True:
        row = PrintedFile.objects.filter(name=name).first()
        if row is None:
            raise Busy  # the draft has changed meanwhile: it is set as it is now
        if row.pages and (data := shelf.read(row, suffix)) is not None:
            return data
        if row.cause:
            raise Failed(row.cause)
        if time.monotonic() > until:
            raise Busy
        if not connection.in_atomic_block:
            connection.close()  # who waits holds no connection that others could use
        time.sleep(LOOK)


@task(priority=SOON)
def print_wanted(pk: int) -> None:
    """Set the edition of the row with this key, which somebody waits for."""
    row = PrintedFile.objects.filter(pk=pk, pages=None, wanted__isnull=False).first()
    if row is None:
        return
    with translation.override(row.language):
        if edition := _wanted(row):
            try:
                shelf.make(edition, EVERYTHING[row.paper])
            except Failed as error:
                logger.warning("not printed: %s: %s", row, error)
    PrintedFile.objects.filter(pk=pk, pages=None, cause="").delete()  # it is not to be had any more


def _wanted(row: PrintedFile) -> Edition | None:
    """The edition that `row` names, as it is now; None where there is no such workshop or version any more."""
    audience: Audience = "members" if row.audience == "members" else "public"
    if row.release is not None:
        release = Release.objects.filter(workshop__slug=row.workshop, number=row.release).first()
        return _edition(release, row.language, audience, row.site) if release else None
    workshop = Workshop.objects.filter(slug=row.workshop).first()
    if workshop is None:
        return None
    draft = tree.for_audience(tree.build(workshop, row.language), audience)
    return Edition(draft, "draft", row.site)


# --- all editions of a release ---


def place(release: Release, site: str, again: bool = False) -> None:
    """Order all printed editions of `release`; `site` is the scheme and host that readers reach.

    An order of a newer release stays. With `again`, what failed before is tried at once.
    """
    if not settings.PRINT_AT_PUBLICATION:
        return
    if again:
        shelf.forget_failures(release.workshop.slug)
    with transaction.atomic():
        row, made = PrintOrder.objects.select_for_update().get_or_create(
            workshop=release.workshop, defaults={"release": release, "site": site}
        )
        if not made and row.release.number > release.number:
            return
        row.release, row.site, row.total = release, site, len(list(wanted()))
        row.done = row.failed = 0
        row.finished = None
        if not row.queued or timezone.now() - row.ordered > LOST:
            row.queued = True
            print_next.enqueue(release.workshop.pk)
        row.save()


def wanted() -> Iterator[tuple[str, Audience, Paper]]:
    """Language, audience and paper of every edition of a release, in the order in which they are set.

    The source language first, and what participants take before what the room needs. Those who run the room get the
    members' programme.
    """
    for language in (SOURCE, *(code for code in CODES if code != SOURCE)):
        yield from ((language, "public", paper) for paper in PAPERS.values() if not paper.staff)
        yield language, "public", SOCIAL
    yield from ((SOURCE, "members", paper) for paper in PAPERS.values())


@task(priority=LAST)
def print_next(workshop: int) -> None:
    """Set the next edition that the order of the workshop with this key wants, and order the one after it."""
    mine = PrintOrder.objects.filter(workshop=workshop, finished=None)
    row = mine.select_related("release__workshop").first()
    if row is None:
        return
    language, audience, paper = list(wanted())[row.done]
    failed = int(not print_one(row.release, language, audience, paper, row.site))
    with transaction.atomic():
        # Nothing where a newer release has taken its place meanwhile.
        mine.filter(release=row.release, done=row.done).update(
            done=F("done") + 1, failed=F("failed") + failed, ordered=timezone.now()
        )  # fmt: skip
        if not mine.filter(done=F("total")).update(queued=False, finished=timezone.now()):
            print_next.enqueue(workshop)


def print_one(release: Release, language: str, audience: Audience, paper: Paper, site: str) -> bool:
    """Set one edition where the shelf has not got it; whether that went well."""
    with translation.override(language):
        try:
            shelf.make(_edition(release, language, audience, site), paper)
        except Failed as error:
            logger.warning("not printed: %s of %s in %s: %s", paper.name, release, language, error)
            return False
        except Exception:  # one edition never keeps the others from being set
            logger.exception("not printed: %s of %s in %s", paper.name, release, language)
            return False
    return True


def _edition(release: Release, language: str, audience: Audience, site: str) -> Edition:
    [programme] = publishing.released([release], language, audience)
    return shelf.plain(of_release(programme, site))
