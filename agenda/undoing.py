"""Edits taken back: each is a plan of row changes (plans.py), made of the record as it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from agenda import plans
from agenda.models import Workshop
from edits import words
from edits.models import Act, Edit, EditedRow, Way, key_of
from edits.recording import acting, kind_of, watched
from participants.models import Participant, Region
from sheets.columns import CellChange

MOST_LOOKED = 200  # edits of one person, from the newest, among which undo and redo look
NOT_UNDONE = (Way.PUBLISHED, Way.WITHDRAWN, Way.KEPT)


class Refused(Exception):
    """It cannot be taken back; the text says why, in the active language."""


class Steps(msgspec.Struct, frozen=True):
    """What a person could undo and do again, with its name."""

    undo: Edit | None = None
    redo: Edit | None = None
    undo_name: str = ""
    redo_name: str = ""


def steps(user: Any, workshop: int | None = None) -> Steps:
    """The last thing that `user` did in the draft, and the last that they undid; one query.

    With the key of a `workshop`, only what touched that one, or what belongs to none.
    """
    here = Q() if workshop is None else Q(workshop=workshop) | Q(workshop=None)
    drafts = Exists(EditedRow.objects.filter(words.DRAFT, here, edit=OuterRef("pk")))
    withdrawn = Exists(EditedRow.objects.filter(withdrawn=True, edit=OuterRef("pk")))
    mine_ = Edit.objects.filter(drafts, ~withdrawn, by=user)
    newest = mine_.exclude(way__in=NOT_UNDONE).order_by("-pk")[:MOST_LOOKED]
    undo: list[Any] = []
    redo: list[Any] = []
    by_edit: dict[int | None, Any] = {
        row.edit_id: row for row in first_rows(EditedRow.objects.filter(edit__in=newest.values("pk")))
    }
    for row in by_edit.values():
        edit = row.edit
        if edit.way == Way.UNDO:
            undo = [one for one in undo if one.edit_id != edit.undoes_id]
            redo.append(row)
        elif edit.way == Way.REDO:
            redo = [one for one in redo if one.edit_id != edit.undoes_id]
            undo.append(row)
        else:
            undo.append(row)
            redo = []
    last, next_ = undo[-1] if undo else None, redo[-1] if redo else None
    # What is done again is called what it was called when it was done, not what taking it back did.
    again = by_edit.get(next_.edit.undoes_id, next_) if next_ else None
    return Steps(
        last.edit if last else None, next_.edit if next_ else None,
        named(last, last.many) if last else "", named(again, again.many) if again else "",
    )  # fmt: skip


def first_rows(rows: models.QuerySet) -> list[Any]:
    """The first row of each edit among `rows`, the oldest edit first, with its edit; `many` says how many it has."""
    counted = rows.annotate(
        place=Window(RowNumber(), partition_by="edit", order_by="pk"), many=Window(Count("pk"), partition_by="edit")
    )
    found = counted.filter(place=1).select_related("edit").defer("after", "words")
    return sorted(found, key=lambda row: row.edit_id)


def name_of(rows: list[EditedRow]) -> str:
    """What an edit is called that changed `rows`: «hora de «Pausa café»»."""
    return named(rows[0], len(rows)) if rows else ""


def named(first: EditedRow, count: int) -> str:
    """What an edit is called whose first row is `first`, of `count`."""
    values = {"what": words.what_is(first), "name": words.called(first), "more": count - 1}
    if count > 1:
        return _("%(what)s “%(name)s” and %(more)d more") % values
    if first.act == Act.NEW:
        return _("“%(name)s”, added") % values
    if first.act == Act.GONE:
        return _("“%(name)s”, deleted") % values
    columns = [name for name in first.before or {} if name not in words.UNTOLD]
    if len(columns) == 1:
        values["field"] = words.label_of(apps.get_model(first.label), columns[0])
        return _("%(field)s of “%(name)s”") % values
    return _("changes of “%(name)s”") % values


# --- what would bring it back ---


def _is_role_of(row: EditedRow, workshops: set[int | None]) -> bool:
    return row.label == "accounts.membership" and row.act == Act.GONE and row.workshop in workshops


class _Reversal:
    """The changes that take edits back: `reasons` say what cannot be, `left` what comes back without a tie."""

    def __init__(self, rows: Iterable[EditedRow], strict: bool) -> None:
        rows = list(rows)
        workshops = {row.workshop for row in rows if row.label == "agenda.workshop" and row.act == Act.GONE}
        # Who had a role in a workshop has it again when the workshop is back.
        self.rows = [row for row in rows if words.is_draft(row) or _is_role_of(row, workshops)]
        if any(row.withdrawn for row in self.rows):
            raise Refused(_("This was withdrawn: it does not come back."))
        self.strict = strict  # refuse where somebody built on it; else leave what they built
        self.reasons: list[str] = []
        self.left: list[str] = []
        self.live: dict[str, Any] = {}
        by_model: dict[Any, set[int]] = {}
        for row in self.rows:
            model = apps.get_model(row.label)
            by_model.setdefault(model, set()).add(row.row_key)
            before = (row.before or {}) if row.act == Act.GONE else {}
            for field in kind_of(model).columns:
                if field.is_relation and isinstance(before.get(field.attname), int):
                    by_model.setdefault(field.related_model, set()).add(before[field.attname])
        for model, keys in by_model.items():
            for one in model._base_manager.filter(pk__in=keys):
                self.live[key_of(one)] = one
        self.back = {row.key for row in self.rows if row.act == Act.GONE and row.key not in self.live}

    def plan(self) -> plans.Plan:
        """The plan. Raises Refused where something stands in its way."""
        changes = [change for row in self._in_order() if (change := self._change(row)) is not None]
        if self.reasons:
            raise Refused("\n".join(dict.fromkeys(self.reasons)))
        if not changes:
            raise Refused(_("There is nothing left to take back: it is as it was."))
        touched = {change.workshop for change in changes if change.workshop is not None}
        return plans.Plan(plans.base_of(Workshop.objects.filter(pk__in=touched)), tuple(changes))

    def _in_order(self) -> list[EditedRow]:
        order = {model._meta.label_lower: place for place, model in enumerate(watched())}
        return sorted(self.rows, key=lambda row: (order[row.label], row.pk))

    def _change(self, row: EditedRow) -> plans.RowChange | None:
        model = apps.get_model(row.label)
        live = self.live.get(row.key)
        if row.act == Act.GONE:
            return self._restored(row, model) if live is None else None
        if live is None:
            if self.strict:
                self.reasons.append(_("“%(name)s” is no longer there.") % {"name": words.called(row)})
            return None
        return self._taken_away(row, model, live) if row.act == Act.NEW else self._as_before(row, model, live)

    def _restored(self, row: EditedRow, model: type[models.Model]) -> plans.RowChange | None:
        before = dict(row.before or {})
        for field in kind_of(model).columns:
            other = before.get(field.attname)
            if not field.is_relation or other is None:
                continue
            key = f"{field.related_model._meta.label_lower}:{other}"
            if key in self.live or key in self.back or not isinstance(other, int):
                continue
            values = {"name": words.called(row), "field": words.label_of(model, field.name)}
            if field.null:
                before[field.attname] = None
                self.left.append(_("“%(name)s” comes back without its %(field)s, which is gone.") % values)
            else:
                text = _("“%(name)s” cannot come back: its %(field)s is gone. Bring that back first.")
                self.reasons.append(text % values)
                return None
        self._check(row, model, before)
        cells = tuple(_cell(name, None, value) for name, value in before.items() if value != "")
        return self._row("new", row, model, cells)

    def _check(self, row: EditedRow, model: type[models.Model], values: dict[str, Any]) -> None:
        """Whether the rules would take the row back beside what is there now."""
        plain = {name: plans.read(model, name, value) for name, value in values.items()}
        made = model(pk=row.row_key, **plain)
        try:
            made.validate_constraints()
            made.validate_unique(exclude=[model._meta.pk.name])
        except ValidationError as error:
            told = _("“%(name)s” cannot come back: %(why)s")
            self.reasons += [told % {"name": words.called(row), "why": text} for text in error.messages]
        except models.ObjectDoesNotExist:
            pass  # a rule about a parent that comes back in the same step: the database looks at it

    def _as_before(self, row: EditedRow, model: type[models.Model], live: Any) -> plans.RowChange | None:
        now = kind_of(model).values(live)
        cells = []
        for name, after in (row.after or {}).items():
            before = (row.before or {})[name]
            if now.get(name) == before:
                continue
            if now.get(name) == after and self._is_gone(model, name, before):
                before = None
                if after is None:
                    continue
            if now.get(name) == after:
                cells.append(_cell(name, after, before))
            elif self.strict:
                self.reasons.append(self._built_on(row, model, name))
        return self._row("changed", row, model, tuple(cells)) if cells else None

    def _is_gone(self, model: type[models.Model], name: str, key: Any) -> bool:
        """Whether the column `name` may be empty, and held the key of a row that is there no more."""
        field: Any = next(one for one in model._meta.concrete_fields if one.attname == name)
        if key is None or not field.is_relation or not field.null:
            return False
        if f"{field.related_model._meta.label_lower}:{key}" in {one.key for one in self.rows}:
            return False  # it comes back in the same step
        return not field.related_model._base_manager.filter(pk=key).exists()

    def _built_on(self, row: EditedRow, model: type[models.Model], name: str) -> str:
        since = Edit.objects.about(row.key).filter(pk__gt=row.edit_id).order_by("-pk").first()
        values = {
            "who": (since.by_name if since else "") or _("somebody"),
            "field": words.label_of(model, name), "name": words.called(row),
        }  # fmt: skip
        return _("%(who)s has changed “%(field)s” of “%(name)s” since.") % values

    def _taken_away(self, row: EditedRow, model: type[models.Model], live: Any) -> plans.RowChange | None:
        now, after = kind_of(model).values(live), row.after or {}
        for name in after:
            if now.get(name) != after[name]:
                self.reasons.append(self._built_on(row, model, name))
                return None
        mine = {one.key for one in self.rows}
        for relation in model._meta.related_objects:
            other: Any = relation.related_model
            if relation.on_delete is models.SET_NULL or other._meta.app_label not in ("agenda", "participants"):
                continue
            hanging = other._base_manager.filter(**{relation.field.name: live.pk})
            for one in hanging[:200]:
                if key_of(one) not in mine:
                    values = {"name": words.called(row), "other": str(one)}
                    self.reasons.append(_("“%(other)s” has been put into “%(name)s” since.") % values)
                    return None
        return self._row("gone", row, model, ())

    def _row(
        self, act: Any, row: EditedRow, model: type[models.Model], cells: tuple[CellChange, ...]
    ) -> plans.RowChange:
        return plans.RowChange(
            act, model._meta.label, row.row_key, words.called(row), cells, workshop=row.workshop
        )  # fmt: skip


def _cell(name: str, before: Any, after: Any) -> CellChange:
    return CellChange(name, name, before, after, "", "")


def _may(user: Any, plan: plans.Plan) -> None:
    """Raise Refused unless `user` may make every change of the plan."""
    verbs = {"new": "add", "changed": "change", "gone": "delete"}
    back = {row.key for row in plan.rows if row.act == "new" and row.model == Workshop._meta.label}
    for row in plan.rows:
        model = apps.get_model(row.model)
        if row.act == "new" and row.workshop in back and user.works_in("agenda.add_workshop") is None:
            continue  # with its workshop, which whoever may add one brings back
        shared = model in (Participant, Region)
        instance = model(pk=row.key) if shared else Workshop(pk=row.workshop)
        permission = f"{model._meta.app_label}.{verbs[row.act]}_{model._meta.model_name}"
        if not user.has_perm(permission, instance if row.act != "new" or not shared else None):
            raise Refused(_("You may not change “%(name)s”.") % {"name": row.label})


def make(rows: Iterable[EditedRow], strict: bool, user: Any, way: Way, undoes: Edit | None = None) -> list[str]:
    """Take back what the record says of `rows`, as `user`; what comes back without a tie, in sentences.

    `strict` refuses where somebody built on it; otherwise what they built stays. Raises Refused, and writes nothing.
    """
    rows = list(rows)
    with acting(way, undoes):
        workshops = {row.workshop for row in rows if row.workshop is not None}
        list(Workshop.objects.select_for_update().filter(pk__in=sorted(workshops)).order_by("pk"))
        reversal = _Reversal(rows, strict)
        plan = reversal.plan()
        _may(user, plan)
        try:
            plans.apply(plan)
        except (plans.Outdated, plans.Impossible) as error:
            raise Refused(plans.outdated() if isinstance(error, plans.Outdated) else plans.impossible()) from error
    return reversal.left


def undo(edit: Edit, user: Any) -> str:
    """Take `edit` back, as `user`; what it is called. Raises Refused where somebody built on it since, or where it
    took back something itself: then it is done again."""
    rows = list(edit.rows.all())
    way = Way.REDO if edit.way == Way.UNDO else Way.UNDO
    make(rows, True, user, way, edit)
    return name_of(list(edit.undoes.rows.all()) if way == Way.REDO and edit.undoes else rows)


def back_to(edit: Edit, row_key: str, user: Any) -> str:
    """Let the row `row_key` be as it was before `edit`, whatever was done to it since; what it is called.

    Raises Refused where it is gone (the bin has it), or was not there before.
    """
    # With a session go its points and people; in a workshop stand rows that are others' work: it goes alone.
    with_it = Q() if row_key.startswith("agenda.workshop:") else Q(inside=row_key)
    later = EditedRow.objects.filter(Q(key=row_key) | with_it, edit__gte=edit.pk).order_by("pk")
    folded: dict[str, EditedRow] = {}
    for row in later:
        if row.key not in folded:
            folded[row.key] = row
        else:
            _fold(folded[row.key], row)
    rows = [row for row in folded.values() if row.act]
    if any(row.key == row_key and row.act != Act.CHANGED for row in rows):
        raise Refused(_("There is nothing before this to go back to."))
    make(rows, True, user, Way.BACK)
    return name_of([row for row in rows if row.key == row_key] or rows)


def _fold(first: EditedRow, later: EditedRow) -> None:
    """Let `first` say what both did, one after the other; nothing (no act) where a row came and went."""
    if not first.act:
        first.act, first.before, first.after = later.act, later.before, later.after
    elif first.act == Act.NEW:
        first.act = "" if later.act == Act.GONE else Act.NEW
        first.after = {**(first.after or {}), **(later.after or {})}
    elif later.act == Act.GONE:
        first.before = {**(later.before or {}), **(first.before or {})}
        first.act, first.after = Act.GONE, None
    elif first.act == Act.GONE:  # it came back
        whole, now = first.before or {}, later.after or {}
        changed = [name for name in whole if whole[name] != now.get(name)]
        first.act = Act.CHANGED
        first.before, first.after = {n: whole[n] for n in changed}, {n: now.get(n) for n in changed}
    else:
        first.before = {**(later.before or {}), **(first.before or {})}
        first.after = {**(first.after or {}), **(later.after or {})}
