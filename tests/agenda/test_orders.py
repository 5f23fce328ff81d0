"""The queue of printed editions: one order a workshop, the newest release; nothing is lost, nothing piles up."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import letters
from agenda import publishing
from agenda.models import PrintedFile, PrintOrder, Session
from agenda.printing import EVERYTHING, orders
from taller.management.commands.work import KEPT, forget_old, take_back
from tests import factories
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
SITE = "https://talleres.example"
WANTED = len(list(orders.wanted()))


@pytest.fixture
def of(settings, queue):
    settings.PRINT_AT_PUBLICATION = True
    return factories.small()


def publish(of, number=1):
    """Another release of the workshop."""
    Session.objects.filter(part=1).update(place=f"Sala {number}")
    release = publishing.publish(of)
    orders.place(release, SITE)
    return release


def test_publishing_orders_the_editions_and_starts_nothing(of, client):
    client.force_login(factories.user())
    page = f"/admin/agenda/workshop/{of.pk}/publicar/"
    client.post(page, filled_in(client.get(page)))
    row = PrintOrder.objects.get()
    assert (row.release, row.site, row.total, row.done, row.queued) == (of.releases.get(), SITE, WANTED, 0, True)
    [task] = DBTaskResult.objects.all()
    assert (task.status, task.args_kwargs["args"]) == ("READY", [of.pk])


def test_ten_publications_in_a_row_are_one_order_and_one_task(of):
    releases = [publish(of, number) for number in range(10)]
    assert PrintOrder.objects.get().release == releases[-1]
    assert DBTaskResult.objects.count() == 1


def done(of, most=200):
    """Do what waits in the queue as the worker does, one after the other; how many tasks there were."""
    for number in range(most):
        task = DBTaskResult.objects.ready().first()
        if task is None:
            return number
        task.task.call(*task.args_kwargs["args"])
        task.delete()
    raise AssertionError("it does not end")


def test_releases_that_come_while_one_is_being_set_take_its_place(of, monkeypatch):
    publish(of)
    published = iter(range(2, 6))
    made = []

    def publish_meanwhile(release, *_edition):
        made.append(release.number)
        for number in (next(published, None), next(published, None)):
            if number:
                publish(of, number)
        return True

    monkeypatch.setattr(orders, "print_one", publish_meanwhile)
    done(of)
    row = PrintOrder.objects.get()
    assert (row.release.number, row.done, row.finished is not None, row.queued) == (5, WANTED, True, False)
    assert made == [1, 3] + [5] * WANTED


def test_an_edition_that_breaks_is_counted_and_the_others_are_made(of, monkeypatch):
    publish(of)
    real = orders._edition
    monkeypatch.setattr(
        orders,
        "_edition",
        lambda release, language, *rest: 1 / 0 if language == "fr" else real(release, language, *rest),
    )
    monkeypatch.setattr(orders.shelf, "make", lambda *_edition: None)
    done(of)
    row = PrintOrder.objects.get()
    assert (row.done, row.failed) == (WANTED, sum(language == "fr" for language, *_rest in orders.wanted()))


def test_what_somebody_waits_for_comes_before_the_editions_of_a_release(of, client, monkeypatch):
    monkeypatch.setattr(orders, "WAIT", 0.1)
    publish(of)
    client.get("/en/taller-3/impreso/agenda.pdf")
    letters.deliver.enqueue(1)
    waiting = [task.task_path.rpartition(".")[2] for task in DBTaskResult.objects.ready()]
    assert waiting == ["deliver", "print_wanted", "print_next"]


def test_an_order_whose_task_got_lost_is_taken_up_with_the_next_release(of):
    publish(of, 1)
    DBTaskResult.objects.all().delete()
    publish(of, 2)
    assert DBTaskResult.objects.count() == 0  # it may be at work
    PrintOrder.objects.update(ordered=timezone.now() - 2 * orders.LOST)
    publish(of, 3)
    assert DBTaskResult.objects.count() == 1


def test_two_workshops_have_two_orders(of):
    publish(of)
    other = factories.workshop("taller-4", number=4)
    factories.session(factories.day(other))
    orders.place(publishing.publish(other), SITE)
    assert PrintOrder.objects.count() == DBTaskResult.objects.count() == 2


def test_an_older_release_does_not_take_the_place_of_a_newer_one(of):
    first, second = publish(of, 1), publish(of, 2)
    orders.place(first, SITE)
    assert PrintOrder.objects.get().release == second


def test_an_order_is_undone_with_what_it_was_made_in(of):
    from django.db import transaction

    try:
        with transaction.atomic():
            publish(of)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert not PrintOrder.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_task_that_runs_again_when_all_is_done_does_nothing(of):
    publish(of)
    PrintOrder.objects.update(finished=timezone.now(), done=WANTED, queued=False)
    orders.print_next.call(of.pk)
    assert not PrintedFile.objects.exists()


def test_what_a_killed_worker_left_is_taken_back_and_old_tasks_are_forgotten(of):
    publish(of)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    long_done = orders.print_next.enqueue(of.pk)
    DBTaskResult.objects.filter(pk=long_done.id).update(status="SUCCESSFUL", finished_at=timezone.now() - 2 * KEPT)
    take_back()
    forget_old()
    assert [task.status for task in DBTaskResult.objects.all()] == ["READY"]


def test_the_organiser_sees_how_far_it_is_and_has_what_failed_made_again(of, client, words):
    publish(of)
    client.force_login(factories.user())
    page = f"/admin/agenda/workshop/{of.pk}/publicar/"
    PrintOrder.objects.update(done=23)
    assert f"De la versión 1 hay 23 de {WANTED}." in words(client.get(page))
    PrintOrder.objects.update(done=WANTED, failed=2, finished=timezone.now(), queued=False)
    text = words(client.get(page))
    assert f"La impresión de la versión 1 ha terminado: {WANTED} archivos." in text
    assert "Sin imprimir: 2." in text
    client.post(page, {"again": "1"})
    row = PrintOrder.objects.get()
    assert (row.done, row.failed, row.finished, row.queued) == (0, 0, None, True)


def test_who_may_not_publish_has_nothing_made_again(of, client):
    publish(of)
    PrintOrder.objects.update(failed=2, finished=timezone.now())
    client.force_login(factories.user("coordinator"))
    page = f"/admin/agenda/workshop/{of.pk}/publicar/"
    assert b'name="again"' not in client.get(page).content
    assert client.post(page, {"again": "1"}).status_code == 403
    assert PrintOrder.objects.get().failed == 2


# --- real processes ---


def work(tmp_path, *arguments):
    """A worker of its own process on the database of this test."""
    name = connection.settings_dict["NAME"]
    address = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    )
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", *arguments],
        env={**os.environ, "DATABASE_URL": address, "VAR_DIR": str(tmp_path), "CACHE_URL": "locmem://"},
        start_new_session=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_nothing_and_the_next_one_makes_the_newest(settings, queue, tmp_path):
    settings.PRINT_AT_PUBLICATION = True
    folder = tmp_path / "printed"  # of the workers too, by their VAR_DIR
    of = factories.small()
    publish(of, 1)
    first = work(tmp_path)
    try:
        wait(lambda: PrintOrder.objects.get().done >= 2 and DBTaskResult.objects.running().exists())
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        assert DBTaskResult.objects.running().count() == 1
        made = {path.name: path.stat().st_mtime_ns for path in folder.glob("*-v1-*.pdf")}
        assert made
        publish(of, 2)
        second = work(tmp_path)
        third = work(tmp_path)  # waits for its turn
        try:
            wait(lambda: PrintOrder.objects.get().done >= 1)
            publish(of, 3)
            wait(lambda: PrintOrder.objects.get().finished is not None)
            wait(lambda: set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"})
        finally:
            for one in (second, third):
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()
    finally:
        if first.poll() is None:
            os.killpg(first.pid, signal.SIGKILL)
    row = PrintOrder.objects.get()
    assert (row.release.number, row.done, row.failed) == (3, WANTED, 0)
    public = sum(not paper.staff for paper in EVERYTHING.values())
    # No member reads anything else here: those who run the room get the public's.
    assert len(list(folder.glob("*-v3-*.pdf"))) == 4 * public + len(EVERYTHING) - public
    assert not list(folder.glob(".*"))
    for name, moment in made.items():
        assert (folder / name).stat().st_mtime_ns == moment  # made once


def wait(condition, seconds=240):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.1)
