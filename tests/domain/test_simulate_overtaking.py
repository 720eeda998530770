"""How far somebody can be overtaken: the bound that the rule gives, over 100,000 overtakes in random halls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from server.domain.order import MINUTE, ClassParameters, Policy
from server.domain.simulate import TrialRun
from tests.domain.fixtures import drawn_day, play

WANTED = 100_000
CODES = ("ordinary", "appointment", "priority")


class Overtake(NamedTuple):
    """One of class c, counted from `later` minutes later, was called before one of class d that had `waited`."""

    later: float
    waited: float
    c: ClassParameters
    d: ClassParameters

    @property
    def bound(self) -> float:
        ratio = self.d.speed / self.c.speed
        return max(0.0, 1 - ratio) * self.waited + self.c.credit - self.d.credit * ratio


def some_policy(dice: Random, *, guarded: str | None = None) -> Policy:
    """A random rule without guards, or with one for that class."""
    return Policy(
        {
            code: ClassParameters(
                speed=dice.uniform(0.2, 8), credit=dice.uniform(0, 60), guard=30.0 if code == guarded else None
            )
            for code in CODES
        }
    )


def overtakes(run: TrialRun, policy: Policy) -> Iterator[Overtake]:
    moments = [call.at for call in run.calls]
    for call in run.calls:
        mine = run.tickets[call.number]
        first = bisect_left(moments, mine.eligible)
        for other in run.calls[first : bisect_left(moments, call.at)]:
            theirs = run.tickets[other.number]
            if theirs.reference > mine.reference:
                yield Overtake(
                    (theirs.reference - mine.reference) / MINUTE,
                    (other.at - mine.reference) / MINUTE,
                    policy.classes[theirs.class_code],
                    policy.classes[mine.class_code],
                )


def found(wanted: int, guarded: str | None = None) -> list[Overtake]:
    """Overtakes of one pool without lanes, ranks, returns and calls by hand, under random rules and loads."""
    dice, seen = Random(3), list[Overtake]()
    while len(seen) < wanted:
        policy = some_policy(dice, guarded=guarded)
        trial = drawn_day(dice.uniform(0.9, 1.4), dice.randrange(10**6), booked=dice.uniform(0.1, 0.6))
        mine = list(overtakes(play(trial, policy), policy))
        seen += dice.sample(mine, min(len(mine), 5_000))
    return seen


def exceptions(seen: list[Overtake], slack: float) -> int:
    return sum(one.later > one.bound + slack for one in seen)


def test_nobody_is_overtaken_further_than_the_bound() -> None:
    seen = found(WANTED)
    assert len(seen) >= WANTED
    assert exceptions(seen, 1e-6) == 0
    # the bound is no wider than it must be, and the count could find an exception
    assert exceptions(seen, -1.0) > 100


def test_the_bound_needs_the_guard_off() -> None:
    assert exceptions(found(20_000, guarded="priority"), 1e-6) > 0
