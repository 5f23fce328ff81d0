"""What a validator knows, the database knows too: no way in goes past it. What SQL cannot know is parsed again."""

import msgspec
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint

from agenda import clashes, programme, publishing
from agenda.models import Convener, Moderator, Section, Session, Workshop
from participants.models import Participant, Region
from rules.policy import policy_framed_by
from tests import factories

pytestmark = pytest.mark.django_db

WRONG = [
    (Workshop, "slug", "admin"),
    (Workshop, "slug", "dos palabras"),
    (Workshop, "slug", "../x"),
    (Workshop, "country", "es"),
    (Workshop, "country", "E'"),
    (Workshop, "timezone", ""),
    (Workshop, "timezone", "../../etc/passwd"),
    (Workshop, "timezone", "Europe/Madrid\n"),
    (Workshop, "framed_by", "https://ok.example; script-src *"),
    (Workshop, "framed_by", "https://ok.example\n'unsafe-inline'"),
    (Workshop, "framed_by", "*"),
    (Workshop, "framed_by", "https://ok.example/path"),
    (Workshop, "languages", []),
    (Workshop, "languages", ["en"]),
    (Workshop, "languages", ["es", "de"]),
    (Workshop, "languages", ["es", 7]),
    (Workshop, "languages", "es"),
    (Workshop, "languages", {"0": "es"}),
    (Section, "kind", "rara"),
    (Convener, "role", "rara"),
    (Moderator, "role", "rara"),
    (Session, "kind", "rara"),
    (Session, "visibility", "todos"),
    (Session, "part_of_day", "siesta"),
    (Session, "code", "¡no!"),
    (Session, "code", "abcd\n"),
    (Participant, "kind", "rara"),
    (Participant, "slug", "dos palabras"),
    (Participant, "country", "esp"[:2]),
    (Participant, "website", "javascript:alert(1)"),
    (Participant, "website", "https://x.example/ onclick"),
    (Participant, "name_es", ""),
    (Region, "name_es", ""),
]

RIGHT = [
    (Workshop, "framed_by", ""),
    (Workshop, "framed_by", "https://a.example\n\n  http://b.example:8080"),
    (Workshop, "framed_by", "https://a.example\nhttps://b.example"),
    (Workshop, "timezone", "America/Argentina/Buenos_Aires"),
    (Workshop, "timezone", "Etc/GMT+3"),
    (Workshop, "languages", ["es"]),
    (Workshop, "languages", ["es", "fr", "en"]),
    (Workshop, "country", ""),
    (Participant, "website", "https://www.quito.gob.ec/?a=1#b"),
]


def ids(case):
    return case.__name__ if isinstance(case, type) else repr(case)


@pytest.fixture
def rows():
    of = factories.small()
    Participant.objects.filter(slug="quito").update(website="https://quito.example")
    return of


@pytest.mark.parametrize(("model", "field", "value"), WRONG, ids=ids)
def test_a_value_that_the_form_refuses_gets_in_by_no_other_way(rows, model, field, value):
    row = model.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: value})
    setattr(row, field, value)
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert all(str(message) for message in error.value.messages)


@pytest.mark.parametrize(("model", "field", "value"), RIGHT, ids=ids)
def test_a_value_that_is_right_is_kept(rows, model, field, value):
    row = model.objects.first()
    setattr(row, field, value)
    row.full_clean()
    row.save()
    assert getattr(model.objects.get(pk=row.pk), field) == value


def test_every_choice_and_every_validator_of_ours_has_a_constraint_beside_it():
    from django.apps import apps

    generic = (MaxLengthValidator, MinValueValidator, MaxValueValidator)
    missing = []
    for label in ("agenda", "participants"):
        for model in apps.get_app_config(label).get_models():
            rules = " ".join(str(c.condition) for c in model._meta.constraints if isinstance(c, CheckConstraint))
            for field in model._meta.local_fields:
                ours = [v for v in field.validators if not isinstance(v, generic)]
                if (field.choices or ours) and f"'{field.name}" not in rules:
                    missing.append(f"{model.__name__}.{field.name}")
    assert missing == []


# --- what has the right shape and is wrong all the same ---


def test_a_zone_that_does_not_exist_stops_publication_and_breaks_no_page(client):
    of = factories.small()
    Workshop.objects.update(timezone="Europe/Madriz")
    found = clashes.blockers(clashes.check(programme.build(Workshop.objects.get(), "es")))
    assert [(c.rule, c.message) for c in found] == [
        ("unknown-zone", "«Europe/Madriz» no es una zona horaria como Europe/Madrid.")
    ]
    with pytest.raises(publishing.Blocked):
        publishing.publish(of)
    client.force_login(factories.user())
    pages = ["", "agenda/", "pantalla/", "agenda.ics", "schedule.json", "schedule.xml", "calendario/", "participantes/"]
    assert {page: client.get(f"/es/taller-3/borrador/{page}").status_code for page in pages} == dict.fromkeys(
        pages, 200
    )


def test_what_an_older_release_holds_is_parsed_again_on_its_way_out():
    full = programme.build(factories.small(), "es")
    [quito, ucci] = full.participants
    stored = msgspec.structs.replace(
        full,
        timezone="Marte/Olimpo",
        languages=("de", "fr"),
        framed_by=("https://ok.example", "https://x.example; script-src *"),
        participants=(msgspec.structs.replace(quito, website="javascript:alert(1)"), ucci),
    )
    for audience in ("public", "members"):
        seen = programme.for_audience(stored, audience)
        assert (seen.timezone, seen.languages, seen.framed_by) == ("UTC", ("es", "fr"), ("https://ok.example",))
        assert seen.participant("quito").website == ""


def test_a_policy_holds_no_directive_that_somebody_wrote_into_an_origin():
    policy = policy_framed_by(["https://ok.example", "https://x.example; script-src *", "'unsafe-inline'", "*"])
    assert policy.endswith("frame-ancestors 'self' https://ok.example")
