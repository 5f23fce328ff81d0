"""Printed editions of a whole release, set in the background by the worker (`manage.py work`).

A workshop has one order. A newer release takes its place, also while an older one is being set; a task that runs
twice, or again after its worker was killed, finds on the shelf what there is already.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from agenda import publishing
from agenda.models import PrintOrder, Release
from agenda.printing import PAPERS, Paper, shelf
from agenda.printing.queue import Failed
from agenda.programme import Audience
from agenda.web.editions import Edition, of_release
from languages import CODES, SOURCE

logger = logging.getLogger("taller.press")


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
        if not row.queued:
            row.queued = True
            print_editions.enqueue(release.workshop.pk)
        row.save()


def wanted() -> Iterator[tuple[str, Audience, Paper]]:
    """Language, audience and paper of every edition of a release, in the order in which they are set.

    The source language first, and what participants take before what the room needs. Those who run the room get the
    members' programme.
    """
    for language in (SOURCE, *(code for code in CODES if code != SOURCE)):
        yield from ((language, "public", paper) for paper in PAPERS.values() if not paper.staff)
    yield from ((SOURCE, "members", paper) for paper in PAPERS.values())


@task()
def print_editions(workshop: int) -> None:
    """Set what the order of the workshop with this key wants, until it is done."""
    # Once: what is ordered from now on has a task of its own, one for however many releases.
    PrintOrder.objects.filter(workshop=workshop).update(queued=False)
    while (row := PrintOrder.objects.filter(workshop=workshop, finished=None).first()) is not None:
        release = Release.objects.select_related("workshop").get(pk=row.release_id)
        mine = PrintOrder.objects.filter(pk=row.pk, release=release)
        failed = 0
        for number, (language, audience, paper) in enumerate(wanted()):
            if not mine.update(done=number, failed=failed):
                break  # a newer release is wanted
            failed += not print_one(release, language, audience, paper, row.site)
        else:
            mine.update(done=row.total, failed=failed, finished=timezone.now())


def print_one(release: Release, language: str, audience: Audience, paper: Paper, site: str) -> bool:
    """Set one edition and its picture, where the shelf has not got them; whether that went well."""
    with translation.override(language):
        try:
            edition = _edition(release, language, audience, site)
            shelf.pdf(edition, paper)
            shelf.picture(edition, paper)
        except (Failed, shelf.Busy) as error:
            logger.warning("not printed: %s of %s in %s: %s", paper.name, release, language, error)
            return False
    return True


def _edition(release: Release, language: str, audience: Audience, site: str) -> Edition:
    [programme] = publishing.released([release], language, audience)
    return shelf.plain(of_release(programme, site))
