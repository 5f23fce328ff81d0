"""Texts compared in the database as languages.name_key compares them: «ávila» finds Ávila, on both databases."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import CharField, F, Func, Lookup, OrderBy, TextField

from languages import name_key

_FUNCTION = "taller_fold"
# Letters taken apart (NFKD), their accents away; PostgreSQL has normalize() where the database is in UTF-8.
_POSTGRESQL = r"regexp_replace(lower(normalize(%(expressions)s::text, NFKD)), '[\u0300-\u036f]', '', 'g')"


class Folded(Func):
    """A text in small letters without accents."""

    function = _FUNCTION
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=_POSTGRESQL, **context)


@CharField.register_lookup
@TextField.register_lookup
class Folds(Lookup):
    """`field__folds="ávila"`: whether the text holds this one, however both are written."""

    lookup_name = "folds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, values = compiler.compile(Folded(self.lhs))
        pattern = f"%{connection.ops.prep_for_like_query(name_key(str(self.rhs)))}%"
        return f"{left} LIKE %s ESCAPE '\\'", [*values, pattern]


def ordered(model: Any, order: str) -> Any:
    """`order` (a name of a field, with - before it for the other way) so that Ávila stands before Burgos."""
    name = order.lstrip("-")
    field = next((one for one in model._meta.fields if one.name == name), None)
    if not isinstance(field, CharField | TextField) or field.choices:
        return order
    return OrderBy(Folded(F(name)), descending=order.startswith("-"))


def _connected(connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(_FUNCTION, 1, name_key, deterministic=True)


connection_created.connect(_connected, dispatch_uid="adminbase.folding")
