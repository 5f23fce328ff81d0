import fcntl
import os
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agenda.models import Release
from agenda.web.codeversion import code_version
from taller import probes


def server(host: str, port: int, workers: int) -> list[str]:
    """The command that serves the site with granian."""
    return [
        str(Path(sys.executable).parent / "granian"), "--interface", "rsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--respawn-failed-workers", "--http", "1", "--no-ws",
        "--loop", "uvloop", "--runtime-mode", "st",
        # A head has ten seconds and 64 kB; a worker has so many connections at once.
        "--http1-header-read-timeout", "10000", "--http1-buffer-size", "65536",
        "--backlog", "4096", "--backpressure", "2048",
        "--log-level", "error", "taller.rsgi:application",
    ]  # fmt: skip


class Command(BaseCommand):
    help = "Serves the site with granian. With --prepare, makes it ready first: database, files, example, organiser."
    requires_system_checks = ["files", "printing", "security"]

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare", action="store_true", help="for `make run`")

    def handle(self, *args, host, port, prepare, **options):
        host = self.address(host, port)
        self.check_free(host, port)
        if problem := probes.database():
            raise CommandError(problem)
        if prepare:
            self.claim(Path(settings.VAR_DIR))
            self.prepare()
        self.collect()
        shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  comparing, not binding
        if prepare:
            release = next(iter(Release.objects.now(timezone.now())), None)
            self.stdout.write(
                f"\n  The programme     http://{shown}:{port}/\n"
                f"  To organise       http://{shown}:{port}/admin/\n"
                + (
                    f"  Printed           http://{shown}:{port}/es/{release.workshop.slug}/impreso/\n"
                    if release
                    else ""
                )
                + "  Stop with Ctrl+C.\n"
            )
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)  # where the server finds the application, from wherever it is started
        worker = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "work"]
        # A small program of its own: what this one has read to prepare the site is not kept while the site runs.
        command = [sys.executable, "-m", "taller.watch", *server(host, port, settings.WORKERS), "--and--", *worker]
        os.execv(command[0], command)  # noqa: S606  our own program, our own arguments

    def address(self, host: str, port: int) -> str:
        """The IP address that `host` means; "" is every one of this machine. Raises CommandError with a sentence."""
        if not 0 < port < 65_536:
            raise CommandError(f"{port} is not a port: choose one from 1 to 65535, such as make run PORT=8000")
        try:
            found = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)  # noqa: S104  as asked for
        except OSError as error:
            raise CommandError(f"«{host}» is no address of this machine ({error.strerror}).") from error
        return str(found[0][4][0])

    def claim(self, folder: Path) -> None:
        """Keep this folder for the site that is about to start, as long as it runs; flock(2) goes with the process.

        Raises CommandError where another start has it: two would make one database at once.
        """
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "running", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(handle, True)  # execv() below keeps it
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise CommandError(f"Taller runs from this folder already, or is being started: {folder}") from error

    def check_free(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} of {host} is not free ({error.strerror}). Stop what uses it, or choose another: "
                    f"make run PORT={port + 1}"
                ) from error

    def prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_example", if_none=True, stdout=self.stdout)
        call_command("make_organiser", "organizacion@taller.example", if_none=True, stdout=self.stdout)

    def collect(self) -> None:
        """Gather and compress the static files, where they are not those of this version of the code."""
        stamp = Path(settings.STATIC_ROOT) / ".build"
        if settings.DEBUG or (stamp.exists() and stamp.read_text(encoding="utf-8") == code_version()):
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(code_version(), encoding="utf-8")
