"""A day to try rules on: who comes when for what, and which counters are open.

Times are milliseconds since any moment, the same one for the whole day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from server.domain.booking import BookingRules, arrival
from server.domain.order import MINUTE
from server.domain.policy import APPOINTMENT, ORDINARY

#: A counter that no shift bounds.
ALWAYS = ((0, 1 << 60),)


@dataclass(frozen=True, slots=True)
class TrialVisit:
    """One visitor.

    comes: when the number is taken, or the check-in of an appointment. service: how long a counter is busy with it.
    class_code: of the ticket when there is no appointment, or it came too late for one. slot: the appointment's time.
    credit: a personal one (a transfer to the front, a ticket moved up). misses: so many calls find nobody. leaves: who
    was not called by then leaves, or the ticket expires; None: waits to the end of the day.
    """

    comes: int
    counter_type: str
    service: int
    class_code: str = ORDINARY
    slot: int | None = None
    credit: int = 0
    misses: int = 0
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class TrialCounter:
    """A counter with its shifts (from, to); who `stays` works on after the last one until nobody waits."""

    code: str
    own: tuple[str, ...]
    fallbacks: tuple[str, ...] = ()
    shifts: tuple[tuple[int, int], ...] = ALWAYS
    stays: bool = True

    @property
    def serves(self) -> tuple[str, ...]:
        """Own types, then fallbacks."""
        return self.own + self.fallbacks


@dataclass(frozen=True, slots=True)
class MissedRules:
    """What follows when nobody comes.

    patience: how long a counter waits for a called visitor. return_after: further calls of the type until a missed
    ticket waits again in its old place, None for never. limit: misses that close a ticket.
    """

    patience: int = MINUTE
    return_after: int | None = 3
    limit: int = 2


@dataclass(frozen=True)
class TrialDay:
    """Visits in the order in which they come, and the counters. Raises ValueError for a visit that nobody serves.

    ends: when the tickets expire that nobody called; None for the last thing that happens.
    """

    visits: tuple[TrialVisit, ...]
    counters: tuple[TrialCounter, ...]
    booking: BookingRules = field(default_factory=BookingRules)
    missed: MissedRules = field(default_factory=MissedRules)
    ends: int | None = None

    def __post_init__(self) -> None:
        served = {code for counter in self.counters for code in counter.serves}
        if lost := sorted({visit.counter_type for visit in self.visits} - served):
            raise ValueError(f"no counter serves {', '.join(lost)}")
        if any(later.comes < sooner.comes for sooner, later in pairwise(self.visits)):
            raise ValueError("the visits do not stand in the order in which they come")


@dataclass(frozen=True, slots=True)
class TrialTicket:
    """What a visit is in the queue: see server/domain/order.py for the words. `number` is the issue order."""

    number: int
    counter_type: str
    class_code: str
    reference: int
    eligible: int
    kappa: int


def tickets(day: TrialDay) -> Iterator[TrialTicket]:
    """The tickets of a day, by the rule of check-in that the hall uses."""
    for number, visit in enumerate(day.visits):
        reference = eligible = visit.comes
        class_code = visit.class_code
        if visit.slot is not None:
            came = arrival(visit.slot, now=visit.comes, rules=day.booking)
            reference, eligible = came.reference, came.eligible
            class_code = visit.class_code if came.late else APPOINTMENT
        yield TrialTicket(number, visit.counter_type, class_code, reference, eligible, reference - visit.credit)
