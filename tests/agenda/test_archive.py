"""One file to be read aloud and to be kept: what WeasyPrint leaves undone is repaired."""

import io

import pikepdf
import pydyf
import pytest
import weasyprint

from agenda import publishing
from agenda.models import Section, Session
from agenda.printing import PAPERS, archive, typesetting
from tests import factories

pytestmark = pytest.mark.django_db
ARCHIVAL = [name for name, paper in PAPERS.items() if paper.archival]


def kids(element):
    found = element.get("/K", [])
    return [
        kid for kid in (found if isinstance(found, pikepdf.Array) else [found]) if isinstance(kid, pikepdf.Dictionary)
    ]


def walk(element):
    if "/S" in element:
        yield element
    for kid in kids(element):
        yield from walk(kid)


def document(of, name="completo", language="es"):
    from django.utils import translation

    [programme] = publishing.released([of.releases.latest("number")], language, "public")
    with translation.override(language):
        files = {"agenda.ics": b"BEGIN:VCALENDAR", "schedule.json": b"{}"}
        return pikepdf.open(
            io.BytesIO(typesetting.pdf(PAPERS[name], programme, typesetting.Copy("https://x.example/"), files))
        )


def elements(pdf, *kinds):
    return [e for e in walk(pdf.Root.StructTreeRoot) if str(e.S) in kinds]


@pytest.fixture
def of():
    of = factories.small()
    text = "Un texto [con enlace](https://red.example/) y nota[^1].\n\n" + "Agua. " * 900 + "\n\n[^1]: A veces separa."
    Section.objects.update(body_es=text)
    publishing.publish(of)
    return of


def test_the_patch_is_made_for_the_typesetter_that_is_installed():
    assert weasyprint.__version__.startswith(archive.SUPPORTED)
    assert archive.remember_boxes() is True


@pytest.mark.parametrize("name", ARCHIVAL)
def test_both_standards_are_claimed_and_described(of, name):
    with document(of, name) as pdf, pdf.open_metadata() as metadata:
        claims = {key: metadata.get(key) for key in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance")}
        raw = pdf.Root.Metadata
        assert b"pdfaExtension:schemas" in raw.read_bytes()
        assert "/Filter" not in raw
    assert claims == {"pdfuaid:part": "1", "pdfaid:part": "3", "pdfaid:conformance": "A"}


@pytest.mark.parametrize("name", ARCHIVAL)
def test_the_data_travels_with_the_file(of, name):
    pdf = document(of, name)
    assert {key: file.get_file().read_bytes() for key, file in pdf.attachments.items()} == {
        "agenda.ics": b"BEGIN:VCALENDAR", "schedule.json": b"{}",
    }  # fmt: skip
    assert {str(file.AFRelationship) for file in pdf.Root.AF} == {"/Data"}


def test_a_footnote_is_a_note_with_a_name_and_its_number_a_reference(of):
    Section.objects.update(body_es="Uno[^1] y dos[^2].\n\n[^1]: Nota uno[^3].\n[^2]: Nota dos.\n[^3]: Nota tres.")
    publishing.publish(of)
    pdf = document(of)
    notes = elements(pdf, "/Note")
    assert [str(note.ID) for note in notes] == ["note-1", "note-2", "note-3"]
    assert len(elements(pdf, "/Reference")) == 3
    assert any(str(inner.S) == "/Reference" for inner in walk(notes[0]))


def test_links_are_described_by_their_words(of):
    pdf = document(of)
    said = [str(note.Contents) for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    assert "con enlace" in said
    assert "Justificación" in said
    assert "Nota 1" in said
    assert [words for words in said if words.startswith(("section-", "http", "n-"))] == [
        "https://x.example/"
    ]  # as shown


def test_running_heads_are_artifacts_and_nothing_else_is_lost(of):
    pdf = document(of)
    heads, depth = [], []
    for page in pdf.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("BDC", "BMC"):
                depth.append(str(operands[0]))
            elif str(operator) == "EMC":
                depth.pop()
            elif str(operator) == "TJ":
                heads.append("/Artifact" in depth)
                assert depth
    assert any(heads)
    assert not all(heads)


def test_a_paragraph_over_two_pages_is_one_paragraph(of):
    pdf = document(of)
    pages = [{kid.Pg.objgen for kid in walk(element) if "/Pg" in kid} for element in elements(pdf, "/P")]
    assert max(map(len, pages)) >= 2
    assert len(elements(pdf, "/H2")) == len({str(e.objgen) for e in elements(pdf, "/H2")})
    assert len(elements(pdf, "/Sect")) == len({str(e.objgen) for e in elements(pdf, "/Sect")})


def test_content_in_another_language_says_so(of):
    Session.objects.filter(title_es="Pausa café").update(title_fr="Pause")
    publishing.publish(of)
    french = document(of, "agenda", "fr")
    assert {str(e.Lang) for e in walk(french.Root.StructTreeRoot) if "/Lang" in e} == {"es"}
    spanish = document(of, "agenda", "es")
    assert [e for e in walk(spanish.Root.StructTreeRoot) if "/Lang" in e] == []


def test_head_cells_say_of_what_they_are_the_head():
    html = """<html lang=es><title>t</title><body><style>@page{size:A5;margin:1cm} td{height:2cm}</style><table>
    <caption>Lista</caption><thead><tr><th>Uno<th>Dos</thead><tbody>%s</tbody></table>""" % (
        "<tr><th scope=row>a<td>b" * 30
    )
    archive.remember_boxes()
    data = weasyprint.HTML(string=html).write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=b"x" * 16, finisher=archive.finish
    )
    pdf = pikepdf.open(io.BytesIO(data))
    assert len(pdf.pages) > 2
    [table] = elements(pdf, "/Table")
    assert [str(kid.S) for kid in kids(table)] == ["/Caption", "/THead", "/TBody"]
    assert [str(e.A.Scope) for e in elements(pdf, "/TH")] == ["/Column"] * 2 + ["/Row"] * 30
    known = {str(e.ID) for e in elements(pdf, "/TH")}
    assert all({str(name) for name in e.A.Headers} <= known and len(e.A.Headers) == 2 for e in elements(pdf, "/TD"))


HOSTILE = [
    "![x](file:///etc/passwd)", "<img src=http://127.0.0.1/x>", "<style>@import 'file:///etc/passwd'</style>",
    "<link rel=attachment href=file:///etc/passwd>", "<a rel=attachment href='file:///etc/passwd'>x</a>",
    "<object data='http://127.0.0.1:1/'></object>", "<svg><image href='file:///etc/passwd'/></svg>",
    "<p style=\"background:url('http://127.0.0.1:1/')\">x</p>", "<iframe src=http://127.0.0.1:1/></iframe>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "[x](javascript:alert(1))",
    "<style>@font-face{font-family:x;src:url(http://127.0.0.1:1/f.ttf)}</style>",
    "[x](data:text/html,x)", "<base href='http://127.0.0.1:1/'>", "![x](http://127.0.0.1:1/redirect)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_an_organiser_types_reaches_a_file_or_the_network(text, monkeypatch):
    import socket

    from agenda.printing import sources

    of = factories.small()
    Section.objects.update(body_es=f"{text}\n\nFin[^1].\n\n[^1]: {text}")
    Session.objects.update(
        description_es=text, description=text, place=text[:100], title_es=text[:200], title=text[:200]
    )
    publishing.publish(of)
    asked = []
    real = sources.Shelf.fetch
    monkeypatch.setattr(sources.Shelf, "fetch", lambda self, url, headers=None: asked.append(url) or real(self, url, headers))  # fmt: skip
    monkeypatch.setattr(socket.socket, "connect", lambda *_a: pytest.fail("the network was asked"))
    from agenda.printing.typesetting import pdf

    [programme] = publishing.released([of.releases.get()], "es", "public")
    monkeypatch.setattr("builtins.open", guarded(open))
    data = pdf(PAPERS["completo"], programme, typesetting.Copy("https://x.example/"))
    assert b"root:x:" not in data
    assert [url for url in asked if not url.startswith("taller:")] == []


def guarded(real):
    def look(file, *args, **kwargs):
        assert "passwd" not in str(file)
        return real(file, *args, **kwargs)

    return look


def test_no_stream_ends_where_its_length_could_be_misread():
    """One stream in 128 would: of two thousand some do, before they are mended."""
    pdf = pydyf.PDF()
    contents = [f"({number}) Tj {number * 7919}".encode() * (number % 7 + 1) for number in range(2000)]
    for content in contents:
        pdf.add_object(pydyf.Stream([content], compress=True))
    page = pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": pydyf.Array([0, 0, 9, 9])})
    pdf.add_page(page)
    plain, mended = io.BytesIO(), io.BytesIO()
    pdf.write(plain, b"1.7")
    archive._end_streams(pdf)
    pdf.write(mended, b"1.7")
    assert archive.AMBIGUOUS.search(plain.getvalue())
    assert not archive.AMBIGUOUS.search(mended.getvalue())
    with pikepdf.open(mended) as document:
        streams = [thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream)]
    assert [stream for stream in streams if stream.startswith(b"(")] == contents
