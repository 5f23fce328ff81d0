"""The page of a session: its languages side by side, what is missing or behind, rows that are put in order."""

import pytest

from agenda.models import Session
from tests import browser, factories
from tests.browser import until
from tests.forms import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser"))
    return client


def page(row):
    return f"/admin/agenda/session/{row.pk}/change/"


def talk(of):
    return of.sessions.get(title_es="Cuencas")


def cell(answer, name):
    """The piece of the page with the box `name`."""
    html = answer.content.decode()
    at = html.index(f'name="{name}"')
    start = html.rindex('<div class="cell', 0, at)
    end = html.find('<div class="cell', at)
    return html[start:end]


def test_what_is_missing_in_a_language_is_marked_and_what_is_there_is_not(organiser, of):
    row = talk(of)
    row.title_en = "Basins"
    row.save()
    answer = organiser.get(page(row))
    assert "Falta" in cell(answer, "title_fr")
    assert "Falta" not in cell(answer, "title_en")
    assert "Falta" not in cell(answer, "title_es")


def test_a_translation_older_than_its_source_is_marked_with_what_that_said(organiser, of):
    row = talk(of)
    row.title_en = "Basins"
    row.save()
    row.title_es = "Cuencas y ríos"
    row.save()
    assert "«Cuencas»" in cell(organiser.get(page(row)), "title_en")
    row.title_en = "Basins and rivers"
    row.save()
    assert "Atrasado" not in cell(organiser.get(page(row)), "title_en")


def test_a_source_that_says_again_what_it_said_leaves_nothing_behind(organiser, of):
    row = talk(of)
    row.title_en = "Basins"
    row.save()
    for title in ("Ríos", "Cuencas"):
        row.title_es = title
        row.save()
    assert "Atrasado" not in cell(organiser.get(page(row)), "title_en")


def test_an_item_that_is_behind_is_marked_too(organiser, of):
    item = talk(of).items.get(text_es="Preguntas")
    item.text_fr = "Questions"
    item.save()
    item.text_es = "Preguntas y respuestas"
    item.save()
    assert "«Preguntas»" in cell(
        organiser.get(page(talk(of))), f"items-{list(talk(of).items.all()).index(item)}-text_fr"
    )


def test_a_workshop_written_in_french_has_french_first(organiser, of):
    of.source, of.languages = "fr", ["fr", "es"]
    of.save()
    html = organiser.get(page(talk(of))).content.decode()
    assert html.index('name="title_fr"') < html.index('name="title_es"')
    assert 'name="title_en"' not in html


def test_only_the_days_and_axes_of_the_workshop_are_offered(organiser, of):
    other = factories.workshop("otro", number=9)
    factories.axis(other, 7, "Ajeno")
    html = organiser.get(page(talk(of))).content.decode()
    assert "Ajeno" not in html
    assert "vie 7 de septiembre" in html


def test_rooms_are_offered_that_exist(organiser, of):
    assert "<option>Sala A</option>" in organiser.get(page(of.sessions.get(title_es="Registro"))).content.decode()


def test_a_long_text_saved_over_two_lines_stays_one(organiser, of):
    row = talk(of)
    organiser.post(page(row), {**filled_in(organiser.get(page(row))), "title_es": "Cuencas\r\ny ríos"})
    row.refresh_from_db()
    assert row.title_es == "Cuencas y ríos"


def test_a_page_that_is_saved_as_it_was_changes_nothing(organiser, of):
    from edits.models import Edit

    before = Edit.objects.count()
    row = talk(of)
    assert organiser.post(page(row), filled_in(organiser.get(page(row)))).status_code == 302
    assert Edit.objects.count() == before


def test_a_coordinator_reads_the_session_and_has_no_box(client, of, words):
    factories.enter(client, factories.user("coordinator", "luz@example.org"))
    answer = client.get(page(talk(of)))
    assert "Cuencas" in words(answer)
    assert 'name="title_es"' not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_items_are_put_in_order_by_key_a_new_one_goes_last_and_all_is_saved(live_server, client, of):
    client.force_login(factories.user("organiser"), backend="accounts.backends.Memberships")
    with browser.page(locale="es-ES", viewport={"width": 1280, "height": 1000}) as tab:
        tab.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        tab.goto(live_server.url + page(talk(of)))
        until(tab, "document.querySelector('#items-0 .move:not([hidden])')")
        tab.locator("#items-0 [data-move='1']").focus()
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.querySelector('[name=items-0-position]').value") == "2"
        tab.locator("#items-group .add-row a").click()
        tab.locator("[name=items-2-text_es]").fill("Cierre")
        tab.locator("[name=_save]").click()
        until(tab, "!location.pathname.includes('/change/')")
    row = Session.objects.get(title_es="Cuencas")
    assert list(row.items.values_list("text_es", flat=True)) == ["Preguntas", "Quito", "Cierre"]


def test_a_clash_stands_beside_the_box_that_makes_it_with_a_way_to_the_other_session(organiser, of, words):
    other = factories.session(of.days.get(), "10:30", "12:00", "Riberas", place="Sala A")
    answer = organiser.get(page(talk(of)))
    html = answer.content.decode()
    assert "«Riberas»" in words(answer)
    assert f"/admin/agenda/session/{other.pk}/change/" in html
    assert 'class="w4 wrong" id="box-place"' in html
    assert 'class="w1 wrong" id="box-start"' not in html


def test_what_is_doubtful_about_a_session_stands_on_its_own_form_and_on_no_other(organiser, of, words):
    assert "«Registro» no tiene hora de fin" in words(organiser.get(page(of.sessions.get(title_es="Registro"))))
    assert "no tiene hora de fin" not in words(organiser.get(page(talk(of))))


def test_save_and_next_leads_to_the_session_that_follows(organiser, of):
    row, after = of.sessions.get(title_es="Registro"), talk(of)
    answer = organiser.post(page(row), {**filled_in(organiser.get(page(row))), "_next": after.code})
    assert answer.headers["Location"] == page(after)


def test_what_is_saved_is_seen_in_the_timetable_and_from_a_list_in_the_list(organiser, of):
    row = talk(of)
    form = {**filled_in(organiser.get(page(row))), "_save": "1"}
    assert organiser.post(page(row), form).headers["Location"] == f"/admin/t/{of.slug}/horario/#d2018-09-07"
    form = {**filled_in(organiser.get(page(row))), "_save": "1"}
    answer = organiser.post(f"{page(row)}?_changelist_filters=q%3Dcuencas", form)
    assert answer.headers["Location"] == "/admin/agenda/session/?q=cuencas"
