"""How long each visitor was served, derived from what the source has: call times and the number of open counters.

With k counters open and people waiting, the counter that made one call is free again at about the k-th call after it.
So the service of a visit lasts from its call to that later one, provided that the visitor of the later call had
waited (the counter did not stand idle before it). All other services get the median of the queue's known ones, but
never longer than that gap. The bounds keep a lunch break or a double reading from becoming a service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SHORTEST, LONGEST, UNKNOWN = 0.5, 60.0, 8.0
"""Minutes: the bounds of a service, and what stands when a queue shows none."""

BUSY = 5.0
"""Minutes: who waited one reading or longer was surely there when the counter became free."""


@dataclass(frozen=True)
class Call:
    """A call of a visitor who had waited `waited` minutes, with `open_counters` at that moment.

    `at` is in minutes on a clock that stands while the queue has no open counter.
    """

    at: float
    waited: float
    open_counters: int


def derive_service_times(calls: Sequence[Call]) -> list[float]:
    """Minutes of service for each call of one queue; `calls` in the order of time."""
    gaps = [_gap(calls, index) for index in range(len(calls))]
    known = [gap.minutes for gap in gaps if gap is not None and gap.busy]
    usual = median(known) if known else UNKNOWN
    return [_bounded(usual if gap is None else gap.minutes if gap.busy else min(usual, gap.minutes)) for gap in gaps]


@dataclass(frozen=True)
class _Gap:
    minutes: float
    busy: bool


def _gap(calls: Sequence[Call], index: int) -> _Gap | None:
    later = index + max(1, calls[index].open_counters)
    if later >= len(calls):
        return None
    return _Gap(calls[later].at - calls[index].at, calls[later].waited >= BUSY)


def _bounded(minutes: float) -> float:
    return min(LONGEST, max(SHORTEST, minutes))
