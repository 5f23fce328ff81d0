"""Withdrawing: a text, a session or a version, out of everything that is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.db import connection, models, transaction
from django.db.models import Q
from django_tasks import task

from agenda import programme, publishing
from agenda.models import Release, ReleaseTree, Session, Withdrawal, Workshop
from agenda.models.withdrawal import Withdrawn, traced
from agenda.printing import shelf
from agenda.programme import Programme
from agenda.vocabulary import Visibility
from edits.models import Act, Edit, EditedRow, Way, key_of
from edits.recording import acting, watched
from languages import CODES, SOURCE, Text, column
from sheets.models import Upload

from .needle import LEAST, MARKS, Needle
from .rows import holding, out_of_acceptances, out_of_draft, out_of_record
from .stored import plain, rewrite_all, tell_again, without

SOON = 20  # of django-tasks' priorities


def withdraw_text(workshop: Workshop, text: str, reason: str, by: Any = None) -> Withdrawal:
    """Put `text` out of the draft, every version and everything kept of them; a mark stands in its place.

    Raises ValueError for a text that is too short.
    """
    needle = Needle(text, nth=Withdrawal.objects.filter(kind=Withdrawn.TEXT).count() + 1)

    def draft() -> None:
        out_of_draft(needle, workshop)

    def rewrite() -> list[int]:
        return rewrite_all(
            workshop, needle.out_of_tree, lambda told, _audience: needle.out_of_json(told), needle.out_of
        )  # fmt: skip

    traces = [traced(needle.text)]
    return _withdraw(workshop, Withdrawn.TEXT, needle.out_of(reason), by, draft, rewrite, needle, traces)


def withdraw_session(
    workshop: Workshop, code: str, reason: str, by: Any = None, for_members: bool = False
) -> Withdrawal:
    """Put the session `code` out of everything; its hour stays in old versions, without its content.

    With `for_members` it stays in the draft and for members, and the public loses it in every version.
    """
    row = workshop.sessions.filter(code=code).first()
    keys = [f"agenda.session:{row.pk}"] if row else []
    keys += [
        one.key
        for one in EditedRow.objects.filter(workshop=workshop.pk, key__startswith="agenda.session:", act=Act.GONE)
        if (one.before or {}).get("code") == code
    ]

    titles = titles_of(workshop, code) if not for_members else []
    named = [Needle(title) for title in titles if len(title) >= LEAST]

    def sentence(text: str) -> str:
        for needle in named:
            text = needle.out_of(text)
        return text

    def draft() -> None:
        if row is not None:
            _session_out_of_draft(workshop, row, for_members)

    def out_of_tree(tree: Programme) -> Programme:
        days = tuple(without(day, code, tree.language, for_members, True) for day in tree.days)
        gone = tuple(without(day, code, tree.language, for_members, False) for day in tree.cancelled)
        note = sentence(tree.note)
        if days == tree.days and gone == tree.cancelled and note == tree.note:
            return tree
        cancelled = tuple(day for day in gone if day.slots)
        return msgspec.structs.replace(tree, days=days, cancelled=cancelled, note=note)

    def told(changes: Any, audience: str) -> Any:
        if changes is None or (for_members and audience == "members"):
            return changes
        return [one for one in changes if one.get("code") != code]

    def rewrite() -> list[int]:
        changed = rewrite_all(workshop, out_of_tree, told, sentence)
        if not for_members:
            Upload.objects.all().delete()  # looked at for a day, each of them may hold it
            inside = EditedRow.objects.filter(Q(key__in=keys) | Q(inside__in=keys))
            for needle in named:  # what was said of doubts about it
                out_of_acceptances(needle, workshop)
            inside.update(name={"es": MARKS["es"]}, words="", before={"code": code}, after=None, withdrawn=True)
        return changed

    return _withdraw(workshop, Withdrawn.ROW, sentence(reason), by, draft, rewrite, None, [traced(t) for t in titles])


def _session_out_of_draft(workshop: Workshop, row: Session, for_members: bool) -> None:
    """Delete a session; `for_members`, show it to members only: else the next version would show it to all again."""
    if for_members:
        if row.visibility != Visibility.MEMBERS:
            row.visibility = Visibility.MEMBERS
            row.save(update_fields=["visibility"])
        return
    row.delete()
    note = dict(workshop.note or {})
    if note.pop(f"session:{row.code}", None) is not None:
        workshop.note = note
        workshop.save(update_fields=["note"])


def titles_of(workshop: Workshop, code: str) -> list[str]:
    """What the session `code` is called, or was, in every version and language, each once."""
    row = workshop.sessions.filter(code=code).first()
    titles = [str(getattr(row, column("title", language)) or "") for language in CODES] if row else []
    for stored in ReleaseTree.objects.filter(release__workshop=workshop):
        tree = programme.decode(stored.tree)
        entry = tree.entry(code) or tree.cancelled_entry(code)
        if entry and not entry[1].withdrawn:
            titles.append(entry[1].title.text)
    return [*dict.fromkeys(filter(None, titles))]


def withdraw_release(release: Release, reason: str, by: Any = None) -> Withdrawal:
    """Put a whole version out of everything; its number stays, and its address says that it was withdrawn."""
    workshop = release.workshop

    def rewrite() -> list[int]:
        others = workshop.releases.filter(withdrawn=False).exclude(pk=release.pk)
        known: set[str] = set()
        for row in ReleaseTree.objects.filter(release__in=others, language=workshop.source):
            known |= {slot.code for _day, slot in programme.decode(row.tree).entries}
        plain(Release).filter(pk=release.pk).update(withdrawn=True)

        def out_of_tree(tree: Programme) -> Programme:
            if tree.release == release.number:
                mark = Text(MARKS.get(tree.language, MARKS[SOURCE]), tree.language)
                return Programme(
                    tree.slug, mark, tree.language, timezone=tree.timezone, source=tree.source,
                    languages=tree.languages, release=tree.release, published_at=tree.published_at,
                )  # fmt: skip
            gone = [
                msgspec.structs.replace(day, slots=tuple(slot for slot in day.slots if slot.code in known))
                for day in tree.cancelled
            ]
            gone = [day for day in gone if day.slots]
            return msgspec.structs.replace(tree, cancelled=tuple(gone)) if gone != list(tree.cancelled) else tree

        changed = rewrite_all(workshop, out_of_tree, lambda told, _audience: told, lambda note: note)
        plain(Release).filter(pk=release.pk).update(note="")
        plain(ReleaseTree).filter(release=release).update(note="", public_changes="[]", members_changes="[]")
        tell_again(workshop, release.number)
        return changed

    return _withdraw(workshop, Withdrawn.RELEASE, reason, by, lambda: None, rewrite, None, [])


def _withdraw(
    workshop: Workshop, kind: Withdrawn, reason: str, by: Any, draft: Callable[[], None],
    rewrite: Callable[[], list[int]], needle: Needle | None, traces: list[list[Any]],
) -> Withdrawal:  # fmt: skip
    with transaction.atomic():
        workshop.lock()
        workshop.refresh_from_db()
        with acting(Way.WITHDRAWN):
            draft()
            act = Withdrawal.objects.create(workshop=workshop, by=by, kind=kind, reason=reason, traces=traces)
        act.releases = rewrite()
        plain(Withdrawal).filter(pk=act.pk).update(releases=act.releases)
        if needle is not None:
            for earlier in workshop.withdrawal_acts.exclude(pk=act.pk):
                plain(Withdrawal).filter(pk=earlier.pk).update(reason=needle.out_of(earlier.reason))
            out_of_record(needle, workshop)
            Upload.objects.filter(pk__in=holding(needle)).delete()
        # What was done to the draft is told by the act alone.
        done = EditedRow.objects.filter(edit__in=EditedRow.objects.filter(key=key_of(act)).values("edit"))
        done.exclude(key=key_of(act)).exclude(withdrawn=True).delete()
        transaction.on_commit(lambda: shelf.forget(workshop.slug))
        transaction.on_commit(publishing.forget)
        transaction.on_commit(lambda: wipe.enqueue())
    return act


@task(priority=SOON)
def wipe() -> None:
    """Let the database give up what its files keep of rows as they were before they were written anew."""
    if connection.in_atomic_block:
        return  # nothing can be wiped inside a transaction; a test's
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif connection.vendor == "postgresql":
            tables: list[type[models.Model]] = [*watched(), ReleaseTree, Edit, EditedRow, Upload]
            for model in tables:
                cursor.execute(f"VACUUM FULL {connection.ops.quote_name(model._meta.db_table)}")
