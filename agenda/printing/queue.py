"""The press: a process of its own that sets printed programmes, with limits, so that a web process never does.

The child is `manage.py press`: it reads jobs from its standard input and writes files to its standard output, one
after the other, and ends after a number of jobs, as the typesetter's memory only grows. Killing it at any moment
loses one job, which is asked again or told as failed.
"""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from django.conf import settings

from agenda.programme import Programme

HEAD = struct.Struct(">cQ")  # «o» for a file or «e» for the words of an error, then the length in bytes
JOBS = 40  # after so many the child ends and another one takes over
MEMORY = 3 * 1024**3  # bytes of address space
SECONDS = 30.0  # for a job, and SECONDS_A_ROW more for each row of the agenda
SECONDS_A_ROW = 0.15


class Job(msgspec.Struct, frozen=True):
    """What to set: the printed edition's name, the programme, and where readers reach it."""

    paper: str
    programme: Programme
    site: str
    version_address: str
    draft: bool = False
    logos: dict[str, bytes] = {}
    preview: bool = False  # a PNG of the first page of the file `data` instead
    data: bytes = b""

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return SECONDS + SECONDS_A_ROW * len(self.programme.entries)


class Printed(msgspec.Struct, frozen=True):
    """What the press gives: the file and how many pages it has."""

    pages: int
    data: bytes


class Failed(Exception):
    """The press made no file; the message says why, for the log and for the organiser."""


class Press:
    """The press of this process: one child, started when first needed, one job at a time. Safe to share by threads."""

    def __init__(self, memory: int = MEMORY, jobs: int = JOBS) -> None:
        self.memory = memory
        self.jobs = jobs
        self._lock = threading.Lock()
        self._child: subprocess.Popen | None = None

    def run(self, job: Job, seconds: float | None = None) -> Printed:
        """The file that `job` asks for. Raises Failed where it cannot be made, takes too long or needs too much."""
        limit = seconds or job.seconds
        if not self._lock.acquire(timeout=2 * limit):
            raise Failed("the press is held up by another job")
        try:
            for _attempt in (1, 2):
                child = self._start()
                try:
                    return self._ask(child, job, limit)
                except (BrokenPipeError, EOFError):
                    # Whoever kills the press loses nothing: once more, with another child.
                    code = self._end()
            raise Failed(f"the press ended with status {code}")
        finally:
            self._lock.release()

    def _start(self) -> subprocess.Popen:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # noqa: S603  our own program, our own arguments
                [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "press", str(self.memory), str(self.jobs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        return self._child

    def _ask(self, child: subprocess.Popen, job: Job, seconds: float) -> Printed:
        until = time.monotonic() + seconds
        try:
            words, answers = _pipes(child)
            _send(words, b"o", msgspec.msgpack.encode(job), until)
            kind, data = self._read(answers, until)
        except TimeoutError as error:
            self._end()
            raise Failed(f"it took more than {seconds:.0f} seconds") from error
        if kind == b"e":
            raise Failed(data.decode(errors="replace"))
        return msgspec.msgpack.decode(data, type=Printed)

    def _read(self, stream: BinaryIO, until: float) -> tuple[bytes, bytes]:
        kind, length = HEAD.unpack(_exactly(stream, HEAD.size, until))
        return kind, _exactly(stream, length, until)

    def _end(self) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(OSError):
            _pipes(child)[0].close()
        try:
            code = child.wait(0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        _pipes(child)[1].close()
        return code

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()


def _exactly(stream: BinaryIO, length: int, until: float) -> bytes:
    """`length` bytes of a pipe, before the monotonic moment `until`. Raises EOFError, TimeoutError."""
    parts, missing = [], length
    descriptor = stream.fileno()
    while missing:
        if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(descriptor, min(missing, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _pipes(child: subprocess.Popen) -> tuple[BinaryIO, BinaryIO]:
    """Where a child that was started with pipes reads, and where it writes."""
    return cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)


def _send(stream: BinaryIO, kind: bytes, data: bytes, until: float) -> None:
    """Write one message into a pipe that may be full. Raises BrokenPipeError, TimeoutError."""
    descriptor = stream.fileno()
    os.set_blocking(descriptor, False)
    left = memoryview(HEAD.pack(kind, len(data)) + data)
    while left:
        if not select.select([], [descriptor], [], max(0.0, until - time.monotonic()))[1]:
            raise TimeoutError
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(descriptor, left) :]


def write(stream: BinaryIO, kind: bytes, data: bytes) -> None:
    """Write one message, whole."""
    stream.write(HEAD.pack(kind, len(data)) + data)
    stream.flush()


press = Press()
