"""A day played through the very rule that the live server uses: arrivals, counters, a policy; who was called when.

Times are milliseconds. Pure and without chance: whoever wants random days passes random arrivals.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.domain.counters import FreeCounter, choose_counter
from server.domain.order import Head, Policy, Standing, choose


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visitor. at: when the number is issued. service: how long it takes. slot: of an appointment.

    reference: from when the ticket counts; eligible: from when it may be called. Both are `at` for a walk-in; for an
    appointment see domain.booking.arrival.
    """

    ticket: int
    at: int
    counter_type: str
    class_code: str
    service: int
    reference: int
    eligible: int


@dataclass(frozen=True, slots=True)
class Place:
    """A counter of the day: what it serves, and when it is open (spans of moments, in order)."""

    code: str
    own: tuple[str, ...]
    fallbacks: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ((-(2**60), 2**60),)


@dataclass(frozen=True, slots=True)
class Called:
    """What became of an arrival: when it was called and where; `wait` counts from its reference or its coming."""

    arrival: Arrival
    at: int
    counter: str
    by_guard: bool

    @property
    def wait(self) -> int:
        """Milliseconds from when it counted and was there; never negative for one called before its slot."""
        return max(self.at - max(self.arrival.reference, self.arrival.at), 0)


class _Queue:
    """One class in one counter type, with a head by key and a head by age."""

    def __init__(self) -> None:
        self.by_key: list[tuple[int, int]] = []
        self.by_age: list[tuple[int, int]] = []

    def add(self, one: Arrival) -> None:
        heapq.heappush(self.by_key, (one.reference, one.ticket))
        heapq.heappush(self.by_age, (one.reference, one.ticket))


class Simulation:
    """One day under one policy."""

    def __init__(self, places: Sequence[Place], policy: Policy) -> None:
        self.policy = policy
        self._places = {place.code: place for place in places}
        self._pool = {place.code: ",".join(sorted({*place.own, *place.fallbacks})) for place in places}
        self._serves = {place.code: (*place.own, *place.fallbacks) for place in places}
        self._queues: dict[str, dict[str, _Queue]] = defaultdict(lambda: defaultdict(_Queue))
        self._waiting: dict[int, Arrival] = {}
        self._free: dict[str, FreeCounter] = {}
        self._since_guard = 0
        self._passes: dict[str, dict[str, int]] = {}
        self.called: list[Called] = []

    def run(self, arrivals: Iterable[Arrival]) -> list[Called]:
        """Play the day to its end; who is still waiting when the last counter closes is not in the answer."""
        events: list[tuple[int, int, int, object]] = []
        order = 0
        for one in arrivals:
            events.append((one.eligible, 1, one.ticket, one))
        for place in self._places.values():
            for start, _ in place.spans:
                order += 1
                events.append((start, 0, order, place.code))
        heapq.heapify(events)
        while events:
            now, _, _, what = heapq.heappop(events)
            code = self._join(what, now) if isinstance(what, Arrival) else self._become_free(str(what), now)
            if code is None:
                continue
            busy_until = self._call(code, now)
            if busy_until is not None:
                order += 1
                heapq.heappush(events, (busy_until, 0, order, code))
        return self.called

    def _join(self, one: Arrival, now: int) -> str | None:
        """A visitor may be called from now on: the counter that is free for them, if there is one."""
        self._waiting[one.ticket] = one
        self._queues[one.counter_type][one.class_code].add(one)
        open_now = [counter for code, counter in self._free.items() if self._is_open(code, now)]
        chosen = choose_counter(open_now, one.counter_type)
        return chosen.code if chosen else None

    def _become_free(self, code: str, now: int) -> str | None:
        if not self._is_open(code, now):
            self._free.pop(code, None)
            return None
        place = self._places[code]
        self._free[code] = FreeCounter(code, place.own, place.fallbacks, now)
        return code

    def _is_open(self, code: str, now: int) -> bool:
        return any(start <= now < end for start, end in self._places[code].spans)

    def _call(self, code: str, now: int) -> int | None:
        """Let a free counter call by the rule; when it will be free again, None when nobody waits for it."""
        standing = Standing(self._since_guard, self._passes.get(self._pool[code], {}))
        choice = choose(self._heads(code), self.policy, now=now, standing=standing)
        if choice is None:
            return None
        self._since_guard = choice.standing.since_guard
        if choice.standing.passes:
            self._passes[self._pool[code]] = dict(choice.standing.passes)
        del self._free[code]
        one = self._waiting.pop(choice.head.ticket)
        self.called.append(Called(one, now, code, choice.by_guard))
        return now + one.service

    def _heads(self, code: str) -> list[Head]:
        place = self._places[code]
        found: dict[int, Head] = {}
        for counter_type in self._serves[code]:
            rank = 1 if counter_type in place.own or not self.policy.fallbacks_rank_last else 2
            for class_code, queue in self._queues[counter_type].items():
                for heap in (queue.by_key, queue.by_age):
                    while heap and heap[0][1] not in self._waiting:
                        heapq.heappop(heap)
                    if heap:
                        reference, ticket = heap[0]
                        found[ticket] = Head(ticket, counter_type, class_code, reference, reference, rank)
        return list(found.values())


def simulate(arrivals: Iterable[Arrival], places: Sequence[Place], policy: Policy) -> list[Called]:
    """Play a day under a policy; the calls in their order."""
    return Simulation(places, policy).run(arrivals)
