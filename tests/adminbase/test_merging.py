"""Two who edit one row at once: nothing of either is lost, and what both changed is asked."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from agenda.models import Item, Session
from participants.models import Participant
from tests import factories
from tests.forms import choosing, filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def talk(of):
    return Session.objects.get(title_es="Cuencas")


@pytest.fixture
def ana():
    return enter("ana@example.org", "Ana")


@pytest.fixture
def luis():
    return enter("luis@example.org", "Luis")


def enter(email, name):
    client = Client()
    client.force_login(factories.user(email=email, name=name))
    return client


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client, row):
    return filled_in(client.get(page_of(row)))


def save(client, row, form, **more):
    return client.post(page_of(row), {**form, **more}, follow=True)


def item_box(form, text, suffix="text_es"):
    """The box of the item that says `text`."""
    [place] = [
        key.split("-")[1]
        for key, value in form.items()
        if key.startswith("items-") and key.endswith("-text_es") and value == text
    ]
    return f"items-{place}-{suffix}"


def test_what_the_other_changed_elsewhere_stays_and_is_told(ana, luis, talk, words):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis", description_es="Uno\r\ndos")
    text = words(save(ana, talk, mine, title_es="Título de Ana"))
    talk.refresh_from_db()
    assert (talk.title_es, talk.place, talk.description_es) == ("Título de Ana", "Sala Luis", "Uno\ndos")
    assert "lo que otra persona cambió entre tanto se queda" in text
    assert "Lugar" in text


def test_who_only_looked_and_saved_changes_nothing_of_the_others(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis", start="09:45", visibility="listed", languages=["es", "fr"], axis="")
    save(ana, talk, mine)
    talk.refresh_from_db()
    assert (talk.place, str(talk.start), talk.visibility, talk.languages, talk.axis) == (
        "Sala Luis",
        "09:45:00",
        "listed",
        ["es", "fr"],
        None,
    )


@pytest.mark.parametrize(
    ("field", "his", "hers", "stored", "told"),
    [
        ("place", "Sala Luis", "Sala Ana", "Sala Ana", "Sala Luis"),
        ("start", "09:45", "10:00", "10:00:00", "9h45"),
        ("description_es", "De Luis", "De Ana", "De Ana", "De Luis"),
        ("visibility", "listed", "members", "members", "su fila es pública"),
        ("title_fr", "de Luis", "d’Ana", "d’Ana", "de Luis"),
        ("place", "", "Sala Ana", "Sala Ana", "—"),
    ],
)
def test_where_both_changed_one_field_both_are_shown_and_what_was_typed_is_still_there(
    ana, luis, talk, words, field, his, hers, stored, told
):
    mine, theirs = opened(ana, talk), opened(luis, talk)
    save(luis, talk, theirs, **{field: his})
    again = save(ana, talk, mine, **{field: hers})
    text = words(again)
    assert "Luis" in text
    assert told in text
    assert filled_in(again)[field] == hers
    talk.refresh_from_db()
    assert str(getattr(talk, field)) != stored
    save(ana, talk, choosing(again, "mine"))
    talk.refresh_from_db()
    assert str(getattr(talk, field)) == stored


@pytest.mark.parametrize(
    ("field", "his", "hers", "before"),
    [("place", "Sala Luis", "Sala Ana", "Antes: Sala A"), ("start", "09:45", "10:00", "Antes: 9h")],
)
def test_what_stood_before_both_is_told_too(ana, luis, talk, words, field, his, hers, before):
    Session.objects.filter(pk=talk.pk).update(place="Sala A")
    mine, theirs = opened(ana, talk), opened(luis, talk)
    save(luis, talk, theirs, **{field: his})
    assert before in words(save(ana, talk, mine, **{field: hers}))


@pytest.mark.parametrize("forged", [{"x": 1}, [1], 7, "<b>", True])
def test_what_a_page_says_of_before_may_be_anything(ana, luis, talk, forged):
    mine, theirs = opened(ana, talk), opened(luis, talk)
    save(luis, talk, theirs, start="09:45", visibility="listed")
    said = json.loads(mine["_opened"])
    said[f":{talk.pk}"] |= {"start": forged, "visibility": forged}
    answer = save(ana, talk, {**mine, "_opened": json.dumps(said)}, start="10:00", visibility="members")
    assert answer.status_code == 200
    assert "<b>»" not in answer.content.decode()


def test_theirs_is_chosen_and_the_rest_of_mine_stays(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis")
    again = save(ana, talk, mine, place="Sala Ana", title_es="De Ana")
    save(ana, talk, choosing(again, "theirs"))
    talk.refresh_from_db()
    assert (talk.place, talk.title_es) == ("Sala Luis", "De Ana")


def test_a_third_who_changes_it_between_the_question_and_the_answer_is_asked_about_again(ana, luis, talk, words):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis")
    form = choosing(save(ana, talk, mine, place="Sala Ana"), "mine")
    Session.objects.filter(pk=talk.pk).update(place="Sala Eva")
    again = save(ana, talk, form)
    assert "Sala Eva" in words(again)
    save(ana, talk, choosing(again, "mine"))
    talk.refresh_from_db()
    assert talk.place == "Sala Ana"


def test_who_saves_without_choosing_is_asked_again_with_what_stood_before_both(ana, luis, talk, words):
    Session.objects.filter(pk=talk.pk).update(place="Sala A")
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis")
    again = save(ana, talk, filled_in(save(ana, talk, mine, place="Sala Ana")))
    assert "Antes: Sala A" in words(again)
    talk.refresh_from_db()
    assert talk.place == "Sala Luis"


def test_a_third_text_is_written_in_the_form_and_chosen_as_mine(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis")
    again = save(ana, talk, mine, place="Sala Ana")
    save(ana, talk, choosing(again, "mine"), place="Sala de ambas")
    talk.refresh_from_db()
    assert talk.place == "Sala de ambas"


def test_each_field_is_chosen_by_itself_and_what_was_changed_apart_is_told(ana, luis, talk, words):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis", start="09:45", title_fr="De Luis")
    again = save(ana, talk, mine, place="Sala Ana", start="10:00", description_es="De Ana")
    text = words(again)
    assert "Luis guardó mientras usted escribía" in text
    assert "en 2 sitios" in text
    assert "Ya está junto: 2 campos" in text
    form = filled_in(again) | {f"_choice::{talk.pk}:place": "theirs", f"_choice::{talk.pk}:start": "mine"}
    save(ana, talk, form)
    talk.refresh_from_db()
    told = (talk.place, str(talk.start), talk.title_fr, talk.description_es)
    assert told == ("Sala Luis", "10:00:00", "De Luis", "De Ana")


def test_both_who_typed_the_same_are_not_asked(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala B")
    assert save(ana, talk, mine, place="Sala B", title_es="De Ana").redirect_chain
    talk.refresh_from_db()
    assert (talk.place, talk.title_es) == ("Sala B", "De Ana")


def test_another_error_on_the_page_forgets_nothing_of_the_other(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, place="Sala Luis")
    form = filled_in(save(ana, talk, mine, title_es=""))
    assert form["place"] == "Sala Luis"
    save(ana, talk, form, title_es="De Ana")
    talk.refresh_from_db()
    assert (talk.place, talk.title_es) == ("Sala Luis", "De Ana")


# --- inline rows ---


def test_rows_below_merge_one_by_one(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, **{item_box(his, "Preguntas"): "Preguntas de Luis"})
    save(ana, talk, mine, **{item_box(mine, "Quito"): "Quito y Ana"})
    assert sorted(Item.objects.values_list("text_es", flat=True)) == ["Preguntas de Luis", "Quito y Ana"]


def test_a_row_below_that_both_changed_is_asked(ana, luis, talk, words):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, **{item_box(his, "Preguntas"): "De Luis"})
    again = save(ana, talk, mine, **{item_box(mine, "Preguntas"): "De Ana"})
    assert "De Luis" in words(again)
    form = filled_in(again)
    assert form[item_box(form, "De Ana")] == "De Ana"
    save(ana, talk, choosing(again, "mine"))
    assert Item.objects.filter(text_es="De Ana").count() == 1


def test_a_row_that_the_other_added_stays(ana, luis, talk):
    mine = opened(ana, talk)
    Item.objects.create(session=talk, position=9, text_es="De Luis")
    save(ana, talk, mine, title_es="De Ana")
    assert Item.objects.filter(text_es="De Luis").exists()


def test_a_row_that_the_other_deleted_and_i_did_not_touch_stays_deleted_and_is_told(ana, luis, talk, words):
    mine = opened(ana, talk)
    Item.objects.get(text_es="Preguntas").delete()
    text = words(save(ana, talk, mine, title_es="De Ana"))
    assert not Item.objects.filter(text_es="Preguntas").exists()
    assert "borró entre tanto 1 fila" in text
    talk.refresh_from_db()
    assert talk.title_es == "De Ana"


def test_a_row_that_the_other_deleted_and_i_changed_is_asked_and_put_back(ana, luis, talk, words):
    mine = opened(ana, talk)
    Item.objects.get(text_es="Preguntas").delete()
    again = save(ana, talk, mine, **{item_box(mine, "Preguntas"): "Preguntas de Ana"})
    assert "borró esta fila entre tanto" in words(again)
    save(ana, talk, choosing(again, "mine"))
    assert sorted(talk.items.values_list("text_es", flat=True)) == ["Preguntas de Ana", "Quito"]


def test_it_may_also_be_left_out(ana, luis, talk):
    mine = opened(ana, talk)
    Item.objects.get(text_es="Preguntas").delete()
    again = save(ana, talk, mine, **{item_box(mine, "Preguntas"): "Preguntas de Ana"})
    again = save(ana, talk, filled_in(again))
    assert list(talk.items.values_list("text_es", flat=True)) == ["Quito"]
    save(ana, talk, choosing(again, "theirs"), title_es="De Ana")
    assert list(talk.items.values_list("text_es", flat=True)) == ["Quito"]
    talk.refresh_from_db()
    assert talk.title_es == "De Ana"


def test_a_row_that_both_deleted_is_gone(ana, luis, talk):
    mine = opened(ana, talk)
    Item.objects.get(text_es="Preguntas").delete()
    assert save(ana, talk, mine, **{item_box(mine, "Preguntas", "DELETE"): "on"}).redirect_chain
    assert list(talk.items.values_list("text_es", flat=True)) == ["Quito"]


# --- every form of ours ---


def test_a_participant_is_merged_too(ana, luis, of):
    quito = Participant.objects.get(name_es="Quito")
    mine, his = opened(ana, quito), opened(luis, quito)
    save(luis, quito, his, website="https://www.quito.gob.ec/")
    save(ana, quito, mine, full_name_es="Municipio de Quito")
    quito.refresh_from_db()
    assert (quito.website, quito.full_name_es) == ("https://www.quito.gob.ec/", "Municipio de Quito")


def test_a_workshop_with_its_days_is_merged_too(ana, luis, of):
    mine, his = opened(ana, of), opened(luis, of)
    save(luis, of, his, venue_es="Sede de Luis")
    save(ana, of, mine, address="Calle de Ana 1")
    of.refresh_from_db()
    assert (of.venue_es, of.address) == ("Sede de Luis", "Calle de Ana 1")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"": 3}', "null", '{":1": {"place": [1, {}]}}'])
def test_a_page_that_does_not_say_what_it_opened_saves_as_it_always_did(ana, talk, broken):
    form = {**opened(ana, talk), "_opened": broken}
    save(ana, talk, form, place="Sala Ana")
    talk.refresh_from_db()
    assert talk.place == "Sala Ana"


def test_a_thousand_letters_of_the_other_are_shown_short(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, description_es="<b>x</b>" * 500)
    page = save(ana, talk, mine, description_es="De Ana").content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_a_row_that_the_other_changed_and_i_delete_is_asked(ana, luis, talk, words):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, **{item_box(his, "Preguntas"): "Preguntas de Luis"})
    again = save(ana, talk, mine, **{item_box(mine, "Preguntas", "DELETE"): "on"})
    assert "Preguntas de Luis" in words(again)
    assert Item.objects.filter(text_es="Preguntas de Luis").exists()
    save(ana, talk, choosing(again, "theirs"))
    assert Item.objects.filter(text_es="Preguntas de Luis").exists()


def test_it_goes_where_i_choose_that_it_goes(ana, luis, talk):
    mine, his = opened(ana, talk), opened(luis, talk)
    save(luis, talk, his, **{item_box(his, "Preguntas"): "Preguntas de Luis"})
    again = save(ana, talk, mine, **{item_box(mine, "Preguntas", "DELETE"): "on"})
    save(ana, talk, choosing(again, "mine"))
    assert list(talk.items.values_list("text_es", flat=True)) == ["Quito"]


def test_what_was_chosen_for_one_row_is_no_answer_for_another(ana, talk):
    mine = opened(ana, talk)
    Item.objects.all().delete()
    typed = {item_box(mine, "Preguntas"): "P de Ana", item_box(mine, "Quito"): "Q de Ana"}
    form = filled_in(save(ana, talk, mine, **typed))
    first, _second = form["_asked"].split()
    again = save(ana, talk, {**form, f"_choice:{first}": "theirs"})
    assert not [name for name in filled_in(again) if name.startswith("_choice")]
    assert not save(ana, talk, filled_in(again)).redirect_chain


@pytest.mark.parametrize("broken", ["[" * 100_000, '{":1": {"place": "\\ud800"}}', '{":1": {"place": NaN}}'])
def test_whatever_a_page_says_that_it_opened_it_is_answered(ana, talk, broken):
    assert save(ana, talk, {**opened(ana, talk), "_opened": broken}, place="X").status_code == 200


def test_a_deletion_is_shown_again_where_a_session_of_the_day_was_worked_on(ana, luis, talk):
    page = reverse("admin:agenda_day_delete", args=[talk.day_id])
    form = {**filled_in(ana.get(page)), "post": "yes"}
    save(luis, talk, opened(luis, talk), description_es="Una hora de trabajo")
    ana.post(page, form)
    assert Session.objects.filter(pk=talk.pk).exists()
