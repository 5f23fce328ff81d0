"""What is withdrawn stays away: a second one beside the first, the next version, a note read again, steps of before."""

import re
import unicodedata
from html import unescape

import pytest
from django.urls import reverse

from agenda import deleted, publishing, undoing, withdrawing
from agenda.models import Item, Moderator, Section, Session, Withdrawal, Workshop
from agenda.withdrawing import Needle
from edits.recording import acted_by, acting
from sheets.models import Upload
from tests import factories
from tests.agenda.notes.test_load import take
from tests.agenda.test_withdrawal import everything_kept
from tests.forms import delete, filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return factories.user(name="Ana Beltrán")


@pytest.fixture
def desk(client, ana):
    factories.enter(client, ana)
    return client


@pytest.fixture
def of():
    return factories.small()


def kept(text):
    needle = Needle(text)
    return [piece[:200] for piece in everything_kept() if needle.is_in(piece)]


def withdraw(desk, of, **asked):
    """Look where it stands and withdraw it, as on the page."""
    page = reverse("admin:agenda_workshop_withdraw", args=[of.pk])
    shown = desk.post(page, {"kind": "text", "look": "1", **asked})
    return desk.post(
        page, {**filled_in(shown), "withdraw": "1", "sure": "on", "reason": "Privado"}, follow=True
    )  # fmt: skip


def publish_again(of):
    return publishing.publish(Workshop.objects.get(pk=of.pk))


def test_the_second_person_goes_as_the_first_did(desk, of):
    for number, name in enumerate(("Ana López", "Pedro Gómez", "Eva Ríos"), 5):
        factories.attend(of, factories.participant(name), number)
    publishing.publish(of)
    for name in ("Ana López", "Pedro Gómez", "Eva Ríos"):
        withdraw(desk, of, text=name)
        assert kept(name) == []
    names = sorted(str(one.participant) for one in of.attendances.filter(number__gt=4))
    assert names == ["[retirado 2]", "[retirado 3]", "[retirado]"]


def test_two_regions_go_one_after_the_other(desk, of):
    for number, name in enumerate(("Región de Ana López", "Región de Eva Ríos"), 5):
        factories.attend(of, factories.participant(f"Ciudad {number}", factories.region(name)), number)
    publishing.publish(of)
    for name in ("Región de Ana López", "Región de Eva Ríos"):
        withdraw(desk, of, text=name)
        assert kept(name) == []


def test_a_text_is_found_without_its_accents_and_goes_with_them(desk, of):
    factories.attend(of, factories.participant("María Ruiz Lobo"), 5)
    publishing.publish(of)
    withdraw(desk, of, text="Maria Ruiz Lobo")
    assert kept("María Ruiz Lobo") == []


@pytest.mark.parametrize(
    "written", ["María\u200b Ru\u00adiz", unicodedata.normalize("NFD", "María Ruiz"), "MARÍA   RUIZ"]
)
def test_what_is_looked_for_may_be_written_otherwise(desk, of, written):
    Moderator.objects.create(session=of.sessions.get(title_es="Registro"), person="María Ruiz")
    publishing.publish(of)
    withdraw(desk, of, text=written)
    assert kept("María Ruiz") == []


@pytest.mark.parametrize(
    "written",
    [
        "600\u2011111\u2011222",
        "600–111–222",
        "600_111_222",
        "600·111·222",
        "600, 111, 222",
        "600*111*222",
        "600\u200b111222",
    ],
)
def test_a_number_is_one_however_it_is_grouped(written):
    assert Needle("600 111 222").is_in(written)


@pytest.mark.parametrize(
    "written",
    [
        "**María** Ruiz",
        "María *Ruiz*",
        "María\nRuiz",
        "María  \nRuiz",
        "> María\n> Ruiz",
        "María\\\nRuiz",
        "María&nbsp;Ruiz",
    ],
)
def test_what_markdown_writes_between_two_words_parts_them_not(client, of, written):
    Section.objects.filter(workshop=of).update(body_es=f"Dice {written} que sí.")
    publishing.publish(of)

    def read():
        page = client.get(f"/es/{of.slug}/").content.decode()
        return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())

    assert "María Ruiz" in read()
    withdrawing.withdraw_text(of, "María Ruiz", "x")
    assert "Ruiz" not in read()


def test_nothing_is_left_to_publish_after_a_persons_name_went(of):
    talk = of.sessions.get(title_es="Registro")
    Moderator.objects.create(session=talk, person="María Ruiz", institution_es="Gabinete de María Ruiz")
    talk.place = "Casa de María Ruiz"
    talk.save()
    publishing.publish(of)
    withdrawing.withdraw_text(of, "María Ruiz", "x")
    assert publish_again(of) is None


def test_a_session_for_members_is_not_shown_to_all_by_the_next_version(client, desk, of):
    talk = of.sessions.get(title_es="Registro")
    publishing.publish(of)
    withdraw(desk, of, kind="row", session=talk.code, for_members="on")
    desk.logout()
    of.sessions.filter(title_es="Cuencas").update(place="Otra")
    publish_again(of)
    assert talk.code not in client.get(f"/es/{of.slug}/agenda/").content.decode()
    talk.refresh_from_db()
    assert talk.visibility == "members"


def test_a_session_that_is_no_longer_in_the_draft_is_withdrawn_too(desk, of):
    talk = of.sessions.get(title_es="Registro")
    publishing.publish(of)
    delete(desk, reverse("admin:agenda_session_delete", args=[talk.pk]))
    publish_again(of)
    withdraw(desk, of, kind="row", session=talk.code)
    assert Withdrawal.objects.get().releases == [1, 2]
    assert talk.code in desk.get(f"/es/{of.slug}/v/1/agenda/").content.decode()  # its hour stays
    assert "Registro" not in [str(slot.title) for _day, slot in publishing.released(
        [of.releases.get(number=1)], "es", "public")[0].entries]  # fmt: skip


def test_a_note_that_is_read_again_does_not_bring_it_back():
    take()
    of = Workshop.objects.get()
    publishing.publish(of)
    withdrawing.withdraw_session(of, Session.objects.get(title_es="Comité de ríos").code, "x")
    withdrawing.withdraw_text(of, "Relatos", "x")
    loaded = take()
    assert not Session.objects.filter(title_es="Comité de ríos").exists()
    assert not Item.objects.filter(text_es__contains="Relatos").exists()
    assert any("se retiró de este taller" in told for told in loaded.kept)
    assert take().kept == loaded.kept


def test_who_was_taken_off_the_list_before_goes_too_and_comes_back_without_the_name(desk, of, client):
    attendance = factories.attend(of, factories.participant("María Ruiz Lobo"), 5)
    publishing.publish(of)
    delete(desk, reverse("admin:agenda_attendance_delete", args=[attendance.pk]))
    publish_again(of)
    withdraw(desk, of, text="María Ruiz Lobo")
    assert kept("María Ruiz Lobo") == []
    [waiting] = deleted.waiting()
    desk.post("/admin/papelera/", {"devolver": waiting.edit.pk, "fila": waiting.row.key})
    publish_again(of)
    assert "María" not in client.get(f"/es/{of.slug}/participantes/").content.decode()


def test_the_record_of_a_region_and_the_reasons_of_before_have_it_no_longer(desk, of):
    region = factories.region("Región Vieja")
    factories.attend(of, factories.participant("Lyon", region), 5)
    page = reverse("admin:participants_region_change", args=[region.pk])
    desk.post(page, {**filled_in(desk.get(page)), "name_es": "Región de María Ruiz"})
    publishing.publish(of)
    withdrawing.withdraw_session(of, of.sessions.get(title_es="Registro").code, "Lo pidió María Ruiz")
    withdraw(desk, of, text="María Ruiz")
    assert kept("María Ruiz") == []


def test_with_a_session_go_the_sentence_that_names_it_and_the_sheets_that_were_brought(of, ana):
    talk = of.sessions.get(title_es="Registro")
    talk.title_es = "Palabras del alcalde"
    talk.save()
    publishing.publish(of, note="Nueva: Palabras del alcalde")
    Upload.objects.create(owner=ana, name="agenda.csv", content=b"taller;titulo\ntaller-3;Palabras del alcalde\n")
    withdrawing.withdraw_session(of, talk.code, "Palabras del alcalde, por error", ana)
    assert kept("Palabras del alcalde") == []


def test_a_step_of_before_is_undone_though_it_wrote_the_text_in_two_languages(ana, of):
    talk = of.sessions.get(title_es="Registro")
    with acted_by(lambda: ana), acting():
        Session.objects.filter(pk=talk.pk).update(
            title_fr="Chez María Ruiz", title_en="At María Ruiz's", place="Sala X"
        )
    publishing.publish(of)
    withdrawing.withdraw_text(of, "María Ruiz", "x", ana)
    undoing.undo(undoing.steps(ana).undo, ana)
    talk.refresh_from_db()
    assert (talk.place, talk.title_fr, talk.title_en) == ("", "", "")


def test_undo_passes_over_what_was_withdrawn(ana, of):
    first, second = of.sessions.get(title_es="Registro"), of.sessions.get(title_es="Cuencas")
    for row, place in ((first, "Primero"), (second, "Segundo")):
        with acted_by(lambda: ana), acting():
            Session.objects.filter(pk=row.pk).update(place=place)
    publishing.publish(of)
    withdrawing.withdraw_session(of, second.code, "x")
    undoing.undo(undoing.steps(ana).undo, ana)
    first.refresh_from_db()
    assert first.place == ""


def test_a_mark_that_has_no_room_cuts_nothing_off(of):
    item = Item.objects.filter(session__workshop=of).first()
    text = "x" * 480 + " Juan importante"
    Item.objects.filter(pk=item.pk).update(text_es=text[:500])
    withdrawing.withdraw_text(of, "Juan", "x")
    item.refresh_from_db()
    assert item.text_es.endswith("importante")
