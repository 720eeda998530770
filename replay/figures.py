"""The day's figures: what was issued, served and missed, how long people waited, beside what was recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from replay.clock import time_of
from replay.day import Day
from replay.ledger import Entry

HEAD = (
    f"{'queue':<46} {'issued':>6} {'served':>6} {'no-show':>7} {'left':>5}"
    f"   {'wait mean':>9} {'p50':>5} {'p90':>5} {'max':>5}   {'recorded':>8} {'p50':>5} {'p90':>5} {'max':>5}"
)


def counted(number: int, thing: str) -> str:
    """As in "1 visitor" and "3 visitors"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Waits:
    """Minutes: the mean, the median, what nine of ten do not exceed, the longest."""

    mean: float
    p50: float
    p90: float
    longest: float

    @classmethod
    def of(cls, minutes: Sequence[float]) -> Waits:
        """Of a list of waits; all zero when it is empty."""
        if not minutes:
            return cls(0, 0, 0, 0)
        ordered = sorted(minutes)
        return cls(mean(ordered), _quantile(ordered, 0.5), _quantile(ordered, 0.9), ordered[-1])

    def columns(self, first: int) -> str:
        """The four as columns, the first `first` wide."""
        return f"{self.mean:>{first}.1f} {self.p50:>5.0f} {self.p90:>5.0f} {self.longest:>5.0f}"


def day_table(day: Day, entries: Sequence[Entry]) -> list[str]:
    """The figures of every queue and of the day, as lines."""
    lines = [HEAD]
    for queue, name in day.queues.items():
        lines.append(_line(f"{queue}  {name}", [entry for entry in entries if entry.visit.queue == queue]))
    return [*lines, _line("all", entries)]


def kinds_table(entries: Sequence[Entry]) -> list[str]:
    """Those with an appointment beside the others, and whom they passed, as lines."""
    lines = [f"{'kind':<12} {'number':>6} {'served':>6}   {'wait mean':>9} {'p50':>5} {'p90':>5} {'max':>5}"]
    for kind in ("booked", "late", "walk-in"):
        of_kind = [entry for entry in entries if entry.kind == kind]
        waits = Waits.of([entry.wait for entry in of_kind if entry.wait is not None])
        served = sum(entry.state == "completed" for entry in of_kind)
        lines.append(f"{kind:<12} {len(of_kind):>6} {served:>6}   {waits.columns(9)}")
    booked = [entry for entry in entries if entry.kind == "booked"]
    passed = sum(any(_passes(one, other) for other in entries) for one in booked)
    return [*lines, f"{passed} of {len(booked)} booked visitors were called before a walk-in who had come earlier"]


def _passes(booked: Entry, other: Entry) -> bool:
    if other.kind != "walk-in" or other.visit.queue != booked.visit.queue or booked.called is None:
        return False
    return other.issued < booked.issued and (other.called is None or other.called > booked.called)


def calls_per_hour(entries: Iterable[Entry]) -> str:
    """Calls in each hour of the day, as one line."""
    hours = Counter(int(entry.called // 60) for entry in entries if entry.called is not None)
    return "calls per hour: " + "  ".join(f"{time_of(hour * 60)} {count}" for hour, count in sorted(hours.items()))


def all_closed(entries: Iterable[Entry]) -> bool:
    """Whether everybody was served or has left."""
    return all(entry.state in {"completed", "no_show", "cancelled"} for entry in entries)


def _line(name: str, entries: Sequence[Entry]) -> str:
    states = Counter(entry.state for entry in entries)
    waits = Waits.of([entry.wait for entry in entries if entry.wait is not None])
    recorded = Waits.of([entry.visit.recorded_wait for entry in entries])
    counts = f"{len(entries):>6} {states['completed']:>6} {states['no_show']:>7} {states['cancelled']:>5}"
    return f"{name[:46]:<46} {counts}   {waits.columns(9)}   {recorded.columns(8)}"


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
