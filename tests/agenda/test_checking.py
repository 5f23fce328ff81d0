"""What Python says of a row's constraints is what the database says."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CheckConstraint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.checking import Checker, holds
from tests import factories

MODELS = [
    model for model in apps.get_models()
    if model._meta.app_label in ("agenda", "participants")
    and any(isinstance(one, CheckConstraint) for one in model._meta.constraints)
]  # fmt: skip
TIMES = st.one_of(st.none(), st.times(), st.sampled_from([dt.time(0), dt.time(6), dt.time(18), dt.time(22)]))
TEXTS = st.one_of(st.none(), st.sampled_from(["", "x", "a\nb", "ES", "es", "quito", "https://x.example", "brick", "session",
                                              "morning", "everyone", "moderates", "Europe/Madrid"]), st.text(max_size=5))  # fmt: skip
NUMBERS = st.one_of(st.none(), st.integers(-2, 200))


def value_of(field):
    kind = field.get_internal_type()
    if kind == "TimeField":
        return TIMES
    if kind == "DateField":
        return st.dates()
    if kind == "FloatField":
        return st.one_of(st.none(), st.floats(-400, 400))
    if kind == "JSONField":
        return st.lists(st.sampled_from(["es", "en", "pt-br", "fr", "klingon", "sgn"]), max_size=3)
    if kind == "BooleanField":
        return st.booleans()
    if "Integer" in kind:
        return NUMBERS
    return TEXTS.map(lambda text: None if text is None else text.replace("\0", ""))


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_python_and_the_database_say_the_same_of_every_constraint(model, data):
    row = model()
    for field in model._meta.concrete_fields:
        if not field.is_relation and not field.primary_key:
            setattr(row, field.attname, data.draw(value_of(field), label=field.attname))
    for constraint in model._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            ours = holds(constraint.condition, row)
        except LookupError:
            continue
        try:
            constraint.validate(model, row)
            theirs = True
        except ValidationError:
            theirs = False
        if ours != theirs:
            # NULL breaks no rule for the database; our rules over such columns do not allow it in the first place.
            nulls = [f.name for f in model._meta.concrete_fields if getattr(row, f.attname) is None and not f.null]
            assert nulls, (constraint.name, ours, theirs)


@pytest.mark.django_db
def test_what_only_the_database_can_say_is_asked_once_for_each_value(django_assert_num_queries):
    on = factories.day(factories.workshop())
    rows = [factories.session(on, languages=["es"]) for _n in range(5)]
    checker = Checker(type(rows[0]))
    assert connection.vendor in ("sqlite", "postgresql")
    with django_assert_num_queries(6):  # «languages» and «interpreted», each in a savepoint
        assert [checker.broken(row) for row in rows] == [[]] * 5
    rows[0].languages = ["klingon"]
    [error] = checker.broken(rows[0])
    assert error.message_dict == {"languages": ["Un idioma en el que se habla no está en la lista."]}
