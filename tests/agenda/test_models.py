import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from agenda.models import (
    Attendance,
    Axis,
    Convener,
    Day,
    Item,
    Moderator,
    Release,
    Section,
    Session,
    Workshop,
)
from agenda.models.codes import CODE_LETTERS, mint
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def on():
    return factories.day(factories.workshop())


def refused(make, message):
    """A form refuses the row, its constraint says `message`, and the database refuses it without any form."""
    row = make()
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert message in [text for texts in error.value.message_dict.values() for text in texts]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.bulk_create([row])


def session(on, **fields):
    values = {"start": dt.time(9), "title_es": "Una", "title": "Una", "code": "abcd", **fields}
    return Session(day=on, workshop=on.workshop, **values)


def test_the_end_comes_after_the_start(on):
    refused(
        lambda: session(on, end=dt.time(9)),
        "El fin tiene que ser posterior al inicio; desde las 18:00 puede ser del día siguiente, hasta las 6:00.",
    )
    refused(
        lambda: session(on, start=None, part_of_day="morning", end=dt.time(9)),
        "El fin tiene que ser posterior al inicio; desde las 18:00 puede ser del día siguiente, hasta las 6:00.",
    )


def test_a_session_has_a_start_or_a_part_of_the_day(on):
    refused(
        lambda: session(on, start=None),
        "Indique la hora de inicio, o la parte del día si la hora no está fijada todavía.",
    )
    session(on, start=None, part_of_day="morning").full_clean()


def test_a_session_has_a_title(on):
    refused(lambda: session(on, title_es="", title=""), "Falta el texto en todos los idiomas.")


def test_a_code_is_short_small_and_once_in_a_workshop(on):
    refused(lambda: session(on, code="ñu!"), "El código son de tres a ocho letras minúsculas y cifras.")
    session(on).save()
    refused(lambda: session(on), "Este taller ya tiene una sesión con este código.")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("kind", "Este tipo no es ninguno de la lista."),
        ("visibility", "Esta visibilidad no es ninguna de la lista."),
        ("part_of_day", "La parte del día es mañana, tarde o noche."),
    ],
)
def test_a_word_outside_the_list_is_refused(on, field, message):
    refused(lambda: session(on, **{field: "zzz"}), message)


def test_a_workshop_has_one_axis_of_a_number(on):
    factories.axis(on.workshop, 1)
    refused(
        lambda: Axis(workshop=on.workshop, number=1, title_es="B", title="B"),
        "Este taller ya tiene un eje con este número.",
    )
    refused(
        lambda: Axis(workshop=on.workshop, number=0, title_es="B", title="B"),
        "El número de un eje va del 1 al 99.",
    )


def test_a_workshop_has_one_day_of_a_date(on):
    refused(lambda: Day(workshop=on.workshop, date=on.date), "Este taller ya tiene una jornada con esta fecha.")


def test_texts_that_must_be_there_are_there(on):
    refused(lambda: Workshop(slug="x", title="", title_es=""), "Falta el texto en todos los idiomas.")
    refused(lambda: Section(workshop=on.workshop, title="", title_es=None), "Falta el texto en todos los idiomas.")
    refused(lambda: Item(session=factories.session(on), text="", text_es=""), "Falta el texto en todos los idiomas.")


def test_items_and_names_stand_on_one_line(on):
    at = factories.session(on)
    item = Item.objects.create(session=at, text="a", text_es="a", text_fr="b\nc")
    who = Moderator.objects.create(session=at, person="a\nb")
    assert (item.text_fr, who.person) == ("b c", "a b")


def test_a_moderator_is_an_institution_a_person_or_both(on):
    at = factories.session(on)
    refused(lambda: Moderator(session=at), "Indique una institución, una persona o ambas.")
    Moderator(session=at, person="Ana").full_clean()
    Moderator(session=at, institution_es="UCM").full_clean()


def test_a_participant_stands_once_in_the_list_and_its_numbers_begin_with_one(on):
    quito = factories.participant()
    refused(
        lambda: Attendance(workshop=on.workshop, participant=quito, number=0),
        "Los números de la lista empiezan por el 1.",
    )
    factories.attend(on.workshop, quito)
    refused(
        lambda: Attendance(workshop=on.workshop, participant=quito, number=2),
        "Este participante ya está en la lista.",
    )


def test_an_institution_has_a_part_once(on):
    quito = factories.participant()
    Convener.objects.create(workshop=on.workshop, participant=quito, role="funds")
    refused(
        lambda: Convener(workshop=on.workshop, participant=quito, role="funds"),
        "Esta institución ya tiene esta función.",
    )


def test_the_day_decides_in_which_workshop_a_session_stands(on):
    other = factories.day(factories.workshop("taller-4", number=4))
    made = factories.session(on)
    made.day = other
    made.save()
    assert Session.objects.get(pk=made.pk).workshop == other.workshop


def test_an_axis_of_another_workshop_is_refused(on):
    other = factories.axis(factories.workshop("taller-4", number=4))
    with pytest.raises(ValidationError) as error:
        session(on, axis=other).full_clean()
    assert error.value.message_dict == {"axis": ["Este eje es de otro taller que la jornada."]}


def test_a_day_with_sessions_stays_in_its_workshop(on):
    factories.session(on)
    on.workshop = factories.workshop("taller-4", number=4)
    with pytest.raises(ValidationError):
        on.full_clean()


def test_a_time_zone_exists_and_an_address_is_not_the_sites_own():
    with pytest.raises(ValidationError) as error:
        Workshop(slug="talleres", title_es="x", title="x", timezone="Madrid").full_clean()
    assert error.value.message_dict == {
        "slug": ["El propio sitio usa la dirección «talleres»."],
        "timezone": ["«Madrid» no es una zona horaria como Europe/Madrid."],
    }


def test_a_code_survives_a_change_of_title_and_time(on):
    made = factories.session(on)
    code = made.code
    made.title_es, made.start = "Otra cosa", dt.time(8)
    made.save()
    assert Session.objects.get(pk=made.pk).code == code


def test_two_sessions_with_the_same_words_have_different_codes(on):
    assert factories.session(on).code != factories.session(on).code


@given(st.text(), st.sets(st.text(alphabet=CODE_LETTERS, min_size=4, max_size=4), max_size=20))
def test_every_code_is_printable_and_free(seed, taken):
    code = mint(seed, taken)
    assert len(code) == 4
    assert set(code) <= set(CODE_LETTERS)
    assert code not in taken
    assert mint(seed, taken) == code


def test_a_release_never_changes_and_is_never_deleted():
    release = factories.published()
    release.note = "otra"
    with pytest.raises(PermissionDenied):
        release.save()
    with pytest.raises(PermissionDenied):
        release.delete()
    with pytest.raises(ProtectedError):
        release.workshop.delete()
    assert Release.objects.get().note == ""


def of_days(slug, number, *days):
    of = factories.workshop(slug, number=number)
    for date in days:
        factories.session(factories.day(of, date))
    return factories.published(of)


def test_the_current_workshop_is_the_running_one_else_the_next_else_the_last():
    first = of_days("uno", 1, dt.date(2018, 1, 10), dt.date(2018, 1, 11))
    second = of_days("dos", 2, dt.date(2018, 6, 10))
    days = ((2017, 1, 1), (2018, 1, 11), (2018, 1, 12), (2019, 1, 1))
    found = [Release.objects.now(dt.datetime(*day, 12, tzinfo=dt.UTC)) for day in days]
    assert found == [[first], [first], [second], [second]]


def test_without_any_release_there_is_no_current_workshop():
    factories.small()
    assert Release.objects.now(dt.datetime(2018, 1, 1, tzinfo=dt.UTC)) == []
