import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.notes import document
from agenda.notes.document import Footnote, Heading, ListItem, NoteError, Paragraph, Row


def read(text):
    return document.read(text.encode())


def shape(blocks):
    return [(type(block).__name__, block.line, block.text) for block in blocks]


def test_each_kind_of_block_is_told_with_its_line():
    text = "# Uno *dos*\n\nPárrafo que\nsigue.\n\n1. primero\n   y más\n- punto\n\n---\n<sup>1</sup> Nota\n9h00\tRegistro\n"
    assert shape(read(text)) == [
        ("Heading", 1, "Uno dos"),
        ("Paragraph", 3, "Párrafo que sigue."),
        ("ListItem", 6, "primero y más"),
        ("ListItem", 8, "punto"),
        ("Footnote", 11, "Nota"),
        ("Row", 12, "9h00 Registro"),
    ]


def test_a_line_that_ends_with_two_blanks_ends():
    assert [block.text for block in read('Taller  \n"Ríos"  \nRosario')] == ["Taller", '"Ríos"', "Rosario"]


def test_footnote_marks_leave_the_words_and_stay_in_the_markdown():
    [block] = read("EU-LAC<sup>1</sup>, y [enlace](https://a.example)")
    assert (block.text, block.markdown) == ("EU-LAC, y enlace", "EU-LAC[^1], y [enlace](https://a.example)")


def test_tables_of_three_notations_make_the_same_rows():
    tabs = "9h00\t<p>Uno</p> <ul><li>• dos</li></ul>"
    pipes = "| 9h00 | <p>Uno</p> <ul><li>dos</li></ul> |\n|---|---|"
    html = "<table>\n<tr><td>9h00</td><td><p>Uno</p><ul><li>dos</li></ul></td></tr>\n</table>"
    cells = [
        [[(type(b), b.text) for b in cell] for cell in row.cells]
        for source in (tabs, pipes, html)
        for row in read(source)
    ]
    assert cells == [[[(Paragraph, "9h00")], [(Paragraph, "Uno"), (ListItem, "dos")]]] * 3


def test_scripts_vanish_and_the_lines_below_keep_their_numbers():
    blocks = read("Uno\n\n<script>\nalert(1)\n</script>\n\n<b onclick=x>Dos</b>\n")
    assert shape(blocks) == [("Paragraph", 1, "Uno"), ("Paragraph", 7, "Dos")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "El archivo está vacío."),
        (b" \n\t\n", "El archivo está vacío."),
        (b"%PDF-1.7\0\0", "no es un texto"),
        ("uno\ndos\nñandú".encode("latin-1"), "no es texto UTF-8 (línea 3)"),
        (b"x" * (document.MAXIMUM + 1), "como mucho 5 MB"),
    ],
    ids=["empty", "blank", "binary", "latin-1", "huge"],
)
def test_what_is_no_note_is_refused_in_words(data, message):
    with pytest.raises(NoteError) as error:
        document.read(data)
    assert message in str(error.value)


@given(st.text(min_size=1))
def test_every_text_becomes_blocks_or_an_error_in_words(text):
    try:
        blocks = read(text)
    except NoteError as error:
        assert str(error)
    else:
        assert all(isinstance(b, Heading | Paragraph | ListItem | Row | Footnote) for b in blocks)
        assert all("<script" not in b.text.lower() for b in blocks)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("**Eje 1.** El *agua* y el __río__", "Eje 1. El agua y el río"),
        ("2 * 3 * 4 y snake_case", "2 * 3 * 4 y snake_case"),
        ("Un [enlace](https://ejemplo.example/a_(b)) y ![un logo](logo.png)", "Un enlace y un logo"),
        (r"Sala \*1\*", "Sala *1*"),
        ("Con <b>negrita</b>, &amp; y `código`", "Con negrita, & y código"),
        ("<https://ejemplo.example/>", "https://ejemplo.example/"),
    ],
)
def test_a_line_is_read_as_commonmark_reads_it(line, words):
    assert document.plain(line) == words


def test_a_file_full_of_brackets_is_refused_in_words():
    with pytest.raises(document.NoteError, match="tiene más de 20000 corchetes"):
        document.read(b"![" * 20_001)
