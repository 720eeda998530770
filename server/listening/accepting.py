"""Letting connections in, whichever library carries them, and what is waited out meanwhile.

What goes wrong when one is let in (no file left, no memory, a client that has gone) passes; only when the listening
socket itself is gone does the server end, so that whoever watches over it starts it again.
"""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from server.listening.open_connections import OpenConnection, OpenConnections

#: After an error of the system, until the next try to let somebody in; how often the main task looks around (s).
AGAIN_S, LOOK_S = 0.2, 0.1
#: The listening socket itself is gone or broken. Everything else passes.
GONE = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP, errno.EFAULT})
#: The client has gone meanwhile: the next one need not wait.
PASSED = frozenset({errno.ECONNABORTED, errno.ECONNRESET, errno.EPIPE, errno.EPROTO, errno.EINTR, errno.EAGAIN})
log = logging.getLogger(__name__)


class ListenerLost(RuntimeError):
    """The server cannot let anybody in any more."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a server is given. stopped: whether to end; goodbye: called when nobody new is let in any more."""

    sock: socket.socket
    application: Callable[..., Any]
    connections: OpenConnections
    stopped: Callable[[], bool]
    goodbye: Callable[[], None]


class Door:
    """Lets connections in from a task of its own, and looks after them from the main one."""

    def __init__(self, serving: Serving, *, sleep: Callable[[float], Any]) -> None:
        self.serving, self._sleep = serving, sleep
        self.lost: BaseException | None = None
        self.closed = False

    def let_in(self, spawn: Callable[..., Any], serve_one: Callable[..., None]) -> None:
        """For ever: `spawn` a task of `serve_one(client, address, connection)` for each that comes."""
        try:
            while not self.closed:
                self._let_one_in(spawn, serve_one)
        except BaseException as error:
            self.lost = error
            raise

    def _let_one_in(self, spawn: Callable[..., Any], serve_one: Callable[..., None]) -> None:
        try:
            client, address = self.serving.sock.accept()
        except TimeoutError:
            return
        except OSError as error:
            self._wait_out(error)
            return
        connection = self.serving.connections.admit(client, address[0])
        if connection is None:
            client.close()
            return
        try:
            spawn(self._served, serve_one, client, address, connection)
        except (RuntimeError, MemoryError) as error:  # no thread left
            self.serving.connections.leave(connection)
            client.close()
            self._wait_out(error)

    def _wait_out(self, error: Exception) -> None:
        number = getattr(error, "errno", None)
        if number in GONE:
            raise error
        if number not in PASSED:
            log.error("a connection cannot be let in, it is tried again: %s", error)
            self._sleep(AGAIN_S)

    def _served(self, serve_one: Callable[..., None], client: Any, address: Any, connection: OpenConnection) -> None:
        try:
            serve_one(client, address, connection)
        except OSError:
            pass  # the client has gone
        except Exception:
            log.exception("a connection failed")
        finally:
            self.serving.connections.leave(connection)
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()

    def look_after(self, close: Callable[[], Any]) -> None:
        """Until the server is told to stop; `close`: let nobody new in. Raises ListenerLost."""
        looked = time.monotonic()
        while not self.serving.stopped() and self.lost is None:
            self._sleep(LOOK_S)
            if time.monotonic() - looked >= 1:
                looked = time.monotonic()
                self.serving.connections.expire()
        lost = self.lost
        self.closed = True
        close()
        self.serving.goodbye()
        self.serving.connections.end_waiting()
        if lost is not None:
            raise ListenerLost(str(lost) or type(lost).__name__) from lost
