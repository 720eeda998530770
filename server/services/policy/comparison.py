"""Rules compared on a day of the hall: what a supervisor looks at before changing one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from random import Random
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from pydantic import Field

from server.domain.compare import Compared, compare, shown
from server.domain.order import Policy
from server.domain.policy import NAMED, contradictions, name_of
from server.domain.refusals import Refusal
from server.domain.trial import TrialDay
from server.schemas.bodies import Body
from server.services.accounts import accounts
from server.services.hall_setup.hall_values import Day, Share
from server.services.policy import hall_days
from server.services.policy.policy import ChangePolicy, Name, wanted
from server.services.queries import day_figures
from server.services.queries.day_figures import DayFigures
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

#: The rule that is being edited.
CANDIDATE = "candidate"
#: Seconds until another comparison has likely ended.
RETRY_S = 2

_locks: WeakKeyDictionary[Deployment, threading.Lock] = WeakKeyDictionary()


class ComparePolicies(Body):
    """On which day which rules are compared.

    policies: ready-made ones, all when left out; the hall's own is always there. candidate: a rule as PUT policy takes
    it, not yet in force. day: a business day of the log with calls; the last one with enough of them when left out.
    booked: this share of the walk-ins has an appointment instead. load: draw a day instead, with so much work for the
    counters (1 is all they can do). seed: the same one draws the same chances.
    """

    policies: Annotated[list[Name], Field(max_length=len(NAMED))] | None = None
    candidate: ChangePolicy | None = None
    day: Day | None = None
    booked: Share | None = None
    load: Annotated[float, Field(ge=0.1, le=2, allow_inf_nan=False)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1


@dataclass(frozen=True)
class Trial:
    """A day and the rules to play it under; `present` is the name of the hall's own.

    went: how the day really went, where it is one of the log and over.
    """

    hall_day: hall_days.HallDay
    rules: Mapping[str, Policy]
    present: str
    went: DayFigures | None = None


def prepare(unit: UnitOfWork, *, wish: ComparePolicies) -> dict[str, Any]:
    """{"trial": what `run` plays}. Raises Refusal `invalid` for a candidate that contradicts itself, `empty_day`."""
    unit.actor.needs("supervisor")
    present = unit.hall.settings.policy
    rules = {name_of(present): present}
    for name in NAMED if wish.policies is None else wish.policies:
        rules.setdefault(name, wanted(present, ChangePolicy.model_validate({"name": name})))
    if wish.candidate is not None:
        rules[CANDIDATE] = candidate = wanted(present, wish.candidate)
        for wrong in contradictions(candidate):
            raise Refusal("invalid", field=wrong.path, reason=wrong.en, reason_zh=wrong.zh)
    made = _day(unit, wish)
    over = made.date is not None and made.date < unit.day
    went = day_figures.figures_of(unit, made.date) if over and made.date else None
    return {"trial": Trial(made, rules, name_of(present), went)}


def run(deployment: Deployment, trial: Trial) -> dict[str, Any]:
    """The figures of each rule. Raises Refusal `too_many` while another comparison runs.

    A day is played where it does not stop the others, and rule by rule, so that a password can be checked in between.
    """
    blocking = accounts.desk(deployment).run_blocking
    with _alone(deployment):
        results = [blocking(_play, trial.hall_day.day, name, policy) for name, policy in trial.rules.items()]
    return {
        "day": hall_days.shown(trial.hall_day),
        "went": None if trial.went is None else asdict(trial.went),
        "results": [
            shown(one) | {"present": one.name == trial.present, "candidate": one.name == CANDIDATE} for one in results
        ],
    }


def _play(day: TrialDay, name: str, policy: Policy) -> Compared:
    return next(compare(day, {name: policy}))


def _day(unit: UnitOfWork, wish: ComparePolicies) -> hall_days.HallDay:
    dice = Random(wish.seed)  # noqa: S311 - draws visitors, keeps no secret
    if wish.load is None:
        made = hall_days.typical_day(unit, wanted=wish.day, booked=wish.booked, dice=dice)
        if made is not None:
            return made
    return hall_days.drawn_day(unit, load=wish.load or 1.0, booked=wish.booked, dice=dice)


@contextmanager
def _alone(deployment: Deployment) -> Iterator[None]:
    """One comparison at a time: it takes one of the few threads that also check passwords."""
    lock = _locks.setdefault(deployment, threading.Lock())
    if not lock.acquire(blocking=False):
        raise Refusal("too_many", retry_s=RETRY_S)
    try:
        yield
    finally:
        lock.release()
