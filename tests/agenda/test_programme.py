import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from agenda import programme
from agenda.models import Session
from agenda.programme import (
    Axis,
    Convener,
    Item,
    Moderator,
    Participant,
    Programme,
    ProgrammeDay,
    Region,
    Section,
    Slot,
)
from languages import Text
from tests import factories
from tests.factories import slot

DATA = Path(__file__).parents[1] / "data"


def es(text):
    return Text(text, "es")


@pytest.mark.django_db
def test_the_draft_becomes_one_frozen_tree():
    of = factories.small()
    built = programme.build(of, "es")
    codes = {s.title_es: s.code for s in Session.objects.all()}
    region = factories.region().pk
    assert built == Programme(
        slug="taller-3", title=es("Ríos que unen"), language="es", number=3, series=es("Taller"), city=es("Rosario"),
        country="AR", timezone="Europe/Madrid", venue=es("Galpón 11"), address="Avenida del Río 1",
        languages=("es", "en", "pt-br", "fr"),
        days=(
            ProgrammeDay(dt.date(2018, 9, 7), slots=(
                slot(codes["Registro"], "Registro", "registration", dt.time(9)),
                slot(codes["Cuencas"], "Cuencas", "session", dt.time(9, 30), dt.time(11), axis=1, part=1, place="Sala A",
                     items=(Item(es("Quito"), "quito"), Item(es("Preguntas"))),
                     moderators=(Moderator("moderates", es("Quito"), "", "quito"),)),
                slot(codes["Pausa café"], "Pausa café", "break", dt.time(11), dt.time(11, 30)),
            )),
        ),
        axes=(Axis(1, es("El agua"), es("De dónde viene."), "#bb4a22"),),
        regions=(Region(region, es("América Latina y el Caribe")),),
        participants=(Participant("quito", es("Quito"), number=1, region=region), Participant("ucci", es("UCCI"), es("Unión"))),
        conveners=(Convener("convenes", "ucci"),),
        sections=(Section("justification", es("Justificación"), es("El río une[^1].\n\n[^1]: A veces separa.")),),
    )  # fmt: skip


@pytest.mark.django_db
def test_what_is_not_translated_falls_back_and_says_so():
    of = factories.small()
    Session.objects.filter(title_es="Cuencas").update(title_fr="Bassins", title_en="  ")
    titles = {
        language: [slot.title for _day, slot in programme.build(of, language).entries][1] for language in ("fr", "en")
    }
    assert titles == {"fr": Text("Bassins", "fr"), "en": Text("Cuencas", "es")}


@pytest.mark.django_db
def test_building_costs_the_same_queries_for_three_sessions_and_for_three_hundred():
    from django.db import connection

    counts = []
    for of in (factories.small(), factories.large(300)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            programme.build_all(of)
        counts.append(len(queries))
    assert counts == [9, 9]


@pytest.mark.django_db
def test_rows_stand_in_the_order_of_the_clock_and_untimed_ones_open_their_part_of_the_day():
    on = factories.day(factories.workshop())
    for start, part, title in (
        ("15:00", "", "tres"),
        (None, "afternoon", "tarde"),
        ("09:00", "", "nueve"),
        (None, "morning", "mañana"),
    ):
        factories.session(on, start, None, title, part_of_day=part)
    built = programme.build(on.workshop, "es")
    assert [str(slot.title) for slot in built.days[0].slots] == ["mañana", "nueve", "tarde", "tres"]


def tree(*slots, **fields):
    return Programme("t", es("T"), "es", days=(ProgrammeDay(dt.date(2018, 9, 7), slots=slots),), **fields)


OPEN = slot("aaaa", "Abierta", start=dt.time(9), moderators=(Moderator("moderates", es("Uno"), "", "uno"),))
LISTED = slot("bbbb", "Comité", start=dt.time(10), visibility="listed", place="Sala secreta", description=es("secreto"),
              items=(Item(es("secreto")),), moderators=(Moderator("moderates", es("Secreta"), "", "secreta"),))  # fmt: skip
MEMBERS = slot("cccc", "Secreto", start=dt.time(11), visibility="members")


def test_the_public_gets_neither_members_sessions_nor_the_details_of_listed_ones():
    people = tuple(Participant(slug, es(slug)) for slug in ("uno", "secreta"))
    public = programme.for_audience(tree(OPEN, LISTED, MEMBERS, participants=people), "public")
    assert public.days[0].slots == (OPEN, slot("bbbb", "Comité", start=dt.time(10), visibility="listed"))
    assert [p.slug for p in public.participants] == ["uno"]


def test_members_get_everything():
    full = tree(OPEN, LISTED, MEMBERS)
    members = programme.for_audience(full, "members")
    assert members == msgspec.structs.replace(full, audience="members")


def test_a_day_that_holds_members_sessions_only_is_gone_and_an_empty_day_stays():
    full = tree(MEMBERS)
    assert programme.for_audience(full, "public").days == ()
    assert programme.for_audience(tree(), "public").days == tree().days


def test_a_region_that_nobody_public_belongs_to_is_gone():
    full = tree(LISTED, regions=(Region(1, es("R")),), participants=(Participant("secreta", es("S"), region=1),))
    assert programme.for_audience(full, "public").regions == ()


def test_an_unknown_audience_is_an_error():
    with pytest.raises(ValueError, match="unknown audience"):
        programme.for_audience(tree(), "press")


texts = st.builds(Text, st.text(), st.sampled_from(["es", "en", "pt-br", "fr"]))
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
slots = st.builds(
    Slot, code=st.text(min_size=1), title=texts, visibility=st.sampled_from(["everyone", "listed", "members"]), start=st.none() | times, end=st.none() | times,
    part_of_day=st.sampled_from(["", "morning"]), description=texts, items=st.lists(st.builds(Item, texts)).map(tuple),
    moderators=st.lists(st.builds(Moderator, st.just("moderates"), texts)).map(tuple),
)  # fmt: skip


@given(st.lists(slots, max_size=3))
def test_every_tree_comes_back_from_json(rows):
    full = tree(*rows)
    assert programme.decode(programme.encode(full)) == full


def test_a_release_of_an_earlier_shape_is_read():
    # As the first version wrote it, before any field was added: this file never changes.
    old = programme.decode((DATA / "release-shape-1.json").read_text())
    assert (old.slug, old.release, len(old.entries)) == ("taller-3", 1, 3)
    assert str(old.entry("k7mn")[1].moderators[0].institution) == "Quito"


def test_what_an_earlier_shape_left_unsaid_was_for_everyone():
    old = programme.for_audience(programme.decode((DATA / "release-shape-1.json").read_text()), "public")
    assert [(slot.code, slot.visibility, bool(slot.items)) for _day, slot in old.entries] == [
        ("b2cd", "everyone", False), ("k7mn", "everyone", True), ("p8qr", "listed", False),
    ]  # fmt: skip


def test_a_release_of_shape_2_is_read():
    # As version 0.1.0 wrote it: this file never changes.
    text = (DATA / "release-shape-2.json").read_text().strip()
    read = programme.decode(text)
    assert [(slot.code, slot.visibility) for _day, slot in read.entries] == [
        ("b2cd", "everyone"), ("k7mn", "everyone"), ("p8qr", "listed"), ("wxyz", "members"),
    ]  # fmt: skip
    assert [slot.code for day in read.cancelled for slot in day.slots] == ["gggg"]
    assert (read.source, read.latitude, read.entry("wxyz")[1].end) == ("es", -32.94, dt.time(1, 30))
    assert [axis.colour for axis in read.axes] == ["#bb4a22"]


def test_a_release_of_the_shape_of_today_is_read():
    # Axes say their colour; the next shape adds a file and leaves this one alone.
    text = (DATA / "release-shape-3.json").read_text().strip()
    read = programme.decode(text)
    assert [(axis.number, axis.colour) for axis in read.axes] == [(1, "#005eb8")]
    assert json.loads(text)["shape"] == json.loads(programme.encode(read))["shape"] == 3


def test_everywhere_an_earlier_shape_left_it_unsaid_it_was_for_everyone():
    row = {"code": "aaaa", "title": ["Uno", "es"]}
    days = [
        {"date": "2018-09-07", "slots": [row, {**row, "code": "bbbb", "audience": "members"}]},
        {"date": "2018-09-08"},
    ]
    data = {"slug": "x", "title": ["X", "es"], "language": "es", "days": days, "cancelled": days, "adrift": [row]}
    read = programme.decode(json.dumps(data))
    assert [slot.visibility for _day, slot in read.entries] == ["everyone", "members"]
    assert [slot.visibility for day in read.cancelled for slot in day.slots] == ["everyone", "members"]
    assert [slot.visibility for slot in read.adrift] == ["everyone"]
    bare = programme.decode(json.dumps({"slug": "x", "title": ["X", "es"], "language": "es"}))
    assert (bare.entries, bare.cancelled, bare.adrift) == ((), (), ())


@pytest.mark.parametrize("said", [None, "todos", ""])
def test_a_row_that_does_not_say_who_sees_it_or_says_what_nobody_knows_is_for_members(said):
    data = json.loads(programme.encode(tree(OPEN, LISTED)))
    for row in data["days"][0]["slots"]:
        assert row.pop("audience") in ("everyone", "listed")  # written, whatever it says
        if said is not None:
            row["audience"] = said
    read = programme.decode(json.dumps(data))
    assert programme.for_audience(read, "public").entries == ()
    assert len(programme.for_audience(read, "members").entries) == 2


def test_a_cancelled_row_that_does_not_say_who_saw_it_is_told_to_members_only():
    data = json.loads(programme.encode(programme.carry(tree(OPEN), tree())))
    del data["cancelled"][0]["slots"][0]["audience"]
    read = programme.decode(json.dumps(data))
    told = {who: len(programme.for_audience(read, who).cancelled) for who in ("public", "members")}
    assert told == {"public": 0, "members": 1}


def test_what_fell_away_for_the_public_does_not_come_back_for_members():
    public = programme.for_audience(tree(OPEN), "public")
    assert programme.for_audience(public, "public") is public
    with pytest.raises(ValueError, match="made for the public"):
        programme.for_audience(public, "members")


def test_a_field_of_a_later_shape_does_not_stop_an_older_reader():
    data = json.loads(programme.encode(tree(OPEN)))
    data["mood"] = "calm"
    data["days"][0]["slots"][0]["rating"] = 5
    assert programme.decode(json.dumps(data)) == tree(OPEN)


def test_every_field_but_the_first_ones_has_a_default():
    # A new field without default would make every stored release unreadable.
    required = {
        struct.__name__: [f.name for f in msgspec.structs.fields(struct) if f.required]
        for struct in (
            Programme,
            ProgrammeDay,
            Slot,
            Item,
            Moderator,
            Axis,
            Participant,
            Region,
            Convener,
            Section,
        )
    }
    assert required == {
        "Programme": ["slug", "title", "language"], "ProgrammeDay": ["date"], "Slot": ["code", "title"], "Item": ["text"],
        "Moderator": ["role"], "Axis": ["number", "title"], "Participant": ["slug", "name"], "Region": ["id", "name"],
        "Convener": ["role", "participant"], "Section": ["kind", "title"],
    }  # fmt: skip


def test_the_digest_leaves_out_number_hour_and_note_of_the_release():
    full = {"es": tree(OPEN)}
    stamped = {
        "es": msgspec.structs.replace(
            tree(OPEN), release=7, note="x", published_at=dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
        )
    }
    assert programme.digest(full) == programme.digest(stamped)
    assert programme.digest(full) != programme.digest({"es": tree(LISTED)})
