"""Writes static/css/grid.css: the rows and columns of the timetable as classes, for the policy allows no style in a page.

.venv/bin/python .ci/grid.py
"""

from pathlib import Path

HEAD = """/* The rows of the timetable, five minutes each: where a block begins (r, of thirty hours) and how long it is (h), how many
   rows a board has (m, by hours); in how many columns a lane stands (n), in which of them a block does (k); lanes (l, c).
   Written by .ci/grid.py. */"""
WIDTH = 118


def rules():
    yield from (f".r{n}{{grid-row-start:{n}}}" for n in range(1, 361))
    yield from (f".h{n}{{grid-row-end:span {n}}}" for n in range(1, 289))
    yield from (f".m{n}{{--rows:{12 * n}}}" for n in range(1, 31))
    yield from (f".n{n}{{grid-template-columns:repeat({n},minmax(0,1fr))!important}}" for n in range(2, 11))
    yield from (f".k{n}{{grid-column:{n}!important}}" for n in range(1, 11))
    yield ".k0{grid-column:1/-1!important}"
    yield from (f".l{n}{{--cols:{n}}}" for n in range(1, 41))
    yield from (f".c{n}{{grid-column:{n}}}" for n in range(2, 42))


lines = [HEAD]
line = ""
for rule in rules():
    if len(line) + len(rule) > WIDTH:
        lines.append(line)
        line = ""
    line += rule
(Path(__file__).parents[1] / "static" / "css" / "grid.css").write_text("\n".join([*lines, line]) + "\n")
