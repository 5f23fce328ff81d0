import datetime as dt
from pathlib import Path

import pytest

from agenda import programme, publishing
from agenda.models import Attendance, Axis, Convener, Day, Item, Section, Session, Workshop
from agenda.notes import document, load, outline
from participants.models import Participant, Region

NOTE = (Path(__file__).parents[2] / "data" / "nota.md").read_text()
TODAY = dt.date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def take(text=NOTE, year=2018, **options):
    """The note read into the workshop of this address, as whoever imports it says."""
    read = outline.read(document.read(text.encode()))
    into = Workshop.objects.filter(slug=load.address(read)).first()
    return load.load(read, load.dates(read, year, TODAY), **{"into": into, **options})


def messages(loaded):
    return [change.text for change in loaded.differences]


def test_the_note_becomes_the_draft_of_a_workshop():
    loaded = take()
    draft = programme.build(loaded.workshop, "es")
    assert loaded.created
    assert (draft.slug, draft.number, str(draft.title)) == ("taller-3", 3, "Ríos que unen ciudades")
    assert [(day.date, str(day.label), day.optional, len(day.slots)) for day in draft.days] == [
        (dt.date(2018, 3, 5), "", False, 4),
        (dt.date(2018, 3, 6), "", False, 2),
        (dt.date(2018, 3, 8), "programación opcional", True, 1),
    ]
    assert [(p.number, str(p.name), p.kind) for p in draft.listed] == [
        (1, "Montevideo", "city"), (2, "CG RECIR", "city"), (3, "Universidad del Litoral", "university"),
        (4, "Área Metropolitana del Ródano", "metropolitan_area"),
    ]  # fmt: skip
    assert [(c.role, c.participant, str(c.led_by)) for c in draft.conveners] == [
        ("convenes", "recir", "Municipalidad de Rosario"), ("funds", "fundacion-aguas-abiertas", ""),
        ("coordinates", "universidad-del-litoral", ""),
    ]  # fmt: skip


def test_city_gives_country_and_time_zone():
    workshop = take(NOTE.replace("Rosario, 5", "Madrid, 5")).workshop
    assert (workshop.city_es, workshop.country, workshop.timezone) == ("Madrid", "ES", "Europe/Madrid")


def test_who_carries_a_session_is_tied_to_the_participant_that_the_name_means():
    take()
    slot = next(s for s in Session.objects.all() if s.part == 1)
    assert [(m.role, m.institution_es, m.participant and m.participant.slug) for m in slot.moderators.all()] == [
        ("moderates", "Coordinación General RECIR", "cg-recir"), ("concludes", "Montevideo", "montevideo"),
    ]  # fmt: skip


def test_the_same_note_twice_changes_nothing():
    first = take()
    before = {model: list(model.objects.order_by("pk").values()) for model in (Workshop, Session, Item, Participant)}
    again = take()
    after = {model: list(model.objects.order_by("pk").values()) for model in (Workshop, Session, Item, Participant)}
    assert (again.created, again.differences, again.workshop, after) == (False, [], first.workshop, before)


def test_a_changed_note_updates_what_changed_and_keeps_codes_and_translations():
    take()
    codes = list(Session.objects.order_by("pk").values_list("code", flat=True))
    talk = Session.objects.get(part=1)
    talk.title_en = "The bank"
    talk.save()
    Item.objects.filter(text_es="Relatos").update(text_en="Stories")
    loaded = take(
        NOTE.replace("9h45- 11h00", "9h50- 11h00").replace("• Mapas", "• Cartas").replace("Pausa café", "Café")
    )
    talk.refresh_from_db()
    assert messages(loaded) == [
        "Cambio de hora: «La orilla: vivir junto al río», antes 5 de marzo, 9h45–11h00, ahora 5 de marzo, 9h50–11h00.",
        "Otros detalles: «La orilla: vivir junto al río».",
        "Cambio de título: «Pausa café» es ahora «Café».",
    ]
    assert list(Session.objects.order_by("pk").values_list("code", flat=True)) == codes
    assert (talk.start, talk.title_en) == (dt.time(9, 50), "The bank")
    assert list(talk.items.values_list("text_es", "text_en")) == [
        ("Cartas", None),
        ("Relatos", "Stories"),
        ("Debate", None),
    ]


def test_what_the_organiser_corrected_stays_when_the_note_says_nothing_new_of_it():
    take()
    talk = Session.objects.get(part=1)
    talk.title_es, talk.visibility, talk.place = "La orilla del río", "members", "Sala A"
    talk.save()
    take(NOTE.replace("9h45- 11h00", "9h50- 11h00"))
    talk.refresh_from_db()
    assert (talk.title_es, talk.visibility, talk.place, talk.start) == (
        "La orilla del río",
        "members",
        "Sala A",
        dt.time(9, 50),
    )


def test_a_row_that_the_note_gave_up_goes_and_one_made_by_hand_stays():
    loaded = take()
    own = Session.objects.create(day=loaded.workshop.days.first(), start=dt.time(20), title_es="Cena")
    again = take(NOTE.replace("11h00-11h30\tPausa café\n", ""))
    assert messages(again) == ["Cancelada: «Pausa café», 5 de marzo, 11h00–11h30."]
    assert Session.objects.filter(pk=own.pk).exists()


def test_a_participant_that_the_note_gave_up_leaves_the_list_and_stays_in_the_network():
    loaded = take()
    again = take(NOTE.replace("4. Área Metropolitana del Ródano\n", ""))
    assert messages(again) == ["Ya no participa: Área Metropolitana del Ródano."]
    assert loaded.workshop.attendances.count() == 3
    assert Participant.objects.filter(name_es="Área Metropolitana del Ródano").exists()


def test_a_second_workshop_shares_the_participants_and_regions_of_the_first():
    take()
    take(NOTE.replace("No 3", "No 4"))
    assert (
        Workshop.objects.count(),
        Participant.objects.filter(name_es="Montevideo").count(),
        Region.objects.count(),
    ) == (2, 1, 2)


def test_the_note_reaches_the_draft_only():
    loaded = take()
    publishing.publish(loaded.workshop)
    take(NOTE.replace("Pausa café", "Café"))
    [public] = publishing.released([loaded.workshop.releases.get()], "es", "public")
    assert "Pausa café" in [str(slot.title) for _day, slot in public.entries]


def test_without_year_the_note_says_which_years_fit():
    with pytest.raises(document.NoteError) as error:
        take(year=None)
    assert "Sus días de la semana encajan en 2012, 2018, 2029" in str(error.value)


def test_a_year_in_which_the_weekdays_differ_is_refused():
    with pytest.raises(document.NoteError) as error:
        take(year=2019)
    assert (
        str(error.value)
        == "Las jornadas de la nota no existen así en 2019: los días de la semana encajan en 2012, 2018, 2029."
    )


def test_a_value_that_cannot_stand_in_the_database_undoes_everything():
    with pytest.raises(document.NoteError) as error:
        take(NOTE.replace("Pausa café", "P" * 400))
    assert "300" in str(error.value)
    assert (
        Workshop.objects.count(),
        Session.objects.count(),
        Participant.objects.count(),
        Region.objects.count(),
    ) == (0, 0, 0, 0)


def test_an_end_that_cannot_be_is_a_doubt_of_its_row_and_the_note_is_taken_over():
    read = outline.read(document.read(NOTE.replace("11h00-11h30", "11h00-10h30").encode()))
    assert "«Pausa café» no puede ir de 11h00 a 10h30: entra sin su hora de fin." in [d.text for d in read.doubts]
    take(NOTE.replace("11h00-11h30", "11h00-10h30"))
    coffee = Session.objects.get(title_es="Pausa café")
    assert (coffee.start, coffee.end) == (dt.time(11), None)


def test_a_dinner_until_after_midnight_keeps_its_end():
    take(NOTE.replace("11h00-11h30", "22h00-1h30"))
    dinner = Session.objects.get(title_es="Pausa café")
    assert (dinner.start, dinner.end) == (dt.time(22), dt.time(1, 30))


def drop_session(of):
    of.sessions.get(title_es="Bienvenida").delete()


def drop_axis(of):
    of.axes.get(number=1).delete()


def renumber_axis(of):
    of.axes.filter(number=1).update(number=7)


def drop_section(of):
    of.sections.get(kind="objectives").delete()


def move_day(of):
    of.days.filter(date=dt.date(2018, 3, 8)).update(date=dt.date(2018, 3, 9))


def drop_day(of):
    of.days.get(date=dt.date(2018, 3, 6)).delete()


def drop_convener(of):
    of.conveners.get(role="funds").delete()


def drop_attendance(of):
    of.attendances.get(participant__name_es="Montevideo").delete()


def rename_participant(of):
    Participant.objects.filter(name_es="Montevideo").update(
        name_es="Montevideo (Intendencia)", name="Montevideo (Intendencia)"
    )


def move_participant(of):
    Participant.objects.filter(name_es="Montevideo").update(region=Region.objects.get(name_es="Europa"))


def rename_region(of):
    Region.objects.filter(name_es="Europa").update(name_es="Unión Europea", name="Unión Europea")


@pytest.mark.parametrize(
    "by_hand",
    [drop_session, drop_axis, renumber_axis, drop_section, move_day, drop_day, drop_convener, drop_attendance,
     rename_participant, move_participant, rename_region],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_what_the_organiser_took_away_renamed_or_moved_stays_so_when_the_note_comes_again(by_hand):
    of = take().workshop
    by_hand(of)
    before = programme.build(of, "es")
    people = Participant.objects.count()
    again = take()
    assert (again.differences, programme.build(again.workshop, "es"), Participant.objects.count()) == (
        [],
        before,
        people,
    )
    changed = take(NOTE.replace("Pausa café", "Café"))
    assert messages(changed) == ["Cambio de título: «Pausa café» es ahora «Café»."]


def test_what_stands_twice_in_a_note_is_told_and_counted_once():
    text = NOTE.replace(
        "Eje 2. La corriente. Sobre lo que pasa.",
        "Eje 2. La corriente. Sobre lo que pasa.\n\nEje 2. La corriente. Otra vez.",
    )
    text = text.replace("2. CG RECIR", "2. CG RECIR\n2. CG RECIR").replace(
        "11h00-11h30\t", "##### LUNES 5 DE MARZO\n\n11h00-11h30\t"
    )
    read = outline.read(document.read(text.encode()))
    assert [doubt.text for doubt in read.doubts if "segunda" in doubt.text] == [
        "El eje 2 se describe por segunda vez.",
        "«LUNES 5 DE MARZO» aparece por segunda vez: sus filas siguen ahí.",
        "«CG RECIR» aparece por segunda vez en la lista.",
    ]
    assert [len(day.slots) for day in programme.build(take(text).workshop, "es").days] == [4, 2, 1]


def test_a_hundred_chapters_are_read():
    chapters = "".join(f"## {n}. CAPÍTULO {n}\n\nTexto {n}.\n\n" for n in range(1, 100))
    assert take(NOTE.replace("#### IV. AGENDA", chapters + "#### IV. AGENDA")).workshop.sections.count() == 102


def another_series():
    return NOTE.replace("Ríos que unen ciudades", "Otra serie").replace("Pausa café", "Merienda")


def test_a_note_with_the_number_of_another_workshop_makes_a_new_one():
    first = take().workshop
    before = programme.build(first, "es")
    made = take(another_series(), into=None)
    assert (made.created, made.workshop.slug) == (True, "taller-3-2")
    assert programme.build(Workshop.objects.get(pk=first.pk), "es") == before


def test_looking_writes_nothing_and_tells_what_would_be_done():
    first = take().workshop
    before = programme.build(first, "es")
    changed = NOTE.replace("11h00-11h30\tPausa café\n", "").replace("4. Área Metropolitana del Ródano\n", "")
    looked = take(changed, only_look=True)
    assert programme.build(Workshop.objects.get(pk=first.pk), "es") == before
    assert messages(looked) == [
        "Cancelada: «Pausa café», 5 de marzo, 11h00–11h30.",
        "Ya no participa: Área Metropolitana del Ródano.",
    ]
    assert (
        take(changed).going
        == looked.going
        == (
            "participante del taller: 4. Área Metropolitana del Ródano",
            "sesión: Pausa café",
        )
    )


def test_every_row_that_a_note_takes_away_is_named():
    first = take().workshop
    models = (Attendance, Axis, Convener, Day, Section, Session)
    rows = {model: set(model.objects.values_list("pk", flat=True)) for model in models}
    items = set(Item.objects.filter(session__title_es="Bienvenida").values_list("text_es", flat=True))
    tuesday, thursday = NOTE.index("<b>MARTES"), NOTE.index("JUEVES")
    without = (NOTE[:tuesday] + NOTE[thursday - 3 :]).replace(" <li>• RECIR</li>", "")
    loaded = take(without, into=first)
    gone = sum(len(pks - set(model.objects.values_list("pk", flat=True))) for model, pks in rows.items())
    assert gone == 3
    assert len(loaded.going) == gone + 1
    assert [row for row in loaded.going if "RECIR" in row and "Bienvenida" in row]
    assert set(Item.objects.filter(session__title_es="Bienvenida").values_list("text_es", flat=True)) < items


def test_a_note_that_no_longer_says_members_only_opens_nothing():
    marked = NOTE.replace("Pausa café", "Pausa café (solo para miembros)")
    take(marked)
    session = Session.objects.get(title_es="Pausa café")
    assert session.visibility == "listed"
    loaded = take(NOTE)
    session.refresh_from_db()
    assert session.visibility == "listed"
    assert loaded.kept == (
        "«Pausa café» sigue como estaba, «Solo miembros; su fila es pública»: ábrala a mano si la nota quiere decir eso.",
    )
    assert take(NOTE).kept == ()  # said once


def test_a_note_that_says_members_only_closes_a_row():
    take()
    take(NOTE.replace("Pausa café", "Pausa café (solo para miembros)"))
    assert Session.objects.get(title_es="Pausa café").visibility == "listed"
