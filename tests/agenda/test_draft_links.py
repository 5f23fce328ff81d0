"""Links to the draft: read by somebody without account, as the public would, until they expire or are revoked."""

import datetime as dt

import pytest
from django.utils import timezone

from agenda.models import DraftLink
from agenda.printing.papers import PAPERS
from edits.models import Edit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return factories.small()


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser", name="Ana Beltrán"))
    return client


@pytest.fixture
def link(of):
    return DraftLink.objects.create(
        workshop=of, name="Alcaldía", by_name="Ana Beltrán", expires=timezone.now() + dt.timedelta(days=7)
    )


def shared(link, page="agenda/"):
    return f"/es/{link.workshop.slug}/borrador/enlace/{link.key}/{page}"


def test_a_link_is_made_copied_and_revoked(organiser, of, words):
    page = f"/admin/t/{of.slug}/enlaces/"
    organiser.post(page, {"name": "Alcaldía", "days": "7"})
    made = DraftLink.objects.get()
    assert shared(made) in organiser.get(page).content.decode()
    organiser.post(page, {"retirar": made.key})
    made.refresh_from_db()
    assert not made.is_open
    assert "retirado" in words(organiser.get(page))


def test_somebody_without_account_reads_the_draft_as_the_public_would(of, link, client, words):
    factories.session(of.days.get(), "12:00", "13:00", "Nadie lo sabe", visibility="members")
    answer = client.get(shared(link))
    said = words(answer)
    assert "Cuencas" in said
    assert "Nadie lo sabe" not in said
    assert "Ana Beltrán" in said
    assert "Alcaldía" in said


def test_all_links_on_a_shared_draft_stay_in_it(of, link, client):
    code = of.sessions.get(title_es="Cuencas").code
    page = client.get(shared(link)).content.decode()
    assert shared(link, f"agenda/{code}/") in page
    assert client.get(shared(link, f"agenda/{code}/")).status_code == 200
    assert f"/es/{of.slug}/borrador/agenda/" not in page


def test_a_shared_draft_is_kept_nowhere_and_in_no_index(link, client):
    headers = client.get(shared(link)).headers
    assert "no-store" in headers["Cache-Control"]
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_shared_draft_shows_members_nothing_more_whoever_opens_it(of, link, organiser):
    factories.session(of.days.get(), "12:00", "13:00", "Nadie lo sabe", visibility="members")
    for query in ("", "?como=miembro"):
        assert "Nadie lo sabe" not in organiser.get(shared(link) + query).content.decode()


@pytest.mark.parametrize("change", [{"revoked": True}, {"expires": True}])
def test_a_link_that_is_over_says_so_and_shows_nothing(link, client, change, words):
    before = timezone.now() - dt.timedelta(minutes=1)
    DraftLink.objects.update(**dict.fromkeys(change, before))
    answer = client.get(shared(link))
    assert answer.status_code == 410
    assert "Cuencas" not in words(answer)


def test_the_key_of_one_workshop_opens_no_other(link, client):
    other = factories.workshop("otro", number=9)
    assert client.get(f"/es/{other.slug}/borrador/enlace/{link.key}/agenda/").status_code == 404
    assert client.get(f"/es/{link.workshop.slug}/borrador/enlace/otra-clave/agenda/").status_code == 404


def test_a_shared_draft_takes_nothing(link, client):
    assert client.post(shared(link)).status_code == 405


def test_papers_for_the_staff_are_not_in_a_shared_draft(link, client):
    staff = next(paper for paper in PAPERS.values() if paper.staff)
    assert client.get(shared(link, f"impreso/{staff.name}.pdf")).status_code == 302


def test_who_may_not_publish_gives_no_link_away(client, of):
    factories.enter(client, factories.user("coordinator", "luz@example.org"))
    assert client.post(f"/admin/t/{of.slug}/enlaces/", {"name": "X", "days": "7"}).status_code == 403


def test_making_a_link_is_undone_like_anything_else(organiser, of, client):
    organiser.post(f"/admin/t/{of.slug}/enlaces/", {"name": "Alcaldía", "days": "7"})
    made = DraftLink.objects.get()
    organiser.post("/admin/deshacer/", {"paso": Edit.objects.order_by("-pk").first().pk})
    assert client.get(shared(made)).status_code == 404
    organiser.post("/admin/deshacer/", {"paso": Edit.objects.order_by("-pk").first().pk})
    assert client.get(shared(made)).status_code == 200
