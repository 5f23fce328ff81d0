import datetime as dt

import msgspec
import pytest

from agenda import changes
from agenda import programme as programmes
from agenda.programme import Axis, Moderator, Participant, Programme, ProgrammeDay, Section, Slot
from languages import Text
from tests.factories import slot

FRIDAY, SATURDAY = dt.date(2018, 9, 7), dt.date(2018, 9, 8)


def es(text):
    return Text(text, "es")


BASE = slot(
    "aaaa",
    "Cuencas",
    start=dt.time(10),
    end=dt.time(11),
    place="A",
    moderators=(Moderator("moderates", es("UCM")),),
)


def programme(*slots, day=FRIDAY, **fields):
    return Programme("t", es("T"), "es", days=(ProgrammeDay(day, slots=slots),), **fields)


def but(**fields):
    return msgspec.structs.replace(BASE, **fields)


def diff(old, new):
    return [(c.kind, c.text, c.code) for c in changes.diff(old, new)]


@pytest.mark.parametrize(
    ("new", "kind", "text"),
    [
        (but(start=dt.time(10, 30)), "moved", "Cambio de hora: «Cuencas», antes 7 de septiembre, 10h00–11h00, ahora 7 de septiembre, 10h30–11h00."),
        (but(start=None, end=None, part_of_day="morning"), "moved", "Cambio de hora: «Cuencas», antes 7 de septiembre, 10h00–11h00, ahora 7 de septiembre, mañana."),
        (but(title=es("Ríos")), "renamed", "Cambio de título: «Cuencas» es ahora «Ríos»."),
        (but(place="B"), "place", "Cambio de lugar: «Cuencas», ahora B."),
        (but(place=""), "place", "Cambio de lugar: «Cuencas», ahora sin lugar todavía."),
        (but(moderators=(Moderator("concludes", es("UCCI")),)), "people", "Cambio de quienes intervienen: «Cuencas», ahora UCCI (conclusiones)."),
        (but(moderators=()), "people", "Cambio de quienes intervienen: «Cuencas», ahora nadie todavía."),
        (but(description=es("más")), "details", "Otros detalles: «Cuencas»."),
    ],
)  # fmt: skip
def test_a_change_of_a_session_is_said_in_words(new, kind, text):
    assert diff(programme(BASE), programme(new)) == [(kind, text, "aaaa")]


def test_new_and_cancelled_sessions_are_said_in_words():
    other = msgspec.structs.replace(BASE, code="bbbb", title=es("Orillas"))
    assert diff(programme(BASE), programme(other)) == [
        ("new", "Nueva: «Orillas», 7 de septiembre, 10h00–11h00.", "bbbb"),
        ("cancelled", "Cancelada: «Cuencas», 7 de septiembre, 10h00–11h00.", "aaaa"),
    ]


def test_a_session_on_another_day_has_moved():
    assert diff(programme(BASE), programme(BASE, day=SATURDAY))[0][1] == (
        "Cambio de hora: «Cuencas», antes 7 de septiembre, 10h00–11h00, ahora 8 de septiembre, 10h00–11h00."
    )


def test_what_stands_around_the_agenda_is_said_too():
    old = programme(participants=(Participant("a", es("Asunción"), number=1), Participant("b", es("Bogotá"), number=2)))
    new = programme(venue=es("Sede"), axes=(Axis(1, es("X")),), sections=(Section("other", es("S")),),
                    participants=(Participant("b", es("Bogotá"), number=1), Participant("q", es("Quito"), number=2)))  # fmt: skip
    assert [text for _kind, text, _code in diff(old, new)] == [
        "El taller se celebra en: Sede.",
        "Nuevo participante: Quito.",
        "Ya no participa: Asunción.",
        "Han cambiado datos de participantes.",
        "Han cambiado los ejes.",
        "Ha cambiado la presentación.",
    ]


def test_equal_programmes_have_no_changes_and_different_ones_always_have_one():
    assert diff(programme(BASE), programme(BASE)) == []
    for field in msgspec.structs.fields(Slot):
        values = {
            "axis": 2,
            "part": 2,
            "kind": "meal",
            "visibility": "listed",
            "items": (),
            "part_of_day": "morning",
        }
        if field.name in values and getattr(BASE, field.name) != values[field.name]:
            assert diff(programme(BASE), programme(but(**{field.name: values[field.name]}))), field.name


def test_programmes_for_two_audiences_are_not_compared():
    members, public = (programmes.for_audience(programme(BASE), who) for who in ("members", "public"))
    for pair in ((members, public), (public, members), (programme(BASE), public)):
        with pytest.raises(ValueError, match="not compared"):
            changes.diff(*pair)


def test_a_change_of_the_end_alone_is_told():
    [(kind, text, code)] = diff(programme(BASE), programme(but(end=dt.time(11, 30))))
    assert (kind, code) == ("moved", "aaaa")
    assert text.endswith("antes 7 de septiembre, 10h00–11h00, ahora 7 de septiembre, 10h00–11h30.")


def test_each_part_of_the_day_has_its_name():
    assert [changes.part_name(part) for part in ("morning", "afternoon", "evening", "")] == [
        "Mañana",
        "Tarde",
        "Noche",
        "",
    ]
