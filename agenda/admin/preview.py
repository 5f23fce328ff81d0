"""A plan as its preview shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agenda.plans import Plan, RowChange
from sheets.problems import Problem
from sheets.questions import Question

MOST_ROWS = 300  # shown cell by cell; of more only the names
MOST_ASKED = 100  # questions of one kind that are shown one by one; the others are answered together


class Refused(msgspec.Struct, frozen=True):
    """A refused cell, and the name of the box in which it can be written anew."""

    problem: Problem
    fix: str
    skip: str
    value: str


class Anew(msgspec.Struct, frozen=True):
    """A cell that was written anew on the page, or a row that was left out there."""

    name: str
    sheet: str
    row: str
    column: str
    value: str
    left_out: bool


class Group(msgspec.Struct, frozen=True):
    """The questions of one kind, with the answers given so far."""

    kind: str
    questions: list[tuple[Question, str]]
    together: tuple[tuple[str, str], ...]  # options that all of them have
    together_chosen: str
    more: int


class Preview:
    """What the template shows of `plan`."""

    def __init__(self, plan: Plan, answers: Mapping[str, str]) -> None:
        self.plan = plan
        self.answers = answers
        self.new = self._rows("new")
        self.changed = self._rows("changed")
        self.gone = self._rows("gone")
        self.counts = {act: sum(row.act == act for row in plan.rows) for act in ("new", "changed", "gone")}
        self.digest = plan.digest()
        self.can_apply = plan.ready and bool(plan.rows)
        self.has_answers = any(not key.startswith(("all:", "sheet:", "col:")) for key in answers)

    def _rows(self, act: str) -> list[tuple[RowChange, Any]]:
        rows = [row for row in self.plan.rows if row.act == act]
        return [(row, row.cells if place < MOST_ROWS else ()) for place, row in enumerate(rows)]

    @property
    def refused(self) -> list[Refused]:
        """What is refused; a cell can be written anew here, a row left out."""
        shown = []
        for problem in self.plan.problems:
            fix = f"fix:{problem.sheet}:{problem.row}:{problem.column}" if problem.row and problem.column else ""
            skip = f"skip:{problem.sheet}:{problem.row}" if problem.row > 1 and problem.sheet else ""
            shown.append(Refused(problem, fix, skip, self.answers.get(fix, "")))
        return shown

    @property
    def anew(self) -> list[Anew]:
        """What was written anew or left out here and stands nowhere else on the page: it can be changed or taken back.

        It is sent again with every answer: what is not, is taken back.
        """
        elsewhere = {one.fix for one in self.refused} | {one.skip for one in self.refused}
        shown = []
        for key, value in self.answers.items():
            if key.startswith(("fix:", "skip:")) and value and key not in elsewhere:
                kind, sheet, row, *column = key.split(":", 3)
                shown.append(Anew(key, sheet, row, "".join(column), value, kind == "skip"))
        return shown

    @property
    def groups(self) -> list[Group]:
        """The questions by kind; those of a kind can be answered together."""
        by_kind: dict[str, list[Question]] = {}
        for question in self.plan.questions:
            by_kind.setdefault(question.kind, []).append(question)
        groups = []
        for kind, questions in by_kind.items():
            common = [one for one in questions[0].options if all(one in other.options for other in questions)]
            together = tuple(common) if len(questions) > 1 and kind not in ("col", "sheet", "workshop") else ()
            shown = [
                (one, self.answers.get(one.key, "") or one.default if not together else self.answers.get(one.key, ""))
                for one in questions[:MOST_ASKED]
            ]
            groups.append(
                Group(kind, shown, together, self.answers.get(f"all:{kind}", ""), max(0, len(questions) - MOST_ASKED))
            )
        return groups
