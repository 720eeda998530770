"""Who is next: accumulating priority with credit minutes, decided among class heads.

Times are milliseconds since the epoch; speeds are points per minute; scores are points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import lcm
from operator import itemgetter

MINUTE = 60_000
#: Personal credit (ms) that puts a ticket before all others: a day.
FRONT_CREDIT = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class ClassParameters:
    """The parameter set of a class of tickets.

    tier: 0 is called before 1. speed: points per minute waited. credit: minutes given at the start.
    guard: minutes after which a ticket is overdue, None for never. target: minutes within which the hall means to call;
    it is counted in figures and orders nothing.
    """

    tier: int = 1
    speed: float = 1.0
    credit: float = 0.0
    guard: float | None = 60.0
    target: float = 30.0


@dataclass(frozen=True, slots=True)
class Lane:
    """Classes that share calls with other lanes: of each `sum of shares` calls this lane has `share`."""

    code: str
    share: int
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """The rule of a hall.

    classes: parameters by code of class. lanes: empty for none; otherwise each class is in one. guard_every: at most
    every so many calls go to an overdue ticket because of its guard. fallbacks_rank_last: whether a counter's own
    types go before its fallbacks.
    """

    classes: Mapping[str, ClassParameters]
    lanes: tuple[Lane, ...] = ()
    guard_every: int = 3
    fallbacks_rank_last: bool = True

    def lane_of(self, class_code: str) -> str | None:
        """The lane of a class, None when shares are off."""
        return next((lane.code for lane in self.lanes if class_code in lane.classes), None)


@dataclass(frozen=True, slots=True)
class Head:
    """The first ticket of a class: by key (`kappa`) or by age (`reference`).

    `ticket` is its id, which is also the issue order. rank 1 is the counter's own type, 2 a fallback. `step` says
    which of a visit's services waits here.
    """

    ticket: int
    counter_type: str
    class_code: str
    reference: int
    kappa: int
    rank: int = 1
    step: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What earlier calls left behind.

    since_guard: calls since one went to an overdue ticket because of its guard. passes: how far each lane is that
    had somebody waiting at the last call; a lane that fills again starts at the least of the others.
    """

    since_guard: int = 0
    passes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """The winner, its score in points, why it stood first, and what the call leaves behind.

    by_guard: it won because of its guard. by_share: it won because its lane's turn had come.
    """

    head: Head
    score: float
    by_guard: bool
    by_share: bool
    standing: Standing


def score(head: Head, parameters: ClassParameters, *, now: int) -> float:
    """Points of a ticket: speed times the minutes since its key plus the class's credit."""
    return parameters.speed * ((now - head.kappa) / MINUTE + parameters.credit)


def is_overdue(head: Head, parameters: ClassParameters, *, now: int) -> bool:
    """Whether a ticket has waited its class's guard or longer."""
    return parameters.guard is not None and now - head.reference >= parameters.guard * MINUTE


def choose(heads: Iterable[Head], policy: Policy, *, now: int, standing: Standing) -> Choice | None:
    """The next ticket among class heads, None when nobody waits.

    The smallest (tier, overdue first, rank, lane pass, -score, issue order) wins; an overdue ticket is ordered by its
    reference alone. Nobody counts as overdue until `guard_every` - 1 calls went by without a guard.
    """
    waiting = list(heads)
    if not waiting:
        return None
    passes = _passes(waiting, policy, standing)
    places = {head: _place(head, policy, passes, now=now) for head in waiting}
    winner = plain = min(places.items(), key=itemgetter(1))[0]
    if standing.since_guard + 1 >= policy.guard_every:
        winner = min(waiting, key=lambda head: _guarded(places[head], head, policy, now=now))
    by_guard = winner.ticket != plain.ticket
    by_share = bool(passes) and not by_guard and _without_lanes(places) != winner.ticket
    left = Standing(0 if by_guard else standing.since_guard + 1, _moved_on(passes, winner, policy))
    return Choice(winner, score(winner, policy.classes[winner.class_code], now=now), by_guard, by_share, left)


_Place = tuple[int, int, int, int, float, int]


def _place(head: Head, policy: Policy, passes: Mapping[str, int], *, now: int) -> _Place:
    parameters = policy.classes[head.class_code]
    lane = policy.lane_of(head.class_code) if passes else None
    turn = passes[lane] if lane is not None else 0
    return (parameters.tier, 1, head.rank, turn, -score(head, parameters, now=now), head.ticket)


def _guarded(place: _Place, head: Head, policy: Policy, *, now: int) -> _Place:
    if not is_overdue(head, policy.classes[head.class_code], now=now):
        return place
    return (place[0], 0, 0, 0, head.reference, head.ticket)


def _without_lanes(places: Mapping[Head, _Place]) -> int:
    return min(places.items(), key=lambda one: (*one[1][:3], *one[1][4:]))[0].ticket


def _passes(waiting: list[Head], policy: Policy, standing: Standing) -> dict[str, int]:
    """The passes of the lanes in which somebody waits; one that was empty starts at the least of the others."""
    lanes = {lane for head in waiting if (lane := policy.lane_of(head.class_code)) is not None}
    least = min((standing.passes[lane] for lane in lanes if lane in standing.passes), default=0)
    return {lane: standing.passes.get(lane, least) for lane in lanes}


def _moved_on(passes: dict[str, int], winner: Head, policy: Policy) -> dict[str, int]:
    """The passes after the winner's lane had a call; kept small by taking the least away from all."""
    lane = policy.lane_of(winner.class_code)
    if lane is None or not passes:
        return {}
    whole = lcm(*(one.share for one in policy.lanes))
    share = next(one.share for one in policy.lanes if one.code == lane)
    after = passes | {lane: passes[lane] + whole // share}
    least = min(after.values())
    return {code: moved - least for code, moved in after.items()}
