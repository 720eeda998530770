"""Queues whose waits are known in closed form, and what the simulator finds of them, with its confidence interval.

Poisson arrivals, exponential services with one mean. Times in minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from statistics import linear_regression, mean, stdev

from server.domain.order import MINUTE, ClassParameters, Policy
from server.domain.simulate import simulate
from server.domain.trial import TrialCounter, TrialDay, TrialVisit

SERVICE = 10.0
BATCHES = 20
#: Student's t of 18 degrees of freedom: the two-sided 99.9 % interval of 20 batch means and a coefficient from them.
T = 3.922


@dataclass(frozen=True)
class Interval:
    """An estimate and half the width of its confidence interval."""

    middle: float
    half: float

    def holds(self, value: float) -> bool:
        return abs(value - self.middle) <= self.half


@dataclass(frozen=True)
class Queue:
    """M/M/c with classes: arrivals per minute by class. `policy`: the rule under test."""

    rates: Mapping[str, float]
    counters: int
    policy: Policy
    visits: int = 84_000
    seed: int = 20_261_126

    @cached_property
    def batches(self) -> list[list[tuple[str, float]]]:
        """(class, wait) of the visits in 20 batches; the first part of the run, which began empty, is left out."""
        run = simulate(self._day(), self.policy)
        waits: list[tuple[str, float]] = [("", 0.0)] * self.visits
        for call in run.calls:
            ticket = run.tickets[call.number]
            waits[call.number] = (ticket.class_code, (call.at - ticket.reference) / MINUTE)
        size = self.visits // (BATCHES + 1)
        return [waits[place * size : (place + 1) * size] for place in range(1, BATCHES + 1)]

    def _day(self) -> TrialDay:
        dice, now, codes = Random(self.seed), 0.0, list(self.rates)
        total, visits = sum(self.rates.values()), []
        for _ in range(self.visits):
            now += dice.expovariate(total)
            class_code = dice.choices(codes, list(self.rates.values()))[0]
            service = dice.expovariate(1 / SERVICE)
            visits.append(TrialVisit(round(now * MINUTE), "A", round(service * MINUTE), class_code))
        return TrialDay(tuple(visits), tuple(TrialCounter(str(n), ("A",)) for n in range(self.counters)))

    def wait(self) -> Interval:
        """The mean wait of everybody."""
        return interval([mean(wait for _, wait in batch) for batch in self.batches])

    def share(self, longer_than: float) -> Interval:
        """The share of visits that wait longer than so many minutes."""
        return interval([mean(wait > longer_than for _, wait in batch) for batch in self.batches])

    def wait_of(self, class_code: str, *, of_all: float) -> Interval:
        """The mean wait of a class, sharpened by what is known.

        No rule changes the mean wait of everybody (`of_all`) where all services have one distribution. What a batch has
        too much of it explains much of what the class has too much of: a control variate with its coefficient from the
        batches themselves.
        """
        everybody = [mean(wait for _, wait in batch) for batch in self.batches]
        mine = [mean(wait for code, wait in batch if code == class_code) for batch in self.batches]
        slope = linear_regression(everybody, mine).slope
        return interval([own - slope * (every - of_all) for own, every in zip(mine, everybody, strict=True)])


def interval(values: list[float]) -> Interval:
    return Interval(mean(values), T * stdev(values) / len(values) ** 0.5)


def by_speed(**speeds: float) -> Policy:
    """Accumulating priority: a speed for each class, no credit, no guard."""
    return Policy({code: ClassParameters(speed=speed, guard=None) for code, speed in speeds.items()})


def by_tier(*codes: str) -> Policy:
    """Strict priority: the first class before the second, and so on, without a guard."""
    return Policy({code: ClassParameters(tier=tier, guard=None) for tier, code in enumerate(codes, start=1)})
