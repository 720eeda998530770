"""Why that number before mine: what a call weighed, and the one reason between the called ticket and another.

Times are milliseconds since the epoch, parameters as in server/domain/order.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.domain.order import FRONT_CREDIT, MINUTE, ClassParameters, Head, is_overdue, score
from server.domain.policy import APPOINTMENT, ORDINARY


class Reason(StrEnum):
    """Why the called ticket stood before another."""

    ORDER = "ORDER"  # it came before, or has waited longer by the hall's rule
    APPOINTMENT = "APPOINTMENT"
    STATUS = "STATUS"
    OVERDUE = "OVERDUE"  # it had waited its guard
    RETURN = "RETURN"  # it was missed, or let others pass, and came back to its place
    TRANSFER = "TRANSFER"  # another counter sent it, with its waited time or to the front
    SKILL = "SKILL"  # the counter cannot do the other's service, or does its own first
    SHARE = "SHARE"  # it was the turn of its lane
    MANUAL = "MANUAL"  # a person decided
    BY_HAND = "BY_HAND"  # its number was given by hand, and entered after the other was taken


@dataclass(frozen=True, slots=True)
class Weighed:
    """A ticket as a call weighed it. rank: 1 own type of the counter, 2 a fallback."""

    ticket: int
    class_code: str
    counter_type: str
    reference: int
    kappa: int
    rank: int
    score: float
    overdue: bool

    @property
    def moved_up(self) -> bool:
        """Whether it has a personal credit."""
        return self.kappa < self.reference

    @property
    def at_front(self) -> bool:
        """Whether its credit puts it before all others, so that its minutes say nothing."""
        return self.kappa <= self.reference - FRONT_CREDIT


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What a call weighed.

    at: when. counter: its code. policy: the rule's name. winner, others: the called ticket and the heads beside it.
    classes: parameters of the hall's classes then. lane: (share of the winner's lane, all shares) when shares are on.
    manual: {"by", "reason"} when a person chose. came_from: the type that sent the winner here. returned: whether it
    was missed or let others pass before. entered: when a call by voice was entered, which was at `at`.
    """

    at: int
    counter: str
    policy: str
    winner: Weighed
    others: tuple[Weighed, ...]
    classes: Mapping[str, ClassParameters]
    by_guard: bool = False
    by_share: bool = False
    lane: tuple[int, int] | None = None
    manual: Mapping[str, Any] | None = None
    came_from: str | None = None
    returned: bool = False
    entered: int | None = None

    def parameters(self, class_code: str) -> ClassParameters:
        """Of a class at that call; the usual ones for a class that the hall did not have yet."""
        return self.classes.get(class_code) or ClassParameters()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> CallRecord:
        """Back from how the event keeps it: the record as a JSON object."""
        values = dict(kept)
        values["winner"] = Weighed(**kept["winner"])
        values["others"] = tuple(Weighed(**one) for one in kept["others"])
        values["classes"] = {code: ClassParameters(**one) for code, one in kept["classes"].items()}
        values["lane"] = tuple(kept["lane"]) if kept["lane"] else None
        return cls(**values)


def weigh(head: Head, parameters: ClassParameters, *, now: int) -> Weighed:
    """A head with its score at `now` by the parameters of its class."""
    return Weighed(
        head.ticket,
        head.class_code,
        head.counter_type,
        head.reference,
        head.kappa,
        head.rank,
        round(score(head, parameters, now=now), 2),
        is_overdue(head, parameters, now=now),
    )


def reason(record: CallRecord, other: Weighed | None) -> Reason:  # noqa: PLR0911 - a table of cases, in their order
    """Why the called ticket stood before `other`; None for one that this counter may not call at all."""
    winner = record.winner
    if record.manual is not None or record.entered is not None:
        return Reason.MANUAL
    if other is None:
        return Reason.SKILL
    mine, theirs = record.parameters(winner.class_code), record.parameters(other.class_code)
    if mine.tier != theirs.tier:
        return _of_class(record)
    if record.by_guard:
        return Reason.OVERDUE
    if winner.rank < other.rank:
        return Reason.SKILL
    if record.by_share and winner.class_code != other.class_code:
        return Reason.SHARE
    if winner.reference <= other.reference and (mine.speed, mine.credit) == (theirs.speed, theirs.credit):
        return _came_before(record)
    return _of_class(record)


def _came_before(record: CallRecord) -> Reason:
    """It is older: plainly, or because it kept the time that it had waited elsewhere or before it was missed."""
    if record.came_from is not None:
        return Reason.TRANSFER
    return Reason.RETURN if record.returned else Reason.ORDER


def _of_class(record: CallRecord) -> Reason:
    if record.winner.moved_up:
        return Reason.TRANSFER if record.came_from is not None else Reason.MANUAL
    if record.winner.class_code == APPOINTMENT:
        return Reason.APPOINTMENT
    if record.winner.class_code == ORDINARY:
        return _came_before(record)
    return Reason.STATUS


def counts_from(one: Weighed, parameters: ClassParameters) -> int:
    """From when a ticket's minutes count: its key less the credit of its class."""
    return one.kappa - int(parameters.credit * MINUTE)
