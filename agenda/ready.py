"""Ready answers: a published page is a constant, so it is rendered once and afterwards answered in front of Django.

A thin WSGI layer (PEP 3333) over a table of finished answers, plain and compressed, as WhiteNoise does it for
files. Everything that is not in the table goes through to Django: people logged in, drafts, forms, unknown
addresses. What Django marks as public goes into the table; a new release, or a new hour, empties it.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterable

import brotli
import msgspec
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max
from django.utils import timezone

from .models import Release

Headers = list[tuple[str, str]]
State = tuple[int | None, int, int]

CHECK_EVERY = 1.0  # seconds between two looks at the newest release
MOST_BYTES = 64 * 1024 * 1024  # of answers kept by one worker process
COMPRESSED = ("text/", "application/json", "application/xml", "image/svg+xml")


class Answer(msgspec.Struct, frozen=True):
    """A finished answer in each encoding, with its headers, and the headers of «not modified»."""

    etag: str
    variants: dict[str, tuple[Headers, bytes]]
    unchanged: Headers

    @property
    def size(self) -> int:
        return sum(len(body) for _headers, body in self.variants.values())


class Ready:
    """Wraps the WSGI application `inner`; `clock` gives monotonic seconds."""

    def __init__(self, inner: Callable, clock: Callable[[], float] = time.monotonic) -> None:
        self.inner = inner
        self.clock = clock
        self.table: dict[tuple[str, str, str], Answer] = {}
        self.bytes = 0
        self.state: State | None = None
        self.looked = float("-inf")
        self.secure_only = settings.SECURE_SSL_REDIRECT
        self.believes_proxy = bool(settings.TRUSTED_PROXIES)
        self.session = settings.SESSION_COOKIE_NAME + "="

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or environ.get("QUERY_STRING")
            or self.session in environ.get("HTTP_COOKIE", "")
        ):
            return self.inner(environ, start_response)
        scheme = environ["wsgi.url_scheme"]
        if self.believes_proxy and environ.get("HTTP_X_FORWARDED_PROTO") == "https":
            scheme = "https"
        if self.secure_only and scheme != "https":
            return self.inner(environ, start_response)
        if self.clock() - self.looked >= CHECK_EVERY:
            self.look()
        key = (scheme, environ.get("HTTP_HOST", ""), environ["PATH_INFO"])
        answer = self.table.get(key)
        if answer is None:
            return self.learn(key, environ, start_response)
        return self.answer(answer, environ, start_response)

    def answer(self, answer: Answer, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """RFC 9110 13.1.2: If-None-Match compares weakly; 12.5.3: the best encoding that the reader takes."""
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and (answer.etag.removeprefix("W/") in asked or asked == "*"):
            start_response("304 Not Modified", answer.unchanged)
            return []
        if "HTTP_RANGE" in environ and environ["REQUEST_METHOD"] == "GET" and len(answer.variants) == 1:
            headers, body = answer.variants[""]
            if span := part(environ["HTTP_RANGE"], environ.get("HTTP_IF_RANGE"), answer.etag, len(body)):
                first, last = span
                kept = [(name, value) for name, value in headers if name != "Content-Length"]
                size = [
                    ("Content-Range", f"bytes {first}-{last}/{len(body)}"),
                    ("Content-Length", str(last - first + 1)),
                ]
                start_response("206 Partial Content", [*kept, *size])
                return [body[first : last + 1]]
        headers, body = answer.variants[choose(environ.get("HTTP_ACCEPT_ENCODING", ""), answer.variants)]
        start_response("200 OK", headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def look(self) -> None:
        """Look at the newest release; empty the table where it, or the hour, is another one than before.

        Where the database does not answer, what is ready stays ready.
        """
        self.looked = self.clock()
        try:
            # By the hour too: the current workshop changes at midnight, and news grow old.
            hour = int(timezone.now().timestamp() // 3600)
            # The count as well: two published at once may become visible in the other order than their numbers.
            found = Release.objects.aggregate(newest=Max("pk"), count=Count("pk"))
            state = (found["newest"], found["count"], hour)
        except DatabaseError:
            return
        finally:
            connection.close()
        if state != self.state:
            self.state, self.table, self.bytes = state, {}, 0

    def learn(self, key: tuple[str, str, str], environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Ask Django, and keep the answer where it is public and whole."""
        state, table = self.state, self.table
        said: list = []

        def listen(status: str, headers: Headers, exc_info=None):
            said[:] = [status, headers]
            # Held back until it is known whether the answer is kept: then all readers get the same headers.
            return

        asked = {name: environ.pop(name, None) for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")}
        method = environ["REQUEST_METHOD"]
        environ["REQUEST_METHOD"] = "GET"
        result = self.inner(environ, listen)
        environ["REQUEST_METHOD"] = method
        environ.update({name: value for name, value in asked.items() if value is not None})
        status, headers = said
        names = {name.lower(): value for name, value in headers}
        public = names.get("cache-control", "").startswith("public") and "set-cookie" not in names
        if not (status.startswith("200") and public and "etag" in names and environ.get("HTTP_HOST")):
            start_response(status, headers)
            return result if method == "GET" else close(result)
        body = b"".join(result)
        close(result)
        answer = make(headers, names, body)
        if state is not None and state == self.state and answer.size <= MOST_BYTES:
            while self.bytes + answer.size > MOST_BYTES and table:
                self.bytes -= table.pop(next(iter(table))).size  # the oldest makes room
            table[key] = answer
            self.bytes += answer.size
        return self.answer(answer, environ, start_response)


def close(result: Iterable[bytes]) -> Iterable[bytes]:
    """Close an answer as PEP 3333 asks, and give an empty one."""
    if hasattr(result, "close"):
        result.close()
    return []


def make(headers: Headers, names: dict[str, str], body: bytes) -> Answer:
    """The finished answer with `headers` (as `names` in small letters) and `body`, compressed where that helps."""
    ours = ("content-length", "vary", "content-encoding")
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    vary = ", ".join(dict.fromkeys([*filter(None, names.get("vary", "").split(", ")), "Accept-Encoding"]))
    encoded = {"": body}
    if not names.get("content-type", "").startswith(COMPRESSED):
        kept.append(("Accept-Ranges", "bytes"))
    if names.get("content-type", "").startswith(COMPRESSED) and len(body) > 400:
        encoded["br"] = brotli.compress(body, quality=9)
        encoded["gzip"] = gzip.compress(body, 9, mtime=0)
    variants = {
        encoding: (
            [
                *kept,
                ("Vary", vary),
                *([("Content-Encoding", encoding)] if encoding else []),
                ("Content-Length", str(len(data))),
            ],
            data,
        )
        for encoding, data in encoded.items()
    }
    # RFC 9110 15.4.5: what a cache needs to keep its copy; the rest it has.
    needed = ("etag", "cache-control", "last-modified", "content-location", "expires")
    unchanged = [(name, value) for name, value in kept if name.lower() in needed]
    return Answer(names["etag"], variants, [*unchanged, ("Vary", vary)])


RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def part(asked: str, if_range: str | None, etag: str, length: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for; None where the whole answers it (RFC 9110 14.2, 13.1.5).

    One range is enough for readers of PDF; a list of ranges, or one past the end, gets the whole.
    """
    found = RANGE.fullmatch(asked.replace(" ", ""))
    if not found or (if_range and if_range != etag) or not length:
        return None
    first, last = found.groups()
    if not first:
        return (max(0, length - int(last)), length - 1) if last and int(last) else None
    end = min(int(last), length - 1) if last else length - 1
    return (int(first), end) if int(first) <= end else None


def choose(accepted: str, variants: dict) -> str:
    """The smallest of the variants that an Accept-Encoding header takes: br, gzip or "" for plain."""
    for encoding in ("br", "gzip"):
        if encoding in variants and encoding in accepted:
            for part in accepted.split(","):
                name, _semicolon, weight = part.strip().partition(";")
                if name == encoding and weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
                    return encoding
    return ""
