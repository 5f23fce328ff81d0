"""Rows in the admin: found with and without accents, in their order, exchanged, and never gone unsaid."""

import re
from html import unescape

import pytest
from django.urls import reverse

from agenda.models import Attendance, Convener, Day, Item, Session
from participants.models import Participant
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(factories.user())
    return client


def fields_of(page):
    """What the form of a page would send, as a browser fills it."""
    form = {}
    body = page.content.decode()
    for tag in re.findall(r"<input\b[^>]*>", body):
        attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        boxes = attributes.get("type") in ("checkbox", "radio")
        if (
            "name" in attributes
            and attributes.get("type") not in ("submit", "file")
            and (not boxes or " checked" in tag)
        ):
            form.setdefault(attributes["name"], []).append(attributes.get("value", "on" if boxes else ""))
    for name, inside in re.findall(r'<textarea\b[^>]*? name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.S):
        form[name] = unescape(inside).removeprefix("\n")
    for name, inside in re.findall(r'<select\b[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = [option for option in re.findall(r"<option\b[^>]*>", inside) if " selected" in option]
        form[name] = [unescape(re.search(r'value="([^"]*)"', option)[1]) for option in chosen] or ""
    return {name: value for name, value in form.items() if name not in ("csrfmiddlewaretoken", "q")}


# --- searches and orders ---


@pytest.mark.parametrize("term", ["ávila", "avila", "ÁVILA", "A\u0301vila", "ÁViLa salón"])
def test_a_search_finds_letters_however_they_are_written(desk, term):
    factories.session(factories.day(factories.workshop()), title="Salón Ávila")
    other = factories.session(Day.objects.get(), title="Otra cosa")
    page = desk.get(reverse("admin:agenda_session_changelist"), {"q": term}).content.decode()
    assert "Salón Ávila" in page
    assert other.code not in page


def test_a_search_takes_signs_of_the_database_as_they_are(desk):
    factories.session(factories.day(factories.workshop()), title="Al 100 %_")
    factories.session(Day.objects.get(), title="Al 1000")
    page = desk.get(reverse("admin:agenda_session_changelist"), {"q": "100 %_"}).content.decode()
    assert "Al 100 %_" in page
    assert "Al 1000" not in page


def test_a_box_to_choose_from_finds_them_too(desk):
    factories.participant("Łódź y Ávila")
    page = reverse("admin:autocomplete")
    query = {"app_label": "agenda", "model_name": "item", "field_name": "participant", "term": "ÁVILA"}
    assert [one["text"] for one in desk.get(page, query).json()["results"]] == ["Łódź y Ávila"]


def test_a_list_stands_in_the_order_of_the_alphabet(desk):
    for name in ("Zürich", "Ávila", "burgos", "Écija"):
        factories.participant(name)
    assert [one.name_es for one in Participant.objects.all()] == ["Ávila", "burgos", "Écija", "Zürich"]
    for order in ("1", "-1"):
        page = desk.get(reverse("admin:participants_participant_changelist"), {"o": order})
        names = [one.name_es for one in page.context["cl"].result_list]
        assert names == sorted(["Ávila", "burgos", "Écija", "Zürich"], key=str.casefold, reverse=order == "-1") or (
            names == (["Ávila", "burgos", "Écija", "Zürich"][:: -1 if order == "-1" else 1])
        )


# --- a place that is not said ---


def test_a_third_point_whose_place_is_left_as_offered_stands_last(desk):
    talk = factories.session(factories.day(factories.workshop()), items=["Uno", "Dos"])
    page = reverse("admin:agenda_session_change", args=[talk.pk])
    form = fields_of(desk.get(page))
    offered = [form[f"items-{n}-position"] for n in (0, 1)]
    empty = {f"items-2-{name}": "" for name in ("id", "participant", "text_en", "text_pt_br", "text_fr", "position")}
    form |= {**empty, "items-2-session": talk.pk, "items-2-text_es": "Tres", "items-TOTAL_FORMS": 3}
    answer = desk.post(page, form)
    assert answer.status_code == 302, answer.context["errors"]
    assert [item.text_es for item in talk.items.all()] == ["Uno", "Dos", "Tres"]
    assert offered == [["1"], ["2"]]


@pytest.mark.parametrize("door", ["save", "bulk_create"])
def test_a_row_without_a_place_stands_last_by_every_way(door):
    talk = factories.session(factories.day(factories.workshop()), items=["Uno", "Dos"])
    rows = [Item(session=talk, text_es=text) for text in ("Tres", "Cuatro")]
    if door == "save":
        for row in rows:
            row.save()
    else:
        Item.objects.bulk_create(rows)
    assert [item.text_es for item in talk.items.all()] == ["Uno", "Dos", "Tres", "Cuatro"]


# --- exchanged in one form ---


def test_days_participants_and_conveners_are_exchanged_in_one_form_and_nothing_else_is_lost(desk):
    of = factories.workshop()
    friday, saturday = factories.day(of), factories.day(of, factories.SATURDAY)
    factories.session(friday, title="Del viernes")
    lima, lyon, quito = (factories.participant(name) for name in ("Lima", "Lyon", "Quito"))
    first, second, third = (factories.attend(of, who, n) for n, who in enumerate((lima, lyon, quito), 1))
    convenes, leads = (
        Convener.objects.create(workshop=of, participant=who, role="convenes", led_by_es=f"De {who.name_es}")
        for who in (lima, lyon)
    )
    page = reverse("admin:agenda_workshop_change", args=[of.pk])
    form = fields_of(desk.get(page))
    form |= {
        "title_es": "Otro título", "days-0-date": "2018-09-08", "days-1-date": "2018-09-07",
        "attendances-0-participant": lyon.pk, "attendances-1-participant": quito.pk, "attendances-2-participant": lima.pk,
        "conveners-0-participant": lyon.pk, "conveners-1-participant": lima.pk,
    }  # fmt: skip
    answer = desk.post(page, form)
    assert answer.status_code == 302, answer.context["errors"]
    of.refresh_from_db()
    assert of.title_es == "Otro título"
    assert Session.objects.get().day.date == factories.SATURDAY
    assert {friday.pk, saturday.pk} == set(Day.objects.values_list("pk", flat=True))
    assert list(Attendance.objects.values_list("number", "participant__name_es")) == [
        (1, "Lyon"), (2, "Quito"), (3, "Lima"),
    ]  # fmt: skip
    assert {first.pk, second.pk, third.pk} == set(Attendance.objects.values_list("pk", flat=True))
    assert set(Convener.objects.values_list("participant__name_es", "led_by_es")) == {
        ("Lyon", "De Lima"), ("Lima", "De Lyon"),
    }  # fmt: skip
    assert {convenes.pk, leads.pk} == set(Convener.objects.values_list("pk", flat=True))


# --- what goes along is said first ---


def test_a_day_with_sessions_is_not_deleted_inside_the_form_of_the_workshop(desk, words):
    of = factories.small()
    factories.day(of, factories.SATURDAY)
    page = reverse("admin:agenda_workshop_change", args=[of.pk])
    form = fields_of(desk.get(page))
    text = words(desk.post(page, {**form, "days-0-DELETE": "on"}))
    assert "Con la jornada 2018-09-07 se irían sus sesiones: Registro, Cuencas, Pausa café." in text
    assert Session.objects.count() == 3
    answer = desk.post(page, {**form, "days-1-DELETE": "on"})
    assert answer.status_code == 302, answer.context["errors"]
    assert Day.objects.count() == 1


def test_deleting_says_first_what_goes_and_what_loses_its_tie(desk, words):
    of = factories.small()
    day, axis, quito = of.days.get(), of.axes.get(), Participant.objects.get(slug="quito")
    assert "Cuencas" in words(desk.get(reverse("admin:agenda_day_delete", args=[day.pk])))
    text = words(desk.get(reverse("admin:agenda_axis_delete", args=[axis.pk])))
    assert "Estas se quedan, sin ello: Sesión: Cuencas" in text
    lima = factories.participant("Lima")
    Item.objects.filter(text_es="Preguntas").update(participant=lima)
    text = words(desk.get(reverse("admin:participants_participant_delete", args=[lima.pk])))
    assert "Punto: Preguntas" in text
    assert quito.named_in.exists()
