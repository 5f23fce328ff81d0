"""What a request costs, in CPU, beside a bare Django view that returns the same bytes under the same server.

Serves a database of its own with granian on a free port, asks for each page over eight connections at once, as a
site in use is asked, and reads the CPU time of the server's processes (user and system) before and after. Compare the ratios: absolute times are
those of this machine. Queries are counted in this process. Usage: make bench
"""

import asyncio
import http.client
import io
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AT_ONCE = 8
PATIENCE = 60  # seconds for all readers of one measurement
VAR = Path(tempfile.mkdtemp(prefix="taller-bench-"))
os.environ.update(
    DJANGO_SETTINGS_MODULE="taller.settings", VAR_DIR=str(VAR), LOG_LEVEL="ERROR", SITE_URL="http://x.example"
)

BARE = """
import os
from django.conf import settings
settings.configure(SECRET_KEY="bench", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from pathlib import Path
FOLDER = Path(os.environ["BENCH_BODIES"])
BODIES = {p.name: p.read_bytes() for p in FOLDER.iterdir()}
def view(request, name): return HttpResponse(BODIES[name])
urlpatterns = [path("<str:name>", view)]
application = get_wsgi_application()
"""


def ticks(pid: int) -> float:
    """CPU seconds of a process and its children so far, by the scheduler's own account (nanoseconds)."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if process.name == str(pid) or parent == pid:
                total += sum(int(task.read_text().split()[0]) for task in process.glob("task/*/schedstat"))
        except OSError:
            continue
    return total / 1e9


class Server:
    """What `manage.py serve` runs, with one worker on a free port, until the block ends; or a `bare` application."""

    def __init__(self, folder: Path, bare: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if bare:
            granian = str(Path(sys.executable).parent / "granian")
            command = [granian, "--interface", "wsgi", "--port", str(self.port), "--workers", "1",
                       "--blocking-threads", "32", "--no-ws", "--log-level", "error", bare]  # fmt: skip
        else:
            from taller.management.commands.serve import server

            command = server("127.0.0.1", self.port, 1)
        self.process = subprocess.Popen(command, cwd=folder)

    def __enter__(self) -> "Server":
        for _try in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait()

    def settle(self) -> "Server":
        """Wait until the server has made its pages ready: what readers cost is measured, and not that."""
        self.get("/es/")  # it learns under which name it is asked
        quiet = 0
        while quiet < 3:
            before = ticks(self.process.pid)
            time.sleep(1)
            quiet = quiet + 1 if ticks(self.process.pid) - before < 0.05 else 0
        return self

    def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path, headers=headers or {})
        body = connection.getresponse().read()
        connection.close()
        return body

    def cpu(self, path: str, count: int, headers: dict[str, str] | None = None) -> float:
        """Milliseconds of CPU a request, with AT_ONCE readers at once, after a warm-up."""
        request = "".join([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n",
                           *(f"{name}: {value}\r\n" for name, value in (headers or {}).items()), "\r\n"]).encode()  # fmt: skip

        async def reader(number: int) -> None:
            source, sink = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
            for _request in range(number):
                sink.write(request)
                head = (await source.readuntil(b"\r\n\r\n")).lower()
                length = re.search(rb"content-length: (\d+)", head)
                await source.readexactly(int(length[1]) if length and b" 304 " not in head.split(b"\r\n")[0] else 0)
            sink.close()

        async def all_of(number: int) -> None:
            readers = asyncio.gather(*(reader(number // AT_ONCE) for _reader in range(AT_ONCE)))
            await asyncio.wait_for(readers, PATIENCE)

        for _attempt in range(3):  # now and then the bare server leaves one of its readers without an answer
            try:
                asyncio.run(all_of(AT_ONCE * 3))
                before = ticks(self.process.pid)
                asyncio.run(all_of(count))
                return (ticks(self.process.pid) - before) / count * 1000
            except TimeoutError:
                continue
        raise TimeoutError(f"no answer from {path}")


def prepare(vary: Callable[[], None] | None = None) -> None:
    """Fill the database; `vary` may change the large workshop before it is published."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import override_settings

    # No worker works beside the bench: who asks for paper has it set.
    override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}).enable()

    from agenda import publishing
    from tests import factories

    call_command("migrate", verbosity=0)
    call_command("load_example", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    large = factories.large(1000)
    if vary:
        vary()
    publishing.publish(large)


def first(slug: str, path: str) -> tuple[float, int, int]:
    """CPU milliseconds and queries of a first rendering in this process, and the bytes of the answer."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from agenda import publishing

    client = Client(headers={"host": "localhost"})
    client.get("/es/talleres/")  # templates are read once a process, whoever asks first
    client.get(f"/es/{slug}/ejes/1/")
    publishing.forget()
    with CaptureQueriesContext(connection) as queries:
        before = time.process_time()
        response = client.get(f"/es/{slug}/{path}")
        spent = time.process_time() - before
    assert response.status_code == 200, response
    return spent * 1000, len(queries), len(response.content)


def main() -> None:
    prepare()
    pages = ["agenda/", "agenda.ics", "schedule.json", "participantes/"]
    print(
        f"{'':34}{'first ms':>10}{'again ms':>10}{'304 ms':>9}{'bare ms':>9}{'again/bare':>12}{'queries':>9}{'bytes':>10}"
    )
    with Server(ROOT) as ours:
        ours.settle()
        for slug, count in (("taller-10", "15 sessions"), ("grande", "1000 sessions")):
            for path in [*pages, "programa.pdf"]:
                spent, queries, size = first(slug, path)
                compare(ours, slug, path, count, spent, queries, size)


def compare(ours: Server, slug: str, path: str, count: str, spent: float, queries: int, size: int) -> None:
    """Both servers run side by side and are asked in turn, seven rounds; the medians are printed."""
    number = 1600 if size < 100_000 else 240
    address = f"/es/{slug}/{path}"
    folder = Path(tempfile.mkdtemp(prefix="taller-bare-"))
    (folder / "bodies").mkdir()
    (folder / "bodies" / "x").write_bytes(ours.get(address))
    (folder / "bare.py").write_text(BARE)
    os.environ["BENCH_BODIES"] = str(folder / "bodies")
    with urllib.request.urlopen(f"http://127.0.0.1:{ours.port}{address}") as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    with Server(folder, "bare:application") as bare:
        rounds = [
            (ours.cpu(address, number), bare.cpu("/x", number), ours.cpu(address, number, known)) for _round in range(7)
        ]
    again, base, unchanged = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other, _third in rounds)
    print(
        f"{path + ', ' + count:34}{spent:>10.1f}{again:>10.3f}{unchanged:>9.3f}{base:>9.3f}{ratio:>12.2f}{queries:>9}{size:>10}",
        flush=True,
    )


if __name__ == "__main__":
    main()
