"""Throttling of guesses and knocks: who came too often within a minute, or a time of the caller's choice, must wait."""

from __future__ import annotations

from collections import OrderedDict

WINDOW = 60_000
#: Keys remembered at most; the oldest are forgotten first, so that guessing names cannot fill the memory.
MOST_KEYS = 20_000


class RateLimiter:
    """Tries per key within a window that starts with the first. Times are milliseconds."""

    def __init__(self, limit: int, *, window: int = WINDOW) -> None:
        self.limit = limit
        self._window = window
        self._tries: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def wait(self, key: str, *, now: int) -> int:
        """Seconds until the key may try again, 0 when it may now."""
        since, tries = self._of(key, now)
        left = since + self._window - now
        return -(-left // 1000) if tries >= self.limit and left > 0 else 0

    def count(self, key: str, *, now: int) -> None:
        """Count a try, before its outcome is known: tries made at the same moment count too."""
        since, tries = self._of(key, now)
        self._tries[key] = (now, 1) if now - since >= self._window else (since, tries + 1)
        if len(self._tries) > MOST_KEYS:
            self._tries.popitem(last=False)

    def _of(self, key: str, now: int) -> tuple[int, int]:
        """Since when there were how many tries. A window that begins in the future is none: the clock was set back."""
        since, tries = self._tries.get(key, (now, 0))
        return (since, tries) if since <= now else (now, 0)

    def take_back(self, key: str) -> None:
        """The try was right: it counts no more."""
        since, tries = self._tries.get(key, (0, 0))
        if tries > 1:
            self._tries[key] = (since, tries - 1)
        else:
            self._tries.pop(key, None)
