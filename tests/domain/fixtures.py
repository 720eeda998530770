"""Small days for the tests of the simulator; times in minutes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from server.domain.hall import DEFAULT_CLASSES
from server.domain.made_day import DayPlan, evenly_loaded, make_day
from server.domain.order import MINUTE, Policy
from server.domain.policy import named
from server.domain.simulate import TrialRun, simulate
from server.domain.trial import TrialCounter, TrialDay, TrialVisit


def minutes(number: float) -> int:
    return round(number * MINUTE)


def visit(
    comes: float, class_code: str = "ordinary", *, kind: str = "A", service: float = 1, misses: int = 0
) -> TrialVisit:
    return TrialVisit(minutes(comes), kind, minutes(service), class_code, misses=misses)


def booked(slot: float, *, comes: float | None = None, kind: str = "A", service: float = 1) -> TrialVisit:
    """An appointment that checks in a minute before its slot, or when said."""
    came = slot - 1 if comes is None else comes
    return TrialVisit(minutes(came), kind, minutes(service), slot=minutes(slot))


def counter(
    code: str = "1", own: str = "A", fallbacks: str = "", *, opens: float = 0, closes: float = 600
) -> TrialCounter:
    return TrialCounter(code, tuple(own), tuple(fallbacks), ((minutes(opens), minutes(closes)),))


def day(visits: list[TrialVisit], *counters: TrialCounter) -> TrialDay:
    return TrialDay(tuple(sorted(visits, key=lambda one: one.comes)), counters or (counter(),))


def called(run: TrialRun) -> list[tuple[float, int, str]]:
    """(minute, number, counter) of each call."""
    return [(call.at / MINUTE, call.number, call.counter.code) for call in run.calls]


def under(name: str) -> Policy:
    return named(name, DEFAULT_CLASSES)


def play(trial: TrialDay, policy: Policy | str = "first-come") -> TrialRun:
    return simulate(trial, under(policy) if isinstance(policy, str) else policy)


def drawn_day(load: float, seed: int, *, booked: float = 0.3) -> TrialDay:
    """881 visitors and 20 counters of one type from 9 to 17 o'clock."""
    opens, closes = minutes(9 * 60), minutes(17 * 60)
    counters = tuple(replace(counter(str(n + 1)), shifts=((opens, closes),)) for n in range(20))
    demand = tuple(evenly_loaded(counters, 480, visits=881, load=load))
    return make_day(DayPlan(opens, closes, counters, demand, booked, {"priority": 0.05}), Random(seed))
