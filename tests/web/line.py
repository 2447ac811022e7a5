"""A line between a browser and the service that can be cut, mended, or lose every answer."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Line:
    """Forwards loopback connections to one loopback port."""

    def __init__(self, base_url: str) -> None:
        self._far = ("127.0.0.1", urlsplit(base_url).port or 80)
        self._open: list[socket.socket] = []
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        self.loses_answers = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """No connection lives, none can be made."""
        # shutdown wakes the thread that waits in accept
        for end in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def mend(self) -> None:
        """The same address answers again."""
        self.loses_answers = False
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._far)
            self._open += [near, far]
            for source, target, is_answer in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._forward, args=(source, target, is_answer), daemon=True
                ).start()

    def _forward(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not (is_answer and self.loses_answers):
                    target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(base_url: str) -> Iterator[Line]:
    """A line that is cut at the end."""
    line = Line(base_url)
    yield line
    line.cut()
