"""What a hostile reader, a hurried organiser and an odd file try, and what they get."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from agenda import clashes, programme, publishing
from agenda.models import Axis, Day, Session
from sheets.problems import TableError
from tests import factories
from tests.agenda.test_resources import HEAD, csv
from tests.books import bring, export, problems
from tests.forms import delete

pytestmark = pytest.mark.django_db


def test_an_organiser_cannot_touch_whoever_has_every_permission(client):
    root = User.objects.create_superuser("root@example.org", "x")
    factories.enter(client, factories.user())
    page = reverse("admin:accounts_user_change", args=[root.pk])
    assert client.post(page, {"email": "evil@example.org", "role": "organiser"}).status_code == 302
    root.refresh_from_db()
    assert (root.email, root.is_active, root.emailaddress_set.get().email) == (
        "root@example.org",
        True,
        "root@example.org",
    )
    assert "root@example.org" not in client.get(reverse("admin:accounts_user_changelist")).content.decode()


def test_an_organiser_may_end_somebodys_access(client):
    factories.enter(client, factories.user())
    luis = factories.user("committee", "luis@example.org")
    delete(client, reverse("admin:accounts_user_delete", args=[luis.pk]))
    assert not User.objects.filter(pk=luis.pk).exists()


def test_days_may_exchange_their_dates_in_the_form(client):
    of = factories.small()
    one, two = of.days.get(), factories.day(of, factories.SATURDAY)
    client.force_login(factories.user())
    form = {
        "number": 3, "title_es": "Ríos", "slug": of.slug, "timezone": "Europe/Madrid", "source": "es", "languages": ["es"], "city_es": "", "venue_es": "",
        "days-TOTAL_FORMS": 2, "days-INITIAL_FORMS": 2, "conveners-TOTAL_FORMS": 0, "conveners-INITIAL_FORMS": 0,
        "attendances-TOTAL_FORMS": 0, "attendances-INITIAL_FORMS": 0,
        "days-0-id": one.pk, "days-0-workshop": of.pk, "days-0-date": "2018-09-08", "days-1-id": two.pk, "days-1-workshop": of.pk, "days-1-date": "2018-09-07",
    }  # fmt: skip
    assert client.post(reverse("admin:agenda_workshop_change", args=[of.pk]), form).status_code == 302
    assert {day.pk: day.date for day in Day.objects.all()} == {one.pk: factories.SATURDAY, two.pk: factories.FRIDAY}


def test_an_axis_with_sessions_stays_in_its_workshop():
    of = factories.small()
    axis = of.axes.get()
    axis.workshop = factories.workshop("taller-4", number=4)
    with pytest.raises(ValidationError):
        axis.full_clean()
    Axis.objects.filter(pk=axis.pk).update(workshop=axis.workshop)
    assert {slot.axis for _day, slot in programme.build(of, "es").entries} == {None}


def test_a_session_moved_to_a_workshop_that_has_its_code_is_told_so():
    of, other = factories.small(), factories.workshop("taller-4", number=4)
    on = factories.day(other)
    factories.session(on, code="abcd")
    session = factories.session(of.days.get(), code="abcd", start="20:00", end=None)
    session.day = on
    with pytest.raises(ValidationError) as error:
        session.full_clean()
    assert error.value.message_dict["day"] == ["El taller de esta jornada ya tiene una sesión con el código abcd."]


def test_a_programme_of_which_nothing_is_public_is_not_published(client):
    of = factories.workshop()
    factories.session(factories.day(of), visibility="members")
    with pytest.raises(publishing.Blocked) as error:
        publishing.publish(of)
    assert [c.rule for c in error.value.clashes] == ["nothing-public"]


def test_the_schedule_of_an_empty_draft_opens(client):
    factories.workshop()
    client.force_login(factories.user())
    assert client.get("/es/taller-3/borrador/schedule.json").status_code == 200
    assert client.get("/es/taller-3/borrador/schedule.xml").status_code == 200


def test_pauses_share_their_place_and_nobody_is_in_two_places():
    on = factories.day(factories.workshop())
    factories.session(on, "12:00", "18:00", "Carteles", place="Vestíbulo", people=[("moderates", "Por confirmar")])
    factories.session(on, "13:00", "14:00", "Almuerzo", place="Vestíbulo", kind="meal")
    factories.session(on, "13:00", "14:00", "Otra", place="Sala", people=[("moderates", "por confirmar")])
    assert clashes.blockers(clashes.check(programme.build(on.workshop, "es"))) == []


def test_texts_are_kept_with_one_kind_of_line_break_and_without_control_characters():
    on = factories.day(factories.workshop())
    made = factories.session(on, title="a\x0bb", description_es="uno\r\ndos")
    made.refresh_from_db()
    assert (made.title_es, made.description_es) == ("a b", "uno\ndos")
    for kind in ("xlsx", "ods", "csv", "json"):
        assert bring(export(kind, "Sesiones")) == (0, 0, 0, 1)


def test_a_code_that_stands_twice_in_a_file_is_told_and_nothing_is_written():
    factories.small()
    code = Session.objects.get(title_es="Cuencas").code
    found = problems(
        csv(HEAD, f"taller-3;{code};2018-09-07;09:30;11:00;Cuencas", f"taller-3;{code};2018-09-07;15:00;16:00;Copia")
    )
    assert found == [
        "Hoja «Sesiones», fila 3: Esta fila trata de lo mismo que la fila 2; una nueva lleva vacío el código o la dirección."
    ]
    assert Session.objects.filter(title_es="Copia").count() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        json.dumps([{"taller": "taller-3", "jornada": "2018-09-07", "título [es]": "X", "eje": "9" * 5000}]).encode(),
    ],
    ids=["deep", "long number"],
)
def test_odd_files_get_an_error_in_words(data):
    factories.small()
    assert problems(data)


def test_json_with_a_mark_and_odd_characters_is_read():
    factories.small()
    rows = [{"taller": "taller-3", "jornada": "2018-09-07", "inicio": "20:00", "título [es]": "a\u0000b\ud800c"}]
    bring(b"\xef\xbb\xbf" + json.dumps(rows).encode())
    assert Session.objects.get(start="20:00").title_es == "a b c"


def test_a_text_longer_than_a_cell_is_not_cut_in_silence(client):
    factories.small()
    Session.objects.filter(title_es="Cuencas").update(description_es="x" * 33_000)
    with pytest.raises(TableError, match="32767"):
        export("xlsx", "Sesiones")
    assert bring(export("csv", "Sesiones")) == (0, 0, 0, 3)
    client.force_login(factories.user())
    assert client.get(f"{reverse('admin:agenda_workbook_export')}?hoja=Sesiones&formato=xlsx").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/admin/agenda/workshop/abc/publicar/",
        "/admin/agenda/workshop/²/change/",
        "/es/taller-3/v/01/",
        "/es/taller-3/ejes/01/",
    ],
)
def test_odd_addresses_are_no_errors_of_the_server(client, address):
    factories.published()
    client.force_login(factories.user())
    assert client.get(address).status_code in (302, 404)


def test_members_and_the_public_never_share_an_etag(client):
    of = factories.small()
    publishing.publish(of)
    public = client.get("/es/taller-3/v/1/").headers["ETag"]
    client.force_login(factories.user("committee"))
    assert client.get("/es/taller-3/v/1/").headers["ETag"] != public


def test_the_name_of_an_upload_is_text_in_the_answer(client):
    factories.small()
    client.force_login(factories.user())
    upload = io.BytesIO(b"taller;x\n")
    upload.name = "<b>.csv"
    answer = client.post(reverse("admin:agenda_workbook"), {"file": upload}, follow=True).content
    assert b"&lt;b&gt;.csv" in answer
    assert b"<b>.csv" not in answer
