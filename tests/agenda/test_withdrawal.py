"""What is withdrawn is gone from everything that is kept: pages, files, calendars, record, note, uploads."""

import json

import msgspec
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from agenda import deleted, programme, publishing, undoing, withdrawing
from agenda.models import Item, Moderator, PrintedFile, Release, ReleaseTree, Session, Withdrawal, Workshop
from agenda.withdrawing import Needle
from edits.models import Edit, EditedRow, key_of
from sheets.models import Upload
from tests import factories
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
PHONE = "+34 600 111 222"


@pytest.fixture
def ana():
    return factories.user(name="Ana Beltrán")


@pytest.fixture
def desk(client, ana):
    factories.enter(client, ana)
    return client


@pytest.fixture
def of():
    """A telephone number published in two versions, in two languages, in a row that has moved since."""
    workshop = factories.small()
    talk = workshop.sessions.get(title_es="Registro")
    Item.objects.create(session=talk, text_es=f"Llame al {PHONE}", text_fr="Appelez le +34 600111222", position=1)
    publishing.publish(workshop, note=f"Dudas: {PHONE}")
    talk.start, talk.place = "09:30", "Sala A"
    talk.save()
    publishing.publish(workshop)
    return workshop


def addresses(of, languages=("es", "en", "pt-br", "fr")):
    for language in languages:
        for mount in ("", "v/1/", "v/2/"):
            for page in ("", "agenda/", "participantes/", "agenda.ics", "schedule.json", "schedule.xml", "cambios/",
                         "cambios.atom", "version.json", "calendarios/", "pantalla/", "impreso/"):  # fmt: skip
                yield f"/{language}/{of.slug}/{mount}{page}"
            for session in Session.objects.filter(workshop=of):
                yield f"/{language}/{of.slug}/{mount}agenda/{session.code}/"
                yield f"/{language}/{of.slug}/{mount}agenda/{session.code}.ics"


def read_all(client, of, **only):
    """All words of the site, the folded lines of calendars put together."""
    answers = {}
    for address in addresses(of, **only):
        answer = client.get(address, follow=True)
        if answer.status_code == 200 and not answer.streaming:
            answers[address] = answer.content.decode().replace("\r\n ", "")
    return answers


def everything_kept():
    """Every value of every table, as text."""
    from django.apps import apps

    kept = []
    for model in apps.get_models():
        for row in model._base_manager.all():
            for field in row._meta.concrete_fields:
                value = field.value_from_object(row)
                if isinstance(value, bytes | memoryview):
                    value = bytes(value).decode("utf-8", "replace")
                kept.append(f"{model._meta.label}.{field.name}: {json.dumps(value, default=str, ensure_ascii=False)}")
    return kept


def with_phone(texts):
    needle = Needle(PHONE)
    return [text for text in texts if needle.is_in(text)]


def test_a_telephone_number_is_found_nowhere_after_it_is_withdrawn(client, of, ana):
    of.note = {"session:x": {"items": [f"Llame al {PHONE}"]}}
    of.save()
    Upload.objects.create(owner=ana, name="agenda.csv", content=f"taller;título\ntaller-3;{PHONE}\n".encode())
    talk = of.sessions.get(title_es="Registro")
    factories.session(of.days.get(), "15:00", "16:00", "Se fue", [PHONE]).delete()
    assert with_phone(read_all(client, of).values())
    assert len(with_phone(everything_kept())) > 8
    withdrawing.withdraw_text(of, PHONE, "Teléfono privado", ana)
    assert with_phone(f"{address} {text}" for address, text in read_all(client, of).items()) == []
    assert with_phone(everything_kept()) == []
    assert talk.items.get(position=1).text_es == "Llame al [retirado]"
    assert talk.items.get(position=1).text_fr == "Appelez le [retiré]"


def test_what_stood_beside_it_stays(client, of):
    before = read_all(client, of, languages=["es"])
    withdrawing.withdraw_text(of, PHONE, "Privado")
    after = read_all(client, of, languages=["es"])
    assert before.keys() == after.keys()
    page = after[f"/es/{of.slug}/v/1/agenda/"]
    assert "Llame al [retirado]" in page
    assert "Bienvenida" in page or "Registro" in page
    assert of.releases.count() == 2


def test_every_copy_hears_of_it(client, of):
    def stamp(page):
        return client.get(f"/es/{of.slug}/{page}").headers["ETag"].rpartition("-")[0]

    pages = ["", "agenda/", "v/1/", "v/1/agenda/", "version.json", "agenda.ics", "cambios/"]
    before = [stamp(page) for page in pages]
    old = client.get(f"/es/{of.slug}/version.json").json()
    withdrawing.withdraw_text(of, PHONE, "Privado")
    assert not set(before) & {stamp(page) for page in pages}
    new = client.get(f"/es/{of.slug}/version.json").json()
    assert (old["release"], new["release"]) == (2, 2)
    assert new["withdrawals"] == old.get("withdrawals", 0) + 1


def test_subscribed_calendars_take_the_new_text(client, of):
    from icalendar import Calendar

    def event():
        calendar = Calendar.from_ical(client.get(f"/es/{of.slug}/agenda.ics").content)
        return next(one for one in calendar.walk("VEVENT") if one["SUMMARY"] == "Registro")

    before = event()
    withdrawing.withdraw_text(of, PHONE, "Privado")
    after = event()
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt or after["SEQUENCE"] == before["SEQUENCE"] + 1
    sequence = after["SEQUENCE"]
    of.sessions.filter(title_es="Registro").update(place="Otra")
    publishing.publish(Workshop.objects.get(pk=of.pk))
    assert event()["SEQUENCE"] > sequence


def test_nothing_is_left_to_publish_after_a_withdrawal(of):
    withdrawing.withdraw_text(of, PHONE, "Privado")
    assert publishing.publish(Workshop.objects.get(pk=of.pk)) is None


def test_the_page_of_a_printed_copy_says_that_something_was_withdrawn(client, of, words):
    told = "Después de imprimirse se retiró algo de esta versión"
    assert told not in words(client.get(f"/es/{of.slug}/v/1/"))
    withdrawing.withdraw_text(of, PHONE, "Privado")
    assert told in words(client.get(f"/es/{of.slug}/v/1/"))
    assert told in words(client.get(f"/es/{of.slug}/v/2/"))
    assert told not in words(client.get(f"/es/{of.slug}/"))


def test_printed_files_go_from_the_shelf(of, django_capture_on_commit_callbacks):
    storages["printed"].save("viejo.pdf", ContentFile(b"%PDF"))
    PrintedFile.objects.create(name="viejo", series="s", workshop=of.slug, release=1, paper="completo", language="es",
                               audience="public", site="https://x", pages=1)  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        withdrawing.withdraw_text(of, PHONE, "Privado")
    assert not storages["printed"].exists("viejo.pdf")
    assert not PrintedFile.objects.exists()


def test_the_act_is_recorded_without_the_text(of, ana):
    act = withdrawing.withdraw_text(of, PHONE, f"Es el privado: {PHONE}", ana)
    assert (act.reason, act.releases, act.by) == ("Es el privado: [retirado]", [1, 2], ana)
    edit = Edit.objects.first()
    assert (edit.way, [row.name["es"] for row in edit.rows.all()]) == ("withdrawn", ["Es el privado: [retirado]"])


@pytest.mark.parametrize("written", ["+34600111222", "+34 600-11-12-22", "+34\u00a0600\u00a0111\u00a0222", "0034 600"])
def test_a_number_is_known_however_it_is_grouped(written):
    assert Needle(PHONE).is_in(f"Tel. {written}.") == (written != "0034 600")


@pytest.mark.long
def test_a_name_goes_from_addresses_too(client, of):
    who = factories.participant("María Ruiz Lobo")
    Moderator.objects.create(session=of.sessions.first(), person="María Ruiz  Lobo", participant=who)
    publishing.publish(of)
    withdrawing.withdraw_text(of, "María Ruiz Lobo", "Lo pidió")
    texts = [*everything_kept(), *read_all(client, of).values()]
    assert [text for text in texts if "ruiz-lobo" in text.lower() or Needle("María Ruiz Lobo").is_in(text)] == []


def test_a_zone_or_a_choice_is_not_taken_for_a_text(client, of):
    withdrawing.withdraw_text(of, "Madrid", "Prueba")
    of.refresh_from_db()
    assert of.timezone == "Europe/Madrid"
    assert client.get(f"/es/{of.slug}/agenda/").status_code == 200


def test_a_text_that_stands_everywhere_is_refused(of):
    with pytest.raises(ValueError, match="everywhere"):
        withdrawing.withdraw_text(of, "  a ", "No")


def test_another_workshop_keeps_its_own(client, of):
    other = factories.workshop("taller-4")
    factories.session(factories.day(other), items=[PHONE])
    publishing.publish(other)
    withdrawing.withdraw_text(of, PHONE, "Privado")
    assert PHONE in client.get("/es/taller-4/agenda/").content.decode()
    assert Item.objects.filter(session__workshop=other, text_es=PHONE).exists()


# --- a session ---


def test_a_session_is_gone_from_every_version_and_its_hour_stays(client, of):
    talk = of.sessions.get(title_es="Registro")
    code = talk.code
    talk.title_es, talk.title_fr = "Palabras del alcalde", "Paroles du maire"
    talk.save()
    publishing.publish(of)
    withdrawing.withdraw_session(of, code, "Error")
    pages = read_all(client, of)
    assert [address for address, text in pages.items() if "alcalde" in text or "du maire" in text] == []
    assert "[retirado]" in pages[f"/es/{of.slug}/v/1/agenda/"]
    assert code not in pages[f"/es/{of.slug}/agenda.ics"]
    assert code not in pages[f"/es/{of.slug}/schedule.json"]
    assert not Session.objects.filter(code=code).exists()
    assert not [text for text in everything_kept() if "alcalde" in text or "du maire" in text]


def test_a_withdrawn_session_comes_back_by_no_way(of, ana):
    talk = of.sessions.get(title_es="Registro")
    withdrawing.withdraw_session(of, talk.code, "Error", ana)
    assert deleted.waiting() == []
    assert undoing.steps(ana).undo is None
    for edit in Edit.objects.filter(rows__key=key_of(talk)).distinct():
        with pytest.raises(undoing.Refused):
            undoing.back_to(edit, key_of(talk), ana)
    twin = factories.session(of.days.get(), "09:00", None, "Registro", kind="registration")
    assert twin.code != talk.code


def test_the_next_version_says_nothing_of_a_withdrawn_session(client, of):
    talk = of.sessions.get(title_es="Registro")
    withdrawing.withdraw_session(of, talk.code, "Error")
    factories.session(of.days.get(), "18:00", "19:00", "Otra cosa")
    publishing.publish(Workshop.objects.get(pk=of.pk))
    page = client.get(f"/es/{of.slug}/cambios/").content.decode()
    assert "Otra cosa" in page
    assert "retirado" not in page
    assert talk.code not in client.get(f"/es/{of.slug}/agenda.ics").content.decode()


def test_a_session_that_is_for_members_now_is_taken_from_the_public_of_before(client, of):
    talk = of.sessions.get(title_es="Registro")
    talk.visibility = "members"
    talk.save()
    publishing.publish(of)
    assert withdrawing.when_hidden(of, talk.code) == (1, 2)
    withdrawing.withdraw_session(of, talk.code, "Es interno", for_members=True)
    assert withdrawing.when_hidden(of, talk.code) == ()
    assert [address for address, text in read_all(client, of).items() if talk.code in text] == []
    factories.enter(client, factories.user("committee", "luz@example.org", of=of))
    assert "Registro" in client.get(f"/es/{of.slug}/v/1/agenda/").content.decode()
    assert Session.objects.filter(pk=talk.pk).exists()


# --- a version ---


def test_a_version_is_gone_and_its_number_stays(client, of, words):
    newest = of.releases.newest()
    withdrawing.withdraw_release(newest, "Se publicó sin querer")
    assert client.get(f"/es/{of.slug}/v/2/").status_code == 410
    assert "9h00" in words(client.get(f"/es/{of.slug}/agenda/"))
    assert client.get(f"/es/{of.slug}/version.json").json()["release"] == 1
    assert publishing.publish(Workshop.objects.get(pk=of.pk)).number == 3
    assert "9h30" in words(client.get(f"/es/{of.slug}/agenda/"))


def test_what_only_a_withdrawn_version_had_is_in_no_later_one(client, of):
    factories.session(of.days.get(), "20:00", "21:00", "Solo una vez")
    second = publishing.publish(of)
    of.sessions.filter(title_es="Solo una vez").delete()
    publishing.publish(of)
    assert "Solo una vez" in client.get(f"/es/{of.slug}/agenda.ics").content.decode()
    withdrawing.withdraw_release(Release.objects.get(pk=second.pk), "Error")
    trees = "".join(ReleaseTree.objects.values_list("tree", flat=True))
    told = "".join(ReleaseTree.objects.values_list("public_changes", flat=True))
    assert "Solo una vez" not in trees + told
    assert [address for address, text in read_all(client, of).items() if "Solo una vez" in text] == []


def test_a_workshop_whose_only_version_is_withdrawn_is_not_public(client, of):
    for release in of.releases.all():
        withdrawing.withdraw_release(release, "Todo")
    assert client.get(f"/es/{of.slug}/agenda/").status_code == 404
    assert of.slug not in client.get("/es/").content.decode()


# --- the page ---


def test_a_text_is_looked_for_shown_and_withdrawn(desk, of, words):
    page = reverse("admin:agenda_workshop_withdraw", args=[of.pk])
    shown = desk.post(page, {"kind": "text", "text": PHONE, "look": "1"})
    assert "Versión 1" in words(shown)
    assert "Versión 2" in words(shown)
    assert "ya descargadas o impresas" in words(shown)
    form = filled_in(shown)
    assert "Motivo" in words(desk.post(page, {**form, "withdraw": "1", "sure": "on"}))
    done = desk.post(page, {**form, "withdraw": "1", "sure": "on", "reason": "Privado"}, follow=True)
    assert "Retirado" in words(done)
    assert not with_phone(everything_kept())
    assert Withdrawal.objects.get().reason == "Privado"


def test_nothing_is_withdrawn_that_was_not_shown(desk, of, words):
    page = reverse("admin:agenda_workshop_withdraw", args=[of.pk])
    form = filled_in(desk.post(page, {"kind": "text", "text": PHONE, "look": "1"}))
    Item.objects.create(session=of.sessions.last(), text_es=PHONE)
    answer = desk.post(page, {**form, "withdraw": "1", "sure": "on", "reason": "Privado"})
    assert "mire otra vez" in words(answer)
    assert not Withdrawal.objects.exists()


def test_only_who_publishes_withdraws(client, of):
    page = reverse("admin:agenda_workshop_withdraw", args=[of.pk])
    factories.enter(client, factories.user("coordinator", "luz@example.org", of=of))
    assert client.get(page).status_code == 403
    client.logout()
    factories.enter(client, factories.user("organiser", "eva@example.org", of=factories.workshop("taller-4")))
    assert client.get(page).status_code == 404


def test_it_is_offered_where_something_goes_from_everyone_to_members(desk, of, words):
    talk = of.sessions.get(title_es="Registro")
    page = reverse("admin:agenda_session_change", args=[talk.pk])
    answer = desk.post(page, {**filled_in(desk.get(page)), "visibility": "members"}, follow=True)
    assert "sigue siendo pública en las versiones 1, 2" in words(answer)
    assert reverse("admin:agenda_workshop_withdraw", args=[of.pk]) in answer.content.decode()


def test_a_withdrawn_tree_is_read_as_it_was_written(of):
    withdrawing.withdraw_text(of, PHONE, "Privado")
    for row in ReleaseTree.objects.all():
        tree = programme.decode(row.tree)
        assert programme.encode(tree) == row.tree
        assert msgspec.json.decode(row.public_changes) is not False
    assert EditedRow.objects.exists()


def test_with_a_version_goes_its_sentence_in_every_language(of):
    withdrawing.withdraw_release(of.releases.get(number=1), "Se publicó sin querer")
    assert [row.note for row in ReleaseTree.objects.filter(release__number=1)] == [""] * 4
