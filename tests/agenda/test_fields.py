"""A field is declared once; what is not declared stops the program, what is declared is obeyed everywhere."""

import datetime as dt
from typing import Annotated, get_args

import msgspec
import pytest

from agenda import changes
from agenda.programme import Item, Moderator, Programme, ProgrammeDay, Slot, audience, carry, for_audience
from agenda.programme.audience import _seen
from agenda.programme.fields import Say, column, declared, searched, told
from agenda.programme.tree import STRUCTS
from agenda.resources.book import SHOWN, Book
from languages import Text
from tests.factories import slot

BY_NAME = {struct.__name__: struct for struct in STRUCTS}
structs = pytest.mark.parametrize("struct", STRUCTS, ids=list(BY_NAME))


def with_field(struct, hint):
    """`struct` as it would be with one more field, `mood`."""
    more = {"__annotations__": {"mood": hint}, "mood": "zafiro", "__module__": struct.__module__}
    return type(msgspec.Struct)(struct.__name__, (struct,), more, frozen=True)


@structs
def test_a_field_that_says_nothing_stops_the_program(struct):
    with pytest.raises(TypeError, match=f"{struct.__name__} does not say who sees mood"):
        declared(with_field(struct, str))
    assert declared(with_field(struct, Annotated[str, Say("members")]))["mood"].seen == "members"


def parts(hint):
    yield hint
    for part in get_args(hint):
        yield from parts(part)


@structs
def test_every_struct_of_the_tree_is_one_that_was_checked(struct):
    for field in msgspec.structs.fields(struct):
        for part in parts(field.type):
            if isinstance(part, type) and issubclass(part, msgspec.Struct) and part is not Text:
                assert part in STRUCTS


FULL = slot(
    "aaaa", "Comité", "session", dt.time(9), dt.time(10), axis=1, part=2, place="Sala S", description=Text("Detalle", "es"),
    items=(Item(Text("Punto", "es")),), moderators=(Moderator("moderates", Text("UCM", "es"), "Ana"),),
)  # fmt: skip


def programme(*slots):
    return Programme("t", Text("T", "es"), "es", days=(ProgrammeDay(dt.date(2018, 9, 7), slots=slots),))


def row(of):
    return of.days[0].slots[0]


def test_the_public_sees_of_a_listed_row_just_what_says_so():
    listed = msgspec.structs.replace(FULL, visibility="listed")
    public = row(for_audience(programme(listed), "public"))
    blank = Slot("aaaa", FULL.title, visibility="listed")
    for name, say in declared(Slot).items():
        assert getattr(public, name) == getattr(listed if say.seen == "everyone" else blank, name), name
    assert row(for_audience(programme(listed), "members")) == listed


def test_the_trace_of_a_cancelled_row_keeps_just_what_says_so():
    [trace] = carry(programme(FULL), programme()).cancelled[0].slots
    blank = Slot("aaaa", FULL.title, visibility="everyone")
    for name, say in declared(Slot).items():
        assert getattr(trace, name) == getattr(FULL if say.trace else blank, name), name


OTHER = {
    "title": Text("Otra", "es"), "kind": "meal", "start": dt.time(8), "end": dt.time(11), "part_of_day": "morning",
    "axis": 3, "part": 3, "visibility": "listed", "place": "Otra sala", "languages": ("es",), "interpreted": ("en",), "description": Text("Otro", "es"), "items": (),
    "moderators": (),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in declared(Slot) if name not in ("code", "withdrawn")])
def test_another_value_of_any_field_is_told_as_it_says(name):
    changed = msgspec.structs.replace(FULL, **{name: OTHER[name]})
    found = changes.diff(programme(FULL), programme(changed))
    assert [change.kind for change in found] == [declared(Slot)[name].told]


@pytest.mark.parametrize("kind", ["called", "where", "axes", "texts"])
def test_each_kind_of_change_around_the_sessions_has_its_fields(kind):
    assert told(Programme, kind)


@pytest.mark.django_db
def test_every_field_of_a_session_has_its_column_in_the_sheet():
    headers = " ".join([*Book().sheets["Sesiones"].headers(), *SHOWN])  # items and people have sheets of their own
    assert [name for name in declared(Slot) if name != "withdrawn" and column(Slot, name) not in headers] == []


def test_a_search_looks_through_what_says_so_also_in_items_and_people():
    assert searched(FULL) == ["aaaa", "Comité", "Sala S", "Detalle", "Punto", "UCM", "Ana"]


@pytest.mark.parametrize("struct", [s for s in STRUCTS if s not in (Slot, Programme)], ids=lambda s: s.__name__)
def test_a_members_field_of_any_part_falls_away_for_the_public(struct):
    longer = with_field(struct, Annotated[str, Say("members")])
    filled = {f.name: {str: "x", int: 1, Text: Text("x", "es")}.get(f.type, dt.date(2018, 9, 7))
              for f in msgspec.structs.fields(struct) if f.required}  # fmt: skip
    assert _seen(longer(**filled, mood="secreto")).mood == "zafiro"  # the default


def test_a_members_field_falls_away_inside_a_row_that_hides_nothing_itself(monkeypatch):
    who = with_field(Moderator, Annotated[str, Say("members")])
    monkeypatch.setattr(audience, "STRUCTS", (*STRUCTS, who))
    row = with_field(Slot, Annotated[tuple[who, ...], Say("listed")])
    here = row(code="aaaa", title=Text("Uno", "es"), mood=(who("moderates", mood="secreto"),))
    assert [one.mood for one in _seen(here).mood] == ["zafiro"]
