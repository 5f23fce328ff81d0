"""The printed editions: what each says, in which order, for whom."""

import io
import re

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda import publishing
from agenda.models import Moderator, Section, Session
from agenda.printing import PAPERS, booklet, typesetting
from languages import CODES
from participants.models import Participant
from tests import factories

pytestmark = pytest.mark.django_db
COPY = typesetting.Copy("https://talleres.example/es/taller-3/v/1/")
WITH_AGENDA = [name for name, paper in PAPERS.items() if paper.template in ("complete", "pocket", "poster")]


def words(data):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def printed(of, name, language="es", audience="public", copy=COPY):
    from django.utils import translation

    [programme] = publishing.released([of.releases.latest("number")], language, audience)
    with translation.override(language):
        return typesetting.pdf(PAPERS[name], programme, copy)


@pytest.fixture
def of():
    of = factories.small()
    friday = of.days.get()
    factories.session(friday, "11:30", "13:00", "Orillas", place="Sala B")
    factories.session(factories.day(of, factories.SATURDAY), "09:00", "10:00", "Desembocadura")
    factories.session(friday, "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(of)
    return of


@pytest.mark.parametrize("name", WITH_AGENDA)
def test_every_edition_says_each_row_once_and_in_order(of, name):
    data = printed(of, name)
    if PAPERS[name].folded:
        data = printed(of, "completo")  # the same pages: only their order on the sheets differs
    text = words(data)
    titles = ["Registro", "Cuencas", "Pausa café", "Orillas", "Desembocadura"]
    if name != "cartel":  # they stand at a glance, too
        glance, _head, text = text.partition("Viernes 7 de septiembre 9h00" if name != "agenda" else "Todas las horas")
        assert all(title in glance for title in titles)
    assert [text.count(title) for title in titles] == [1] * 5
    assert sorted(titles, key=text.index) == titles
    for said in ("9h30", "11h00", "Modera: Quito", "Sala B"):
        assert said in text
    assert "Versión 1" in words(data)


@pytest.mark.parametrize("name", PAPERS)
def test_members_matter_is_on_the_members_copies_only(of, name):
    public, members = (
        words(printed(of, name, audience=audience, copy=typesetting.Copy("x", for_members=audience == "members")))
        for audience in ("public", "members")
    )
    assert "Reservada" not in public
    if name in WITH_AGENDA:
        assert "Reservada" in members
    assert ("ejemplar para miembros" in members, "ejemplar para miembros" in public) == (True, False)


VERSION = {"es": "Versión 1", "en": "Version 1", "pt-br": "Versão 1", "fr": "Version 1"}
# Each paper once, all languages in turn; the whole matrix is long.
IN_TURN = [(name, CODES[place % len(CODES)]) for place, name in enumerate(PAPERS)]
MATRIX = [
    pytest.param(name, language, marks=[] if (name, language) in IN_TURN else pytest.mark.long)
    for name in PAPERS
    for language in CODES
]


@pytest.mark.parametrize(("name", "language"), MATRIX)
def test_every_edition_knows_its_version_in_every_language(of, name, language):
    data = printed(of, name, language)
    assert VERSION[language].casefold() in words(data).casefold()
    assert pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize("name", PAPERS)
def test_a_draft_says_so_on_every_page(of, name):
    data = printed(of, name, copy=typesetting.Copy("https://x.example/", draft=True))
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        text = page.extract_text()
        assert "BORRADOR" in text or not text.strip()


def test_the_complete_programme_stands_in_the_order_of_its_contents(of):
    Section.objects.create(workshop=of, kind="practical", title_es="Datos prácticos", body_es="Traiga un lápiz.", position=9)  # fmt: skip
    Participant.objects.filter(name_es="Quito").update(latitude=-0.2, longitude=-78.5)
    publishing.publish(of)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed(of, "completo"))).pages]
    heads = ["Justificación", "Ejes", "Viernes 7 de septiembre", "Sábado 8 de septiembre", "Participantes", "Datos prácticos"]  # fmt: skip
    told = dict(re.findall(r"^(?:El agua1 )?(\D.*) (\d+)$", pages[1], re.M))
    shown = {"Ejes": "De dónde viene."}  # the axes have their own heads
    found = {
        head: next(str(n) for n, text in enumerate(pages, 1) if n > 2 and shown.get(head, head) in text)
        for head in heads
    }
    assert {head: told[head] for head in heads} == found
    assert sorted(heads, key=lambda head: int(found[head])) == heads


def test_the_pocket_agenda_has_title_and_version_outside_and_the_days_inside(of):
    outside, inside = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed(of, "agenda"))).pages]
    assert ["Ríos que unen" in outside, "Versión 1" in outside, "Cuencas" in outside] == [True, True, True]
    assert ("Modera" in outside, "Modera" in inside) == (False, True)  # half open, the days at a glance
    assert ["Viernes 7" in inside, "Sábado 8" in inside, "Cuencas" in inside, "Desembocadura" in inside] == [True] * 4


def test_a_day_that_does_not_fit_shrinks_and_then_runs_on():
    of = factories.workshop()
    friday = factories.day(of)
    for n in range(26):
        factories.session(friday, f"{8 + n // 4:02}:{n % 4 * 15:02}", None, f"Fila {n:02}", ["Un punto"])
    publishing.publish(of)
    short = pypdf.PdfReader(io.BytesIO(printed(of, "agenda")))
    sizes = set()
    short.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: (
            sizes.add(round(abs(size * tm[0] * cm[0]), 1)) if text.strip() else None
        )
    )
    assert len(short.pages) == 2
    assert min(sizes) >= 9
    for n in range(60):
        factories.session(friday, "20:00", None, f"Tarde {n:02}", ["Un punto", "Otro punto"])
    publishing.publish(of)
    long = pypdf.PdfReader(io.BytesIO(printed(of, "agenda")))
    text = " ".join(page.extract_text() for page in long.pages)
    assert len(long.pages) > 2
    assert all(f"Fila {n:02}" in text for n in range(26))
    assert all(f"Tarde {n:02}" in text for n in range(60))


def test_large_print_is_large_everywhere(of):
    document = pypdf.PdfReader(io.BytesIO(printed(of, "letra-grande")))
    small = set()

    def visit(text, cm, tm, font, size):
        points = abs(size * tm[3] * cm[3])
        if text.strip() and points < 17.9:
            small.add((text.strip(), round(points, 1)))

    for page in document.pages:
        page.extract_text(visitor_text=visit)
    assert small == set()


def test_the_poster_is_one_sheet_of_a3(of):
    document = pypdf.PdfReader(io.BytesIO(printed(of, "cartel")))
    assert [tuple(round(float(n)) for n in page.mediabox[2:]) for page in document.pages] == [(842, 1191)]


def test_each_day_has_a_list_to_sign_with_every_participant(of):
    lima = factories.participant("Lima", factories.region())
    factories.attend(of, lima, 2)
    publishing.publish(of)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed(of, "hoja-de-firmas"))).pages]
    assert len(pages) == 2
    for page, day in zip(pages, ("Viernes 7 de septiembre", "Sábado 8 de septiembre"), strict=True):
        for said in (f"Hoja de firmas: {day}", "Institución", "Firma", "1 Quito", "2 Lima", "Versión 2", " / 2"):
            assert said in " ".join(page.split())


def test_everyone_at_the_table_has_one_sign(of):
    talk = Session.objects.get(title_es="Orillas")
    Moderator.objects.create(session=talk, role="presents", institution_es="Universidad", person="Ana Mora")
    Moderator.objects.create(session=talk, role="reports", institution_es="Quito", participant=Participant.objects.get(name_es="Quito"))  # fmt: skip
    publishing.publish(of)
    document = pypdf.PdfReader(io.BytesIO(printed(of, "rotulos")))
    names = [page.extract_text() for page in document.pages]
    assert [sum(name in text for text in names) for name in ("Quito", "Ana Mora")] == [1, 1]
    assert len(names) == 2


def test_each_door_says_what_happens_behind_it_each_day(of):
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(printed(of, "puerta"))).pages]
    assert len(pages) == 3
    assert [("Sala A" in p, "Cuencas" in p, "Orillas" in p, "Registro" in p) for p in pages] == [
        (True, True, False, True), (False, False, True, True), (False, False, False, False),
    ]  # fmt: skip
    assert "Galpón 11" in pages[2]


@pytest.mark.parametrize("name", PAPERS)
def test_an_empty_workshop_prints_all_the_same(name):
    of = factories.workshop(venue_es="", address="", city_es="")
    factories.session(factories.day(of), "09:00", "10:00", "Única")
    publishing.publish(of)
    assert typesetting.count(printed(of, name)) >= 1


# --- imposition ---


@given(st.integers(1, 200))
def test_a_booklet_holds_every_page_once_and_reads_in_order_when_folded(pages):
    sides = booklet.order(pages)
    assert len(sides) % 2 == 0
    flat = [number for side in sides for number in side]
    assert sorted(n for n in flat if n is not None) == list(range(pages))
    assert len(flat) == -(-pages // 4) * 4
    # Folded, the right halves of the fronts and the left halves of the backs are read first, then the rest backwards.
    first = [half for front, back in zip(sides[::2], sides[1::2], strict=True) for half in (front[1], back[0])]
    rest = [half for front, back in zip(sides[::2], sides[1::2], strict=True) for half in (front[0], back[1])]
    read = first + rest[::-1]
    assert [n for n in read if n is not None] == list(range(pages))
    assert read[-1] == pages - 1


def test_the_booklet_is_a4_across_with_two_pages_a_side(of):
    data = printed(of, "cuadernillo")
    with pikepdf.open(io.BytesIO(data)) as document:
        assert {tuple(round(float(n)) for n in page.mediabox) for page in document.pages} == {(0, 0, 842, 595)}
        assert len(document.pages) % 2 == 0
    first = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "Ríos que unen" in first
    assert "Versión 1" in first  # on the back of the cover


# --- on the site ---


def test_the_page_offers_what_is_for_the_reader(of, client):
    page = client.get("/es/taller-3/impreso/").content.decode()
    offered = re.findall(r'<h2><a href="/es/taller-3/impreso/([\w-]+)\.pdf">', page)
    assert offered == ["completo", "agenda", "cuadernillo", "letra-grande", "cartel"]
    client.force_login(factories.user("coordinator"))
    page = client.get("/es/taller-3/impreso/").content.decode()
    assert re.findall(r'<h2><a href="/es/taller-3/impreso/([\w-]+)\.pdf">', page) == list(PAPERS)
    assert "No los reparta" in page


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_what_the_room_needs_is_for_those_who_run_it(of, client, suffix):
    address = f"/es/taller-3/impreso/rotulos.{suffix}"
    assert client.get(address).url == f"/accounts/login/?next={address}"
    client.force_login(factories.user("committee"))
    assert client.get(address).status_code == 403
    client.force_login(factories.user("coordinator", email="eva@example.org"))
    assert client.get(address).status_code == 200


def test_a_coordinator_may_print_the_publics_copy(of, client):
    client.force_login(factories.user("coordinator"))
    members, public = (
        words(client.get(f"/es/taller-3/impreso/agenda.pdf{query}").content) for query in ("", "?como=publico")
    )
    assert ("Reservada" in members, "Reservada" in public) == (True, False)


def test_an_edition_that_does_not_exist_is_said_to(of, client, words):
    answer = client.get("/es/taller-3/impreso/tebeo.pdf")
    assert answer.status_code == 404
    assert "No hay ninguna edición impresa llamada «tebeo»." in words(answer)


def test_the_short_address_leads_to_every_edition(of, client):
    answer = client.get("/es/taller-3/programa.pdf?edicion=cartel")
    assert (answer.status_code, answer.url) == (302, "/es/taller-3/impreso/cartel.pdf")
    assert client.get("/es/taller-3/programa.pdf").content == client.get("/es/taller-3/impreso/completo.pdf").content


def test_a_files_etag_is_its_contents(of, client):
    first = client.get("/es/taller-3/impreso/agenda.pdf")
    again = client.get("/es/taller-3/impreso/agenda.pdf", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Content-Disposition"] == 'inline; filename="taller-3-agenda-es.pdf"'


def test_the_page_says_how_many_pages_once_it_is_set(of, client, words):
    before = client.get("/es/taller-3/impreso/")
    assert before["Cache-Control"] == "private, no-cache"
    client.get("/es/taller-3/impreso/agenda.png")
    assert "A4 · 2 páginas" in words(client.get("/es/taller-3/impreso/"))


def test_the_picture_is_the_first_page(of, client):
    from PIL import Image

    answer = client.get("/es/taller-3/impreso/cuadernillo.png")
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], max(picture.size) - 440 in (0, 1), picture.width > picture.height) == (
        "image/png",
        True,
        True,
    )


def test_the_draft_is_printed_for_organisers_only(of, client):
    factories.session(of.days.first(), "15:00", "16:00", "Futura")
    address = "/es/taller-3/borrador/impreso/agenda.pdf"
    assert client.get(address).status_code == 302
    client.force_login(factories.user())
    text = words(client.get(address).content)
    assert ("Futura" in text, "BORRADOR" in text) == (True, True)


def test_who_asks_for_the_publics_copy_gets_it_by_every_way(of, client):
    client.force_login(factories.user("committee"))
    answer = client.get("/es/taller-3/programa.pdf?edicion=agenda&como=publico")
    assert answer.url == "/es/taller-3/impreso/agenda.pdf?como=publico"
    page = client.get("/es/taller-3/impreso/?como=publico").content.decode()
    links = re.findall(r'(?:href|src)="([^"]*/impreso/[\w-]+\.(?:pdf|png)[^"]*)"', page)
    assert links
    assert all(link.endswith("?como=publico") for link in links)


def test_a_note_cited_twice_is_printed_once_with_one_number(of):
    Section.objects.update(body_es="Uno[^a], dos[^b] y otra vez[^a].\n\n[^a]: Nota primera.\n[^b]: Nota segunda.")
    publishing.publish(of)
    text = words(printed(of, "completo"))
    assert (text.count("Nota primera."), "Uno1, dos2 y otra vez1." in text) == (1, True)


def test_a_control_character_does_not_spoil_the_file(of):
    from agenda.programme import for_audience
    from agenda.programme.tree import Programme

    [programme] = publishing.released([of.releases.latest("number")], "es", "public")
    import msgspec

    from languages import Text

    odd: Programme = msgspec.structs.replace(for_audience(programme, "public"), title=Text("Ríos\x0bque\x1funen"))
    with (
        pikepdf.open(io.BytesIO(typesetting.pdf(PAPERS["completo"], odd, COPY))) as pdf,
        pdf.open_metadata(strict=True) as said,
    ):
        assert said["dc:title"] == "Ríos que unen"


@pytest.mark.parametrize("start", ["", "agenda/", "participantes/"])
def test_the_booklet_is_two_clicks_away(of, client, start):
    menu = re.search(r'<nav class="menu".*?</nav>', client.get(f"/es/taller-3/{start}").content.decode(), re.S)[0]
    first = re.search(r'href="([^"]+)"[^>]*>Imprimir<', menu)[1]
    second = re.search(r'href="([^"]+)">Cuadernillo<', client.get(first).content.decode())[1]
    assert client.get(second)["Content-Type"] == "application/pdf"
