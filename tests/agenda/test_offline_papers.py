# ruff: noqa: F811  fixtures are handed on by their names
"""What the copy on a device meets besides: papers, a broken storage, a release in the midst of it, another site."""

import time

import pytest
from django.db import connections

from agenda import withdrawing
from tests import browser
from tests.agenda.test_offline import AGENDA, COPY, PEOPLE, code, copied, move, of, road, visit  # noqa: F401  fixtures too
from tests.browser import until

pytestmark = pytest.mark.django_db(transaction=True)

PAPERS = "caches.open('taller-papers').then((s) => s.keys()).then((k) => k.map((r) => r.url))"


def test_a_paper_that_was_chosen_opens_without_network(road):
    path = "/es/taller-3/programa.pdf"
    with browser.page() as page:
        copied(visit(page, road))
        paper = page.context.new_page()
        visit(paper, road, path)
        until(page, f"{PAPERS}.then((kept) => kept.length === 1)")
        road.set("cut")
        again = paper.goto(road.url + path)
        assert (again.status, again.headers["content-type"]) == (200, "application/pdf")
        visit(paper, road, "/es/taller-3/impreso/")
        assert "No está guardada" in paper.content()


def test_only_the_last_papers_that_were_chosen_are_kept(road):
    with browser.page() as page:
        copied(visit(page, road))
        paper = page.context.new_page()
        for n in range(4):
            visit(paper, road, f"/es/taller-3/programa.pdf?n={n}")
            until(page, f"{PAPERS}.then((kept) => kept.some((url) => url.endsWith('n={n}')))")
        assert [url[-3:] for url in page.evaluate(PAPERS)] == ["n=1", "n=2", "n=3"]


def test_a_part_of_a_paper_is_handed_on(road):
    with browser.page() as page:
        copied(visit(page, road))
        asked = """fetch("/es/taller-3/programa.pdf", { headers: { Range: "bytes=0-4" } })
          .then(async (answer) => [answer.status, (await answer.text()).slice(0, 5)])"""
        assert page.evaluate(asked)[1] == "%PDF-"


def test_a_storage_that_is_broken_is_in_nobodys_way(road):
    with browser.page() as page:
        copied(visit(page, road))
        page.evaluate(
            """caches.open('taller-copies').then((store) => store.put('/copias/es/taller-3/', new Response('{')))"""
        )
        for path in (AGENDA, PEOPLE, f"{AGENDA}{code()}/"):
            visit(page, road, path)
            assert page.locator("h1").first.is_visible()
        copied(page)  # and it is made anew


def test_a_release_in_the_midst_of_keeping_makes_no_copy_of_two(road, of):
    def publish():
        time.sleep(0.7)  # the other pages have been answered
        move(of, "Sala Nueva")
        connections.close_all()

    road.before[PEOPLE] = publish
    with browser.page() as page:
        visit(page, road)
        page.wait_for_timeout(1300)
        assert page.evaluate(COPY) is None
        visit(page, road)
        assert all("Versión 2," in text for text in copied(page, 2)["pages"].values())


def test_the_copy_follows_another_version_of_the_site_too(road, settings):
    with browser.page() as page:
        before = copied(visit(page, road))["stamp"]
        settings.SITE_URL = "https://otra.example"
        visit(page, road)
        until(page, f"{COPY}.then((copy) => copy.stamp !== '{before}')")
        assert "otra.example" in page.evaluate(COPY)["pages"][AGENDA]


@pytest.mark.long
def test_a_paper_that_comes_late_is_kept_too(road):
    path = "/es/taller-3/programa.pdf"
    with browser.page() as page:
        copied(visit(page, road))
        road.before[path] = lambda: time.sleep(4)  # more than the worker's patience
        paper = page.context.new_page()
        visit(paper, road, path)
        until(page, f"{PAPERS}.then((kept) => kept.length === 1)")


def test_what_was_withdrawn_goes_from_the_copy_and_the_papers_of_a_device_with_its_next_visit(road, of):
    path = "/es/taller-3/programa.pdf"
    move(of, "Sala Sur")
    with browser.page() as page:
        assert "Sala Sur" in copied(visit(page, road), 2)["pages"][AGENDA]
        paper = page.context.new_page()
        visit(paper, road, path)
        until(page, f"{PAPERS}.then((kept) => kept.length === 1)")
        of.refresh_from_db()
        withdrawing.withdraw_text(of, "Sala Sur", "Prueba")
        connections.close_all()
        visit(page, road)
        until(page, f"{PAPERS}.then((kept) => kept.length === 0)")
        until(page, f"{COPY}.then((copy) => !JSON.stringify(copy).includes('Sala Sur'))")
        road.set("cut")
        visit(page, road)
        assert "[retirado]" in page.content()
