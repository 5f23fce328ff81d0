"""The WSGI application, for any server. `manage.py serve` uses granian with the front of `taller/rsgi.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from http import HTTPStatus
from typing import Any, cast

from django.core.wsgi import get_wsgi_application

from agenda.web.answers import Answer, Reply
from agenda.web.ready import WAIT, Ready


class Layer:
    """`inner` behind the table `ready`."""

    def __init__(self, inner: Callable, ready: Ready) -> None:
        self.inner = inner
        self.ready = ready

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        def header(name: str) -> str | None:
            return environ.get("HTTP_" + name.upper().replace("-", "_"))

        method = environ["REQUEST_METHOD"]
        scheme, query = environ["wsgi.url_scheme"], environ.get("QUERY_STRING", "")
        key = self.ready.key(method, scheme, environ["PATH_INFO"], query, header)
        if key is None:
            return self.inner(environ, start_response)
        self.ready.watch(self.inner)
        answer = self.ready.table.get(key)
        if answer is None:
            future, mine = self.ready.claim(key)
            if future is not None and not mine:
                answer = self.wait(future)
                future = None
            if answer is None:
                answer, reply = self.ready.render(self.inner, key, future, environ)
                if answer is None:
                    whole = cast(Reply, reply)  # a failure without one was raised
                    return send(whole._replace(body=whole.body if method == "GET" else b""), start_response)
        return send(answer.reply(method, header), start_response)

    def wait(self, future: Future) -> Answer | None:
        try:
            return future.result(WAIT)
        except Late:
            return None


def send(reply: Reply, start_response: Callable) -> Iterable[bytes]:
    """`reply` as PEP 3333 wants it."""
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", reply.headers)
    return [reply.body] if reply.body else []


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taller.settings")
django = get_wsgi_application()
ready = Ready()
application = Layer(django, ready)
