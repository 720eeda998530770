"""How long a day takes under each ready-made rule, as `hallcall policy compare` and the supervisor's page play it."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from statistics import median

from bench.figures import Figure, milliseconds, show
from server.domain.compare import compare
from server.domain.hall import DEFAULT_CLASSES
from server.domain.made_day import DayPlan, evenly_loaded, make_day
from server.domain.order import MINUTE
from server.domain.policy import NAMED, named
from server.domain.trial import TrialCounter, TrialDay

LIMIT_S = 0.3
HOURS = 8
TYPES = "ABCD"
LOAD = 1.15


def policy(*, visits: int, rounds: int) -> None:
    """Print the time of a crowded day of so many visits under each ready-made rule, the median of some rounds."""
    days = {"one queue": _day(visits, types=1), f"{len(TYPES)} queues with fallbacks": _day(visits, types=len(TYPES))}
    lines = []
    for what, day in days.items():
        for name in NAMED:
            took = median(_seconds(day, name) for _ in range(rounds))
            limit = f"{milliseconds(LIMIT_S)} meant"
            lines.append(Figure(f"{name}, {what}", milliseconds(took), limit, took / LIMIT_S))
    show(f"a day of {visits:,} visits at {LOAD:.0%} load, played under a rule with its figures", lines)


def _seconds(day: TrialDay, name: str) -> float:
    begun = time.perf_counter()
    list(compare(day, {name: named(name, DEFAULT_CLASSES)}))
    return time.perf_counter() - begun


def _day(visits: int, *, types: int) -> TrialDay:
    own = [TYPES[n % types] for n in range(20)]
    plain = [TrialCounter(str(n), (code,), tuple(set(TYPES[:types]) - {code})) for n, code in enumerate(own, start=1)]
    shift = ((0, HOURS * 60 * MINUTE),)
    counters = tuple(replace(one, shifts=shift) for one in plain)
    demand = tuple(evenly_loaded(counters, HOURS * 60, visits=visits, load=LOAD))
    return make_day(DayPlan(0, shift[0][1], counters, demand, 0.3, {"priority": 0.05}), Random(1))
