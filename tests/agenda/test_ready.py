"""The layer of ready answers in front of Django, on the real application."""

import datetime as dt
import gzip
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils import timezone

from agenda import publishing
from agenda.models import Release, Session
from agenda.web import answers
from agenda.web.answers import choose
from agenda.web.ready import CHECK_EVERY, Ready, collect
from taller.wsgi import Layer
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
AGENDA = "/es/taller-3/agenda/"


class Site:
    """The application behind its layer, with a count of what reached Django. It looks when the test says so."""

    def __init__(self, inner=None):
        self.reached = 0
        django = inner or WSGIHandler()

        def counted(environ, start_response):
            self.reached += 1
            return django(environ, start_response)

        self.ready = Ready()
        self.ready.watched_by = os.getpid()  # no thread of its own
        self.ready.look()
        self.application = Layer(counted, self.ready)

    def get(self, path, method="GET", **headers):
        environ = RequestFactory(**{"HTTP_HOST": "testserver", **headers}).generic(method, path).environ
        said = {}

        def start_response(status, headers, exc_info=None):
            said.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})

        said["body"] = b"".join(self.application(environ, start_response))
        return said


@pytest.fixture
def site():
    of = factories.small()
    publishing.publish(of)
    made = Site()
    made.of = of
    return made


def test_a_page_reaches_django_once_and_is_then_the_same(site):
    first, second = site.get(AGENDA), site.get(AGENDA)
    assert first == second
    assert site.reached == 1
    assert first["status"] == 200
    assert "Cuencas" in first["body"].decode()


def test_each_encoding_holds_the_same_page(site):
    plain = site.get(AGENDA)["body"]
    br = site.get(AGENDA, HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    zipped = site.get(AGENDA, HTTP_ACCEPT_ENCODING="gzip")
    assert (br["headers"]["content-encoding"], brotli.decompress(br["body"])) == ("br", plain)
    assert (zipped["headers"]["content-encoding"], gzip.decompress(zipped["body"])) == ("gzip", plain)
    assert [int(r["headers"]["content-length"]) for r in (br, zipped)] == [len(br["body"]), len(zipped["body"])]
    assert br["headers"]["vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("br", "br"),
        ("gzip;q=0.5, br;q=0", "gzip"),
        ("br;q=0.1", "br"),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("*", ""),
    ],
)
def test_the_best_encoding_that_the_reader_takes_is_chosen(accepted, chosen):
    assert choose(accepted, {"": 1, "br": 1, "gzip": 1}) == chosen


def test_an_unchanged_page_is_not_sent_again(site):
    first = site.get(AGENDA)
    again = site.get(AGENDA, HTTP_IF_NONE_MATCH=first["headers"]["etag"])
    assert (again["status"], again["body"], again["headers"]["etag"]) == (304, b"", first["headers"]["etag"])
    assert site.reached == 1


def test_the_first_reader_may_know_the_page_already(site):
    etag = site.get(AGENDA)["headers"]["etag"]
    fresh = Site()
    assert fresh.get(AGENDA, HTTP_IF_NONE_MATCH=etag)["status"] == 304
    assert fresh.get(AGENDA)["status"] == 200


def test_a_publication_is_seen_once_it_is_looked_for_and_not_before(site):
    site.get(AGENDA)
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos y cuencas")
    publishing.publish(site.of)
    assert "Ríos y cuencas" not in site.get(AGENDA)["body"].decode()
    site.ready.look()
    assert "Ríos y cuencas" in site.get(AGENDA)["body"].decode()


def test_a_process_looks_by_itself_within_two_seconds(site):
    site.get(AGENDA)
    site.ready.watched_by = None
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos y cuencas")
    publishing.publish(site.of)
    until = time.monotonic() + 2 * CHECK_EVERY
    while time.monotonic() < until and "Ríos y cuencas" not in site.get(AGENDA)["body"].decode():
        time.sleep(0.05)
    assert "Ríos y cuencas" in site.get(AGENDA)["body"].decode()
    site.ready.stopped.set()


def test_no_reader_waits_for_the_look(site):
    site.get(AGENDA)

    def slow(execute, *args):
        time.sleep(5)
        return execute(*args)

    began = time.monotonic()
    with connection.execute_wrapper(slow):
        assert site.get(AGENDA)["status"] == 200
    assert time.monotonic() - began < 1


def test_a_page_is_rendered_once_however_many_first_readers_come_at_once(site):
    entered = threading.Event()
    django = WSGIHandler()

    def slow(environ, start_response):
        entered.set()
        time.sleep(0.3)
        return django(environ, start_response)

    fresh = Site(slow)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(closing, fresh, AGENDA)
        entered.wait(5)
        others = [pool.submit(closing, fresh, AGENDA) for _ in range(7)]
        answers = [future.result() for future in [first, *others]]
    assert fresh.reached == 1
    assert answers == [answers[0]] * 8
    assert "Cuencas" in answers[0]["body"].decode()


def test_those_who_wait_for_a_rendering_that_fails_ask_for_themselves(site):
    entered = threading.Event()
    django = WSGIHandler()
    failures = [OSError("once")]

    def failing(environ, start_response):
        entered.set()
        time.sleep(0.2)
        if failures:
            raise failures.pop()
        return django(environ, start_response)

    fresh = Site(failing)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(closing, fresh, AGENDA)
        entered.wait(5)
        second = pool.submit(closing, fresh, AGENDA)
        assert second.result()["status"] == 200
        with pytest.raises(OSError, match="once"):
            first.result()
    assert fresh.ready.coming == {}


def closing(site, path):
    """As Site.get(), in a thread: it gives its connection back."""
    try:
        return site.get(path)
    finally:
        connection.close()


def test_what_is_each_readers_own_is_waited_for_by_nobody(site):
    site.get("/es/taller-3/nada/")
    assert site.ready.claim(("http", "testserver", "/es/taller-3/nada/")) == (None, True)


@pytest.mark.parametrize(
    "own",
    [
        {"HTTP_COOKIE": "csrftoken=abc"},
        {"HTTP_COOKIE": "sessionid =x"},
        {"HTTP_IF_MATCH": '"x"'},
        {"HTTP_IF_UNMODIFIED_SINCE": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"HTTP_RANGE": "bytes=0-1"},
    ],
    ids=str,
)
def test_a_first_reader_with_wishes_of_their_own_spoils_no_page_for_the_others(site, own):
    site.get(AGENDA, **own)
    assert "set-cookie" not in site.get(AGENDA)["headers"]
    assert site.reached == 1


def test_names_and_ports_that_askers_choose_fill_no_memory(site, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr("agenda.web.ready.MOST_ANSWERS", 5)
    for port in range(1, 20):
        site.get("/es/taller-3/version.json", HTTP_HOST=f"testserver:{port}")
    assert len(site.ready.table) == 5
    site.get("/es/" + "x" * 1000 + "/")
    assert not any(len(key[2]) > 300 for key in site.ready.plain)


def test_an_application_that_says_nothing_is_an_error():
    with pytest.raises(RuntimeError, match="not started"):
        collect(lambda environ, start_response: [], {})


def test_a_draft_that_changes_does_not_empty_the_table(site):
    site.get(AGENDA)
    Session.objects.filter(title_es="Cuencas").update(title_es="Ríos y cuencas")
    site.ready.look()
    assert "Ríos y cuencas" not in site.get(AGENDA)["body"].decode()
    assert site.reached == 1


def test_somebody_logged_in_always_reaches_django_and_nothing_of_theirs_is_kept(site):
    from django.test import Client

    factories.session(site.of.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(site.of)
    client = Client()
    client.force_login(factories.user("committee"))
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    for _ in range(2):
        answer = site.get(AGENDA, HTTP_COOKIE=cookie)
        assert "Reservada" in answer["body"].decode()
        assert answer["headers"]["cache-control"] == "private, no-cache"
    assert "Reservada" not in site.get(AGENDA)["body"].decode()
    assert site.reached == 3


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/es/taller-3/nada/", "/es/taller-9/", "/healthz", "/admin/", "/es/taller-3/borrador/agenda/"],
)
def test_what_is_not_public_and_whole_reaches_django_each_time(site, path):
    site.get(path)
    site.get(path)
    assert site.reached == 2


def test_a_query_and_a_form_reach_django(site):
    site.get(AGENDA)
    site.get(AGENDA + "?x=1")
    site.get(AGENDA, method="POST")
    assert site.reached == 3


def test_a_head_request_gets_the_headers_only(site):
    full, head = site.get(AGENDA), site.get(AGENDA, method="HEAD")
    assert (head["status"], head["body"], head["headers"]) == (200, b"", full["headers"])
    assert Site().get(AGENDA, method="HEAD")["body"] == b""


def test_each_host_has_its_own_answers_and_a_foreign_one_none(site, settings):
    settings.ALLOWED_HOSTS = ["testserver", "otro.example"]
    site.get(AGENDA)
    site.get(AGENDA, HTTP_HOST="otro.example")
    assert site.get(AGENDA, HTTP_HOST="evil.example")["status"] == 400
    assert site.get(AGENDA, HTTP_HOST="evil.example")["status"] == 400
    assert site.reached == 4


def test_behind_https_plain_requests_are_sent_there(settings):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    factories.published()
    site = Site()
    assert site.get(AGENDA, HTTP_X_FORWARDED_PROTO="https")["status"] == 200
    assert site.get(AGENDA)["status"] == 301
    assert site.get(AGENDA, HTTP_X_FORWARDED_PROTO="https")["status"] == 200
    assert site.reached == 2


def test_ready_answers_stay_while_the_database_is_away(site):
    site.get(AGENDA)

    def broken(*_args):
        raise OperationalError("gone")

    with connection.execute_wrapper(broken):
        site.ready.look()
        assert site.get(AGENDA)["status"] == 200
    assert site.reached == 1


def test_the_pdf_is_ready_too_and_is_not_compressed(site):
    first = site.get("/es/taller-3/programa.pdf", HTTP_ACCEPT_ENCODING="br")
    second = site.get("/es/taller-3/programa.pdf", HTTP_ACCEPT_ENCODING="br")
    assert first == second
    assert "content-encoding" not in first["headers"]
    assert site.reached == 1


def test_fifteen_rows_cross_the_network_in_one_round_trip():
    from django.core.management import call_command

    call_command("load_example", verbosity=0)
    answer = Site().get("/es/taller-10/agenda/", HTTP_ACCEPT_ENCODING="br")
    assert len(answer["body"]) < 4_000


def test_a_page_that_is_ready_for_the_public_is_not_a_members(site):
    from django.test import Client

    factories.session(site.of.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(site.of)
    site.ready.look()
    assert "Reservada" not in site.get(AGENDA)["body"].decode()  # now it is in the table
    client = Client()
    client.force_login(factories.user("committee"))
    answer = site.get(AGENDA, HTTP_COOKIE=f"sessionid={client.cookies['sessionid'].value}")
    assert "Reservada" in answer["body"].decode()


@pytest.mark.parametrize(
    ("moment", "reached"),
    [
        (dt.timedelta(hours=1), 1),
        (dt.timedelta(hours=47), 1),
        (dt.timedelta(hours=49), 2),  # what was news is none any more
    ],
)
def test_the_clock_empties_the_table_where_it_makes_other_pages_and_not_otherwise(site, monkeypatch, moment, reached):
    site.get(AGENDA)
    later = timezone.now() + moment
    monkeypatch.setattr(timezone, "now", lambda: later)
    site.ready.look()
    site.get(AGENDA)
    assert site.reached == reached


def test_a_workshop_that_begins_or_is_over_makes_another_home_page(site, monkeypatch):
    release = Release.objects.get()
    for moment in (release.begins_at, release.over_at):
        for before in (dt.timedelta(seconds=1), dt.timedelta(0)):
            monkeypatch.setattr(timezone, "now", lambda at=moment - before: at)
            site.ready.look()
            site.get("/es/")
    assert site.reached == 3  # before, while it runs, and after


@pytest.mark.parametrize(
    ("wanted", "bounds"),
    [
        ("bytes=0-9", (0, 9)), ("bytes=90-", (90, 99)), ("bytes=-10", (90, 99)), ("bytes=90-200", (90, 99)),
        ("bytes = 5 - 6", (5, 6)), ("bytes=-200", (0, 99)), ("bytes=99-99", (99, 99)),
        ("bytes=100-", None), ("bytes=9-8", None), ("bytes=-0", None), ("bytes=-", None), ("bytes=0-1,5-6", None), ("items=0-1", None),
    ],
)  # fmt: skip
def test_a_part_of_a_file_is_found_by_its_range(wanted, bounds):
    assert answers.part(wanted, None, '"x"', 100) == bounds


@pytest.mark.parametrize(
    ("if_range", "whole"), [('"x"', False), ('"y"', True), ("Fri, 07 Sep 2018 10:00:00 GMT", True)]
)
def test_a_part_of_another_file_is_not_given(if_range, whole):
    assert (answers.part("bytes=0-9", if_range, '"x"', 100) is None) == whole
