"""A day under a rule, event by event: the same `choose` as the live server's, over class heads alone.

Nothing here decides who is next, and nothing is random: a day and a rule give one course. What the live hall keeps for
the whole hall (calls since a guard) is one here too; what it keeps for counters that serve the same types (the lanes'
turns) is kept so here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from server.domain.counters import FreeCounter, choose_counter
from server.domain.order import Head, Policy, Standing, choose
from server.domain.queues import ClassQueue
from server.domain.trial import TrialCounter, TrialDay, TrialTicket, tickets

# What happens, in this order when it is at one moment: who comes as a counter becomes free is there for it.
_JOINS, _DONE, _OPENS, _CLOSES, _LEAVES = range(5)


@dataclass(frozen=True, slots=True)
class TrialCall:
    """A first call: when, of which ticket, to which counter."""

    at: int
    number: int
    counter: TrialCounter


@dataclass(frozen=True, slots=True)
class TrialUncalled:
    """A ticket that was never called: until when its visitor waited."""

    until: int
    number: int


@dataclass(frozen=True)
class TrialRun:
    """How a day went: its tickets by number, their first calls in the order of time, who was never called.

    left: how many were never served, those among them who were called and did not come.
    """

    tickets: tuple[TrialTicket, ...]
    calls: tuple[TrialCall, ...]
    left: int
    uncalled: tuple[TrialUncalled, ...] = ()


def simulate(day: TrialDay, policy: Policy) -> TrialRun:
    """Play a day under a rule. Raises ValueError when a ticket has a class that the rule does not know."""
    course = _Course(day, policy)
    if lost := sorted({ticket.class_code for ticket in course.tickets} - set(policy.classes)):
        raise ValueError(f"the rule has no class {', '.join(lost)}")
    course.play()
    return TrialRun(course.tickets, tuple(course.calls), course.unserved, tuple(course.uncalled()))


class _Desk:
    """A counter at work: its lines of class queues with their rank, and what it does now."""

    __slots__ = ("busy", "closes", "lines", "on_duty", "place", "pool", "present", "shifts", "spec")

    def __init__(self, place: int, spec: TrialCounter, lines: list[tuple[ClassQueue, int]]) -> None:
        self.place, self.spec, self.lines = place, spec, lines
        self.pool = ",".join(sorted(spec.serves))
        self.shifts = iter(spec.shifts)
        self.on_duty = self.busy = False
        self.closes = 0
        self.present: int | None = None

    def heads(self) -> Iterator[Head]:
        """The heads of the classes in which somebody waits."""
        for queue, rank in self.lines:
            if queue:
                yield from queue.heads(rank)


class _Course:
    """What is so at one moment of the day, and what is to come."""

    def __init__(self, day: TrialDay, policy: Policy) -> None:
        self.day, self.policy = day, policy
        self.tickets = tuple(tickets(day))
        self.calls: list[TrialCall] = []
        self.unserved = len(self.tickets)
        types = {code for counter in day.counters for code in counter.serves}
        self._queues = {(code, name): ClassQueue() for code in types for name in policy.classes}
        self._desks = [_Desk(place, spec, self._lines(spec)) for place, spec in enumerate(day.counters)]
        self._of_code = {desk.spec.code: desk for desk in self._desks}
        self._idle: dict[str, FreeCounter] = {}
        self._since_guard, self._passes = 0, dict[str, dict[str, int]]()
        self._type_calls = dict.fromkeys(types, 0)
        self._parked: dict[str, list[tuple[int, int]]] = {code: [] for code in types}
        self._missed = [0] * len(self.tickets)
        self._events = [(ticket.eligible, _JOINS, ticket.number) for ticket in self.tickets]
        self._events += [
            (visit.leaves, _LEAVES, number) for number, visit in enumerate(day.visits) if visit.leaves is not None
        ]
        heapify(self._events)
        self._now = 0
        self._called: set[int] = set()
        self._gone: set[int] = set()
        for desk in self._desks:
            self._next_shift(desk)

    def play(self) -> None:
        """Let everything happen, in the order of time."""
        happens = {
            _DONE: self._done,
            _OPENS: self._opens,
            _JOINS: self._joins,
            _CLOSES: self._closes,
            _LEAVES: self._leaves,
        }
        while self._events:
            now, kind, which = heappop(self._events)
            self._now = now
            happens[kind](which, now)

    def uncalled(self) -> Iterator[TrialUncalled]:
        """Who was never called, after the play."""
        ends = self._now if self.day.ends is None else self.day.ends
        for ticket in self.tickets:
            if ticket.number not in self._called:
                leaves = self.day.visits[ticket.number].leaves
                yield TrialUncalled(ends if leaves is None else leaves, ticket.number)

    def _leaves(self, number: int, now: int) -> None:
        """A visitor who was not called by now waits no longer."""
        if number not in self._called:
            self._gone.add(number)
            ticket = self.tickets[number]
            if ticket.eligible <= now:
                self._queues[ticket.counter_type, ticket.class_code].leave(number)

    def _lines(self, spec: TrialCounter) -> list[tuple[ClassQueue, int]]:
        last = 2 if self.policy.fallbacks_rank_last else 1
        ranked = [(code, 1) for code in spec.own] + [(code, last) for code in spec.fallbacks]
        return [(self._queues[code, name], rank) for code, rank in ranked for name in self.policy.classes]

    def _next_shift(self, desk: _Desk) -> bool:
        """Plan a counter's next shift; False when it was the last."""
        shift = next(desk.shifts, None)
        if shift is not None:
            heappush(self._events, (shift[0], _OPENS, desk.place))
            desk.closes = shift[1]
        return shift is not None

    def _opens(self, place: int, now: int) -> None:
        desk = self._desks[place]
        desk.on_duty = True
        heappush(self._events, (desk.closes, _CLOSES, place))
        self._look(desk, now)

    def _closes(self, place: int, now: int) -> None:
        """The shift is over: a visitor who is there is served to the end, and the last clerk may stay."""
        desk = self._desks[place]
        if self._next_shift(desk) or not desk.spec.stays:
            desk.on_duty = False
            self._idle.pop(desk.spec.code, None)

    def _joins(self, number: int, now: int) -> None:
        """A ticket may be called from now on; when counters are free it is at once."""
        if number in self._gone:
            return
        ticket = self.tickets[number]
        self._queues[ticket.counter_type, ticket.class_code].join(ticket)
        free = choose_counter(self._idle.values(), ticket.counter_type)
        if free is not None:
            self._look(self._of_code[free.code], now)

    def _done(self, place: int, now: int) -> None:
        desk = self._desks[place]
        number, desk.present, desk.busy = desk.present, None, False
        if number is not None:
            self._nobody_came(number)
        self._look(desk, now)

    def _look(self, desk: _Desk, now: int) -> None:
        """A clerk without a visitor presses "call next"."""
        if not desk.on_duty or desk.busy:
            return
        standing = Standing(self._since_guard, self._passes.get(desk.pool, {}))
        choice = choose(desk.heads(), self.policy, now=now, standing=standing)
        if choice is None:
            self._idle.setdefault(desk.spec.code, FreeCounter(desk.spec.code, desk.spec.serves, now))
            return
        self._since_guard = choice.standing.since_guard
        if choice.standing.passes:
            self._passes[desk.pool] = dict(choice.standing.passes)
        self._call(desk, choice.head, now)

    def _call(self, desk: _Desk, head: Head, now: int) -> None:
        number = head.ticket
        self._idle.pop(desk.spec.code, None)
        self._queues[head.counter_type, head.class_code].leave(number)
        visit = self.day.visits[number]
        self._called.add(number)
        if not self._missed[number]:
            self.calls.append(TrialCall(now, number, desk.spec))
        comes = self._missed[number] >= visit.misses
        self.unserved -= comes
        desk.busy, desk.present = True, None if comes else number
        lasts = visit.service if comes else self.day.missed.patience
        heappush(self._events, (now + lasts, _DONE, desk.place))
        self._count_call(head.counter_type, now)

    def _nobody_came(self, number: int) -> None:
        """Parked until further calls of its type, or closed."""
        self._missed[number] += 1
        rules, code = self.day.missed, self.tickets[number].counter_type
        if self._missed[number] < rules.limit and rules.return_after is not None:
            heappush(self._parked[code], (self._type_calls[code] + rules.return_after, number))

    def _count_call(self, code: str, now: int) -> None:
        self._type_calls[code] += 1
        parked = self._parked[code]
        while parked and parked[0][0] <= self._type_calls[code]:
            heappush(self._events, (now, _JOINS, heappop(parked)[1]))
