import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agenda.models import Session, Workshop

NOTE = Path(__file__).parents[2] / "data" / "nota.md"
pytestmark = pytest.mark.django_db


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command("import_note", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_says_what_it_read_what_it_doubts_and_what_it_did():
    out, _err = run(str(NOTE), year=2018)
    assert out.splitlines() == [
        "Leído: 3 jornadas, 7 filas, 2 ejes, 4 participantes, 3 entidades convocantes, 3 apartados.",
        "Duda, línea 34: «Registro» no tiene hora de fin.",
        "Duda, línea 41: Una viñeta que no es viñeta: «Modera: Montevideo» dice quién lleva la sesión.",
        "Duda, línea 42: Nada entre las 10h00 y las 10h30.",
        "Se ha creado el borrador de «taller-3».",
    ]
    assert Session.objects.filter(workshop__slug="taller-3").count() == 7


def test_the_second_time_the_command_says_that_nothing_is_new():
    run(str(NOTE), year=2018)
    out, _err = run(str(NOTE), year=2018, workshop="taller-3")
    assert out.splitlines()[-1] == "La nota no dice nada nuevo: «taller-3» queda como estaba."


def test_the_differences_of_a_changed_note_are_printed(tmp_path):
    run(str(NOTE), year=2018)
    changed = tmp_path / "nota.md"
    changed.write_text(NOTE.read_text().replace("Pausa café", "Café"))
    out, _err = run(str(changed), year=2018, workshop="taller-3")
    assert out.splitlines()[-2:] == [
        "El borrador de «taller-3» ha cambiado:",
        "  Cambio de título: «Pausa café» es ahora «Café».",
    ]


def test_a_dry_run_as_json_prints_the_note_without_dates_and_writes_nothing():
    out, err = run(str(NOTE), dry_run=True, json=True)
    answer = json.loads(out)
    assert [day["date"] for day in answer["days"]] == [None, None, None]
    assert [len(day["entries"]) for day in answer["days"]] == [4, 2, 1]
    assert [warning["line"] for warning in answer["warnings"]] == [34, 41, 42]
    assert "No se ha escrito nada." in err
    assert Workshop.objects.count() == 0


def test_a_dry_run_with_the_year_has_dates():
    out, _err = run(str(NOTE), dry_run=True, json=True, year=2018)
    assert [day["date"] for day in json.loads(out)["days"]] == ["2018-03-05", "2018-03-06", "2018-03-08"]


def test_the_workshop_can_be_named():
    run(str(NOTE), year=2018, workshop="rios")
    assert Workshop.objects.get().slug == "rios"


def test_which_workshop_a_note_means_is_never_guessed():
    run(str(NOTE), year=2018)
    with pytest.raises(CommandError) as error:
        run(str(NOTE), year=2018)
    assert "Ya hay un taller «taller-3», «Ríos que unen ciudades»" in str(error.value)
    assert "--workshop taller-3" in str(error.value)
    run(str(NOTE), year=2018, workshop="rios-2")
    assert set(Workshop.objects.values_list("slug", flat=True)) == {"taller-3", "rios-2"}


@pytest.fixture
def shorter(tmp_path):
    run(str(NOTE), year=2018)
    file = tmp_path / "nota.md"
    file.write_text(NOTE.read_text().replace("11h00-11h30\tPausa café\n", ""))
    return str(file)


def test_what_a_note_would_take_away_is_shown_and_stays_until_somebody_agrees(shorter, capsys):
    out = StringIO()
    with pytest.raises(CommandError, match="--yes"):
        call_command("import_note", shorter, year=2018, workshop="taller-3", stdout=out)
    assert "sesión: Pausa café" in out.getvalue()
    assert Session.objects.filter(title_es="Pausa café").exists()
    run(shorter, year=2018, workshop="taller-3", yes=True)
    assert not Session.objects.filter(title_es="Pausa café").exists()


def test_a_dry_run_says_what_would_go_and_takes_nothing_away(shorter):
    out, _err = run(shorter, year=2018, workshop="taller-3", dry_run=True)
    assert "sesión: Pausa café" in out
    assert out.splitlines()[-1] == "No se ha escrito nada."
    assert Session.objects.filter(title_es="Pausa café").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "El archivo está vacío."),
        (b"\x89PNG\r\n\x1a\n\0\0", "no es un texto"),
        ("Año".encode("latin-1"), "no es texto UTF-8"),
        (b"x" * 50 * 1024 * 1024, "El archivo tiene 50 MB"),
        (b"<script>alert(1)</script>", "No se ha encontrado ninguna agenda"),
    ],
    ids=["empty", "picture", "latin-1", "50 MB", "only scripts"],
)
def test_what_is_no_note_stops_the_command_and_writes_nothing(tmp_path, content, why):
    file = tmp_path / "nota.md"
    file.write_bytes(content)
    with pytest.raises(CommandError) as error:
        run(str(file), year=2018)
    assert why in str(error.value)
    assert str(file) in str(error.value)
    assert Workshop.objects.count() == 0


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"falta\.md"):
        run(str(tmp_path / "falta.md"))
