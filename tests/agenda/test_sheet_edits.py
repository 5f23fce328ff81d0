"""Whatever somebody does to the cells, rows and columns of an exported file is what the same edits of the rows do."""

import datetime as dt
import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.models import Item, Moderator, Session
from languages.entry import settle, settle_line
from sheets import reading
from sheets.pages import Head, Page
from sheets.writing import write
from tests import factories
from tests.books import bring, export

pytestmark = pytest.mark.django_db
line = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=12).map(settle_line)
prose = st.text(st.sampled_from("aé-='@ \n1/"), max_size=12).map(settle)
some = line.filter(bool)
EDITS = {
    "Sesiones": {
        "título [es]": ("title_es", some), "título [fr]": ("title_fr", line), "lugar": ("place", line),
        "descripción [es]": ("description_es", prose), "parte": ("part", st.none() | st.integers(0, 9)),
        "inicio": ("start", st.times(max_value=dt.time(8, 59)).map(lambda time: time.replace(second=0, microsecond=0))),
    },
    "Puntos": {"texto [es]": ("text_es", some.map(lambda text: f"{text} x")), "texto [en]": ("text_en", line)},
    "Personas": {"persona": ("person", line), "institución [es]": ("institution_es", some)},
}  # fmt: skip
MODELS = {"Sesiones": Session, "Puntos": Item, "Personas": Moderator}


class Undo(Exception):
    """Ends an example; the database is as before."""


def state():
    """Every row of the three sheets, without what each makes anew."""
    return json.loads(export("json", *MODELS))


def as_file(kind, book):
    """The sheets as a file of the format; None is an empty cell."""
    if kind == "json":
        return json.dumps(book, default=str).encode()
    pages = []
    for name, rows in book.items():
        heads = list(dict.fromkeys(header for row in rows for header in row))
        cells = [["" if row.get(head) is None else row.get(head, "") for head in heads] for row in rows]
        pages.append(Page(name, [Head(head, kind_of(head)) for head in heads], cells))
    return write(kind, pages)


def kind_of(head):
    return {"inicio": "time", "fin": "time", "jornada": "date"}.get(head, "text")


def typed(kind):
    """The exported sheets with values as the format holds them."""
    grids = reading.read(export(kind, *MODELS)).grids
    book = {}
    for grid in grids:
        if grid.name in MODELS:
            head = grid.rows[0][1]
            book[grid.name] = [
                dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=True)) for _n, cells in grid.rows[1:]
            ]
    return book


@pytest.mark.parametrize("kind", ["json", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("xlsx", "ods"))])
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_edits_in_a_file_are_the_same_edits_of_the_rows(kind, data):
    try:
        with transaction.atomic():
            one_example(kind, data)
            raise Undo
    except Undo:
        pass


def one_example(kind, data):
    on = factories.small().days.get()
    for n in range(2):
        factories.session(on, "12:00", "13:00", f"Otra {n}", [f"Uno {n}", f"Dos {n}"], [("presents", f"UCM {n}")])
    book = typed(kind)
    wanted = []  # (model, session code or None, code, attribute, value)
    for name, rows in book.items():
        for row in data.draw(st.lists(st.sampled_from(rows), unique_by=lambda one: one["código"], max_size=3)):
            header, (attribute, values) = data.draw(st.sampled_from(sorted(EDITS[name].items())))
            row[header] = value = data.draw(values, label=f"{name} {header}")
            if isinstance(value, dt.time) and kind == "json":
                row[header] = f"{value:%H:%M}"
            wanted.append((name, row.get("sesión", "").split(" ")[0], row["código"], attribute, value))
    for name, rows in book.items():
        gone = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=1)) if rows else set()
        kept = [row for n, row in enumerate(rows) if n not in gone or any(row["código"] == one[2] for one in wanted)]
        heads = [head for head in rows[0] if head not in ("código", "sesión", "taller", "estado", *EDITS[name])]
        left_out = data.draw(st.sets(st.sampled_from(heads), max_size=3))
        book[name] = [
            {head: cell for head, cell in row.items() if head not in left_out}
            for row in data.draw(st.permutations(kept))
        ]
    book = dict(data.draw(st.permutations(list(book.items()))))
    try:
        with transaction.atomic():
            for name, session, code, attribute, value in wanted:
                of = {"session__code": session} if session else {}
                thing = MODELS[name].objects.get(code=code, **of)
                setattr(thing, attribute, value)
                thing.save()
            by_hand = state()
            raise Undo
    except Undo:
        pass
    bring(as_file(kind, book))
    assert without_state(state()) == without_state(by_hand)


def without_state(book):
    return {
        name: [{k: v or "" for k, v in row.items() if k != "estado"} for row in rows] for name, rows in book.items()
    }
