"""The press: a pool of one process that sets printed programmes, with limits, so that a web process never does.

Killing its process at any moment loses one job, which is done again or told as failed. The process ends after a
number of jobs, as the typesetter's memory only grows.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import threading
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool

import msgspec
from pebble import ProcessExpired, ProcessPool

from agenda.printing import child
from agenda.programme import Programme

JOBS = 40  # after so many the process ends and another one takes over
MEMORY = 3 * 1024**3  # bytes of address space
SECONDS = 120.0  # for a job, and SECONDS_A_ROW more for each row of the agenda
SECONDS_A_ROW = 0.15
START = 30.0  # seconds that a new process may take before it begins


class Job(msgspec.Struct, frozen=True):
    """What to set: the printed edition's name, the programme, and where readers reach it."""

    paper: str
    programme: Programme
    site: str
    version_address: str
    draft: bool = False
    drawn_up: dt.datetime | None = None  # when a draft was sent to the press
    logos: dict[str, bytes] = {}

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return SECONDS + SECONDS_A_ROW * len(self.programme.entries)


class Printed(msgspec.Struct, frozen=True):
    """What the press gives: the PDF, how many pages it has, and its first page as a small PNG."""

    pages: int
    data: bytes
    picture: bytes


class Failed(Exception):
    """The press made no file; the message says why, for the log and for the organiser."""


class Press:
    """The press of this process: one child, started when first needed, one job at a time. Safe to share by threads."""

    def __init__(self, memory: int = MEMORY, jobs: int = JOBS, start: float = START) -> None:
        self.memory = memory
        self.jobs = jobs
        self.start = start
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def run(self, job: Job, seconds: float | None = None) -> Printed:
        """The file that `job` asks for. Raises Failed where it cannot be made, takes too long or needs too much."""
        limit = seconds or job.seconds
        if not self._lock.acquire(timeout=2 * limit):
            raise Failed("the press is held up by another job")
        try:
            packed = msgspec.msgpack.encode(job)
            for _attempt in (1, 2, 3):
                future = None
                try:
                    future = self._started().schedule(child.perform, args=[packed], timeout=limit)
                    # A process that does not even begin is not stopped by the pool's own limit.
                    return msgspec.msgpack.decode(future.result(limit + self.start), type=Printed)
                except TooLong as error:
                    if future is not None and not future.done():
                        self._end()
                    raise Failed(f"it took more than {limit:.0f} seconds") from error
                except (ProcessExpired, BrokenProcessPool) as error:
                    # Whoever kills the process loses nothing: once more, in another one. A pool whose process was
                    # killed while it had nothing to do is broken as a whole.
                    why = str(error)
                    self._end()
                except MemoryError as error:
                    raise Failed("it needed more memory than it may have") from error
                except Exception as error:
                    raise Failed(f"{type(error).__name__}: {error}"[:500]) from error
            raise Failed(f"the press ended: {why}")
        finally:
            self._lock.release()

    def _started(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            # A new interpreter: a copy of this one would have its threads' locks, and its connections.
            self._pool = ProcessPool(
                max_workers=1, max_tasks=self.jobs, initializer=child.begin, initargs=[self.memory],
                context=multiprocessing.get_context("spawn"),
            )  # fmt: skip
        return self._pool

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()


press = Press()
