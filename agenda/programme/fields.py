"""Every field of the frozen tree is declared once, where it stands: who sees it, how its change is told, its column.

What falls away for the public, what the trace of a cancelled row keeps, what counts as a change, the columns of a
sheet and what a search looks through follow from it. A field that does not say so stops the program (TypeError):
forgotten in one of those places, it would be public.
"""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

Seen = Literal["everyone", "listed", "members"]
Told = Literal[
    "moved",
    "renamed",
    "place",
    "people",
    "details",
    "called",
    "where",
    "zone",
    "list",
    "days",
    "axes",
    "texts",
    "identity",
    "",
]


class Say(msgspec.Struct, frozen=True):
    """What a field says of itself.

    `seen`: who sees it. In a session, «everyone» is what the public sees of a listed one too, «listed» what it sees of
    one for everyone only, «members» nothing; elsewhere «everyone» or «members».
    `told`: the kind of change (changes.py) that another value is; "" for what tells nothing by itself,
    «identity» for what no reader sees at all.
    `trace`: whether a cancelled session keeps it for calendars.
    `column`: the header in spreadsheets. `searched`: whether a search looks through it.
    """

    seen: Seen
    told: Told = ""
    trace: bool = False
    column: str = ""
    searched: bool = False


@functools.cache
def declared(struct: type[msgspec.Struct]) -> dict[str, Say]:
    """What each field of `struct` says. Raises TypeError naming those that say nothing."""
    hints = get_type_hints(struct, include_extras=True)
    fields: dict[str, Say] = {}
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        for extra in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
            if isinstance(extra, Say):
                fields[field.name] = extra
    if silent := [field.name for field in msgspec.structs.fields(struct) if field.name not in fields]:
        raise TypeError(f"{struct.__name__} does not say who sees {', '.join(silent)} (programme/fields.py)")
    return fields


@functools.cache
def told(struct: type[msgspec.Struct], kind: Told) -> tuple[str, ...]:
    """The fields of `struct` whose change is of this kind."""
    return tuple(name for name, say in declared(struct).items() if say.told == kind)


@functools.cache
def _blank(struct: type[msgspec.Struct], kept: frozenset[str]) -> dict[str, Any]:
    """The default of every field of `struct` that is not in `kept`."""
    blank = {}
    for field in msgspec.structs.fields(struct):
        if field.name in kept:
            continue
        if field.default is msgspec.NODEFAULT:
            raise TypeError(f"{struct.__name__}.{field.name} has no default: nothing can stand in its place")
        blank[field.name] = field.default
    return blank


def only(row: msgspec.Struct, kept: frozenset[str]) -> Any:
    """`row` with every field but `kept` at its default."""
    return msgspec.structs.replace(row, **_blank(type(row), kept))


@functools.cache
def seen_by_the_public(struct: type[msgspec.Struct], of_a_listed_row: bool = False) -> frozenset[str]:
    """The fields of `struct` that the public sees; fewer of a listed row."""
    public = ("everyone",) if of_a_listed_row else ("everyone", "listed")
    return frozenset(name for name, say in declared(struct).items() if say.seen in public)


@functools.cache
def traced(struct: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that the trace of a cancelled row keeps."""
    return frozenset(name for name, say in declared(struct).items() if say.trace)


def searched(row: msgspec.Struct) -> list[str]:
    """Every text of `row`, a struct of the tree, that a search looks through."""
    texts: list[str] = []
    for name, say in declared(type(row)).items():
        value = getattr(row, name) if say.searched else None
        if isinstance(value, tuple):
            for part in value:
                texts += searched(part)
        elif value:
            texts.append(str(value))
    return texts


def column(struct: type[msgspec.Struct], name: str) -> str:
    """The header of a field in spreadsheets; KeyError for one that has none."""
    header = declared(struct)[name].column
    if not header:
        raise KeyError(f"{struct.__name__}.{name} has no column")
    return header
