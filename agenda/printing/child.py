"""What runs in the process that sets paper: started by a pool (queue.py), it alone loads WeasyPrint.

Imports nothing of Django before begin() has set it up.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

PR_SET_PDEATHSIG = 1  # prctl(2)


def begin(memory: int) -> None:
    """Make this process ready: its limits (`memory` in bytes of address space), Django, the typesetter."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it does not outlive who started it, however that ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is said to the parent, which ends the pool
    os.nice(5)  # readers of web pages first
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taller.settings")
    import django

    django.setup()
    from agenda.printing import typesetting  # noqa: F401

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def perform(packed: bytes) -> bytes:
    """What a job (queue.Job as MessagePack) asks for, as queue.Printed in MessagePack."""
    import msgspec
    from django.utils import translation

    from agenda.faces import ics, schedule
    from agenda.printing import EVERYTHING, queue, typesetting
    from agenda.web.editions import of_release

    job = msgspec.msgpack.decode(packed, type=queue.Job)
    paper = EVERYTHING[job.paper]
    with translation.override(job.programme.language):
        attachments: dict[str, Any] = {}
        if paper.archival and not job.draft:
            edition = of_release(job.programme, job.site)
            attachments["agenda.ics"] = ics.calendar(job.programme, edition.absolute)
            attachments["schedule.json"] = schedule.as_json(job.programme, edition.absolute)
        drawn_up = job.drawn_up.astimezone(job.programme.zone) if job.drawn_up else None
        copy = typesetting.Copy(job.version_address, job.draft, job.programme.audience == "members", drawn_up)
        data = typesetting.pdf(paper, job.programme, copy, attachments, job.logos)
    picture = typesetting.preview(data, paper.picture)
    return msgspec.msgpack.encode(queue.Printed(typesetting.count(data), data, picture))
