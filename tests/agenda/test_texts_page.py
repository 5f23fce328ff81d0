"""The page of the texts: what is missing and behind in each language, written and saved text by text."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import publishing
from agenda.models import Session
from edits.models import Edit, Way
from tests import browser, factories
from tests.browser import until

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser", name="Ana Beltrán"))
    return client


def at(of, query=""):
    return f"/admin/t/{of.slug}/textos/{query}"


def talk(of):
    return of.sessions.get(title_es="Cuencas")


def boxes(answer):
    """The boxes of a page by their names, with what tells which text was seen."""
    return {box.name: box for row in answer.context["rows"] for box in row.boxes}


def typed(answer, name, text):
    return {name: text, f"visto-{name}": boxes(answer)[name].seen}


def test_what_is_missing_is_asked_for_beside_what_it_says_in_the_first_language(organiser, of, words):
    page = organiser.get(at(of))
    assert "Cuencas" in words(page)
    assert boxes(page)[f"agenda.session:{talk(of).pk}:title_fr"].is_void
    assert "Falta" in words(page)


def test_a_text_that_is_written_in_all_languages_is_shown_among_all_and_not_among_those_to_do(organiser, of):
    row = talk(of)
    row.title_en, row.title_pt_br, row.title_fr = "Basins", "Bacias", "Bassins"
    row.save()
    name = f"agenda.session:{row.pk}:title_fr"
    assert name not in boxes(organiser.get(at(of)))
    assert boxes(organiser.get(at(of, "?ver=todos")))[name].text == "Bassins"


def test_texts_are_saved_and_their_edit_is_undone_as_any(organiser, of, words):
    name = f"agenda.session:{talk(of).pk}:title_fr"
    answer = organiser.post(at(of), typed(organiser.get(at(of)), name, " Bassins "), follow=True)
    assert "1 texto guardado." in words(answer)
    assert talk(of).title_fr == "Bassins"
    assert "francés" in answer.context["desk"].steps.undo_name


def test_a_text_that_a_colleague_wrote_meanwhile_is_not_overwritten_before_it_was_seen(organiser, of, words):
    name = f"agenda.session:{talk(of).pk}:title_fr"
    mine = typed(organiser.get(at(of)), name, "Bassins")
    row = talk(of)
    row.title_fr = "Fleuves"
    row.save()
    answer = organiser.post(at(of), mine)
    assert "«Fleuves»" in words(answer)
    assert talk(of).title_fr == "Fleuves"
    assert boxes(answer)[name].text == "Bassins"
    organiser.post(at(of), typed(answer, name, "Bassins"))
    assert talk(of).title_fr == "Bassins"


def test_what_cannot_be_saved_stands_in_its_box_and_what_was_typed_besides_is_saved(organiser, of):
    page = organiser.get(at(of))
    long, other = f"agenda.session:{talk(of).pk}:title_fr", f"agenda.session:{talk(of).pk}:title_en"
    answer = organiser.post(at(of), {**typed(page, long, "x" * 5000), **typed(page, other, "Basins")})
    assert boxes(answer)[long].error
    assert boxes(answer)[long].text == "x" * 5000
    assert (talk(of).title_en, talk(of).title_fr or "") == ("Basins", "")


def test_the_first_language_is_not_written_here(organiser, of):
    name = f"agenda.session:{talk(of).pk}:title_es"
    organiser.post(at(of), {name: "Otro", f"visto-{name}": "x"})
    assert Session.objects.filter(title_es="Cuencas").exists()


def test_a_translation_that_still_holds_is_behind_no_longer_until_its_source_changes_again(organiser, of, words):
    row = talk(of)
    row.title_en = "Basins"
    row.save()
    row.title_es = "Cuencas y ríos"
    row.save()
    name = f"agenda.session:{row.pk}:title_en"
    assert boxes(organiser.get(at(of)))[name].before == "Cuencas"
    steps = organiser.get(at(of)).context["desk"].steps
    organiser.post(at(of), {"vale": name})
    assert boxes(organiser.get(at(of, "?ver=todos")))[name].before == ""
    assert "Atrasado" not in words(organiser.get(f"/admin/agenda/session/{row.pk}/change/"))
    assert Edit.objects.order_by("-pk").first().way == Way.KEPT
    assert organiser.get(at(of)).context["desk"].steps == steps  # there is nothing to take back
    row.refresh_from_db()
    row.title_es = "Ríos"
    row.save()
    assert boxes(organiser.get(at(of)))[name].before == "Cuencas y ríos"


def test_what_another_text_says_for_the_same_words_is_offered(organiser, of):
    row = talk(of)
    row.items.create(position=3, text_es="Pausa café")
    coffee = of.sessions.get(title_es="Pausa café")
    coffee.title_fr = "Pause café"
    coffee.save()
    offered = [box.same for name, box in boxes(organiser.get(at(of))).items() if name.endswith(":text_fr")]
    assert "Pause café" in offered


@pytest.mark.parametrize(("part", "name"), [("programa", "agenda.axis"), ("personas", "participants.participant")])
def test_axes_and_participants_have_their_parts(organiser, of, part, name):
    assert any(box.startswith(f"{name}:") for box in boxes(organiser.get(at(of, f"?parte={part}"))))


def test_a_participant_of_another_workshop_stands_in_none_but_its_own(organiser, of):
    factories.attend(factories.workshop("otro", number=9), factories.participant("Lisboa"))
    page = organiser.get(at(of, "?parte=personas&ver=todos"))
    said = {row.source for row in page.context["rows"]}
    assert "Quito" in said
    assert "Lisboa" not in said


def test_who_may_only_look_writes_nothing(of):
    client = Client()
    factories.enter(client, factories.user("coordinator", "lee@example.org", of=of))
    page = client.get(at(of))
    assert page.status_code == 200
    assert '<button class="button main"' not in page.content.decode()
    name = f"agenda.session:{talk(of).pk}:title_fr"
    assert client.post(at(of), typed(page, name, "Bassins")).status_code == 403
    assert client.post(at(of), {"vale": name}).status_code == 403


def test_who_looks_after_another_workshop_neither_reads_nor_writes_here(of):
    other = factories.workshop("otro", number=9)
    client = Client()
    factories.enter(client, factories.user("organiser", "una@example.org", of=other))
    assert client.get(at(of)).status_code == 403
    name = f"agenda.session:{talk(of).pk}:title_fr"
    assert client.post(at(other), {name: "Bassins", f"visto-{name}": "x"}).status_code == 302
    assert not talk(of).title_fr


def test_the_first_page_counts_what_is_missing_and_leads_here(organiser, of):
    page = organiser.get("/admin/")
    assert f"/admin/t/{of.slug}/textos/?idioma=fr" in page.content.decode()


def test_the_page_costs_the_same_with_three_sessions_and_with_three_hundred(organiser, of):
    counts = []
    for one in (of, factories.large(300)):
        publishing.publish(one)
        organiser.get(at(one))
        with CaptureQueriesContext(connection) as queries:
            page = organiser.get(at(one))
        counts.append(len(queries))
        assert len(page.context["rows"]) <= 60
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_text_is_saved_where_one_leaves_its_box(live_server, client, of):
    client.force_login(factories.user("organiser"), backend="accounts.backends.Memberships")
    key = client.cookies["sessionid"].value
    name = f"agenda.session:{talk(of).pk}:title_fr"
    with browser.page(locale="es-ES", viewport={"width": 390, "height": 800}) as tab:
        wrong = []
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        tab.goto(live_server.url + at(of))
        box = tab.locator(f'[name="{name}"]')
        box.fill("Bassins")
        box.press("Tab")
        until(tab, "[...document.querySelectorAll('.note')].some((one) => one.textContent.startsWith('Guardado'))")
        assert talk(of).title_fr == "Bassins"
        box.fill("Fleuves")  # a second time, in the same box
        box.press("Tab")
        until(tab, "![...document.querySelectorAll('.note')].some((one) => one.textContent.startsWith('Guardando'))")
        assert wrong == []
    assert talk(of).title_fr == "Fleuves"


def test_a_title_that_is_pasted_with_a_line_break_stays_one_line(organiser, of):
    name = f"agenda.session:{talk(of).pk}:title_fr"
    organiser.post(at(of), typed(organiser.get(at(of)), name, "Bassins\r\nversants"))
    assert talk(of).title_fr == "Bassins versants"


def test_what_was_typed_besides_is_saved_with_the_word_that_a_translation_holds(organiser, of):
    row = talk(of)
    row.title_en = "Basins"
    row.save()
    row.title_es = "Cuencas y ríos"
    row.save()
    page, other = organiser.get(at(of)), f"agenda.session:{row.pk}:title_fr"
    organiser.post(at(of), {**typed(page, other, "Bassins"), "vale": f"agenda.session:{row.pk}:title_en"})
    row.refresh_from_db()
    assert row.title_fr == "Bassins"
    assert boxes(organiser.get(at(of, "?ver=todos")))[f"agenda.session:{row.pk}:title_en"].before == ""


def test_a_text_that_was_taken_otherwise_than_typed_can_be_saved_again_from_the_same_page(organiser, of):
    name = f"agenda.session:{talk(of).pk}:title_fr"
    ask = {"Accept": "application/json"}
    answer = organiser.post(at(of), typed(organiser.get(at(of)), name, "Bassins\nversants"), headers=ask).json()
    again = organiser.post(at(of), {name: "Fleuves", f"visto-{name}": answer["seen"]}, headers=ask)
    assert (again.status_code, talk(of).title_fr) == (200, "Fleuves")
