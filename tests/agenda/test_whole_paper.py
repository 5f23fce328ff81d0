"""Nothing is lost on paper: long and odd programmes stand whole on every paper, in type that can be read."""

import datetime as dt
import io
import itertools

import pikepdf
import pypdf
import pypdfium2
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda import clashes, programme, publishing
from agenda.models import Section, Workshop
from agenda.printing import EVERYTHING, PAPERS, counting, filling, outlines, typesetting
from agenda.programme import Axis, Item, Programme, ProgrammeDay, letters
from agenda.programme import Participant as Listed
from agenda.programme import Section as Chapter
from languages import Text
from tests import factories

COPY = typesetting.Copy("https://talleres.example/es/taller-3/v/1/")
FRIDAY = dt.date(2018, 9, 7)


def es(text):
    return Text(text, "es")


def tree(*slots, **fields):
    days = fields.pop("days", (ProgrammeDay(FRIDAY, slots=slots),))
    values = {"title": es("Ríos que unen"), "language": "es", "release": 1, "timezone": "Europe/Madrid",
              "published_at": dt.datetime(2018, 9, 1, tzinfo=dt.UTC), "days": days}  # fmt: skip
    return Programme("taller-3", **{**values, **fields})


def setting(of, name):
    with translation.override(of.language):
        return typesetting.pdf(EVERYTHING[name], of, COPY)


def pages(data):
    """The words of each page, as a reader that leaves nothing out has them."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def sizes(data):
    """How large the type is, in points, on all pages."""
    found = set()
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            for thing in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                matrix, size = thing.get_matrix(), pypdfium2.raw.c_float()
                pypdfium2.raw.FPDFTextObj_GetFontSize(thing.raw, size)
                found.add(round(size.value * (matrix.b**2 + matrix.d**2) ** 0.5, 1))
    return found


def word(n):
    return f"palabra{n:04}"


def at(code, start, end, title, **fields):
    begin, finish = (dt.time.fromisoformat(hour) if hour else None for hour in (start, end))
    return factories.slot(code, title, start=begin, end=finish, **fields)


# --- the count ---


def test_a_paper_that_lacks_words_is_not_made(monkeypatch):
    real = typesetting.html
    monkeypatch.setattr(typesetting, "html", lambda *args: real(*args).replace("perdida", ""))
    with pytest.raises(counting.Lost, match=r"2 words are missing on paper: perdida \(2\)"):
        setting(tree(at("aaaa", "09:00", "10:00", "Una perdida y otra perdida")), "agenda")


def test_what_stands_outside_of_the_page_is_missing(monkeypatch):
    real = typesetting.html
    monkeypatch.setattr(
        typesetting, "html", lambda *args: real(*args).replace("<h3>", '<h3 style="margin-left: 400mm">')
    )
    with pytest.raises(counting.Lost, match="fugada"):
        setting(tree(at("aaaa", "09:00", "10:00", "Fugada")), "completo")


@pytest.mark.parametrize("name", ["completo", "cuadernillo", "letra-grande"])
def test_twelve_long_notes_a_note_in_a_note_and_a_list_in_one_are_all_printed(name):
    numbers = itertools.count()
    notes = [" ".join(word(next(numbers)) for _ in range(80)) for _ in range(12)]
    calls = " ".join(f"Texto[^{n}]" for n in range(12))
    body = calls + "\n\n" + "\n".join(f"[^{n}]: {note}" for n, note in enumerate(notes))
    body += "\n\nFin[^x].\n\n[^x]: Fuera[^y].\n\n    - Norte\n    - Sur\n\n[^y]: Dentro."
    of = tree(at("aaaa", "09:00", "10:00", "Una"), sections=(Chapter("justification", es("Porqué"), es(body)),))
    text = counting.bare("".join(pages(setting(of, name))))
    assert [said for said in ("fuera", "norte", "dentro") if said not in text] == []
    # A few words lie between two pages, whose foot is between them.
    assert sum(word(n) not in text for n in range(next(numbers))) <= len(pages(setting(of, name)))


ODD = st.lists(
    st.text(st.sampled_from("abcñü .,-()«»\"'/0123ÁÉßłő"), min_size=1, max_size=60)
    | st.sampled_from(["https://www.example.org/" + "x" * 150, "W" * 90, "Donaudampfschifffahrt " * 14, "مدينة", "城市与水"]),
    min_size=1, max_size=4,
)  # fmt: skip


LONG = [pytest.param(name, marks=pytest.mark.long) for name in ("completo", "cartel", "letra-grande")]


@pytest.mark.parametrize("name", ["agenda", *LONG])
@settings(max_examples=12)
@given(ODD, st.integers(0, 20))
def test_odd_and_long_texts_are_whole_on_every_paper(name, texts, items):
    slots = [
        at(f"aaa{n}", f"{9 + n:02}:00", f"{9 + n:02}:50", text.strip() or "x", place=text[:60].strip(),
           items=tuple(Item(es(f"{text} {m}")) for m in range(items)), axis=1)
        for n, text in enumerate(texts)
    ]  # fmt: skip
    of = tree(*slots, axes=(Axis(1, es(texts[0][:200] or "x")),), title=es(texts[-1][:300].strip() or "x"))
    assert setting(of, name)  # raises where a word is missing


# --- type and pages ---


def three_rooms(days=1, rows_a_room=13):
    made = []
    for day in range(days):
        slots = []
        for room in ("Sala 1", "Sala 2", "Sala 10"):
            start = dt.datetime(2018, 9, 7, 9, 5 * int(room[-1]))
            for n in range(rows_a_room):
                end = start + dt.timedelta(minutes=40 + 5 * (n % 3))
                code = f"r{day}{room[-2:].strip()}{n:02}".replace(" ", "")
                slots.append(
                    factories.slot(
                        code, f"Sesión {n} sobre agua y vivienda", start=start.time(), end=end.time(), place=room
                    )
                )
                start = end
        slots.sort(key=lambda slot: slot.order)
        made.append(ProgrammeDay(FRIDAY + dt.timedelta(day), slots=tuple(slots)))
    return tree(days=tuple(made))


@pytest.mark.parametrize("name", [name for name in PAPERS if name != "rotulos"])
def test_no_type_is_under_nine_points(name):
    of = three_rooms(2)
    data = setting(of, name)
    assert min(sizes(data)) >= (9 if name != "cuadernillo" else 6.3)  # two pages of A5 beside each other


def test_titles_and_times_of_the_poster_are_read_from_two_metres():
    # The x of Alegreya Bold, of 22 points, in millimetres.
    from fontTools.ttLib import TTFont

    from agenda.printing.sources import fonts

    face = TTFont(fonts()[outlines.BOLD])
    assert face["OS/2"].sxHeight / face["head"].unitsPerEm * 22 / 72 * 25.4 >= 3.5
    with pikepdf.open(io.BytesIO(setting(three_rooms(3), "cartel"))) as document:
        sheets = {tuple(round(float(n)) for n in page.mediabox[2:]) for page in document.pages}
    assert sheets <= {(842, 1191), (1191, 1684)}
    for of in (tree(at("aaaa", "09:00", "10:00", "Una")), three_rooms(3)):
        large = [size for size in sizes(setting(of, "cartel")) if size >= 22]
        assert large


def test_large_print_is_of_eighteen_points_to_its_running_foot():
    of = tree(at("aaaa", "09:00", "10:00", "Una", place="Sala 1"), at("bbbb", "09:00", "10:00", "Otra", place="Sala 2"),
              sections=(Chapter("justification", es("Porqué"), es("Uno[^1].\n\n[^1]: Nota.")),))  # fmt: skip
    assert min(sizes(setting(of, "letra-grande"))) >= 18


@pytest.mark.parametrize("name", ["completo", "letra-grande"])
def test_no_page_but_the_last_is_under_half_full(name):
    days = tuple(
        ProgrammeDay(FRIDAY + dt.timedelta(n), slots=tuple(
            at(f"d{n}{m:02}", f"{9 + m:02}:00", f"{9 + m:02}:50", f"Sesión {m}", items=(Item(es("Un punto")),) * 2)
            for m in range(3 + 4 * n)
        ))
        for n in range(3)
    )  # fmt: skip
    of = tree(days=days)
    setter = typesetting._Setter(PAPERS[name], of, COPY, typesetting.Shelf({}))
    with translation.override("es"):
        made = setter.document()
    shares = [round(filling.share(page), 2) for page in made.pages]
    assert min(shares[1:-1], default=1) >= filling.HALF, shares


def test_that_an_end_is_open_is_said_where_no_row_follows():
    of = tree(
        at("aaaa", "09:00", None, "Registro"), at("bbbb", "09:30", "10:00", "Una"), at("cccc", "18:00", None, "Cena")
    )
    text = " ".join(pages(setting(of, "completo"))[-1:])
    assert text.count("sin hora de fin") == 1
    assert "18h00 sin hora de fin Cena" in text


# --- the cover, the room ---


@pytest.mark.parametrize("letters_of_title", [2, 60, 132, 300])
def test_a_cover_holds_a_title_of_any_length_above_its_foot(letters_of_title):
    title = ("Corresponsabilidad y cooperación entre territorios " * 7)[:letters_of_title].strip()
    data = setting(
        tree(at("aaaa", "09:00", "10:00", "Una"), title=es(title), venue=es("Casa"), address="Calle Ancha 1"),
        "completo",
    )
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        last = text.search(title.split()[-1]).get_next() or (0, 1)
        bottoms = [text.get_charbox(n)[1] for n in range(last[0], last[0] + 1)]
        foot = text.get_charbox(text.search("7 de septiembre").get_next()[0])[3]
    assert min(bottoms) > foot


def listed(*names):
    return tuple(Listed(f"p{n}", es(name), number=n) for n, name in enumerate(names, 1))


def test_a_sign_is_as_large_as_its_width_allows_on_both_sides_of_the_fold():
    long = "Mancomunidad intermunicipal de desarrollo sostenible de la cuenca alta del río Guadalquivir"
    of = tree(at("aaaa", "09:00", "10:00", "Una"), participants=listed("Lyon", "Montevideo", long))
    data = setting(of, "rotulos")
    largest = []
    for number, name in enumerate(("Lyon", "Montevideo", long)):
        with pikepdf.open(io.BytesIO(data)) as document:
            one = pikepdf.new()
            one.pages.append(document.pages[number])
            file = io.BytesIO()
            one.save(file)
        largest.append(max(sizes(file.getvalue())))
        assert pages(file.getvalue())[0].count(name.split()[0]) == 2
    assert largest == sorted(largest, reverse=True)
    assert largest[0] == 150
    assert largest[2] >= 24


def test_badges_are_ten_on_a_sheet_and_people_of_whom_a_name_is_known_need_no_pen():
    talk = at(
        "aaaa", "09:00", "10:00", "Una", moderators=(programme.Moderator("presents", es("Universidad"), "Ana Mora"),)
    )
    of = tree(talk, participants=listed(*(f"Ciudad {n}" for n in range(1, 12))))
    first, second = pages(setting(of, "credenciales"))
    assert [f"Ciudad {n}" in first for n in (1, 10, 11)] == [True, True, False]
    assert "Ana Mora Universidad" in second


def test_nobody_signs_for_a_day_to_be_defined_and_who_moderates_has_a_line():
    talk = at(
        "aaaa", "09:00", "10:00", "Una", moderators=(programme.Moderator("moderates", es("Universidad"), "Ana Mora"),)
    )
    later = ProgrammeDay(
        FRIDAY + dt.timedelta(3), optional=True, slots=(factories.slot("bbbb", "Por definir", part_of_day="morning"),)
    )
    of = tree(days=(ProgrammeDay(FRIDAY, slots=(talk,)), later), participants=listed("Lyon"))
    [sheet] = pages(setting(of, "hoja-de-firmas"))
    assert "Universidad Ana Mora" in sheet
    assert "1 / 1" in sheet


def test_every_signing_sheet_says_its_day_and_which_of_how_many_it_is():
    of = tree(at("aaaa", "09:00", "10:00", "Una"), participants=listed(*(f"Ciudad {n}" for n in range(60))))
    sheets = pages(setting(of, "hoja-de-firmas"))
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert "Hoja de firmas: Viernes 7 de septiembre" in sheet
        assert f"{number} / {len(sheets)}" in sheet


def test_a_door_sheet_says_what_is_for_members_alone():
    of = tree(at("aaaa", "09:00", "10:00", "Comité", place="Sala 1", visibility="listed"))
    assert "Solo para miembros" in pages(setting(of, "puerta"))[0]


def test_a_draft_says_of_when_it_is():
    when = dt.datetime(2018, 8, 30, 17, 45, tzinfo=dt.UTC)
    of = tree(at("aaaa", "09:00", "10:00", "Una"), release=None, published_at=None)
    with translation.override("es"):
        data = typesetting.pdf(PAPERS["completo"], of, typesetting.Copy("https://x.example/", True, False, when))
    assert all("BORRADOR del 30 de agosto de 2018, 17h45" in page for page in pages(data)[1:])


def test_a_booklet_has_notes_where_a_sheet_has_room_and_its_version_on_the_back(db):
    data = setting(tree(at("aaaa", "09:00", "10:00", "Una"), at("bbbb", "10:00", "11:00", "Otra")), "cuadernillo")
    sides = pages(data)
    assert len(sides) == 2
    assert "Versión 1" in sides[0]
    assert "Ríos que unen" in sides[0]


def test_a_copy_that_is_half_translated_says_so():
    slots = (
        at("aaaa", "09:00", "10:00", "Una sesión de agua"),
        factories.slot("bbbb", "", start=dt.time(11), end=dt.time(12)),
    )
    of = tree(*slots, language="fr")
    assert "de ce programme est en français" in " ".join(pages(setting(of, "completo")))


# --- letters ---


def test_the_characters_that_are_known_are_those_of_the_files():
    from fontTools.ttLib import TTFont

    from agenda.printing.sources import fonts

    faces = (
        "AlegreyaSans_400Regular.ttf",
        "AlegreyaSans_700Bold.ttf",
        "Alegreya_400Regular.ttf",
        "Alegreya_700Bold.ttf",
    )
    assert letters.covered() == frozenset.intersection(
        *(frozenset(TTFont(fonts()[face]).getBestCmap()) for face in faces)
    )


def test_a_character_that_no_face_of_paper_has_is_doubted_with_its_text(db):
    of = factories.small()
    Workshop.objects.update(title_es="Ríos 城市 🌊 y Đà Nẵng")
    of.refresh_from_db()
    found = [clash for clash in clashes.check(programme.build(of, "es")) if clash.rule == "foreign-letters"]
    assert [clash.level for clash in found] == ["doubt"]
    assert "«城 市 🌊»" in found[0].message
    assert "Ríos" in found[0].message
    Workshop.objects.update(title_es="Łódź, Đà Nẵng, «São Tomé» – 12 €")
    of.refresh_from_db()
    assert not [clash for clash in clashes.check(programme.build(of, "es")) if clash.rule == "foreign-letters"]


def test_other_scripts_are_set_in_faces_of_the_server_and_no_sign_is_missing():
    of = tree(at("aaaa", "09:00", "10:00", "الماء والمدينة"), at("bbbb", "10:00", "11:00", "城市与水 🌊 Вода"))
    with pikepdf.open(io.BytesIO(setting(of, "completo"))) as document:
        for page in document.pages:
            for font in page.Resources.get("/Font", {}).values():
                if "/DescendantFonts" in font:  # the sign of a face that lacks it is its first (PDF 32000-1, 9.7.6.3)
                    unicode = font.ToUnicode.read_bytes()
                    assert b"<0000>" not in unicode.partition(b"endcodespacerange")[2], font.BaseFont


def test_practical_matters_come_last_and_links_can_be_typed(db):
    of = factories.small()
    Section.objects.create(workshop=of, kind="practical", title_es="Llegar", position=9,
                           body_es="Llene [este formulario](https://red.example/f).")  # fmt: skip
    publishing.publish(of)
    [made] = publishing.released([of.releases.get()], "es", "public")
    last = pages(setting(made, "completo"))[-1]
    assert "este formulario (https://red.example/f)" in last
