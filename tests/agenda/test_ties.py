import pytest

from agenda import programme, publishing, ties
from agenda.models import Item, Moderator
from tests import factories
from tests.books import bring

pytestmark = pytest.mark.django_db


def tied(of):
    return {
        item.text_es: item.participant and item.participant.slug for item in Item.objects.filter(session__workshop=of)
    }


def test_an_item_that_is_a_participants_name_names_it_however_it_is_written():
    of = factories.workshop()
    factories.attend(of, factories.participant("Córdoba", factories.region(), full_name_es="Municipalidad de Córdoba"))
    factories.session(
        factories.day(of),
        items=["CORDOBA.", "Municipalidad de Cordoba", "Municipalidad de Córdoba, Córdoba", "Córdoba y su río"],
    )
    assert list(tied(of).values()) == ["cordoba", "cordoba", "cordoba", None]


def test_of_two_with_one_name_nobody_is_taken_in_silence():
    of = factories.workshop()
    for region in ("América", "Europa"):
        factories.attend(of, factories.participant("Córdoba", factories.region(region)))
    factories.session(factories.day(of), items=["Córdoba"])
    assert tied(of) == {"Córdoba": None}
    [doubt] = [clash for clash in publishing.review(of).clashes if clash.rule == "homonyms"]
    assert "hay dos participantes que se llaman «Córdoba»" in doubt.message
    Item.objects.update(participant=of.participants.first())
    assert not [clash for clash in publishing.review(of).clashes if clash.rule == "homonyms"]


def test_a_short_name_means_its_owner_and_not_anothers_full_name():
    of = factories.workshop()
    factories.attend(of, factories.participant("UCCI", full_name_es="Unión"), 1)
    factories.attend(of, factories.participant("Unión", factories.region()), 2)
    assert ties.names(of)["union"].name_es == "Unión"


def test_a_corrected_name_keeps_the_tie():
    of = factories.small()
    quito = of.participants.get()
    quito.name_es = "San Francisco de Quito"
    quito.save()
    item = Item.objects.get(text_es="Quito")
    item.text_es = "Quito (Ecuador)"
    item.save()
    [slot] = [slot for _day, slot in programme.build(of, "es").entries if slot.items]
    assert [(item.text.text, item.participant) for item in slot.items] == [
        ("Quito (Ecuador)", "quito"),
        ("Preguntas", ""),
    ]


def test_a_participant_that_only_an_item_names_is_in_the_programme():
    of = factories.small()
    Item.objects.filter(text_es="Preguntas").update(participant=factories.participant("Lyon"))
    assert programme.build(of, "es").participant("lyon").number is None


def test_items_and_people_have_codes_that_stay():
    of = factories.small()
    rows = [*Item.objects.all(), *Moderator.objects.all()]
    codes = [row.code for row in rows]
    assert len(set(codes)) == len(codes) == 3
    for row in rows:
        row.position += 5
        row.full_clean()
        row.save()
    assert [row.code for row in (*Item.objects.all(), *Moderator.objects.all())] == codes
    assert not {"a", "e", "i", "o", "u"} & set("".join(codes))
    assert of.sessions.count() == 3


def test_an_item_typed_in_the_admin_finds_its_participant(client):
    of = factories.small()
    talk = of.sessions.get(part=1)
    client.force_login(factories.user())
    form = {
        "day": talk.day_id, "start": "09:30", "end": "11:00", "title_es": "Cuencas", "kind": "session", "visibility": "everyone", "state": "ready",
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-text_es": "quito", "items-0-position": 3,
        "moderators-TOTAL_FORMS": 0, "moderators-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(f"/admin/agenda/session/{talk.pk}/change/", form).status_code == 302
    assert Item.objects.get(text_es="quito").participant.slug == "quito"


def test_the_form_of_a_session_asks_for_its_participants_once(client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    of = factories.small()
    talk = of.sessions.get(part=1)
    client.force_login(factories.user())
    page = f"/admin/agenda/session/{talk.pk}/change/"
    counts = []
    for more in (0, 30):
        for n in range(more):
            who = factories.participant(f"Ciudad {n}")
            Item.objects.create(session=talk, text_es=f"Ciudad {n}", position=n, participant=who)
            Moderator.objects.create(session=talk, institution_es=f"Ciudad {n}", participant=who)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_room_written_in_two_ways_is_one_room_and_clashes():
    of = factories.workshop()
    on = factories.day(of)
    factories.session(on, "09:00", "10:00", "Uno", place="Salón Ávila")
    factories.session(on, "10:00", "11:00", "Dos", place="Salón Ávila")
    factories.session(on, "10:30", "11:30", "Tres", place="SALON  AVILA")
    draft, found, *_rest = publishing.review(of)
    assert {slot.place for _day, slot in draft.entries} == {"Salón Ávila"}
    assert [clash.rule for clash in found if clash.level == "blocker"] == ["place-overlap"]


def test_an_item_that_becomes_anothers_name_names_that_one_in_the_form(client):
    of = factories.small()
    factories.attend(of, factories.participant("Lyon"), 2)
    talk = of.sessions.get(part=1)
    quito = Item.objects.get(text_es="Quito")
    client.force_login(factories.user())
    form = {
        "day": talk.day_id, "start": "09:30", "end": "11:00", "title_es": "Cuencas", "kind": "session", "visibility": "everyone", "state": "ready",
        "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 1, "items-0-id": quito.pk, "items-0-session": talk.pk,
        "items-0-position": 1, "items-0-participant": quito.participant_id,
        "moderators-TOTAL_FORMS": 0, "moderators-INITIAL_FORMS": 0,
    }  # fmt: skip
    page = f"/admin/agenda/session/{talk.pk}/change/"
    seen = []
    for text in ("Quito y su centro", "LYON"):
        assert client.post(page, {**form, "items-0-text_es": text}).status_code == 302
        seen.append(Item.objects.get(pk=quito.pk).participant.slug)
    form["items-0-participant"] = ""  # taken away by hand: it stays away
    client.post(page, {**form, "items-0-text_es": "LYON"})
    assert (seen, Item.objects.get(pk=quito.pk).participant) == (["quito", "lyon"], None)


def test_an_item_that_becomes_anothers_name_names_that_one_in_a_sheet():
    of = factories.small()
    factories.attend(of, factories.participant("Lyon"), 2)
    code = of.sessions.get(part=1).code
    item = Item.objects.get(text_es="Quito").code
    head = "taller;sesión;código;texto [es]"
    bring(f"{head}\ntaller-3;{code};{item};Lyon\n".encode())
    assert tied(of) == {"Lyon": "lyon", "Preguntas": None}
    bring(f"{head};participante\ntaller-3;{code};{item};LYON;Quito\n".encode())
    assert tied(of) == {"LYON": "quito", "Preguntas": None}
