import datetime as dt

import pytest

from agenda import clashes
from agenda.programme import Axis, Moderator, Participant, Programme, ProgrammeDay
from languages import Text
from tests import factories

FRIDAY = dt.date(2018, 9, 7)


def es(text):
    return Text(text, "es")


def slot(code, start, end, *people, **fields):
    moderators = tuple(Moderator("moderates", es(name)) for name in people)
    times = {
        "start": dt.time.fromisoformat(start) if start else None,
        "end": dt.time.fromisoformat(end) if end else None,
    }
    return factories.slot(code, code.upper(), moderators=moderators, **times, **fields)


def programme(*slots, **fields):
    return Programme("t", es("T"), "es", days=(ProgrammeDay(FRIDAY, slots=slots),), **fields)


def found(*slots, **fields):
    return [(c.level, c.rule, c.message, c.codes) for c in clashes.check(programme(*slots, **fields))]


def rules(*slots, **fields):
    return [(level, rule) for level, rule, _message, _codes in found(*slots, **fields)]


def test_one_institution_in_two_places_at_once_stops_publication():
    assert found(slot("aaa", "09:00", "10:00", "UCM", place="1"), slot("bbb", "09:30", "10:30", "UCM", place="2")) == [
        (
            "blocker",
            "moderator-overlap",
            "7 de septiembre de 2018: UCM está en «AAA» y en «BBB» a la vez.",
            ("aaa", "bbb"),
        ),
    ]


def test_two_sessions_in_one_room_at_once_stop_publication():
    assert found(slot("aaa", "09:00", "10:00", place="Sala A"), slot("bbb", "09:30", "10:30", place="sala a")) == [
        (
            "blocker",
            "place-overlap",
            "7 de septiembre de 2018: Sala A acoge «AAA» y «BBB» a la vez.",
            ("aaa", "bbb"),
        ),
    ]


def test_a_session_that_begins_when_the_other_ends_does_not_overlap():
    assert rules(slot("aaa", "09:00", "10:00", "UCM", place="A"), slot("bbb", "10:00", "11:00", "UCM", place="A")) == []


def test_a_person_counts_for_themselves_whatever_the_institution():
    one = factories.slot(
        "aaa",
        "A",
        start=dt.time(9),
        end=dt.time(10),
        place="1",
        moderators=(Moderator("moderates", es("UCM"), "Ana"),),
    )
    two = factories.slot(
        "bbb",
        "B",
        start=dt.time(9),
        end=dt.time(10),
        place="2",
        moderators=(Moderator("moderates", es("UCM"), "Luis"),),
    )
    three = factories.slot(
        "ccc",
        "C",
        start=dt.time(9),
        end=dt.time(10),
        place="3",
        moderators=(Moderator("presents", es("UCCI"), "Ana"),),
    )
    assert rules(one, two) == []
    assert [(c.rule, c.codes) for c in clashes.check(programme(one, three))] == [("moderator-overlap", ("aaa", "ccc"))]


def test_a_long_session_overlaps_each_of_those_inside_it():
    rows = [slot("aaa", "09:00", "12:00", "UCM", place="1"), slot("bbb", "09:30", "10:00", "UCM", place="2"),
            slot("ccc", "11:00", "11:30", "UCM", place="3")]  # fmt: skip
    assert [codes for _l, rule, _m, codes in found(*rows) if rule == "moderator-overlap"] == [
        ("aaa", "bbb"),
        ("aaa", "ccc"),
    ]


def test_rows_that_a_form_would_refuse_stop_publication_too():
    assert rules(slot("aaa", "10:00", "09:00"), slot("bbb", None, None)) == [
        ("blocker", "end-before-start"), ("blocker", "no-start"),
    ]  # fmt: skip


def test_a_session_on_a_day_of_another_workshop_stops_publication():
    assert rules(slot("aaa", "09:00", "10:00"), adrift=(slot("bbb", "09:00", "10:00"),)) == [("blocker", "outside-day")]


def test_nothing_to_publish_stops_publication():
    assert [c.rule for c in clashes.check(Programme("t", es("T"), "es"))] == ["no-days"]
    assert rules() == [("blocker", "no-sessions")]


def test_an_open_end_and_a_gap_are_doubts():
    assert found(slot("aaa", "09:00", None), slot("bbb", "09:30", "10:00"), slot("ccc", "10:30", "11:00")) == [
        ("doubt", "open-end", "7 de septiembre de 2018, 9h00: «AAA» no tiene hora de fin.", ("aaa",)),
        ("doubt", "gap", "7 de septiembre de 2018: no hay nada entre las 10h00 y las 10h30.", ("bbb", "ccc")),
    ]


def test_sessions_side_by_side_without_place_are_a_doubt():
    assert rules(slot("aaa", "09:00", "10:00"), slot("bbb", "09:00", "10:00")) == [("doubt", "overlap")]


def test_an_axis_without_session_and_a_number_given_twice_are_doubts():
    people = (Participant("a", es("A"), number=1), Participant("b", es("B"), number=1))
    assert rules(slot("aaa", "09:00", "10:00"), axes=(Axis(2, es("X")),), participants=people) == [
        ("doubt", "axis-unused"), ("doubt", "number-twice"),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "words"), [(1, "1 texto está sin traducir"), (2, "2 textos están sin traducir")])
def test_what_is_not_translated_is_counted(count, words):
    french = Programme(
        "t",
        Text("T", "fr"),
        "fr",
        days=(ProgrammeDay(FRIDAY, slots=tuple(slot(f"aa{n}", f"0{n}:00", f"0{n + 1}:00") for n in range(count))),),
    )
    [clash] = clashes.check(programme(slot("aaa", "09:00", "10:00")), [french])
    assert (clash.level, clash.rule) == ("doubt", "untranslated")
    assert words in clash.message


def test_a_language_that_the_workshop_does_not_promise_is_no_doubt():
    french = Programme("t", es("T"), "fr", languages=("es",))
    assert clashes.check(programme(slot("aaa", "09:00", "10:00")), [french]) == []


def test_what_a_long_session_covers_is_no_gap():
    rows = [
        slot("aaa", "09:00", "12:00", place="A"),
        slot("bbb", "09:30", "10:00", place="B"),
        slot("ccc", "12:00", "13:00"),
    ]
    assert [c.rule for c in clashes.check(programme(*rows)) if c.rule == "gap"] == []
    rows[2] = slot("ccc", "12:30", "13:00")
    assert [c.codes for c in clashes.check(programme(*rows)) if c.rule == "gap"] == [("bbb", "ccc")]
