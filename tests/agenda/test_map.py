"""Where participants come from: the gazetteer, the map, countries and logos."""

import html
import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agenda import publishing
from agenda.faces import atlas
from agenda.models import Convener
from agenda.printing import drawings, outlines
from agenda.programme import Participant as Person
from agenda.programme import Programme
from agenda.web.smaller import smaller
from languages import Text
from participants import gazetteer, pictures
from participants.models import Logo, Participant
from tests import factories
from tests.books import export, look

pytestmark = pytest.mark.django_db


def programme(*places):
    people = tuple(
        Person(f"p{n}", Text(name), number=n, latitude=latitude, longitude=longitude)
        for n, (name, latitude, longitude) in enumerate(places, 1)
    )
    return Programme("t", Text("T"), "es", participants=people)


SPAIN = [
    ("Ayuntamiento de Barcelona", 41.389, 2.159), ("Diputación de Barcelona", 41.389, 2.159),
    ("Hospitalet de Llobregat", 41.36, 2.1), ("Mollet del Vallés", 41.54, 2.213), ("Valencia", 39.474, -0.38),
    ("Madrid", 40.416, -3.703), ("Santiago de Compostela", 42.881, -8.546),
]  # fmt: skip


def test_the_centre_of_the_map_stands_where_it_is_said_to():
    assert atlas.project(*atlas.CENTRE) == (atlas.LEFT, atlas.TOP)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_of_the_globe_stands_somewhere_or_is_refused(latitude, longitude):
    try:
        x, y = atlas.project(latitude, longitude)
    except ValueError:
        assert abs(latitude + atlas.CENTRE[0]) < 0.1
    else:
        assert max(abs(x - atlas.LEFT), abs(y - atlas.TOP)) <= 2 * atlas.SCALE + 1


def test_north_is_up_and_west_is_left():
    quito, madrid, montevideo = (atlas.project(*spot) for spot in ((-0.23, -78.5), (40.4, -3.7), (-34.9, -56.2)))
    assert madrid[1] < quito[1] < montevideo[1]
    assert quito[0] < montevideo[0] < madrid[0]


def boxes(labels):
    return [atlas._box(label) for label in labels if label.lines]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Lyon", "São Paulo", "Área Metropolitana del Valle de Aburrá"]),
            st.floats(-50, 60),
            st.floats(-100, 20),
        ),
        max_size=12,
    )
)
def test_no_name_covers_another_or_leaves_the_map(places):
    labels, outside = atlas.placed(programme(*places))
    assert len(labels) + len(outside) == len(places)
    found = boxes(labels)
    assert all(box.is_inside for box in found)
    assert not any(a.meets(b) for n, a in enumerate(found) for b in found[n + 1 :])


def test_a_crowd_keeps_its_names_apart_and_its_leaders_do_not_cross():
    labels, outside = atlas.placed(programme(*SPAIN))
    named = [label for label in labels if " ".join(label.lines) == label.participant.name.text]
    assert (outside, len(labels)) == ([], 7)
    assert len(named) >= 5
    assert all(label.lines for label in labels), "who has no room for the name has the number"
    apart = [label for label in labels if label.apart]
    assert not any(atlas._cross(a, b) for n, a in enumerate(apart) for b in apart[n + 1 :])


def test_no_leader_passes_a_dot():
    labels, _outside = atlas.placed(programme(*SPAIN))
    apart = [label for label in labels if label.apart]
    assert apart
    for label in apart:
        others = [other for other in labels if other is not label]
        assert not any(
            atlas.Box(o.x - 6, o.y - 6, o.x + 6, o.y + 6).is_crossed(label.x, label.y, *label.leader) for o in others
        )


def test_a_crowd_is_drawn_larger_in_an_inset_in_which_no_leader_passes_a_dot():
    crowd = atlas.inset(programme(*SPAIN, ("Quito", -0.2, -78.5)))
    assert len(crowd.labels) == 7
    assert crowd.scale > 2
    assert all(label.lines for label in crowd.labels)
    assert all(atlas._box(label).is_in((0, 0, *atlas.INSET)) for label in crowd.labels)
    for label in (one for one in crowd.labels if one.apart):
        others = [atlas.Box(o.x - 6, o.y - 6, o.x + 6, o.y + 6) for o in crowd.labels if o is not label]
        assert not any(box.is_crossed(label.x, label.y, *label.leader) for box in others)


def test_where_few_stand_together_there_is_no_inset():
    assert atlas.inset(programme(*SPAIN[:3], ("Quito", -0.2, -78.5))) is None
    assert atlas.inset(programme()) is None


def test_the_map_with_an_inset_names_everybody_once():
    drawn = drawings.atlas_svg(programme(*SPAIN, ("Quito", -0.2, -78.5), ("Lima", -12.0, -77.0)))
    assert drawn.count("<svg") == 2
    assert drawn.count('r="6"') == 9


def test_on_paper_the_map_is_cropped_to_its_dots_and_names():
    few = SPAIN[:3]
    drawn = ElementTree.fromstring(drawings.atlas_svg(programme(*few)))
    left, top, width, height = map(float, drawn.get("viewBox").split())
    labels, _outside = atlas.placed(programme(*few))
    assert width * height < atlas.WIDTH * atlas.HEIGHT / 3
    assert all(left < label.x < left + width and top < label.y < top + height for label in labels)
    assert all(left < box.left and box.right < left + width for box in boxes(labels))


def test_figures_of_drawings_stand_as_high_as_capitals():
    def heights(letter):
        return max(float(y) for y in re.findall(r"[ML]-?[\d.]+[ ,](-?[\d.]+)", outlines.words(letter, 0, 0, 10)))

    assert heights("1") > 1.2 * heights("x")


def test_two_at_the_same_place_stand_side_by_side():
    labels, _outside = atlas.placed(programme(("A", 41.389, 2.159), ("B", 41.389, 2.159)))
    (ax, ay), (bx, by) = ((label.x, label.y) for label in labels)
    assert (ax - bx) ** 2 + (ay - by) ** 2 >= (2 * atlas.DOT) ** 2


def test_who_has_no_place_or_is_far_away_is_not_on_the_map():
    labels, outside = atlas.placed(programme(("Quito", -0.2, -78.5), ("UCCI", None, None), ("Tokio", 35.7, 139.7)))
    assert [label.participant.name.text for label in labels] == ["Quito"]
    assert [person.name.text for person in outside] == ["UCCI", "Tokio"]


@pytest.mark.parametrize(
    ("name", "country", "spot"),
    [
        ("Quito", "EC", (-0.23, -78.525)),
        ("Ayuntamiento de Madrid", "ES", (40.416, -3.703)),
        ("LISBOA", "PT", (38.725, -9.15)),
        ("La Paz", "BO", (-16.5, -68.15)),
        ("La Paz", "", None),
        ("La Paz", "FR", None),
        ("UCCI", "", None),
    ],
)
def test_the_gazetteer_knows_where_a_city_is(name, country, spot):
    assert gazetteer.where(name, country) == spot


def test_the_gazetteer_says_whose_data_it_holds():
    text = (gazetteer.Path(gazetteer.__file__).with_name("places.tsv")).read_text()
    assert "GeoNames" in text.splitlines()[1]
    assert "CC BY 4.0" in text.splitlines()[1]


@pytest.mark.parametrize("spot", [(91.0, 0.0), (0.0, -181.0), (40.0, None), (None, 3.0)])
def test_a_place_is_on_the_globe_and_whole(spot):
    row = Participant(name="X", name_es="X", slug="x", latitude=spot[0], longitude=spot[1])
    with pytest.raises(ValidationError, match="Indique la latitud"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.bulk_create([row])


def placed_workshop():
    of = factories.small()
    Participant.objects.filter(name_es="Quito").update(
        latitude=-0.23, longitude=-78.525, country="EC", website="https://www.quito.gob.ec/portal"
    )
    return of


def test_a_dot_leads_to_its_line_and_the_participants_own_page_to_the_dot(client):
    publishing.publish(placed_workshop())
    page = smaller(html.unescape(client.get("/es/taller-3/participantes/").content.decode()))
    found = re.findall(r'id="(p-quito|m-quito)"|href="#(p-quito|m-quito)"', page)
    assert found == [("m-quito", ""), ("", "p-quito"), ("p-quito", "")]
    assert re.search(r'id="m-quito"[^>]*><circle[^>]*/><text[^>]*>Quito</text>', page)
    assert '<span class="kind">Ecuador</span>' in page  # that it is a city need not be said beside its country
    own = html.unescape(client.get("/es/taller-3/participantes/quito/").content.decode())
    assert 'href="/es/taller-3/participantes/#m-quito"' in own
    assert '<a href="https://www.quito.gob.ec/portal" rel="noopener">www.quito.gob.ec</a>' in own


def test_without_places_there_is_no_map(client):
    publishing.publish(factories.small())
    page = client.get("/es/taller-3/participantes/").content.decode()
    assert "atlantic.svg" not in page
    assert 'href="#map"' not in page


@pytest.mark.parametrize(("language", "name"), [("es", "Países Bajos"), ("en", "Netherlands"), ("pt-br", "Países Baixos"), ("fr", "Pays-Bas")])  # fmt: skip
def test_countries_are_named_in_the_readers_language(client, words, language, name):
    of = factories.small()
    Participant.objects.filter(name_es="Quito").update(country="NL")
    publishing.publish(of)
    assert name in words(client.get(f"/{language}/taller-3/participantes/"))


# --- logos ---


def picture_of_noise():
    file = BytesIO()
    Image.effect_noise((300, 300), 80).save(file, "PNG")
    return file.getvalue()


def picture(kind="PNG", size=(900, 300), **options):
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, kind, **options)
    return file.getvalue()


NOISE = picture_of_noise()


def test_a_logo_is_made_small_and_loses_what_cameras_write():
    exif = Image.Exif()
    exif[0x010E] = "Calle Mayor 1"
    made = pictures.logo(picture("JPEG", exif=exif, comment=b"secreto"))
    assert b"Calle Mayor" in picture("JPEG", exif=exif)
    assert (made.width, made.height) == (480, 160)
    assert (b"Calle Mayor" in made.png, b"secreto" in made.png) == (False, False)
    assert Image.open(BytesIO(made.png)).format == "PNG"


def test_the_same_picture_is_the_same_logo():
    assert pictures.logo(picture()).digest == pictures.logo(picture()).digest


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "No es una imagen"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "No es una imagen"),
        (NOISE[: len(NOISE) // 2], "No es una imagen"),
        (picture("TIFF"), "No es una imagen"),
        (picture(size=(9000, 9000)), "demasiados píxeles"),
        (b"\x89PNG" + b"0" * pictures.MOST_BYTES, "pesa más de 5 MB"),
    ],
    ids=["empty", "svg", "cut", "tiff", "bomb", "heavy"],
)
def test_what_is_no_picture_is_refused_in_words(data, message):
    with pytest.raises(ValidationError, match=message):
        pictures.logo(data)


@pytest.fixture
def with_logo(client):
    of = factories.small()
    client.force_login(factories.user())
    row = Convener.objects.get().participant
    address = reverse("admin:participants_participant_change", args=[row.pk])
    data = {"name_es": "UCCI", "full_name_es": "Unión", "kind": "network", "slug": "ucci", "logo_text_es": "Escudo"}
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(address, {**data, "picture": SimpleUploadedFile("l.png", picture())})
    assert answer.status_code == 302, answer.content.decode()
    client.logout()
    return of, row, address, data


def test_a_logo_uploaded_in_the_admin_shows_after_publication(with_logo, client):
    of, _row, _address, _data = with_logo
    publishing.publish(of)
    page = client.get("/es/taller-3/").content.decode()
    source = re.search(r'<img class="logo" src="([^"]+)" width="480" height="160" alt="Escudo"', page)[1]
    answer = client.get(source)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "image/png", "public, max-age=31536000, immutable",
    )  # fmt: skip


def test_a_release_keeps_its_logo_when_the_participant_has_none_any_more(with_logo, client):
    of, _row, address, data = with_logo
    publishing.publish(of)
    source = re.search(r'src="(/logos/[^"]+)"', client.get("/es/taller-3/").content.decode())[1]
    client.force_login(factories.user(email="eva@example.org"))
    client.post(address, {**data, "no_logo": "on"})
    client.logout()
    publishing.publish(of)
    assert "/logos/" not in client.get("/es/taller-3/").content.decode()
    assert source in client.get("/es/taller-3/v/1/").content.decode()
    assert client.get(source).status_code == 200


def test_a_bad_picture_keeps_what_was_typed(with_logo, client):
    _of, _row, address, data = with_logo
    client.force_login(factories.user(email="eva@example.org"))
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(address, {**data, "full_name_es": "Otra", "picture": SimpleUploadedFile("l.svg", b"<svg/>")})
    text = answer.content.decode()
    assert ("No es una imagen PNG" in text, 'value="Otra"' in text) == (True, True)
    assert Participant.objects.get(slug="ucci").full_name_es == "Unión"


def test_a_logo_costs_one_query_and_an_unknown_one_is_not_found(with_logo, client):
    digest = Logo.objects.get().digest
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(f"/logos/{digest}.png")
    assert len(queries) == 1
    assert client.get("/logos/none.png").status_code == 404


def test_a_great_crowd_costs_no_more_than_it_may(monkeypatch):
    looked = []
    real = atlas._box
    monkeypatch.setattr(atlas, "_box", lambda label: looked.append(1) or real(label))
    labels, _outside = atlas.placed(programme(*((f"Ciudad {n}", 41.0, 2.0) for n in range(150))))
    assert len(labels) == 150
    assert len(looked) < atlas.PLACES + 150 * 151


def test_the_point_opposite_to_the_map_is_not_on_it(client):
    of = factories.small()
    Participant.objects.filter(name_es="Quito").update(latitude=-8.0, longitude=138.0)
    publishing.publish(of)
    assert client.get("/es/taller-3/participantes/").status_code == 200
    page = client.get("/es/taller-3/participantes/quito/").content.decode()
    assert "#m-quito" not in page


def test_grey_of_sixteen_bits_is_not_blank():
    file = BytesIO()
    Image.new("I;16", (40, 20), 30000).save(file, "PNG")
    made = Image.open(BytesIO(pictures.logo(file.getvalue()).png)).convert("L")
    assert 100 < made.getpixel((5, 5)) < 130


@pytest.mark.parametrize("text", ["1_0", "nan", "inf", "diez", "1e5"])
def test_what_is_no_number_of_degrees_is_said_with_its_cell(text):
    factories.participant("Quito", factories.region(), latitude=1.5, longitude=2.5)
    data = export("csv", "Participantes").decode("utf-8-sig")
    assert data.count("1.5") == 1
    [problem] = look(data.replace("1.5", text).encode()).problems
    assert (problem.row, problem.column) == (2, "latitud")


@given(st.floats(-60, 75), st.floats(-130, 60))
def test_a_place_on_the_map_is_found_again_by_its_point(latitude, longitude):
    # project() rounds to a tenth of a unit, about 2 km in the middle of the map.
    found = atlas.place_at(*atlas.project(latitude, longitude))
    assert found == pytest.approx((latitude, longitude), abs=0.2)


def test_where_too_many_come_for_a_map_no_page_leads_to_one(client):
    of = factories.workshop()
    for number in range(61):
        who = factories.participant(f"Ciudad {number}", latitude=40.0 + number / 10, longitude=-3.0)
        factories.attend(of, who, number + 1)
    factories.session(factories.day(of))
    publishing.publish(of)
    assert "#m-ciudad-0" not in client.get("/es/taller-3/participantes/ciudad-0/").content.decode()
    assert 'id="m-ciudad-0"' not in client.get("/es/taller-3/participantes/").content.decode()
    of.participants.remove(who)
    publishing.publish(of)
    assert "#m-ciudad-0" in client.get("/es/taller-3/participantes/ciudad-0/").content.decode()
    assert 'id="m-ciudad-0"' in client.get("/es/taller-3/participantes/").content.decode()
