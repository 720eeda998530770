"""Lines that strangers can cause: so many a minute, then their number alone, so that nobody fills the disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

#: Loggers whose lines anybody on the network can cause: ours, and those of the libraries that read from sockets.
REACHABLE = (
    "engineio.server",
    "socketio.server",
    "server.http.app",
    "server.http.routes.health",
    "server.listening.accepting",
    "server.listening.listeners",
    "server.listening.open_connections",
    "server.realtime.handshake",
    "server.realtime.guard",
    "server.realtime.namespaces",
)
MOST, WINDOW_S = 10, 60.0


class Bounded(logging.Filter):
    """Lets `most` lines of a logger through in each window; `tell` says how many more there were."""

    def __init__(
        self, logger: logging.Logger, *, most: int = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._logger, self._most, self._clock = logger, most, clock
        self._since, self._lines, self._level = clock(), 0, logging.NOTSET

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written. Debugging is asked for, and not bounded."""
        if record.levelno <= logging.DEBUG:
            return True
        self.tell()
        self._lines += 1
        if self._lines > self._most:
            self._level = max(self._level, record.levelno)
        return self._lines <= self._most

    def tell(self) -> None:
        """When the window is over: how many lines were left out, in one; then a new window begins."""
        now = self._clock()
        if now - self._since < WINDOW_S:
            return
        left_out, level = self._lines - self._most, self._level
        self._since, self._lines, self._level = now, 0, logging.NOTSET
        if left_out > 0:
            self._logger.log(level, "%s more lines of this logger within %.0f s", left_out, WINDOW_S)


class BoundedLog:
    """The bounds of all loggers that strangers reach."""

    def __init__(self) -> None:
        self._bounds = [Bounded(logging.getLogger(name)) for name in REACHABLE]

    def begin(self) -> None:
        """Bound them, once however often a process makes a server."""
        for name, bound in zip(REACHABLE, self._bounds, strict=True):
            logger = logging.getLogger(name)
            for old in [one for one in logger.filters if isinstance(one, Bounded)]:
                logger.removeFilter(old)
            logger.addFilter(bound)

    def tell(self) -> None:
        """Called now and then: a minute may be over without a further line."""
        for bound in self._bounds:
            bound.tell()
