import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.notes import people
from agenda.notes.people import Carrier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Modera: UCM", [Carrier("moderates", "UCM")]),
        ("Moderador: UCM Conclusiones: UCCI", [Carrier("moderates", "UCM"), Carrier("concludes", "UCCI")]),
        (
            "Facilita: Ana Ruiz; Luis Paz",
            [Carrier("moderates", "Ana Ruiz"), Carrier("moderates", "Luis Paz")],
        ),
        ("Relatoría: CIDOB.", [Carrier("reports", "CIDOB")]),
        ("Animé par Jean Dupont", [Carrier("moderates", "Jean Dupont")]),
        ("Moderated by Lyon", [Carrier("moderates", "Lyon")]),
        ("Modera: por confirmar", []),
        ("Facilita: a designar", []),
    ],
)
def test_who_carries_a_session_is_read(text, expected):
    assert people.read(text) == expected


@pytest.mark.parametrize(
    "text", ["Presentación de casos", "Conclusiones por UCCI", "Debate sobre quién modera", "", "Mapas"]
)
def test_a_line_that_names_nobody_is_something_else(text):
    assert people.read(text) is None


@given(st.text())
def test_no_text_breaks_the_reader(text):
    people.read(text)
