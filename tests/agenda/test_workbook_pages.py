"""The pages on which workbooks go out and come in: looked at first, taken over whole or not at all."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from agenda.models import Item, Session, Workshop
from agenda.resources import looks
from agenda.resources.book import Book
from sheets.models import MOST_KEPT, Meaning, Upload
from sheets.reading import read
from tests import factories
from tests.books import csv, export, xlsx
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
START = "/admin/agenda/workshop/hojas/"


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def desk(client, of):
    client.force_login(factories.user())
    return client


def send(client, data, name="libro.json", **fields):
    """The page of what the file would change."""
    return client.post(START, {"file": SimpleUploadedFile(name, data), **fields}, follow=True)


def press(client, page, button, **fields):
    """Press a button of that page with other answers; a field of None is not sent, as a box without its tick."""
    sent = {name: value for name, value in {**filled_in(page), **fields}.items() if value is not None}
    return client.post(page.request["PATH_INFO"], {button: "1", **sent}, follow=True)


def changed(**cells):
    rows = json.loads(export("json", "Sesiones"))
    next(row for row in rows if row["parte"] == 1).update(cells)
    return json.dumps(rows).encode()


def test_a_workbook_goes_out_is_changed_comes_in_is_looked_at_and_applied(desk, words):
    page = desk.get(START)
    assert b"taller-3" in page.content
    data = desk.get(f"{reverse('admin:agenda_workbook_export')}?taller=taller-3&formato=json").content
    rows = json.loads(data)
    rows["Sesiones"][1] |= {"inicio": "10:00", "título [es]": "Cuencas y ríos", "lugar": "Sala B"}
    page = send(desk, json.dumps(rows).encode())
    text = words(page)
    for part in ("3", "inicio 09:30 10:00", "título [es] Cuencas Cuencas y ríos", "lugar Sala A Sala B"):
        assert part in text
    assert Session.objects.get(part=1).place == "Sala A"
    page = press(desk, page, "apply")
    assert "Hecho: 0 filas nuevas, 1 cambiadas, 0 quitadas, 13 como estaban." in words(page)
    assert Session.objects.get(part=1).place == "Sala B"
    assert not Upload.objects.exists()


def test_nothing_is_applied_that_was_not_shown(desk, words):
    page = send(desk, changed(lugar="Sala B"))
    answer = press(desk, page, "apply", shown="otra cosa")
    assert "Todavía no se ha escrito nada" in words(answer)
    assert Session.objects.get(part=1).place == "Sala A"


def test_what_changed_between_the_look_and_the_click_is_looked_at_again(desk, words):
    page = send(desk, changed(lugar="Sala B"))
    Session.objects.filter(part=1).update(place="Sala C")
    answer = press(desk, page, "apply")
    assert "Todavía no se ha escrito nada" in words(answer)
    assert "Ahora dice «Sala C»; el archivo, «Sala B»." in words(answer)
    assert Session.objects.get(part=1).place == "Sala C"


def test_two_people_apply_their_files_one_after_the_other_and_neither_loses_anything(of, client, words):
    from django.test import Client

    ana, luz = Client(), Client()
    ana.force_login(factories.user(email="ana@example.org"))
    luz.force_login(factories.user(email="luz@example.org"))
    first, second = send(ana, changed(lugar="Sala B")), send(luz, changed(**{"título [fr]": "Bassins"}))
    press(ana, first, "apply")
    again = press(luz, second, "apply")
    press(luz, again, "apply")
    session = Session.objects.get(part=1)
    assert (session.place, session.title_fr) == ("Sala B", "Bassins")


def test_nobody_sees_or_applies_the_file_of_another(desk, client):
    page = send(desk, changed(lugar="Sala B"))
    client.logout()
    client.force_login(factories.user(email="otra@example.org"))
    address = page.request["PATH_INFO"]
    assert client.get(address).status_code == 404
    assert client.post(address, {"apply": "1", "shown": page.context["preview"].digest}).status_code == 404
    assert Session.objects.get(part=1).place == "Sala A"


def test_a_refused_cell_is_written_anew_on_the_page(desk, words):
    data = csv("taller;jornada;inicio;título [es]", "taller-3;2018-09-07;tarde;X", "taller-3;2018-09-07;18:00;Y")
    page = send(desk, data, "sesiones.csv")
    assert "Rechazado" in words(page)
    assert b'name="apply"' not in page.content
    page = press(desk, page, "check", **{"fix:Sesiones:2:inicio": "17h", "skip:Sesiones:3": "1"})
    press(desk, page, "apply")
    assert list(Session.objects.filter(title_es__in="XY").values_list("title_es", flat=True)) == ["X"]


def test_what_was_written_anew_or_left_out_is_taken_back_on_the_page(desk, words):
    data = csv("taller;jornada;inicio;título [es]", "taller-3;2018-09-07;tarde;X", "taller-3;2018-09-07;noche;Y")
    page = send(desk, data, "sesiones.csv")
    page = press(desk, page, "check", **{"fix:Sesiones:2:inicio": "17h", "skip:Sesiones:3": "1"})
    page = press(desk, page, "check", **{"fix:Sesiones:2:inicio": "18h"})
    assert "18:00" in words(page)
    page = press(desk, page, "check", **{"skip:Sesiones:3": None})
    assert "Rechazado" in words(page)
    page = press(desk, page, "check", **{"fix:Sesiones:3:inicio": "20h"})
    press(desk, page, "apply")
    assert sorted(Session.objects.filter(title_es__in="XY").values_list("title_es", "start__hour")) == [
        ("X", 18),
        ("Y", 20),
    ]


def test_while_the_worker_reads_the_page_says_how_far_it_is_and_asks_again(desk, words, queue, monkeypatch):
    monkeypatch.setattr(looks.of_now, "__defaults__", (0,))
    page = send(desk, changed(lugar="Sala B"))
    assert page["Refresh"] == "2"
    assert "«libro.json» se está leyendo. Todavía no se ha escrito nada." in words(page)
    assert "El archivo espera su turno" in words(page)
    Upload.objects.update(done=3, total=10)
    again = desk.get(page.request["PATH_INFO"])
    assert "3 de 10 hojas" in words(again)
    [task] = DBTaskResult.objects.all()  # asked twice, ordered once
    looks.look_at.call(*task.args_kwargs["args"])
    assert "lugar Sala A Sala B" in words(desk.get(page.request["PATH_INFO"]))


def test_a_file_that_ended_the_worker_twice_is_refused(desk, words):
    page = send(desk, changed(lugar="Sala B"))
    Upload.objects.update(tries=looks.TRIES, looked="")
    looks.look_at.call(Upload.objects.get().pk)
    assert "El archivo es demasiado grande" in words(desk.get(page.request["PATH_INFO"]))


def test_a_fault_of_ours_is_told_and_logged_and_keeps_the_file(desk, words, monkeypatch, caplog):
    monkeypatch.setattr(Book, "_spoken_of", lambda *_tables: 1 / 0)
    page = send(desk, changed(lugar="Sala B"))
    assert "El archivo no se puede leer y no se ha cambiado nada." in words(page)
    assert "ZeroDivisionError" in caplog.text
    assert Upload.objects.count() == 1


def test_who_may_do_less_meanwhile_applies_less(client, of, words):
    ana = factories.user("coordinator", of=of)
    client.force_login(ana)
    page = send(client, changed(lugar="Sala B"))
    ana.memberships.update(role="committee")
    assert press(client, page, "apply").status_code == 403
    assert Session.objects.get(part=1).place == "Sala A"


def test_a_kept_look_is_looked_at_anew_when_a_row_is_put_right_in_the_admin(desk, words):
    page = send(desk, changed(**{"título [es]": ""}))
    assert "Rechazado" in words(page)
    looked = Upload.objects.get().looked
    assert Upload.objects.get().looked == looked
    desk.get(page.request["PATH_INFO"])
    assert Upload.objects.get().looked == looked
    Workshop.objects.get().save()
    session = Session.objects.get(part=1)
    session.place = "Sala C"
    session.save()
    desk.get(page.request["PATH_INFO"])
    assert Upload.objects.get().looked != looked


@pytest.mark.long
def test_a_question_is_answered_on_the_page_and_columns_are_remembered(desk, words):
    data = xlsx(Plan=[["Título [es]", "Día", "INICIO"], ["Paseo", "2018-09-07", "18h"]])
    workshop = Workshop.objects.get()
    page = send(desk, data, "plan.xlsx", workshop=workshop.pk)
    assert "¿Qué quiere decir?" in words(page)
    page = press(desk, page, "check", **{"sheet:plan": "Sesiones"})
    page = press(desk, page, "check", **{"col:Sesiones:dia": "jornada"})
    press(desk, page, "apply")
    assert Session.objects.filter(title_es="Paseo").exists()
    assert set(Meaning.objects.values_list("key", "answer")) == {
        ("sheet:plan", "Sesiones"),
        ("col:Sesiones:dia", "jornada"),
    }
    again = send(desk, data, "plan.xlsx", workshop=workshop.pk)
    assert {question.kind for question in again.context["preview"].plan.questions if question.key in
            again.context["preview"].plan.unanswered} == {"equal"}  # fmt: skip


def test_a_file_that_cannot_be_read_is_told_in_words(desk, words):
    assert "El libro está dañado: no se puede abrir." in words(send(desk, b"PK\x03\x04 broken", "x.xlsx"))


def test_a_file_is_put_away_and_old_ones_are_forgotten(desk):
    page = send(desk, changed(lugar="Sala B"))
    press(desk, page, "drop")
    assert not Upload.objects.exists()
    for _n in range(MOST_KEPT + 2):
        send(desk, changed(lugar="Sala B"))
    assert Upload.objects.count() == MOST_KEPT


def test_the_export_holds_what_the_filters_show(desk):
    data = desk.get(f"{reverse('admin:agenda_workbook_export')}?hoja=Sesiones&formato=csv&kind__exact=break").content
    assert data.decode("utf-8-sig").count("taller-3;") == 1
    assert "Pausa café" in data.decode()


def test_a_translator_exports_two_languages(desk):
    query = "taller=taller-3&formato=xlsx&idiomas=es&idiomas=fr"
    data = desk.get(f"{reverse('admin:agenda_workbook_export')}?{query}").content
    headers = {cell for grid in read(data).grids if grid.name == "Sesiones" for cell in grid.rows[0][1]}
    assert {"título [es]", "título [fr]"} < headers
    assert "título [en]" not in headers


@pytest.mark.parametrize(
    ("model", "sheet"),
    [("agenda_session", "Sesiones"), ("agenda_axis", "Ejes"), ("agenda_section", "Apartados"), ("agenda_day", "Jornadas"),
     ("agenda_convener", "Convocantes"), ("agenda_attendance", "Lista"), ("participants_participant", "Participantes")],
)  # fmt: skip
def test_the_lists_lead_to_their_files(desk, model, sheet):
    page = desk.get(reverse(f"admin:{model}_changelist"))
    assert f"hoja={sheet}&amp;formato=csv".encode() in page.content
    assert START.encode() in page.content
    data = desk.get(f"{reverse('admin:agenda_workbook_export')}?hoja={sheet}&formato=json").content
    assert json.loads(data)


@pytest.mark.parametrize(
    "query", ["formato=pdf&hoja=Sesiones", "formato=csv&taller=taller-3", "hoja=Nada", "taller=otro"]
)
def test_a_file_that_there_is_not_is_not_found(desk, query):
    assert desk.get(f"{reverse('admin:agenda_workbook_export')}?{query}").status_code == 404


def test_a_workbook_of_one_workshop_names_no_other(desk):
    other = factories.workshop("taller-4", number=4)
    factories.session(factories.day(other), title="Ajena", items=["Punto ajeno"])
    factories.attend(other, factories.participant("Lima"))
    data = desk.get(f"{reverse('admin:agenda_workbook_export')}?taller=taller-3&formato=json").content.decode()
    assert Item.objects.filter(text_es="Punto ajeno").exists()
    for name in ("taller-4", "Ajena", "Punto ajeno", "Lima"):
        assert name not in data


def test_looking_costs_the_same_queries_for_one_change_and_for_many(desk, django_assert_max_num_queries):
    def cost(data):
        page = send(desk, data)
        with django_assert_max_num_queries(25) as counted:
            desk.get(page.request["PATH_INFO"])
        return len(counted)

    one = cost(changed(lugar="Sala B"))
    day = Workshop.objects.get().days.get()
    for n in range(30):
        factories.session(day, "15:00", "16:00", f"Otra {n}")
    rows = [{**row, "lugar": "Sala B"} for row in json.loads(export("json", "Sesiones"))]
    assert cost(json.dumps(rows).encode()) == one
