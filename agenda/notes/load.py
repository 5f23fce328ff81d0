"""An outline -> the draft in the database, all or nothing: into which workshop, and what that would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agenda import changes, plans, programme
from agenda.models import Workshop
from edits import words
from edits.models import Act, EditedRow, Way
from edits.recording import acting, watched
from languages import column
from participants.models import Participant
from sheets.columns import CellChange

from . import calendar, withdrawn
from .document import NoteError, YearWanted
from .loader import Loader, first_message
from .outline import Outline


class Loaded(msgspec.Struct, frozen=True):
    """What an import did: `created` a workshop, or changed one as `differences` say in the active language.

    `going` names the rows that it took away, `replaced` the texts that gave way to others, `kept` says what the note
    stays all the same. `base` is the digest of the plan that this is; "" for a new workshop.
    """

    workshop: Workshop
    created: bool
    differences: list[changes.Change]
    going: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    base: str = ""


def dates(outline: Outline, year: int | None, today: dt.date) -> list[dt.date]:
    """The dates of the outline's days, in `year` or the year that the note states.

    Raises YearWanted where no year is known, or where the weekdays do not fit it; it names the years that fit.
    """
    headings = [day.heading for day in outline.days]
    wanted = year or outline.year
    resolved = calendar.resolve(headings, wanted) if wanted else None
    if resolved:
        return resolved
    years = calendar.years_that_fit(headings, today)
    fitting = ", ".join(map(str, years))
    if not wanted:
        told = (
            _("The note gives no year. Its weekdays fit %(years)s.") % {"years": fitting}
            if years
            else _("The note gives no year, and its weekdays fit none around today.")
        )
        raise YearWanted(told, years)
    raise YearWanted(
        _("These dates do not match %(year)d: the weekdays fit %(years)s.")
        % {"year": wanted, "years": fitting or _("no year around today")},
        years,
    )


def address(outline: Outline) -> str:
    """The address that a new workshop gets from its number or title, whether it is taken or not; "" without both."""
    return f"taller-{outline.number}" if outline.number else slugify(outline.title)[:50]


def free_address(outline: Outline) -> str:
    """As address(), the first that no workshop has: taller-3, then taller-3-2. Raises NoteError without both."""
    stem = address(outline)
    if not stem:
        raise NoteError(_("The note has neither number nor title: say which workshop it is for."))
    taken = set(Workshop.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in count(1) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


def load(
    outline: Outline,
    days: list[dt.date],
    into: Workshop | None = None,
    slug: str = "",
    only_look: bool = False,
    base: str = "",
    may_change: Callable[[Participant], bool] = lambda participant: True,
) -> Loaded:
    """Take the outline over into the draft of the workshop `into`, which whoever imports it named; None makes one.

    `days` are the dates of the outline's days, `slug` the address of a new workshop (a free one where empty). With
    `only_look` nothing is written: what is told is what would be. What changes a workshop that is there is a plan
    (plans.py); what others did elsewhere since it was shown stays. Raises NoteError, and writes nothing, where a value
    of the note cannot stand in the database, or where the plan is another than the one with the digest `base`.
    `may_change` says whether whoever imports it may change a participant that was there before.
    """
    plan = None
    try:
        with transaction.atomic():
            if into and into.pk:
                into = Workshop.objects.select_for_update().get(pk=into.pk)
            # A workshop without a title is one that nobody has written yet: it has no draft to compare with.
            is_there = bool(into and into.pk and getattr(into, column("title", into.source)))
            before = programme.build(into, into.source) if into and is_there else None
            texts = rows = 0
            if into and into.pk:
                outline, texts, rows = withdrawn.put_out(outline, into)
            loader = Loader(into or Workshop(slug=slug or free_address(outline)), outline, days, may_change)
            with transaction.atomic():
                with acting(Way.NOTE) as block:
                    loader.run()
                    if texts or rows:
                        loader.kept.append(
                            _("The note still says what was withdrawn from this workshop: it stays away.")
                        )
                    if into and into.pk:
                        plan = plan_of(block.rows(), plans.base_of([into]))
                after = programme.build(loader.workshop, loader.workshop.source)
                transaction.set_rollback(only_look or plan is not None)
            if plan is not None and not only_look:
                if base and base != plan.digest():
                    raise NoteError(
                        _("Somebody has changed the draft meanwhile: look again at what the note would do.")
                    )
                plans.apply(plan, Way.NOTE)
    except ValidationError as error:
        raise NoteError(first_message(error)) from error
    except (plans.Outdated, plans.Impossible) as error:
        raise NoteError(plans.outdated() if isinstance(error, plans.Outdated) else plans.impossible()) from error
    if plan is not None:
        loader.workshop.refresh_from_db()
    differences = changes.diff(before, after) if before else []
    return Loaded(
        loader.workshop,
        before is None,
        differences,
        tuple(loader.going),
        tuple(loader.kept),
        tuple(loader.replaced),
        plan.digest() if plan is not None else "",
    )


def plan_of(rows: list[EditedRow], base: dict[int, int]) -> plans.Plan:
    """What was done to `rows`, as a plan of it: rows that are new have names instead of keys."""
    order = {model._meta.label_lower: place for place, model in enumerate(watched())}
    rows = sorted(rows, key=lambda row: order[row.label])  # stable: rows of a model stay as they were made
    new = [row.key for row in rows if row.act == Act.NEW]
    names = {key: str(n) for n, key in enumerate(new, 1)}
    changes_of_rows = []
    for row in rows:
        model: Any = apps.get_model(row.label)
        ties = {field.attname: field.related_model for field in model._meta.concrete_fields if field.is_relation}
        cells = []
        for name, after in (row.after or {}).items():
            if row.act == Act.NEW and after == "":
                continue  # as a row has it that is new: no text, or none at all
            other = f"{ties[name]._meta.label_lower}:{after}" if name in ties else ""
            value = f"+{names[other]}" if other in names else after
            cells.append(CellChange(name, name, (row.before or {}).get(name), value, "", ""))
        act: Any = str(row.act)
        key = names.get(row.key) or row.row_key
        label = words.called(row)
        changes_of_rows.append(plans.RowChange(act, model._meta.label, key, label, tuple(cells), workshop=row.workshop))
    return plans.Plan(base, tuple(changes_of_rows))
