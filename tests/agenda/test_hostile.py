"""What a hostile reading of the site found, and what comes out now."""

import io
import json
import zipfile

import msgspec
import pytest
from django.urls import reverse

from agenda import programme, publishing
from agenda.models import ReleaseTree, Session, Workshop
from agenda.notes import document, load, outline
from agenda.programme import for_audience
from participants.models import Participant
from sheets.problems import TableError
from tests import factories
from tests.agenda.notes.test_load import NOTE, TODAY, take
from tests.books import look, problems
from tests.sheets.test_workbooks import HEADERS, changed, xlsx

pytestmark = pytest.mark.django_db


# --- notes ---


@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 16_000 + "b", "# a" + "#" * 19_000 + "b", "<table\n" * 20_000, "<" * 19_000, "<a " * 6000, "*a" * 9000,
        "[" * 19_000, "<sup>" * 3800, "|:-" * 6000 + "x", "<!--" * 20_000, "&#" * 9000, "9h00-" * 3800, "(miembros " * 1900,
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_a_note_that_was_made_to_hold_the_server_is_answered(text):
    for note in (text, NOTE.replace("Pausa café", text)):
        try:
            outline.read(document.read(note.encode()))
        except document.NoteError as error:
            assert str(error)


def test_a_line_without_end_is_refused_by_its_number():
    with pytest.raises(document.NoteError, match="La línea 2 es demasiado larga"):
        document.read(b"uno\n" + b"x" * (document.LONGEST_LINE + 1))


MARKS = ["(solo para miembros)", "(s\u00f3 membros)", "(members-only)", "\u2014 solo miembros", "(reservado a miembros)",
         "(membres uniquement)", "(solo miembros de la red)", "[solo miembros]", "- reservado a los miembros"]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_a_row_is_for_members_however_a_note_writes_it(mark):
    take(NOTE.replace("Pausa caf\u00e9", f"Pausa caf\u00e9 {mark}"))
    session = Session.objects.get(start="11:00")
    assert (session.visibility, session.title_es) == ("listed", "Pausa caf\u00e9")


@pytest.mark.parametrize("line", ["Solo miembros", "(reservado a los miembros)", "Members only"])
def test_a_line_of_its_own_says_it_too(line):
    take(NOTE.replace("<p>Bienvenida</p>", f"<p>Bienvenida</p> <p>{line}</p>"))
    session = Session.objects.get(title_es="Bienvenida")
    assert (session.visibility, session.items.count()) == ("listed", 2)


@pytest.mark.parametrize(
    "title", ["Encuentro con los miembros de la red", "Miembros y socios: balance", "Reuni\u00f3n de miembros"]
)
def test_a_title_that_only_speaks_of_members_is_for_everyone(title):
    take(NOTE.replace("Pausa caf\u00e9", title))
    assert Session.objects.get(title_es=title).visibility == "everyone"


def test_a_members_row_that_a_note_gives_up_is_pointed_out():
    of = take().workshop
    Session.objects.filter(title_es="Pausa caf\u00e9").update(visibility="members")
    loaded = take(NOTE.replace("11h00-11h30\tPausa caf\u00e9", "15h00-15h30\tOtra cosa"), into=of)
    assert loaded.kept == (
        "\u00abPausa caf\u00e9\u00bb, \u00abSolo miembros, y solo ellos la ven\u00bb, desaparece: mire qui\u00e9n ve las filas nuevas de 2018-03-05.",
    )


def test_what_a_note_would_replace_is_shown_with_the_old_text():
    of = take().workshop
    loaded = take(NOTE.replace("Pausa caf\u00e9", "Merienda"), into=of, only_look=True)
    assert [text for text in loaded.replaced if "\u00abPausa caf\u00e9\u00bb \u2192 \u00abMerienda\u00bb" in text]


def test_a_note_is_not_written_over_what_somebody_has_changed_since_it_was_shown():
    of = take().workshop
    changed_note = NOTE.replace("Pausa caf\u00e9", "Merienda")
    base = take(changed_note, into=of, only_look=True).base
    of.sections.update(body_es="Escrito a mano.")
    read = outline.read(document.read(changed_note.encode()))
    load.load(read, load.dates(read, 2018, TODAY), of, base=base)
    assert set(of.sections.values_list("body_es", flat=True)) == {"Escrito a mano."}
    base = take(into=of, only_look=True).base
    Session.objects.filter(title_es="Merienda").update(title_es="Café de colores")
    read = outline.read(document.read(NOTE.encode()))
    with pytest.raises(document.NoteError, match="Alguien ha cambiado el borrador"):
        load.load(read, load.dates(read, 2018, TODAY), of, base=base)
    assert Session.objects.filter(title_es="Café de colores").exists()


# --- sheets ---


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_table_of_thousands_of_columns_is_told_in_one_sentence(kind):
    names = [f"c{n}" for n in range(20_000)]
    data = ";".join(names) if kind == "csv" else json.dumps([dict.fromkeys(names, "")])
    with pytest.raises(TableError) as error:
        look(data.encode())
    assert [str(problem) for problem in error.value.problems] == [
        "La tabla tiene 20000 columnas: no es una de las nuestras."
    ]


def test_a_name_of_a_column_that_cannot_be_written_is_told(client):
    client.force_login(factories.user())
    factories.small()
    file = io.BytesIO(b'[{"\\ud800": 1}]')
    file.name = "x.json"
    answer = client.post(reverse("admin:agenda_workbook"), {"file": file}, follow=True)
    assert answer.status_code == 200


def test_a_workbook_of_the_old_format_is_asked_for_anew():
    with pytest.raises(TableError, match="xlsx"):
        look(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def with_error(*pairs, twin=None):
    """A workbook with an error in its fifth column, its parts changed by `pairs` of a path and texts."""

    def write(page, _workbook):
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, ["taller-3", "", "2018-09-07", "Comit\u00e9"])
        page.write_formula(1, 4, "=NA()", None, "#N/A")

    data = xlsx(write)
    for path, before, after in pairs:
        data = changed(data, path, (before, after))
    if twin:
        out = io.BytesIO(data)
        with zipfile.ZipFile(out, "a") as parts:
            parts.writestr(twin, b"<worksheet/>")
        data = out.getvalue()
    return data


@pytest.mark.parametrize(
    "data",
    [
        with_error(("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"Worksheets/Sheet1.xml")),
        with_error(("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"nowhere.xml")),
        with_error(twin="XL/WORKSHEETS/SHEET1.XML"),
        with_error(("xl/worksheets/sheet1.xml", b't="e"><f>NA()</f><v>#N/A</v>', b't="str"><f>A1</f>')),
    ],
    ids=["another case", "nowhere", "twins", "no result"],
)
def test_an_error_is_never_read_as_empty_whatever_the_workbook_looks_like(data):
    factories.small()
    assert problems(data)
    assert not Session.objects.filter(title_es="Comit\u00e9").exists()


# --- texts, trees, addresses ---


def test_a_title_with_a_line_break_breaks_no_calendar(client):
    of = factories.small()
    of.title_es = "T\u00edtulo\r\nen dos l\u00edneas \ufffe"
    of.save()
    publishing.publish(of)
    assert Workshop.objects.get().title_es == "T\u00edtulo en dos l\u00edneas"
    for path in ("agenda.ics", "cambios.atom", "schedule.xml"):
        assert client.get(f"/es/taller-3/{path}").status_code == 200
    Workshop.objects.update(title_es="Otro\nt\u00edtulo")  # past the rules
    publishing.publish(Workshop.objects.get())
    assert client.get("/es/taller-3/agenda.ics").status_code == 200


def test_a_stored_tree_that_claims_to_be_the_publics_is_filtered_all_the_same(client):
    of = factories.small()
    factories.session(of.days.get(), "18:00", "19:00", "ZAFIRO", visibility="members")
    publishing.publish(of)
    for row in ReleaseTree.objects.all():
        tree = {**json.loads(row.tree), "audience": "public"}
        ReleaseTree._base_manager.filter(pk=row.pk).update(tree=json.dumps(tree))
    publishing.forget()
    for path in ("agenda/", "schedule.json", "agenda.ics"):
        assert "ZAFIRO" not in client.get(f"/es/taller-3/{path}").content.decode()


def test_a_cancelled_row_that_was_stored_with_its_room_does_not_tell_it():
    full = programme.build(factories.small(), "es")
    day = full.days[0]
    listed = factories.slot("zzzz", "Comit\u00e9", place="ZAFIRO", visibility="listed")
    stored = msgspec.structs.replace(full, cancelled=(msgspec.structs.replace(day, slots=(listed,)),))
    [seen] = for_audience(stored, "public").cancelled[0].slots
    assert (seen.code, seen.place) == ("zzzz", "")


@pytest.mark.parametrize("website", ["https://[", "https://[::1", "http://a]b", "https://\u2100x"])
def test_a_website_that_cannot_be_read_breaks_no_page(client, website):
    of = factories.small()
    Participant.objects.update(website=website)
    publishing.publish(of)
    assert client.get("/es/taller-3/participantes/").status_code == 200
    assert client.get("/es/taller-3/participantes/quito/").status_code == 200


def test_the_history_of_a_draft_is_told_as_the_public_sees_it(client):
    of = factories.small()
    publishing.publish(of)
    factories.session(of.days.get(), "18:00", "19:00", "ZAFIRO", visibility="members")
    publishing.publish(of)
    client.force_login(factories.user())
    for path in ("cambios/", "cambios.atom"):
        assert "ZAFIRO" not in client.get(f"/es/taller-3/borrador/{path}").content.decode()
        assert "ZAFIRO" in client.get(f"/es/taller-3/borrador/{path}?como=miembro").content.decode()


# --- forms of the admin ---


@pytest.mark.parametrize("value", ["x", "9" * 20, "-1", ""])
def test_a_choice_that_cannot_be_is_told_in_the_form(client, value):
    of = factories.small()
    client.force_login(factories.user())
    session = of.sessions.first()
    form = {"day": value, "axis": value, "items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0, "moderators-TOTAL_FORMS": 1,
            "moderators-INITIAL_FORMS": 0, "moderators-0-participant": value, "moderators-0-person": "A"}  # fmt: skip
    assert client.post(reverse("admin:agenda_session_change", args=[session.pk]), form).status_code == 200
    for name, field in (("attendance", "participant"), ("convener", "participant")):
        assert client.post(reverse(f"admin:agenda_{name}_add"), {field: value}).status_code == 200


def test_a_form_holds_so_many_rows_however_many_it_says(client):
    of = factories.small()
    client.force_login(factories.user())
    session = of.sessions.first()
    form = {
        "items-TOTAL_FORMS": 0,
        "items-INITIAL_FORMS": 0,
        "moderators-TOTAL_FORMS": 3000,
        "moderators-INITIAL_FORMS": 0,
    }
    response = client.post(reverse("admin:agenda_session_change", args=[session.pk]), form)
    assert response.status_code == 200
    assert [len(inline.formset.forms) for inline in response.context["inline_admin_formsets"]] == [0, 200]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/agenda/workshop/" + "9" * 5000 + "/change/",
        "/admin/autocomplete/?app_label=agenda&model_name=session&field_name=items",
        "/admin/autocomplete/?app_label=agenda&model_name=day&field_name=sessions",
    ],
    ids=["long number", "items", "sessions"],
)
def test_odd_addresses_of_the_admin_are_no_errors(client, address):
    factories.small()
    client.force_login(factories.user())
    assert client.get(address).status_code in (302, 403, 404)


def test_what_a_role_may_is_edited_by_nobody(client):
    from participants.models import Region  # noqa: F401  the admin is loaded

    client.force_login(factories.user())
    assert client.get("/admin/auth/group/").status_code == 404
