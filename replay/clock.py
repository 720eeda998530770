"""The day's minutes on the wall: at speed 60 a minute of the day lasts a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime


class PlayClock:
    """Turns minutes of the played day into moments and back; `speed` is how many times faster than life.

    `wall` gives seconds that only grow. Stopped once, every wait ends at once.
    """

    def __init__(self, *, opens: float, speed: float, wall: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self.stopped = threading.Event()
        self._opens, self._wall, self._start = opens, wall, wall()

    def restart(self, *, minute: float | None = None) -> None:
        """The day begins now, or this minute of it is now."""
        ahead = 0.0 if minute is None else minute - self._opens
        self._start = self._wall() - ahead * 60 / self.speed

    def minute(self) -> float:
        """The minute of the day now."""
        return self._opens + (self._wall() - self._start) * self.speed / 60

    def seconds_until(self, minute: float) -> float:
        """Seconds on the wall until a minute of the day; negative when it is past."""
        return (minute - self.minute()) * 60 / self.speed

    def wait_until(self, minute: float) -> bool:
        """Wait for a minute of the day; False when the play was stopped."""
        left = self.seconds_until(minute)
        return not self.stopped.wait(left) if left > 0 else not self.stopped.is_set()


class ServerMinutes:
    """Turns the server's times into minutes of the played day, whatever its clock says.

    The first time that is asked for is now; all others are counted from it. `hall_speed`: how many times faster than
    life the server's own clock runs.
    """

    def __init__(self, clock: PlayClock, *, hall_speed: float = 1.0) -> None:
        self._clock, self._hall_speed = clock, hall_speed
        self._first: tuple[datetime, float] | None = None

    def __call__(self, text: str) -> float:
        """The minute of the day of an RFC 3339 time."""
        at = datetime.fromisoformat(text)
        if self._first is None:
            self._first = (at, self._clock.minute())
        first_at, first_minute = self._first
        return first_minute + (at - first_at).total_seconds() * self._clock.speed / self._hall_speed / 60


def time_of(minute: float) -> str:
    """A minute of the day as HH:MM."""
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
