"""Addresses whose sockets had to be closed again and again: their new ones are let in late, and few at a time.

A closed socket comes back at once, and each costs a handshake. Who behaves and shares the address, behind one router,
is let in as well: after some seconds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.clock import now_ms
from server.domain.rate_limiter import RateLimiter

#: So long a new socket of such an address waits (s), and so many of them at a time.
DELAY_S, MOST_WAITING = 5.0, 20


class Crowded(Exception):
    """Too many sockets of that address wait already."""


class Offenders:
    """most: sockets of an address that may be closed within a minute before its new ones have to wait."""

    def __init__(self, most: int, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self._closed, self._sleep = RateLimiter(most), sleep
        self._waiting: Counter[str] = Counter()

    def note(self, address: str) -> None:
        """A socket of that address was closed for what it sent."""
        self._closed.count(address, now=now_ms())

    def let_wait(self, address: str) -> None:
        """Wait, where that address has offended too often. Raises Crowded."""
        if self._closed.wait(address, now=now_ms()):
            with self._one_more(address):
                self._sleep(DELAY_S)

    @contextmanager
    def _one_more(self, address: str) -> Iterator[None]:
        if self._waiting[address] >= MOST_WAITING:
            raise Crowded(address)
        self._waiting[address] += 1
        try:
            yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
