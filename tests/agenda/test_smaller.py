"""A page without the blanks that only its authors read: the same tree, and the same words with blanks where they were."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda import publishing
from agenda.web import answers
from agenda.web.smaller import ATOMS, BLOCKS, smaller
from tests import factories


class Tree(HTMLParser):
    """Elements with their attributes, and words; a blank stands between words of a line where a reader sees one."""

    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.kept = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(attrs)))
        self.kept += tag in ("pre", "textarea", "script", "style")

    def handle_endtag(self, tag):
        self.seen.append(f"/{tag}")
        self.kept -= tag in ("pre", "textarea", "script", "style")

    def handle_data(self, data):
        self.seen.append(data if self.kept else re.sub(r"[ \t\n\f\r]+", " ", data))


def tree(html):
    """The tree, without the blanks at the edges of blocks (CSS Text 3, 4.1.1), one where several meet."""
    folded = []
    for one in Tree(html).seen:
        is_text = (isinstance(one, str) and not one.startswith("/")) or one == "/"
        if is_text and folded and isinstance(folded[-1], tuple) and folded[-1][0] == "text":
            folded[-1] = ("text", folded[-1][1] + one)
        else:
            folded.append(("text", one) if is_text else ("tag", one))
    return folded


def words(html):
    """What is read: the words, and where a blank parts them."""
    text = ""
    for kind, one in tree(html):
        if kind == "text":
            text += one
        else:
            name = one[0] if isinstance(one, tuple) else one[1:]
            text += "\n" if name in BLOCKS else "\a" if name in ATOMS else ""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r" +", " ", text)).strip()


def tags(html):
    return [one for kind, one in tree(html) if kind == "tag"]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<p>\n  Uno\n  <b>dos</b> tres\n</p>\n<p>x</p>", "<p>Uno <b>dos</b> tres</p><p>x</p>"),
        ("<li> <a href='#'>a</a> <a>b</a> </li>", "<li><a href='#'>a</a> <a>b</a></li>"),
        ("<p>a<span>: </span> b</p>", "<p>a<span>: </span> b</p>"),
        ("<pre>\n a  b\n</pre>", "<pre>\n a  b\n</pre>"),
        ("<textarea>\n\n a </textarea>", "<textarea>\n\n a </textarea>"),
        ('<script>if (a < b)  c("</p>")</script>', '<script>if (a < b)  c("</p>")</script>'),
        ('<a\n  title="a  >  b"\n  href=x\n>y</a>', '<a title="a  >  b" href=x>y</a>'),
        ("<p>10\u00a0h \u202f; \u3000x</p>", "<p>10\u00a0h \u202f; \u3000x</p>"),
        (
            "<p><select> <option> A </option> </select> <b>x</b></p>",
            "<p><select><option>A</option></select> <b>x</b></p>",
        ),
        ("a <!-- c --> b", "a b"),
        ("1 < 2 & 3", "1 < 2 & 3"),
    ],
)
def test_what_is_seen_stays(written, sent):
    assert smaller(written) == sent


PIECES = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<li>", "</li>", '<a href="x  y">', "</a>", "<br>", " ", "\n  ", "a", "bé", "\u00a0",
     "<pre> x  y </pre>", "<!-- z -->", "<input>", "<option>", "</option>", "<img src=x>", "&amp;", "<select>", "</select>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_the_tree_and_the_words_are_the_same_and_twice_is_once(pieces):
    html = "".join(pieces)
    small = smaller(html)
    assert tags(small) == tags(html)
    assert words(small) == words(html)
    assert smaller(small) == small
    assert len(small) <= len(html)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["", "agenda/", "participantes/", "impreso/", "calendario/", "ejes/1/", "pantalla/", "v/1/"]
)
def test_every_page_goes_out_small_and_says_the_same(client, page):
    publishing.publish(factories.small())
    answer = client.get(f"/es/taller-3/{page}")
    names = {name.lower(): value for name, value in answer.headers.items()}
    sent = answers.make(list(answer.headers.items()), names, answer.content).variants[""][1].decode()
    written = answer.content.decode()
    assert len(sent) < len(written)
    assert tags(sent) == tags(written)
    assert words(sent) == words(written)
