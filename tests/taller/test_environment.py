import os
import subprocess
import sys

import pytest

from taller import environment
from taller.environment import Environment


def mistakes(**variables):
    env = Environment(variables)
    env.read("DEBUG", environment.boolean, default=False)
    env.read("ALLOWED_HOSTS", environment.hosts, [])
    env.read("WORKERS", environment.number(1, 64), 1)
    env.read("DATABASE_URL", environment.database, {})
    env.read("CACHE_URL", environment.cache, {})
    env.read("EMAIL_URL", environment.mail, {})
    env.read("TIME_ZONE", environment.zone, "UTC")
    env.read("SITE_URL", environment.site, "")
    env.read("LOG_LEVEL", environment.one_of("INFO", "ERROR"), "INFO")
    try:
        env.finish()
    except SystemExit as stop:
        return str(stop).split("\n  ")[1:]
    return []


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("Off", False), ("0", False)],
)
def test_a_boolean_is_yes_or_no(text, value):
    assert environment.boolean(text) is value


def test_each_mistake_is_a_sentence_and_all_are_told_at_once():
    assert mistakes(
        DEBUG="treu", ALLOWED_HOSTS="https://a.example", WORKERS="many", DATABASE_URL="mysql://x", CACHE_URL="memcached://x",
        EMAIL_URL="pigeon://x", TIME_ZONE="Madrid", SITE_URL="talleres.example", LOG_LEVEL="loud",
    ) == [
        "DEBUG: «treu» is neither yes nor no",
        "ALLOWED_HOSTS: «https://a.example» is not a host name: write it without https:// and without a path",
        "WORKERS: «many» is not a whole number from 1 to 64",
        "DATABASE_URL: expected sqlite:///file or postgres://user:password@host:port/name",
        "CACHE_URL: expected redis://host:port/number or locmem://, found memcached",
        "EMAIL_URL: expected smtp://user:password@host:port?tls=yes, smtps://…, file:///folder or console://",
        "TIME_ZONE: «Madrid» is not a time zone such as Europe/Madrid",
        "SITE_URL: «talleres.example» is not an address such as https://talleres.example.org",
        "LOG_LEVEL: «loud» is none of INFO, ERROR",
    ]  # fmt: skip


def test_what_is_empty_or_not_set_is_the_default():
    env = Environment({"A": " ", "B": "2"})
    assert [env.read(name, environment.number(0, 9), 7) for name in "ABC"] == [7, 2, 7]


def test_mail_is_read_whole():
    found = environment.mail("smtp://ana%40a.example:s%2Fecret@mail.example:2525?tls=yes")
    assert {name: found[name] for name in ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")} == {
        "EMAIL_HOST": "mail.example", "EMAIL_PORT": 2525, "EMAIL_HOST_USER": "ana@a.example", "EMAIL_HOST_PASSWORD": "s/ecret",
        "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False,
    }  # fmt: skip


def test_postgresql_gets_a_pool_and_no_persistent_connections():
    found = environment.database("postgres://u:p@db.example:5433/taller")
    assert (found["NAME"], found["PORT"], found["CONN_MAX_AGE"], found["OPTIONS"]["pool"]) == (
        "taller",
        5433,
        0,
        {"min_size": 1, "max_size": 4},
    )


def test_the_secret_key_is_made_once_and_is_for_its_owner_only(tmp_path):
    first = environment.secret_key(tmp_path / "var")
    assert environment.secret_key(tmp_path / "var") == first
    assert len(first) > 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("a.localhost", True),
        ("a.example", False),
        ("10.0.0.1", False),
    ],
)
def test_local_names_are_told_from_public_ones(name, local):
    assert environment.is_local(name) is local


def test_a_misspelt_boolean_stops_the_start(tmp_path):
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "DEBUG": "ja", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == "Taller cannot start, the environment is not right:\n  DEBUG: «ja» is neither yes nor no\n"
