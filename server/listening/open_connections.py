"""Who is connected at the listener: so many connections of an address, and none that keeps us waiting.

A connection is a file, of which the system gives a process so many; without any the listener can let nobody in and the
database opens nothing. So those that wait without a request give way, the oldest first, then those whose request has
not all come, and none waits for long.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Lock
from typing import Any

from server.listening.addresses import household

#: Seconds that a client has for the head of its first request, or for the rest of one that began.
HEAD_S = 10.0
#: Seconds that a connection is kept for the next request, and that nothing may move in either direction.
IDLE_S = 75.0
#: A body has so long, and a second more for each of so many bytes.
BODY_S, BYTES_A_SECOND = 20.0, 16 * 1024
#: Files that the server needs for itself: the database, logs, printers, messages.
OWN_FILES = 64
#: Under this name a request finds its connection.
NAME = "hallcall.connection"
log = logging.getLogger(__name__)


class OpenConnection:
    """One connection.

    deadline: when it is ended, None while the server works for it; waiting: it has no request; unfinished: the body of
    its request has not all come.
    """

    __slots__ = ("_clock", "address", "close_after", "deadline", "sock", "unfinished", "waiting")

    def __init__(self, sock: Any, address: str, clock: Callable[[], float]) -> None:
        self.sock, self.address, self._clock = sock, address, clock
        #: Called by a request whose body nobody reads: the connection cannot be kept.
        self.close_after: Callable[[], None] = lambda: None
        self.head()

    def head(self) -> None:
        """The head of a request is read."""
        self.deadline: float | None = self._clock() + HEAD_S
        self.waiting, self.unfinished = True, False

    def body(self, size: int) -> None:
        """The body of a request, of so many bytes, is read."""
        self.deadline, self.unfinished = self._clock() + BODY_S + size / BYTES_A_SECOND, True

    def work(self) -> None:
        """The server works for it."""
        self.deadline, self.waiting, self.unfinished = None, False, False

    def rest(self) -> None:
        """It was answered, and may ask again."""
        self.deadline, self.waiting, self.unfinished = self._clock() + IDLE_S, True, False

    def end(self) -> None:
        """End it; whoever reads from it finds that out."""
        self.deadline, self.waiting, self.unfinished = None, False, False
        with suppress(OSError):
            self.sock.shutdown(SHUT_RDWR)


class OpenConnections:
    """All of this process.

    most: of one address. files: how many files this process may open. trusts: whether an address is a proxy, whose
    connections are those of many.
    """

    def __init__(
        self, *, most: int, files: int, trusts: Callable[[str], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._room = max(2, files - OWN_FILES)
        self._most, self._trusts, self._clock = min(most, self._room // 2), trusts, clock
        self._open: dict[str, dict[OpenConnection, None]] = {}
        self._count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self._count

    def admit(self, sock: Any, address: str) -> OpenConnection | None:
        """Let one in, if need be in the place of one that waits; None when none gives way."""
        trusted, address = self._trusts(address), household(address)
        with self._lock:
            here = self._open.setdefault(address, {})
            full = len(here) >= self._most and not trusted
            if (full and not self._make_room([here])) or (self._count >= self._room and not self._make_room_for_all()):
                log.warning("a connection of %s was closed: there are too many (%d of it)", address, len(here))
                self._tidy(address)
                return None
            made = OpenConnection(sock, address, self._clock)
            self._open.setdefault(address, {})[made] = None
            self._count += 1
            return made

    def leave(self, connection: OpenConnection) -> None:
        """One has ended."""
        with self._lock:
            self._forget(connection)

    def expire(self) -> None:
        """End those whose time is over."""
        now = self._clock()
        for one in self._all():
            if one.deadline is not None and one.deadline <= now:
                one.end()

    def end_waiting(self) -> None:
        """End those that have no request."""
        for one in self._all():
            if one.waiting:
                one.end()

    def _all(self) -> list[OpenConnection]:
        with self._lock:
            return [one for here in self._open.values() for one in here]

    def _make_room(self, among: list[dict[OpenConnection, None]]) -> bool:
        """One gives way: of those without a request before any whose request is unfinished."""
        waiting = (one for here in among for one in here if one.waiting)
        unfinished = (one for here in among for one in here if one.unfinished)
        oldest = next(waiting, None) or next(unfinished, None)
        if oldest is None:
            return False
        oldest.end()
        self._forget(oldest)
        return True

    def _make_room_for_all(self) -> bool:
        """The address with most gives way first."""
        return self._make_room(sorted(self._open.values(), key=len, reverse=True))

    def _forget(self, connection: OpenConnection) -> None:
        here = self._open.get(connection.address, {})
        if connection in here:
            del here[connection]
            self._count -= 1
        self._tidy(connection.address)

    def _tidy(self, address: str) -> None:
        if address in self._open and not self._open[address]:
            del self._open[address]
