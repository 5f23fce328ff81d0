import os
import subprocess
import sys

import pytest

from taller import environment
from taller.environment import Environment


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    """No variable of ours is set but those that a test sets."""
    for name in ("DEBUG", "ALLOWED_HOSTS", "WORKERS", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "TIME_ZONE", "SITE_URL",
                 "LOG_LEVEL"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)


def mistakes(**variables):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        return told()


def told():
    env = Environment()
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
        "ALLOWED_HOSTS: «https://a.example» is not a host name: write it without https://, port, path and quotes",
        "WORKERS: «many» is not a whole number from 1 to 64",
        "DATABASE_URL: expected sqlite:///file or postgres://user:password@host:port/name",
        "CACHE_URL: expected redis://host:port/number or locmem://, found memcached",
        "EMAIL_URL: expected smtp://user:password@host:port?tls=yes, smtps://…, file:///folder or console://",
        "TIME_ZONE: «Madrid» is not a time zone such as Europe/Madrid",
        "SITE_URL: «talleres.example» is not an address such as https://talleres.example.org",
        "LOG_LEVEL: «loud» is none of INFO, ERROR",
    ]  # fmt: skip


def test_what_is_empty_or_not_set_is_the_default(monkeypatch):
    monkeypatch.setenv("A", " ")
    monkeypatch.setenv("B", "2")
    env = Environment()
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


@pytest.mark.parametrize(
    "name",
    ["taller.example:8000", "'taller.example'", "a.example;b.example", "a b", "https://a.example", "a.example/x", "-"],
)
def test_what_is_no_host_name_is_told_at_the_start(name):
    with pytest.raises(ValueError, match="is not a host name"):
        environment.hosts(name)


def test_host_names_in_every_spelling_are_taken():
    names = "taller.example, .taller.example,[::1],::1, 10.0.0.1,localhost,*"
    assert environment.hosts(names) == [
        "taller.example",
        ".taller.example",
        "[::1]",
        "::1",
        "10.0.0.1",
        "localhost",
        "*",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a@b.example", "a@b.example"),
        ("Red de ciudades, Madrid <a@b.example>", '"Red de ciudades, Madrid" <a@b.example>'),
        ('"Red, Madrid" <a@b.example>', '"Red, Madrid" <a@b.example>'),
        ("Talleres <a@b.example>", "Talleres <a@b.example>"),
    ],
)
def test_a_sender_is_taken_as_people_write_it(text, kept):
    from email.utils import getaddresses

    assert environment.sender(text) == kept
    assert [address for _name, address in getaddresses([kept])] == ["a@b.example"]


@pytest.mark.parametrize(
    "text", ["Talleres", "a@b.example, c@d.example", "Talleres a@b.example>", "<a@b.example", "Talleres <>"]
)
def test_what_names_no_sender_is_told(text):
    with pytest.raises(ValueError, match="is not a sender"):
        environment.sender(text)


@pytest.mark.parametrize(
    ("parse", "url"),
    [
        (environment.mail, "smtp://user:SECRE#TO34@mail.example:587"),
        (environment.files, "s3://key:SECRE#TO34@s3.example/bucket"),
        (environment.files, "s3://key:SECRETO34@s3.example"),
        (environment.files, "https://key:SECRETO34@s3.example/bucket"),
        (environment.files, "s3://key:SECRETO34@s3.example/bucket?tls=perhaps"),
        (environment.mail, "smtp://user:SECRETO/34@mail.example:587x"),
        (environment.database, "postgres://u:SECRE#TO@db.example/taller"),
        (environment.database, "postgres://u:SECRETO@db.example:54x/taller"),
        (environment.database, "postgres://u:SECRETO@db.example/"),
        (environment.cache, "redis://:SECRETO@127.0.0.1:6379x/1"),
        (environment.cache, "redis://:SECRE#TO@127.0.0.1:6379/1"),
    ],
)
def test_an_address_with_a_password_that_cannot_be_read_is_told_without_the_password(parse, url):
    with pytest.raises(ValueError, match=r"cannot be read|has no name|expected|the only options") as error:
        parse(url)
    assert "SECRE" not in str(error.value)


@pytest.mark.parametrize("name", ["datos", "a b", "año#1", "50%", "what?", "a@b"])
def test_the_folder_may_be_called_anything_and_stands_below_the_project(tmp_path, name):
    path = environment.folder(tmp_path)(name)
    assert path == tmp_path / name
    assert environment.sqlite(path / "taller.sqlite3")["NAME"] == str(path / "taller.sqlite3")
    assert environment.mail_folder(path / "mail")["EMAIL_FILE_PATH"] == str(path / "mail")
    assert environment.folder(tmp_path)("/srv/taller").as_posix() == "/srv/taller"
    assert environment.folder(tmp_path)("~/x").is_absolute()


def test_an_empty_secret_key_is_told_at_the_start(tmp_path):
    (tmp_path / "secret_key").touch()
    with pytest.raises(SystemExit, match="is empty"):
        environment.secret_key(tmp_path)


def test_two_who_start_at_once_agree_on_one_key(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    for n in range(30):
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(environment.secret_key, [tmp_path / str(n)] * 8))
        assert len(keys) == 1
        assert [path.name for path in (tmp_path / str(n)).iterdir()] == ["secret_key"]


def test_every_file_of_ours_is_read_as_utf8_whatever_the_machine_thinks():
    import re
    from pathlib import Path

    base = Path(__file__).parents[2]
    bare = [
        f"{path.relative_to(base)}: {line.strip()}"
        for room in ("agenda", "accounts", "participants", "sheets", "adminbase", "taller", "rules", "languages")
        for path in (base / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.(read_text|write_text)\((?!.*encoding)", line)
    ]
    assert bare == []


def test_the_store_of_printed_files_is_a_folder_or_a_bucket():
    bucket = environment.files("s3://AKIA%2F1:se%23creto@s3.example:9000/taller/impresos/2018?region=eu-west-1&tls=no")
    assert bucket == {
        "BACKEND": "agenda.printing.storages.Bucket",
        "OPTIONS": {
            "url": "s3://taller/impresos/2018",
            "endpoint": "http://s3.example:9000",
            "region": "eu-west-1",
            "access_key_id": "AKIA/1",
            "secret_access_key": "se#creto",
        },
    }
    assert environment.files("s3://a:b@s3.example/taller")["OPTIONS"]["endpoint"] == "https://s3.example"
    assert environment.files("file:///srv/con%20blancos")["OPTIONS"] == {"location": "/srv/con blancos"}
