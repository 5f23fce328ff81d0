"""Workbooks go through the real LibreOffice and come back as they were."""

import json
import shutil
import subprocess

import pytest

from agenda.models import Session
from participants.models import Participant
from tests import factories
from tests.books import bring, export, look

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
]
FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8"}
SHEETS = ("Taller", "Jornadas", "Ejes", "Sesiones", "Puntos", "Personas", "Participantes", "Lista", "Convocantes")
SPANISH, ENGLISH = "3082", "1033"  # of Windows, as LibreOffice's filters name languages


@pytest.fixture
def of():
    of = factories.small()
    of.latitude, of.longitude = 40.416, -3.704
    of.save()
    talk = Session.objects.get(part=1)
    talk.description_es, talk.languages, talk.place = "- uno\n'- dos\n  tres  cuatro", ["es", "sgn"], "3-2"
    talk.title_en, talk.title_fr = "=1+1", "1/2"
    talk.save()
    factories.session(of.days.get(), "22:00", "00:00", "Baile", place="007", visibility="members")
    factories.participant("0,5", factories.region(), latitude=1.5, longitude=-0.25)
    Participant.objects.filter(slug="quito").update(latitude=-0.18, longitude=-78.467)
    return of


def through(tmp_path, data, kind, to, filter_in=""):
    """What LibreOffice makes of a file when it opens and saves it."""
    source, out = tmp_path / f"libro.{kind}", tmp_path / "fuera"
    source.write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += [f"--infilter={filter_in}"] if filter_in else []
    subprocess.run(
        [*command, "--convert-to", to, "--outdir", out, source], check=True, capture_output=True, timeout=240
    )
    return (out / f"libro.{to.partition(':')[0]}").read_bytes()


@pytest.mark.parametrize("kind", FILTERS)
@pytest.mark.parametrize("to", FILTERS)
def test_a_workbook_comes_back_from_libreoffice_as_it_was(of, tmp_path, kind, to):
    plan = look(through(tmp_path, export(kind), kind, FILTERS[to]))
    assert (plan.rows, plan.problems, plan.questions) == ((), (), ())
    assert plan.same == 16


@pytest.mark.parametrize("language", [SPANISH, ENGLISH])
@pytest.mark.parametrize("special", ["true", "false"], ids=["special numbers", "plain"])
def test_a_csv_comes_back_from_libreoffice_as_it_was(of, tmp_path, language, special):
    found = {}
    for sheet in SHEETS:
        saved = f"csv:Text - txt - csv (StarCalc):59,34,76,1,,{language},false,true,false"
        opened = f"CSV:59,34,76,1,,{language},false,{special}"
        plan = look(through(tmp_path, export("csv", sheet), "csv", saved, opened), name=f"{sheet}.csv")
        problems = [str(problem) for problem in plan.problems]
        found[sheet] = [*((row.label, row.cells) for row in plan.rows), *problems, *plan.questions]
    assert found == {sheet: [] for sheet in SHEETS}


def test_a_translation_made_in_libreoffice_is_taken(of, tmp_path):
    rows = json.loads(export("json"))
    assert rows["Sesiones"]
    data = through(tmp_path, export("ods", languages=["es", "fr"]), "ods", FILTERS["xlsx"])
    assert bring(data) == (0, 0, 0, 16)
