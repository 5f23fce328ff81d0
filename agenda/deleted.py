"""The bin: what was deleted waits there for thirty days and comes back with all that went along."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import msgspec
from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import undoing
from edits import words
from edits.models import KEPT_FOR, Act, Edit, EditedRow, Way
from edits.recording import kind_of
from languages import SOURCE


class Waiting(msgspec.Struct, frozen=True):
    """Something that waits in the bin: the row that was deleted, what went along (by what it is, in words, and how
    many), who deleted it and when, and until when it waits."""

    edit: Edit
    row: EditedRow
    name: str
    what: str
    along: tuple[tuple[str, int], ...]
    until: dt.datetime
    texts: int  # translations that went


def waiting(since: dt.datetime | None = None) -> list[Waiting]:
    """What was deleted in the last thirty days and has not come back, the newest first; four queries."""
    since = since or timezone.now() - KEPT_FOR
    rows = (
        EditedRow.objects.filter(act=Act.GONE, withdrawn=False, edit__at__gte=since)
        .select_related("edit")
        .order_by("-edit_id", "pk")
    )
    gone = [row for row in rows if words.is_draft(row)]
    by_model: dict[str, list[int]] = {}
    for row in gone:
        by_model.setdefault(row.label, []).append(row.row_key)
    live = {
        f"{label}:{pk}"
        for label, keys in by_model.items()
        for pk in apps.get_model(label)._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
    }
    found: list[Waiting] = []
    seen: set[str] = set()
    for edit in dict.fromkeys(row.edit for row in gone):
        mine = [row for row in gone if row.edit_id == edit.pk and row.key not in live and row.key not in seen]
        seen |= {row.key for row in mine}  # deleted again after it had come back: the last time counts
        for root, below in _trees(mine):
            counts = Counter(apps.get_model(row.label) for row in below)
            along = tuple(
                (str(model._meta.verbose_name if n == 1 else model._meta.verbose_name_plural), n)
                for model, n in counts.items()
            )
            found.append(Waiting(edit, root, words.called(root), words.what_is(root), along,
                                 edit.at + KEPT_FOR, _translations([root, *below])))  # fmt: skip
    return found


def _trees(rows: list[EditedRow]) -> list[tuple[EditedRow, list[EditedRow]]]:
    """The deleted rows that stood in no other deleted one, each with those that did."""
    keys = {row.key: row for row in rows}
    parent: dict[str, str] = {}
    for row in rows:
        for field in kind_of(apps.get_model(row.label)).columns:
            if field.is_relation and field.remote_field.on_delete is models.CASCADE:
                key = f"{field.related_model._meta.label_lower}:{(row.before or {}).get(field.attname)}"
                if key in keys and key != row.key:
                    parent.setdefault(row.key, key)
                    if row.label == "agenda.session" and field.name == "day":
                        parent[row.key] = key  # it goes with its day, if that goes; else with its workshop
    trees: dict[str, list[EditedRow]] = {row.key: [] for row in rows if row.key not in parent}
    for row in rows:
        top = row.key
        while top in parent:
            top = parent[top]
        if top != row.key:
            trees[top].append(row)
    return [(keys[top], below) for top, below in trees.items()]


def _translations(rows: list[EditedRow]) -> int:
    count = 0
    for row in rows:
        for field in kind_of(apps.get_model(row.label)).columns:
            language = getattr(field, "language", None)
            count += bool(language and language != SOURCE and (row.before or {}).get(field.attname))
    return count


def restore(edit: Edit, row_key: str, user: Any) -> tuple[str, list[str]]:
    """Bring the deleted row `row_key` of `edit` back, as `user`, with all that went along and every tie that is still
    free; what it is called, and what it comes back without. Raises undoing.Refused where it cannot come back whole."""
    everything = list(edit.rows.all())
    gone = [row for row in everything if row.act == Act.GONE]
    tree = next((([root, *below]) for root, below in _trees(gone) if root.key == row_key), None)
    if tree is None:
        raise undoing.Refused(_("This is not in the bin."))
    keys = {row.key for row in tree}
    ties = [row for row in everything if row.act == Act.CHANGED and _lost_only(row, keys)]
    left = undoing.make([*tree, *ties], False, user, Way.RESTORED)
    return words.called(tree[0]), left


def _lost_only(row: EditedRow, gone: set[str]) -> bool:
    """Whether all that an edit did to a row was to take away its ties to rows of `gone`."""
    model = apps.get_model(row.label)
    fields = {field.attname: field for field in kind_of(model).columns}
    return all(
        fields[name].is_relation
        and (row.after or {}).get(name) is None
        and f"{fields[name].related_model._meta.label_lower}:{value}" in gone
        for name, value in (row.before or {}).items()
    )
