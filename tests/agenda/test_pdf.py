import io

import pypdf
import pypdfium2
import pytest

from agenda import publishing
from agenda.models import Section, Session
from agenda.printing import PAPERS, typesetting
from agenda.printing.sources import Shelf
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(data):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


@pytest.fixture
def site():
    of = factories.small()
    publishing.publish(of)
    return of


def get(client, address="/es/taller-3/programa.pdf"):
    response = client.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    return response.content


def test_the_programme_on_paper_says_what_the_programme_says(site, client):
    text = text_of(get(client))
    for words in ("3.º Taller Ríos que unen", "7 de septiembre de 2018", "Galpón 11", "Convoca Unión (UCCI)", "Justificación", "El río une1.",
                  "1 A veces separa.", "El agua", "De dónde viene.", "Viernes 7 de septiembre", "9h00 Registro",
                  "9h30 – 11h00 Cuencas", "Eje 1 Parte I", "Modera: Quito", "Pausa café", "Participantes", "Quito"):  # fmt: skip
        assert words in text, words


def test_every_language_has_its_own(site, client):
    assert "Version 1" in text_of(get(client, "/fr/taller-3/programa.pdf"))
    assert "Friday 7 September" in text_of(get(client, "/en/taller-3/programa.pdf"))


def test_it_knows_its_version_and_where_to_look_it_up(site, client):
    text = text_of(get(client))
    assert "Versión 1" in text
    assert "https://talleres.example/es/taller-3/v/1/" in text.replace(" ", "")  # it may take two lines


def test_a_long_day_begins_a_page_and_a_short_one_follows(site, client):
    saturday = factories.day(site, factories.SATURDAY)
    for hour in range(12, 17):
        factories.session(site.days.first(), f"{hour}:00", f"{hour}:50", f"Tarde de las {hour}", ["Uno", "Dos"])
    for hour in range(10, 22):
        factories.session(saturday, f"{hour}:00", f"{hour}:50", f"Sesión de las {hour}", ["Uno", "Dos", "Tres"])
    factories.session(factories.day(site, factories.MONDAY), title="Tercera jornada")
    publishing.publish(site)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(get(client))).pages]
    pages[1] = ""  # the days at a glance
    friday, saturday, last, monday = (
        next(n for n, text in enumerate(pages) if words in text)
        for words in ("Tarde de las 16", "Sesión de las 10", "Sesión de las 21", "Tercera jornada")
    )
    assert saturday == friday + 1
    assert "Sábado 8 de septiembre" in pages[saturday]
    assert monday == last


def test_it_is_tagged_titled_and_in_its_language_with_fonts_of_its_own(site, client):
    document = pypdf.PdfReader(io.BytesIO(get(client)))
    root = document.trailer["/Root"]
    fonts = {
        str(f.get_object()["/BaseFont"]).partition("+")[2]
        for page in document.pages
        for f in page["/Resources"]["/Font"].values()
    }
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], document.metadata.title) == (
        "es",
        True,
        "Ríos que unen",
    )
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert fonts
    assert all(font.startswith("Alegreya") for font in fonts)


def where(data, words):
    """The page, left and baseline of a text in points."""
    with pypdfium2.PdfDocument(data) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            if found := text.search(words).get_next():
                left, bottom, *_rest = text.get_charbox(found[0])
                return number, left, bottom
    raise AssertionError(words)


def test_short_footnotes_stand_beside_their_text_and_long_ones_end_it(site, client):
    text = "El río une[^1]. " + "Agua que baja. " * 12 + "Fin del texto.\n\n[^1]: A veces separa."
    Section.objects.update(body_es=text)
    publishing.publish(site)
    data = get(client)
    page, left, bottom = where(data, "A veces separa")
    assert (page, bottom > where(data, "Fin del texto")[2]) == (where(data, "El río une")[0], True)
    assert left > where(data, "El río une")[1] + 200
    Section.objects.update(body_es=text + " Siempre. " * 200)
    publishing.publish(site)
    data = get(client)
    assert where(data, "A veces separa")[2] < where(data, "Fin del texto")[2]


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_programme_gives_the_same_bytes(site, name):
    [programme] = publishing.released([site.releases.get()], "es", "public")
    copy = typesetting.Copy("https://x.example/")
    first, second = (typesetting.pdf(PAPERS[name], programme, copy, {"agenda.ics": b"x"}) for _ in range(2))
    assert first == second


def test_another_release_is_another_file(site, client):
    first = get(client)
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos y cuencas")
    publishing.publish(site)
    assert "Ríos y cuencas" in text_of(get(client))
    assert get(client, "/es/taller-3/v/1/programa.pdf") == first


def test_members_get_their_sessions_on_paper_and_the_public_does_not(site, client):
    factories.session(site.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(site)
    assert "Reservada" not in text_of(get(client))
    client.force_login(factories.user("committee"))
    assert "Reservada" in text_of(get(client))


def test_a_draft_is_marked_on_every_page(site, client):
    client.force_login(factories.user())
    document = pypdf.PdfReader(io.BytesIO(get(client, "/es/taller-3/borrador/programa.pdf")))
    assert all("BORRADOR" in page.extract_text() for page in document.pages)
    assert not any("BORRADOR" in page.extract_text() for page in pypdf.PdfReader(io.BytesIO(get(client))).pages)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "https://evil.example/x.png",
        "data:text/plain,x",
        "taller:../settings.py",
        "taller:",
    ],
)
def test_the_shelf_gives_nothing_but_what_stands_on_it(url):
    with pytest.raises(ValueError, match="not on the shelf"):
        Shelf({"qr.svg": b"<svg/>"}).fetch(url)
    assert Shelf({"qr.svg": b"<svg/>"}).fetch("taller:qr.svg").read() == b"<svg/>"
    assert Shelf().fetch("taller:Alegreya_400Regular.ttf").read()[:4] == b"\0\1\0\0"


def test_long_texts_and_many_items_stay_on_the_page(client):
    of = factories.workshop()
    on = factories.day(of)
    factories.session(
        on,
        "09:00",
        "10:00",
        "Una palabra larga " * 16,
        [f"Punto número {n} con algo de texto" for n in range(30)],
    )
    for n in range(40):
        factories.session(on, f"{10 + n // 10}:{n % 10 * 5:02}", None, f"Fila {n:02}")
    publishing.publish(of)
    text = text_of(get(client))
    assert all(f"Fila {n:02}" in text for n in range(40))
    assert all(f"Punto número {n} con" in text for n in range(30))
