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


def test_footnotes_on_paper_stand_where_their_number_is():
    html = prose.html(NOTED, "paper")
    assert (
        html
        == '<p>Uno<span class="footnote" id="note-1">Primera <em>nota</em>.</span> y dos<span class="footnote" id="note-2">Segunda.</span>.</p>\n'
    )


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
