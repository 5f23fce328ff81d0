"""A form that stands open hears who saved meanwhile, warns who leaves it unsaved, and loses nothing with its row."""

import threading

import pytest
from django.db import connections
from django.test import Client

from agenda.models import Item, Session
from tests import browser, factories
from tests.adminbase.test_merging import ana, enter, luis, of, opened, page_of, save, talk  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def ask(client, row, since=0):
    return client.get(f"/admin/agenda/session/{row.pk}/entretanto/?desde={since}").json()


def since(client, row):
    return int(client.get(page_of(row)).context["asked_since"])


def test_nobody_saved_and_nothing_is_said(ana, talk):  # noqa: F811
    assert ask(ana, talk, since(ana, talk)) == {"told": "", "last": 0}


def test_who_saved_is_said_by_name(ana, luis, talk):  # noqa: F811
    at = since(ana, talk)
    save(luis, talk, opened(luis, talk), place="Sala Luis")
    assert ask(ana, talk, at)["told"].startswith("Luis guardó esto hace 0 min.")
    assert ask(luis, talk, at)["told"].startswith("Usted, en otra página,")


def test_a_row_inside_the_form_counts_too(ana, luis, talk):  # noqa: F811
    at = since(ana, talk)
    item = Item.objects.get(text_es="Preguntas")
    item.text_es = "Otra"
    item.save()
    assert ask(ana, talk, at)["told"].startswith("Alguien guardó esto")


def test_another_session_is_none_of_this_forms_business(ana, luis, talk):  # noqa: F811
    at = since(ana, talk)
    other = Session.objects.get(title_es="Pausa café")
    save(luis, other, opened(luis, other), place="Patio")
    assert ask(ana, talk, at)["told"] == ""


def test_a_deleted_row_is_said_and_what_was_typed_is_shown(ana, luis, talk, words):  # noqa: F811
    form = opened(ana, talk)
    pk = talk.pk
    page = page_of(talk)
    talk.delete()
    talk.pk = pk
    assert "borrado" in ask(ana, talk)["told"]
    answer = ana.post(page, {**form, "place": "Sala Ana", "description_es": "Un texto\nlargo"})
    assert answer.status_code == 410
    assert "Sala Ana" in words(answer)
    assert "Un texto largo" in words(answer)


def test_who_may_not_see_the_row_hears_nothing(talk):  # noqa: F811
    stranger = Client()
    assert stranger.get(f"/admin/agenda/session/{talk.pk}/entretanto/").status_code == 302
    other = factories.workshop("taller-4", number=4)
    stranger.force_login(factories.user(email="eva@example.org", of=other))
    hidden = ask(stranger, talk)
    talk.pk = 999_999
    assert hidden == ask(stranger, talk)  # as of a session that never was


def test_asking_costs_as_many_queries_after_one_change_as_after_many(ana, luis, talk, django_assert_max_num_queries):  # noqa: F811
    for n in range(30):
        talk.place = f"Sala {n}"
        talk.save()
    with django_assert_max_num_queries(12):
        ask(ana, talk)


@pytest.mark.long
def test_two_who_save_at_the_same_moment_lose_nothing(talk):  # noqa: F811
    clients = [enter("ana@example.org", "Ana"), enter("luis@example.org", "Luis")]
    fields = ("place", "description_es")
    for turn in range(8):
        pages = [opened(client, talk) for client in clients]
        together = threading.Barrier(2)

        def go(n, pages=pages, together=together, turn=turn):
            together.wait()
            try:
                save(clients[n], talk, pages[n], **{fields[n]: f"{fields[n]} {turn}"})
            finally:
                connections.close_all()

        threads = [threading.Thread(target=go, args=[n]) for n in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        talk.refresh_from_db()
        assert (talk.place, talk.description_es) == (f"place {turn}", f"description_es {turn}")


@pytest.fixture
def desk(live_server, talk):  # noqa: F811
    person = factories.user(email="eva@example.org", name="Eva")
    client = Client()
    client.force_login(person)
    with browser.page(locale="es-ES") as page:
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.clock.install()
        page.goto(live_server.url + page_of(talk))
        yield page


def test_the_open_page_says_within_a_minute_that_somebody_saved(desk, luis, talk):  # noqa: F811
    save(luis, talk, opened(luis, talk), place="Sala Luis")
    desk.clock.run_for(61_000)
    desk.get_by_text("Luis guardó esto").wait_for()


def test_leaving_with_unsaved_work_warns_and_leaving_without_does_not(desk, live_server):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.reload()
    assert asked == []
    desk.fill("#id_place", "Sala Eva")
    desk.reload()
    assert asked == ["beforeunload"]


def test_saving_is_no_leaving(desk):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.fill("#id_place", "Sala Eva")
    desk.click("[name=_continue] >> nth=0")
    desk.locator(".messagelist .success").wait_for()
    assert asked == []
    assert Session.objects.get(title_es="Cuencas").place == "Sala Eva"


def test_both_values_stand_on_the_page_in_a_real_browser(desk, luis, talk):  # noqa: F811
    save(luis, talk, opened(luis, talk), place="Sala Luis")
    desk.fill("#id_place", "Sala Eva")
    desk.click("[name=_continue] >> nth=0")
    desk.get_by_text("Luis guardó mientras usted escribía").wait_for()
    assert desk.input_value("#id_place") == "Sala Eva"
    desk.click("[name=_continue] >> nth=0")
    desk.get_by_text("Luis guardó mientras usted escribía").wait_for()
    desk.click("[data-all=theirs]")
    desk.get_by_role("button", name="Guardar lo elegido").click()
    browser.until(desk, "!document.querySelector('.choosing')")
    assert Session.objects.get(pk=talk.pk).place == "Sala Luis"


def test_who_else_has_the_form_open_is_said_and_oneself_is_not(client, of):  # noqa: F811
    from django.test import Client

    row = of.sessions.first()
    other = Client()
    client.force_login(factories.user("organiser", name="Ana Beltrán"))
    other.force_login(factories.user("organiser", "luz@example.org", name="María Ruiz"))
    ask = f"/admin/agenda/session/{row.pk}/entretanto/?desde=99999"
    assert client.get(ask).json()["told"] == ""
    assert "Ana Beltrán también tiene esto abierto" in other.get(ask).json()["told"]
    assert "María Ruiz" in client.get(ask).json()["told"]
