"""Rows that are held at once, as a table for paper."""

import datetime as dt

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from agenda.printing import PAPERS, typesetting
from agenda.printing.grids import grid
from agenda.programme import ProgrammeDay
from agenda.programme.blocks import Block, rows
from tests import factories
from tests.agenda.test_whole_paper import COPY, FRIDAY, at, tree


def block_of(of):
    [block] = [row for row in rows(of, of.days[0]) if isinstance(row, Block)]
    return block


def test_rows_at_once_are_a_table_with_their_rooms_as_heads():
    of = tree(
        at("aaaa", "09:00", "11:00", "Larga", place="Sala 2"), at("bbbb", "09:00", "10:00", "Primera", place="Sala 10"),
        at("cccc", "10:00", "11:00", "Segunda", place="Sala 10"),
    )  # fmt: skip
    [first, second] = grid(block_of(of))
    assert [[part.slot.code for part in cell.parts] for cell in first] == [["aaaa"], ["bbbb"]]
    assert ([cell.rows for cell in first], [[part.slot.code for part in cell.parts] for cell in second]) == (
        [2, 1],
        [["cccc"]],
    )
    with translation.override("es"):
        html = typesetting.html(PAPERS["completo"], of, COPY)
    heads = html.partition("<thead>")[2].partition("</thead>")[0]
    assert heads.index("Sala 2") < heads.index("Sala 10")
    assert html.count('rowspan="2"') == 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 12), st.integers(1, 3)), min_size=2, max_size=14))
def test_every_row_of_a_block_stands_in_one_cell_below_its_room(found):
    slots = []
    for n, (start, length, room) in enumerate(found):
        begin = dt.datetime(2018, 9, 7, 8) + dt.timedelta(minutes=15 * start)
        end = begin + dt.timedelta(minutes=15 * length)
        slots.append(factories.slot(f"c{n:03}", f"Fila {n}", start=begin.time(), end=end.time(), place=f"Sala {room}"))
    slots.sort(key=lambda slot: slot.order)
    for block in (
        row for row in rows(tree(*slots), ProgrammeDay(FRIDAY, slots=tuple(slots))) if isinstance(row, Block)
    ):
        table = grid(block)
        placed = [part for row in table for cell in row for part in cell.parts]
        assert sorted(part.slot.code for part in placed) == sorted(part.slot.code for part in block.parts)
        covered = {}
        for y, row in enumerate(table):
            x = 0
            for cell in row:
                while (x, y) in covered:
                    x += 1
                assert {part.room for part in cell.parts} <= {x + 1}
                for below in range(cell.rows):
                    covered[x, y + below] = True
        assert len(covered) == len(block.rooms) * len(table)
