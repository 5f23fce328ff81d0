"""What `check` looks at is the real thing; what is wrong with it is one sentence without a password."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from taller import probes

SECRET = "no-lo-diga-nadie"


def run(*arguments, **variables):
    """`manage.py` with these variables: what it says, and how long it took."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **variables},
    )  # fmt: skip
    return done, time.monotonic() - started


@pytest.mark.django_db
def test_a_database_that_can_be_written_is_fine():
    assert probes.database() == ""
    call_command("check", databases=["default"])


@pytest.mark.long
def test_a_database_that_cannot_be_opened_is_one_sentence_for_every_command(tmp_path):
    nowhere = f"sqlite:///{tmp_path}/none/x.sqlite3"
    done, _seconds = run("check", "--database", "default", DATABASE_URL=nowhere, VAR_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "The database does not answer: unable to open database file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_probe_leaves_nothing_behind():
    probes.database()
    assert "taller_probe" not in connection.introspection.table_names()


def server(answers):
    """A port on which somebody says `answers` to whoever comes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listening:
            one, _address = listening.accept()
            with one:
                for answer in answers:
                    one.sendall(answer)
                    one.recv(1000)

    threading.Thread(target=serve, daemon=True).start()
    return listening.getsockname()[1]


def test_a_mail_server_is_asked_only_when_somebody_asks_for_it(settings):
    settings.DELIVERY = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "ana", SECRET
    settings.EMAIL_PORT = server(
        [b"220 hello\r\n", b"250-hi\r\n250 AUTH PLAIN LOGIN\r\n", b"535 no\r\n", b"535 no\r\n"]
    )
    problem = probes.mail()
    assert problem.startswith(f"The mail server 127.0.0.1:{settings.EMAIL_PORT} does not take us: ")
    assert SECRET not in problem
    settings.EMAIL_PORT = 1
    assert "does not take us" in probes.mail()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_PORT = server([b"220 hello\r\n", b"250 hi\r\n", b"221 bye\r\n"])
    assert probes.mail() == ""


@pytest.mark.django_db
def test_a_full_disk_is_told(settings, monkeypatch):
    monkeypatch.setattr(probes, "ROOM", 1 << 60)
    assert probes.room().endswith("MB left.")
    with pytest.raises(SystemCheckError):
        call_command("check", deploy=True, tags=["files"], fail_level="WARNING")


@pytest.mark.long
def test_a_wrong_name_of_a_postgresql_database_is_one_sentence_and_soon():
    port = server([])
    done, seconds = run("migrate", DATABASE_URL=f"postgres://ana:{SECRET}@127.0.0.1:{port}/nada")
    assert done.returncode == 1
    assert "The database «nada» does not answer:" in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert seconds < 20


def test_what_a_command_says_is_utf_8_whatever_the_machine_thinks():
    code = "import manage, sys; sys.argv = ['manage.py', 'shell', '-c', 'print(chr(321) + chr(378))']; manage.main()"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code], capture_output=True, check=True, timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    )  # fmt: skip
    assert "Łź" in done.stdout.decode("utf-8")
