"""Stored trees written anew: the one case, and the one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import msgspec
from django.db import models
from django.db.models import F
from django.utils import timezone

from agenda import programme, publishing
from agenda.models import Release, ReleaseTree, Workshop
from agenda.programme import Audience, Programme, Slot
from languages import SOURCE, Text

from .needle import MARKS

told_changes = msgspec.json.Decoder(list[dict[str, Any]] | None)


def rewrite_all(
    workshop: Workshop,
    tree: Callable[[Programme], Programme],
    told: Callable[[Any, str], Any],
    note: Callable[[str], str],
) -> list[int]:
    """Rewrite every stored tree, change and sentence of the workshop's versions; the numbers of those that changed.

    `told` gets the changes of a release for an audience as JSON has them, None for the first version's.
    """
    now = timezone.now().replace(microsecond=0)
    raised = workshop.withdrawals + 1
    changed = []
    for release in workshop.releases.order_by("number"):
        trees: dict[str, Programme] = {}
        rewritten = note(release.note) != release.note
        for row in release.trees.all():
            before = programme.decode(row.tree)
            after = tree(before)
            columns: dict[str, str] = {}
            if after is not before and after != before:
                rewritten = True
                columns["tree"] = programme.encode(
                    msgspec.structs.replace(after, withdrawals=raised, withdrawn_at=now.astimezone(dt.UTC))
                )
            for audience in get_args(Audience):
                name = f"{audience}_changes"
                old = told_changes.decode(getattr(row, name))
                new = told(old, audience)
                if new != old:
                    rewritten = True
                    columns[name] = msgspec.json.encode(new).decode()
            if (said := note(row.note)) != row.note:
                rewritten = True
                columns["note"] = said
            if columns:
                plain(ReleaseTree).filter(pk=row.pk).update(**columns)
            trees[row.language] = after
        values: dict[str, Any] = {"withdrawals": raised}
        if rewritten:
            changed.append(release.number)
            public = {language: programme.for_audience(one, "public") for language, one in trees.items()}
            values |= {
                "note": note(release.note), "digest": programme.digest(trees),
                "public_digest": programme.digest(public),
            }  # fmt: skip
        plain(Release).filter(pk=release.pk).update(**values)
    plain(Workshop).filter(pk=workshop.pk).update(withdrawals=F("withdrawals") + 1)
    publishing.forget()
    return changed


def plain(model: type[models.Model]) -> models.QuerySet:
    """The rows of a model without its managers: they keep releases from being changed, and record what is done."""
    return models.QuerySet(model)


def without(day: Any, code: str, language: str, for_members: bool, in_place: bool) -> Any:
    """A day without the content of the session `code`."""
    if all(slot.code != code for slot in day.slots):
        return day
    slots = []
    for slot in day.slots:
        if slot.code != code:
            slots.append(slot)
        elif for_members:
            slots.append(msgspec.structs.replace(slot, visibility="members"))
        elif in_place:
            mark = Text(MARKS.get(language, MARKS[SOURCE]), language)
            slots.append(
                Slot(slot.code, mark, slot.kind, slot.start, slot.end, slot.part_of_day, visibility=slot.visibility,
                     withdrawn=True)
            )  # fmt: skip
    return msgspec.structs.replace(day, slots=tuple(slots))


def tell_again(workshop: Workshop, number: int) -> None:
    """Let the version after `number` say what it changed of the one before it."""
    standing = workshop.releases.filter(withdrawn=False)
    after = standing.filter(number__gt=number).order_by("number").first()
    before = standing.filter(number__lt=number).order_by("-number").first()
    if after is None:
        return
    old = {row.language: programme.decode(row.tree) for row in before.trees.all()} if before else {}
    for row in after.trees.all():
        told = publishing.told(old.get(row.language, old.get(SOURCE)), programme.decode(row.tree))
        plain(ReleaseTree).filter(pk=row.pk).update(
            public_changes=told["public"], members_changes=told["members"]
        )  # fmt: skip
