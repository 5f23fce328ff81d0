"""Rules about a row as constraints of the database, each with the sentence that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import CheckConstraint, F, Q, TextChoices, TextField, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import Contains, Regex
from django.utils.translation import gettext_lazy as _

import languages

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def filled(*columns: str, name: str) -> CheckConstraint:
    """A constraint that the given text columns are neither NULL nor empty; `name` names it in the database."""
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})
    return CheckConstraint(condition=condition, name=name, violation_error_message=_("The Spanish text is missing."))


def filled_somewhere(field: str, name: str, message: StrOrPromise = "", or_: Q | None = None) -> CheckConstraint:
    """A constraint that the translated `field` says something in one language at least, or that `or_` holds.

    Which one it must be is the workshop's to say, and the database cannot look into another table: the models do
    (agenda/models/source.py), and a clash stops publication.
    """
    condition = or_ or Q()
    for column in languages.columns(field):
        condition |= Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})
    message = message or _("The text is missing in every language.")
    return CheckConstraint(condition=condition, name=name, violation_error_message=message)


def single_lines(field: str, name: str) -> CheckConstraint:
    """A constraint that the translated `field` holds no line break in any language: spreadsheets part lines there."""
    condition = Q()
    for column in languages.columns(field):
        condition &= Q(**{f"{column}__isnull": True}) | ~Q(**{f"{column}__contains": "\n"})
    return CheckConstraint(condition=condition, name=name, violation_error_message=_("The text must fit on one line."))


def matching(field: str, pattern: str, name: str, message: StrOrPromise, or_empty: bool = False) -> CheckConstraint:
    """A constraint that the whole of `field` matches `pattern`, an expression that Python and PostgreSQL read alike."""
    condition = Q(**{f"{field}__regex": whole(pattern)})
    return CheckConstraint(
        condition=condition | Q(**{field: ""}) if or_empty else condition, name=name, violation_error_message=message
    )


def whole(pattern: str) -> str:
    """`pattern` for the whole of a text. Not with `$`: in Python that leaves room for a line break."""
    return rf"\A(?:{pattern})\Z"


def codes_in_json(
    field: str, codes: Iterable[str], name: str, message: StrOrPromise, holds: str = ""
) -> CheckConstraint:
    """A constraint that the JSON list `field` holds nothing but `codes`, and what stands in the column `holds`."""
    one = f'"({"|".join(codes)})"'
    written = Cast(F(field), TextField())  # as text: a key that is missing would be NULL, which breaks no rule
    condition = Q(Regex(written, whole(rf"\[({one}(, ?{one})*)?\]")))
    if holds:
        condition &= Q(Contains(written, Concat(Value('"'), F(holds), Value('"'), output_field=TextField())))
    return CheckConstraint(condition=condition, name=name, violation_error_message=message)


def one_of(field: str, choices: type[TextChoices], name: str, message: StrOrPromise) -> CheckConstraint:
    """A constraint that `field` is one of `choices`."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": list(choices.values)}), name=name, violation_error_message=message
    )


def on_the_globe(name: str) -> CheckConstraint:
    """A constraint that `latitude` and `longitude` are a place on the globe in degrees, or both empty."""
    placed = Q(latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180))
    return CheckConstraint(
        condition=Q(latitude=None, longitude=None) | placed,
        name=name,
        violation_error_message=_("Give both latitude (-90 to 90) and longitude (-180 to 180), or leave both empty."),
    )
