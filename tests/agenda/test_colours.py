"""The colours of axes: what is chosen, how it comes in, and that it is read wherever it stands."""

import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from agenda import clashes, programme, publishing
from agenda.models import Axis
from agenda.programme import colour
from agenda.vocabulary import PALETTE
from tests import factories, forms

SITE = Path(__file__).parents[2] / "static" / "css" / "site.css"
HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@given(HEX)
def test_whatever_colour_is_chosen_its_type_is_read_on_paper_and_on_its_tint(chosen):
    light, dark = re.findall(r"--paper: (#\w{6})", SITE.read_text())
    made = colour.safe(chosen)
    assert min(contrast(made.ink, light), contrast(made.ink, made.tint)) >= 4.5
    assert min(contrast(made.dark_ink, dark), contrast(made.dark_ink, made.dark_tint)) >= 4.5


def test_a_colour_that_is_read_already_stays_as_it_was_chosen():
    assert colour.safe("#14315c").ink == "#14315c"
    assert colour.safe("#ffe600").ink != "#ffe600"


def test_the_colours_by_number_are_told_apart():
    assert not [(a, b) for n, a in enumerate(PALETTE) for b in PALETTE[:n] if colour.near(a, b)]


@given(st.dictionaries(st.integers(1, 99), HEX, min_size=1, max_size=99))
def test_the_address_of_a_style_gives_back_the_colours_that_made_it(chosen):
    axes = [programme.Axis(number, "x", colour=value) for number, value in chosen.items()]
    assert dict(colour.read(colour.key(axes))) == chosen


@pytest.fixture
def coloured(db):
    of = factories.workshop()
    day = factories.day(of)
    for number, chosen in ((1, "#FFE600"), (7, "")):
        axis = Axis.objects.create(workshop=of, number=number, title_es=f"Eje {number}", colour=chosen)
        factories.session(day, f"1{number}:00", None, f"Del eje {number}", axis=axis)
    publishing.publish(of)
    return of


def style_of(client, page):
    return re.search(r'<link rel="stylesheet" href="(/css/[^"]+)"', client.get(page).content.decode())[1]


def test_a_page_has_the_colours_of_its_own_workshop(coloured, client):
    address = style_of(client, f"/es/{coloured.slug}/agenda/")
    answer = client.get(address)
    css = answer.content.decode()
    assert css.count(".axis-1{--a:") == css.count(".axis-7{--a:") == 1
    assert colour.safe("#ffe600").ink in css
    assert PALETTE[6][1:] in address
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304


def test_a_version_keeps_its_colours_when_another_is_published(coloured, client):
    before = style_of(client, f"/es/{coloured.slug}/v/1/agenda/")
    Axis.objects.filter(number=1).update(colour="#005eb8")
    publishing.publish(coloured)
    assert style_of(client, f"/es/{coloured.slug}/v/1/agenda/") == before
    assert "005eb8" in style_of(client, f"/es/{coloured.slug}/agenda/")


def test_the_style_of_before_an_update_is_answered_with_todays_and_not_kept(coloured, client):
    address = style_of(client, f"/es/{coloured.slug}/agenda/")
    old = client.get(re.sub(r"site\.\w+\.", "site.00000000.", address))
    assert old.content == client.get(address).content
    assert "no-cache" in old.headers["Cache-Control"]


@pytest.mark.parametrize("key", ["x", "1-zzzzzz", "1-bb4a22.", "0-bb4a22", "100-bb4a22", "1-bb4a22;}*{color:red"])
def test_a_style_of_no_colours_is_not_there(key, client, db):
    assert client.get(f"/css/site.00000000.{key}.css").status_code == 404


def test_pages_of_no_workshop_have_the_sites_own_style(client, db):
    assert 'href="/static/css/site.css"' in client.get("/es/").content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"), [("#BB4A22", "#bb4a22"), ("b42", "#bb4422"), (" #abc ", "#aabbcc"), ("", "")]
)
def test_a_colour_is_kept_as_style_sheets_write_it(typed, kept, db):
    of = factories.workshop()
    Axis.objects.bulk_create([Axis(workshop=of, number=1, title_es="Uno", colour=typed)])
    assert Axis.objects.get().colour == kept


@pytest.mark.parametrize("typed", ["rojo", "#12345", "#12345g", "b4"])
def test_what_is_no_colour_is_refused_by_form_and_database(typed, db):
    axis = Axis(workshop=factories.workshop(), number=1, title_es="Uno", colour=typed)
    with pytest.raises(ValidationError):
        axis.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        axis.save()


def test_the_form_of_an_axis_takes_a_colour_and_gives_it_up_again(coloured, admin_client):
    axis = Axis.objects.get(number=7)
    page = f"/admin/agenda/axis/{axis.pk}/change/"
    fields = forms.filled_in(admin_client.get(page))
    assert fields["colour_way"] == ""
    admin_client.post(page, fields)
    axis.refresh_from_db()
    assert axis.colour == ""  # saved untouched
    admin_client.post(page, {**fields, "colour_way": "own", "colour_value": "#005eb8"})
    axis.refresh_from_db()
    assert axis.colour == "#005eb8"
    admin_client.post(page, {**forms.filled_in(admin_client.get(page)), "colour_way": ""})
    axis.refresh_from_db()
    assert axis.colour == ""


def test_axes_of_nearly_one_colour_are_doubted(coloured):
    Axis.objects.filter(number=1).update(colour="#1d7f92")
    Axis.objects.filter(number=7).update(colour="#1d8092")
    found = [clash for clash in clashes.check(programme.build(coloured, "es")) if clash.rule == "colours-alike"]
    assert [clash.message for clash in found] == ["Los ejes 1 y 7 tienen casi el mismo color."]
    Axis.objects.filter(number=7).update(colour="#bb4a22")
    assert not [clash for clash in clashes.check(programme.build(coloured, "es")) if clash.rule == "colours-alike"]


def test_what_an_earlier_version_stored_by_number_has_its_colour():
    axes = [{"number": 3, "title": ["B", "es"], "colour": 5}, {"number": 4, "title": ["C", "es"]}]
    old = json.dumps({"slug": "a", "title": ["A", "es"], "language": "es", "axes": axes, "shape": 2})
    assert [axis.colour for axis in programme.decode(old).axes] == ["#8a640c", "#bb4a22"]
