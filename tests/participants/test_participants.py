import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from participants import gazetteer
from participants.models import Participant, Region
from sheets.writing import FORMATS
from tests import factories
from tests.books import bring, export, problems, xlsx

pytestmark = pytest.mark.django_db


def refused(row, message):
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert message in [text for texts in error.value.message_dict.values() for text in texts]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.bulk_create([row])


def test_a_name_stands_once_in_its_region():
    region = factories.region()
    factories.participant("Santiago", region)
    refused(
        Participant(name="Santiago", name_es="Santiago", region=region, slug="otra"),
        "Esta región ya tiene un participante con este nombre.",
    )
    factories.participant("Santiago", factories.region("Unión Europea"))


def test_a_name_stands_once_among_those_without_region():
    factories.participant("EU-LAC")
    refused(
        Participant(name="EU-LAC", name_es="EU-LAC", slug="otra"),
        "Ya hay un participante sin región con este nombre.",
    )


def test_a_region_stands_once():
    factories.region("Europa")
    refused(Region(name="Europa", name_es="Europa"), "Ya hay una región con este nombre.")


def test_a_country_is_two_capital_letters():
    row = Participant(name="X", name_es="X", slug="x", country="es")
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_an_address_is_made_from_the_name_and_stays_when_the_name_changes():
    one, two = (
        factories.participant("Río de Janeiro"),
        factories.participant("Río de Janeiro", factories.region()),
    )
    assert (one.slug, two.slug) == ("rio-de-janeiro", "rio-de-janeiro-2")
    one.name_es = "Río"
    one.save()
    assert Participant.objects.get(pk=one.pk).slug == "rio-de-janeiro"


@pytest.mark.parametrize(
    ("name", "full", "kind", "country"),
    [
        ("Quito", "", "city", "EC"),
        ("Ayuntamiento de Madrid", "", "city", "ES"),
        ("Área Metropolitana del Valle de Aburrá", "", "metropolitan_area", "CO"),
        ("Minas Gerais", "", "province", "BR"),
        ("Diputación de Barcelona", "", "province", "ES"),
        ("UCCI", "", "network", ""),
        ("XYZ", "Universidad de Equis", "university", ""),
        ("RECIR", "", "network", ""),
        ("Media Lab Prado", "", "laboratory", "ES"),
        ("Observatorio de Cooperación Descentralizada", "", "centre", ""),
        ("Ciudades del Programa URBAN-ACT", "", "programme", ""),
        ("Ciudades Unidas de Francia", "", "association", "FR"),
        ("Villa Nueva", "", "city", ""),
    ],
)
def test_cities_are_told_from_networks_and_other_kinds(name, full, kind, country):
    assert gazetteer.describe(name, full) == (kind, country)


@pytest.fixture
def people():
    factories.participant(
        "=Quito",
        factories.region(),
        country="EC",
        website="https://quito.example",
        full_name_es="Ciudad de Quito",
        name_fr="Quito (fr)",
    )
    factories.participant("UCCI", kind="network")


@pytest.mark.parametrize("kind", FORMATS)
def test_export_then_import_changes_nothing(people, kind):
    before = list(Participant.objects.order_by("pk").values())
    assert bring(export(kind, "Participantes")) == (0, 0, 0, 2)
    assert list(Participant.objects.order_by("pk").values()) == before


def test_export_then_import_brings_everything_back(people):
    data, before = export("ods", "Participantes"), export("csv", "Participantes")
    Participant.objects.all().delete()
    assert bring(data, {"all:code": "new"}) == (2, 0, 0, 0)
    assert export("csv", "Participantes") == before


def test_a_row_without_address_is_found_by_region_and_name(people):
    done = bring(xlsx(Participantes=[["nombre [es]", "tipo"], ["UCCI", "Fundación"]]))
    assert (done, Participant.objects.get(slug="ucci").kind) == ((0, 1, 0, 0), "foundation")


def test_an_unknown_region_is_named_with_those_there_are(people):
    assert problems("nombre [es];región\nLyon;Europa\n".encode()) == [
        "Hoja «Participantes», fila 2, columna «región»: No existe la región «Europa»; existen: América Latina y el Caribe."
    ]
    assert Participant.objects.count() == 2
