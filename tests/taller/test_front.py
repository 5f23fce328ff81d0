"""The front of the server, over real sockets: who is slow, large or many holds up nobody else."""

import asyncio
import gzip
import logging
import os
import re
import socket
import threading
import time
from http.client import HTTPConnection

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from granian.constants import Interfaces
from granian.server.embed import Server

from accounts.sessions import is_signed_in
from agenda.web.ready import Ready
from taller import front
from taller.front import Front
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
AGENDA = "/es/taller-3/agenda/"
LOGIN = "/accounts/login/"
PATIENCE = 0.4  # seconds


class Running:
    """The front under granian, in a thread of the test's process, on a free port."""

    def __init__(self, inner=None):
        self.ready = Ready()
        self.ready.watched_by = os.getpid()
        self.ready.look()
        self.front = Front(inner or closing(WSGIHandler()), self.ready, is_signed_in, PATIENCE)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        for _try in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)

    def run(self):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.server = Server(
            self.front,
            address="127.0.0.1",
            port=self.port,
            interface=Interfaces.RSGI,
            websockets=False,
            log_enabled=False,
        )
        self.loop.run_until_complete(self.server.serve())

    def stop(self):
        self.loop.call_soon_threadsafe(self.server.stop)
        self.thread.join(5)
        self.front.pool.shutdown()

    def ask(self, method, path, body=None, **headers):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        response.text = response.read()
        connection.close()
        return response

    def send(self, *parts):
        """A connection over which these bytes have gone."""
        made = socket.create_connection(("127.0.0.1", self.port), 10)
        for part in parts:
            made.sendall(part)
        return made


def closing(application):
    """`application`, with the database connection of its thread given back: the test's database is dropped after it."""

    def inner(environ, start_response):
        try:
            return application(environ, start_response)
        finally:
            connections.close_all()

    return inner


def head(*lines, path=LOGIN):
    form = "Content-Type: application/x-www-form-urlencoded"
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", form, *lines, "", ""]).encode()


@pytest.fixture
def running():
    made = Running()
    yield made
    made.stop()


def test_a_published_page_reaches_django_once_and_is_answered_in_front_of_it():
    factories.published()
    reached = []
    django = closing(WSGIHandler())

    def counted(environ, start_response):
        reached.append(environ["PATH_INFO"])
        return django(environ, start_response)

    running = Running(counted)
    try:
        plain = running.ask("GET", AGENDA)
        zipped = running.ask("GET", AGENDA, Accept_Encoding="gzip")
        known = running.ask("GET", AGENDA, If_None_Match=plain.headers["ETag"])
        empty = running.ask("HEAD", AGENDA)
    finally:
        running.stop()
    assert (plain.status, known.status, known.text, empty.status, empty.text) == (200, 304, b"", 200, b"")
    assert gzip.decompress(zipped.text) == plain.text
    assert "Cuencas" in plain.text.decode()
    assert reached == [AGENDA]


def test_first_readers_who_come_at_once_get_one_rendering():
    factories.published()
    reached = []
    django = closing(WSGIHandler())

    def slow(environ, start_response):
        reached.append(environ["PATH_INFO"])
        time.sleep(0.3)
        return django(environ, start_response)

    running = Running(slow)
    try:
        request = f"GET {AGENDA} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        made = [running.send(request) for _ in range(12)]
        texts = [b"".join(iter(lambda c=connection: c.recv(65536), b"")) for connection in made]
    finally:
        running.stop()
    assert reached == [AGENDA]
    assert all(b"Cuencas" in text for text in texts)


def test_forms_that_never_end_hold_up_nobody_and_are_sent_away(running):
    made = [running.send(head("Content-Length: 1000"), b"login=a") for _ in range(2 * front.THREADS)]
    began = time.monotonic()
    assert running.ask("GET", LOGIN).status == 200
    assert time.monotonic() - began < PATIENCE
    answers = [connection.recv(4096) for connection in made]
    assert {answer.split(b"\r\n")[0].split()[1] for answer in answers} == {b"408"}
    assert "El formulario no ha llegado a tiempo" in answers[0].decode()


def test_a_form_that_arrives_slowly_and_steadily_is_read(running):
    made = running.send(head("Content-Length: 40000"))
    for _ in range(20):
        made.sendall(b"a" * 2000)
        time.sleep(PATIENCE / 10)
    assert made.recv(100).split()[1] == b"403"  # Django's: it has no token


def test_a_form_without_a_length_reaches_django_with_one(running):
    factories.user(None)
    opened = running.ask("GET", LOGIN)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', opened.text.decode())[1]
    cookie = opened.headers["Set-Cookie"].partition(";")[0]
    form = f"csrfmiddlewaretoken={token}&login=ana%40example.org&password={factories.PASSWORD}".encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (form[:7], form[7:])) + b"0\r\n\r\n"
    made = running.send(head("Transfer-Encoding: chunked", f"Cookie: {cookie}"), chunks)
    answer = made.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 302")
    assert "sessionid=" in answer


@pytest.mark.parametrize("how", ["declared", "chunked"])
def test_nobody_who_is_not_signed_in_sends_more_than_a_form(running, how):
    if how == "declared":
        made = running.send(head("Content-Length: 400000000"))
    else:
        chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        made = running.send(head("Transfer-Encoding: chunked"), chunk, chunk, b"8000\r\n" + b"x" * 4000)
    assert made.recv(100).split()[1] == b"413"


@pytest.fixture
def signed_in():
    """The Cookie header of somebody who has signed in."""
    client = Client()
    client.force_login(factories.user(None))
    return f"Cookie: sessionid={client.cookies['sessionid'].value}"


def test_who_is_signed_in_is_told_in_words_that_a_file_is_too_large(running, signed_in):
    size = front.MOST_BODY + 1024 * 1024
    made = running.send(head(f"Content-Length: {size}", signed_in))
    for _ in range(size // 65536):
        made.sendall(b"x" * 65536)
    made.sendall(b"x" * (size % 65536))
    answer = b"".join(iter(lambda: made.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "demasiado grande" in answer
    assert running.front.large == 0


def test_a_cookie_that_is_nobodys_session_sends_no_more_than_a_form(running):
    anonymous = Client()
    anonymous.get(LOGIN)
    session = anonymous.session
    session["x"] = 1
    session.save()
    for cookie in ("sessionid=x", f"sessionid={session.session_key}", "sessionid="):
        made = running.send(head(f"Content-Length: {front.SMALL + 1}", f"Cookie: {cookie}"))
        assert made.recv(100).split()[1] == b"413", cookie


def test_large_bodies_come_a_few_at_once_and_small_ones_always(running, signed_in, monkeypatch):
    monkeypatch.setattr(front, "MOST_LARGE", 1)
    size = front.SMALL + 10
    first = running.send(head(f"Content-Length: {size}", signed_in), b"x" * front.SMALL)
    until = time.monotonic() + 5
    while not running.front.large and time.monotonic() < until:
        time.sleep(0.01)
    second = running.send(head(f"Content-Length: {size}", signed_in), b"x" * front.SMALL).recv(4096).decode()
    assert second.startswith("HTTP/1.1 503")
    assert "retry-after: 5" in second.lower()
    small = running.send(head("Content-Length: 7"), b"login=a")
    assert small.recv(100).split()[1] == b"403"
    first.sendall(b"x" * 10)
    assert first.recv(100).split()[1] == b"403"
    assert running.front.large == 0


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Content-Length: 500", [b"login=a"]),
        ("Transfer-Encoding: chunked", [b"7\r\nlogin=a\r\n"]),
        ("Transfer-Encoding: chunked", [b"9\r\nlogin=a"]),
        ("Transfer-Encoding: chunked", [b"7\r\nlogin=a\r\n", b"ZZ\r\n"]),
        ("Transfer-Encoding: chunked", []),
    ],
)
def test_a_form_that_was_cut_off_is_not_carried_out(running, line, parts):
    seen = []
    running.front.inner = lambda environ, start_response: seen.append(environ) or []
    made = running.send(head(line), *parts)
    made.shutdown(socket.SHUT_WR)
    made.recv(4096)
    assert seen == []


def test_a_header_that_only_looks_like_a_proxys_is_not_taken_for_it(settings):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    running = Running()
    try:
        request = "GET {} HTTP/1.1\r\nHost: localhost\r\n{}: https\r\nConnection: close\r\n\r\n"
        answers = [
            running.send(request.format(LOGIN, name).encode()).recv(100).split()[1]
            for name in ("X_Forwarded_Proto", "X-Forwarded-Proto")
        ]
    finally:
        running.stop()
    assert answers == [b"301", b"200"]


def test_what_django_gets_is_what_was_sent(running):
    seen = {}

    def echo(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    running.front.inner = echo
    lines = ["Cookie: a=1", "Cookie: b=2", "X-Two: 1", "X-Two: 2", "Content-Length: 5"]
    running.send(head(*lines, path="/es/%C3%A1%20b/?q=a%20b"), "ñandú".encode()[:5]).recv(100)
    assert {
        name: seen[name] for name in ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_LENGTH", "HTTP_COOKIE", "HTTP_X_TWO")
    } == {
        "REQUEST_METHOD": "POST",
        "QUERY_STRING": "q=a%20b",
        "CONTENT_LENGTH": "5",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_TWO": "1,2",
    }
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/es/á b/"
    assert (seen["body"], seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == ("ñandú".encode()[:5], "127.0.0.1", "localhost")


def test_a_failure_of_the_application_is_told_in_words_and_logged(running, caplog):
    def broken(environ, start_response):
        raise OSError("broken")

    running.front.inner = broken
    with caplog.at_level(logging.ERROR, "taller.front"):
        for path in (AGENDA, LOGIN + "?x=1"):
            answer = running.ask("GET", path)
            assert (answer.status, "Algo ha fallado" in answer.text.decode()) == (500, True)
    assert len(caplog.records) == 2
    assert running.ready.coming == {}
