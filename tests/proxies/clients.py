"""Who comes through a proxy: requests and websockets from an address of their own."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import websocket

PATIENCE_S = 20.0
SOCKET = "/socket.io/?EIO=4&transport=websocket"


def until(true: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Wait for something, at most so long."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def ask(
    port: int, path: str, *, source: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content of one request; status 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        line.request(method, path, body, {"Content-Type": "application/json", **named})
        with line.getresponse() as answer:
            return answer.status, dict(answer.getheaders()), answer.read()
    except (OSError, http.client.HTTPException):
        return 0, {}, b""
    finally:
        line.close()


def opened(port: int, *, source: str) -> websocket.WebSocket | None:
    """A websocket on which the server has said its first word; None where there is none."""
    try:
        wire = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))
    except OSError:
        return None
    try:
        made = websocket.create_connection(f"ws://127.0.0.1:{port}{SOCKET}", socket=wire, timeout=10)
        made.recv()
    except (OSError, websocket.WebSocketException):
        wire.close()
        return None
    return made


def lives(line: websocket.WebSocket) -> bool:
    """Whether the server still hears us: it answers a connection to its display namespace, with a refusal."""
    try:
        line.send('40/display,{"token":"nobody"}')
        return bool(line.recv())
    except (OSError, websocket.WebSocketException):
        return False


class Returning:
    """Clients who try again and again to have a websocket, as pages do."""

    def __init__(self, port: int, *, source: str, count: int) -> None:
        self.failed = self.back = 0
        self._over = threading.Event()
        self._count = count
        self._threads = [threading.Thread(target=self._try, args=(port, source), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    @property
    def all_failed(self) -> bool:
        return self.failed >= self._count

    @property
    def all_back(self) -> bool:
        return self.back >= self._count

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _try(self, port: int, source: str) -> None:
        while not self._over.is_set():
            line = opened(port, source=source)
            if line:
                self.back += 1
                self._over.wait()
                line.close()
                return
            self.failed += 1
            self._over.wait(0.2)


@contextmanager
def standing_by(port: int) -> Iterator[None]:
    """A second server that answers everything with its name."""

    class Second(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"second")

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Second)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
