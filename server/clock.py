"""The server's clock. Services and rules are given the time; only the doors read it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrialClock:
    """A hall's time that runs faster than life, to try a whole day in minutes. Never for a hall with visitors.

    speed: how many times faster. start: the hall's time when the server begins (ms); None for the real one.
    """

    speed: float
    start: int | None = None


#: (speed, when it began in real time, the hall's time then); both in ms.
_trial: tuple[float, int, int] | None = None


def now_ms() -> int:
    """Milliseconds since the epoch."""
    real = time.time_ns() // 1_000_000
    if _trial is None:
        return real
    speed, since, start = _trial
    return start + int((real - since) * speed)


def use(trial: TrialClock | None) -> None:
    """Let the time of this process run as a trial wants it from now on; None for the real time."""
    global _trial  # noqa: PLW0603 - a process has one time
    real = time.time_ns() // 1_000_000
    _trial = None if trial is None else (trial.speed, real, real if trial.start is None else trial.start)
