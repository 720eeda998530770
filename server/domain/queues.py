"""Waiting tickets by class, in memory: only the heads of each class are ever looked at."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from server.domain.order import Head
from server.domain.trial import TrialTicket

_Key = tuple[int, int]


class ClassQueue:
    """The waiting tickets of one class of one counter type, first by key (`kappa`) and first by age (`reference`).

    A call takes a ticket out of both orders; the order that did not lead to it drops it when it comes to its top.
    """

    __slots__ = ("_by_age", "_by_key", "_tickets")

    def __init__(self) -> None:
        self._tickets: dict[int, TrialTicket] = {}
        self._by_key: list[_Key] = []
        self._by_age: list[_Key] = []

    def __bool__(self) -> bool:
        return bool(self._tickets)

    def join(self, ticket: TrialTicket) -> None:
        """A ticket waits here from now on."""
        self._tickets[ticket.number] = ticket
        heappush(self._by_key, (ticket.kappa, ticket.number))
        heappush(self._by_age, (ticket.reference, ticket.number))

    def leave(self, number: int) -> TrialTicket:
        """A ticket waits no more. Raises KeyError for one that does not wait here."""
        return self._tickets.pop(number)

    def heads(self, rank: int) -> Iterator[Head]:
        """The one or two heads, as a counter sees them that serves this type with `rank`."""
        first, oldest = self._top(self._by_key), self._top(self._by_age)
        yield _head(first, rank)
        if oldest is not first:
            yield _head(oldest, rank)

    def _top(self, order: list[_Key]) -> TrialTicket:
        while (ticket := self._tickets.get(order[0][1])) is None:
            heappop(order)
        return ticket


def _head(ticket: TrialTicket, rank: int) -> Head:
    return Head(ticket.number, ticket.counter_type, ticket.class_code, ticket.reference, ticket.kappa, rank)
