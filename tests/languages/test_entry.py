import unicodedata
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db import models
from hypothesis import example, given
from hypothesis import strategies as st

from languages import name_key
from languages.entry import settle, settle_line
from languages.fields import Settled
from participants.models import Participant, Region
from tests import factories

anything = st.text(st.characters(codec=None), max_size=40) | st.text(
    "a\u0301 \t\r\n\u00a0\u200b\u2028\ufeff\u00ad", max_size=20
)


@given(anything)
@example("e\u200b\u0301")  # what comes together when a sign between goes
@example("\u00a0\u2009a")
def test_what_is_settled_once_stays_as_it_is(text):
    for way in (settle, settle_line):
        assert way(way(text)) == way(text)


@given(anything)
def test_what_is_settled_can_stand_in_any_xml(text):
    element = ElementTree.Element("a")
    element.text = settle(text)
    assert ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8")).text == (settle(text) or None)


@given(anything)
def test_a_line_is_one_line_in_one_form_without_double_blanks(text):
    line = settle_line(text)
    assert line.splitlines() == ([line] if line else [])
    assert unicodedata.is_normalized("NFC", line)
    assert "  " not in line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sala\u00a012", "Sala\u00a012"),  # holds together what the writer held together
        ("10\u202fh", "10\u202fh"),
        ("Sala \u00a0 12", "Sala 12"),
        ("  Sala\t12\r\n", "Sala 12"),
        ("mu\u00adni\u00adci\u00adpio", "municipio"),
        ("\ufeffTaller", "Taller"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\u202eabc", "abc"),
        ("fin\ufffe", "fin"),
        ("a\u2028b", "a b"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_line_keeps_what_was_meant(typed, kept):
    assert settle_line(typed) == kept


def test_prose_keeps_its_lines():
    assert settle("Uno\r\ndos\n\n\u2003tres  \n") == "Uno\ndos\n\n tres"


@pytest.mark.django_db
def test_every_way_into_the_database_settles_a_text():
    typed, kept = "Cafe\u0301\u200b\nde  la tarde\ufffe", "Caf\u00e9 de la tarde"
    Region.objects.bulk_create([Region(name=typed, name_es=typed)])
    Region.objects.create(name_es="uno", name_fr=typed)
    three = Region(name_es=typed + " 3")
    three.full_clean()
    in_memory = three.name_es
    four = Region.objects.create(name_es="cuatro")
    Region.objects.filter(pk=four.pk).update(name_es=typed + " 4")
    found = set(Region.objects.values_list("name_es", flat=True)) | {Region.objects.get(name_es="uno").name_fr}
    assert found == {kept, "uno", f"{kept} 4"}
    assert in_memory == f"{kept} 3"


def test_every_text_that_people_write_is_settled():
    """A new text field of ours that is none of languages/fields.py must be one that nobody writes."""
    closed = {
        # what a constraint or a list of choices shapes
        "agenda.Convener.role", "agenda.Item.code", "agenda.Moderator.code", "agenda.Moderator.role",
        "agenda.Moderator.confirmation", "agenda.Session.state",
        "agenda.Section.code", "agenda.Section.kind", "agenda.Session.code", "agenda.Session.kind", "agenda.Session.part_of_day",
        "agenda.Session.visibility", "agenda.Workshop.country", "agenda.Workshop.slug", "agenda.Workshop.source",
        "agenda.Workshop.timezone", "participants.Participant.country", "participants.Participant.kind",
        "participants.Participant.slug",
        # what the program makes
        "accounts.Membership.role", "agenda.Release.digest", "agenda.Release.public_digest", "agenda.ReleaseTree.language",
        "agenda.PrintOrder.site", "agenda.PrintedFile.name", "agenda.PrintedFile.series", "agenda.PrintedFile.workshop",
        "agenda.PrintedFile.paper", "agenda.PrintedFile.language", "agenda.PrintedFile.audience", "agenda.PrintedFile.site",
        "agenda.PrintedFile.cause", "sheets.Upload.asked", "sheets.Upload.looked", "sheets.Upload.language",
        "agenda.Withdrawal.kind", "agenda.ReleaseTree.members_changes", "agenda.ReleaseTree.public_changes", "agenda.ReleaseTree.tree",
        "agenda.Acceptance.by_name", "agenda.Acceptance.facts", "agenda.Acceptance.message", "agenda.Acceptance.rule",
        "agenda.DraftLink.by_name", "agenda.DraftLink.key",
        "participants.Logo.digest", "participants.Participant.name_key", "participants.Region.name_key",
        # of files that somebody brings: shown to that person alone
        "accounts.Letter.sender", "sheets.Meaning.answer", "sheets.Meaning.key", "sheets.Upload.name",
        # Django's own
        "accounts.User.email", "accounts.User.password",
    }  # fmt: skip
    plain = {
        str(field)
        for app in ("agenda", "participants", "accounts", "sheets")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, Settled)
    }
    assert plain == closed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Salón  Ávila", "SALON AVILA"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Straße", "STRASSE"),
        ("Sala\u200e 1", "Sala 1"),
        ("ﬁrma", "firma"),
        ("Ｓａｌａ", "sala"),
    ],
)
def test_names_that_look_alike_are_one_name(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.django_db
def test_two_participants_of_a_region_are_not_called_alike_by_any_way():
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError, transaction

    from participants.models import Participant

    of = factories.region()
    factories.participant("Córdoba", of)
    other = factories.participant("Rosario", of)
    twin = Participant(name_es="CORDOBA", region=of)
    with pytest.raises(ValidationError, match="Esta región ya tiene un participante con este nombre"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=other.pk).update(name_es="Cordoba")
    other.name_es = "cordoba"
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.bulk_update([other], ["name_es"])
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(update_fields=["name_es"])


@pytest.mark.django_db
def test_a_text_that_a_browser_sends_back_untouched_is_not_changed():
    from django.forms import modelform_factory

    from agenda.models import Axis

    row = factories.axis(factories.workshop(), description_es="Uno\ndos")
    form_of = modelform_factory(Axis, fields=["title_es", "description_es"])
    same = form_of({"title_es": "El  agua ", "description_es": "Uno\r\ndos\r\n"}, instance=row)
    other = form_of({"title_es": "El agua", "description_es": "Uno\r\ntres"}, instance=row)
    assert (same.changed_data, other.changed_data) == ([], ["description_es"])


@pytest.mark.django_db
def test_a_name_changed_many_at_once_by_its_twin_column_changes_its_key():
    factories.participant("Uno")
    Participant.objects.update(name="Dos")
    assert Participant.objects.called("dos").count() == 1


@pytest.mark.django_db
def test_a_key_is_never_longer_than_its_column():
    long = Region(name_es="\ufdfa" * 100)
    long.full_clean()
    long.save()
    assert len(long.name_key) == 400


def test_a_month_inside_a_portuguese_date_is_written_small():
    import datetime as dt

    from django.utils import translation
    from django.utils.formats import date_format

    with translation.override("pt-br"):
        assert date_format(dt.date(2018, 9, 7), "DATE_FORMAT") == "7 de setembro de 2018"
