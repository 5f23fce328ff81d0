import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.faces import prose

NOTED = "Uno[^1] y dos[^b].\n\n[^1]: Primera *nota*.\n\n[^b]: Segunda."


def test_footnotes_on_screen_stand_below_and_are_linked_both_ways():
    html = prose.html(NOTED, "screen", "x", "Volver")
    assert (
        '<sup class="note"><a href="#n-x-1" id="r-x-1" target="_self" role="doc-noteref" rel="noopener">1</a></sup>'
        in html
    )
    assert (
        '<li id="n-x-2"><p>Segunda. <a href="#r-x-2" target="_self" role="doc-backlink" aria-label="Volver" rel="noopener">↩</a></p>'
        in html
    )


def test_footnotes_on_paper_stand_apart_as_they_were_written():
    body, notes = prose.apart(prose.html(NOTED, "paper", "x", "Nota"))
    assert 'Uno<sup class="call"><a href="#n-x-1" aria-label="Nota 1" rel="noopener">1</a></sup> y dos' in body
    assert '<div class="footnote" id="n-x-1"><span class="of">1</span><p>Primera <em>nota</em>.</p>' in notes
    assert "nota" not in body


@pytest.mark.parametrize("medium", ["screen", "paper"])
def test_a_note_within_a_note_and_a_list_within_one_are_there(medium):
    text = "Uno[^a].\n\n[^a]: Fuera[^b].\n\n    - Norte\n    - Sur\n\n    Segundo.\n\n[^b]: Dentro."
    _body, notes = prose.apart(prose.html(text, medium))
    assert [notes.count(word) for word in ("Fuera", "Dentro.", "<li>Norte</li>", "<p>Segundo.")] == [1, 1, 1, 1]
    assert notes.count('href="#n-2"') == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[este formulario](https://red.example/a)", "este formulario (https://red.example/a)"),
        ("[Ana](mailto:ana@red.example)", "Ana (ana@red.example)"),
        ("[llame](tel:+34600)", "llame (+34600)"),
        ("<https://red.example/>", "https://red.example/"),
        ("[red.example](https://red.example/)", "red.example"),
        ("ana@red.example", "ana@red.example"),
        ("Uno[^1].\n\n[^1]: Vea [esto](https://red.example/).", "Uno1.1Vea esto (https://red.example/)."),
    ],
)
def test_what_is_a_link_on_screen_is_an_address_on_paper(written, read):
    html = prose.html(written, "paper")
    assert re.sub(r"<[^>]+>|\n", "", html) == read
    assert "(http" not in prose.html(written)


@pytest.mark.parametrize("medium", ["screen", "paper"])
@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_headings_never_skip_a_level_whatever_was_written(medium, levels):
    text = "\n\n".join(f"{'#' * level} Cabeza {n}" for n, level in enumerate(levels))
    found = [int(level) for level in re.findall(r"<h(\d)>", prose.html(text, medium))]
    assert len(found) == len(levels)
    assert found[0] == 3
    assert all(after - before <= 1 for before, after in itertools.pairwise(found))


def test_headings_begin_with_the_third_level():
    assert prose.html("# Uno\n\n#### Cuatro") == "<h3>Uno</h3>\n<h4>Cuatro</h4>\n"


def test_nothing_hostile_gets_through():
    html = prose.html("<script>x</script> <a href='javascript:x'>a</a> [b](javascript:x)\n\n<iframe src=//e>")
    assert "<script" not in html
    assert "<iframe" not in html
    assert "<img" not in html
    assert "<a" not in html
    assert "<img" not in prose.html("![i](https://evil.example/i.png)")


@given(st.text(), st.sampled_from(["screen", "paper"]))
def test_every_text_becomes_html_without_scripts_or_images(text, medium):
    html = prose.html(text, medium).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
