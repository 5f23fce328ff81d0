"""The press: one rendering for all who ask, limits, failures that are told, and nothing lost when it is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connections
from django.test import RequestFactory

from agenda import publishing
from agenda.printing import PAPERS, shelf
from agenda.printing.queue import Failed, Job, Press
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


def test_twenty_who_ask_at_once_cause_one_rendering(edition, own, monkeypatch):
    press = own()
    jobs = []
    real = press.run
    press.run = lambda job: jobs.append(job) or real(job)
    results = []
    monkeypatch.setattr(shelf, "WAITING", threading.BoundedSemaphore(20))
    threads = [
        threading.Thread(target=lambda: (results.append(shelf.pdf(edition, POCKET)), connections.close_all()))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(jobs), len({found.data for found in results}), len(results)) == (1, 1, 20)


def test_a_job_that_takes_too_long_is_ended_and_the_next_one_is_done(edition, own):
    press = own()
    with pytest.raises(Failed, match="it took more than 0 seconds"):
        press.run(job(edition), seconds=0.01)
    assert press.run(job(edition)).data.startswith(b"%PDF")


def test_a_job_that_needs_too_much_memory_is_told_as_such(edition, own):
    press = own(memory=400 * 1024 * 1024)
    press.run(job(edition))
    with pytest.raises(Failed):
        press.run(job(edition, logos={"x": b"0" * (300 * 1024 * 1024)}))
    assert press.run(job(edition)).data.startswith(b"%PDF")


def test_the_press_ends_after_its_jobs_and_another_takes_over(edition, own):
    press = own(jobs=2)
    first = press.run(job(edition))
    child = pid(press)
    press.run(job(edition))
    assert press.run(job(edition)) == first
    assert pid(press) != child


def test_who_kills_the_press_loses_nothing(edition, own):
    press = own()
    press.run(job(edition))
    found = []
    reader = threading.Thread(target=lambda: (found.append(shelf.pdf(edition, POCKET)), connections.close_all()))
    child = pid(press)
    reader.start()
    time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    reader.join()
    assert found[0].data.startswith(b"%PDF")
    assert shelf.pdf(edition, POCKET) == found[0]


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
        "    press.run(Job('agenda', None, '', '', preview=True, data=b'none'), seconds=30)\n"
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


def test_what_is_printed_after_all_is_no_failure_any_more(broken, edition, own, settings, monkeypatch):
    import datetime as dt

    with pytest.raises(Failed):
        shelf.pdf(edition, POCKET)
    assert [(f.paper, f.workshop, f.language, f.release) for f in shelf.failures()] == [("agenda", "taller-3", "es", 1)]
    monkeypatch.setattr(shelf, "AGAIN", dt.timedelta(0))
    own()
    assert shelf.pdf(edition, POCKET).pages == 1
    assert shelf.failures() == []


def test_a_failure_leaves_the_file_of_the_version_before(broken, client, own, edition, monkeypatch):
    own()
    first = client.get("/es/taller-3/v/1/impreso/agenda.pdf")
    assert first.status_code == 200
    own().run = lambda job: (_ for _ in ()).throw(Failed("broken"))
    from agenda.models import Session, Workshop

    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503
    assert client.get("/es/taller-3/v/1/impreso/agenda.pdf").content == first.content


def test_who_waits_too_long_is_asked_to_come_back(edition, client, monkeypatch, words):
    import fcntl

    monkeypatch.setattr(shelf, "WAIT", 0.1)
    path = shelf._path(edition, POCKET, ".pdf")
    path.parent.mkdir(parents=True)
    with path.with_suffix(".pdf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = client.get("/es/taller-3/impreso/agenda.pdf")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "se está componiendo en este momento" in words(answer)


def test_who_cannot_wait_gets_the_version_before(edition, client, monkeypatch):
    import fcntl

    from agenda.models import Session, Workshop

    first = client.get("/es/taller-3/impreso/agenda.pdf").content
    factories.session(Workshop.objects.get().days.get(), "18:00", "19:00", "Reservada", visibility="members")
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    client.force_login(factories.user("committee"))
    members = client.get("/es/taller-3/impreso/agenda.pdf").content
    client.logout()
    monkeypatch.setattr(shelf, "WAIT", 0.1)
    real = shelf._path
    monkeypatch.setattr(shelf, "_path", lambda *args: Path(str(real(*args)).replace(".pdf", "-x.pdf")))
    path = shelf._path(editions.published(RequestFactory().get("/"), "taller-3", None), POCKET, ".pdf")
    with path.with_suffix(".pdf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = client.get("/es/taller-3/impreso/agenda.pdf")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert answer.content == first
    assert answer.content != members


def test_more_than_a_few_do_not_wait_so_that_the_site_stays_open(edition, client, monkeypatch):
    monkeypatch.setattr(shelf, "WAITING", threading.BoundedSemaphore(1))
    shelf.WAITING.acquire()
    started = time.monotonic()
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 503
    assert time.monotonic() - started < 5


@pytest.mark.long
def test_all_public_editions_of_a_release_are_set_in_all_languages(edition, settings):
    from django.core.management import call_command

    call_command(
        "print_release", edition.programme.release and publishing.Release.objects.get().pk, "https://talleres.example"
    )
    made = {path.name.rpartition("-v1-")[0] for path in settings.RENDERS_DIR.glob("*.pdf")}
    public = [name for name, paper in PAPERS.items() if not paper.staff]
    staff = [name for name, paper in PAPERS.items() if paper.staff]
    assert made == {
        f"taller-3-{name}-{language}-public" for name in public for language in ("es", "en", "pt-br", "fr")
    } | {
        f"taller-3-{name}-es-public"
        for name in staff  # no member would read anything else
    }
    assert len(list(settings.RENDERS_DIR.glob("*.png"))) == len(made)
    assert shelf.pdf(edition, POCKET).data == shelf._read(shelf._path(edition, POCKET, ".pdf")).data


def test_a_failure_file_is_json_that_people_can_read(broken, edition):
    with pytest.raises(Failed):
        shelf.pdf(edition, POCKET)
    [path] = shelf._shelf().glob("*.failed")
    assert json.loads(path.read_text())["cause"] == "KeyError: 'none'"


def test_a_failure_of_an_earlier_version_is_forgotten_with_the_next_good_one(broken, edition, client, own):
    from agenda.models import Session, Workshop

    with pytest.raises(Failed):
        shelf.pdf(edition, POCKET)
    own()
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos")
    publishing.publish(Workshop.objects.get())
    assert client.get("/es/taller-3/impreso/agenda.pdf").status_code == 200
    assert shelf.failures() == []


def test_a_damaged_note_of_a_failure_does_not_close_the_admin(edition, client, settings):
    settings.RENDERS_DIR.mkdir(parents=True)
    (settings.RENDERS_DIR / "x.failed").write_bytes(b"")
    client.force_login(factories.user())
    assert client.get("/admin/").status_code == 200


def test_a_press_that_does_not_read_is_ended_in_time(edition, own):
    press = own(start=4)
    press.run(job(edition))
    os.kill(pid(press), signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(Failed, match="it took more than 1 seconds"):
        press.run(job(edition, logos={"x": b"0" * 5_000_000}), seconds=1)
    assert time.monotonic() - started < 30
    assert press.run(job(edition)).data.startswith(b"%PDF")


def test_drafts_are_tidied_and_a_workshop_called_draft_is_not(edition, settings):
    folder = settings.RENDERS_DIR
    folder.mkdir(parents=True)
    (folder / "draft-agenda-es-public-v1-x.pdf").write_bytes(b"x")
    for number in range(shelf.DRAFTS_KEPT + 5):
        (folder / f"draft.-agenda-es-public-v0-{number}.pdf").write_bytes(b"x")
    shelf._tidy(folder)
    assert len(list(folder.glob("draft.-*"))) == shelf.DRAFTS_KEPT
    assert (folder / "draft-agenda-es-public-v1-x.pdf").exists()


def test_what_another_version_of_the_code_made_goes_after_a_week(edition, settings):
    made = shelf._path(edition, POCKET, ".pdf")
    made.parent.mkdir(parents=True)
    stem = made.name.rpartition("-")[0]
    old, recent, other = (
        made.with_name(name) for name in (f"{stem}-old.pdf", f"{stem}-new.pdf", stem.replace("-v1", "-v2") + "-old.pdf")
    )
    for path in (old, recent, other):
        path.write_bytes(b"x")
    for path in (old, other):
        os.utime(path, (time.time() - 8 * 86400,) * 2)
    shelf.pdf(edition, POCKET)
    assert [path.exists() for path in (made, old, recent, other)] == [True, False, True, True]
