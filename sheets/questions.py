"""What a file leaves open: asked of the person who brings it, never guessed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Question(msgspec.Struct, frozen=True):
    """A question with its `options` (value, words). `key` names it in every reading of the same file.

    `kind` is what several questions of one file have in common: they can be answered together. `default` is the
    answer where none was given; a question without one stops the import until it is answered.
    """

    key: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...]
    default: str = ""
    sheet: str = ""
    row: int = 0


class Asked(Exception):
    """What follows cannot be said before `question` is answered."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text)
        self.question = question


class LeftOut(Exception):
    """The row is left out, as somebody answered."""


class Answers:
    """The answers to the questions of a file, by their keys; `all:KIND` answers each of a kind."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self.given = dict(given or {})
        self.open: dict[str, Question] = {}  # every question that was met, answered or not

    def to(self, question: Question) -> str:
        """The answer to `question`; its default where none was given, "" where there is none."""
        self.open[question.key] = question
        allowed = {value for value, _words in question.options}
        for key in (question.key, f"all:{question.kind}"):
            if self.given.get(key) in allowed:
                return self.given[key]
        return question.default

    def need(self, question: Question) -> str:
        """As to(). Raises Asked where nothing answers."""
        answer = self.to(question)
        if not answer:
            raise Asked(question)
        return answer
