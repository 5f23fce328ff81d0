"""What comes out of a printer when somebody prints a page of the site: the programme, without what a screen can do."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from agenda import publishing
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)


def printed(live_server, path):
    with browser.page(color_scheme="dark") as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat("2018-09-07T09:40+02:00"))
        page.goto(f"{live_server.url}/es/taller-3/{path}")
        page.locator("#now").wait_for(state="attached")
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        hidden = page.evaluate(
            """[...document.querySelectorAll(".menu, .tongues, .bar, .star, .is-now, .acts, .turn, #now")]
            .filter((e) => e.offsetParent).length"""
        )
        text = "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(page.pdf())).pages)
    return " ".join(text.split()), colours, hidden


@pytest.mark.parametrize("path", ["", "agenda/", "participantes/", "ejes/1/", "cambios/"])
def test_a_page_prints_black_on_white_and_without_menus(live_server, path):
    publishing.publish(factories.small())
    text, (paper, ink), hidden = printed(live_server, path)
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    assert hidden == 0
    assert "Ríos que unen" in text


def test_a_row_that_runs_now_prints_its_hour_and_no_more(live_server):
    publishing.publish(factories.small())
    text, _colours, _hidden = printed(live_server, "agenda/")
    assert "Ahora" not in text
    assert "9h30" in text
    assert "Eje 1" in text
