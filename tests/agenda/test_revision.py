import datetime as dt

import pytest

from agenda.models import Attendance, Axis, Convener, Day, Item, Moderator, Section, Session, Workshop
from agenda.models.revision import Belonging
from agenda.notes import document, load, outline
from edits.recording import acting
from participants.models import Participant, Region
from tests import factories

pytestmark = pytest.mark.django_db


def revision(of):
    return Workshop.objects.values_list("revision", flat=True).get(pk=of.pk)


def save(of, row):
    row.save()


def delete(of, row):
    row.delete()


def update(of, row):
    type(row).objects.filter(pk=row.pk).update(id=row.pk)


def delete_many(of, row):
    type(row).objects.filter(pk=row.pk).delete()


def bulk_update(of, row):
    field = next(f.name for f in type(row)._meta.concrete_fields if not f.primary_key and f.name != "code")
    type(row).objects.bulk_update([row], [field])


OF_A_WORKSHOP = [Attendance, Axis, Convener, Day, Item, Moderator, Section, Session]


def test_every_model_that_belongs_to_a_workshop_is_tried_here():
    assert set(Belonging.__subclasses__()) == set(OF_A_WORKSHOP)


@pytest.mark.parametrize("way", [save, delete, update, delete_many, bulk_update])
@pytest.mark.parametrize("model", OF_A_WORKSHOP)
def test_whatever_is_written_raises_the_revision_of_its_workshop_and_of_no_other(model, way):
    of = factories.small()
    other = factories.workshop("taller-4", number=4)
    before, of_other = revision(of), revision(other)
    way(of, model.objects.first())
    assert revision(of) > before
    assert revision(other) == of_other


def test_what_is_created_raises_it_one_by_one_and_many_at_once():
    of = factories.small()
    session = of.sessions.first()
    before = revision(of)
    Item.objects.create(session=session, text_es="uno")
    Item.objects.bulk_create([Item(session=session, text="dos", text_es="dos")])
    assert revision(of) == before + 2


@pytest.mark.parametrize("model", [Participant, Region])
def test_what_workshops_share_raises_it_in_each_that_names_it(model):
    one, two, three = factories.small(), factories.workshop("taller-4"), factories.workshop("taller-5")
    factories.attend(two, Participant.objects.get(name_es="Quito"))
    before = [revision(of) for of in (one, two, three)]
    model.objects.get(name_es__in=["Quito", "América Latina y el Caribe"]).save()
    model.objects.filter(name_es__in=["Quito", "América Latina y el Caribe"]).update(name_fr="X")
    assert [revision(of) for of in (one, two, three)] == [before[0] + 2, before[1] + 2, before[2]]


def test_a_form_that_was_opened_before_does_not_set_it_back():
    of = factories.small()
    opened = Workshop.objects.get(pk=of.pk)
    factories.axis(of, 2)
    now = revision(of)
    opened.city_es = "Santa Fe"
    opened.save()
    assert revision(of) == now + 1
    assert Workshop.objects.get(pk=of.pk).city_es == "Santa Fe"


def test_a_session_that_goes_to_another_workshop_raises_both():
    of, other = factories.small(), factories.workshop("taller-4")
    elsewhere = factories.day(other)
    before = revision(of), revision(other)
    session = of.sessions.get(kind="break")
    session.day = elsewhere
    session.save()
    assert (revision(of), revision(other)) == (before[0] + 1, before[1] + 1)


def test_one_piece_of_work_is_one_change():
    of = factories.small()
    before = revision(of)
    with acting():
        for session in of.sessions.all():
            session.save()
    assert revision(of) == before + 1
    of.sessions.first().save()
    assert revision(of) == before + 2


def test_a_note_raises_it_once_and_the_same_note_again_not_at_all():
    of = factories.workshop("taller-5", number=5)
    text = "# Taller 5\n\n## Agenda\n\n### JUEVES 8 DE MARZO DE 2018\n\n| | |\n|---|---|\n| 9h00-10h00 | Bienvenida |\n| 10h00-11h00 | Cierre |\n"
    read = outline.read(document.read(text.encode()))
    before = revision(of)
    load.load(read, [dt.date(2018, 3, 8)], into=of)
    assert revision(of) == before + 1
    load.load(read, [dt.date(2018, 3, 8)], into=of)
    assert revision(of) == before + 1
