"""What the figures are meant to be on two cores."""

from __future__ import annotations

from bench.attackers import KINDS

_GOALS = {
    ("call", "1 clerk, p50"): "at most 5 ms",
    ("call", "20 clerks hammering"): "at least 500 per s",
    ("call", "20 clerks hammering, p99"): "below 100 ms",
    ("call", "20 clerks hammering, slowest"): "below 60 ms",
    ("postgresql", "1 clerk, p50"): "at most 5 ms",
    ("postgresql", "32 clerks hammering"): "at least 700 per s, at most x 1.67",
    ("postgresql", "32 clerks hammering, beside its best"): "at most x 1.67",
    ("postgresql", "32 clerks hammering, p99"): "below 120 ms",
    ("issue", "1 at a time, p50"): "at most 8 ms",
    ("issue", "20 at once, no number twice"): "at least 500 per s",
    ("growth", "10,000 waiting: call next"): "at most x 1.2",
    ("growth", "100,000 waiting: call next"): "at most x 1.2",
    ("fanout 1000", "to the last, p50"): "below 150 ms",
    ("fanout 3000", "to the last, p50"): "below 100 ms, at most x 2.5",
    ("fanout 3000", "an HTTP request right behind a call, p50"): "below 20 ms",
    ("storm", "the last is right again"): "at most 4 s",
    ("download", "10,000 waiting: everything, per event"): "below 2,000 bytes",
    ("back", "the last has the exact sequence"): "at most 1.5 s",
    ("restart", "commands that failed"): "none",
    ("restart", "the longest time a display was away"): "below 1.2 s",
    **{("attack", f"{kind}: a call, p99"): "below x 3" for kind in KINDS},
    **{("attack", f"{kind}: the log grew by"): "below 100,000 bytes" for kind in KINDS},
    ("rest", "memory"): "below 150 MB",
    ("rest", "processor, share of one core"): "below 2 %",
    ("day", "memory: second half of the day"): "flat",
}


def goal_of(bench: str, figure: str) -> str:
    """The goal of a figure, "" for one without."""
    return _GOALS.get((bench, figure), "")
