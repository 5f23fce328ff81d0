"""The texts that are kept beside the versions: the draft, the record of edits, the files that were brought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from agenda import programme
from agenda.models import Release, ReleaseTree, Withdrawal, Workshop
from edits.models import Act, EditedRow
from edits.recording import kind_of, watched, words_of
from languages import SOURCE
from participants.models import Participant, Region
from sheets import reading
from sheets.models import Upload
from sheets.problems import TableError

from .needle import Needle

# What no reader reads as a text.
KEPT_PLAIN = (
    "code",
    "slug",
    "timezone",
    "country",
    "colour",
    "framed_by",
    "name_key",
    "source",
    "key",
    "facts",
    "rule",
)


def participants_of(workshop: Workshop) -> models.QuerySet[Participant]:
    """The participants that a workshop names anywhere, or named: in a version, or in what was deleted."""
    was = EditedRow.objects.filter(workshop=workshop.pk, act=Act.GONE).values_list("before", flat=True)
    keys = {key for before in was if isinstance(key := (before or {}).get("participant_id"), int)}
    slugs = {
        one.slug
        for row in ReleaseTree.objects.filter(release__workshop=workshop, language=workshop.source)
        for one in programme.decode(row.tree).participants
    }
    return Participant.objects.filter(
        Q(attendances__workshop=workshop) | Q(convened__workshop=workshop)
        | Q(moderates__session__workshop=workshop) | Q(named_in__session__workshop=workshop)
        | Q(pk__in=keys) | Q(slug__in=slugs)
    ).distinct()  # fmt: skip


def drafts(workshop: Workshop) -> Iterable[Any]:
    """Every row of the draft, and the participants and regions that it names."""
    for model in watched():
        if model._meta.app_label not in ("agenda", "participants") or model in (Release, Withdrawal):
            continue
        if model is Participant:
            yield from participants_of(workshop)
        elif model is Region:
            yield from Region.objects.filter(participants__in=participants_of(workshop)).distinct()
        else:
            way: str = model.WORKSHOP  # type: ignore[attr-defined]
            yield from model._base_manager.filter(**{way: workshop.pk})


def _columns(row: Any) -> Iterable[tuple[Any, str]]:
    """The columns of a row that hold texts, with the language of each."""
    for field in kind_of(type(row)).columns:  # not the twins of the language that happens to be active
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in KEPT_PLAIN:
            yield field, getattr(field, "language", "") or SOURCE


def hits(needle: Needle, row: Any) -> list[Any]:
    """The columns of a row that hold it."""
    return [field for field, _language in _columns(row) if needle.is_in(getattr(row, field.attname) or "")]


def out_of_draft(needle: Needle, workshop: Workshop) -> None:
    """Put it out of every text of the draft, of what it names and of what its note said."""
    for row in drafts(workshop):
        touched = False
        for field, language in _columns(row):
            before = getattr(row, field.attname) or ""
            after = needle.out_of(before, language)
            if after != before:
                is_address = field.name in ("website",)
                if field.max_length and len(after) > field.max_length:
                    after = needle.pattern.sub("[…]", before)  # shorter than any text that is withdrawn
                setattr(row, field.attname, "" if is_address else after)
                touched = True
        if isinstance(row, Participant) and needle.slug and needle.slug in row.slug:
            row.slug, touched = "", True  # made anew of the name that is left
        if isinstance(row, Workshop):
            note = needle.out_of_json(row.note)
            touched = touched or note != row.note
            row.note = note
        if touched:
            row.save()


def records(workshop: Workshop) -> models.QuerySet[EditedRow]:
    """The rows of the record that tell of a workshop, and of what workshops share."""
    return EditedRow.objects.filter(Q(workshop=workshop.pk) | Q(key__startswith="participants."))


def out_of_record(needle: Needle, workshop: Workshop) -> None:
    """Put it out of the record of edits: what is brought back or undone afterwards has the mark."""
    changed = []
    for row in records(workshop):
        values = [row.name, row.before, row.after]
        new = [needle.out_of_json(value) for value in values]
        if new != values or needle.is_in(row.words):
            row.name, row.before, row.after = new
            row.words = words_of(*new)
            changed.append(row)
    EditedRow.objects.bulk_update(changed, ["name", "before", "after", "words"], batch_size=100)


def out_of_acceptances(needle: Needle, workshop: Workshop) -> None:
    """Put it out of the doubts that were accepted, and of what the record says of them."""
    for row in workshop.acceptances.all():
        said = {"message": needle.out_of(row.message), "reason": needle.out_of(row.reason)[:300]}
        if said != {"message": row.message, "reason": row.reason}:
            models.QuerySet(type(row)).filter(pk=row.pk).update(**said)
    for told in records(workshop).filter(key__startswith="agenda.acceptance:"):
        told.name, told.before, told.after = (
            needle.out_of_json(value) for value in (told.name, told.before, told.after)
        )
        told.words = words_of(told.name, told.before, told.after)
        told.save()


def holding(needle: Needle) -> list[int]:
    """The files that were brought to be looked at and hold it, or cannot be read: they are kept for a day only."""
    found = []
    for upload in Upload.objects.all():
        try:
            grids = reading.read(bytes(upload.content)).grids
            cells = (str(cell) for grid in grids for _number, row in grid.rows for cell in row)
            holds = any(map(needle.is_in, cells))
        except TableError:
            holds = True
        packed = bytes(upload.plan).decode("utf-8", "replace")
        if holds or needle.is_in(packed) or needle.is_in_json(upload.answers) or needle.is_in(upload.name):
            found.append(upload.pk)
    return found
