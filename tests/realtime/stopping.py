"""A proxy that lets requests through and no websocket, as networks of offices do: upgrades are refused or swallowed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

REFUSALS = {400: b"HTTP/1.1 400 Bad Request", 403: b"HTTP/1.1 403 Forbidden"}


class Stopping:
    """Listens at `port` and passes to `target`. `answer`: the status for an upgrade; None: nothing at all, for ever."""

    def __init__(self, target: int, *, answer: int | None) -> None:
        self._target, self._answer = target, answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        #: While it is open the network lets everything through.
        self.open = threading.Event()
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End everything."""
        self._listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._ends.append(near)
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = near.recv(65536)
                if not piece:
                    return
                head += piece
            if b"upgrade: websocket" in head.lower() and not self.open.is_set():
                self._stop(near)
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._ends.append(far)
            far.sendall(head)
            threading.Thread(target=_pass, args=(far, near), daemon=True).start()
            _pass(near, far)

    def _stop(self, near: socket.socket) -> None:
        if self._answer is not None:
            near.sendall(REFUSALS[self._answer] + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            near.shutdown(socket.SHUT_RDWR)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
