"""Quotation marks on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.printing.counting import bare
from agenda.printing.quotes import quoted, typographic
from agenda.programme import Programme
from languages import Text


@pytest.mark.parametrize(
    ("language", "written", "printed"),
    [
        ("es", 'El taller "Alianzas".', "El taller «Alianzas»."),
        ("fr", "L'eau \"vive\" et l'air", "L’eau «\u202fvive\u202f» et l’air"),
        ("pt-br", '("sim")', "(“sim”)"),
        ("en", 'Ana\'s "yes" and "no"', "Ana’s “yes” and “no”"),
        ("es", 'Un 5" y otro', 'Un 5" y otro'),
        ("es", '[aquí](https://red.example/ "título") y "allí"', '[aquí](https://red.example/ "título") y «allí»'),
        ("es", '`a = "b"`', '`a = "b"`'),
        ("es", "los '90", "los '90"),
    ],
)
def test_straight_marks_are_set_as_printers_set_them(language, written, printed):
    assert quoted(written, language) == printed


@given(st.text(st.sampled_from("ab \"'()[]`.\n"), max_size=60), st.sampled_from(["es", "fr", "en", "pt-br", "de"]))
def test_no_letter_is_touched_and_what_is_set_stays(text, language):
    once = quoted(text, language)
    assert bare(once) == bare(text)
    assert len(once) - len(text) <= 2 * text.count('"')


def test_a_programme_without_straight_marks_stays_the_same():
    plain = Programme("x", Text("«Ya»", "es"), "es")
    assert typographic(plain) is plain
    assert str(typographic(Programme("x", Text('"Ya"', "es"), "es")).title) == "«Ya»"
