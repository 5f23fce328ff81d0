"""Keeps the server and the worker running: this process is their parent, and starts the worker anew when it ends.

`python -m taller.watch SERVER… --and-- WORKER…` with the commands of both. It imports no Django.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from types import FrameType

LOOK = 0.2  # seconds
PATIENCE = 10.0  # seconds that a child may take to end
PR_SET_PDEATHSIG = 1  # prctl(2)


class Watch:
    """Runs until the server ends, or until somebody says so (SIGTERM, SIGINT)."""

    def __init__(self, server: list[str], worker: list[str]) -> None:
        self.commands = {"server": server, "worker": worker}
        self.children: dict[str, subprocess.Popen] = {}
        self.stopping = False
        self.started = 0.0  # when the worker was

    def run(self) -> int:
        """The status of the server."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        for name in self.commands:
            self.start(name)
        while not self.stopping:
            time.sleep(LOOK)
            if self.children["server"].poll() is not None:
                break
            # One that ends at once, because the database is away, is not started over and over.
            if self.children["worker"].poll() is not None and time.monotonic() - self.started > PATIENCE / 5:
                self.start("worker")
        self.end()
        return 0 if self.stopping else self.children["server"].returncode

    def start(self, name: str) -> None:
        self.started = time.monotonic()
        self.children[name] = subprocess.Popen(self.commands[name], preexec_fn=_goes_with_parent)  # noqa: S603

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def end(self) -> None:
        """Ask both to end, and make those that do not."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + PATIENCE
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _goes_with_parent() -> None:
    """In the child, before it becomes its program: it is told to end when its parent is gone, however that ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    at = sys.argv.index("--and--")
    sys.exit(Watch(sys.argv[1:at], sys.argv[at + 1 :]).run())
