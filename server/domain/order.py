"""Who is next: accumulating priority with credit minutes, decided among class heads.

Times are milliseconds since the epoch; speeds are points per minute; scores are points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class ClassParameters:
    """The parameter set of a class of tickets.

    tier: 0 is called before 1. speed: points per minute waited. credit: minutes given at the start.
    guard: minutes after which a ticket is overdue, None for never.
    """

    tier: int = 1
    speed: float = 1.0
    credit: float = 0.0
    guard: float | None = 60.0


@dataclass(frozen=True, slots=True)
class Head:
    """The first ticket of a class: by key (`kappa`) or by age (`reference`).

    `ticket` is its id, which is also the issue order. rank 1 is the counter's own type, 2 a fallback.
    """

    ticket: int
    counter_type: str
    class_code: str
    reference: int
    kappa: int
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """The winner, its score in points, and whether it won because of its guard."""

    head: Head
    score: float
    by_guard: bool


def score(head: Head, parameters: ClassParameters, *, now: int) -> float:
    """Points of a ticket: speed times the minutes since its key plus the class's credit."""
    return parameters.speed * ((now - head.kappa) / MINUTE + parameters.credit)


def is_overdue(head: Head, parameters: ClassParameters, *, now: int) -> bool:
    """Whether a ticket has waited its class's guard or longer."""
    return parameters.guard is not None and now - head.reference >= parameters.guard * MINUTE


def choose(
    heads: Iterable[Head], classes: Mapping[str, ClassParameters], *, now: int, guard_allowed: bool
) -> Choice | None:
    """The next ticket among class heads, None when nobody waits.

    The smallest (tier, overdue first, rank, -score, issue order) wins; an overdue ticket is ordered by its
    reference alone. `guard_allowed` is False while the hall's every-k-th rule forbids another call because of a
    guard: then nobody counts as overdue.
    """
    places = [(_place(head, classes[head.class_code], now=now), head) for head in heads]
    if not places:
        return None
    plain = min(places, key=itemgetter(0))[1]
    winner = plain
    if guard_allowed:
        winner = min(((_guarded(place, head, classes, now=now), head) for place, head in places), key=itemgetter(0))[1]
    points = score(winner, classes[winner.class_code], now=now)
    return Choice(winner, points, by_guard=winner.ticket != plain.ticket)


_Place = tuple[int, int, int, float, int]


def _place(head: Head, parameters: ClassParameters, *, now: int) -> _Place:
    return (parameters.tier, 1, head.rank, -score(head, parameters, now=now), head.ticket)


def _guarded(place: _Place, head: Head, classes: Mapping[str, ClassParameters], *, now: int) -> _Place:
    if not is_overdue(head, classes[head.class_code], now=now):
        return place
    return (place[0], 0, 0, head.reference, head.ticket)
