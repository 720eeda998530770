"""How much of the time a zone's loudspeaker sounds, measured and expected. Pure."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 900.0
WARN_ABOVE = 0.6


@dataclass
class Load:
    """The part of the last 15 minutes (or since the start, at least 5 minutes) in which something sounded."""

    began: float
    _sounds: deque[tuple[float, float]] = field(default_factory=deque)

    def add(self, *, at: float, seconds: float) -> None:
        """Something sounded from `at`, for so long."""
        self._sounds.append((at, seconds))

    def figure(self, *, now: float) -> float:
        """0 to 1."""
        while self._sounds and self._sounds[0][0] < now - WINDOW_S:
            self._sounds.popleft()
        window = min(WINDOW_S, max(WINDOW_S / 3, now - self.began))
        return min(1.0, sum(seconds for _, seconds in self._sounds) / window)


def expected_load(*, call_s: float, calls: float, hours: float) -> float:
    """The part of the time that `calls` in `hours` fill when one takes `call_s` seconds, 1 when all of it."""
    return call_s * calls / (hours * 3600)
