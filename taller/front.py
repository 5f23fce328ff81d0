"""The front of `manage.py serve`, on granian's RSGI interface: a reader who is slow holds up nobody else.

Ready pages are answered in the loop. A request with a body is read here, with limits of size and time, before it
takes one of the threads in which the WSGI application runs; so a form that never ends costs a socket and no thread,
and one without a length (RFC 9112 7.1) reaches Django with one.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agenda.web.answers import Reply
from agenda.web.ready import WAIT, Ready, collect

logger = logging.getLogger("taller.front")

THREADS = 32
MOST_WAITING = 256  # requests that wait for a thread; more are told to come again
MOST_BODY = 8 * 1024 * 1024  # bytes: a spreadsheet or a logo of 5 MB, and the fields around it
SMALL = 64 * 1024  # bytes: more than any form of a page that a stranger sees
MOST_LARGE = 16  # bodies over SMALL that are read at once
FIRST_BYTES = 10.0  # seconds for a body to begin with
SLOWEST = 8 * 1024  # bytes a second, after that
MOST_DRAINED = 32 * 1024 * 1024  # bytes that are read and dropped, so that a browser hears why
SENTENCES = {
    400: {
        "es": "La conexión se cortó antes de que llegara todo. Vuelva a enviarlo.",
        "en": "The connection broke before all of it had arrived. Send it again.",
        "pt-br": "A conexão caiu antes de chegar tudo. Envie novamente.",
        "fr": "La connexion s’est coupée avant que tout soit arrivé. Renvoyez-le.",
    },
    413: {
        "es": "El archivo o el formulario es demasiado grande: como mucho, 8 MB.",
        "en": "The file or form is too large: 8 MB at most.",
        "pt-br": "O arquivo ou o formulário é grande demais: no máximo 8 MB.",
        "fr": "Le fichier ou le formulaire est trop grand : 8 Mo au plus.",
    },
    408: {
        "es": "El formulario no ha llegado a tiempo. Vuelva a enviarlo.",
        "en": "The form did not arrive in time. Send it again.",
        "pt-br": "O formulário não chegou a tempo. Envie-o novamente.",
        "fr": "Le formulaire n’est pas arrivé à temps. Envoyez-le de nouveau.",
    },
    503: {
        "es": "Hay demasiada gente a la vez. Vuelva a intentarlo dentro de un momento.",
        "en": "Too many people at once. Please try again in a moment.",
        "pt-br": "Há gente demais ao mesmo tempo. Tente novamente daqui a pouco.",
        "fr": "Il y a trop de monde à la fois. Réessayez dans un instant.",
    },
    500: {
        "es": "Algo ha fallado en el servidor. Hemos anotado el error.",
        "en": "Something went wrong on our side. We have noted it.",
        "pt-br": "Algo falhou no servidor. Anotamos o erro.",
        "fr": "Une erreur s’est produite sur le serveur. Nous l’avons notée.",
    },
}


def refusal(status: int) -> Reply:
    """The answer to a request that the application never sees, in every language: nobody knows the reader's."""
    lines = "".join(f'<p lang="{language}">{text}</p>\n' for language, text in SENTENCES[status].items())
    body = f"""<!doctype html>
<html lang="es">
<head><meta charset="utf-8"><title>{status}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
{lines}</body>
</html>
"""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        *([("Retry-After", "5")] if status == 503 else []),
        *([("Connection", "close")] if status in (400, 408, 413) else []),  # RFC 9110 15.5.9, 15.5.14
    ]
    return Reply(status, headers, body.encode())


class Refused(Exception):
    """A request that the application never sees, with the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Front:
    """The WSGI application `inner` behind the table `ready`, for granian.

    `is_signed_in` says of a Cookie header whether its session is somebody's; it may ask the database, and is called
    in a thread. `patience` is the seconds that a body has for its first bytes.
    """

    def __init__(
        self, inner: Callable, ready: Ready, is_signed_in: Callable[[str], bool], patience: float = FIRST_BYTES
    ) -> None:
        self.inner = inner
        self.ready = ready
        self.is_signed_in = is_signed_in
        self.patience = patience
        self.large = 0
        self.waiting = 0
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="wsgi")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.ready.watch(self.inner)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        header_of = scope.headers.get
        key = self.ready.key(scope.method, scope.scheme, scope.path, scope.query_string, header_of)
        answer = self.ready.table.get(key) if key else None
        try:
            if answer is not None:
                reply = answer.reply(scope.method, header_of)
            elif key is not None:
                reply = await self.first(key, scope, protocol)
            else:
                reply = await self.through(scope, protocol)
        except Refused as refused:
            reply = refusal(refused.status)
        except Exception:
            logger.exception("a request failed before the application")
            reply = refusal(500)
        if reply.body:
            protocol.response_bytes(reply.status, reply.headers, reply.body)
        else:
            protocol.response_empty(reply.status, reply.headers)

    async def first(self, key, scope: Any, protocol: Any) -> Reply:
        """The answer to a page that is not ready: rendered once, however many ask for it at once."""
        environ = environ_of(scope, await self.body(scope, protocol))
        future, mine = self.ready.claim(key)
        if future is not None and not mine:
            try:
                answer = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), WAIT)
            except TimeoutError:
                answer = None
            if answer is not None:
                return answer.reply(scope.method, scope.headers.get)
            future = None
        try:
            answer, reply = await self.in_thread(self.ready.render, self.inner, key, future, environ)
        except Refused:
            self.ready.settle(key, future, None)
            raise
        if answer is not None:
            return answer.reply(scope.method, scope.headers.get)
        return reply if scope.method == "GET" else reply._replace(body=b"")

    async def through(self, scope: Any, protocol: Any) -> Reply:
        return await self.in_thread(collect, self.inner, environ_of(scope, await self.body(scope, protocol)))

    async def in_thread(self, function, *args):
        if self.waiting >= THREADS + MOST_WAITING:
            raise Refused(503)
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, function, *args)
        finally:
            self.waiting -= 1

    async def body(self, scope: Any, protocol: Any) -> bytes:
        """The whole body of a request.

        Raises Refused where it is too large, too slow or cut off (RFC 9112 8), or too many large ones come at once.
        """
        header_of = scope.headers.get
        length = header_of("content-length")
        if length is None and header_of("transfer-encoding") is None:
            return b""
        declared = int(length) if length and length.isdecimal() and len(length) < 12 else None
        reading = Reading(self, scope)
        if declared is not None and declared > SMALL:
            await reading.be_large()
        if declared is not None and declared > reading.most_drained:
            raise Refused(413)
        began = time.monotonic()
        try:
            stream = aiter(protocol)
            while True:
                left = began + self.patience + reading.size / SLOWEST - time.monotonic()
                try:
                    chunk = await asyncio.wait_for(anext(stream), max(left, 0.001))
                except StopAsyncIteration:
                    break
                except TimeoutError:
                    raise Refused(408) from None
                await reading.take(chunk)
        finally:
            reading.end()
        # granian ends a chunked body with one empty chunk, and one that breaks off with two.
        if reading.size != declared if declared is not None else reading.empty > 1:
            raise Refused(400)
        if reading.size > reading.most:
            raise Refused(413)
        return b"".join(reading.chunks)


class Reading:
    """A body that is being read: small ones anybody's, a large one somebody's who is signed in, a few at once."""

    def __init__(self, front: Front, scope: Any) -> None:
        self.front = front
        self.scope = scope
        self.chunks: list[bytes] = []
        self.size = self.empty = 0
        self.most = self.most_drained = SMALL
        self.is_large = False

    async def be_large(self) -> None:
        """Go on past SMALL bytes. Raises Refused for strangers, and where there are MOST_LARGE already."""
        self.is_large = True
        if self.front.large >= MOST_LARGE:
            self.is_large = False
            raise Refused(503)
        self.front.large += 1
        if not await self.front.in_thread(self.front.is_signed_in, self.scope.headers.get("cookie") or ""):
            self.end()
            raise Refused(413)
        self.most, self.most_drained = MOST_BODY, MOST_DRAINED

    async def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.empty += not chunk
        if self.size > SMALL and not self.is_large:
            await self.be_large()
        if self.size > self.most_drained:
            raise Refused(413)
        if self.size > self.most:
            self.chunks.clear()  # read and dropped, so that the browser hears why
        else:
            self.chunks.append(chunk)

    def end(self) -> None:
        if self.is_large:
            self.is_large = False
            self.front.large -= 1


def environ_of(scope: Any, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 hands it on, with the length of its body as it has arrived.

    Headers with an underscore are left out: in the environment they would look like those with a hyphen, which a
    proxy has set (RFC 3875 4.1.18).
    """
    server, _colon, port = scope.server.rpartition(":")
    client, _colon, client_port = scope.client.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif "_" not in name and name not in ("content-length", "transfer-encoding", "proxy"):
            header = "HTTP_" + name.upper().replace("-", "_")
            joint = "; " if name == "cookie" else ","
            environ[header] = f"{environ[header]}{joint}{value}" if header in environ else value
    return environ
