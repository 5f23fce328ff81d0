"""Sessions at once: which rows are one block, in the order of rooms as people count, and how they lie beside each other."""

import pytest

from agenda import publishing
from agenda.programme import blocks
from agenda.programme.draft import build
from tests import browser, factories

pytestmark = pytest.mark.django_db


def rows_of(of):
    programme = build(of, "es")
    return blocks.rows(programme, programme.days[0])


def told(row):
    """A row as its title; a block as its rooms and its parts."""
    if not isinstance(row, blocks.Block):
        return str(row.title)
    return [*row.rooms], [(str(p.slot.title), p.room, p.step, p.steps, p.is_whole) for p in row.parts]


@pytest.fixture
def day():
    return factories.day(factories.workshop())


def test_rows_of_one_hour_in_three_rooms_are_one_block(day):
    factories.session(day, "09:00", "10:00", "Apertura", place="Auditorio")
    for title, place in (("C", "Sala 10"), ("A", "Auditorio"), ("B", "Sala 2")):
        factories.session(day, "10:00", "11:00", title, place=place)
    factories.session(day, "11:00", "12:00", "Cierre", place="Auditorio")
    assert [told(row) for row in rows_of(day.workshop)] == [
        "Apertura",
        (
            ["Auditorio", "Sala 2", "Sala 10"],
            [("A", 1, 1, 1, True), ("B", 2, 1, 1, True), ("C", 3, 1, 1, True)],
        ),
        "Cierre",
    ]


def test_a_long_row_lies_beside_two_short_ones(day):
    factories.session(day, "14:30", "17:30", "Larga", place="A")
    factories.session(day, "14:30", "16:00", "Primera", place="B")
    factories.session(day, "16:00", "17:30", "Segunda", place="B")
    [block] = rows_of(day.workshop)
    assert told(block)[1] == [("Larga", 1, 1, 2, True), ("Primera", 2, 1, 1, False), ("Segunda", 2, 2, 1, False)]
    assert (str(block.start), str(block.end)) == ("14:30:00", "17:30:00")


def test_what_is_in_no_room_or_is_a_pause_stands_by_itself(day):
    factories.session(day, "10:00", "12:00", "A", place="A")
    factories.session(day, "10:00", "12:00", "B", place="B")
    factories.session(day, "10:30", "11:00", "Café", kind="break", place="Patio")
    factories.session(day, "11:00", None, "Registro")
    assert [told(row) if isinstance(told(row), str) else "bloque" for row in rows_of(day.workshop)] == [
        "bloque",
        "Café",
        "Registro",
    ]


def test_two_in_the_same_room_are_no_block(day):
    factories.session(day, "10:00", "12:00", "A", place="Sala A")
    factories.session(day, "11:00", "12:00", "B", place="sala a")
    assert [told(row) for row in rows_of(day.workshop)] == ["A", "B"]


def test_rows_that_only_touch_are_no_block(day):
    factories.session(day, "10:00", "11:00", "A", place="A")
    factories.session(day, "11:00", "12:00", "B", place="B")
    assert [told(row) for row in rows_of(day.workshop)] == ["A", "B"]


def test_a_block_goes_past_midnight(day):
    factories.session(day, "23:00", "01:00", "A", place="A")
    factories.session(day, "23:30", "00:30", "B", place="B")
    [block] = rows_of(day.workshop)
    assert (str(block.start), str(block.end), block.steps) == ("23:00:00", "01:00:00", 2)


@pytest.mark.parametrize(("rooms", "is_grid"), [(4, True), (5, False), (40, False)])
def test_many_rooms_are_a_list(day, rooms, is_grid):
    for number in range(rooms):
        factories.session(day, "10:00", "11:00", f"Sesión {number}", place=f"Sala {number}")
    [block] = rows_of(day.workshop)
    assert block.is_grid == is_grid
    assert list(block.rooms) == [f"Sala {number}" for number in range(rooms)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Sala 10", "Sala 2"], ["Sala 2", "Sala 10"]),
        (["2", "10", "1"], ["1", "2", "10"]),
        (["B", "A 2", "A 10", "A"], ["A", "A 2", "A 10", "B"]),
    ],
)
def test_names_sort_as_people_count(names, expected):
    assert sorted(names, key=blocks.counted) == expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "columns"), [(390, 1), (1280, 3)])
def test_rooms_stand_side_by_side_where_there_is_room(live_server, width, columns):
    day = factories.day(factories.workshop())
    for place in ("Sala 2", "Sala 10", "Auditorio"):
        factories.session(day, "10:00", "11:00", f"En {place}", place=place)
    publishing.publish(day.workshop)
    with browser.page(viewport={"width": width, "height": 800}) as page:
        page.goto(f"{live_server.url}/es/{day.workshop.slug}/agenda/")
        boxes = [page.locator(".rooms .slot").nth(n).bounding_box() for n in range(3)]
        assert len({round(box["x"]) for box in boxes}) == columns
        assert page.locator(".same-time").inner_text().split("\n")[0].startswith("10h00–11h00")
        assert "A la vez, en 3 salas" in page.locator(".same-time").inner_text()
        assert [place.inner_text() for place in page.locator(".rooms .where").all()] == [
            "Auditorio",
            "Sala 2",
            "Sala 10",
        ]
