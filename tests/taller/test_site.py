import json
import logging
import os
import sys
import tempfile

import pytest
from django.db import OperationalError, connection

from agenda.web.ready import over_https
from languages import Text, clock, column, columns, pick
from taller.logs import JsonLines
from taller.middleware import POLICY
from tests import factories


def test_the_probe_asks_the_database(db, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_probe_fails_where_the_database_does_not_answer(db, client):
    def broken(*_args):
        raise OperationalError("gone")

    with connection.execute_wrapper(broken):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database unavailable\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/es/taller-3/agenda/",
        "/es/nada/",
        "/admin/login/",
        "/accounts/login/",
        "/healthz",
        "/es/taller-3/agenda.ics",
    ],
)
def test_every_answer_carries_the_strict_policy(client, address):
    factories.published()
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers


def test_the_policy_allows_nothing_inline_and_nobody_elsewhere():
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY


@pytest.mark.django_db
def test_behind_https_cookies_are_secure_and_browsers_told_to_stay(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31536000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    assert client.get("/accounts/login/").status_code == 301
    response = client.get("/accounts/login/", headers={"x-forwarded-proto": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.cookies["csrftoken"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


@pytest.mark.parametrize("said", ["https", "HTTPS", "https, http", " https,http"])
def test_a_proxys_word_for_https_is_understood_in_every_spelling(client, settings, said):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client.get("/accounts/login/", headers={"x-forwarded-proto": said}).status_code == 200
    assert client.get("/accounts/login/", headers={"x-forwarded-proto": f"http, {said}"}).status_code == 301
    assert over_https(said)


@pytest.mark.long
def test_a_site_trusts_its_own_name_and_keeps_its_port_behind_a_proxy_that_hands_on_another():
    import subprocess
    import sys

    code = (
        "import django; from django.conf import settings\n"
        "plain = {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}\n"
        "settings.STORAGES = {**settings.STORAGES, 'staticfiles': plain}\n"
        "django.setup()\n"
        "from django.test import Client\n"
        "client = Client(enforce_csrf_checks=True)\n"
        "own = {'host': 'inside', 'x-forwarded-proto': 'https', 'origin': 'https://taller.example:8443'}\n"
        "page = client.get('/accounts/login/', headers=own)\n"
        "token = page.content.decode().partition('csrfmiddlewaretoken\" value=\"')[2].partition('\"')[0]\n"
        "form = {'csrfmiddlewaretoken': token, 'login': 'a@b.example', 'password': 'x'}\n"
        "print(client.post('/accounts/login/', form, headers=own).status_code)\n"
        "foreign = {**own, 'origin': 'https://evil.example'}\n"
        "print(client.post('/accounts/login/', form, headers=foreign).status_code)\n"
        "print(client.get('/accounts/login/', headers={'host': 'inside'})['Location'])\n"
    )
    variables = {
        "SITE_URL": "https://taller.example:8443", "HTTPS": "yes", "TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "inside",
        "DJANGO_SETTINGS_MODULE": "taller.settings",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **variables, "VAR_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/x.sqlite3"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=env, check=True, timeout=120)
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, check=True, timeout=60, capture_output=True, text=True
        )
    assert done.stdout.split() == ["200", "403", "https://taller.example:8443/accounts/login/"]


def line(**fields):
    record = logging.LogRecord(
        "django.request", logging.ERROR, "/x.py", 1, "Internal Server Error: %s", ("/es/",), None
    )
    for name, value in fields.items():
        setattr(record, name, value)
    return json.loads(JsonLines().format(record))


def test_a_log_line_is_json_without_the_request():
    found = line(status_code=500, request="<WSGIRequest: GET '/?email=ana@example.org'>", user="ana")
    assert {k: v for k, v in found.items() if k != "time"} == {
        "level": "ERROR", "logger": "django.request", "message": "Internal Server Error: /es/", "status": 500,
    }  # fmt: skip
    assert found["time"].endswith("Z")


def test_a_logged_exception_says_where_and_not_what_was_typed():
    try:
        raise ValueError("ana@example.org")
    except ValueError:
        found = line(exc_info=sys.exc_info())
    assert found["exc_info"].startswith("ValueError < ")
    assert "ana@" not in json.dumps(found)


def test_each_language_writes_a_time_its_own_way():
    import datetime as dt

    assert {language: (clock(dt.time(9), language), clock(dt.time(9, 5), language)) for language in ("es", "en", "pt-br", "fr")} == {
        "es": ("9h00", "9h05"), "en": ("9:00", "9:05"), "pt-br": ("9h", "9h05"), "fr": ("9h", "9h05"),
    }  # fmt: skip


def test_text_falls_back_to_spanish_and_says_so():
    class Row:
        title_es, title_en, title_pt_br, title_fr = "Agua", None, " ", "Eau"

    assert [pick(Row, "title", language) for language in ("es", "en", "pt-br", "fr")] == [
        Text("Agua", "es"), Text("Agua", "es"), Text("Agua", "es"), Text("Eau", "fr"),
    ]  # fmt: skip
    assert columns("title") == ["title_es", "title_en", "title_pt_br", "title_fr"]
    assert column("a", "pt-br") == "a_pt_br"
