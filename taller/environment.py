"""Strict reading of the environment: what is misspelt stops the start with one sentence per mistake."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from email.utils import formataddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import dj_database_url
import environs

from languages import is_zone

T = TypeVar("T")
# A host name with or without a dot in front (all names below it), or an IP address.
_HOST = re.compile(r"\.?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9A-Fa-f:.]+")


class Environment:
    """Reads environment variables one by one with environs, and tells all mistakes at once."""

    def __init__(self) -> None:
        self._env = environs.Env(eager=False)

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """What `parse` makes of the variable; `default` where it is not set or blank.

        A ValueError of `parse` is remembered as a mistake (and `default` stands in) until `finish()`.
        """

        def check(text: str) -> None:
            try:
                parse(text.strip())
            except ValueError as error:
                raise environs.ValidationError(str(error)) from None

        text = self._env.str(name, "", validate=lambda text: check(text) if text.strip() else None)
        return parse(text.strip()) if text and text.strip() else default  # None where a mistake was remembered

    def finish(self) -> None:
        """Stop the start (SystemExit, status 1) with a sentence for each variable that cannot be read."""
        try:
            self._env.seal()
        except environs.EnvValidationError as error:
            found = error.error_messages.items() if isinstance(error.error_messages, Mapping) else ()
            sentences = [f"{name}: {sentence}" for name, sentences in found for sentence in sentences]
            raise SystemExit(
                "\n  ".join(["Taller cannot start, the environment is not right:", *sentences])
            ) from None  # what stands in it may be a password


def boolean(text: str) -> bool:
    """yes, true, on, 1 or no, false, off, 0, in any case; raises ValueError for every other word."""
    word = text.lower()
    if word in ("yes", "true", "on", "1"):
        return True
    if word in ("no", "false", "off", "0"):
        return False
    raise ValueError(f"«{text}» is neither yes nor no")


def hosts(text: str) -> list[str]:
    """Comma-separated host names or addresses; raises ValueError for one with a scheme, path or blank."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        bare = name.removeprefix("[").removesuffix("]") if name.startswith("[") else name
        if name != "*" and not _HOST.fullmatch(bare):
            raise ValueError(f"«{name}» is not a host name: write it without https://, port, path and quotes")
    return names


def folder(base: Path) -> Callable[[str], Path]:
    """A parser for a folder: ~ is one's home, what is relative stands below `base`, from wherever the start is made."""

    def parse(text: str) -> Path:
        path = Path(text).expanduser()
        return path if path.is_absolute() else base / path

    return parse


def sender(text: str) -> str:
    """Who mail comes from, as RFC 5322 3.4 writes it: an address, or a name and the address in <>.

    A name may hold commas without being quoted. Raises ValueError for what names no address.
    """
    name, bracket, rest = text.rpartition("<")
    address = rest.removesuffix(">") if bracket else text
    local, at, domain = address.partition("@")
    closed = rest.endswith(">") if bracket else ">" not in text
    if not (closed and local and at and domain) or "@" in domain or set(address) & set(" \t<>,;"):
        raise ValueError(f"«{text}» is not a sender such as Talleres <talleres@example.org>")
    bare = name.strip().strip('"')
    return formataddr((bare, address)) if bare else address


def _parts(url: str) -> SplitResult:
    """The parts of a URL that may hold a password. Raises ValueError, and shows none of it, where it cannot be read.

    In a password the signs # ? / @ and : end the part that they stand in (RFC 3986 3.2.1).
    """
    try:
        parts = urlsplit(url)
        whole = not parts.fragment and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(
            "this address cannot be read: in its password write # as %23, ? as %3F, / as %2F, @ as %40, : as %3A, and "
            "a port in figures only"
        )
    return parts


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """A parser for whole numbers from `lowest` to `highest`; the parser raises ValueError for anything else."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(f"«{text}» is not a whole number from {lowest} to {highest}")
        return int(text)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """A parser for one of `words`, in any case; the parser raises ValueError for anything else."""

    def parse(text: str) -> str:
        if text.upper() not in words:
            raise ValueError(f"«{text}» is none of {', '.join(words)}")
        return text.upper()

    return parse


def site(text: str) -> str:
    """The address of a site, https://host or http://host:port, without path; raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        raise ValueError(f"«{text}» is not an address such as https://talleres.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def zone(text: str) -> str:
    """The name of an IANA time zone; raises ValueError for an unknown one."""
    if not is_zone(text):
        raise ValueError(f"«{text}» is not a time zone such as Europe/Madrid")
    return text


def cache(url: str) -> dict[str, Any]:
    """Django's cache setting for `url`: redis:// or rediss://, unix sockets as redis+unix://, or locmem://.

    Raises ValueError with a sentence for anything else.
    """
    scheme = _parts(url).scheme
    if scheme in ("redis", "rediss", "unix"):
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": "taller",
        }
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "taller"}
    raise ValueError(f"expected redis://host:port/number or locmem://, found {scheme or 'no scheme'}")


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings for `url`.

    smtp://user:password@host:587?tls=yes, smtps://… (TLS from the first byte), file:///folder or console://.
    Raises ValueError with a sentence for anything else.
    """
    parts = _parts(url)
    backend = "django.core.mail.backends."
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "file":
        return mail_folder(Path(unquote(parts.path)))
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        options = dict(parse_qsl(parts.query))
        tls = options.pop("tls", "no")
        if tls not in ("yes", "no") or options:
            raise ValueError("the only option is tls=yes or tls=no")
        return {
            "EMAIL_BACKEND": backend + "smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587 if tls == "yes" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": tls == "yes",
            "EMAIL_TIMEOUT": 10,
        }
    raise ValueError("expected smtp://user:password@host:port?tls=yes, smtps://…, file:///folder or console://")


def files(url: str) -> dict[str, Any]:
    """Django's storage setting for printed files at `url`: file:///folder or s3://key:secret@host:port/bucket/prefix.

    Options of s3: ?region=…, and tls=no for a server that speaks plain http. Raises ValueError with a sentence for
    anything else; no message shows the secret.
    """
    parts = _parts(url)
    if parts.scheme == "file" and parts.path:
        return files_folder(Path(unquote(parts.path)))
    bucket, _slash, prefix = parts.path.strip("/").partition("/")
    if parts.scheme == "s3" and parts.hostname and bucket:
        options = dict(parse_qsl(parts.query))
        region, tls = options.pop("region", "us-east-1"), options.pop("tls", "yes")
        if tls not in ("yes", "no") or options:
            raise ValueError("the only options are region=… and tls=yes or tls=no")
        port = f":{parts.port}" if parts.port else ""
        return {
            "BACKEND": "agenda.printing.storages.Bucket",
            "OPTIONS": {
                "url": f"s3://{bucket}/{prefix}".rstrip("/"),
                "endpoint": f"{'https' if tls == 'yes' else 'http'}://{parts.hostname}{port}",
                "region": region,
                "access_key_id": unquote(parts.username or ""),
                "secret_access_key": unquote(parts.password or ""),
            },
        }
    raise ValueError("expected file:///folder or s3://key:secret@host/bucket?region=…")


def files_folder(path: Path) -> dict[str, Any]:
    """Django's storage setting for printed files in the folder `path`."""
    return {"BACKEND": "agenda.printing.storages.Folder", "OPTIONS": {"location": str(path)}}


def mail_folder(path: Path) -> dict[str, Any]:
    """Django's mail settings where nothing is sent: each mail becomes a file in the folder `path`."""
    return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(path)}


def database(url: str) -> dict[str, Any]:
    """Django's database setting for `url`, sqlite:///file or postgres://user:password@host/name.

    SQLite gets WAL and immediate transactions, so that two organisers who save at once queue up instead of
    failing; PostgreSQL gets psycopg's pool (which excludes CONN_MAX_AGE). Raises ValueError otherwise.
    """
    parts = _parts(url)
    scheme = parts.scheme
    if scheme == "sqlite":
        if parts.query:
            raise ValueError("the name of the file is not clear: write ? as %3F")
        return sqlite(Path(unquote(url.removeprefix("sqlite:///"))))
    if scheme in ("postgres", "postgresql"):
        if not parts.path.strip("/"):
            raise ValueError("the database has no name: expected postgres://user:password@host:port/name")
        setting = dict[str, Any](dj_database_url.parse(url))
        setting["CONN_MAX_AGE"] = 0
        setting["OPTIONS"] = {**setting.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 4}}
        return setting
    raise ValueError("expected sqlite:///file or postgres://user:password@host:port/name")


def sqlite(path: Path) -> dict[str, Any]:
    """Django's database setting for the SQLite file `path`, whatever signs stand in its name."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # A file for the tests too: in memory, two who write at once fail instead of queueing up.
        "TEST": {"NAME": f"{path}.test"},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }


def is_local(name: str) -> bool:
    """Whether a host name or IP address means this machine only."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def secret_key(folder: Path) -> str:
    """The installation's secret, made once in `folder` (mode 600) where the environment gives none."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written whole under another name, then given its own: two who start at once agree on one, and none is half.
        draft = folder / f".secret_key-{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # somebody else was first
        finally:
            draft.unlink()
    if key := path.read_text(encoding="utf-8").strip():
        return key
    raise SystemExit(
        f"Taller cannot start: the file {path} is empty. Delete it: a new key is made, and everybody signs in again."
    )
