"""Ready answers: a published page is a constant, so it is rendered once and afterwards answered in front of Django.

One table a process, for both ways in (`taller/wsgi.py`, `taller/rsgi.py`). Everything that is not in it goes through
to Django: people logged in, drafts, forms, unknown addresses. What Django marks as public goes into the table; a new
release, or a moment at which pages change by themselves, empties it. A thread of its own looks for that, so no reader
waits for the database, and makes the new pages ready (ahead.py), so hardly any waits for a rendering.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from agenda.web.answers import Answer, Headers, Reply, make

Key = tuple[str, str, str]  # scheme, host, path
State = tuple[int | None, ...]  # newest release, withdrawals; how many there are, have begun, are over, are old
Asked = Callable[[str], str | None]  # the value of a header by its lower-case name

logger = logging.getLogger("taller.ready")
CHECK_EVERY = 1.0  # seconds between two looks at the newest release
MOST_BYTES = 64 * 1024 * 1024  # of answers kept by one process
MOST_ANSWERS = 4096  # of one process: names and ports of the site are each asker's choice
LONGEST_HOST, LONGEST_PATH = 100, 300  # characters of what is kept
OWN_PAGES = ("/accounts/", "/admin/")  # never the public's: their cookies are looked at
MOST_PLAIN = 4096  # addresses remembered as not to be kept
MOST_HOSTS = 2  # names of the site for which pages are made ready ahead
BURST = 2.0  # seconds of making pages ready; after that, as long as a page took is left to readers
WAIT = 20.0  # seconds that a reader waits for the first one's rendering of the same page


class Rendering(Future):
    """A page that is being made: what becomes of it, and of which state it will be."""

    def __init__(self, state: State | None) -> None:
        super().__init__()
        self.state = state


def over_https(said: str) -> bool:
    """Whether `X-Forwarded-Proto` says that the reader came by https: the first of several, in any case."""
    return said.partition(",")[0].strip().lower() == "https"


class Ready:
    """The table of one process. Lookups take no lock; what changes it does."""

    def __init__(self) -> None:
        self.table: dict[Key, Answer] = {}
        self.plain: set[Key] = set()  # answered by Django and not kept: nobody waits for these
        self.coming: dict[Key, Rendering] = {}  # being rendered for somebody
        self.bytes = 0
        self.hosts: dict[tuple[str, str], None] = {}  # scheme and name under which readers were answered
        self.state: State | None = None
        self.made_for: list[tuple[str, str]] = []  # the hosts whose pages are made ready,
        self.to_make: Iterator[Key] = iter(())  # those that are still to be made,
        self.spent = 0.0  # and the seconds that the others took
        self.watched_by: int | None = None
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.packer = ThreadPoolExecutor(1, thread_name_prefix="pack")
        self.secure_only = settings.SECURE_SSL_REDIRECT
        self.believes_proxy = bool(settings.TRUSTED_PROXIES)
        self.session = settings.SESSION_COOKIE_NAME + "="

    def key(self, method: str, scheme: str, path: str, query: str, header: Asked) -> Key | None:
        """Under what the answer to a request stands; None where it can only be Django's."""
        if method not in ("GET", "HEAD") or query or path.startswith(OWN_PAGES):
            return None
        if self.session in (header("cookie") or ""):
            return None
        if self.believes_proxy and over_https(header("x-forwarded-proto") or ""):
            scheme = "https"
        if self.secure_only and scheme != "https":
            return None
        host = header("host") or ""
        return (scheme, host, path) if 0 < len(host) <= LONGEST_HOST and len(path) <= LONGEST_PATH else None

    def claim(self, key: Key) -> tuple[Rendering | None, bool]:
        """Who renders the page `key`: a future of its answer, and whether the one who asks is to make it.

        (None, True) where nobody need wait: such pages are each reader's own.
        """
        with self.lock:
            if key in self.plain:
                return None, True
            if key in self.coming:
                return self.coming[key], False
            self.coming[key] = Rendering(self.state)
            return self.coming[key], True

    def render(
        self, application: Callable, key: Key, future: Rendering | None, environ: dict[str, Any]
    ) -> tuple[Answer | None, Reply | None]:
        """Ask the WSGI `application` for the page `key` as its first reader: what all may have, and what it said."""
        reply = None
        try:
            reply = collect(application, as_first_reader(environ))
        finally:
            answer = self.settle(key, future, reply)
        return answer, reply

    def settle(self, key: Key, future: Rendering | None, reply: Reply | None) -> Answer | None:
        """Keep what Django said to a claimed request where it is public and whole; wakes those who wait.

        `reply` is None where Django failed. Returns the answer, or None where it is this reader's alone.
        """
        answer = None
        try:
            answer = _answer(reply) if reply is not None else None
            self._keep(key, future, answer, started=reply is not None)
        finally:
            if future is not None:
                with self.lock:
                    self.coming.pop(key, None)
                future.set_result(answer)
        return answer

    def _keep(self, key: Key, future: Rendering | None, answer: Answer | None, started: bool) -> None:
        with self.lock:
            if answer is None and started:
                if len(self.plain) >= MOST_PLAIN:
                    self.plain.clear()
                self.plain.add(key)
            elif (
                answer is not None
                and future is not None
                and future.state == self.state is not None
                and answer.size <= MOST_BYTES
            ):
                while self.table and (self.bytes + answer.size > MOST_BYTES or len(self.table) >= MOST_ANSWERS):
                    self.bytes -= self.table.pop(next(iter(self.table))).size  # the oldest makes room
                self.table[key] = answer
                self.bytes += answer.size
                if len(self.hosts) < MOST_HOSTS:
                    self.hosts.setdefault(key[:2])

    def look(self) -> bool:
        """Look at the newest release; empty the table where it is another one, or the clock makes other pages of them.

        Says whether it did. Where the database does not answer, what is ready stays ready.
        """
        from agenda.models import Release
        from agenda.web.editions import NEWS  # servers import this module before Django is set up

        try:
            now = timezone.now()
            # The count as well as the newest: two published at once may become visible in the other order than their
            # numbers. What has begun or is over makes another home page; what is news no more, other marks.
            state = tuple(
                Release.objects.aggregate(
                    Max("pk"),
                    Sum("withdrawals"),
                    Count("pk"),
                    begun=Count("pk", filter=Q(begins_at__lte=now)),
                    over=Count("pk", filter=Q(over_at__lte=now)),
                    old=Count("pk", filter=Q(published_at__lte=now - NEWS)),
                ).values()
            )
        except DatabaseError:
            return False
        finally:
            connection.close()
        if state == self.state:
            return False
        with self.lock:
            self.state, self.table, self.bytes, self.plain = state, {}, 0, set()
        return True

    def watch(self, application: Callable) -> None:
        """Look every second from now on, and make the pages of the WSGI `application` ready, in a thread of this
        process; once is enough, also after a fork."""
        if self.watched_by == os.getpid():
            return
        self.watched_by = os.getpid()
        threading.Thread(target=self._watch, args=[application], name="ready", daemon=True).start()

    def _watch(self, application: Callable) -> None:
        while not self.stopped.is_set():
            until = time.monotonic() + CHECK_EVERY
            try:
                self.work(application, until)
            except Exception:  # whatever it was, the next look may see again; without a look nothing new appears
                logger.exception("the newest release could not be looked at")
            self.stopped.wait(until - time.monotonic())

    def work(self, application: Callable, until: float) -> None:
        """Look, and make pages ready until the moment `until` of time.monotonic(); the next call goes on with them."""
        from agenda.web import ahead, editions  # servers import this module before Django is set up

        if own := ahead.own_host():
            self.hosts.setdefault(own)
        if self.look() or self.made_for != list(self.hosts):
            self.made_for, self.spent = list(self.hosts), 0.0
            self.to_make = ahead.keys(self.made_for)
        try:
            connection.ensure_connection()
            connection.close_at = None  # one for all of these pages, whatever the settings say of a request's
            with editions.asking_once():
                while time.monotonic() < until and self.has_room and (key := next(self.to_make, None)):
                    self.spent += (took := self.make_ahead(key, application))
                    if self.spent > BURST:
                        self.stopped.wait(took)
        finally:
            connection.close()

    @property
    def has_room(self) -> bool:
        """Whether pages may still be made ready for nobody: half of the table is for what readers ask for."""
        return self.bytes < MOST_BYTES // 2 and len(self.table) + len(self.coming) < MOST_ANSWERS // 2

    def make_ahead(self, key: Key, application: Callable) -> float:
        """Make the page `key` ready unless it is, or is being made; the seconds that it took."""
        from agenda.web.ahead import environ_for

        if key in self.table:
            return 0.0
        future, mine = self.claim(key)
        if future is None or not mine:
            return 0.0
        began = time.monotonic()
        reply = None
        try:
            reply = collect(application, environ_for(key))
        except Exception:  # told to whoever asks for it; the other pages can be made
            logger.exception("the page %s could not be made ready", key[2])
        # Compressing takes no lock of the interpreter: another thread does it beside the next page.
        self.packer.submit(self.settle, key, future, reply)
        return time.monotonic() - began


def _answer(reply: Reply) -> Answer | None:
    """The answer that all readers of a page may get, or None."""
    names = {name.lower(): value for name, value in reply.headers}
    public = names.get("cache-control", "").startswith("public") and "set-cookie" not in names
    return make(reply.headers, names, reply.body) if reply.status == 200 and public and "etag" in names else None


def collect(application: Callable, environ: dict[str, Any]) -> Reply:
    """The whole answer of a WSGI application (PEP 3333). Raises what it raises, RuntimeError where it says nothing."""
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info=None):
        if exc_info and written:
            raise exc_info[1]
        started[:] = [(status, headers)]
        return written.append

    result: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    if not started:
        raise RuntimeError("the application has not started its answer")
    status, headers = started[0]
    return Reply(int(status[:3]), list(headers), b"".join(written) + body)


def as_first_reader(environ: dict[str, Any]) -> dict[str, Any]:
    """`environ` as of a reader who has no copy yet and wants it whole: what all can be given."""
    return {**{name: value for name, value in environ.items() if name not in OWN}, "REQUEST_METHOD": "GET"}


# What makes an answer one reader's own: who they are, and what they have of it already (RFC 9110 13.1, 14.2).
OWN = {f"HTTP_{name}" for name in ("COOKIE", "AUTHORIZATION", "IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE",
                                   "IF_UNMODIFIED_SINCE", "IF_RANGE", "RANGE")}  # fmt: skip
