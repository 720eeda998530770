"""Who plays what in a hall that need not be the recorded one: a service for each queue, a counter for each shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replay.day import Day, Shift

Json = dict[str, Any]


class PlanError(ValueError):
    """The hall cannot play this day; the message says why."""


@dataclass(frozen=True)
class Seat:
    """A counter of the hall that plays a shift of the day."""

    counter: str
    serves: frozenset[str]
    shift: Shift


@dataclass(frozen=True)
class Plan:
    """`service_of` and `type_of` each queue; the seats; the shifts for which the hall has no counter."""

    service_of: dict[str, str]
    type_of: dict[str, str]
    seats: tuple[Seat, ...]
    unseated: tuple[Shift, ...]


def make_plan(day: Day, hall: Json, *, chosen: Mapping[str, str]) -> Plan:
    """Play `day` in `hall` (as GET /halls/{hall} shows it).

    A queue is played by the service `chosen` for it, else by the service of the same code, else by one of the counter
    type that has most counters left. Every queue gets its first counter before any gets its second. Raises PlanError.
    """
    type_of_service = {service["code"]: service["counter_type"] for service in hall["services"]}
    if unknown := sorted({*chosen} - {*day.queues}):
        raise PlanError(f"the day has no queue {', '.join(unknown)}; it has {', '.join(day.queues)}")
    if unknown := sorted({*chosen.values()} - {*type_of_service}):
        raise PlanError(f"hall {hall['code']} has no service {', '.join(unknown)}; it has {', '.join(type_of_service)}")
    service_of = {queue: queue for queue in day.queues if queue in type_of_service} | dict(chosen)
    _choose_services(day, hall["counters"], type_of_service, service_of)
    type_of = {queue: type_of_service[service] for queue, service in service_of.items()}
    seats, unseated = _seat(day, hall["counters"], type_of)
    served = {served for seat in seats for served in seat.serves}
    if lost := sorted(queue for queue, kind in type_of.items() if kind not in served):
        raise PlanError(f"hall {hall['code']} has no free counter for queue {', '.join(lost)}: choose with --map")
    return Plan(service_of, type_of, tuple(seats), tuple(unseated))


def _choose_services(
    day: Day, counters: Sequence[Json], type_of_service: Mapping[str, str], service_of: dict[str, str]
) -> None:
    """Give each queue without a service one, the queues with most counters first."""
    wanted = Counter(shift.queue for shift in day.shifts)
    left = Counter(kind for counter in counters for kind in counter["counter_types"])
    for queue, service in service_of.items():
        left[type_of_service[service]] -= wanted[queue]
    for queue, shifts in wanted.most_common():
        if queue in service_of:
            continue
        free = [service for service in type_of_service if service not in service_of.values()] or [*type_of_service]
        service = max(free, key=lambda each: left[type_of_service[each]])
        service_of[queue] = service
        left[type_of_service[service]] -= shifts


def _seat(day: Day, counters: Sequence[Json], type_of: Mapping[str, str]) -> tuple[list[Seat], list[Shift]]:
    free = {counter["code"]: counter for counter in counters}
    seats, unseated = [], []
    for shift in sorted(day.shifts, key=lambda shift: shift.place):
        counter = _free_counter(free.values(), type_of[shift.queue])
        if counter is None:
            unseated.append(shift)
        else:
            serves = frozenset([*counter["counter_types"], *counter["fallbacks"]])
            seats.append(Seat(counter["code"], serves, shift))
            del free[counter["code"]]
    return seats, unseated


def _free_counter(counters: Any, kind: str) -> Json | None:
    """A counter whose own queue this is, the one with the fewest others; else one that may help out."""
    own = [counter for counter in counters if kind in counter["counter_types"]]
    helps = [counter for counter in counters if kind in counter["fallbacks"]]
    return min(
        own or helps, key=lambda counter: len(counter["counter_types"]) + len(counter["fallbacks"]), default=None
    )
