"""How long a visitor may expect to wait.

First form: people ahead times the learned minutes per position of the counter type.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STEP = 5
#: Half the width of the range, as a share of the expected wait.
SPREAD = 0.3
MINUTE = 60_000
#: A longer gap between two calls is a break, not the pace of the queue.
LONGEST_GAP = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class WaitRange:
    """A wait in minutes, both ends multiples of five."""

    low: int
    high: int


def minutes_per_position(called_at: Sequence[int], *, guess: float) -> float:
    """Minutes between calls of a counter type.

    `called_at` are the times of its recent calls in milliseconds, in any order; `guess` is the administrator's
    figure in minutes, which counts as five calls so that the first real calls do not swing the answer.
    """
    times = sorted(called_at)
    gaps = [later - earlier for earlier, later in pairwise(times) if later - earlier <= LONGEST_GAP]
    return (sum(gaps) / MINUTE + 5 * guess) / (len(gaps) + 5)


def expected_wait(ahead: int, *, minutes: float) -> WaitRange:
    """The wait of a visitor with `ahead` people before them, rounded outward to five minutes.

    `minutes` is the pace of the counter type, minutes per position.
    """
    wait = (ahead + 1) * minutes
    low = math.floor(wait * (1 - SPREAD) / STEP) * STEP
    high = math.ceil(wait * (1 + SPREAD) / STEP) * STEP
    return WaitRange(low, max(high, STEP))
