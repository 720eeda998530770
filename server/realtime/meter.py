"""How much one socket may send: so many messages a second; a frame of control, or a part of a message, is one."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Of a socket that was not let in yet, and of a phone, one part of what others may send.
SHARE = 5
#: A message counts once more for each of so many bytes.
BYTES = 1024
#: To be let into a namespace is work: it counts like so many messages.
CONNECT = 5


class Meter:
    """What a socket sent within this second. most: of one that is a device's or a member of staff's."""

    __slots__ = ("_clock", "_most", "_sent", "_since", "known")

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._sent, self._since = 0, clock()
        #: Whether it is a device or a member of staff.
        self.known = False

    def take(self, size: int, *, times: int = 1) -> bool:
        """Count a message of so many bytes; whether it is one too many."""
        now = self._clock()
        if now - self._since >= 1.0:
            self._sent, self._since = 0, now
        self._sent += times + size // BYTES
        return self._sent > (self._most if self.known else max(1, self._most // SHARE))
