"""A line between a browser and a server that a test can cut, slow down and count at the socket."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress


class Line:
    """Hands every connection to `port` on; `down` are the bytes that came from the server, `asked` the request lines.

    `state` is "up", "cut" (connections are refused and closed), "slow" (nothing comes through) or "proxy" (a proxy
    answers 502, since it does not reach the site).
    """

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.state = "up"
        self.down = 0
        self.asked: list[str] = []
        self.open: list[socket.socket] = []
        self.before: dict[str, Callable[[], object]] = {}  # what is done once before a request for this address goes on
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def set(self, state: str) -> None:
        self.state = state
        while self.open and state != "up":
            self._close(self.open.pop())

    def end(self) -> None:
        self.set("cut")
        self._close(self.listener)

    def paths(self) -> list[str]:
        """The addresses that were asked for."""
        return [line.split(" ")[1] for line in self.asked]

    @staticmethod
    def _close(one: socket.socket) -> None:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

    def _accept(self) -> None:
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            if self.state == "cut":
                self._close(near)
                continue
            self.open.append(near)
            threading.Thread(target=self._serve, args=[near], daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            if self.state == "proxy":
                near.recv(65536)
                near.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return self._close(near)
            while self.state == "slow":
                time.sleep(0.02)
            far = socket.create_connection(self.target)
            self.open.append(far)
            threading.Thread(target=self._pipe, args=[far, near, False], daemon=True).start()
            self._pipe(near, far, True)
        except OSError:
            self._close(near)

    def _pipe(self, source: socket.socket, sink: socket.socket, is_request: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_request:
                    lines = data.split(b"\r\n")
                    self.asked += [x.decode() for x in lines if x.startswith((b"GET /", b"HEAD /", b"POST /"))]
                    if self.asked and (act := self.before.pop(self.paths()[-1], None)):
                        act()
                else:
                    self.down += len(data)
                sink.sendall(data)
        except OSError:
            pass
        self._close(sink)


@contextmanager
def line(port: int):
    """A line to `port` of this machine while the block lasts."""
    made = Line(port)
    try:
        yield made
    finally:
        made.end()
