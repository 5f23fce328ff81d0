"""A note read again: what people did since stays, and what is missing in the note is not taken for given up."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda import plans, programme
from agenda.models import Item, Moderator, Section, Session, Workshop
from agenda.notes import document, load, outline
from agenda.notes.children import Said, pairs
from agenda.notes.extent import Extent
from edits.models import Edit
from participants.models import Participant

from .test_load import NOTE, TODAY, messages, take

pytestmark = pytest.mark.django_db
TALK = {"part": 1}


@pytest.fixture
def talk():
    take()
    return Session.objects.get(**TALK)


def texts(session):
    return [item.text_es for item in session.items.all()]


def first_text():
    return Session.objects.get(**TALK).items.first()


def test_a_full_stop_more_keeps_the_translations_of_an_item(talk):
    item = talk.items.get(text_es="Mapas")
    Item.objects.filter(pk=item.pk).update(text_en="Maps", text_fr="Cartes", text_pt_br="Mapas!")
    take(NOTE.replace("• Mapas", "• Mapas y planos."))
    again = Item.objects.get(pk=item.pk) if Item.objects.filter(pk=item.pk).exists() else None
    assert again is None or (again.text_en, again.text_fr) == ("Maps", "Cartes")
    take(NOTE.replace("• Mapas", "• Mapas."))
    kept = Item.objects.filter(session=talk, text_en="Maps").get()
    assert (kept.pk, kept.text_fr, kept.text_pt_br) == (item.pk, "Cartes", "Mapas!")


def test_an_item_that_was_corrected_by_hand_is_not_put_back(talk):
    Item.objects.filter(session=talk, text_es="Mapas").update(text_es="Mapas del río")
    before = texts(talk)
    loaded = take(NOTE.replace("• Relatos", "• Relatos orales"))
    assert "Mapas del río" in texts(talk)
    assert "Mapas" not in texts(talk)
    assert len(texts(talk)) == len(before)
    assert not loaded.going


def test_an_item_that_both_changed_stays_as_it_was_corrected_and_is_told(talk):
    Item.objects.filter(session=talk, text_es="Mapas").update(text_es="Mapas del río")
    loaded = take(NOTE.replace("• Mapas", "• Mapas y cartas"))
    assert "Mapas del río" in texts(talk)
    assert [told for told in loaded.kept if "Mapas del río" in told and "Mapas y cartas" in told]
    assert take(NOTE.replace("• Mapas", "• Mapas y cartas")).kept == ()  # said once


def test_an_item_that_was_taken_away_by_hand_stays_away(talk):
    talk.items.get(text_es="Mapas").delete()
    take(NOTE.replace("• Relatos", "• Relatos orales"))
    assert "Mapas" not in texts(talk)


def test_an_item_made_by_hand_keeps_its_place(talk):
    order = texts(talk)
    own = Item.objects.create(session=talk, text_es="De mi mano", position=1)
    for position, item in enumerate(Item.objects.filter(session=talk).exclude(pk=own.pk).order_by("pk"), 2):
        item.position = position if position > 2 else 0
        item.save()
    before = texts(talk)
    assert before[1] == "De mi mano"
    take(NOTE.replace(f"• {order[-1]}", f"• {order[-1]} y más"))
    after = texts(talk)
    assert after.index("De mi mano") == 1
    assert len(after) == len(before)


def test_a_person_that_the_note_corrects_keeps_translation_and_tie(talk):
    who = talk.moderators.get(role="concludes")
    Moderator.objects.filter(pk=who.pk).update(institution_fr="Montévidéo")
    take(NOTE.replace("Montevideo</", "Montevideo.</").replace("conclusiones a cargo de Montevideo", "x"))
    assert Moderator.objects.filter(pk=who.pk, institution_fr="Montévidéo").exists()


def test_half_a_note_takes_nothing_away():
    of = take().workshop
    before = programme.build(of, "es")
    counts = {model: model.objects.count() for model in (Session, Item, Section, Participant)}
    loaded = take(NOTE[: NOTE.index("<b>MARTES")], into=of)
    assert loaded.going == ()
    assert programme.build(Workshop.objects.get(pk=of.pk), "es").days == before.days
    assert {model: model.objects.count() for model in counts} == counts
    assert of.attendances.count() == len(before.listed)
    assert any("falta esa parte de la nota" in told for told in loaded.kept)


@pytest.mark.parametrize("cut", [0.35, 0.5, 0.6, 0.75, 0.85])
def test_a_note_cut_anywhere_takes_nothing_away(cut):
    of = take().workshop
    sessions, people = of.sessions.count(), of.attendances.count()
    text = NOTE[: int(len(NOTE) * cut)]
    try:
        read = outline.read(document.read(text.encode()))
        load.load(read, load.dates(read, 2018, TODAY), of)
    except document.NoteError:
        pass
    assert of.sessions.count() >= sessions - 1
    assert (of.sessions.count(), of.attendances.count()) >= (sessions - 1, people - 1)


def test_after_half_a_note_the_whole_one_still_gives_up_what_it_gives_up():
    of = take().workshop
    take(NOTE[: NOTE.index("<b>MARTES")], into=of)
    again = take(NOTE.replace("11h00-11h30\tPausa café\n", ""))
    assert messages(again) == ["Cancelada: «Pausa café», 5 de marzo, 11h00–11h30."]


def test_what_was_translated_stays_where_the_note_gives_it_up(talk):
    pause = Session.objects.get(title_es="Pausa café")
    pause.title_fr = "Pause"
    pause.save()
    loaded = take(NOTE.replace("11h00-11h30\tPausa café\n", ""))
    assert Session.objects.filter(pk=pause.pk).exists()
    assert [told for told in loaded.kept if "Pausa café" in told]


def test_a_part_that_was_not_understood_gives_nothing_up(talk):
    text = NOTE.replace("11h00-11h30\tPausa café\n", "¿¿ once y pico: pausa, creo ??\n")
    assert outline.read(document.read(text.encode())).left
    loaded = take(text)
    assert Session.objects.filter(title_es="Pausa café").exists()
    assert loaded.going == ()


def test_a_corrected_field_stays_and_is_told(talk):
    Session.objects.filter(pk=talk.pk).update(start="09:40")
    loaded = take(NOTE.replace("9h45- 11h00", "9h50- 11h00"))
    talk.refresh_from_db()
    assert f"{talk.start:%H:%M}" == "09:40"
    assert [told for told in loaded.kept if "La orilla" in told]


# --- the plan ---


def changed_note():
    return NOTE.replace("9h45- 11h00", "9h50- 11h00").replace("• Mapas", "• Mapas y planos")


def test_looking_twice_makes_the_same_plan(talk):
    looked = [take(changed_note(), only_look=True) for _n in range(2)]
    assert looked[0].base == looked[1].base != ""
    assert Edit.objects.filter(way="note").count() == 1  # that of the first reading


def test_what_others_did_elsewhere_since_it_was_shown_stays(talk):
    looked = take(changed_note(), only_look=True)
    Session.objects.filter(pk=talk.pk).update(place="Sala de María")
    Session.objects.filter(title_es="Pausa café").update(title_fr="Pause")
    take(changed_note(), base=looked.base)
    talk.refresh_from_db()
    assert (f"{talk.start:%H:%M}", talk.place) == ("09:50", "Sala de María")
    assert Session.objects.get(title_es="Pausa café").title_fr == "Pause"


def test_what_others_did_there_is_looked_at_again(talk):
    looked = take(changed_note(), only_look=True)
    Session.objects.filter(pk=talk.pk).update(start="09:40")
    with pytest.raises(document.NoteError):
        take(changed_note(), base=looked.base)
    talk.refresh_from_db()
    assert f"{talk.start:%H:%M}" == "09:40"


def test_a_note_is_one_edit_that_can_be_undone(talk):
    from agenda import undoing
    from tests import factories

    ana = factories.user()
    before = programme.build(talk.workshop, "es")
    take(changed_note())
    edit = Edit.objects.first()
    assert edit.way == "note"
    undoing.undo(edit, ana)
    assert programme.build(Workshop.objects.get(pk=talk.workshop_id), "es") == before
    take(changed_note())  # the note is new again
    assert f"{Session.objects.get(**TALK).start:%H:%M}" == "09:50"


def test_a_plan_with_new_rows_that_name_each_other_is_made(talk):
    text = NOTE.replace(
        "11h00-11h30\tPausa café\n", "11h00-11h30\tPausa café\n\n11h30-11h45\tFoto de familia\n• Sonreír\n"
    )
    looked = take(text, only_look=True)
    take(text, base=looked.base)
    made = Session.objects.get(title_es="Foto de familia")
    assert made.day == Session.objects.get(title_es="Pausa café").day
    assert plans.base_of([made.workshop])


# --- the two rules by themselves ---

said = st.lists(st.text("abcdefgh ", min_size=1, max_size=20).map(lambda text: Said("", text)), max_size=8)


@given(said, said)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_of_the_last_note_is_one_of_this_at_most(last, now):
    found = [place for place in pairs(last, now) if place is not None]
    assert len(found) == len(set(found))
    assert len(pairs(last, now)) == len(now)


@given(said)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_items_in_another_order_are_the_same(last):
    found = pairs(last, last[::-1])
    assert sorted(found) == list(range(len(last)))
    assert [re.sub(r"\s+", " ", last[n].text).strip() for n in found] == [
        re.sub(r"\s+", " ", one.text).strip() for one in last[::-1]
    ]


def test_the_ends_of_a_note_that_was_cut_give_nothing_up():
    order = ["axis:1", "axis:2", "day:1", *(f"session:{n}" for n in range(8)), *(f"attendance:{n}" for n in range(30))]
    lines = {key: n for n, key in enumerate(order, 1)}

    def gone(*missing, left=()):
        extent = Extent(order, {key: line for key, line in lines.items() if key not in missing}, left)
        return {key for key in missing if extent.gives_up(key)}

    people = [key for key in order if key.startswith("attendance")]
    assert gone("session:3") == {"session:3"}
    assert gone("session:3", left=[7]) == set()
    assert gone(*people[-2:]) == set(people[-2:])
    assert gone(*people[15:]) == set()
    assert gone("session:7", *people) == set()
    assert gone("axis:1", "axis:2", "day:1") == set()


PAUSE = "11h00-11h30\tPausa café\n"


@pytest.mark.parametrize(
    "by_hand", [{"description_es": "Largo texto"}, {"place": "Sala A"}, {"axis": 2}, {"day": "2018-03-06"}]
)  # fmt: skip
def test_a_row_that_somebody_worked_on_stays_though_the_note_drops_it(by_hand):
    take()
    row = Session.objects.get(title_es="Pausa café")
    values = dict(by_hand)
    if "axis" in values:
        values["axis"] = row.workshop.axes.get(number=2)
    if "day" in values:
        values["day"] = row.workshop.days.get(date=values["day"])
    Session.objects.filter(pk=row.pk).update(**values)
    assert PAUSE in NOTE
    loaded = take(NOTE.replace(PAUSE, ""))
    assert Session.objects.filter(pk=row.pk).exists()
    assert any("Pausa café" in told for told in loaded.kept)


def test_a_person_who_was_added_by_hand_stays_with_the_part_that_the_note_drops():
    take()
    carrier = Session.objects.get(part=1).moderators.get(role="concludes")
    type(carrier).objects.filter(pk=carrier.pk).update(person="Ana Pérez")
    take(NOTE.replace(" Conclusiones: Montevideo", ""))
    assert type(carrier).objects.filter(person="Ana Pérez").exists()


def test_an_axis_that_was_set_by_hand_stays_and_is_told():
    take()
    row = Session.objects.get(title_es="La corriente")
    Session.objects.filter(pk=row.pk).update(axis=row.workshop.axes.get(number=1))
    loaded = take(NOTE.replace("<p>Eje 2. La corriente</p>", "<p>La corriente</p>"))
    row.refresh_from_db()
    assert row.axis.number == 1
    assert any("La corriente" in told for told in loaded.kept)


def test_a_translation_goes_with_the_text_that_gave_way_to_another_one():
    take()
    axis = Workshop.objects.get().axes.get(number=2)
    type(axis).objects.filter(pk=axis.pk).update(title_en="The current")
    loaded = take(NOTE.replace("La corriente", "Saludo del alcalde y de su equipo"))
    axis.refresh_from_db()
    assert (axis.title_es, axis.title_en or "") == ("Saludo del alcalde y de su equipo", "")
    assert any("sus traducciones" in told for told in loaded.replaced)


def test_a_translation_stays_with_a_text_that_was_corrected():
    take()
    axis = Workshop.objects.get().axes.get(number=2)
    type(axis).objects.filter(pk=axis.pk).update(title_en="The current")
    take(NOTE.replace("La corriente", "La gran corriente"))
    axis.refresh_from_db()
    assert (axis.title_es, axis.title_en) == ("La gran corriente", "The current")


def test_a_note_whose_head_is_missing_takes_no_number_and_no_series_away():
    of = take().workshop
    had = (of.number, of.series_es, of.city_es)
    assert all(had)
    take(NOTE[NOTE.index("\n", 5) :], into=of)
    of.refresh_from_db()
    assert (of.number, of.series_es, of.city_es) == had
