"""What is wrong with a file, in words, and where."""

from __future__ import annotations

import msgspec
from django.utils.translation import gettext as _


class Problem(msgspec.Struct, frozen=True):
    """What is wrong and where: `row` as the spreadsheet numbers it, 0 for the whole sheet; `sheet` "" for the file."""

    message: str
    row: int = 0
    column: str = ""
    sheet: str = ""
    address: str = ""  # where it can be put right in place: a page of the admin

    def __str__(self) -> str:
        where = [_("sheet “%(sheet)s”") % {"sheet": self.sheet}] if self.sheet else []
        if self.row:
            where.append(_("row %(row)d") % {"row": self.row})
        if self.column:
            where.append(_("column “%(column)s”") % {"column": self.column})
        place = ", ".join(where)
        return f"{place[:1].upper()}{place[1:]}: {self.message}" if place else self.message


class TableError(Exception):
    """The file cannot be taken over; `problems` says why, cell by cell."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
