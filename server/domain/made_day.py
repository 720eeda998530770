"""Days that never were: drawn visitors for a hall's counters, and bookings laid over a day that was.

Times are milliseconds, durations and means in minutes. All chance comes from the `Random` that is passed in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random

from server.domain.booking import BookingRules
from server.domain.order import MINUTE
from server.domain.policy import ORDINARY
from server.domain.trial import MissedRules, TrialCounter, TrialDay, TrialVisit

SLOT = 15 * MINUTE
#: How busy the eighths of a day are beside each other: a morning rush, a quiet noon, a lower rush in the afternoon.
PROFILE = (0.8, 1.3, 1.35, 1.05, 0.65, 0.95, 1.15, 0.75)
#: Spread of the logarithm of a service time: most are short, some long (coefficient of variation 0.8).
SIGMA = 0.7
#: Minutes by which who has an appointment comes before it: the mean, the spread, the earliest and the latest.
EARLY, EARLY_SPREAD, EARLIEST, LATEST = 8.0, 6.0, 30.0, 20.0


@dataclass(frozen=True, slots=True)
class Demand:
    """The visitors of a counter type: how many come in the day, and how long one takes on average (minutes)."""

    counter_type: str
    visits: int
    service: float


@dataclass(frozen=True)
class DayPlan:
    """What a day is drawn from.

    booked: the share of visitors with an appointment (0 to 1). statuses: the share of the others in each class.
    """

    opens: int
    closes: int
    counters: tuple[TrialCounter, ...]
    demand: tuple[Demand, ...]
    booked: float = 0.0
    statuses: Mapping[str, float] = field(default_factory=dict)
    booking: BookingRules = field(default_factory=BookingRules)
    missed: MissedRules = field(default_factory=MissedRules)


def make_day(plan: DayPlan, dice: Random) -> TrialDay:
    """A day of that plan: walk-ins by the profile, appointments spread evenly over the slots."""
    visits = [
        TrialVisit(_moment(plan, dice), demand.counter_type, service, _class(plan, dice))
        for demand in plan.demand
        for service in _services(demand, dice)
    ]
    slots = range(plan.opens, max(plan.closes - SLOT, plan.opens) + 1, SLOT)
    for place in dice.sample(range(len(visits)), round(plan.booked * len(visits))):
        visits[place] = _booked(visits[place], dice.choice(slots), dice)
    return TrialDay(in_order(visits), plan.counters, plan.booking, plan.missed)


def with_bookings(day: TrialDay, share: float, dice: Random) -> TrialDay:
    """The day with that share of its walk-ins booked: each at the slot nearest to when it came."""
    walk_ins = [place for place, visit in enumerate(day.visits) if visit.slot is None]
    visits = list(day.visits)
    for place in dice.sample(walk_ins, round(share * len(walk_ins))):
        nearest = (visits[place].comes + SLOT // 2) // SLOT * SLOT
        visits[place] = _booked(visits[place], nearest, dice)
    return replace(day, visits=in_order(visits))


def evenly_loaded(counters: tuple[TrialCounter, ...], minutes: float, *, visits: int, load: float) -> Iterator[Demand]:
    """Demand that loads every counter type alike.

    load: the work that comes, as a share of what the counters can do in these minutes.
    """
    desks = desks_of(counters)
    service = load * minutes * sum(desks.values()) / visits
    whole = list(accumulate(desks.values()))
    shares = [round(visits * one / whole[-1]) for one in [0.0, *whole]]
    for code, before, after in zip(desks, shares, shares[1:], strict=False):
        yield Demand(code, after - before, service)


def desks_of(counters: tuple[TrialCounter, ...]) -> dict[str, float]:
    """How many counters each type has: one of several types counts for each in part, a fallback where nobody is."""
    desks: dict[str, float] = {}
    own = {code for counter in counters for code in counter.own}
    for counter in counters:
        for code in counter.own:
            desks[code] = desks.get(code, 0.0) + 1 / len(counter.own)
        for code in set(counter.fallbacks) - own:
            desks[code] = desks.get(code, 0.0) + 1 / len(counter.serves)
    return desks


def in_order(visits: list[TrialVisit]) -> tuple[TrialVisit, ...]:
    """Visits in the order in which they come."""
    return tuple(sorted(visits, key=lambda visit: visit.comes))


def _moment(plan: DayPlan, dice: Random) -> int:
    """A time of the day by the profile."""
    edges = list(accumulate(PROFILE))
    drawn = dice.random() * edges[-1]
    eighth = bisect_left(edges, drawn)
    within = (drawn - edges[eighth]) / PROFILE[eighth] + 1
    return plan.opens + int((eighth + within) / len(PROFILE) * (plan.closes - plan.opens))


def _services(demand: Demand, dice: Random) -> list[int]:
    """Service times with exactly the mean that is wanted: the day's work is not a matter of chance."""
    drawn = [dice.lognormvariate(0.0, SIGMA) for _ in range(demand.visits)]
    scale = demand.service * len(drawn) / sum(drawn) if drawn else 0.0
    return [max(1, round(one * scale * MINUTE)) for one in drawn]


def _class(plan: DayPlan, dice: Random) -> str:
    drawn = dice.random()
    for code, share in plan.statuses.items():
        drawn -= share
        if drawn < 0:
            return code
    return ORDINARY


def _booked(visit: TrialVisit, slot: int, dice: Random) -> TrialVisit:
    """The visit with an appointment at `slot`; most come some minutes early, a few too late."""
    early = min(EARLIEST, max(-LATEST, dice.gauss(EARLY, EARLY_SPREAD)))
    comes = slot - round(early * MINUTE)
    leaves = None if visit.leaves is None else visit.leaves + comes - visit.comes
    return replace(visit, slot=slot, comes=comes, leaves=leaves)
