"""Workshop.revision: raised by every change of anything that belongs to a workshop, by whatever way it is made.

Whoever opened the draft at one revision and finds another knows that it is no longer what they saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_delete, pre_save

from edits.recording import Recorded, RecordedQuerySet, acting, raised
from participants.models import Participant, Region
from participants.models.participant import changed

if TYPE_CHECKING:
    from django_stubs_ext import ValuesQuerySet


def raise_revision(workshops: Iterable[int | None], also: ValuesQuerySet | None = None) -> None:
    """Raise the revision of the workshops with these keys, and of those that `also` selects, in one query.

    Done before the rows are written: all who write to one workshop take its row first, so that none of them waits for
    one who waits for them. What is one edit (edits.recording.acting) raises it once, with its first write.
    """
    wanted = {pk for pk in workshops if pk is not None}
    done = raised()
    if done is not None:
        also = also if wanted - done else None
        wanted -= done
        done |= wanted
    which = Q(pk__in=sorted(wanted))
    if also is not None:
        which |= Q(pk__in=also)
    if wanted or also is not None:
        models.QuerySet(apps.get_model("agenda", "Workshop")).filter(which).update(revision=F("revision") + 1)


def lock(workshop: int | None) -> None:
    """Let nobody else change anything of the workshop with this key before the transaction ends.

    Whatever changes it raises its revision first, and so waits here.
    """
    if workshop is not None:
        list(apps.get_model("agenda", "Workshop")._base_manager.select_for_update().filter(pk=workshop).values("pk"))


class BelongingQuerySet(RecordedQuerySet):
    """Rows of workshops: what is changed many at once raises the revision too."""

    def update(self, **values):
        field = self.model.WORKSHOP.partition("__")[0]
        moved = [workshop_of(self.model(**{field: values[field]}))] if field in values else []
        with acting():
            raise_revision([*self.order_by().values_list(self.model.WORKSHOP, flat=True).distinct(), *moved])
            return super().update(**values)

    def delete(self):
        with acting():
            raise_revision(self.order_by().values_list(self.model.WORKSHOP, flat=True).distinct())
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with acting():
            raise_revision(map(workshop_of, objs))
            return super().bulk_create(objs, *args, **kwargs)


class Belonging(Recorded):
    """A row of a workshop; `WORKSHOP` is the way there, as queries write it. Its manager is a BelongingManager."""

    WORKSHOP = "workshop"

    class Meta:
        abstract = True

    def lock(self) -> None:
        """Let nobody else change anything of the row's workshop before this transaction ends."""
        lock(workshop_of(self))

    def before_deletion(self) -> None:
        self.lock()

    def workshop_key(self) -> int | None:
        return workshop_of(self)


def workshop_of(row: Any) -> int | None:
    """The key of the workshop that `row` belongs to, or will with its next save; None where that is not said yet."""
    *path, _last = row.WORKSHOP.split("__")
    for name in path:
        row = getattr(row, name)
    if row.workshop_id is None and "day_id" in row.__dict__ and row.day_id:
        return row.day.workshop_id  # the day decides (Session.save)
    return row.workshop_id


def of_participants(participants: models.QuerySet) -> models.QuerySet:
    """The workshops that name one of `participants`."""
    named = (
        Q(attendances__participant__in=participants)
        | Q(conveners__participant__in=participants)
        | Q(sessions__moderators__participant__in=participants)
        | Q(sessions__items__participant__in=participants)
    )
    return models.QuerySet(apps.get_model("agenda", "Workshop")).filter(named)


def _before(sender: type[models.Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    if issubclass(sender, Belonging):
        old = None if instance._state.adding else sender._base_manager.filter(pk=instance.pk).values(sender.WORKSHOP)
        raise_revision([workshop_of(instance)], old)
    elif sender._meta.label == "agenda.Workshop" and not instance._state.adding:
        raise_revision([instance.pk])
    elif sender in (Participant, Region) and not instance._state.adding:
        _before_many(sender, sender._base_manager.filter(pk=instance.pk))


def _before_deletion(sender: type[models.Model], instance: Any, origin: Any = None, **kwargs: Any) -> None:
    # What goes along is of the same workshop, and many at once have raised it before (BelongingQuerySet.delete).
    if origin is instance:
        _before(sender, instance)


def _before_many(sender: type[models.Model], rows: models.QuerySet, **kwargs: Any) -> None:
    participants = Participant.objects.filter(region__in=rows.values("pk")) if sender is Region else rows
    raise_revision(of_participants(participants).values_list("pk", flat=True).distinct())


def watch() -> None:
    """Raise revisions from now on; called once, when the program starts."""
    pre_save.connect(_before)
    pre_delete.connect(_before_deletion)
    changed.connect(_before_many)
