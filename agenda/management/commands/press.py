import contextlib
import logging
import os
import resource
import sys

import msgspec
from django.core.management.base import BaseCommand
from django.utils import translation

from agenda.faces import ics, schedule
from agenda.printing import PAPERS, queue
from agenda.web.editions import of_release

logger = logging.getLogger("taller.press")


class Command(BaseCommand):
    help = "Sets printed programmes: jobs on standard input, files on standard output (agenda/press.py starts it)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("memory", type=int, help="bytes of address space")
        parser.add_argument("jobs", type=int, help="ends after so many")

    def handle(self, *args, memory, jobs, **options):
        # What libraries print must not stand between the files.
        files = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        os.nice(5)  # readers of web pages first
        from agenda.printing import typesetting

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for _number in range(jobs):
            with contextlib.suppress(EOFError):
                _kind, length = queue.HEAD.unpack(exactly(queue.HEAD.size))
                job = msgspec.msgpack.decode(exactly(length), type=queue.Job)
                queue.write(files, *answer(job, typesetting))
                continue
            return


def exactly(length: int) -> bytes:
    data = sys.stdin.buffer.read(length)
    if len(data) < length:
        raise EOFError
    return data


def answer(job: queue.Job, typesetting) -> tuple[bytes, bytes]:
    try:
        if job.preview:
            return b"o", msgspec.msgpack.encode(queue.Printed(1, typesetting.preview(job.data)))
        paper = PAPERS[job.paper]
        with translation.override(job.programme.language):
            attachments = {}
            if paper.archival and not job.draft:
                edition = of_release(job.programme, job.site)
                attachments["agenda.ics"] = ics.calendar(job.programme, edition.absolute)
                attachments["schedule.json"] = schedule.as_json(job.programme, edition.absolute)
            copy = typesetting.Copy(job.version_address, job.draft, job.programme.audience == "members")
            data = typesetting.pdf(paper, job.programme, copy, attachments, job.logos)
    except MemoryError:
        return b"e", b"it needed more memory than it may have"
    except Exception as error:
        logger.exception("a job failed")
        return b"e", f"{type(error).__name__}: {error}"[:500].encode()
    return b"o", msgspec.msgpack.encode(queue.Printed(typesetting.count(data), data))
