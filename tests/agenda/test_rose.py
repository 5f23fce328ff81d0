"""The rose: drawn from the workshop's own geography, the same bytes for the same programme, none where it says nothing."""

import math
import re
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda import publishing
from agenda.faces import rose
from agenda.models import Workshop
from agenda.programme import Participant, Programme
from languages import Text
from participants.models import Participant as Row
from tests import factories

MADRID = (40.41, -3.69)
CITIES = {"Quito": (-0.22, -78.51), "Lisboa": (38.72, -9.14), "Lyon": (45.76, 4.84), "Bogotá": (4.61, -74.08)}


def programme(places, venue=MADRID):
    who = tuple(
        Participant(slug=f"p{n}", name=Text(name, "es"), number=n, latitude=place[0], longitude=place[1])
        for n, (name, place) in enumerate(places, 1)
    )
    known = {"latitude": venue[0], "longitude": venue[1]} if venue else {}
    return Programme(slug="t", title=Text("T", "es"), language="es", participants=who, **known)


def test_bearing_and_distance_are_those_of_the_great_circle():
    km, bearing = rose.polar(MADRID, CITIES["Quito"])
    assert km == pytest.approx(8730, abs=30)
    assert math.degrees(bearing) == pytest.approx(260, abs=1)


@pytest.mark.parametrize(
    ("places", "venue", "is_drawn"),
    [
        (CITIES.items(), MADRID, True),
        (list(CITIES.items())[:2], MADRID, False),
        ([("Madrid", MADRID)] * 30, MADRID, False),
        ([], MADRID, False),
        (CITIES.items(), None, False),
        ([(f"Ciudad {n}", (n % 80 - 40, n * 7 % 340 - 170)) for n in range(300)], MADRID, True),
    ],
    ids=["four", "two", "all in one city", "none", "no venue", "three hundred"],
)
def test_there_is_a_rose_where_three_places_come(places, venue, is_drawn):
    assert (rose.of(programme(places, venue)) is not None) == is_drawn
    assert (rose.mark(programme(places, venue)) is not None) == is_drawn


def test_the_same_programme_gives_the_same_bytes_in_whatever_order_it_lists():
    one = programme(CITIES.items())
    other = msgspec.structs.replace(one, participants=one.participants[::-1])
    assert rose.mark(one) == rose.mark(msgspec.json.decode(msgspec.json.encode(one), type=Programme))
    assert rose.of(one).path == rose.of(other).path


def test_the_mark_is_small_and_well_formed_with_three_hundred_places():
    many = programme([(f"Ciudad {n}", (n % 80 - 40, n * 7 % 340 - 170)) for n in range(300)])
    for one in (programme(CITIES.items()), many):
        text = rose.mark(one)
        assert len(text) < 4000
        assert ElementTree.fromstring(text).get("viewBox") == "0 0 64 64"


def test_neighbours_make_one_broader_ray_with_the_name_of_the_first_and_how_many_more():
    places = [
        *CITIES.items(),
        ("Ayuntamiento de Barcelona", (41.38, 2.17)),
        ("Hospitalet", (41.36, 2.1)),
        ("Mollet", (41.54, 2.21)),
    ]
    names = [name.words for name in rose.of(programme(places)).names]
    assert sorted(names) == ["Barcelona +2", "Bogotá", "Lisboa", "Lyon", "Quito"]


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=60))
def test_whatever_places_there_are_the_drawing_has_numbers_and_no_name_beyond_its_box(places):
    made = rose.of(programme([(f"Lugar {n}", place) for n, place in enumerate(places)]))
    if made is None:
        return
    assert not re.search(r"nan|inf|e-", made.path)
    x, y, width, height = made.box
    for name in made.names:
        assert x - 1 <= name.x <= x + width + 1
        assert y - 1 <= name.y <= y + height + 1


@pytest.mark.django_db
def test_the_pages_show_the_workshops_own_mark_or_the_sites_icon(client):
    of = factories.small()
    publishing.publish(of)
    assert 'href="/static/img/icon.svg"' in client.get("/es/taller-3/agenda/").content.decode()
    assert client.get("/es/taller-3/rosa.svg").status_code == 404
    Workshop.objects.filter(pk=of.pk).update(latitude=MADRID[0], longitude=MADRID[1])
    for number, (name, place) in enumerate(CITIES.items(), 2):
        row, _made = Row.objects.get_or_create(name_es=name, defaults={"name": name})
        Row.objects.filter(pk=row.pk).update(latitude=place[0], longitude=place[1])
        if not of.attendances.filter(participant=row).exists():
            factories.attend(of, row, number)
    publishing.publish(of)
    page = client.get("/es/taller-3/").content.decode()
    assert page.count("/es/taller-3/rosa.svg") == 2
    assert "La rosa del taller: desde Rosario" in page
    mark = client.get("/es/taller-3/rosa.svg")
    assert mark.headers["Content-Type"] == "image/svg+xml"
    assert mark.content.startswith(b"<svg")


def test_type_that_is_too_large_for_names_gives_way_to_the_numbers_of_the_list():
    places = [
        ("Quito", (-0.22, -78.51)),
        ("Lima", (-12.05, -77.04)),
        ("Lyon", (45.76, 4.84)),
        ("Vénissieux", (45.7, 4.88)),
    ]
    one = programme(places)
    assert [name.words for name in rose.of(one, 40, numbers=True).names] == ["3–4", "2", "1"]
    assert [name.words for name in rose.of(one).names] == ["Lyon · Vénissieux", "Lima", "Quito"]
