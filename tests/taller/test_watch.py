"""The parent of server and worker: a worker that ends is started anew, and nobody outlives the parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CODE = (
    "import sys\n"
    "from taller.watch import Watch\n"
    "sleep = [sys.executable, '-c', 'import os, sys, time; "
    'open(sys.argv[1], "a").write(f"{os.getpid()}\\\\n"); time.sleep(60)\']\n'
    "sys.exit(Watch([*sleep, sys.argv[1]], [*sleep, sys.argv[2]]).run())\n"
)


@pytest.fixture
def watched(tmp_path):
    """A running parent, and a function that gives the processes that were started as server or worker."""
    names = {"server": tmp_path / "server", "worker": tmp_path / "worker"}
    parent = subprocess.Popen([sys.executable, "-c", CODE, *map(str, names.values())])

    def pids(name, count=1):
        path = names[name]
        until(lambda: path.exists() and len(path.read_text(encoding="utf-8").splitlines()) >= count)
        return [int(line) for line in path.read_text(encoding="utf-8").splitlines()]

    yield parent, pids
    parent.kill()
    parent.wait()
    for name, path in names.items():
        for pid in pids(name) if path.exists() else []:
            if runs(pid):
                os.kill(pid, signal.SIGKILL)


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_worker_that_is_killed_is_started_anew_and_the_server_goes_on(watched):
    parent, pids = watched
    [server], [worker] = pids("server"), pids("worker")
    time.sleep(2)  # one that ends at once is not started over and over
    os.kill(worker, signal.SIGKILL)
    assert len(pids("worker", 2)) == 2
    assert (runs(server), parent.poll()) == (True, None)


def test_where_the_server_ends_all_ends_with_its_status(watched):
    parent, pids = watched
    [server], [worker] = pids("server"), pids("worker")
    os.kill(server, signal.SIGKILL)
    assert parent.wait(15) != 0
    assert not runs(worker)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_parent_ends_its_children_end_too(watched, number):
    parent, pids = watched
    children = [*pids("server"), *pids("worker")]
    parent.send_signal(number)
    assert parent.wait(15) == (0 if number != signal.SIGKILL else -signal.SIGKILL)
    until(lambda: not any(map(runs, children)))
