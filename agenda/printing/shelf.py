"""The shelf of printed editions: each is set once, by the press, and then served as a file named after its content."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection
from django.utils import timezone

from agenda.printing import Paper
from agenda.printing.queue import Failed, Job, Printed, press
from agenda.programme import encode
from agenda.web.codeversion import code_version
from agenda.web.editions import Edition, for_the_public
from participants.models import Logo

logger = logging.getLogger("taller.press")

DRAFTS_KEPT = 40
STALE = 7 * 86400  # seconds
WAIT = 25.0  # seconds that a reader waits for somebody else's order of the same edition
# So many may wait in one process; the others get the last good file, and threads stay free for the rest of the site.
WAITING = threading.BoundedSemaphore(24)
AGAIN = dt.timedelta(minutes=5)  # a failed edition is not tried again before that


class Busy(Exception):
    """The edition is being set for somebody else, and that takes long."""


class Failure(msgspec.Struct, frozen=True):
    """An edition that the press could not make, as the organiser reads of it."""

    workshop: str
    release: int | None
    paper: str
    language: str
    cause: str
    when: dt.datetime


def pdf(edition: Edition, paper: Paper) -> Printed:
    """The printed edition `paper` of `edition`, from the shelf where it has been set before.

    Twenty who ask at once cause one rendering: the others wait for the lock and find the file. Raises Failed
    where the press cannot make it (and has told the log), Busy where the wait takes too long.
    """
    return _made(_path(edition, paper, ".pdf"), edition, paper, lambda: _job(edition, paper))


def plain(edition: Edition) -> Edition:
    """`edition` as the public's where a member would read nothing else: such a copy may be handed out."""
    public = for_the_public(edition)
    same = msgspec.structs.replace(public.programme, audience=edition.audience) == edition.programme
    return public if same else edition


def last_good(edition: Edition, paper: Paper) -> Printed | None:
    """The latest file of an earlier version of what a reader asks for, as the same audience may see it."""
    if edition.mount != "current":
        return None
    files = _shelf().glob(f"{_stem(edition, paper)}-v*.pdf")
    latest = max(files, key=lambda path: int(path.name.rpartition("-v")[2].partition("-")[0]), default=None)
    return _read(latest) if latest else None


def picture(edition: Edition, paper: Paper) -> Printed:
    """The first page of the printed edition as PNG, small. Raises as pdf() does."""
    path = _path(edition, paper, ".png")
    if printed := _read(path):
        return printed
    source = pdf(edition, paper).data  # before the wait for the picture: nobody holds two places
    return _made(
        path, edition, paper, lambda: Job(paper.name, edition.programme, edition.site, "", preview=True, data=source)
    )


def pages(edition: Edition, paper: Paper) -> int | None:
    """How many pages the printed edition has; None where it has not been set yet."""
    printed = _read(_path(edition, paper, ".pdf"))
    return printed.pages if printed else None


def forget_failures(slug: str) -> None:
    """Have what the press could not make of the workshop `slug` tried again at once."""
    for path in _shelf().glob(f"{slug}-*.failed"):
        if (failure := _failure(path)) is None or failure.workshop == slug:
            path.unlink(missing_ok=True)


def failures() -> list[Failure]:
    """What the press could not make, the latest first; what was made since is gone from it."""
    known = filter(None, map(_failure, _shelf().glob("*.failed")))
    return sorted(known, key=lambda failure: failure.when, reverse=True)


def _made(path: Path, edition: Edition, paper: Paper, job: Callable[[], Job]) -> Printed:
    if printed := _read(path):
        return printed
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(path.with_suffix(path.suffix + ".lock")):
        if printed := _read(path):
            return printed
        failed = path.with_suffix(path.suffix + ".failed")
        if (before := _failure(failed)) and timezone.now() - before.when < AGAIN:
            raise Failed("it has just failed")
        try:
            made = press.run(job())
        except Failed as error:
            programme = edition.programme
            failure = Failure(
                programme.slug, programme.release, paper.name, programme.language, str(error), timezone.now()
            )
            _write(failed, msgspec.json.encode(failure))
            logger.exception("not printed: %s of %s in %s", paper.name, programme.slug, programme.language)
            raise
        try:
            _write(path, msgspec.msgpack.encode(made))
        except OSError as error:
            logger.exception("not kept: %s of %s", paper.name, edition.programme.slug)
            raise Failed(f"the file cannot be kept: {error.strerror}") from error
        for old in path.parent.glob(f"{_stem(edition, paper)}-v*.failed"):  # of earlier versions too
            old.unlink(missing_ok=True)
        if edition.is_draft:
            _tidy(path.parent)
        else:
            _drop_stale(path)
    return made


def _job(edition: Edition, paper: Paper) -> Job:
    digests = {participant.logo.digest for participant in edition.programme.participants if participant.logo}
    logos = Logo.objects.filter(digest__in=digests).values_list("digest", "png") if digests else ()
    return Job(
        paper.name,
        edition.programme,
        edition.site,
        edition.version_address,
        edition.is_draft,
        {digest: bytes(png) for digest, png in logos},
    )


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, which one process and one thread at a time can.

    Raises Busy after WAIT seconds, and at once where enough others of this process wait already.
    """
    if not WAITING.acquire(blocking=False):
        raise Busy
    if not connection.in_atomic_block:
        connection.close()  # who waits here holds no connection that others could use
    try:
        with _held(path):
            yield
    finally:
        WAITING.release()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    until = time.monotonic() + WAIT
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy from None
                time.sleep(0.05)
        yield


def _shelf() -> Path:
    return Path(settings.RENDERS_DIR)


def _path(edition: Edition, paper: Paper, suffix: str) -> Path:
    """Where the edition stands: its content, its address (printed as QR code) and the templates decide."""
    what = f"{paper.name} {edition.audience} {edition.version_address} {edition.is_draft}"
    key = f"{what} {code_version()} {encode(edition.programme)}"
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return _shelf() / f"{_stem(edition, paper)}-v{edition.programme.release or 0}-{digest}{suffix}"


def _stem(edition: Edition, paper: Paper) -> str:
    slug = "draft." if edition.is_draft else edition.programme.slug  # no slug has a dot
    return f"{slug}-{paper.name}-{edition.programme.language}-{edition.audience}"


def _read(path: Path) -> Printed | None:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Printed)
    except FileNotFoundError:
        return None


def _failure(path: Path) -> Failure | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Failure)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _write(path: Path, data: bytes) -> None:
    file = tempfile.NamedTemporaryFile(dir=path.parent, delete=False)  # noqa: SIM115  it is renamed below
    try:
        with file:
            file.write(data)
        os.replace(file.name, path)  # noqa: PTH105  a reader sees the whole file or none
    except BaseException:  # a disk that is full, a kill that can be caught: half a file gives its room back
        Path(file.name).unlink(missing_ok=True)
        raise


def _drop_stale(path: Path) -> None:
    """Drop what earlier versions of the code made of the same edition, once nobody can be reading it any more."""
    name = path.name.removesuffix(path.suffix).rpartition("-")[0]
    for old in path.parent.glob(f"{name}-*"):
        if not old.name.startswith(path.stem) and time.time() - old.stat().st_mtime > STALE:
            old.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """Drop all but the last drafts; what was published stays."""
    drafts = sorted(folder.glob("draft.-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in drafts[DRAFTS_KEPT:]:
        path.unlink(missing_ok=True)
