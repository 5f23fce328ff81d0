"""Mails are kept until the mail server has taken them, and sent by the worker: no request waits, none is lost."""

import socket
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import letters
from accounts.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def queued(settings, queue):
    settings.EMAIL_BACKEND = "accounts.letters.Queued"
    settings.DELIVERY = "django.core.mail.backends.locmem.EmailBackend"
    settings.EMAIL_TIMEOUT = 2
    return settings


def test_a_code_to_sign_in_is_kept_and_its_delivery_ordered(queued, client):
    factories.user()
    client.post("/accounts/login/code/", {"email": "ana@example.org"})
    assert mail.outbox == []
    [letter] = Letter.objects.all()
    [task] = DBTaskResult.objects.all()
    assert letter.recipients == ["ana@example.org"]
    assert task.args_kwargs["args"] == [letter.pk]


class Server:
    """A mail server that takes everything, or refuses everything, and remembers what it heard."""

    def __init__(self, takes=True):
        self.takes, self.heard = takes, []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            one, _address = self.listening.accept()
            with one, one.makefile("rb") as lines:
                one.sendall(b"220 hello\r\n")
                data = False
                for line in lines:
                    if data:
                        self.heard.append(line)
                        if line == b".\r\n":
                            data = False
                            one.sendall(b"250 ok\r\n" if self.takes else b"451 later\r\n")
                    elif line.upper().startswith(b"DATA"):
                        data = True
                        one.sendall(b"354 go on\r\n")
                    elif line.upper().startswith(b"QUIT"):
                        one.sendall(b"221 bye\r\n")
                        break
                    else:
                        one.sendall(b"250 ok\r\n")


def send(queued, server):
    queued.DELIVERY, queued.EMAIL_HOST, queued.EMAIL_PORT = SMTP, "127.0.0.1", server.port
    mail.send_mail("Invitación «Ñ»", "Código: 123\nAdiós", '"Red, Madrid" <red@a.example>', ["luz@example.org"])
    return Letter.objects.get()


def test_the_worker_sends_it_once_with_its_letters_and_its_name(queued):
    server = Server()
    letter = send(queued, server)
    for _time in range(3):  # a task may run twice
        letters.deliver.call(letter.pk)
    letter.refresh_from_db()
    text = b"".join(server.heard).decode()
    assert (letter.taken, bytes(letter.content)) == (True, b"")
    assert text.count("Message-ID:") == 1
    assert "To: luz@example.org" in text
    assert "=?utf-8?" in text


def test_what_is_refused_is_tried_again_later_and_given_up_at_last(queued, caplog):
    server = Server(takes=False)
    letter = send(queued, server)
    for attempt in range(len(letters.AGAIN) + 1):
        DBTaskResult.objects.all().delete()
        letters.deliver.call(letter.pk)
        letter.refresh_from_db()
        assert letter.attempts == attempt + 1
        waiting = list(DBTaskResult.objects.all())
        if attempt < len(letters.AGAIN):
            [task] = waiting
            assert abs(task.run_after - timezone.now() - letters.AGAIN[attempt]) < timedelta(seconds=30)
    assert (letter.given_up, waiting) == (True, [])
    assert "given up" in caplog.text
    assert "luz@example.org" not in caplog.text
    letters.deliver.call(letter.pk)
    letter.refresh_from_db()
    assert letter.attempts == len(letters.AGAIN) + 1


def test_where_no_server_answers_it_is_kept(queued):
    server = Server()
    server.port = 1  # where nobody listens
    letter = send(queued, server)
    letters.deliver.call(letter.pk)
    letter.refresh_from_db()
    assert (letter.taken, letter.attempts) == (False, 1)
    assert b"luz@example.org" in bytes(letter.content)


def test_a_mail_of_work_that_is_undone_is_not_sent(queued):
    try:
        with transaction.atomic():
            mail.send_mail("a", "b", "a@a.example", ["c@a.example"])
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert not Letter.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_mail_to_nobody_is_none(queued):
    mail.EmailMessage("a", "b", "a@a.example", []).send()
    assert not Letter.objects.exists()
