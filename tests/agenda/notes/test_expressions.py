"""No regular expression of the code takes the square of a line's length, whatever is repeated in the line."""

import ast
import importlib
import re
import re._constants as kinds
import re._parser as parser
import time
from pathlib import Path

import pytest
from django.conf import settings

ROOMS = ("accounts", "adminbase", "agenda", "languages", "participants", "rules", "sheets", "taller")
LONG = 20_000  # characters, as long as a line of a note may be
AT_MOST = 0.2  # seconds of the processor; a linear expression takes some milliseconds, a quadratic one seconds
CHARACTERS = " abzAZ09-_.,:;#<>()[]{}|*/\\'\"=&~`!@$%^+?é–«»\t\n"


def expressions():
    """Pattern and flags of every expression, by the file that it stands in."""
    found = {}
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            name = path.relative_to(settings.BASE_DIR)
            source = path.read_text()
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found[first.value, 0] = str(name)
            if "re.compile(" in source:
                module = importlib.import_module(".".join(name.with_suffix("").parts))
                for value in vars(module).values():
                    for pattern in value.values() if isinstance(value, dict) else [value]:
                        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                            found[pattern.pattern, pattern.flags] = str(name)
    return found


def character(members):
    """A character of a class, one that is easy to read where there is one."""
    one = re.compile(parser_text(members))
    return next((each for each in CHARACTERS if one.fullmatch(each)), "x")


def parser_text(members):
    categories = {
        kinds.CATEGORY_DIGIT: r"\d",
        kinds.CATEGORY_NOT_DIGIT: r"\D",
        kinds.CATEGORY_SPACE: r"\s",
        kinds.CATEGORY_NOT_SPACE: r"\S",
        kinds.CATEGORY_WORD: r"\w",
        kinds.CATEGORY_NOT_WORD: r"\W",
    }
    text = ""
    for kind, value in members:
        if kind is kinds.NEGATE:
            text += "^"
        elif kind is kinds.LITERAL:
            text += re.escape(chr(value))
        elif kind is kinds.RANGE:
            text += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            text += categories[value]
    return f"[{text}]"


def pumps(sequence):
    """A text that the expression matches, and (beginning, part) wherever it lets a part repeat without end."""
    text, found = "", []
    for kind, value in sequence:
        inner = None
        if kind is kinds.LITERAL:
            text += chr(value)
        elif kind in (kinds.NOT_LITERAL, kinds.ANY):
            text += "x" if value != ord("x") else "y"
        elif kind is kinds.IN:
            text += character(value)
        elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            inner, repeated = pumps(value[2])
            repeated = [*repeated, ("", inner)] if value[1] > 20 else repeated
            found += [(text + before, part) for before, part in repeated]
            text += inner * value[0]
        elif kind in (kinds.SUBPATTERN, kinds.ATOMIC_GROUP):
            inner, repeated = pumps(value[3] if kind is kinds.SUBPATTERN else value)
            found += [(text + before, part) for before, part in repeated]
            text += inner
        elif kind is kinds.BRANCH:
            branches = [pumps(branch) for branch in value[1]]
            found += [(text + before, part) for _inner, repeated in branches for before, part in repeated]
            text += branches[0][0]
    return text, found


def lines(pattern, flags):
    whole, repeated = pumps(parser.parse(pattern, flags))
    parts = {
        ("", whole),
        *repeated,
        *(("", part) for _before, part in repeated),
        *(("", before) for before, _ in repeated),
    }
    for before, part in sorted(parts):
        if part:
            for end in ("", "\x01", "x", "\x01 x"):
                line = before + part * (LONG // len(part)) + end
                yield re.sub(r"\s+", " ", line)  # as `document.read` hands on every line


def longest(pattern, flags=0):
    """Seconds of the processor for the worst line, and that line."""
    expression, worst = re.compile(pattern, flags), (0.0, "")
    for line in lines(pattern, flags):
        start = time.process_time()
        for _match in expression.finditer(line):
            pass
        worst = max(worst, (time.process_time() - start, line[:40]))
        if worst[0] > AT_MOST:
            break
    return worst


@pytest.mark.long
def test_the_measure_sees_a_quadratic_expression():
    assert longest(r"^[A-Z]\w*[A-Z]\w*$")[0] > AT_MOST
    assert longest(r"^[A-Z]\w*$")[0] < AT_MOST


@pytest.mark.long
def test_no_expression_takes_the_square_of_a_line():
    found = expressions()
    assert len(found) > 40
    slow = {
        (where, pattern): worst
        for (pattern, flags), where in found.items()
        if (worst := longest(pattern, flags))[0] > AT_MOST
    }
    assert slow == {}
