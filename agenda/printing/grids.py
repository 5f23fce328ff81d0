"""Rows that happen at once as a table for paper: a column for each room, a row for each start."""

from __future__ import annotations

import msgspec

from agenda.programme.blocks import Block, Part


class Cell(msgspec.Struct, frozen=True):
    """What begins in a room at one of the block's hours, and over how many rows of the table it lasts."""

    parts: tuple[Part, ...] = ()
    rows: int = 1


def grid(block: Block) -> list[list[Cell]]:
    """The cells of `block`, row by row, as HTML has them: what a cell from above covers stands in none.

    Where the hours are too mixed to be one picture, a row holds the next row of each room, as close as they come: such
    a table says every row's hours, and can be parted between two pages.
    """
    return _drawn(block) if block.is_grid else _close(block)


def _drawn(block: Block) -> list[list[Cell]]:
    rooms = range(1, len(block.rooms) + 1)
    begun = [[_begun(block, step, room) for room in rooms] for step in range(1, block.steps + 1)]
    made: list[list[Cell]] = []
    free = [0] * len(block.rooms)  # the first row in which a room is not covered
    for step, found in enumerate(begun):
        row = []
        for room, parts in enumerate(found):
            if step < free[room]:
                continue
            following = next((n for n in range(step + 1, block.steps) if begun[n][room]), block.steps)
            rows = min(max((part.steps for part in parts), default=1), following - step)
            free[room] = step + rows
            row.append(Cell(parts, rows))
        made.append(row)
    return made


def _close(block: Block) -> list[list[Cell]]:
    made: list[list[tuple[Part, ...]]] = []
    for step in range(1, block.steps + 1):
        for room in range(len(block.rooms)):
            if parts := _begun(block, step, room + 1):
                if not made or made[-1][room]:
                    made.append([()] * len(block.rooms))
                made[-1][room] = parts
    return [[Cell(parts) for parts in row] for row in made]


def _begun(block: Block, step: int, room: int) -> tuple[Part, ...]:
    return tuple(part for part in block.parts if part.step == step and part.room == room)
