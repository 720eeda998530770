"""The server's time, on a machine whose own clock may be wrong."""

import time
from collections.abc import Callable
from datetime import datetime

TOLERANCE_S = 0.25


class ServerClock:
    """Seconds since 1970 as the server counts them: runs evenly, and is set by what the server says."""

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._base = wall() - monotonic()

    def now(self) -> float:
        """The time."""
        return self._monotonic() + self._base

    def hear(self, text: str) -> None:
        """The server says that it is `text` (RFC 3339) now; small differences are the network's and do not count."""
        try:
            said = datetime.fromisoformat(text).timestamp()
        except ValueError:
            return
        if abs(said - self.now()) > TOLERANCE_S:
            self._base = said - self._monotonic()
