"""Papers of programmes at the edge of what there is: days without an hour, names that are wide, long, or in other
scripts, pages for notes."""

import datetime as dt
import io
import re

import pypdf
import pytest

from agenda.faces import rose
from agenda.printing import PAPERS, drawings, outlines, typesetting
from agenda.programme import Participant as Listed
from agenda.programme import ProgrammeDay, Section
from agenda.templatetags import paper as tags
from languages import Text
from tests import factories
from tests.agenda.test_whole_paper import at, es, pages, setting, tree

MONDAY = dt.date(2018, 9, 10)


def listed(*names, **fields):
    return tuple(Listed(f"p{n}", es(name), number=n, **fields) for n, name in enumerate(names, 1))


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_every_paper_is_made_of_a_workshop_with_a_day_that_has_no_hour_yet(name):
    timed = ProgrammeDay(factories.FRIDAY, slots=(at("aa11", "09:00", "10:00", "Bienvenida"),))
    loose = ProgrammeDay(MONDAY, slots=(factories.slot("bb22", "Definiciones", part_of_day="morning"),))
    assert setting(tree(days=(timed, loose), participants=listed("Quito", "Lima")), name)


def test_a_signature_has_room_beside_long_names():
    long = "Asociación de Municipalidades Metropolitanas del Altiplano y de los Valles Interandinos Unidos"
    data = setting(tree(at("aa11", "09:00", "10:00", "Uno"), participants=listed(long)), "hoja-de-firmas")
    assert "Firma" in pages(data)[0]  # one word, not a letter a line


def test_a_sign_of_a_script_that_the_face_lacks_is_counted_as_wide_as_its_type_is_high():
    assert outlines.width("上海", 100, outlines.BOLD) == pytest.approx(200)


def test_long_titles_do_not_stand_at_a_glance_nor_on_half_a_fold():
    long = "Una sesión de nombre muy largo que llena tres líneas de su columna por sí misma, y más. " * 3
    few = tree(*(at(f"a{n:03}", f"{9 + n}:00".zfill(5), None, "Breve") for n in range(10)))
    many = tree(*(at(f"a{n:03}", f"{9 + n % 12}:00".zfill(5), None, long) for n in range(12)))
    assert tags.fits_a_fold(few)
    assert not tags.fits_a_fold(many)
    crowd = tree(*(at(f"a{n:03}", f"{9 + n % 12}:00".zfill(5), None, long) for n in range(40)))
    assert not tags.fits_a_glance(crowd)


def test_names_of_the_rose_are_of_nine_points_at_least_on_the_page():
    places = {"Quito": (-0.2, -78.5), "Lima": (-12.0, -77.0), "Área Metropolitana del Valle": (6.2, -75.6)}
    who = tuple(
        Listed(f"p{n}", es(name), number=n, latitude=spot[0], longitude=spot[1])
        for n, (name, spot) in enumerate(places.items(), 1)
    )
    of = tree(at("aa11", "09:00", "10:00", "Uno"), participants=who, latitude=40.4, longitude=-3.7)
    size = drawings._size(of, drawings.LEAST, drawings.PAGE, False)
    made = rose.of(of, size)
    shrunk = max(made.box[2] / drawings.PAGE[0], made.box[3] / drawings.PAGE[1])
    assert size / shrunk / 25.4 * 72 >= drawings.LEAST - 0.1


def test_a_script_that_cannot_be_drawn_is_told_by_its_numbers():
    spots = ((-0.2, -78.5), (-12.0, -77.0), (31.2, 121.5))
    who = tuple(
        Listed(f"p{n}", Text(name, "es"), number=n, latitude=spot[0], longitude=spot[1])
        for n, (name, spot) in enumerate(zip(("Quito", "Lima", "上海"), spots, strict=True), 1)
    )
    of = tree(at("aa11", "09:00", "10:00", "Uno"), participants=who, latitude=40.4, longitude=-3.7)
    assert (
        drawings.pictures(of)["rose-named.svg"]
        == drawings.rose_svg(
            of, True, True, drawings._size(of, drawings.LEAST + 0.2, drawings.PAGE, True), True
        ).encode()
    )


def test_pages_for_notes_have_no_day_at_their_head():
    data = setting(tree(at("aa11", "09:00", "10:00", "Uno")), "cuadernillo")
    noted = [page for page in pages(data) if "Notas" in page]
    assert noted
    assert pypdf.PdfReader(io.BytesIO(data)).get_num_pages() % 2 == 0
    assert typesetting.count(data) == len(pages(data))


def test_a_list_that_goes_on_after_a_paragraph_goes_on_in_its_numbers():
    body = "1. primero\n\nEntre los dos.\n\n2. segundo"
    of = tree(at("aa11", "09:00", "10:00", "Uno"), sections=(Section("objectives", es("Objetivos"), es(body)),))
    said = " ".join(pages(setting(of, "completo")))
    assert re.findall(r"(?<!\S)\d\.(?!\S)", said) == ["1.", "2."]
