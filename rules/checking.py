"""The constraints of a row looked at in Python: as the database would, without asking it once for each of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint


class _Unknown(Exception):
    """A condition that this module cannot read: the database is asked."""


def _contains(value: Any, part: Any) -> bool:
    return isinstance(value, str) and part in value


_LOOKUPS = {
    "exact": lambda value, other: value is None if other is None else value == other,
    "isnull": lambda value, other: (value is None) == other,
    "in": lambda value, others: value in list(others),
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "range": lambda value, ends: ends[0] <= value <= ends[1],
    "regex": lambda value, pattern: isinstance(value, str) and re.search(pattern, value) is not None,
    "contains": _contains,
}  # fmt: skip
_NEEDS_A_VALUE = {"gt", "gte", "lt", "lte", "range"}


def holds(condition: Q, row: Model) -> bool:
    """Whether `condition` of a check holds for the values of `row`. Raises LookupError where only the database knows.

    A comparison with NULL does not hold, which is how our conditions are written: tried against both databases in
    tests/agenda/test_checking.py.
    """
    try:
        return _holds(condition, row)
    except _Unknown as error:
        raise LookupError(str(condition)) from error


def _holds(node: Any, row: Model) -> bool:
    if isinstance(node, tuple):
        return _compares(node[0], node[1], row)
    if not isinstance(node, Q):
        raise _Unknown
    if node.connector not in (Q.AND, Q.OR):
        raise _Unknown
    answers = (_holds(child, row) for child in node.children)
    answer = all(answers) if node.connector == Q.AND else any(answers)
    return answer != node.negated


def _compares(path: str, other: Any, row: Any) -> bool:
    name, _sep, lookup = path.partition("__")
    lookup = lookup or "exact"
    if lookup not in _LOOKUPS:
        raise _Unknown
    value = getattr(row, row._meta.get_field(name).attname)
    if isinstance(other, F):
        other = getattr(row, row._meta.get_field(other.name).attname)  # type: ignore[attr-defined]
    elif hasattr(other, "resolve_expression"):
        raise _Unknown
    if lookup in _NEEDS_A_VALUE and (value is None or other is None):
        return False
    return bool(_LOOKUPS[lookup](value, other))


class Checker:
    """Looks at many rows of one model; what only the database knows is asked once for each set of values."""

    def __init__(self, model: type[Model]) -> None:
        self.checks = [one for one in model._meta.constraints if isinstance(one, CheckConstraint)]
        self._asked: dict[tuple[str, str], bool] = {}

    def broken(self, row: Model, without: Iterable[str] = ()) -> list[ValidationError]:
        """What `row` breaks, each with its sentence; constraints over a field of `without` are left out."""
        left_out = set(without)
        broken = []
        for constraint in self.checks:
            names = fields_of(constraint)
            if names & left_out:
                continue
            if not self._holds(constraint, row, names):
                field = next(iter(names)) if len(names) == 1 else "__all__"
                text = constraint.get_violation_error_message()
                broken.append(ValidationError({field: text} if field != "__all__" else text))
        return broken

    def _holds(self, constraint: CheckConstraint, row: Model, names: set[str]) -> bool:
        condition: Any = constraint.condition
        try:
            return holds(condition, row)
        except LookupError:
            key = (constraint.name, repr([getattr(row, name) for name in sorted(names)]))
            if key not in self._asked:
                try:
                    constraint.validate(type(row), row)
                    self._asked[key] = True
                except ValidationError:
                    self._asked[key] = False
            return self._asked[key]


def fields_of(constraint: CheckConstraint) -> set[str]:
    """The names of the fields that a check speaks of."""
    names: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, tuple):
            names.add(node[0].partition("__")[0])
            if not isinstance(node[1], tuple | list):
                visit(node[1])
        elif isinstance(node, F):
            names.add(node.name)  # type: ignore[attr-defined]
        elif isinstance(node, Q):
            for child in node.children:
                visit(child)
        elif hasattr(node, "get_source_expressions"):
            for expression in node.get_source_expressions():
                visit(expression)

    visit(constraint.condition)
    return names


def doubles(model: type[Model], rows: list[Any]) -> list[tuple[Any, Any, ValidationError]]:
    """The pairs of `rows` that may not stand beside each other, with the sentence of the constraint that says so.

    Looked at when all rows have their final values: two that exchange what is unique are no doubles.
    """
    found = []
    rules = [
        ([field.name], None, None, field) for field in model._meta.fields if field.unique and not field.primary_key
    ]
    constraints = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint) and one.fields]
    rules += [(list(one.fields), one.condition, one, None) for one in constraints]  # type: ignore[misc]
    for names, condition, constraint, field in rules:
        fields = [model._meta.get_field(name) for name in names]
        seen: dict[tuple, Any] = {}
        for row in rows:
            key = tuple(_identity(row, one) for one in fields)
            if None in key or (condition is not None and not holds(condition, row)):
                continue  # NULL is no other's double (SQL)
            other = seen.setdefault(key, row)
            if other is not row:
                text = (
                    constraint.get_violation_error_message() if constraint else row.unique_error_message(model, names)
                )
                found.append((other, row, ValidationError({names[-1]: text} if field else text)))
    return found


def _identity(row: Any, field: Any) -> Any:
    """A value to compare: of a row that is not saved yet, itself."""
    value = getattr(row, field.attname)
    if field.is_relation and value is None:
        other = row._state.fields_cache.get(field.name)
        return id(other) if other is not None else None
    return value or None if field.blank and value == "" else value
