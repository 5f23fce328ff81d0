"""The picture that other sites show with a link to a workshop."""

import io
import re

import pikepdf
import pypdfium2
import pytest
from django.utils import translation
from PIL import Image

from agenda import programme, publishing
from agenda.models import Workshop
from agenda.printing import SOCIAL, orders, typesetting
from languages import CODES
from tests import factories

COPY = typesetting.Copy("https://talleres.example/es/taller-3/v/1/")


def setting(tree):
    with translation.override(tree.language):
        return typesetting.pdf(SOCIAL, tree, COPY)


def said(data):
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage().get_text_range()
    return " ".join(text.split())


def public(of, language="es"):
    return programme.for_audience(programme.build(of, language), "public")


def test_every_page_names_the_picture_of_its_language(db, client):
    publishing.publish(factories.small())
    for language in CODES:
        page = client.get(f"/{language}/taller-3/agenda/").content.decode()
        [picture] = re.findall(r'<meta property="og:image" content="([^"]+)"', page)
        assert picture == f"https://talleres.example/{language}/taller-3/impreso/social.png"


def test_versions_and_drafts_name_no_picture(db, client):
    of = factories.small()
    publishing.publish(of)
    client.force_login(factories.user("organiser"))
    for mount in ("v/1", "borrador"):
        assert "og:title" in (page := client.get(f"/es/taller-3/{mount}/agenda/").content.decode())
        assert "og:image" not in page


def test_it_is_a_png_of_1200_by_630_with_title_day_and_city(db, client):
    factories.small()
    data = setting(public(Workshop.objects.get()))
    with Image.open(io.BytesIO(typesetting.preview(data, SOCIAL.picture))) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert "Ríos que unen 7 de septiembre de 2018 · Rosario" in said(data)


LONG = " ".join(f"Río{number}" for number in range(41))  # 235 characters, none of them twice: it is read back
WIDE = "Donaudampfschifffahrtsgesellschaftskapitänsmützenknopf"


@pytest.mark.parametrize("title", ["Sí", LONG, WIDE], ids=["short", "long", "wide"])
@pytest.mark.parametrize("place", [{}, {"latitude": -32.94, "longitude": -60.65}], ids=["bare", "rose"])
def test_a_title_of_any_length_stands_whole_on_its_one_page(title, place, db):
    of = factories.small()
    Workshop.objects.update(title_es=title, **place)
    for n, city in enumerate(("Lyon", "Porto", "Lima")):
        factories.attend(of, factories.participant(city, latitude=10.0 * n, longitude=30.0 * n), n + 5)
    of.refresh_from_db()
    data = setting(public(of))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) == 1
    assert title.replace(" ", "") in said(data).replace(" ", "")
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        assert max(text.get_charbox(n)[2] for n in range(text.count_chars())) <= document[0].get_width()
    assert ('class="rose"' in typesetting.html(SOCIAL, public(of), COPY)) == bool(place)


def test_a_publication_orders_it_in_every_language_and_for_the_public_alone(db):
    wanted = [(language, audience) for language, audience, paper in orders.wanted() if paper is SOCIAL]
    assert wanted == [(language, "public") for language in CODES]


def test_the_page_of_papers_does_not_offer_it(db, client):
    publishing.publish(factories.small())
    client.force_login(factories.user("organiser"))
    assert "impreso/social" not in client.get("/es/taller-3/impreso/").content.decode().partition("<body")[2]


def test_it_is_found_where_the_pages_say_it_is(db, client):
    publishing.publish(factories.small())
    answer = client.get("/es/taller-3/impreso/social.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
