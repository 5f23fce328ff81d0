"""The press: one rendering for all who ask, limits, failures that are told, and nothing lost when it is killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agenda import publishing
from agenda.models import PrintedFile, Session, Workshop
from agenda.printing import EVERYTHING, PAPERS, orders, shelf
from agenda.printing.queue import Failed, Job, Press
from agenda.printing.storages import Folder
from agenda.web import editions
from tests import factories

pytestmark = pytest.mark.django_db
POCKET = PAPERS["agenda"]


@pytest.fixture
def edition(rf):
    publishing.publish(factories.small())
    return editions.published(rf.get("/es/taller-3/agenda/"), "taller-3", None)


@pytest.fixture
def own(monkeypatch):
    """Presses of this test alone, ended with it."""
    made = []

    def make(**options):
        made.append(Press(**options))
        monkeypatch.setattr(shelf, "press", made[-1])
        return made[-1]

    yield make
    for press in made:
        press.close()


def pid(press):
    """The process in which a press sets."""
    [worker] = press._pool._pool_manager.worker_manager.workers.values()
    return worker.pid


def job(edition, **fields):
    return Job("agenda", edition.programme, "https://x.example", "https://x.example/v/1/", **fields)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_cause_one_rendering(edition, own, monkeypatch):
    press = own()
    jobs = []
    real = press.run
    press.run = lambda job: jobs.append(job) or real(job)
    results = []
    monkeypatch.setattr(orders, "WAITING", threading.BoundedSemaphore(20))
    threads = [
        threading.Thread(target=lambda: (results.append(orders.file(edition, POCKET)), connections.close_all()))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(jobs), len(set(results)), len(results)) == (1, 1, 20)


@pytest.mark.long
def test_a_job_that_takes_too_long_is_ended_and_the_next_one_is_done(edition, own):
    press = own()
    with pytest.raises(Failed, match="it took more than 0 seconds"):
        press.run(job(edition), seconds=0.01)
    assert press.run(job(edition)).data.startswith(b"%PDF")


@pytest.mark.long
def test_a_job_that_needs_too_much_memory_is_told_as_such(edition, own):
    press = own(memory=400 * 1024 * 1024)
    press.run(job(edition))
    with pytest.raises(Failed):
        press.run(job(edition, logos={"x": b"0" * (300 * 1024 * 1024)}))
    assert press.run(job(edition)).data.startswith(b"%PDF")


@pytest.mark.long
def test_the_press_ends_after_its_jobs_and_another_takes_over(edition, own):
    press = own(jobs=2)
    first = press.run(job(edition))
    child = pid(press)
    press.run(job(edition))
    assert press.run(job(edition)) == first
    assert pid(press) != child


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_who_kills_the_press_loses_nothing(edition, own):
    press = own()
    press.run(job(edition))
    found = []
    reader = threading.Thread(target=lambda: (found.append(orders.file(edition, POCKET)), connections.close_all()))
    child = pid(press)
    reader.start()
    time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    reader.join()
    assert found[0].startswith(b"%PDF")
    assert orders.file(edition, POCKET) == found[0]


@pytest.mark.long
def test_who_kills_a_press_that_waits_loses_nothing_either(edition, own):
    press = own()
    for _n in range(3):
        press.run(job(edition))
        os.kill(pid(press), signal.SIGKILL)
    assert press.run(job(edition)).data.startswith(b"%PDF")


def test_the_press_does_not_outlive_who_started_it():
    code = (
        "import os, django; django.setup()\n"
        "from agenda.printing.queue import Failed, Job, Press\n"
        "from tests.agenda.test_press import pid\n"
        "from agenda.programme import Programme\n"
        "press = Press()\n"
        "try:\n"
        "    press.run(Job('agenda', None, '', ''), seconds=30)\n"
        "except Failed:\n"
        "    print(pid(press), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, "DJANGO_SETTINGS_MODULE": "taller.settings"})  # fmt: skip
    child = int(done.stdout)
    until = time.monotonic() + 10
    while (
        Path(f"/proc/{child}").exists()
        and "Z" not in Path(f"/proc/{child}/stat").read_text(encoding="utf-8").split()[2]
    ):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def broken(own, edition, monkeypatch):
    """A press whose every job fails: an edition that has no template."""
    press = own()
    real = press.run
    press.run = lambda job: real(Job("none", job.programme, job.site, job.version_address))
    return press


def test_a_failure_is_told_to_the_reader_in_words(broken, client, words):
    answer = client.get("/es/taller-3/impreso/agenda.pdf")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "300", "private, no-store")
    assert "Esta edición no se ha podido componer." in words(answer)


def test_a_failure_is_not_tried_again_at_once(broken, client):
    client.get("/es/taller-3/impreso/agenda.pdf")
    broken.run = lambda job: pytest.fail("tried again")
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503


def test_a_failure_is_logged_and_stands_on_the_organisers_first_page(broken, client, words, caplog):
    client.get("/es/taller-3/impreso/agenda.pdf")
    assert "not printed: agenda of taller-3 in es" in [record.getMessage() for record in caplog.records]
    client.force_login(factories.user())
    page = words(client.get("/admin/"))
    assert "Sin imprimir" in page
    assert "«agenda» de taller-3 en es" in page
    assert "KeyError" in page


@pytest.mark.long
def test_what_is_printed_after_all_is_no_failure_any_more(broken, edition, own, monkeypatch):
    with pytest.raises(Failed):
        orders.file(edition, POCKET)
    assert [(f.paper, f.workshop, f.language, f.release) for f in shelf.failures()] == [("agenda", "taller-3", "es", 1)]
    monkeypatch.setattr(shelf, "AGAIN", dt.timedelta(0))
    own()
    assert orders.file(edition, POCKET).startswith(b"%PDF")
    assert not shelf.failures()
    assert shelf.row(edition, POCKET).pages == 2


@pytest.mark.long
def test_a_failure_leaves_the_file_of_the_version_before(broken, client, own, edition, monkeypatch):
    own()
    first = client.get("/es/taller-3/v/1/impreso/agenda.pdf")
    assert first.status_code == 200
    own().run = lambda job: (_ for _ in ()).throw(Failed("broken"))
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503
    assert client.get("/es/taller-3/v/1/impreso/agenda.pdf").content == first.content


@pytest.fixture
def nobody_works(queue, monkeypatch):
    """What is ordered is not made."""
    monkeypatch.setattr(orders, "WAIT", 0.1)


def test_who_waits_too_long_is_asked_to_come_back(edition, client, nobody_works, words):
    answer = client.get("/es/taller-3/impreso/agenda.pdf")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "se está componiendo en este momento" in words(answer)


def test_who_cannot_wait_gets_the_version_before(edition, client, monkeypatch, settings):
    first = client.get("/es/taller-3/impreso/agenda.pdf").content
    factories.session(Workshop.objects.get().days.get(), "18:00", "19:00", "Reservada", visibility="members")
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    client.force_login(factories.user("committee"))
    members = client.get("/es/taller-3/impreso/agenda.pdf").content
    client.logout()
    Session.objects.filter(title_es="Ríos").update(title_es="Lagos")
    publishing.publish(Workshop.objects.get())
    monkeypatch.setattr(orders, "WAIT", 0.1)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    answer = client.get("/es/taller-3/impreso/agenda.pdf")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert answer.content == first
    assert answer.content != members


def test_an_edition_is_ordered_once_however_often_it_is_asked_for(edition, client, nobody_works):
    for _n in range(3):
        client.get("/es/taller-3/impreso/agenda.pdf")
    client.get("/en/taller-3/impreso/agenda.pdf")
    assert [task.priority for task in DBTaskResult.objects.all()] == [orders.SOON] * 2
    PrintedFile.objects.update(wanted=timezone.now() - 2 * orders.LOST)  # its task got lost
    client.get("/es/taller-3/impreso/agenda.pdf")
    assert DBTaskResult.objects.count() == 3


def test_a_draft_that_changed_after_it_was_asked_for_is_not_set_as_it_was(edition, client, nobody_works):
    client.force_login(factories.user())
    client.get("/es/taller-3/borrador/impreso/agenda.pdf")
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    [row] = PrintedFile.objects.all()
    orders.print_wanted.call(row.pk)
    [made] = PrintedFile.objects.all()
    assert (made.release, made.pages) == (None, 2)
    assert made.name != row.name


def test_an_edition_whose_file_was_taken_away_is_set_again(edition, client):
    first = client.get("/es/taller-3/impreso/agenda.pdf").content
    for name in storages["printed"].listdir("")[1]:
        storages["printed"].delete(name)
    assert client.get("/es/taller-3/impreso/agenda.pdf").content == first
    [row] = PrintedFile.objects.all()
    assert (row.pages, row.wanted) == (2, None)


def test_a_file_that_cannot_be_kept_is_told_and_leaves_no_half(edition, client, words, monkeypatch):
    real = Folder._save

    def full(self, name, content):
        if name.endswith(".png"):
            raise OSError(28, "No space left on device")
        return real(self, name, content)

    monkeypatch.setattr(Folder, "_save", full)
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503
    assert storages["printed"].listdir("") == ([], [])
    client.force_login(factories.user())
    assert "the file cannot be kept: No space left on device" in words(client.get("/admin/"))


def test_files_that_nobody_knows_are_swept_and_the_others_stay(edition, client):
    client.get("/es/taller-3/impreso/agenda.pdf")
    storages["printed"].save("half.pdf", ContentFile(b"%PDF"))
    shelf.sweep()
    assert sorted(name[-4:] for name in storages["printed"].listdir("")[1]) == [".pdf", ".png"]


def test_more_than_a_few_do_not_wait_so_that_the_site_stays_open(edition, client, monkeypatch):
    monkeypatch.setattr(orders, "WAITING", threading.BoundedSemaphore(1))
    orders.WAITING.acquire()
    started = time.monotonic()
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503
    assert time.monotonic() - started < 5


@pytest.mark.long
def test_all_public_editions_of_a_release_are_set_in_all_languages(edition):
    call_command("print_release", publishing.Release.objects.get().pk, "https://talleres.example")
    made = set(PrintedFile.objects.filter(pages__isnull=False).values_list("series", flat=True))
    public = [name for name, paper in EVERYTHING.items() if not paper.staff]
    staff = [name for name, paper in PAPERS.items() if paper.staff]
    assert made == {
        f"taller-3-{name}-{language}-public" for name in public for language in ("es", "en", "pt-br", "fr")
    } | {
        f"taller-3-{name}-es-public"
        for name in staff  # no member would read anything else
    }
    _folders, files = storages["printed"].listdir("")
    assert len([name for name in files if name.endswith(".png")]) == len(made)
    assert len([name for name in files if name.endswith(".pdf")]) == len(made)


@pytest.mark.long
def test_a_failure_of_an_earlier_version_is_forgotten_with_the_next_good_one(broken, edition, client, own):
    with pytest.raises(Failed):
        orders.file(edition, POCKET)
    own()
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 200
    assert not shelf.failures()


@pytest.mark.long
def test_a_press_that_does_not_read_is_ended_in_time(edition, own):
    press = own(start=4)
    press.run(job(edition))
    os.kill(pid(press), signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(Failed, match="it took more than 1 seconds"):
        press.run(job(edition, logos={"x": b"0" * 5_000_000}), seconds=1)
    assert time.monotonic() - started < 30
    assert press.run(job(edition)).data.startswith(b"%PDF")


def test_drafts_are_tidied_and_what_was_published_stays(edition, client, monkeypatch):
    monkeypatch.setattr(shelf, "DRAFTS_KEPT", 1)
    client.get("/es/taller-3/impreso/agenda.pdf")
    client.force_login(factories.user())
    for language in ("es", "en", "fr"):
        client.get(f"/{language}/taller-3/borrador/impreso/agenda.pdf")
    assert set(PrintedFile.objects.values_list("release", "language")) == {(1, "es"), (None, "fr")}
    assert len(storages["printed"].listdir("")[1]) == 2 * 2


def test_what_another_version_of_the_code_made_goes_after_a_week(edition):
    now = timezone.now()
    row = shelf.row(edition, POCKET)
    rows = {"old": (1, 8), "recent": (1, 6), "other": (2, 8)}
    for name, (release, days) in rows.items():
        PrintedFile.objects.create(
            name=name, series=row.series, release=release, pages=1, when=now - dt.timedelta(days=days)
        )
        storages["printed"].save(f"{name}.pdf", ContentFile(b"x"))
    orders.file(edition, POCKET)
    assert set(PrintedFile.objects.values_list("name", flat=True)) == {row.name, "recent", "other"}
    assert not storages["printed"].exists("old.pdf")
    assert storages["printed"].exists("recent.pdf")
