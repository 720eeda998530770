"""Listens for the door: on this computer alone, with few threads, and with no patience for the slow."""

import socket
import threading
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from kiosk.agent.door import Door

HOST = "127.0.0.1"
MOST_THREADS = 16
PATIENCE_S = 10.0
"""A client that sends nothing for so long is hung up on."""


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE_S

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: what was printed is told by the agent."""


class _Server(ThreadedWSGIServer):
    """A thread for each connection, and none for those that are too many."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, door: Door) -> None:
        self._room = threading.BoundedSemaphore(MOST_THREADS)
        port = listening.getsockname()[1]
        super().__init__(HOST, port, door, handler=_Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


class Doorway:
    """The listening socket of a door and its threads; port 0 takes a free one. Raises OSError when it is taken."""

    def __init__(self, door: Door, *, port: int) -> None:
        with socket.create_server((HOST, port)) as listening:
            self._server = _Server(listening, door)
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
