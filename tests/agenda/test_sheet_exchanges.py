"""What passes from one row of a file to another: places, names, ties; and what others did since."""

import json

import pytest

from agenda import plans
from agenda.models import Attendance, Axis, Convener, Day, Item, Session
from participants.models import Participant, Region
from tests import factories
from tests.books import asked, bring, export, look, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    """Two days, three axes, four in the list, two conveners."""
    of = factories.small()
    factories.session(
        factories.day(of, factories.SATURDAY),
        "09:00",
        "10:00",
        "Orillas",
        ["Tema"],
        axis=factories.axis(of, 2, "La tierra"),
    )
    factories.axis(of, 3, "El aire", title_en="The air", description_es="Sopla.")
    europe = factories.region("Unión Europea")
    for number, name in enumerate(("Lisboa", "Lyon", "Madrid"), 2):
        factories.attend(of, factories.participant(name, europe), number)
    Convener.objects.create(workshop=of, participant=Participant.objects.get(name_es="Lyon"), role="funds")
    return of


def rows(sheet):
    return json.loads(export("json", sheet))


def take(answers=None, **sheets):
    return bring(json.dumps(sheets).encode(), answers)


def wrong(**sheets):
    return problems(json.dumps(sheets).encode())


# --- exchanges ---


def test_participants_exchange_their_regions(of):
    people = rows("Participantes")
    quito, lyon = (next(p for p in people if p["nombre [es]"] == name) for name in ("Quito", "Lyon"))
    take(Participantes=[{**quito, "región": lyon["región"]}, {**lyon, "región": quito["región"]}])
    assert Participant.objects.get(name_es="Quito").region.name_es == "Unión Europea"
    assert Participant.objects.get(name_es="Lyon").region.name_es == "América Latina y el Caribe"


def test_rows_of_the_list_exchange_whom_they_name_in_pairs_rings_and_chains(of):
    listed = rows("Lista")
    names = [row["participante"] for row in listed]

    def now():
        return [one.participant.name_es for one in Attendance.objects.order_by("number")]

    keys = set(Attendance.objects.values_list("pk", flat=True))
    take(
        Lista=[
            {**row, "participante": name} for row, name in zip(listed, [names[1], names[0], *names[2:]], strict=True)
        ]
    )
    assert now() == [names[1], names[0], *names[2:]]
    listed = rows("Lista")
    take(
        Lista=[
            {**row, "participante": name}
            for row, name in zip(listed, [names[0], names[2], names[1], names[3]], strict=True)
        ]
    )
    assert now() == [names[0], names[2], names[1], names[3]]
    factories.participant("Oporto", Region.objects.get(name_es="Unión Europea"))
    listed = rows("Lista")
    take(Lista=[{**listed[0], "participante": listed[1]["participante"]}, {**listed[1], "participante": "Oporto"}])
    assert now() == [names[2], "Oporto", names[1], names[3]]
    assert set(Attendance.objects.values_list("pk", flat=True)) == keys


def test_conveners_take_new_roles(of):
    first, second = rows("Convocantes")
    take(Convocantes=[{**first, "función": second["función"]}, {**second, "función": "coordina"}])
    assert sorted(Convener.objects.values_list("role", flat=True)) == ["coordinates", "funds"]


def test_what_a_removed_row_gives_up_is_taken_in_the_same_file(of):
    first, second, third = rows("Ejes")
    take(Ejes=[first, {**second, "quitar": "sí"}, {**third, "número": 2}])
    assert list(Axis.objects.values_list("number", "title_es")) == [(1, "El agua"), (2, "El aire")]
    friday, saturday = rows("Jornadas")
    take(Jornadas=[{**friday, "quitar": "sí"}, {**saturday, "fecha": friday["fecha"]}])
    assert [day.date for day in Day.objects.all()] == [factories.FRIDAY]
    assert Session.objects.get().title_es == "Orillas"
    listed = rows("Lista")
    take(Lista=[{**listed[0], "quitar": "sí"}, {**listed[1], "participante": listed[0]["participante"]}])
    assert Attendance.objects.count() == 3
    assert Attendance.objects.get(number=2).participant.name_es == "Quito"


def test_a_new_row_takes_the_place_of_one_that_is_removed_and_is_a_new_one(of):
    *others, third = rows("Ejes")
    pk = Axis.objects.get(number=3).pk
    take(Ejes=[*others, {**third, "quitar": "sí"}, {"taller": "taller-3", "número": 3, "título [es]": "El fuego"}])
    made = Axis.objects.get(number=3)
    assert (made.title_es, made.title_en, made.description_es) == ("El fuego", None, "") or made.title_en in ("", None)
    assert made.pk != pk


@pytest.mark.parametrize("turned", [False, True])
def test_a_new_row_in_the_place_of_one_that_moved_does_not_take_over_what_it_was(of, turned):
    axis = Axis.objects.get(number=3)
    Session.objects.filter(title_es="Orillas").update(axis=axis)
    *others, third = rows("Ejes")
    new = {"taller": "taller-3", "número": 3, "título [es]": "El fuego"}
    lines = [*others, new, {**third, "número": 4}]
    take(Ejes=lines[::-1] if turned else lines)
    axis.refresh_from_db()
    assert (axis.number, axis.title_es, axis.title_en, axis.description_es) == (4, "El aire", "The air", "Sopla.")
    assert Session.objects.get(title_es="Orillas").axis == axis
    assert Axis.objects.get(number=3).title_es == "El fuego"


def test_a_new_participant_takes_the_name_that_another_gives_up(of):
    quito = next(p for p in rows("Participantes") if p["nombre [es]"] == "Quito")
    new = {"nombre [es]": "Quito", "región": quito["región"]}
    take({"all:equal": "new"}, Participantes=[{**quito, "nombre [es]": "San Francisco de Quito"}, new])
    assert set(Participant.objects.filter(name_es__contains="Quito").values_list("name_es", flat=True)) == {
        "Quito", "San Francisco de Quito",
    }  # fmt: skip


def test_a_rule_that_only_the_database_knows_is_told_as_such(of, client, words, monkeypatch, caplog):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import IntegrityError

    from tests.forms import filled_in

    def refuse(*_args):
        raise IntegrityError("CHECK constraint failed")

    client.force_login(factories.user())
    changed = json.dumps([{**rows("Sesiones")[0], "título [es]": "Otra"}]).encode()
    page = client.post("/admin/agenda/workshop/hojas/", {"file": SimpleUploadedFile("a.json", changed)}, follow=True)
    monkeypatch.setattr(plans._Making, "make", refuse)
    answer = client.post(page.request["PATH_INFO"], {**filled_in(page), "apply": "1"}, follow=True)
    assert "La base de datos ha rechazado el cambio y no se ha escrito nada." in words(answer)
    assert "CHECK constraint failed" in caplog.text


# --- what others did since, and what the same file does ---


def test_an_untouched_row_does_not_bring_back_what_somebody_took_away_or_changed(of):
    sheets = {name: rows(name) for name in ("Lista", "Jornadas", "Ejes", "Convocantes")}
    Attendance.objects.get(number=4).delete()
    Day.objects.filter(date=factories.SATURDAY).update(date=factories.MONDAY)
    Axis.objects.filter(number=3).update(number=4)
    Convener.objects.filter(role="funds").update(role="hosts")
    for name, lines in sheets.items():
        plan = look(json.dumps({name: lines}).encode())
        assert (plan.rows, plan.ready, [question.kind for question in plan.questions]) == ((), True, ["again"]), name
    take({"all:again": "new"}, Ejes=sheets["Ejes"])
    assert sorted(Axis.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_changed_row_of_something_that_is_no_more_is_asked_about(of):
    *_others, third = rows("Ejes")
    Axis.objects.get(number=3).delete()
    data = json.dumps({"Ejes": [{**third, "título [es]": "El viento"}]}).encode()
    [question] = asked(data)
    assert question.text == "«3» estaba en el programa cuando se exportó el archivo y ya no está."


def test_nothing_is_set_on_a_day_or_an_axis_that_the_same_file_takes_away(of):
    _friday, saturday = rows("Jornadas")
    first = next(row for row in rows("Sesiones") if row["título [es]"] == "Cuencas")
    gone = {**saturday, "quitar": "sí"}
    assert (
        "Esta jornada la quita el mismo archivo."
        in wrong(Jornadas=[gone], Sesiones=[{**first, "jornada": "2018-09-08"}])[0]
    )
    *_axes, third = rows("Ejes")
    found = wrong(Ejes=[{**third, "quitar": "sí"}], Sesiones=[{**first, "eje": "3"}])
    assert "Este eje lo quita el mismo archivo." in found[0]


def test_names_are_read_as_the_file_says_them_and_two_meanings_are_none(of):
    sessions = rows("Sesiones")
    one, two = (next(row for row in sessions if row["título [es]"] == title) for title in ("Cuencas", "Pausa café"))
    swap = [{**one, "título [es]": "Pausa café"}, {**two, "título [es]": "Cuencas"}]
    point = {"taller": "taller-3", "sesión": "Cuencas", "texto [es]": "Punto"}
    assert "Varias sesiones se llaman «Cuencas»" in wrong(Sesiones=swap, Puntos=[point])[0]
    renamed = {**two, "título [es]": "Merienda"}
    take({"all:which": "new"}, Sesiones=[renamed], Puntos=[{**point, "sesión": "Merienda"}])
    assert Item.objects.get(text_es="Punto").session.title_es == "Merienda"


def test_a_homonym_in_the_file_does_not_refuse_the_untouched_list(of):
    people = rows("Participantes")
    new = {"nombre [es]": "Lyon", "región": "América Latina y el Caribe"}
    take(Participantes=[*people, new], Lista=rows("Lista"))
    assert Participant.objects.filter(name_es="Lyon").count() == 2
    assert Attendance.objects.count() == 4


def test_a_title_is_not_taken_for_the_code_with_which_it_begins(of):
    on = of.days.first()
    factories.session(on, "15:00", "16:00", "Otra cosa", code="mesa")
    factories.session(on, "17:00", "18:00", "Mesa redonda")
    found = wrong(Puntos=[{"taller": "taller-3", "sesión": "Mesa redonda", "texto [es]": "p"}])
    assert "Varias sesiones se llaman «Mesa redonda»" in found[0]
